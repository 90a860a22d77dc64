"""What the person said of evidence: "not this", which keeps it out of one question, and "that is wrong", which disputes it.

A line of the journal names the entry by its number; of a question it holds a digest only, and the conversation it was asked
in. Forgetting the entry, or something of that conversation, takes the line along (``memory.forgetting``). What is taken back
is a line more.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Final, Literal

from vertraut.ledger import Journal

Verdict = Literal["not_this", "wrong"]

_DIGITS: Final = 32


class Feedback:
    """The feedback of a space, in its journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def leave_out(self, entry: int, question: str, *, conversation: str = "", back: bool = False) -> None:
        """Keep an entry out of a question from now on, or take that ``back``."""
        line = {"verdict": "not_this", "entry": entry, "question": _digest(question)}
        self._write(line | ({"conversation": conversation} if conversation else {}), back=back)

    def dispute(self, entry: int, *, back: bool = False) -> None:
        """Note that an entry says something wrong, or take that ``back``."""
        self._write({"verdict": "wrong", "entry": entry}, back=back)

    def left_out(self, question: str) -> frozenset[int]:
        """Return the entries that this question is answered without; the same words in other cases are the same question."""
        return self._standing("not_this", _digest(question))

    def disputed(self) -> frozenset[int]:
        """Return the entries that are said to be wrong."""
        return self._standing("wrong", None)

    def _write(self, line: dict[str, object], *, back: bool) -> None:
        self._journal.write("feedback", line | ({"back": True} if back else {}))

    def _standing(self, verdict: Verdict, question: str | None) -> frozenset[int]:
        found: dict[int, bool] = {}
        for line in self._journal.read("feedback"):
            if line.content.get("verdict") == verdict and line.content.get("question") == question:
                found[line.content["entry"]] = not line.content.get("back")
        return frozenset(entry for entry, stands in found.items() if stands)


def _digest(question: str) -> str:
    words = " ".join(unicodedata.normalize("NFC", question).casefold().split())
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:_DIGITS]
