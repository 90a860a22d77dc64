"""Bringing files into a served space: received piece by piece, then taken in one delivery after the other in the background.

What is being taken in when the service ends goes on when the next one begins. Every method needs the scope "remember";
what was taken in before something was stopped stays.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from filelock import FileLock, Timeout

from vertraut.application.deliveries import Delivery, Described, Piece, Whereabouts
from vertraut.application.demo import remember_household
from vertraut.application.import_summary import summary_of
from vertraut.application.importing import FileReport, ImportProgress, ImportReport
from vertraut.application.pool import SpacePool
from vertraut.application.receiving import Reception
from vertraut.application.space import Space
from vertraut.errors import StorageError, VertrautError
from vertraut.governance import Actor
from vertraut.memory import EmbeddingProgress

MOST_ATTEMPTS: Final = 3
"""A delivery that ended the process this often is left alone until its person wants it again."""

_LOOKS: Final = 600.0  # seconds between looks for what a day made old
_LOOKS_AGAIN: Final = 5.0  # where another process takes things in


@dataclass(frozen=True, slots=True)
class Underway:
    """The import that runs: of which delivery, where it stands, entries a second, and whether it is about to stop."""

    delivery: str
    progress: ImportProgress | None = None
    rate: float = 0.0
    stopping: bool = False


class _Stopped(Exception):
    """Somebody wants the import to end here."""


class Bringing:
    """The files that are brought into one space. May be used from any thread; close it."""

    def __init__(self, opened: Callable[[], Space], pool: SpacePool, reception: Reception) -> None:
        self._opened = opened
        self._pool = pool
        self._reception = reception
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None
        self._underway: Underway | None = None
        self._failures: dict[str, VertrautError | None] = {}

    def start(self) -> None:
        """Take in what waits, from now on and in a thread of its own, until this is closed."""
        with self._lock:
            self._wake.set()
            if not self._closing and not (self._thread and self._thread.is_alive()):
                self._thread = threading.Thread(target=self._work, name="bringing", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Interrupt what runs; it goes on when somebody starts again."""
        with self._lock:
            self._closing = True
            self._wake.set()
        if self._thread:
            self._thread.join()

    def announce(self, actor: Actor, files: Sequence[Described]) -> list[Whereabouts | None]:
        """Say where files are received, and how much of each is here already; see ``Reception.announce``."""
        actor.require("remember")
        found = self._reception.announce(files)
        self.start()
        return found

    def receive(self, actor: Actor, pieces: Sequence[Piece]) -> list[Whereabouts]:
        """Keep pieces of files durably; see ``Reception.receive``."""
        actor.require("remember")
        found = self._reception.receive(pieces)
        self.start()
        return found

    def leave_out(self, actor: Actor, delivery: str, number: int) -> None:
        """Do without a file that cannot be read where it is. Raises ``NoSuchDelivery``."""
        actor.require("remember")
        self._reception.leave_out(delivery, number)
        self.start()

    def take_what_is_here(self, actor: Actor, delivery: str) -> None:
        """Take in what has arrived of a delivery, or go on with one that stopped. Raises ``NoSuchDelivery``."""
        actor.require("remember")
        self._failures.pop(delivery, None)
        self._reception.take_what_is_here(delivery)
        self.start()

    def bring_household(self, actor: Actor) -> None:
        """Take in the sample household, unless that is about to be done."""
        actor.require("remember")
        households = [each for each in self._reception.deliveries() if each.state.household]
        if not any(each.state.standing in {"waiting", "running"} for each in households):
            for each in households:
                self._reception.remove(each.id)
            self._reception.expect_household()
        self.start()

    def stop(self, actor: Actor, delivery: str) -> None:
        """End an import after the batch in hand."""
        actor.require("remember")
        if (now := self._underway) and now.delivery == delivery:
            self._stopping.set()

    def remove(self, actor: Actor, delivery: str) -> None:
        """Remove the files of a delivery and its report. Raises ``NoSuchDelivery``."""
        actor.require("remember")
        if (now := self._underway) and now.delivery == delivery:
            return
        self._reception.state(delivery)
        self._failures.pop(delivery, None)
        self._reception.remove(delivery)

    def deliveries(self, actor: Actor) -> list[Delivery]:
        """Return what is being received, waits, is taken in, or was taken in and is not put away, oldest first."""
        actor.require("remember")
        return self._reception.deliveries()

    def underway(self, actor: Actor) -> Underway | None:
        """Return the import that runs."""
        actor.require("remember")
        now = self._underway
        return replace(now, stopping=self._stopping.is_set()) if now else None

    def vectors(self, actor: Actor) -> EmbeddingProgress:
        """Return how many entries can be found by meaning, of how many."""
        actor.require("recall")
        with self._pool.lent() as space:
            return space.embedding_progress()

    def failures(self, actor: Actor) -> dict[str, VertrautError | None]:
        """Return why imports ended that nobody stopped, by delivery; None for a mistake of ours, which the log tells."""
        actor.require("remember")
        return dict(self._failures)

    def _work(self) -> None:
        with suppress(StorageError):
            self._reception.tidy()
        while not self._closing:
            self._wake.clear()
            alone = self._take_in_all()
            self._wake.wait(_LOOKS if alone else _LOOKS_AGAIN)
            with suppress(StorageError):
                self._reception.tidy()

    def _take_in_all(self) -> bool:
        """Take in what waits, unless another process does; say whether it does not."""
        if not self._reception.folder.is_dir():
            return True
        lock = FileLock(self._reception.folder / ".lock", timeout=0, mode=0o600)
        try:
            with lock:
                while not self._closing and (delivery := self._next()):
                    self._take_in(delivery)
        except Timeout:
            return False
        return True

    def _next(self) -> Delivery | None:
        due = (each for each in self._reception.deliveries() if each.state.standing in {"waiting", "running"})
        return next(due, None)

    def _take_in(self, delivery: Delivery) -> None:
        """Take a delivery in; whatever happens, what is noted of it says how it stands."""
        state = replace(delivery.state, standing="running", attempts=delivery.state.attempts + 1)
        ended = replace(state, standing="stopped")
        if state.attempts > MOST_ATTEMPTS:
            self._reception.note(delivery.id, ended)
            return
        self._reception.note(delivery.id, state)
        self._stopping.clear()
        self._underway = Underway(delivery.id)
        self._failures[delivery.id] = None
        try:
            with self._opened() as space:
                report = self._imported(space, delivery)
            ended = replace(state, standing="done", summary=summary_of(report))
            self._failures.pop(delivery.id)
        except _Stopped:
            self._failures.pop(delivery.id)
            if self._closing:
                ended = replace(state, standing="waiting", attempts=state.attempts - 1)
        except VertrautError as why:
            self._failures[delivery.id] = why
        finally:
            now, self._underway = self._underway, None
            taken = now.progress.new if now and now.progress else 0
            self._reception.note(delivery.id, ended if ended.summary else replace(ended, taken=state.taken + taken))
            if ended.summary:
                self._reception.remove_files(delivery.id)

    def _imported(self, space: Space, delivery: Delivery) -> ImportReport:
        began = time.monotonic()

        def update(progress: ImportProgress) -> None:
            self._underway = Underway(delivery.id, progress, progress.read / max(0.001, time.monotonic() - began))
            if self._closing or self._stopping.is_set():
                raise _Stopped

        if delivery.state.household:
            return remember_household(space, update, again=True)
        report = space.import_received(self._reception.paths(delivery.id), progress=update)
        return ImportReport((*report.files, *map(_lost, delivery.state.lost)))


def _lost(path: str) -> FileReport:
    from vertraut.sources import Problem  # noqa: PLC0415  every reader, which recall does without

    return FileReport(path, "", problems=[Problem("file", "truncated", "it did not arrive whole")])
