"""Time expressions in a question, German and English as equals, as spans of instants.

Everything is resolved against the moment of asking, in the person's zone: what names no year is the last one that has
begun, unless the sentence looks ahead. Words that only look like a time ("may", "2000 Euro", "the last time") give nothing.
Never raises for any text; what stands beyond the first ``LONGEST`` characters is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from vertraut.clock import zone_of
from vertraut.memory.time_combined import COMBINED
from vertraut.memory.time_dates import DATES
from vertraut.memory.time_grammar import Asking, Named
from vertraut.memory.time_relative import RELATIVE
from vertraut.memory.time_tokens import Token, tokens_of
from vertraut.memory.time_words import ENGLISH, FUTURE_CUES, GERMAN, PAST_CUES

LONGEST = 20_000
_OF_NO_INTEREST = frozenset({"WORD", "OTHER", "BREAK", "DOT", "COMMA", "DASH"})
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
    return [span for token in tokens if isinstance(token.value, Named) and (span := _span(token, token.value, place))]


def _asking(tokens: Iterable[Token], now: datetime, zone: tzinfo) -> Asking:
    words = [token.word for token in tokens if token.word]
    german = sum(word in GERMAN for word in words) > sum(word in ENGLISH for word in words)
    past = not PAST_CUES.isdisjoint(words) or (not german and "was" in words)
    local = now.astimezone(zone).replace(tzinfo=None)
    return Asking(local, zone, german, past, not past and not FUTURE_CUES.isdisjoint(words))


def _span(token: Token, named: Named, zone: tzinfo) -> Span | None:
    start, end = (_instant(each, zone) for each in named.range)
    return Span(start, end, (token.start, token.end), named.firm) if start < end else None


def _instant(local: datetime, zone: tzinfo) -> datetime:
    if local.year <= datetime.min.year + _EDGE:
        return datetime.min.replace(tzinfo=UTC)
    if local.year >= datetime.max.year - _EDGE:
        return datetime.max.replace(tzinfo=UTC)
    return local.replace(tzinfo=zone).astimezone(UTC)
