"""The files of a delivery as they lie on the disk: their rows in its manifest, how much of each is here, writing them."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from vertraut.application.deliveries import LATEST, Described
from vertraut.errors import NoSuchDelivery
from vertraut.ledger.private_files import DAMAGED
from vertraut.ledger.vault import file_errors

HEAD: Final = 1 << 16
"""So much of a file tells whether a source can read it."""
VAULT_MARK: Final = ".obsidian"


class Row(NamedTuple):
    """A file that is to come: its path below the delivery's files, bytes, milliseconds since 1970, and fingerprint."""

    path: str
    size: int
    modified: int
    mark: str


@dataclass(slots=True)
class Arriving:
    """The files of a delivery while they come: how much of each is here, and how much is wanted."""

    folder: Path
    rows: list[Row]
    received: list[int]
    wanted: list[int]

    @property
    def complete(self) -> bool:
        """Whether everything is here that is wanted."""
        return not any(map(self.lacks, range(len(self.rows))))

    @property
    def missing(self) -> int:
        """How many bytes are still to come."""
        return sum(self.wanted) - sum(self.received)

    def lacks(self, number: int) -> bool:
        """Say whether a file is not whole."""
        return self.received[number] < self.wanted[number]

    def keep(self, number: int, offset: int, data: bytes) -> None:
        """Append what is new of a piece to its file. Raises ``NoSuchDelivery`` where something before it is not here."""
        if not 0 <= number < len(self.rows) or offset > self.received[number]:
            raise NoSuchDelivery
        here, wanted = self.received[number], self.wanted[number]
        new = data[here - offset :][: wanted - here]
        if not new:
            return
        if not here and len(new) >= min(HEAD, wanted) and not self._legible(number, new[:HEAD]):
            self.wanted[number] = min(HEAD, wanted)
            new = new[:HEAD]
        write(self.folder / self.rows[number].path, here, new)
        self.received[number] = here + len(new)

    def leave_out(self, number: int) -> None:
        """Remove what is here of a file and want it no more."""
        with file_errors(self.folder):
            (self.folder / self.rows[number].path).unlink(missing_ok=True)
        self.received[number] = self.wanted[number] = 0

    def date(self) -> None:
        """Give the files the times at which they were last changed where they come from."""
        for row in self.rows:
            with suppress(FileNotFoundError, NotADirectoryError):
                os.utime(self.folder / row.path, (row.modified / 1000, row.modified / 1000))

    def judge(self) -> None:
        """Want no more of files whose beginning no source can read."""
        for number, row in enumerate(self.rows):
            if self.received[number] == HEAD < row.size and not self._legible(number, _head(self.folder / row.path)):
                self.wanted[number] = HEAD

    def _legible(self, number: int, head: bytes) -> bool:
        from vertraut.sources.discovery import could_read  # noqa: PLC0415  every reader, which recall does without

        path, size, _, _ = self.rows[number]
        return could_read(path, size, head) or path.partition("/")[0] in _exports(self.rows)


def row_of(parts: Sequence[str], file: Described) -> Row:
    """Return the row of a file at a path."""
    return Row("/".join(parts), file.size, min(max(0, file.modified), LATEST), file.mark)


def passed_over(path: str) -> bool:
    """Say whether a file is in a hidden folder, or hidden in a folder: an import does not read it."""
    return any(part.startswith(".") for part in path.split("/")[1:])


def laid_out(folder: Path, manifest: Path, rows: Sequence[Row], others: Iterable[str]) -> None:
    """Make the folders and the manifest of files to come; ``others`` are files that are passed over."""
    with file_errors(folder):
        for parent in {(folder / row.path).parent for row in rows}:
            make_folders(parent)
        for other in others:
            parts = other.split("/")
            if VAULT_MARK in parts:  # the notes of a vault are named from where this lies
                make_folders(folder.joinpath(*parts[: parts.index(VAULT_MARK) + 1]))
    for row in rows:
        if not row.size:
            write(folder / row.path, 0, b"")
    write(manifest, 0, json.dumps(rows).encode())


def arriving(folder: Path, manifest: Path) -> Arriving:
    """Return the files of a delivery as they lie on the disk. Raises ``NoSuchDelivery`` where there are none."""
    try:
        rows = [Row(*row) for row in json.loads(manifest.read_bytes())]
    except (OSError, *DAMAGED):
        raise NoSuchDelivery from None
    found = Arriving(folder, rows, [_size(folder / row.path) for row in rows], [row.size for row in rows])
    found.judge()
    return found


def make_folders(path: Path) -> None:
    """Make a folder and those above it, for their owner only."""
    for each in (*reversed(path.parents), path):
        if not each.exists():
            each.mkdir(mode=0o700, exist_ok=True)


def write(path: Path, offset: int, data: bytes) -> None:
    """Write data durably at ``offset``, where a file of ours ends; what may be behind it was never acknowledged."""
    flags = os.O_CREAT | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with file_errors(path), os.fdopen(os.open(path, flags, 0o600), "wb", buffering=0) as file:
        file.truncate(offset)
        file.seek(offset)
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(offset)
            raise


def _exports(rows: Sequence[Row]) -> set[str]:
    """Return the folders at the top that are exports of ours: all of them is wanted, whatever it looks like."""
    manifests = {row.path.partition("/")[0] for row in rows if row.path.endswith("/manifest.json")}
    records = {row.path.partition("/")[0] for row in rows if row.path.endswith("/records-00001.jsonl")}
    return manifests & records


def _size(path: Path) -> int:
    try:
        status = path.lstat()
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def _head(path: Path) -> bytes:
    with file_errors(path), path.open("rb") as file:
        return file.read(HEAD)
