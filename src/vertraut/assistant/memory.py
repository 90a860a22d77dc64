"""What the assistant needs of a space. Every call is short: nothing is held while a model speaks."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from vertraut.assistant.tools import ToolMemory
from vertraut.ledger import Entry
from vertraut.memory import Answer, Context, Limits, Recalled


class Memory(ToolMemory, Protocol):
    """What the assistant needs of a space."""

    def recall(
        self, question: str, *, count: int = 10, limits: Limits | None = None, now: datetime | None = None
    ) -> Recalled:
        """Return entries that may answer a question."""
        ...

    def answer(self, recalled: Recalled) -> Answer:
        """Return the sentences of them that do."""
        ...

    def context(
        self, question: str, *, tokens: int = 2000, limits: Limits | None = None, now: datetime | None = None
    ) -> Context:
        """Return what a model answers from."""
        ...

    def remember(self, *entries: Entry) -> tuple[int, ...]:
        """Remember entries; they are durable when it returns."""
        ...

    def thread(self, source: str, name: str, *, last: int) -> list[tuple[int, Entry]]:
        """Return the newest entries of a thread, in order of time."""
        ...

    def authors(self) -> frozenset[str]:
        """Return the names of everybody who wrote something."""
        ...
