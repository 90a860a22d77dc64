"""Which entries are worth a closer look, by words, by meaning, by time and by standing next to one of those.

Gathers a few hundred from any number of entries, with everything that ``memory.signals`` needs to know of each, in two
steps: what fits by itself, then what stands beside the best of those, in their thread or in time. The words used are
bounded by how many entries they stand in (in sum, rarest first), so that a question of ordinary words costs the same in a
vault of a million.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import apsw
import numpy as np
import numpy.typing as npt

from vertraut.ledger.queries import scalar
from vertraut.memory.columns import Numbers, columns
from vertraut.memory.embedding import Vectors
from vertraut.memory.index import Index
from vertraut.memory.limits import Permitted, register_functions
from vertraut.memory.places import Places
from vertraut.memory.query import Query
from vertraut.memory.vectors import Stored, VectorIndex

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
AT_MOMENT = 40
"""What was remembered up to three hours from the ten best is looked at too, where that is no more than so many entries."""

_IN_SPAN = "SELECT seq FROM entries WHERE starts >= ? AND starts < ? LIMIT ?"
_SCALE = 2.0**40
_SCORED = f"""SELECT rowid, CAST(bm25(words) * {-_SCALE} AS INTEGER) FROM words WHERE words MATCH ?
  LIMIT {FREQUENCY_BOUND}"""
"""BM25 scores in units of 2⁻⁴⁰: whole numbers are written and read several times as quickly."""

Floats = npt.NDArray[np.float64]
Promise = Callable[["Candidates"], Floats]


@dataclass(frozen=True, slots=True)
class Word:
    """A content word of the question: its terms, how rare it is, the entries it stands in and its BM25 score in each."""

    terms: tuple[str, ...]
    weight: float
    seqs: Numbers = field(repr=False)
    """In order, (m,)."""
    scores: Floats = field(repr=False)
    """(m,)."""

    def scores_of(self, seqs: Numbers) -> Floats:
        """Return its score in each of these entries, 0 where it does not stand, (n,)."""
        at = np.searchsorted(self.seqs, seqs)
        at[at == len(self.seqs)] = 0
        found: Floats = np.where(self.seqs[at] == seqs, self.scores[at], 0.0) if len(self.seqs) else np.zeros(len(seqs))
        return found


@dataclass(frozen=True, slots=True)
class Candidates:
    """The gathered entries. The last axis of arrays is parallel to ``places``, one place an entry."""

    places: Places
    words: tuple[Word, ...]
    scores: Floats
    """BM25 of each word (rows) in each entry, (words, n); 0 where it does not stand."""
    cosine: Floats
    """Cosine of each entry's best passage to the question's best part, (n,); nan where there is no vector yet."""
    z: Floats
    """The same in standard deviations above this vault's ordinary passages, (n,)."""
    vectors: Vectors
    """Centred unit vector of each entry's best passage, (n, dimensions); zeros where there is none yet."""
    spans: Numbers
    """Where this passage stands in the entry's text, (n, 2)."""
    beside: Numbers
    """Pairs of entries by number, the second right behind the first in its thread, of the most promising, (m, 2)."""

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.places.seqs)

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

    def joined(self, other: Candidates, around: Iterable[Sequence[int]]) -> Candidates:
        """Return these candidates with others of the same question behind them, and what stands around the best."""
        pairs = sorted({pair for row in around for pair in pairwise(row)})
        return Candidates(
            self.places.joined(other.places),
            self.words,
            np.concatenate([self.scores, other.scores], axis=1),
            np.concatenate([self.cosine, other.cosine]),
            np.concatenate([self.z, other.z]),
            np.concatenate([self.vectors, other.vectors]),
            np.concatenate([self.spans, other.spans]),
            np.array(pairs, np.int64).reshape(len(pairs), 2),
        )


@dataclass(frozen=True, slots=True)
class _Read:
    places: Places
    scores: Floats
    stored: Stored


