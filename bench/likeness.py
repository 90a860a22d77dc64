"""How like real entries made ones are: vocabulary against Heaps' law, document frequencies, and cosines to the questions.

Words are read back from the vault with the language that the index gave each entry, and counted as recall counts them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import apsw
import numpy as np

from bench.cases import Pool
from bench.recalling import Asked
from bench.vocabulary import RANKS, vocabularies
from vertraut.ledger import Entry, entry_of
from vertraut.ledger.queries import rows
from vertraut.memory import Embedder
from vertraut.memory.embedding import Vectors

COUNTED = 1_000_000
"""Entries of which the words are counted: more would take long and more memory than there may be."""
SAMPLE = 30_000  # passages
HIGH = 99.9  # percentile


@dataclass(frozen=True, slots=True)
class Likeness:
    """One measure of one language: what it is of the made entries, and what the cases let expect."""

    language: str
    measure: str
    made: float
    expected: float


def words_likeness(connection: apsw.Connection, pool: Pool) -> list[Likeness]:
    """Compare the vocabulary and the document frequencies of a vault with those of the cases, extrapolated to its size."""
    found = []
    counted = vocabularies(_entries(connection))
    for language, real in sorted(pool.vocabularies.items()):
        if made := counted.get(language):
            pairs = [
                (f"different terms of {made.tokens:,}", len(made.occurrences), real.expected(made.tokens)),
                ("share of terms in 1 entry", made.rare_share(1), real.rare_share(1)),
                ("share of terms in up to 10 entries", made.rare_share(10), real.rare_share(10)),
            ]
            shares = zip(RANKS, made.document_shares(), real.document_shares(), strict=True)
            pairs += [(f"share of entries with term {rank:,}", ours, theirs) for rank, ours, theirs in shares]
            found += [Likeness(language, *pair) for pair in pairs]
    return found


def cosines_likeness(
    connection: apsw.Connection, pool: Pool, real: Vectors, asked: Sequence[Asked], embedder: Embedder
) -> list[Likeness]:
    """Compare the questions' cosines to a vault's passages with those to the cases' own (``real``, as ``pool.passages``)."""
    questions = np.stack([embedder.question(question.text) for question in asked])
    spoken = np.array([donor.language for donor in pool.donors for _ in donor.passages])
    made, languages = _sampled(connection)
    found = []
    for language in sorted(pool.rare):
        ours, theirs = made[languages == language], real[spoken == language]
        if len(ours) and len(theirs):
            pairs = zip(_spread(ours @ questions.T), _spread(theirs @ questions.T), strict=True)
            names = ("cosine to questions, mean", "standard deviation", f"percentile {HIGH}")
            found += [Likeness(language, name, *pair) for name, pair in zip(names, pairs, strict=True)]
    return found


def _entries(connection: apsw.Connection) -> Iterator[tuple[Entry, str]]:
    query = "SELECT plain(content), language FROM records JOIN entries USING (seq) WHERE content IS NOT NULL AND seq <= ?"
    for content, language in connection.execute(query, (COUNTED,)):
        yield entry_of(content), language


def _sampled(connection: apsw.Connection) -> tuple[Vectors, np.ndarray[tuple[int], np.dtype[np.str_]]]:
    """Return vectors of passages spread evenly over a vault, and the languages of their entries."""
    last = connection.execute("SELECT coalesce(max(id), 0) FROM passages").get
    wanted = json.dumps(sorted(set(np.linspace(1, max(last, 1), SAMPLE, dtype=int).tolist())))
    query = """SELECT vector, language FROM passages JOIN entries USING (seq)
      WHERE id IN (SELECT value FROM json_each(?))"""
    found = rows(connection, query, (wanted,))
    values = np.frombuffer(b"".join(vector for vector, _ in found), np.int8).reshape(len(found), -1).astype(np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True), np.array([language for _, language in found])


def _spread(cosines: Vectors) -> tuple[float, float, float]:
    """Return mean, deviation and a high percentile of a question's cosines, (passages, questions), averaged over all."""
    deviation, high = cosines.std(axis=0).mean(), np.percentile(cosines, HIGH, axis=0).mean()
    return float(cosines.mean()), float(deviation), float(high)
