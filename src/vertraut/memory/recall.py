"""A question in, entries out, each with the reasons why.

Everything of one recall is read in one transaction: what another process forgets meanwhile is either wholly there or gone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial

import apsw
import numpy as np

from vertraut.ledger import Entry, Ledger, entry_of
from vertraut.memory.candidates import REACH, Gatherer
from vertraut.memory.confidence import Grounds, confidence, confidence_features, grounds_of
from vertraut.memory.embedding import Embedder, Vectors
from vertraut.memory.index import Index
from vertraut.memory.limits import Limits, Permitted
from vertraut.memory.marks import excerpt, marked
from vertraut.memory.places import Placed
from vertraut.memory.query import Query, understood
from vertraut.memory.ranker import CHOSEN, Model, Ranking, promise, ranking, shipped_model
from vertraut.memory.repeats import Once
from vertraut.memory.signals import FAMILIES, SIGNALS, named_words
from vertraut.memory.vectors import VectorIndex
from vertraut.memory.words import question_terms

_SHOWN_REASONS = 4
_NEARLY_ALL = 0.8
_MANY = 300_000
"""In a vault of more entries, looking up a question's words takes as long as embedding it, so both are done at once. Else
one goes after the other: the engine computes in step on every core, and beside anything else it takes twice as long."""
_LOOKED_THROUGH, _AND_MORE = 2, 10  # for each hit that is wanted, and in all: candidates at most, where much stands twice
_TELLING = 0.05
"""A contribution smaller than this share of the score is no reason worth naming."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A family of signals that brought a hit: its name as in ``signals.FAMILIES``, its first signal's value, its share."""

    signal: str
    value: float
    contribution: float
    """What it added to the score, against an ordinary candidate."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One recalled entry. ``id`` is its number; offsets are characters of ``entry.text``."""

    id: int
    entry: Entry
    score: float
    passage: tuple[int, int]
    """The part to show."""
    marks: tuple[tuple[int, int], ...]
    signals: Mapping[str, float] = field(repr=False)
    words: tuple[str, ...] = ()
    """The words of the text that stand in the question."""
    covers: frozenset[int] = frozenset()
    """Which of the question's words stand in the entry, by their place in ``Recalled.word_weights``."""
    around: tuple[int, ...] = ()
    """The entries around it in its thread, two before and two after, itself included, in order of time; none that a limit
    keeps out."""
    repeats: tuple[int, ...] = ()
    """The entries that would be hits, too, but say nothing that this one does not, in order of time."""
    explain: Callable[[], tuple[Reason, ...]] = field(default=tuple, repr=False, compare=False)
    """Gives ``parts``; of all hits together where one is asked for."""

    @property
    def parts(self) -> tuple[Reason, ...]:
        """What every family of signals added."""
        return self.explain()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What told most, most telling first; "together" tells a person nothing and stays unsaid."""
        parts = [part for part in self.parts if part.signal != "together"]
        gained = sum(max(0.0, part.contribution) for part in parts) or 1.0
        telling = [part for part in parts if part.contribution / gained > _TELLING]
        return tuple(sorted(telling, key=lambda part: -part.contribution)[:_SHOWN_REASONS])


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a question brought: hits, best first, and how many of all entries have a vector already."""

    question: str
    hits: tuple[Hit, ...]
    query: Query = field(repr=False)
    word_weights: tuple[float, ...] = ()
    """How rare each of the question's words is in this vault; 0 for a word that stands nowhere."""
    judged: Mapping[str, float] | None = field(default=None, repr=False)
    """What the confidence is judged by; None where there is no hit."""
    entries: int = 0
    embedded: int = 0

    @property
    def confidence(self) -> float:
        """The estimated probability that there is an answer and that it is among the first ten hits.

        What only filters ask for is what they give.
        """
        if not self.query.text:
            return float(bool(self.hits))
        return confidence(self.judged)

    def settled(self, *, reasons: bool) -> Recalled:
        """Return the same without what its reasons are computed from: worked out, or left out."""
        return replace(
            self, hits=tuple(replace(hit, explain=partial(tuple, hit.parts if reasons else ())) for hit in self.hits)
        )


