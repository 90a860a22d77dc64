"""Time expressions in a question, German and English as equals, as spans of instants.

Everything is resolved against the moment of asking, in the person's zone: what names no year is the last one that has
begun, unless the sentence looks ahead. Words that only look like a time ("may", "2000 Euro", "the last time") give nothing.
Never raises for any text; what stands beyond the first ``LONGEST`` characters is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, tzinfo
from itertools import pairwise

from vertraut.clock import zone_of
from vertraut.memory.time_combined import COMBINED
from vertraut.memory.time_dates import DATES
from vertraut.memory.time_grammar import Asking, Named
from vertraut.memory.time_relative import RELATIVE
from vertraut.memory.time_tokens import Token, tokens_of
from vertraut.memory.time_words import ENGLISH, FUTURE_CUES, GERMAN, PAST_CUES

LONGEST = 20_000
_OF_NO_INTEREST = frozenset({"WORD", "OTHER", "BREAK", "DOT", "COMMA", "DASH"})
_HAVE = frozenset("habe hast hat haben bin bist ist sind".split())
_PARTICIPLE = re.compile(r"\w*ge\w{2,}(?:t|en)|\w+iert")
_PRONOUNS = frozenset("i we you he she they".split())
_EDGE = 1
"""Years this close to the ends of the calendar are its ends."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time that a text names.

    ``start`` is its first instant and ``end`` the first one after it, both aware and in UTC. ``words`` is where the
    expression stands in the text. ``firm`` says that it names a time; without it, it is rather a hint ("recently").
    """

    start: datetime
    end: datetime
    words: tuple[int, int]
    firm: bool


def spans_in(text: str, now: datetime, zone: str) -> list[Span]:
    """Return the times that a text names, in its order, as meant by somebody who asks at ``now`` in ``zone``."""
    tokens = tokens_of(text[:LONGEST])
    if all(token.kind in _OF_NO_INTEREST for token in tokens):
        return []
    place = zone_of(zone)
    asking = _asking(tokens, now, place)
    for each in (DATES, RELATIVE, *COMBINED):
        tokens = each.over(tokens, asking)
    return _spans(tokens, place)


def _asking(tokens: Iterable[Token], now: datetime, zone: tzinfo) -> Asking:
    words = [token.word for token in tokens if token.word]
    german = sum(word in GERMAN for word in words) > sum(word in ENGLISH for word in words)
    past = not PAST_CUES.isdisjoint(words) or (_in_perfect(words) if german else _looks_back(words))
    prefixed = german and words[-1] in {"an", "vor"}  # "Was steht am Freitag an?", "Was habe ich morgen vor?"
    local = now.astimezone(zone).replace(tzinfo=None)
    return Asking(local, zone, german, past, not past and (prefixed or not FUTURE_CUES.isdisjoint(words)))


def _in_perfect(words: Sequence[str]) -> bool:
    """Tell whether a German sentence may be in the perfect tense: "habe … gekauft"."""
    return not _HAVE.isdisjoint(words) and any(map(_PARTICIPLE.fullmatch, words))


def _looks_back(words: Sequence[str]) -> bool:
    """Tell whether an English sentence says "was" or "have I …"."""
    asked = any(verb in {"have", "has"} and whom in _PRONOUNS for verb, whom in pairwise(words))
    return asked or "was" in words


def _spans(tokens: Iterable[Token], zone: tzinfo) -> list[Span]:
    """Return the times among the tokens; of two that share a compound ("Freitagabend"), the first."""
    spans: list[Span] = []
    for token in tokens:
        if isinstance(token.value, Named) and not (spans and token.start < spans[-1].words[1]):
            start, end = (_instant(each, zone) for each in token.value.range)
            if start < end:
                spans.append(Span(start, end, (token.start, token.end), token.value.firm))
    return spans


def _instant(local: datetime, zone: tzinfo) -> datetime:
    if local.year <= MINYEAR + _EDGE:
        return datetime.min.replace(tzinfo=UTC)
    if local.year >= MAXYEAR - _EDGE:
        return datetime.max.replace(tzinfo=UTC)
    return local.replace(tzinfo=zone).astimezone(UTC)
