"""The receipts of what was forgotten since the server began; the ledger keeps only that it was, and when."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vertraut.memory import ForgettingReceipt

_MOST: Final = 100  # that are kept; the oldest go first


@dataclass(frozen=True, slots=True)
class Kept:
    """A receipt, and when it was given."""

    at: datetime
    receipt: ForgettingReceipt


class Receipts:
    """Receipts by the number of their record. May be used from any thread."""

    def __init__(self) -> None:
        self._kept: dict[int, Kept] = {}
        self._lock = threading.Lock()

    def keep(self, at: datetime, receipt: ForgettingReceipt) -> Kept:
        """Keep a receipt and return it."""
        with self._lock:
            self._kept[receipt.after.seq] = kept = Kept(at, receipt)
            while len(self._kept) > _MOST:
                del self._kept[next(iter(self._kept))]
        return kept

    def get(self, number: int) -> Kept | None:
        """Return a receipt that is still kept."""
        return self._kept.get(number)
