"""An answer without a language model: the sentences of remembered entries that answer a question, or "I don't know".

Which sentence of an entry answers is decided by meaning and words together; whether there is an answer at all by a
calibrated model over the best hits (``memory.confidence``). Every quote names its entry: nothing is said without evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from vertraut.ledger import Entry
from vertraut.memory.confidence import confidence
from vertraut.memory.embedding import Embedder
from vertraut.memory.recall import Hit, Recalled
from vertraut.memory.words import terms

KNOWN_FROM = 0.5
"""Confidence from which an answer is given: chosen so that nine of ten answerable questions are answered."""

CONSIDERED = 5  # hits whose sentences are compared
QUOTES = 3
_SENTENCES = 12  # of one entry, at most
_WORDS_WEIGHT = 0.12  # of full word coverage against cosine; cosines of sentences spread over about 0.1
_CLOSE = 0.035  # a further quote may be this much worse than the best
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"»”“')\]]*\s+(?=[^\s\da-zäöü])|\n+")
_SHORT = 12

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that answers, numbered from 1: (start, stop) in the text of the hit's entry."""

    number: int
    hit: Hit
    start: int
    stop: int

    @property
    def text(self) -> str:
        """The sentence."""
        return self.hit.entry.text[self.start : self.stop] or self.hit.entry.title


@dataclass(frozen=True, slots=True)
class Answer:
    """What memory says to a question. ``known`` is False where the evidence does not carry an answer.

    ``confidence`` is the estimated probability that the answer is among the recalled entries. Quotes are there in both
    cases: of an unknown answer they are what comes nearest.
    """

    question: str
    known: bool
    confidence: float
    quotes: tuple[Quote, ...]
    recalled: Recalled = field(repr=False)


def answer(recalled: Recalled, embedder: Embedder) -> Answer:
    """Return the sentences that answer the question that was recalled for."""
    certain = confidence(recalled)
    quotes = tuple(_quotes(recalled, embedder))
    return Answer(recalled.question, certain >= KNOWN_FROM and bool(quotes), certain, quotes, recalled)


def sentences(entry: Entry) -> list[Range]:
    """Return the places of an entry's sentences; of a mail only of what is new in it, without quoted history."""
    ranges = entry.meta.get("new") if isinstance(entry.meta.get("new"), list) else None
    places: list[Range] = []
    for start, stop in ranges or [(0, len(entry.text))]:
        places += _split(entry.text, start, stop)
    return places or [(0, len(entry.text))]


def _split(text: str, start: int, stop: int) -> Iterator[Range]:
    """Yield sentences; a very short one stays with the one after it ("Ja. Um acht.")."""
    begin = start
    for found in [*_SENTENCE_END.finditer(text, start, stop), None]:
        end = found.start() if found else stop
        if found and len(text[begin:end].strip()) < _SHORT:
            continue
        piece = text[begin:end]
        if piece.strip():
            lead = len(piece) - len(piece.lstrip())
            yield begin + lead, begin + len(piece.rstrip())
        begin = found.end() if found else stop


def _quotes(recalled: Recalled, embedder: Embedder) -> Iterator[Quote]:
    hits = recalled.hits[:CONSIDERED]
    places = [(hit, place) for hit in hits for place in _promising(hit)]
    if not places:
        return
    question = embedder.question(recalled.question)
    texts = [f"{hit.entry.author}: {hit.entry.text[start:stop] or hit.entry.title}" for hit, (start, stop) in places]
    cosines = embedder.passages(texts) @ question
    best: dict[int, tuple[float, Hit, Range]] = {}
    top = hits[0].score
    for (hit, place), cosine in zip(places, cosines.tolist(), strict=True):
        value = cosine + _WORDS_WEIGHT * _covered(hit, place, recalled) - 0.01 * (top - hit.score)
        if hit.id not in best or value > best[hit.id][0]:
            best[hit.id] = (value, hit, place)
    ordered = sorted(best.values(), key=lambda each: -each[0])
    good = [each for each in ordered if each[0] >= ordered[0][0] - _CLOSE][:QUOTES]
    for number, (_, hit, (start, stop)) in enumerate(good, start=1):
        yield Quote(number, hit, start, stop)


def _promising(hit: Hit) -> Sequence[Range]:
    """Return the sentences of a hit near what matched, at most a dozen."""
    every = sentences(hit.entry)
    if len(every) <= _SENTENCES:
        return every
    middle = hit.marks[0][0] if hit.marks else hit.passage[0]
    return sorted(sorted(every, key=lambda place: abs(place[0] - middle))[:_SENTENCES])


def _covered(hit: Hit, place: Range, recalled: Recalled) -> float:
    wanted = recalled.query.words
    if not wanted:
        return 0.0
    text = hit.entry.text[place[0] : place[1]]
    there = {term for language in ("de", "en") for term in terms(text, language)}
    return sum(1 for word in wanted if not there.isdisjoint(word)) / len(wanted)
