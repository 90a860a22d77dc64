"""Cuts a stream into sentences as soon as each is complete, at the same places however the stream comes in pieces.

A line is a sentence of its own. One without end is cut after ``LONGEST`` characters.
"""

from __future__ import annotations

import re

LONGEST = 1000

_ABBREVIATED = re.compile(
    r"(?:(?<!\w)(?:(?!I)\w|\d{1,2}|[Bb]zw|[Cc]a|Dr|Prof|Hr|Fr|Nr|St|Str|Tel|[Ee]vtl|[Gg]gf|[Ii]nkl|[Vv]gl|Mr|Mrs|Ms|vs|approx|Sen|Jr"
    r"|Jan|Feb|Apr|Jun|Jul|Aug|Sep|Sept|Okt|Oct|Nov|Dez|Dec))\.$"
)
_END = re.compile(
    "[.!?…]+[\"”“»«’')\\]*_]*(?:[^\\S\\n]*\\[\\d{1,4}\\])*\\s++(?=[^\\s\\[]|\\[\\D)"
    "|\\n\\s*+(?=\\S)"
    "|[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?[*_]*\\s++(?=[A-ZÄÖÜ\\d„“])"
)  # fmt: skip


class Sentences:
    """A text in the making: ``feed`` returns the sentences that are complete, with the white space after each."""

    def __init__(self) -> None:
        self._pending = ""

    def feed(self, piece: str) -> list[str]:
        """Take in a piece and return what became complete."""
        self._pending += piece
        done = []
        while end := self._end():
            done.append(self._pending[:end])
            self._pending = self._pending[end:]
        return done

    def finish(self) -> list[str]:
        """Return the rest."""
        rest, self._pending = self._pending, ""
        return [rest] if rest else []

    def _end(self) -> int:
        """Return where the first sentence ends, 0 while that is open."""
        text = self._pending
        for found in _END.finditer(text, 0, LONGEST + 2):
            if found.end() > LONGEST:
                break
            if "\n" in found.group() or not _abbreviated(text, found):
                return found.end()
        if len(text) < LONGEST + 2:
            return 0
        return text.rfind(" ", 0, LONGEST) + 1 or LONGEST


def _abbreviated(text: str, found: re.Match[str]) -> bool:
    stop = found.start() + 1
    return text[found.start()] == "." and _ABBREVIATED.search(text, max(0, stop - 8), stop) is not None
