"""The contract between a source and whoever imports: what it is given, what it yields, what it must not do.

A source recognises files and reads them into ``Entry`` and ``Problem`` values. It reads only (no writing, no network),
streams (memory bounded by one record, not by the file), and is never stopped by bad content: what is wrong is yielded
as a ``Problem`` with its place, the good rest follows. It raises only ``OSError`` of the file system.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

from vertraut.ledger import Entry

ProblemCode = Literal[
    "bad-content-line", "bad-date", "bad-dtend", "bad-dtstart", "bad-duration", "bad-encoding", "bad-exdate",
    "bad-front-matter", "bad-header-line", "bad-number", "bad-rdate", "bad-rrule", "bad-schema", "bad-text",
    "bad-timestamp", "empty-file", "encrypted", "end-before-start", "implausible-date", "missing-dtstart",
    "missing-or-bad-date", "missing-or-bad-sender", "nested-too-deep", "no-text", "not-icalendar", "nul-byte",
    "too-large", "too-many-occurrences", "truncated", "unbalanced", "unknown-charset", "unknown-timezone",
    "unsafe-name", "unsupported-entry", "unreadable", "unknown-format",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that could not be taken in as it stands.

    ``place`` says where in the file, in the words of the format: "line 12", "message 3", "header Date",
    "entry ../../x" (of an archive), "byte 12284", "file". ``reason`` is a sentence part for a person and quotes at most
    a short, harmless bit of the content. ``lost`` is False where the record was kept all the same.
    """

    place: str
    code: ProblemCode
    reason: str
    lost: bool = True


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a reader needs to know of the person: the home zone for times without one, and what to keep."""

    home_zone: str = "UTC"
    attachment_limit: int = 20_000_000


@dataclass(slots=True)
class SourceFile:
    """One file (or member of an archive) to read.

    ``name`` is what entries and problems call it, relative to what the person named, with forward slashes. ``head``
    holds its first 64 KiB, so that recognising needs no second opening. ``stream`` is a seekable binary stream at
    position 0. ``root`` is the name of the folder that the person named, for formats where a folder is one thing.
    """

    name: str
    size: int
    head: bytes
    stream: BinaryIO = field(repr=False)
    root: str = ""
    path: Path | None = None


class Source(Protocol):
    """A reader for one format. Sources hold no state: one instance reads any number of files."""

    name: str
    """Stable name: part of the identity of every entry read. Never changes."""
    title: str
    """What a person calls the format."""
    patterns: tuple[str, ...]
    """File name patterns, for the help text."""

    def recognises(self, file: SourceFile) -> bool:
        """Say whether the file is in this format, from its name and head alone."""
        ...

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Entry | Problem]:
        """Yield what the file holds, in its order."""
        ...


Reading = Iterable[Entry | Problem]
