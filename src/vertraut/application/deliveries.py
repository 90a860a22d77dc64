"""What a browser brings before it is taken in: files named and described, and the state of each delivery of them.

Names come from strangers. ``placed`` makes of them paths that lead nowhere but below a delivery's own folder.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import PurePosixPath
from typing import Any, Final, Literal

from vertraut.application.import_summary import ImportSummary

Standing = Literal["receiving", "waiting", "running", "stopped", "done"]
"""Files are missing; complete; being taken in; ended before everything was taken in; taken in."""

NAMES_SHOWN: Final = 3
LATEST: Final = 253_402_300_799_000
"""The last millisecond of the year 9999."""

_LONGEST_PART = 200  # bytes; file systems take 255
_MOST_PARTS = 50
_LONGEST_PATH = 1500
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\\]" if os.name == "posix" else r'[\x00-\x1f\x7f-\x9f\\<>:"|?*]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Described:
    """A file as a browser describes it: its path with forward slashes, bytes, milliseconds since 1970, and a fingerprint."""

    name: str
    size: int
    modified: int
    mark: str


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a file is received: its delivery and number there, the bytes that are here, and those that are wanted.

    Of a file that no source can read only the beginning is wanted: enough to report it.
    """

    delivery: str
    number: int
    received: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of a file from an offset."""

    delivery: str
    number: int
    offset: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class State:
    """What is noted of a delivery beside its files.

    ``names`` are the first of the ``tops`` files and folders that were dropped, ``files`` counts all, ``lost`` are those
    that did not arrive whole. ``taken`` is how many new entries earlier, interrupted attempts took in.
    """

    standing: Standing
    names: tuple[str, ...] = ()
    tops: int = 0
    files: int = 0
    household: bool = False
    lost: tuple[str, ...] = ()
    attempts: int = 0
    taken: int = 0
    summary: ImportSummary | None = None

    @staticmethod
    def of_json(data: dict[str, Any]) -> State:
        """Read a state back; raises what reading a damaged one may raise."""
        known = {each.name: data[each.name] for each in fields(State)}
        summary = ImportSummary.of_json(known["summary"]) if known["summary"] else None
        return State(**{**known, "names": tuple(data["names"]), "lost": tuple(data["lost"]), "summary": summary})


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery, with the bytes that are here and those that are wanted while it is received."""

    id: str
    state: State
    received: int = 0
    wanted: int = 0


def placed(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the safe path of each name, as parts; () for one of which nothing is left. No two are the same."""
    taken: dict[tuple[str, ...], int] = {}
    folders: set[tuple[str, ...]] = set()
    found = []
    for name in names:
        parts = tuple(filter(None, map(_safe, name.split("/"))))[-_MOST_PARTS:]
        while len("/".join(parts).encode()) > _LONGEST_PATH:
            parts = parts[1:]
        if parts:
            parts = _apart(parts, taken, folders)
            taken[_folded(parts)] = 1
            folders.update(_folded(parts[:n]) for n in range(1, len(parts)))
        found.append(parts)
    return found


def _safe(part: str) -> str:
    """Return a part of a path as a file name; "" for one that leads elsewhere."""
    if part.strip() in {"", ".", ".."}:
        return ""
    text = unicodedata.normalize("NFC", part.encode("utf-8", "replace").decode())
    text = _UNSAFE.sub("_", text)
    if os.name != "posix":
        text = _DEVICES.sub(lambda found: f"_{found[0]}", text.rstrip(". "))
    suffix = PurePosixPath(text).suffix[:20]
    room = _LONGEST_PART - len(suffix.encode())
    if len(text.encode()) > _LONGEST_PART:
        text = text.encode()[:room].decode("utf-8", "ignore") + suffix
    return text


def _apart(parts: tuple[str, ...], taken: dict[tuple[str, ...], int], folders: set[tuple[str, ...]]) -> tuple[str, ...]:
    """Return a path that no other file has, and whose folders are no files; also where case does not count.

    ``taken`` says of each path how often it was wanted.
    """
    for n in range(1, len(parts)):
        while _folded(parts[:n]) in taken:
            parts = (*parts[: n - 1], f"{parts[n - 1]}_", *parts[n:])
    wanted, last = _folded(parts), PurePosixPath(parts[-1])
    while _folded(parts) in taken or _folded(parts) in folders:
        taken[wanted] = taken.get(wanted, 1) + 1
        parts = (*parts[:-1], f"{last.stem} ({taken[wanted]}){last.suffix}")
    return parts


def _folded(parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(part.casefold() for part in parts)
