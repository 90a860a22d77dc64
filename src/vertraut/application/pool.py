"""Several openings of one space, lent to whoever needs one for a moment: what a server's threads share.

An opening is used by one thread at a time. They are opened when they are first needed, and all have the same index in
memory, so there are few of them; whoever comes when all are lent waits. A patient call lets those go first that came within
``GRACE`` seconds after it: gathering what a language model will read for seconds must not hold up a search. Where ``CROWD``
calls wait at once, a second process is started that answers questions, too, and ends when nobody needed it for a while.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Concatenate, Final, ParamSpec, TypeVar

from vertraut.application.reader import Reader, Unanswered
from vertraut.application.space import Space

Given = ParamSpec("Given")
Told = TypeVar("Told")

GRACE: Final = 5.0
CROWD: Final = 4
IDLE: Final = 600.0
"""Seconds after which a second process that nobody needed ends."""


@dataclass(order=True, frozen=True, slots=True)
class _Waiting:
    """One who waits; ``anywhere`` says that the second process will do."""

    due: float
    came: int
    anywhere: bool = field(compare=False)
    opening: Future[Space | Reader | None] = field(compare=False, default_factory=Future)


class SpacePool:
    """Lends openings of a space."""

    def __init__(self, opened: Callable[[], Space], size: int = 4, *, elsewhere: Callable[[], Space] | None = None) -> None:
        """Lend what ``opened`` opens, no more than ``size`` at once.

        ``elsewhere`` opens the same in a second process, and goes there by pickle; without it there is none.
        """
        self._opened = opened
        self._elsewhere = elsewhere
        self._free: list[Space | None] = [None] * size  # the last used one, which has the warmest pages, comes last
        self._reader: Reader | None = None  # while it is free
        self._read = 0.0
        self._waiting: list[_Waiting] = []
        self._came = count()
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._helping: threading.Thread | None = None

    @contextmanager
    def lent(self, *, patient: bool = False) -> Iterator[Space]:
        """Lend an opening while inside."""
        with self._borrowed(patient=patient, anywhere=False) as space:
            if isinstance(space, Space):
                yield space

    def lending(self, method: Callable[Concatenate[Space, Given], Told], *, patient: bool = False) -> Callable[Given, Told]:
        """Return a method of a space as a function that each time runs on an opening lent for it."""

        def lent(*args: Given.args, **kwargs: Given.kwargs) -> Told:
            with self.lent(patient=patient) as space:
                return method(space, *args, **kwargs)

        return lent

    def asking(self, method: Callable[Concatenate[Space, Given], Told], *, patient: bool = False) -> Callable[Given, Told]:
        """Return one that answers questions likewise; the second process may do it where there is one."""

        def asked(*args: Given.args, **kwargs: Given.kwargs) -> Told:
            with self._borrowed(patient=patient, anywhere=True) as opening:
                if isinstance(opening, Space):
                    return method(opening, *args, **kwargs)
                with suppress(Unanswered):
                    return opening.answer(method, *args, **kwargs)
            with self.lent(patient=patient) as space:
                return method(space, *args, **kwargs)

        return asked

    def close(self) -> None:
        """Close what is not lent; what is closes when it comes back."""
        self._over.set()
        with self._lock:
            free, self._free = self._free, [None] * len(self._free)
        for space in filter(None, free):
            space.close()
        if self._helping:
            self._helping.join()

    @contextmanager
    def _borrowed(self, *, patient: bool, anywhere: bool) -> Iterator[Space | Reader]:
        opening = self._place(patient=patient, anywhere=anywhere).opening.result()
        try:
            opening = opening or self._opened()
            yield opening
        finally:
            self._take_back(opening)

    def _place(self, *, patient: bool, anywhere: bool) -> _Waiting:
        """Return a place in the row: with its opening at once where one is free, which it is only while nobody waits."""
        with self._lock:
            place = _Waiting(time.monotonic() + GRACE * patient, next(self._came), anywhere)
            if anywhere and self._reader and not self._reader.gone:
                place.opening.set_result(self._reader)
                self._reader, self._read = None, time.monotonic()
            elif self._free:
                place.opening.set_result(self._free.pop())
            else:
                heapq.heappush(self._waiting, place)
                self._ask_for_help()
        return place

    def _take_back(self, opening: Space | Reader | None) -> None:
        """Hand an opening on to who has waited longest."""
        if self._over.is_set() and isinstance(opening, Space):
            opening.close()
            opening = None
        with self._lock:
            if isinstance(opening, Reader):
                self._take_reader_back(opening)
            elif self._waiting:
                heapq.heappop(self._waiting).opening.set_result(opening)
            else:
                self._free.append(opening)

    def _take_reader_back(self, reader: Reader) -> None:
        fitting = [place for place in self._waiting if place.anywhere]
        if reader.gone or not fitting:
            self._reader = reader
            return
        place = min(fitting)
        self._waiting.remove(place)
        heapq.heapify(self._waiting)
        place.opening.set_result(reader)
        self._read = time.monotonic()

    def _ask_for_help(self) -> None:
        if self._elsewhere and not self._helping and len(self._waiting) >= CROWD and not self._over.is_set():
            self._helping = threading.Thread(target=self._help, args=(self._elsewhere,), name="reader", daemon=True)
            self._helping.start()

    def _help(self, elsewhere: Callable[[], Space]) -> None:
        """Have a second process until nobody needed it for long, it is gone, or the pool is closed."""
        with suppress(Unanswered), Reader(elsewhere) as reader:
            self._take_back(reader)
            while not self._over.wait(IDLE / 10) and self._needed(reader):
                pass
        self._over.wait(IDLE / 10)  # where it cannot be had, it is not tried at once again
        self._helping = None

    def _needed(self, reader: Reader) -> bool:
        with self._lock:
            idle = self._reader is reader and time.monotonic() - self._read > IDLE
            if reader.gone or idle:
                self._reader = None
            return not (reader.gone or idle)
