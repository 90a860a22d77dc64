"""Long texts in parts that an embedding can hold, each with its place in the text, in characters.

A part ends at the strongest boundary in its second half: a blank line, a line end, a sentence end, a space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 600
"""Characters of a passage: about 150 tokens. Shorter parts than the model could hold match single statements better."""

_LONELY_END = 1.25  # a rest of up to a quarter more stays with the last part
_BOUNDARIES = tuple(re.compile(rule) for rule in (r"\n\s*\n", r"\n", r"(?<=[.!?…:;])\s+", r"\s+"))
_SPACE = re.compile(r"\s*")


def passages(text: str, longest: int = LONGEST) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) of the parts of a text; they cover every character but white space at their edges."""
    start = _after_space(text, 0)
    while start < len(text):
        stop = len(text) if len(text) - start <= longest * _LONELY_END else _cut(text, start, longest)
        yield start, start + len(text[start:stop].rstrip())
        start = _after_space(text, stop)


def _cut(text: str, start: int, longest: int) -> int:
    for boundary in _BOUNDARIES:
        last = None
        for found in boundary.finditer(text, start + longest // 2, start + longest):
            last = found.end()
        if last:
            return last
    return start + longest


def _after_space(text: str, start: int) -> int:
    found = _SPACE.match(text, start)
    return found.end() if found else start
