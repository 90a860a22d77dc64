"""An answer without a language model: the sentences of remembered entries that answer a question, or "I don't know".

Which sentence of an entry answers is decided by meaning and words together; whether there is an answer at all by a
calibrated model over the best hits (``memory.confidence``). Every quote names its entry: nothing is said without evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from vertraut.errors import BadQuery
from vertraut.ledger import Entry
from vertraut.memory.confidence import known_from
from vertraut.memory.embedding import Embedder
from vertraut.memory.recall import Hit, Recalled
from vertraut.memory.words import terms

QUOTES = 3
_SENTENCES = 12  # of one entry, at most
_WORDS_WEIGHT = 0.12  # of full word coverage against cosine; cosines of sentences spread over about 0.1
_CLOSE = 3.5  # in scores of recall: who is further behind the best is not quoted; two thirds of what answers is nearer
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"»”“')\]]*\s+(?=[^\s\da-zäöü])|\n+")
_NO_END = re.compile(r"(?:\d|\b(?:[^\W\d_]|Dr|Fr|Hr|Mr|Mrs|Ms|St|Str|Nr|No|Tel|bzw|ca|usw|vs))\.$")
_SHORT = 12
_HEADINGS = re.compile(r"(?:#{1,6}[ \t]+[^\n]*(?:\n\s*|$))+")  # of Markdown

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
    """Return the sentences that answer the question that was recalled for. Raises ``BadQuery`` where there was none."""
    if not recalled.query.text:
        raise BadQuery
    certain = recalled.confidence
    quotes = tuple(_quotes(recalled, embedder))
    return Answer(recalled.question, certain >= known_from(recalled.query.text) and bool(quotes), certain, quotes, recalled)


def sentences(entry: Entry) -> list[Range]:
    """Return the places of an entry's sentences; of a mail only of what is new in it, without quoted history."""
    whole = [(0, len(entry.text))]
    new = entry.meta.get("new")
    ranges = new if isinstance(new, list) and all(_is_range(each, len(entry.text)) for each in new) else whole
    return [place for start, stop in ranges or whole for place in _split(entry.text, start, stop)] or whole


def _is_range(value: Any, length: int) -> bool:
    """Say whether a value, which any file may have given, is a place in a text of this length."""
    if not isinstance(value, Sequence) or [type(each) for each in value] != [int, int]:
        return False
    start, stop = value
    return bool(0 <= start <= stop <= length)


def _split(text: str, start: int, stop: int) -> Iterator[Range]:
    """Yield sentences; a very short one stays with the one after it ("Ja. Um acht.")."""
    begin = start
    for found in [*_SENTENCE_END.finditer(text, start, stop), None]:
        end = found.start() if found else stop
        if found and (len(text[begin:end].strip()) < _SHORT or _NO_END.search(text, max(begin, end - 8), end)):
            continue
        piece = text[begin:end]
        if piece.strip():
            lead = len(piece) - len(piece.lstrip())
            yield begin + lead, begin + len(piece.rstrip())
        begin = found.end() if found else stop


def _quotes(recalled: Recalled, embedder: Embedder) -> Iterator[Quote]:
    """Yield the best sentence of the best hits, in the order of recall, which knows more of an entry than one sentence."""
    hits = [hit for hit in recalled.hits[:QUOTES] if hit.score >= recalled.hits[0].score - _CLOSE]
    places = [(hit, place) for hit in hits for place in _promising(hit)]
    if not places:
        return
    question = embedder.question(recalled.query.text)
    texts = [f"{hit.entry.author}: {hit.entry.text[start:stop] or hit.entry.title}" for hit, (start, stop) in places]
    cosines = embedder.passages(texts) @ question
    best: dict[int, tuple[float, Range]] = {}
    for (hit, place), cosine in zip(places, cosines.tolist(), strict=True):
        value = cosine + _WORDS_WEIGHT * _covered(hit, place, recalled)
        if hit.id not in best or value > best[hit.id][0]:
            best[hit.id] = (value, place)
    for number, hit in enumerate(hits, start=1):
        start, stop = best[hit.id][1]
        yield Quote(number, hit, start, stop)


def _promising(hit: Hit) -> Sequence[Range]:
    """Return the sentences of a hit near what matched, at most a dozen."""
    every = _under_headings(hit.entry.text, sentences(hit.entry))
    if len(every) <= _SENTENCES:
        return every
    middle = hit.marks[0][0] if hit.marks else hit.passage[0]
    return sorted(sorted(every, key=lambda place: abs(place[0] - middle))[:_SENTENCES])


def _under_headings(text: str, places: Sequence[Range]) -> Sequence[Range]:
    """Return sentences without the headings they stand under; a heading is one only where there is nothing else."""
    leads = [_HEADINGS.match(text, start, stop) for start, stop in places]
    under = [(lead.end() if lead else start, stop) for lead, (start, stop) in zip(leads, places, strict=True)]
    return [(start, stop) for start, stop in under if start < stop] or places


def _covered(hit: Hit, place: Range, recalled: Recalled) -> float:
    wanted = recalled.query.words
    if not wanted:
        return 0.0
    text = hit.entry.text[place[0] : place[1]]
    there = {term for language in ("de", "en") for term in terms(text, language)}
    return sum(1 for word in wanted if not there.isdisjoint(word)) / len(wanted)
