"""What was shown before it is forgotten: only that can be forgotten, once, by who saw it, within ten minutes."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from vertraut.clock import Clock
from vertraut.errors import PreviewGone

LASTS: Final = timedelta(minutes=10)
_MOST: Final = 256  # previews that are kept; the oldest go first


@dataclass(frozen=True, slots=True)
class _Preview:
    actor: str
    numbers: tuple[int, ...]
    until: datetime


class Previews:
    """The previews of one server; lost when it ends."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, _Preview] = {}
        self._lock = threading.Lock()

    def keep(self, actor: str, numbers: tuple[int, ...]) -> str:
        """Keep what an actor was shown, and return what it is called."""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._kept[name] = _Preview(actor, numbers, self._clock.now() + LASTS)
            while len(self._kept) > _MOST:
                del self._kept[next(iter(self._kept))]
        return name

    def take(self, actor: str, name: str) -> tuple[int, ...]:
        """Return what an actor was shown under a name, once. Raises ``PreviewGone``."""
        with self._lock:
            found = self._kept.get(name)
            if found is None or found.actor != actor or found.until < self._clock.now():
                raise PreviewGone
            del self._kept[name]
        return found.numbers
