"""What left this machine, line by line, without its words: to list, to filter and to count.

Reads of the journal only what is new since it last looked. What was forgotten since is not in it any more.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from vertraut.errors import NothingSent
from vertraut.ledger import Journal


@dataclass(frozen=True, slots=True)
class Sending:
    """A request that left: its number, when, to whom, what for, at whose wish, how long it was, what it quoted."""

    number: int
    at: datetime
    provider: str
    model: str
    purpose: str
    actor: str
    characters: int
    entries: tuple[int, ...]


class Sendings:
    """The requests of a space that left this machine. May be used from any thread."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._looking = threading.Lock()
        self._found: dict[int, Sending] = {}
        self._seen = self._forgotten = 0

    def list(self) -> tuple[Sending, ...]:
        """Return what left, in order."""
        with self._looking:
            for line in self._journal.read("sent", self._seen):
                about, self._seen = line.content, line.seq
                self._found[line.seq] = Sending(
                    line.seq, line.at, about["provider"], about["model"], about["purpose"], about["actor"],
                    len(about["text"]), tuple(about["entries"]),
                )  # fmt: skip
            for line in self._journal.read("forgetting", self._forgotten):
                self._forgotten = line.seq
                for first, last in line.content["records"]:
                    for gone in [number for number in self._found if first <= number <= last]:
                        del self._found[gone]
            return tuple(self._found.values())

    def get(self, number: int) -> Sending:
        """Return what left under a number. Raises ``NothingSent``."""
        for each in self.list():
            if each.number == number:
                return each
        raise NothingSent(number)
