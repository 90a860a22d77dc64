"""Which entries are worth a closer look, by words, by meaning, by time and by standing next to one of those.

Gathers a few hundred from any number of entries, with everything that ``memory.signals`` needs to know of each, in two
steps: what fits by itself, then what stands beside the best of those, in their thread or in time. The words used are
bounded by how many entries they stand in (in sum, rarest first), so that a question of ordinary words costs the same in a
vault of a million.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import apsw
import numpy as np
import numpy.typing as npt

from vertraut.ledger.queries import rows
from vertraut.memory.embedding import Vectors
from vertraut.memory.index import Index, Placed
from vertraut.memory.limits import Permitted, register_functions
from vertraut.memory.query import Query
from vertraut.memory.vectors import Passage, VectorIndex

FREQUENCY_BOUND = 30_000
LOW_BOUND, SHARE_BOUND = 4_000, 100
"""The bound is 4,000 and a hundredth of all entries, at most ``FREQUENCY_BOUND``. Measured on 9,000 entries: recall is the
same with 3,000 as with 30,000, a third of the time is saved."""
BY_WORDS = 200
BY_MEANING = 200
BY_TIME = 200
FOR_ADVICE = 400
"""Of a wish for advice, for each of its two parts: what a person likes is further from the wish than an answer is."""
FEW = 2000
"""Up to so many entries that fit a question's limits are all looked at."""
WITH_NEIGHBOURS = 100
REACH = 2
WITH_MOMENT = 10
MOMENT = 3 * 3600
AT_MOMENT = 80
"""What was remembered up to three hours from the ten best is looked at too, where that is no more than so many entries."""


Floats = npt.NDArray[np.float64]
Promise = Callable[["Candidates"], Floats]


@dataclass(frozen=True, slots=True)
class Word:
    """A content word of the question: its terms, how rare it is, and the BM25 score of each entry it stands in."""

    terms: tuple[str, ...]
    weight: float
    scores: dict[int, float] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The gathered entries. Lists and the last axis of arrays are parallel, one place an entry."""

    seqs: list[int]
    placed: list[Placed]
    words: tuple[Word, ...]
    scores: Floats
    """BM25 of each word (rows) in each entry, (words, n); 0 where it does not stand."""
    cosine: Floats
    """Cosine of each entry's best passage to the question's best part, (n,); nan where there is no vector yet."""
    z: Floats
    """The same in standard deviations above this vault's ordinary passages, (n,)."""
    vectors: Vectors
    """Centred unit vector of each entry's best passage, (n, dimensions); zeros where there is none yet."""
    passages: dict[int, Passage]
    """By entry number: its best passage."""
    neighbours: dict[int, list[int]]
    """For the most promising and those beside them: the entry numbers around each in its thread, itself included."""

    @property
    def weights(self) -> Floats:
        """How rare each word is, (words,)."""
        return np.array([word.weight for word in self.words])

    def word_score(self) -> Floats:
        """Return each entry's BM25 score as a share of the words' total weight, (n,)."""
        total: Floats = self.scores.sum(axis=0)
        return total / max(float(self.weights.sum()), 1e-9)

    def coverage(self) -> Floats:
        """Return the share of the question's words, by weight, that stand in each entry, (n,)."""
        covered: Floats = self.weights @ (self.scores > 0)
        return covered / max(float(self.weights.sum()), 1e-9)

    def joined(self, other: Candidates, neighbours: dict[int, list[int]]) -> Candidates:
        """Return these candidates with others of the same question behind them."""
        return Candidates(
            self.seqs + other.seqs,
            self.placed + other.placed,
            self.words,
            np.concatenate([self.scores, other.scores], axis=1),
            np.concatenate([self.cosine, other.cosine]),
            np.concatenate([self.z, other.z]),
            np.concatenate([self.vectors, other.vectors]),
            {**self.passages, **other.passages},
            neighbours,
        )


