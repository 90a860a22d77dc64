"""An answer that ends where the client wants it to: at one of its stop sequences, or after so many tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from vertraut.memory.tokens import estimated_tokens

_WORD = re.compile(r"\s*\S+|\s+")


class Cut:
    """Lets pieces of an answer through up to its end. ``reason`` says why it ended, "" while it has not."""

    def __init__(self, stops: Sequence[str] = (), tokens: int | None = None) -> None:
        """``tokens`` are estimated; None is as many as there are."""
        self._stops = stops
        self._left = tokens
        self._held = ""
        self.reason: Literal["", "stop", "length"] = ""

    def feed(self, piece: str) -> str:
        """Return what may be shown; the possible beginning of a stop sequence is held back."""
        if self.reason:
            return ""
        text = self._held + piece
        found = min((place for stop in self._stops if (place := text.find(stop)) >= 0), default=None)
        if found is not None:
            shown, self._held = self._within(text[:found]), ""
            self.reason = self.reason or "stop"
            return shown
        kept = max((_begun(text, stop) for stop in self._stops), default=0)
        self._held = text[len(text) - kept :]
        return self._within(text[: len(text) - kept])

    def finish(self) -> str:
        """Return what was held back, at the end of the answer."""
        return "" if self.reason else self._within(self._held)

    def _within(self, text: str) -> str:
        if self._left is None:
            return text
        end = 0
        for word in _WORD.finditer(text):
            self._left -= estimated_tokens(word.group())
            if self._left < 0:
                self.reason = "length"
                break
            end = word.end()
        return text[:end]


def _begun(text: str, stop: str) -> int:
    """Return how many characters at the end of a text may begin a stop sequence."""
    return next((size for size in range(min(len(stop) - 1, len(text)), 0, -1) if text.endswith(stop[:size])), 0)
