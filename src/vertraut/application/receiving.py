"""Files that are brought piece by piece, kept in a folder of the space until they are taken in: for their owner only.

What is acknowledged is on the disk, so a delivery goes on where it stopped whatever was interrupted. Nothing here is kept
for longer than a day, unless it waits to be taken in. Any thread may call.
"""

from __future__ import annotations

import re
import secrets
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import timedelta
from os import utime
from pathlib import Path
from typing import Final

from vertraut.application.arriving import Arriving, arriving, laid_out, make_folders, passed_over, row_of
from vertraut.application.deliveries import NAMES_SHOWN, Delivery, Described, Piece, State, Whereabouts, placed
from vertraut.clock import Clock
from vertraut.errors import NoRoom, NoSuchDelivery, TooManyFiles, VaultTooNew
from vertraut.ledger.private_files import DAMAGED, read_private, write_private
from vertraut.ledger.vault import file_errors

MOST_FILES: Final = 50_000
LIFE: Final = timedelta(days=1)
RESERVE: Final = 200_000_000
"""Bytes that are left free on the disk."""

_NAME = re.compile("[0-9a-f]{16}")
_MEGABYTE = 1_000_000
_MOST_LOST = 90


class Reception:
    """The folder of received files of one space."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._clock = clock
        self._lock = threading.RLock()
        self._arriving: dict[str, Arriving] = {}

    def announce(self, files: Sequence[Described]) -> list[Whereabouts | None]:
        """Say where files are received: in a delivery that already waits for them, else in a new one. None: not wanted.

        Raises ``TooManyFiles`` or ``NoRoom``.
        """
        if len(files) > MOST_FILES:
            raise TooManyFiles(MOST_FILES)
        rows = [row_of(parts, each) for parts, each in zip(placed(each.name for each in files), files, strict=True)]
        others = [row.path for row in rows if not row.path or passed_over(row.path)]
        with self._lock:
            self.tidy()
            awaited = {row: (name, n) for name, waiting in self._awaiting() for n, row in enumerate(waiting.rows)}
            new = [row for row in rows if row.path and row not in awaited and not passed_over(row.path)]
            if new:
                self._check_room(sum(waiting.missing for _, waiting in self._awaiting()) + 2 * sum(row.size for row in new))
                tops = list(dict.fromkeys(row.path.partition("/")[0] for row in new))
                name = self._make(State("receiving", tuple(tops[:NAMES_SHOWN]), len(tops), len(new)))
                laid_out(self._files(name), self._manifest(name), new, others)
                awaited |= {row: (name, n) for n, row in enumerate(new)}
            found = [awaited.get(row) for row in rows]
            for name in {place[0] for place in found if place}:
                self._settle(name)
            return [self._whereabouts(*place) if place else None for place in found]

    def receive(self, pieces: Sequence[Piece]) -> list[Whereabouts]:
        """Keep pieces and return how much of their files is here. Raises ``NoSuchDelivery``, ``NoRoom``, ``DiskFull``."""
        with self._lock:
            self._check_room(sum(len(piece.data) for piece in pieces))
            for piece in pieces:
                self._files_of(piece.delivery).keep(piece.number, piece.offset, piece.data)
            found = [self._whereabouts(piece.delivery, piece.number) for piece in pieces]
            for name in {piece.delivery for piece in pieces}:
                self._settle(name)
            return found

    def leave_out(self, delivery: str, number: int) -> None:
        """Want a file no more, because its browser cannot read it; it will be reported. Raises ``NoSuchDelivery``."""
        with self._lock:
            if 0 <= number < len(self._files_of(delivery).rows):
                self._lose(delivery, [number])
                self._settle(delivery)

    def take_what_is_here(self, delivery: str) -> None:
        """Let a delivery be taken in, or again, without the files that are not whole. Raises ``NoSuchDelivery``."""
        with self._lock:
            if self.state(delivery).standing == "receiving":
                waiting = self._files_of(delivery)
                self._lose(delivery, [number for number in range(len(waiting.rows)) if waiting.lacks(number)])
                self._settle(delivery)
            elif (state := self.state(delivery)).standing == "stopped":
                self.note(delivery, replace(state, standing="waiting", attempts=0))

    def expect_household(self) -> None:
        """Make a delivery of the sample household, which needs no files."""
        with self._lock:
            self._make(State("waiting", household=True))

    def deliveries(self) -> list[Delivery]:
        """Return what there is, oldest first."""
        found = []
        with self._lock:
            for name in sorted(self._names()):
                with suppress(NoSuchDelivery):
                    state = self.state(name)
                    waiting = self._files_of(name) if state.standing == "receiving" else None
                    sizes = (sum(waiting.received), sum(waiting.wanted)) if waiting else (0, 0)
                    found.append(Delivery(name, state, *sizes))
        return found

    def state(self, delivery: str) -> State:
        """Return what is noted of a delivery. Raises ``NoSuchDelivery``."""
        try:
            data = read_private(self._noted(delivery))
            if data is None:
                raise NoSuchDelivery
            return State.of_json(data)
        except (*DAMAGED, VaultTooNew):
            raise NoSuchDelivery from None

    def note(self, delivery: str, state: State) -> None:
        """Note the state of a delivery, durably; one that is gone stays gone."""
        with self._lock:
            if self._place(delivery).is_dir():
                write_private(self._noted(delivery), asdict(state))
                self._touch(delivery)

    def paths(self, delivery: str) -> list[Path]:
        """Return what a delivery brought, as a person would name it to an import."""
        with file_errors(self.folder):
            return sorted(self._files(delivery).iterdir())

    def remove_files(self, delivery: str) -> None:
        """Remove what a delivery brought; what is noted of it stays."""
        with self._lock:
            self._arriving.pop(delivery, None)
            shutil.rmtree(self._files(delivery), ignore_errors=True)
            with file_errors(self.folder):
                self._manifest(delivery).unlink(missing_ok=True)

    def remove(self, delivery: str) -> None:
        """Remove a delivery with everything."""
        with self._lock:
            self._arriving.pop(delivery, None)
            shutil.rmtree(self._place(delivery), ignore_errors=True)

    def remove_reports(self) -> None:
        """Remove what is noted of deliveries that were taken in: it may name what is being forgotten."""
        with self._lock:
            for delivery in self.deliveries():
                if delivery.state.standing == "done":
                    self.remove(delivery.id)

    def tidy(self) -> None:
        """Remove what nobody cared about for a day."""
        with self._lock:
            oldest = (self._clock.now() - LIFE).timestamp()
            for name in self._names():
                waits = False
                with suppress(NoSuchDelivery):
                    waits = self.state(name).standing in {"waiting", "running"}
                if not waits and self._changed(name) < oldest:
                    self.remove(name)

    def _lose(self, delivery: str, numbers: Sequence[int]) -> None:
        """Do without files, and note which."""
        waiting, state = self._files_of(delivery), self.state(delivery)
        for number in numbers:
            waiting.leave_out(number)
        lost = (*state.lost, *(waiting.rows[number].path for number in numbers))
        self.note(delivery, replace(state, lost=lost[:_MOST_LOST]))

    def _settle(self, delivery: str) -> None:
        """Let a delivery be taken in once everything is here."""
        waiting, state = self._files_of(delivery), self.state(delivery)
        if state.standing == "receiving" and waiting.complete:
            waiting.date()
            self.note(delivery, replace(state, standing="waiting"))
        self._touch(delivery)

    def _make(self, state: State) -> str:
        """Make the folder of a delivery, note its state, and return its name."""
        last = max((int(name[:8], 16) for name in self._names()), default=0)
        name = f"{last + 1:08x}{secrets.token_hex(4)}"
        with file_errors(self.folder):
            make_folders(self._files(name))
        self.note(name, state)
        return name

    def _awaiting(self) -> Iterator[tuple[str, Arriving]]:
        for name in self._names():
            with suppress(NoSuchDelivery):
                if self.state(name).standing == "receiving":
                    yield name, self._files_of(name)

    def _files_of(self, delivery: str) -> Arriving:
        """Return the files of a delivery, from memory or as they lie on the disk. Raises ``NoSuchDelivery``."""
        if delivery not in self._arriving or not self._place(delivery).is_dir():
            self._arriving.pop(delivery, None)
            lost = set(self.state(delivery).lost)
            found = arriving(self._files(delivery), self._manifest(delivery))
            for number, row in enumerate(found.rows):
                if row.path in lost:
                    found.leave_out(number)
            self._arriving[delivery] = found
        return self._arriving[delivery]

    def _whereabouts(self, delivery: str, number: int) -> Whereabouts:
        waiting = self._files_of(delivery)
        return Whereabouts(delivery, number, waiting.received[number], waiting.wanted[number])

    def _check_room(self, needed: int) -> None:
        with file_errors(self.folder):
            make_folders(self.folder)
            free = shutil.disk_usage(self.folder).free - RESERVE
        if needed > free:
            raise NoRoom(-(-needed // _MEGABYTE), max(0, free // _MEGABYTE))

    def _names(self) -> list[str]:
        try:
            return [path.name for path in self.folder.iterdir() if _NAME.fullmatch(path.name)]
        except FileNotFoundError:
            return []

    def _place(self, delivery: str) -> Path:
        if not _NAME.fullmatch(delivery):
            raise NoSuchDelivery
        return self.folder / delivery

    def _files(self, delivery: str) -> Path:
        return self._place(delivery) / "files"

    def _manifest(self, delivery: str) -> Path:
        return self._place(delivery) / "manifest.json"

    def _noted(self, delivery: str) -> Path:
        return self._place(delivery) / "state.json"

    def _changed(self, delivery: str) -> float:
        for each in (self._noted(delivery), self._place(delivery)):
            with suppress(OSError):
                return each.stat().st_mtime
        return 0.0

    def _touch(self, delivery: str) -> None:
        now = self._clock.now().timestamp()
        with suppress(FileNotFoundError):
            utime(self._noted(delivery), (now, now))
