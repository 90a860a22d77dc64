"""The part of a long text that is worth its tokens: whole sentences around the one that matters most."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from vertraut.ledger import Entry
from vertraut.memory.answers import sentences
from vertraut.memory.marks import Range, Telling, told
from vertraut.memory.tokens import TokenCount
from vertraut.memory.words import words as words_of

WINDOW = 60_000
"""Characters of a very long text that are looked at, around the most telling word."""

_SMALLEST = 8  # tokens: less of a sentence says nothing
_TRIES = 8
_FOCUS = 0.5  # of all of the focus, against a word of the question that stands nowhere else in the text
_WORD = re.compile(r"\w")
_SIGN = re.compile(r"#*\s*")
_SIGNS = 8  # around a title: "## … ##"


def telling(text: str, marks: Sequence[Range]) -> list[Telling]:
    """Return the question's words in a text, in their order: those that stand there seldom tell more."""
    found = [(start, text[start:stop].casefold()) for start, stop in marks]
    counts = Counter(word for _, word in found)
    return [(start, 1 / counts[word], word) for start, word in found]


def sentences_near(entry: Entry, centre: int, *, quotes: bool) -> list[Range]:
    """Return the places of an entry's sentences but those that only repeat its title or place.

    Of a mail they are what is new in it. With ``quotes`` they are all of it where the ``centre`` stands in what it quotes.
    """
    if len(entry.text) > WINDOW:
        start = max(0, centre - WINDOW // 2)
        part = replace(entry, text=entry.text[start : start + WINDOW], meta={})
        return [(start + begin, start + end) for begin, end in sentences(part)]
    found = sentences(entry)
    if quotes and not any(start <= centre < stop for start, stop in found):
        found = sentences(replace(entry, meta={}))
    known = (words_of(entry.title), words_of(entry.place))
    longest = 2 * max(len(entry.title), len(entry.place)) + _SIGNS
    bare = (_without_ends(entry, place) for place in found)
    return [(start, stop) for start, stop in bare if stop - start > longest or words_of(entry.text[start:stop]) not in known]


def _without_ends(entry: Entry, place: Range) -> Range:
    """Return a sentence without a title on the line before it, as notes begin, or a place on the line behind it."""
    start, stop = place
    lead = _SIGN.match(entry.text, start, stop)
    begin = lead.end() if lead else start
    if entry.title and entry.text.startswith(f"{entry.title}\n", begin, stop):
        start = stop - len(entry.text[begin + len(entry.title) : stop].lstrip())
    if entry.place and entry.text[start:stop].endswith(f"\n{entry.place}"):
        stop = start + len(entry.text[start : stop - len(entry.place)].rstrip())
    return start, stop


def best_sentence(
    text: str, places: Sequence[Range], focus: Range, words: Sequence[Telling], without: Collection[int]
) -> int:
    """Return which sentence matters most: the one that says most of the question, or has most of the focus.

    "Dear Ms Grant," is none if there is another.
    """
    starts = [start for start, _, _ in words]
    whole = focus[1] - focus[0] or 1

    def value(n: int) -> tuple[bool, float, int]:
        start, stop = places[n]
        said = words[bisect_left(starts, start) : bisect_left(starts, stop)]
        inside = max(0, min(stop, focus[1]) - max(start, focus[0])) / whole
        return text[stop - 1 : stop] != ",", told(said) + inside * _FOCUS, -n

    return max((n for n in range(len(places)) if n not in without), key=value, default=0)


def excerpt_of(
    text: str, places: Sequence[Range], middle: int, room: int, count: TokenCount, *, without: Collection[int]
) -> list[Range]:
    """Return the sentences that fit into ``room`` tokens: the middle one, then what stands around it, what follows first.

    Those in ``without`` are passed over. A middle sentence that does not fit alone is cut at a word.
    """
    left = room - count(text[slice(*places[middle])])
    if left < 0:
        return _within(text, places[middle], room, count)
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
