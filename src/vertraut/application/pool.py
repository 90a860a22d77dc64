"""Several openings of one space, lent to whoever needs one for a moment: what a server's threads share.

An opening is used by one thread at a time. They are opened when they are first needed, and all have the same index in
memory, so there are few of them; whoever comes when all are lent waits. A patient call lets those go first that came within
``GRACE`` seconds after it: gathering what a language model will read for seconds must not hold up a search.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import count
from typing import Concatenate, Final, ParamSpec, TypeVar

from vertraut.application.space import Space

Given = ParamSpec("Given")
Told = TypeVar("Told")

GRACE: Final = 5.0


class SpacePool:
    """Lends openings of a space."""

    def __init__(self, opened: Callable[[], Space], size: int = 4) -> None:
        """Lend what ``opened`` opens, no more than ``size`` at once."""
        self._opened = opened
        self._free: list[Space | None] = [None] * size  # the last used one, which has the warmest pages, comes last
        self._waiting: list[tuple[float, int, Future[Space | None]]] = []
        self._came = count()
        self._closed = False
        self._lock = threading.Lock()

    @contextmanager
    def lent(self, *, patient: bool = False) -> Iterator[Space]:
        """Lend an opening while inside."""
        space = self._taken(patient=patient).result()
        try:
            space = space or self._opened()
            yield space
        finally:
            self._take_back(space)

    def lending(
        self, method: Callable[Concatenate[Space, Given], Told], *, patient: bool = False
    ) -> Callable[Given, Told]:
        """Return a method of a space as a function that each time runs on an opening lent for it."""

        def lent(*args: Given.args, **kwargs: Given.kwargs) -> Told:
            with self.lent(patient=patient) as space:
                return method(space, *args, **kwargs)

        return lent

    def close(self) -> None:
        """Close what is not lent; what is closes when it comes back."""
        with self._lock:
            self._closed = True
            free, self._free = self._free, [None] * len(self._free)
        for space in filter(None, free):
            space.close()

    def _taken(self, *, patient: bool) -> Future[Space | None]:
        """Return what will be the opening: at once where one is free, which it is only while nobody waits."""
        place: Future[Space | None] = Future()
        with self._lock:
            if self._free:
                place.set_result(self._free.pop())
            else:
                due = time.monotonic() + GRACE * patient
                heapq.heappush(self._waiting, (due, next(self._came), place))
        return place

    def _take_back(self, space: Space | None) -> None:
        with self._lock:
            closed = self._closed
        if closed and space:
            space.close()
            space = None
        with self._lock:
            if self._waiting:
                heapq.heappop(self._waiting)[2].set_result(space)
            else:
                self._free.append(space)
