"""The part of a long text that is worth its tokens: whole sentences around the one that matters most."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from vertraut.ledger import Entry
from vertraut.memory.answers import sentences
from vertraut.memory.marks import Range
from vertraut.memory.tokens import TokenCount
from vertraut.memory.words import words

WINDOW = 60_000
"""Characters of a very long text that are looked at, around its focus."""

_SMALLEST = 8  # tokens: less of a sentence says nothing
_TRIES = 8
_LONG = 150  # characters
_WORD = re.compile(r"\w")
_SIGN = re.compile(r"#*\s*")
_SIGNS = 8  # around a title: "## … ##"


def sentences_near(entry: Entry, focus: Range, *, quotes: bool) -> list[Range]:
    """Return the places of an entry's sentences but those that only repeat its title or place.

    Of a mail they are what is new in it. With ``quotes`` they are all of it where what was looked for stands in a quote.
    """
    if len(entry.text) > WINDOW:
        start = max(0, focus[0] - WINDOW // 2)
        part = replace(entry, text=entry.text[start : start + WINDOW], meta={})
        return [(start + begin, start + end) for begin, end in sentences(part)]
    found = sentences(entry)
    if quotes and focus[1] and not any(_shared(place, focus) for place in found):
        found = sentences(replace(entry, meta={}))
    known = (words(entry.title), words(entry.place))
    longest = 2 * max(len(entry.title), len(entry.place)) + _SIGNS
    bare = (_without_ends(entry, place) for place in found)
    return [(start, stop) for start, stop in bare if stop - start > longest or words(entry.text[start:stop]) not in known]


def _without_ends(entry: Entry, place: Range) -> Range:
    """Return a sentence without a title on the line before it, as notes begin, or a place on the line behind it."""
    start, stop = place
    lead = _SIGN.match(entry.text, start, stop)
    end = (lead.end() if lead else start) + len(entry.title)
    if entry.title and entry.text[:end].endswith(entry.title) and entry.text[end:stop].startswith("\n"):
        start = stop - len(entry.text[end:stop].lstrip())
    if entry.place and entry.text[start:stop].endswith(f"\n{entry.place}"):
        stop = start + len(entry.text[start : stop - len(entry.place)].rstrip())
    return start, stop


def best_sentence(
    text: str, places: Sequence[Range], focus: Range, marks: Sequence[Range], without: Collection[int] = ()
) -> int:
    """Return which sentence matters most: with the most marks inside the focus, then the one that has most of the focus.

    "Dear Ms Grant," is none, if there is another.
    """
    near = [mark for mark in marks if _shared(mark, focus)]

    def value(n: int) -> tuple[bool, int, int, int]:
        start, stop = places[n]
        marked = sum(1 for mark in near if start <= mark[0] and mark[1] <= stop)
        return text[stop - 1 : stop] != ",", marked, min(_shared(places[n], focus), _LONG), -n

    return max((n for n in range(len(places)) if n not in without), key=value, default=0)


def excerpt_of(
    text: str, places: Sequence[Range], middle: int, room: int, count: TokenCount, *, without: Collection[int], cut: bool
) -> list[Range]:
    """Return the sentences that fit into ``room`` tokens: the middle one, then what stands around it, what follows first.

    Those in ``without`` are passed over. A middle sentence that does not fit alone is ``cut`` at a word, or nothing fits.
    """
    left = room - count(text[slice(*places[middle])])
    if left < 0:
        return _within(text, places[middle], room, count) if cut else []
    first = last = middle
    sides = [1, -1]
    while sides:
        for side in sides.copy():
            n = last + 1 if side > 0 else first - 1
            cost = _cost(text, places, n, count) if n not in without else 0
            if cost is None or cost > left:
                sides.remove(side)
                continue
            left -= cost
            first, last = min(first, n), max(last, n)
    return [places[n] for n in range(first, last + 1) if n not in without]


def joined(text: str, places: Sequence[Range]) -> tuple[Range, ...]:
    """Make one part of neighbouring sentences between which there are no words."""
    parts: list[Range] = []
    for start, stop in places:
        if parts and not _WORD.search(text, parts[-1][1], start):
            parts[-1] = parts[-1][0], stop
        else:
            parts.append((start, stop))
    return tuple(parts)


def _cost(text: str, places: Sequence[Range], n: int, count: TokenCount) -> int | None:
    return count(text[slice(*places[n])]) + 1 if 0 <= n < len(places) else None


def _within(text: str, place: Range, room: int, count: TokenCount) -> list[Range]:
    start, stop = place
    for _ in range(_TRIES):
        cost = count(text[start:stop])
        if cost <= room:
            return [(start, stop)]
        longest = start + (stop - start) * max(room, 0) * 9 // (cost * 10)
        space = text.rfind(" ", start, longest)
        stop = space if space > start else longest
        if room < _SMALLEST or stop <= start:
            break
    return []


def _shared(one: Range, other: Range) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))
