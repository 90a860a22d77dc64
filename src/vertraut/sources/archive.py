"""Zip archives from strangers, read in place: no byte is unpacked to the disk.

Members are checked by the archive's own table before one is opened: names that lead out of it, links, encrypted members,
archives inside the archive, and sizes that only a bomb has are problems, the others are read as streams. zipfile never
hands out more of a member than the table declares, so a size that lies ends the stream early and is an ``OSError``.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from vertraut.sources.contract import Problem, ProblemCode, SourceFile

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_MEMBERS = 200_000
MOST_BYTES = 20 << 30
HIGHEST_RATIO = 200
FREE_OF_RATIO = 50 << 20
"""Members that are packed tighter than the highest ratio may unpack to this much together."""
LARGEST_TABLE = 64 << 20
LONGEST_NAME, MOST_FOLDERS = 1000, 100

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError, NotImplementedError, RuntimeError)
_LEGIBLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The other methods give out any amount of memory at once."""
_DRIVE = re.compile(r"[A-Za-z]:")
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_ROW, _END, _END64 = b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06"
_END_SIZE, _END64_SIZE = 22, 56 + 20  # the 64-bit one with the pointer to it
_SEE_64 = 0xFFFFFFFF
_TAIL = _END64_SIZE + _END_SIZE + 0xFFFF  # with the longest comment


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive: its name, its size unpacked and packed, and its number in the table."""

    name: str
    size: int
    packed: int
    number: int


@dataclass(slots=True)
class MemberFile(SourceFile):
    """A member to read. ``modified`` is the local time that the archive gives for it."""

    modified: datetime | None = None


def open_zip(path: Path) -> zipfile.ZipFile | Problem:
    """Open an archive and read its table. Raises ``OSError`` where the file system does."""
    if problem := _bad_table(path):
        return problem
    try:
        return zipfile.ZipFile(path)
    except _DAMAGE:
        return Problem("file", "unreadable", "the archive is damaged")


def members(archive: zipfile.ZipFile, archive_size: int) -> Iterator[Member | Problem]:
    """Yield what may be read, in the archive's order, and a problem for each of the rest."""
    most = min(MOST_BYTES, max(FREE_OF_RATIO, HIGHEST_RATIO * archive_size))
    total = tight = 0
    for number, info in enumerate(archive.infolist()):
        place = f"entry {_shown(info.orig_filename)}"
        if problem := _refusal(info, place):
            yield problem
            continue
        if info.is_dir():
            continue
        packed = min(info.compress_size, archive_size)
        extra = info.file_size if info.file_size > HIGHEST_RATIO * packed else 0
        if total + info.file_size > most or tight + extra > FREE_OF_RATIO:
            yield Problem(place, "too-large", f"it would unpack to {info.file_size:,} bytes from {packed:,}")
            continue
        total += info.file_size
        tight += extra
        yield Member(_name_of(info), info.file_size, packed, number)


def open_member(archive: zipfile.ZipFile, number: int) -> BinaryIO:
    """Open a member as a seekable stream; seeking back unpacks it again. Damage is an ``OSError`` now or when reading."""
    return io.BufferedReader(_MemberStream(archive, archive.infolist()[number]), 1 << 17)


def modified(archive: zipfile.ZipFile, number: int) -> datetime | None:
    """Return when a member was last changed, on the clock of whoever packed it."""
    try:
        return datetime(*archive.infolist()[number].date_time)  # noqa: DTZ001  zip has no zones
    except ValueError:
        return None


class _MemberStream(io.RawIOBase):
    """A member's bytes. What zipfile raises for damage becomes ``OSError``."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        try:
            self._file = archive.open(info)
        except _DAMAGE as why:
            raise OSError(f"this part of the archive is damaged ({type(why).__name__})") from why

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._file.read(len(view))
        except _DAMAGE as why:
            raise OSError(f"this part of the archive is damaged ({type(why).__name__})") from why
        view[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        try:
            return self._file.seek(offset, whence)
        except _DAMAGE as why:
            raise OSError(f"this part of the archive is damaged ({type(why).__name__})") from why

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()
        super().close()


def _refusal(info: zipfile.ZipInfo, place: str) -> Problem | None:
    name = info.orig_filename
    outward = "\0" in name or "\\" in name or name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/")
    is_file = not info.is_dir()
    checks: tuple[tuple[bool, ProblemCode, str], ...] = (
        (bool(outward), "unsafe-name", "the name leads out of the archive"),
        (len(name) > LONGEST_NAME or name.count("/") > MOST_FOLDERS, "unsafe-name", "the name is too long"),
        (stat.S_ISLNK(info.external_attr >> 16), "unsupported-entry", "a symbolic link"),
        (is_file and bool(info.flag_bits & _ENCRYPTED), "encrypted", "it is locked with a password"),
        (is_file and name.lower().endswith(".zip"), "unsupported-entry", "an archive inside an archive"),
        (is_file and info.compress_type not in _LEGIBLE, "unsupported-entry", "packed with another method than deflate"),
    )
    return next((Problem(place, code, reason) for wrong, code, reason in checks if wrong), None)


def _name_of(info: zipfile.ZipInfo) -> str:
    """Return the name; some programs write UTF-8 without saying so."""
    if info.flag_bits & _UTF8_NAME or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name[:200])


def _bad_table(path: Path) -> Problem | None:
    """Find the archive's table and count its rows before zipfile makes an object of every one."""
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return Problem("file", "unreadable", "it is no zip archive")
        size = file.seek(0, io.SEEK_END)
        start = file.seek(max(0, size - _TAIL))
        tail = file.read()
        end = tail.rfind(_END)
        if end < 0 or len(tail) - end < _END_SIZE:
            return Problem("file", "truncated", "the archive's table of contents is missing: the file was cut off")
        table = _table_size(tail[:end], tail[end:])
        if table > LARGEST_TABLE:
            return Problem("file", "too-large", f"its table of contents has {table:,} bytes")
        file.seek(max(0, start + end - table - _END64_SIZE))
        rows = file.read(table + _END64_SIZE).count(_ROW)
    return Problem("file", "too-large", f"there are {rows:,} files in it") if rows > MOST_MEMBERS else None


def _table_size(before: bytes, end: bytes) -> int:
    """Return the larger of the sizes that the end record and its 64-bit form, if there is one, give for the table."""
    size = int.from_bytes(end[12:16], "little")
    wide = before[-_END64_SIZE:]
    if not wide.startswith(_END64):
        return size
    return max(size if size != _SEE_64 else 0, int.from_bytes(wide[40:48], "little"))
