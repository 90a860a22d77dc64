"""What another app shared, until its person says what is to become of it: in this process's memory, and nowhere else."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from vertraut.application.sharing import Shared
from vertraut.clock import Clock

LIFE: Final = timedelta(minutes=10)
MOST_WAITING: Final = 8


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something shared that waits to be remembered; who has the ``key`` may say so.

    What its device had ``kept`` while the server was away stays there until it was decided on.
    """

    key: str
    until: datetime
    shared: Shared
    kept: bool = False


class WaitingRoom:
    """What waits, by the number of its device. May be used from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: OrderedDict[int, Waiting] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, device: int, shared: Shared, kept: str = "") -> None:
        """Let something wait, in place of what waited before; what the device kept under a name has that as its key."""
        now = self._clock.now()
        with self._lock:
            self._waiting.pop(device, None)
            self._waiting[device] = Waiting(kept or secrets.token_urlsafe(16), now + LIFE, shared, bool(kept))
            while len(self._waiting) > MOST_WAITING or next(iter(self._waiting.values())).until <= now:
                self._waiting.popitem(last=False)

    def of(self, device: int, key: str = "") -> Waiting | None:
        """Return what waits; with a key only this."""
        with self._lock:
            found = self._waiting.get(device)
            if found and found.until <= self._clock.now():
                del self._waiting[device]
                return None
            return found if found and key in {"", found.key} else None

    def drop(self, device: int, key: str) -> None:
        """Let this wait no more; something else that came meanwhile stays."""
        with self._lock:
            if device in self._waiting and self._waiting[device].key == key:
                del self._waiting[device]