class Gatherer:
    """Gathers candidates in one vault. One instance a connection."""

    def __init__(self, connection: apsw.Connection, index: Index, vectors: VectorIndex) -> None:
        register_functions(connection)
        self._db = connection
        self._index = index
        self._vectors = vectors

    def gather(self, query: Query, vectors: Callable[[], Sequence[Vectors]], promise: Promise) -> Candidates:
        """Return the entries worth a closer look.

        ``vectors`` gives the unit vectors of the query's parts, none where the vault has no vectors; it is called after
        the words were looked up, so that they may be computed meanwhile. ``promise`` gives each candidate of the first
        step a score: the surroundings of the best are looked at, too.
        """
        words = tuple(self._words(query.words))
        permitted = Permitted(self._db, query.limits) if query.limits else None
        questions = vectors()
        first = self._measured(self._first(query, words, questions, permitted), query, words, questions)
        best = np.argsort(-promise(first), kind="stable")[:WITH_NEIGHBOURS].tolist()
        around = self._around(first, best)
        new = {seq for row in around.values() for seq in row}.union(self._at_moments(first, best[:WITH_MOMENT]))
        new.difference_update(first.seqs)
        if permitted is not None:
            new = set(permitted.first(new))
        return first.joined(self._measured(new, query, words, questions), around)

    def _first(
        self, query: Query, words: Sequence[Word], questions: Sequence[Vectors], permitted: Permitted | None
    ) -> set[int]:
        if permitted is not None and (few := permitted.few(FEW)) is not None:
            return few
        totals: dict[int, float] = {}
        for word in words:
            for seq, score in word.scores.items():
                totals[seq] = totals.get(seq, 0.0) + score
        reach = (BY_MEANING if permitted is None else FEW) // max(len(questions), 1)
        reach = FOR_ADVICE if query.advice else reach
        nearest = [seq for question in questions for seq in self._vectors.nearest(question, reach)]
        if permitted is not None:
            ordered = sorted(totals, key=lambda seq: (-totals[seq], seq))
            return {*permitted.first(ordered, BY_WORDS), *permitted.first(nearest)}
        best = heapq.nlargest(BY_WORDS, totals, key=lambda seq: (totals[seq], -seq))
        return {*best, *nearest, *self._timed(query)}

    def _measured(
        self, seqs: Iterable[int], query: Query, words: tuple[Word, ...], questions: Sequence[Vectors]
    ) -> Candidates:
        """Return entries with their word scores and similarity."""
        where = self._index.placed(list(seqs))
        known = sorted(where)
        scores = np.array([[word.scores.get(seq, 0.0) for seq in known] for word in words]).reshape(len(words), len(known))
        center = self._vectors.center
        cosine, z = np.full(len(known), np.nan), np.full((max(len(questions), 1), len(known)), np.nan)
        vectors = np.zeros((len(known), len(center)), np.float32)
        passages: dict[int, Passage] = {}
        for part, question in enumerate(questions if known else ()):
            mean, spread = self._vectors.background(question)
            near = self._vectors.similarity(question, known)
            at = np.searchsorted(known, near.seqs)
            z[part, at] = (near.similarity - mean) / spread
            better = np.flatnonzero(~(np.nan_to_num(z[:part, at], nan=-np.inf).max(axis=0, initial=-np.inf) >= z[part, at]))
            cosine[at[better]] = near.similarity[better]
            vectors[at[better]] = near.vectors[better] - center
            passages.update((known[at[n]], near.best[n]) for n in better.tolist())
        # Advice fits where both the wish and its topic do; of a question with parts each part has its own answers.
        together = z.mean(axis=0) if query.advice else z.max(axis=0)
        length = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        placed = [where[seq] for seq in known]
        return Candidates(known, placed, words, scores, cosine, together, vectors / length, passages, {})

    def _around(self, found: Candidates, best: Iterable[int]) -> dict[int, list[int]]:
        """Return the surroundings of candidates by place, and what of those their neighbours see."""
        around = self._index.surroundings([found.placed[n] for n in best], REACH)
        seen: dict[int, list[int]] = {}
        for row in around.values():
            for n, seq in enumerate(row):
                part = row[max(0, n - REACH) : n + REACH + 1]
                if seq not in around and len(part) > len(seen.get(seq, ())):
                    seen[seq] = part
        return {**around, **seen}

    def _at_moments(self, found: Candidates, best: Iterable[int]) -> set[int]:
        """Return what was remembered about when these were, leaving out moments at which there was much."""
        seqs: set[int] = set()
        for n in best:
            start = found.placed[n].starts
            bounds = (start - MOMENT, start + MOMENT, AT_MOMENT + 1)
            there = rows(self._db, "SELECT seq FROM entries WHERE starts BETWEEN ? AND ? LIMIT ?", bounds)
            seqs.update(row[0] for row in there if len(there) <= AT_MOMENT)
        return seqs

    def _words(self, wanted: Iterable[tuple[str, ...]]) -> Iterator[Word]:
        """Look the words up, rarest first, within the bound; of those that stand anywhere the rarest is always taken."""
        total = self._index.count()
        counted = sorted(((self._frequency(terms), terms) for terms in wanted), key=lambda pair: pair[0])
        bound, spent = min(FREQUENCY_BOUND, LOW_BOUND + total // SHARE_BOUND), 0
        for frequency, terms in counted:
            rarest = spent == 0
            spent += frequency
            if spent > bound and not rarest:
                return
            weight = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)) if frequency < total else 0.1
            yield Word(terms, weight, self._scores(terms))

    def _frequency(self, terms: Iterable[str]) -> int:
        query = "SELECT doc FROM word_frequencies WHERE term = ?"
        return sum(row[0] for term in terms for row in self._db.execute(query, (term,)))

    def _scores(self, terms: Sequence[str]) -> dict[int, float]:
        """Return the BM25 score of each entry that one of the terms stands in: the better one where two do."""
        query = f"SELECT rowid, -bm25(words) FROM words WHERE words MATCH ? LIMIT {FREQUENCY_BOUND}"
        scores: dict[int, float] = dict(self._db.execute(query, (f'"{terms[0]}"',)))
        for term in terms[1:]:
            for seq, score in self._db.execute(query, (f'"{term}"',)):
                if score > scores.get(seq, 0.0):
                    scores[seq] = score
        return scores

    def _timed(self, query: Query) -> list[int]:
        """Return entries of a time that the question names, if those are few enough to look at."""
        found: list[int] = []
        for span in query.spans:
            if span.firm:
                bounds = (span.start.timestamp(), span.end.timestamp(), BY_TIME + 1)
                within = rows(self._db, "SELECT seq FROM entries WHERE starts >= ? AND starts < ? LIMIT ?", bounds)
                found += [row[0] for row in within] if len(within) <= BY_TIME else []
        return found
