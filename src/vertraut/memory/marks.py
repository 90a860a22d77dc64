"""Where a text answers to a question: the words to highlight, and the part to show of a long text."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from vertraut.memory.words import located, stems

Range = tuple[int, int]

SHOWN = 320
"""Characters of a long text that are shown around what matched."""


def marked(text: str, wanted: Collection[str], language: str) -> tuple[Range, ...]:
    """Return the places (start, stop) of the words of a text whose stems are among the wanted terms."""
    places = list(located(text))
    found = stems([word for word, _ in places], language)
    return tuple(place for (_, place), stem in zip(places, found, strict=True) if stem in wanted)


def excerpt(text: str, marks: Sequence[Range], passage: Range | None) -> Range:
    """Return the part of a text to show: all of a short one, else around the densest marks, else the nearest passage."""
    if len(text) <= SHOWN:
        return 0, len(text)
    if marks:
        best = max(marks, key=lambda mark: (_inside(marks, mark[0], mark[0] + SHOWN), -mark[0]))
        last = max(stop for _, stop in marks if stop <= best[0] + SHOWN or (_, stop) == best)
        room = max(0, SHOWN - (last - best[0])) // 2
        start = max(0, best[0] - room)
    else:
        start = passage[0] if passage else 0
    return _whole_words(text, start, min(len(text), start + SHOWN))


def _inside(marks: Sequence[Range], start: int, stop: int) -> int:
    return sum(1 for mark in marks if start <= mark[0] and mark[1] <= stop)


def _whole_words(text: str, start: int, stop: int) -> Range:
    """Move the edges of a part to white space close by."""
    if start > 0:
        space = text.find(" ", start, start + 24)
        start = space + 1 if space >= 0 else start
    if stop < len(text):
        space = text.rfind(" ", stop - 24, stop)
        stop = space if space >= 0 else stop
    return start, stop
