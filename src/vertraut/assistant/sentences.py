"""Pieces of text in, whole sentences out: what is judged is never half a sentence."""

from __future__ import annotations

from vertraut.assistant.statements import sentences_of

_SEEN_BEHIND = 16
"""Characters that must stand behind a sentence before it counts as ended: "am 3." goes on with "September"."""

Sentence = tuple[str, str]
"""The white space before a sentence, and the sentence."""


class Sentences:
    """Cuts a stream of text into sentences; the last one is held until another begins, or until the end."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> list[Sentence]:
        """Take a piece, and return the sentences that are complete now."""
        self._held += piece
        return self._cut(keep_last=True)

    def finish(self) -> list[Sentence]:
        """Return what is left."""
        return self._cut(keep_last=False)

    def _cut(self, *, keep_last: bool) -> list[Sentence]:
        found, at = [], 0
        for start, stop in sentences_of(self._held):
            if keep_last and len(self._held) - stop < _SEEN_BEHIND:
                break
            found.append((self._held[at:start], self._held[start:stop]))
            at = stop
        self._held = self._held[at:]
        return found
