"""A check of a space, and the small private file beside the vault that says what the last one found.

Nothing of what is remembered is in it: when, how many, where the chain stood. A file that is damaged, or of another space or
chain, counts as none.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from vertraut.application.inspection import Verified
from vertraut.errors import LedgerBroken, StorageError, VaultError, VaultUnreadable, VertrautError
from vertraut.ledger import Head, Ledger
from vertraut.ledger.private_files import DAMAGED, read_private, write_private
from vertraut.memory.proof import CHECK

if TYPE_CHECKING:
    from vertraut.application.space import Space


@dataclass(frozen=True, slots=True)
class Check:
    """How far a check is (in records), or what it found: ``verified``, or the ``failure`` that nothing can be trusted after.

    ``ended`` is None while it runs; a check that was broken off has ended without either.
    """

    total: int = 0
    done: int = 0
    ended: datetime | None = None
    verified: Verified | None = None
    failure: VertrautError | None = None

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.ended is None


class CheckFile:
    """Where the last check of a space is kept."""

    def __init__(self, vault: Path, space_id: str) -> None:
        self._vault = vault
        self._path = vault.with_name(CHECK)
        self._space_id = space_id

    @classmethod
    def beside(cls, space: Space) -> Self:
        """Return that of a space."""
        return cls(space.path, space.ledger.origin.space_id)

    def read(self, ledger: Ledger) -> Check | None:
        """Return the last check that found something; None where there was none."""
        with suppress(*DAMAGED, OverflowError, VaultError, StorageError):
            data = read_private(self._path)
            if data and data["space"] == self._space_id:
                return self._check_of(data, ledger)
        return None

    def write(self, check: Check) -> None:
        """Keep what a check found about the space; one that only the machine kept from its work found nothing."""
        found = _verified_json(check.verified) if check.verified else _failure_json(check.failure)
        if found and check.ended:
            with suppress(StorageError):  # it is only told for as long as the service runs
                write_private(self._path, {"space": self._space_id, "ended": check.ended.isoformat(), **found})

    def _check_of(self, data: Mapping[str, Any], ledger: Ledger) -> Check | None:
        ended = datetime.fromisoformat(data["ended"]).astimezone(UTC)
        if "broken" in data:
            return Check(ended=ended, failure=LedgerBroken(int(data["broken"]), str(data["why"])))
        if "why" in data:
            return Check(ended=ended, failure=VaultUnreadable(self._vault, str(data["why"])))
        head = Head(int(data["head"]), bytes.fromhex(data["link"]))
        record = ledger.get([head.seq]).get(head.seq)
        if head.seq and (record is None or record.link != head.link):
            return None
        entries, embedded, faults = int(data["entries"]), int(data["embedded"]), tuple(map(str, data["faults"]))
        return Check(ended=ended, verified=Verified(head, head.seq, entries, embedded, faults))


def _verified_json(found: Verified) -> dict[str, Any]:
    numbers = {"head": found.head.seq, "link": found.head.link.hex(), "entries": found.entries, "embedded": found.embedded}
    return numbers | {"faults": list(found.faults)}


def _failure_json(failure: VertrautError | None) -> dict[str, Any]:
    if isinstance(failure, LedgerBroken):
        return {"broken": failure.seq, "why": failure.why}
    return {"why": failure.why} if isinstance(failure, VaultUnreadable) else {}
