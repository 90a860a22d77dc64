"""A question in, entries out, each with the reasons why.

Everything of one recall is read in one transaction: what another process forgets meanwhile is either wholly there or gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

import apsw
import numpy as np

from vertraut.ledger import Entry, Ledger, entry_of
from vertraut.memory.candidates import Candidates, Gatherer
from vertraut.memory.embedding import Embedder
from vertraut.memory.fusion import FEATURES, Matrix, Weights, features, named_words, shipped_weights
from vertraut.memory.index import Index
from vertraut.memory.limits import Limits
from vertraut.memory.marks import excerpt, marked
from vertraut.memory.query import Query, understood
from vertraut.memory.vectors import VectorIndex
from vertraut.memory.words import question_terms

_SHOWN_REASONS = 4
_TELLING = 0.05
"""A contribution smaller than this share of the score is no reason worth naming."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A signal that brought a hit: its name as in ``fusion.FEATURES``, what it measured, and what that added."""

    signal: str
    value: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One recalled entry. ``id`` is its number; offsets are characters of ``entry.text``."""

    id: int
    entry: Entry
    score: float
    passage: tuple[int, int]
    """The part to show."""
    marks: tuple[tuple[int, int], ...]
    reasons: tuple[Reason, ...]
    signals: Mapping[str, float] = field(repr=False)
    words: tuple[str, ...] = ()
    """The words of the text that stand in the question."""
    covers: frozenset[int] = frozenset()
    """Which of the question's words stand in the entry, by their place in ``Recalled.word_weights``."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a question brought: hits, best first, and how many of all entries have a vector already."""

    question: str
    hits: tuple[Hit, ...]
    query: Query = field(repr=False)
    word_weights: tuple[float, ...] = ()
    """How rare each of the question's words is in this vault; 0 for a word that stands nowhere."""
    names: frozenset[int] = frozenset()
    """Which of these words name an author, by place."""
    entries: int = 0
    embedded: int = 0


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidates with their features, one row each, before anything is chosen."""

    query: Query
    found: Candidates
    matrix: Matrix


class Recall:
    """Recall in one vault. One instance a connection."""

    def __init__(
        self,
        connection: apsw.Connection,
        ledger: Ledger,
        index: Index,
        vectors: VectorIndex,
        embedder: Embedder,
        *,
        weights: Weights | None = None,
    ) -> None:
        self._db = connection
        self._ledger = ledger
        self._index = index
        self._vectors = vectors
        self._embedder = embedder
        self._weights = weights or shipped_weights()
        self._gatherer = Gatherer(connection, index, vectors)
        self._thinking = ThreadPoolExecutor(1, "question")  # embeds a question while its words are looked up

    def close(self) -> None:
        """End the thread that embeds questions."""
        self._thinking.shutdown()

    def recall(self, text: str, now: datetime, zone: str, *, count: int = 10, limits: Limits | None = None) -> Recalled:
        """Return up to ``count`` entries for a question asked at ``now`` in ``zone``. Raises ``BadQuery``."""
        with self._db:
            scored = self.scored(text, now, zone, limits)
            found = scored.found
            totals = scored.matrix @ self._weights.vector()
            order = np.lexsort((np.array(found.seqs), -totals))[:count].tolist()
            records = self._ledger.get([found.seqs[n] for n in order])
            entries, waiting = self._index.count(), self._index.waiting()
        texts = {seq: entry_of(record.content) for seq, record in records.items() if record.content is not None}
        hits = (self._hit(scored, n, texts[found.seqs[n]], float(totals[n])) for n in order if found.seqs[n] in texts)
        weights = tuple(word.weight if word.scores else 0.0 for word in found.words)
        return Recalled(text, tuple(hits), scored.query, weights, self._names(scored), entries, entries - waiting)

    def scored(self, text: str, now: datetime, zone: str, limits: Limits | None = None) -> Scored:
        """Return the candidates of a question with their features, for ranking and for fitting the weights."""
        self._index.check_version()
        query = understood(text, now, zone, self._index.languages(), limits)
        parts = query.parts if len(self._vectors) else ()
        vectors = self._thinking.submit(lambda: [self._embedder.question(part) for part in parts])
        found = self._gatherer.gather(query, vectors.result)
        return Scored(query, found, features(query, found, self._index.authors_by_word()))

    def _names(self, scored: Scored) -> frozenset[int]:
        named = " ".join(named_words(scored.query.text, self._index.authors_by_word()))
        stems = {term for terms in question_terms(named, self._index.languages()) for term in terms}
        return frozenset(n for n, word in enumerate(scored.found.words) if not stems.isdisjoint(word.terms))

    def _hit(self, scored: Scored, place: int, entry: Entry, total: float) -> Hit:
        found, seq = scored.found, scored.found.seqs[place]
        wanted = frozenset(term for word in found.words for term in word.terms)
        marks = marked(entry.text, wanted, found.placed[place].language)
        near = found.passages.get(seq)
        passage = excerpt(entry.text, marks, (near.start, near.stop) if near else None)
        row = scored.matrix[place]
        values = dict(zip(FEATURES, row.tolist(), strict=True))
        values["cosine"] = float(np.nan_to_num(found.cosine[place]))  # 0 while there is no vector
        words = tuple(dict.fromkeys(entry.text[start:stop] for start, stop in marks))
        covers = frozenset(np.flatnonzero(found.scores[:, place]).tolist())
        reasons = _reasons(values, (row * self._weights.vector()).tolist())
        return Hit(seq, entry, total, passage, marks, reasons, values, words, covers)


def _reasons(values: Mapping[str, float], parts: Sequence[float]) -> tuple[Reason, ...]:
    """Return the signals that added most, largest first."""
    gained = float(np.clip(parts, 0, None).sum()) or 1.0
    named = [Reason(name, values[name], part) for name, part in zip(FEATURES, parts, strict=True)]
    telling = [reason for reason in named if reason.contribution / gained > _TELLING]
    return tuple(sorted(telling, key=lambda reason: -reason.contribution)[:_SHOWN_REASONS])
