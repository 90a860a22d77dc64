"""Checking a space in the background, on an opening of its own, so that nobody waits for it: one check at a time.

What the last one found is kept in a file beside the vault. Closing breaks off what runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import apsw

from vertraut.application.check_file import Check, CheckFile
from vertraut.application.inspection import Verified
from vertraut.application.space import Space
from vertraut.clock import Clock
from vertraut.errors import VertrautError


class Checks:
    """The checks of a space. May be used from any thread."""

    def __init__(self, opened: Callable[[], Space], clock: Clock, file: CheckFile, last: Check | None) -> None:
        """``last`` is what the file says."""
        self._opened = opened
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._space: Space | None = None
        self._last = last

    @property
    def last(self) -> Check | None:
        """The check that runs, else the last one; None where there was none."""
        return self._last

    def start(self) -> None:
        """Begin a check, unless one runs."""
        with self._lock:
            if self._stopping.is_set() or (self._last and self._last.running):
                return
            self._last = Check()
            self._thread = threading.Thread(target=self._run, name="checking", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Break off what runs, and begin nothing more."""
        with self._lock:
            self._stopping.set()
        while self._thread and self._thread.is_alive():
            if self._space:
                self._space.interrupt()
            self._thread.join(0.05)

    def _run(self) -> None:
        found: Check | None = None
        try:
            with self._opened() as self._space, suppress(apsw.InterruptError):
                found = Check(verified=self._verified(self._space))
        except VertrautError as failure:
            found = Check(failure=failure)
        finally:
            self._space = None
            self._last = ended = replace(found or Check(), ended=self._clock.now())
            self._file.write(ended)

    def _verified(self, space: Space) -> Verified:
        total = space.ledger.head().seq

        def progress(done: int) -> None:
            if self._stopping.is_set():
                space.interrupt()
            self._last = Check(total, done)

        self._last = Check(total)
        return space.verify(progress=progress)