@dataclass(frozen=True, slots=True)
class _Choice:
    """A candidate that becomes a hit, by its place, and the numbers of those it stands for."""

    place: int
    entry: Entry
    repeats: tuple[int, ...]


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
        model: Model | None = None,
    ) -> None:
        self._db = connection
        self._ledger = ledger
        self._index = index
        self._vectors = vectors
        self._embedder = embedder
        self._model = model or shipped_model()
        self._gatherer = Gatherer(connection, index, vectors)
        # A thread that sleeps between questions gets a core before those at work, as another process's import is.
        self._thinking = ThreadPoolExecutor(1, "question")

    def close(self) -> None:
        """End the thread that embeds questions."""
        self._thinking.shutdown()

    def recall(self, text: str, now: datetime, zone: str, *, count: int = 10, limits: Limits | None = None) -> Recalled:
        """Return up to ``count`` entries for a question asked at ``now`` in ``zone``: the newest where it only filters.

        Of several that say the same, the best stands for all.

        Raises ``BadQuery``, ``BadFilter`` or ``BadTime``.
        """
        with self._db:
            query = self._understood(text, now, zone, limits)
            if not query.text:
                return self._listed(text, query, count, now)
            ranked = self._ranked(query)
            chosen = self._chosen(ranked, count)
            around = self._around(ranked.seqs([choice.place for choice in chosen]), query)
            entries, waiting = self._index.count(), self._index.waiting()
        explained = _Explained(ranked, [choice.place for choice in chosen])
        hits = tuple(_hit(ranked, choice, explained, around) for choice in chosen)
        weights = tuple(word.weight if len(word.seqs) else 0.0 for word in ranked.found.words)
        judged = confidence_features(self.grounds(ranked), ranked.own)
        return Recalled(text, hits, query, weights, judged, entries, entries - waiting)

    def ranked(self, text: str, now: datetime, zone: str, limits: Limits | None = None) -> Ranking:
        """Return the candidates of a question with their signals: what the ranker is fitted on."""
        return self._ranked(self._understood(text, now, zone, limits))

    def grounds(self, ranked: Ranking) -> Grounds:
        """Return what the confidence of a ranking is judged by."""
        named = " ".join(named_words(ranked.query.text, self._index.authors_by_word()))
        stems = {term for terms in question_terms(named, self._index.languages()) for term in terms}
        names = {n for n, word in enumerate(ranked.found.words) if not stems.isdisjoint(word.terms)}
        return grounds_of(ranked, names)

    def _understood(self, text: str, now: datetime, zone: str, limits: Limits | None) -> Query:
        self._index.check_version()
        return understood(text, now, zone, self._index.languages(), limits)

    def _ranked(self, query: Query) -> Ranking:
        authors = self._index.authors_by_word()
        parts = query.parts if len(self._vectors) else ()
        think = partial(self._vectors_of, parts, advice=query.advice)
        begun = self._thinking.submit(think) if self._index.count() > _MANY else None

        def vectors() -> list[Vectors]:
            return (begun or self._thinking.submit(think)).result()

        found = self._gatherer.gather(query, vectors, promise(query, authors, self._model))
        return ranking(query, found, authors, self._model)

    def _vectors_of(self, parts: Sequence[str], *, advice: bool) -> list[Vectors]:
        """Return the vectors of a question's parts, of which the first is its whole.

        Where the others make up nearly all of it, the vector of the whole is the mean of theirs, weighted by length:
        embedding it, too, would take as long as all of them together.
        """
        lengths = [len(part) for part in parts[1:]]
        if advice or not parts or sum(lengths) < _NEARLY_ALL * len(parts[0]):
            return [self._embedder.question(part) for part in parts]
        vectors = [self._embedder.question(part) for part in parts[1:]]
        mean: Vectors = np.average(vectors, axis=0, weights=lengths).astype(np.float32)
        return [mean / np.linalg.norm(mean), *vectors]

    def _listed(self, text: str, query: Query, count: int, now: datetime) -> Recalled:
        """Return the newest entries that fit where no question is asked."""
        seqs = Permitted(self._db, query.limits).newest(count, now)
        texts, around = self._texts(seqs), self._around(seqs, query)
        hits = tuple(_unasked(seq, texts[seq], around[seq]) for seq in seqs if seq in texts)
        entries = self._index.count()
        return Recalled(text, hits, query, entries=entries, embedded=entries - self._index.waiting())

    def _texts(self, seqs: Sequence[int]) -> dict[int, Entry]:
        records = self._ledger.get(seqs)
        return {seq: entry_of(record.content) for seq, record in records.items() if record.content is not None}

    def _chosen(self, ranked: Ranking, count: int) -> list[_Choice]:
        """Return the best candidates, each thing once; behind the first ten, those of threads not seen yet come first."""
        once, kept, first = Once(), dict[int, Entry](), min(count, CHOSEN)
        order = ranked.order()
        seen = self._take(ranked, order[: _LOOKED_THROUGH * first + _AND_MORE], first, once, kept)
        if count > CHOSEN:
            rest = _broadened(order[seen:], ranked, order[:seen])
            self._take(ranked, rest[: _LOOKED_THROUGH * count + _AND_MORE - seen], count, once, kept)
        entries = zip(kept.items(), once.repeats(), strict=True)
        return [_Choice(place, entry, repeats) for (place, entry), repeats in entries]

    def _take(self, ranked: Ranking, places: Sequence[int], count: int, once: Once, kept: dict[int, Entry]) -> int:
        """Keep candidates until there are ``count``; return how many were looked at."""
        at = 0
        while len(kept) < count and at < len(places):
            portion = places[at : at + count - len(kept)]
            texts = self._texts(ranked.seqs(list(portion)))
            for place, where in zip(portion, _placed(ranked, portion), strict=True):
                if where.seq in texts and once.keep(where, texts[where.seq]):
                    kept[place] = texts[where.seq]
            at += len(portion)
        return at

    def _around(self, seqs: Sequence[int], query: Query) -> dict[int, tuple[int, ...]]:
        places = self._index.places(seqs)
        where = zip(places.seqs.tolist(), places.threads.tolist(), places.starts.tolist(), strict=True)
        found = self._index.surroundings(where, REACH)
        if query.limits:
            every = {seq for row in found.values() for seq in row}
            permitted = set(Permitted(self._db, query.limits).first(every))
            return {seq: tuple(each for each in row if each in permitted) for seq, row in found.items()}
        return {seq: tuple(row) for seq, row in found.items()}