class Gatherer:
    """Gathers candidates in one vault. One instance a connection."""

    def __init__(self, connection: apsw.Connection, index: Index, vectors: VectorIndex) -> None:
        register_functions(connection)
        self._db = connection
        self._index = index
        self._vectors = vectors
        self._common = _Common()

    def gather(self, query: Query, vectors: Callable[[], Sequence[Vectors]], promise: Promise) -> Candidates:
        """Return the entries worth a closer look.

        ``vectors`` gives the unit vectors of the query's parts, none where the vault has no vectors; it is called after
        the words were looked up, so that they can be computed meanwhile. ``promise`` gives each candidate of the first
        step a score: the surroundings of the best are looked at, too.
        """
        words = tuple(self._words(query.words))
        permitted = Permitted(self._db, query.limits) if query.limits else None
        by_words, complete = self._before_vectors(query, words, permitted)
        read = self._read(by_words, words, query)  # while the question's vectors may be made
        questions = vectors()
        first = self._measured(read, query, words, questions)
        if not complete:
            more = self._by_meaning(query, questions, permitted).difference(by_words)
            first = first.joined(self._measured(self._read(more, words, query), query, words, questions), ())
        best = np.argsort(-promise(first), kind="stable")[:WITH_NEIGHBOURS]
        where = (first.places.seqs[best], first.places.threads[best], first.places.starts[best])
        around = self._index.surroundings(zip(*(column.tolist() for column in where), strict=True), REACH)
        new = {seq for row in around.values() for seq in row}
        new |= self._at_moments(first.places.starts[best[:WITH_MOMENT]].tolist())
        new.difference_update(first.places.seqs.tolist())
        if permitted is not None:
            new = set(permitted.first(new))
        return first.joined(self._measured(self._read(new, words, query), query, words, questions), around.values())

    def _before_vectors(self, query: Query, words: Sequence[Word], permitted: Permitted | None) -> tuple[set[int], bool]:
        """Return what is found by words and time, and whether that is everything that may be looked at."""
        if permitted is not None and (few := permitted.few(FEW)) is not None:
            return few, True
        by_words = _best_by_words(words)
        if permitted is not None:
            return set(permitted.first(by_words, BY_WORDS)), False
        return {*by_words[:BY_WORDS], *self._timed(query)}, False

    def _by_meaning(self, query: Query, questions: Sequence[Vectors], permitted: Permitted | None) -> set[int]:
        reach = (BY_MEANING if permitted is None else FEW) // max(len(questions), 1)
        reach = FOR_ADVICE if query.advice else reach
        nearest = [seq for question in questions for seq in self._vectors.nearest(question, reach)]
        return set(nearest if permitted is None else permitted.first(nearest))

    def _read(self, seqs: Collection[int], words: tuple[Word, ...], query: Query) -> _Read:
        """Read what is known of entries whatever the question means."""
        places = self._index.places(seqs, talk=query.to_assistant or query.limits.choosing)
        scores = np.array([word.scores_of(places.seqs) for word in words]).reshape(len(words), len(places.seqs))
        return _Read(places, scores, self._vectors.stored(places.seqs.tolist()))

    def _measured(self, read: _Read, query: Query, words: tuple[Word, ...], questions: Sequence[Vectors]) -> Candidates:
        """Return entries with their similarity to the question's parts."""
        known, center = read.places.seqs, self._vectors.center
        cosine, z = np.full(len(known), np.nan), np.full((max(len(questions), 1), len(known)), np.nan)
        vectors, spans = np.zeros((len(known), len(center)), np.float32), np.zeros((len(known), 2), np.int64)
        for part, question in enumerate(questions if len(known) else ()):
            mean, spread = self._vectors.background(question)
            near = read.stored.near(question)
            at = np.searchsorted(known, near.seqs)
            z[part, at] = (near.similarity - mean) / spread
            better = np.flatnonzero(~(np.nan_to_num(z[:part, at], nan=-np.inf).max(axis=0, initial=-np.inf) >= z[part, at]))
            cosine[at[better]] = near.similarity[better]
            vectors[at[better]] = near.vectors[better] - center
            spans[at[better]] = near.spans[better]
        # Advice fits where both the wish and its topic do; of a question with parts each part has its own answers.
        together = z.mean(axis=0) if query.advice else z.max(axis=0)
        length = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        beside = np.zeros((0, 2), np.int64)
        return Candidates(read.places, words, read.scores, cosine, together, vectors / length, spans, beside)

    def _at_moments(self, moments: Iterable[int]) -> set[int]:
        """Return what was remembered about these times, leaving out those at which there was much."""
        seqs: set[int] = set()
        for moment in moments:
            bounds = (moment - MOMENT, moment + MOMENT + 1, AT_MOMENT + 1)
            (there,) = columns(self._db, _IN_SPAN, bounds, count=1)
            seqs.update(there.tolist() if len(there) <= AT_MOMENT else ())
        return seqs

    def _words(self, wanted: Iterable[tuple[str, ...]]) -> Iterator[Word]:
        """Look the words up, rarest first, within the bound; of those that stand anywhere the rarest is always taken."""
        total = self._index.count()
        bound, spent = min(FREQUENCY_BOUND, LOW_BOUND + total // SHARE_BOUND), 0
        self._common.check(total)
        counted = sorted((self._counted(terms, bound + 1), terms) for terms in wanted)
        if all(not frequency or frequency > bound for frequency, _ in counted):
            counted = sorted((self._frequency(terms), terms) for _, terms in counted)
        for frequency, terms in counted:
            rarest = spent == 0
            spent += frequency
            if spent > bound and not rarest:
                return
            weight = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)) if frequency < total else 0.1
            yield Word(terms, weight, *self._scores(terms))

    def _counted(self, terms: Iterable[str], most: int) -> int:
        """Return how many entries terms stand in, counting no further than ``most`` for each."""
        return sum(min(self._common.get(term, most) or self._count(term, most), most) for term in terms)

    def _count(self, term: str, most: int) -> int:
        """Count further than asked for: what is common by far stays so while much is being imported."""
        query = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
        counted = int(scalar(self._db, query, (f'"{term}"', most + most // 8)))
        self._common.note(term, counted, most)
        return counted

    def _frequency(self, terms: Iterable[str]) -> int:
        """Return how many entries terms stand in, however many: of a frequent word that takes milliseconds."""
        query = "SELECT doc FROM word_frequencies WHERE term = ?"
        return sum(scalar(self._db, query, (term,)) or 0 for term in terms)

    def _scores(self, terms: Sequence[str]) -> tuple[Numbers, Floats]:
        """Return the entries that one of the terms stands in, with their BM25 score: the better one where two do."""
        found = [columns(self._db, _SCORED, (f'"{term}"',), count=2) for term in terms]
        seqs = np.concatenate([each for each, _ in found])
        scores = np.concatenate([scaled for _, scaled in found]) / _SCALE
        if len(terms) == 1:
            return seqs, scores
        order = np.lexsort((scores, seqs))
        seqs, scores = seqs[order], scores[order]
        last = np.flatnonzero(np.append(seqs[1:] != seqs[:-1], [True] * bool(len(seqs))))
        return seqs[last], scores[last]

    def _timed(self, query: Query) -> list[int]:
        """Return entries of a time that the question names, if those are few enough to look at."""
        found: list[int] = []
        for span in query.spans:
            if span.firm:
                bounds = (span.start.timestamp(), span.end.timestamp(), BY_TIME + 1)
                (within,) = columns(self._db, _IN_SPAN, bounds, count=1)
                found += within.tolist() if len(within) <= BY_TIME else []
        return found


class _Common:
    """Terms that stand in too many entries to be of use: to count so far takes long, and each question has some of them."""

    def __init__(self) -> None:
        self._least: dict[str, int] = {}
        self._total = 0

    def check(self, total: int) -> None:
        """Forget what was counted where entries went."""
        if total < self._total:
            self._least.clear()
        self._total = total

    def get(self, term: str, most: int) -> int:
        """Return how many entries a term stands in at least, if that is ``most`` or more; else 0."""
        least = self._least.get(term, 0)
        return least if least >= most else 0

    def note(self, term: str, counted: int, most: int) -> None:
        """Keep what was counted of a common term."""
        if counted >= most:
            self._least[term] = counted


def _best_by_words(words: Sequence[Word]) -> list[int]:
    """Return every entry that a word stands in, by the sum of their scores, best first; of equals the earlier."""
    if not words:
        return []
    seqs, at = np.unique(np.concatenate([word.seqs for word in words]), return_inverse=True)
    totals = np.bincount(at, weights=np.concatenate([word.scores for word in words]), minlength=len(seqs))
    best: list[int] = seqs[np.argsort(-totals, kind="stable")].tolist()
    return best
