"""Several openings of one space, lent to whoever needs one for a moment: what a server's threads share.

An opening is used by one thread at a time. They are opened when they are first needed, and all have the same index in
memory, so there are few of them; whoever comes when all are lent waits.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, TypeVar

from vertraut.application.space import Space

Given = ParamSpec("Given")
Told = TypeVar("Told")


class SpacePool:
    """Lends openings of a space."""

    def __init__(self, opened: Callable[[], Space], size: int = 4) -> None:
        """Lend what ``opened`` opens, no more than ``size`` at once."""
        self._opened = opened
        self._free: queue.LifoQueue[Space | None] = queue.LifoQueue()  # the last used one has the warmest pages
        self._closed = False
        self._lock = threading.Lock()
        for _ in range(size):
            self._free.put(None)

    @contextmanager
    def lent(self) -> Iterator[Space]:
        """Lend an opening while inside."""
        space = self._free.get()
        try:
            space = space or self._opened()
            yield space
        finally:
            self._take_back(space)

    def lending(self, method: Callable[Concatenate[Space, Given], Told]) -> Callable[Given, Told]:
        """Return a method of a space as a function that each time runs on an opening lent for it."""

        def lent(*args: Given.args, **kwargs: Given.kwargs) -> Told:
            with self.lent() as space:
                return method(space, *args, **kwargs)

        return lent

    def close(self) -> None:
        """Close what is not lent; what is closes when it comes back."""
        with self._lock:
            self._closed = True
        while not self._free.empty():
            if space := self._free.get_nowait():
                space.close()

    def _take_back(self, space: Space | None) -> None:
        with self._lock:
            closed = self._closed
        if closed and space:
            space.close()
        else:
            self._free.put(space)
