"""The ledger's lines that are not content but decisions and accounts: consents, model calls, tokens, a persona.

Each is a record of its own kind with a JSON object in it, written once and never changed; what holds now follows from
reading them in order. They are in the chain, in exports and in backups like everything else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from vertraut.clock import Clock
from vertraut.ledger.records import RecordKind, canonical_json
from vertraut.ledger.store import Draft, Ledger


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line: its number in the ledger, when it was written (UTC), and what it says."""

    seq: int
    at: datetime
    content: Mapping[str, Any] = field(repr=False)


class Journal(Protocol):
    """Where decisions and accounts of a space are written and read."""

    def write(self, kind: RecordKind, content: Mapping[str, Any]) -> int:
        """Write a line and return its number; it is durable then."""
        ...

    def read(self, kind: RecordKind, after: int = 0) -> Iterator[JournalLine]:
        """Yield the lines of a kind after a number, in order; what was forgotten is left out."""
        ...


class LedgerJournal:
    """The journal in a ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def write(self, kind: RecordKind, content: Mapping[str, Any]) -> int:
        """Write a line and return its number."""
        return self._ledger.append([Draft(kind, canonical_json(dict(content)))], self._clock.now())[0].seq

    def read(self, kind: RecordKind, after: int = 0) -> Iterator[JournalLine]:
        """Yield the lines of a kind after a number, in order."""
        for record in self._ledger.read_kind(kind, after):
            if record.content is not None:
                yield JournalLine(record.seq, datetime.fromtimestamp(record.recorded / 1e6, UTC), json.loads(record.content))