class _Explained:
    """What each family of signals added to hits, computed for all of them when the first is asked about."""

    def __init__(self, ranked: Ranking, places: list[int]) -> None:
        self._ranked = ranked
        self._places = places

    @cached_property
    def _parts(self) -> dict[int, dict[str, float]]:
        return dict(zip(self._places, self._ranked.parts(self._places), strict=True))

    def of(self, place: int) -> tuple[Reason, ...]:
        """Return what each family added to one of them."""
        values = dict(zip(SIGNALS, self._ranked.matrix[place].tolist(), strict=True))
        return tuple(Reason(family, values[FAMILIES[family][0]], part) for family, part in self._parts[place].items())


def _hit(ranked: Ranking, choice: _Choice, explained: _Explained, around: Mapping[int, tuple[int, ...]]) -> Hit:
    found, place, entry = ranked.found, choice.place, choice.entry
    (seq,) = ranked.seqs([place])
    wanted = {term: word for word in found.words for term in word.terms}
    stood = marked(entry.text, wanted, str(found.places.languages[place]))
    told = [(at, wanted[term].weight, wanted[term].terms[0]) for (at, _), term in stood.items()]
    start, stop = found.spans[place].tolist()
    values = dict(zip(SIGNALS, ranked.matrix[place].tolist(), strict=True))
    values["cosine"] = float(np.nan_to_num(found.cosine[place]))  # 0 while there is no vector
    return Hit(
        id=seq,
        entry=entry,
        score=float(ranked.scores[place]),
        passage=excerpt(entry.text, tuple(stood), (start, stop) if stop else None, told),
        marks=tuple(stood),
        signals=values,
        words=tuple(dict.fromkeys(entry.text[start:stop] for start, stop in stood)),
        covers=frozenset(np.flatnonzero(found.scores[:, place]).tolist()),
        around=around[seq],
        repeats=choice.repeats,
        explain=partial(explained.of, place),
    )


def _unasked(seq: int, entry: Entry, around: tuple[int, ...]) -> Hit:
    """Return an entry that no question was asked for."""
    return Hit(seq, entry, 0.0, excerpt(entry.text, (), None), (), {"cosine": 0.0}, around=around)


def _placed(ranked: Ranking, places: Sequence[int]) -> list[Placed]:
    """Return where candidates stand."""
    columns = ranked.found.places
    rows = (getattr(columns, name)[list(places)].tolist() for name in columns.__slots__)
    return [Placed(*row) for row in zip(*rows, strict=True)]


def _broadened(places: Sequence[int], ranked: Ranking, before: Sequence[int]) -> list[int]:
    """Return candidates with the best of each thread that does not stand before them first, the best thread first."""
    threads = ranked.found.places.threads.tolist()
    seen = {threads[n] for n in before}
    new: list[int] = []
    more: list[int] = []
    for n in places:
        (more if threads[n] in seen else new).append(n)
        seen.add(threads[n])
    return [*sorted(new, key=lambda n: -ranked.of_thread[n]), *more]
