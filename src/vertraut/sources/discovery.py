"""The room's front door: paths in, one reading a file out, in a stable order.

One file is open at a time, its source found by its head and its records read lazily. What merely accompanies an export is
passed over; a file that no source can read is a reading of problems, and so is whatever an archive must not hold.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, Self

from vertraut.ledger import Entry
from vertraut.sources.archive import MemberFile, modified, open_member, open_zip
from vertraut.sources.calendar import CalendarSource
from vertraut.sources.chatgpt import ChatGptSource
from vertraut.sources.contract import Problem, ReadOptions, Source, SourceFile
from vertraut.sources.json_values import too_deep
from vertraut.sources.jsonl import JsonlSource
from vertraut.sources.mail import EmlSource, MboxSource
from vertraut.sources.markdown import MarkdownSource
from vertraut.sources.planning import Plan, Planned, Refused, plan, reason_of

SOURCES: tuple[Source, ...] = (
    ChatGptSource(), MboxSource(), EmlSource(), CalendarSource(), MarkdownSource(), JsonlSource(),
)  # fmt: skip
"""Every source; the first that recognises a file reads it."""

HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class FileReading:
    """One file as it is read. ``source`` is "" where no source can read it: then ``items`` says why.

    ``items`` is to be used before the next reading is asked for. ``bytes_done`` and ``bytes_total`` count what the files of
    the whole plan take on the disk.
    """

    name: str
    source: str
    items: Iterator[Entry | Problem] = field(repr=False)
    bytes_total: int
    bytes_done: Callable[[], int] = field(repr=False)


def discover(paths: Sequence[Path], options: ReadOptions) -> Iterator[FileReading]:
    """Read everything below the paths, one file open at a time. Raises ``UnreadablePath`` before anything is read."""
    return _readings(plan(paths), options)


def read_bytes(name: str, data: bytes, options: ReadOptions, modified: datetime) -> FileReading:
    """Read one file that is in memory, of any format but an archive; ``name`` is what its entries say they come from."""
    file = MemberFile(name, len(data), data[:HEAD], io.BytesIO(data), modified=modified)
    source = next((each for each in SOURCES if each.recognises(file)), None)
    items = _items(source, file, options) if source and data else iter((_unknown(file.head),))
    return FileReading(name, source.name if source else "", items, len(data), partial(int, len(data)))


def could_read(name: str, size: int, head: bytes) -> bool:
    """Say whether a file may be in a known format, by its name, size and the first ``HEAD`` bytes."""
    file = SourceFile(name, size, head, io.BytesIO(head))
    return name.lower().endswith(".zip") or any(each.recognises(file) for each in SOURCES)


def _readings(work: Plan, options: ReadOptions) -> Iterator[FileReading]:
    done, total = 0, work.weight
    with _Opener() as opener:
        for item in work.items:
            if isinstance(item, Refused):
                yield FileReading(item.shown, "", iter(item.problems), total, partial(int, done))
            else:
                yield from _read(item, opener, options, done, total)
                done += item.weight


def _read(item: Planned, opener: _Opener, options: ReadOptions, done: int, total: int) -> Iterator[FileReading]:
    """Open one file, give it to its source, and close it when the reading was used."""
    try:
        file = opener.open(item)
    except OSError as why:
        problem = Problem("file", "unreadable", reason_of(why))
        yield FileReading(item.shown, "", iter((problem,)), total, partial(int, done))
        return
    with file.stream as stream:
        source = next((each for each in SOURCES if each.recognises(file)), None)
        if source and (file.head or isinstance(source, MarkdownSource)):
            progress = partial(_bytes_done, item, stream, done)
            yield FileReading(item.shown, source.name, _items(source, file, options), total, progress)
        elif not item.companion:
            yield FileReading(item.shown, "", iter((_unknown(file.head),)), total, partial(int, done))


def _items(source: Source, file: SourceFile, options: ReadOptions) -> Iterator[Entry | Problem]:
    try:
        yield from source.read(file, options)
    except OSError as why:
        yield Problem("file", "unreadable", reason_of(why))


def _bytes_done(item: Planned, stream: BinaryIO, before: int) -> int:
    share = 1.0 if stream.closed or not item.size else min(1.0, stream.tell() / item.size)
    return before + int(item.weight * share)


class _Opener:
    """Opens what was planned; an archive stays open from one of its members to the next."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._archive: zipfile.ZipFile | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._archive:
            self._archive.close()

    def open(self, item: Planned) -> SourceFile:
        if item.member is None:
            stream: BinaryIO = item.path.open("rb")
            return SourceFile(item.name, item.size, _head(stream), stream, item.root, item.path)
        archive = self._archive_at(item.path)
        stream = open_member(archive, item.member)
        changed = modified(archive, item.member)
        return MemberFile(item.name, item.size, _head(stream), stream, item.root, modified=changed)

    def _archive_at(self, path: Path) -> zipfile.ZipFile:
        if not self._archive or self._path != path:
            if self._archive:
                self._archive.close()
            opened = open_zip(path)
            if isinstance(opened, Problem):
                raise OSError(opened.reason)
            self._archive, self._path = opened, path
        return self._archive


def _head(stream: BinaryIO) -> bytes:
    try:
        head = stream.read(HEAD)
        stream.seek(0)
    except OSError:
        stream.close()
        raise
    return head


def _unknown(head: bytes) -> Problem:
    if not head:
        return Problem("file", "empty-file", "there is nothing in it")
    if head.lstrip().startswith((b"[", b"{")) and too_deep(head):
        return Problem("file", "nested-too-deep", "brackets upon brackets, and no export that Vertraut knows")
    return Problem("file", "unknown-format", "it is in no format that Vertraut reads")
