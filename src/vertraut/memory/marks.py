"""Where a text answers to a question: the words to highlight, and the part to show of a long text."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from vertraut.memory.words import located, stems

Range = tuple[int, int]

Telling = tuple[int, float, str]
"""Where a word of the question stands in a text, how much it tells, and the word."""

SHOWN = 320
"""Characters of a long text that are shown around what matched."""


def marked(text: str, wanted: Collection[str], language: str) -> dict[Range, str]:
    """Return the places (start, stop) of the words of a text whose stems are wanted, in order, with these stems."""
    places = list(located(text))
    found = stems([word for word, _ in places], language)
    return {place: stem for (_, place), stem in zip(places, found, strict=True) if stem in wanted}


def told(words: Sequence[Telling]) -> float:
    """Return how much words tell together. What is said twice tells no more."""
    return sum({word: weight for _, weight, word in words}.values())


def excerpt(text: str, marks: Sequence[Range], passage: Range | None, words: Sequence[Telling] = ()) -> Range:
    """Return the part of a text to show: all of a short one, else around the marks, else the nearest passage.

    Where there are marks in many places, it is where the ``words``, one a mark, tell most, then where most marks are.
    """
    if len(text) <= SHOWN:
        return 0, len(text)
    if marks:
        first, last = _best_window(marks, words)
        begin, end = marks[first][0], marks[last][1]
        start = max(0, begin - max(0, SHOWN - (end - begin)) // 2)
    else:
        start = passage[0] if passage else 0
    return _whole_words(text, start, min(len(text), start + SHOWN))


def _best_window(marks: Sequence[Range], words: Sequence[Telling]) -> Range:
    """Return the first and the last of the marks, in order, that are best shown together; a long one stands alone."""
    best, value, behind = (0, 0), (-1.0, 0), 0
    for n, (start, _) in enumerate(marks):
        behind = max(behind, n + 1)
        while behind < len(marks) and marks[behind][1] <= start + SHOWN:
            behind += 1
        here = told(words[n:behind]), behind - n
        if here > value:
            best, value = (n, behind - 1), here
    return best


def _whole_words(text: str, start: int, stop: int) -> Range:
    """Move the edges of a part to white space close by."""
    if start > 0:
        space = text.find(" ", start, start + 24)
        start = space + 1 if space >= 0 else start
    if stop < len(text):
        space = text.rfind(" ", stop - 24, stop)
        stop = space if space >= 0 else stop
    return start, stop
