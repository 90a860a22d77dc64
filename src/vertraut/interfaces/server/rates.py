"""How often somebody may come: a bucket of tokens each, in memory, refilled at a steady rate. For use in one thread."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

MOST: Final = 10_000
"""Buckets that are kept; beyond them the ones longest unused go."""


class Rates:
    """Buckets by name: each holds ``burst`` to begin with and gets ``rate`` a second."""

    def __init__(self, rate: float, burst: float, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._now = now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, name: str) -> float:
        """Return how many seconds are left until there is one to take; 0 if there is."""
        left, at = self._left.get(name, (self._burst, self._now()))
        left = min(self._burst, left + (self._now() - at) * self._rate)
        self._left[name] = (left, self._now())
        self._left.move_to_end(name)
        if len(self._left) > MOST:
            self._left.popitem(last=False)
        return max(0.0, (1 - left) / self._rate)

    def take(self, name: str) -> float:
        """Take one, or return how many seconds are left until there is one."""
        wait = self.wait(name)
        if not wait:
            left, at = self._left[name]
            self._left[name] = (left - 1, at)
        return wait
