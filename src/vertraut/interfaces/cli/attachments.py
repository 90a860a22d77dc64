"""Attachments as files: under names that are safe on every system, and never over a file that is there."""

from __future__ import annotations

import os
import re
import unicodedata
from itertools import count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from vertraut.interfaces.harmless import one_line

if TYPE_CHECKING:
    from vertraut.application import Shown, Space

LONGEST_NAME: Final = 150
"""Bytes of a file name: file systems allow 255, and a number may be added."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_LONGEST_SUFFIX = 16


def save_attachments(memory: Space, shown: Shown, folder: Path) -> dict[int, Path]:
    """Write the kept attachments of an entry and return their files by place. Raises a ``StorageError``."""
    saved: dict[int, Path] = {}
    for place in shown.kept:
        content = memory.attachment(shown.id, place)
        if content is not None:
            saved[place] = write_new(folder, safe_name(shown.entry.attachments[place].name), content)
    return saved


def safe_name(name: str) -> str:
    """Return a file name that stays in its folder, hides nothing and is allowed everywhere."""
    plain = unicodedata.normalize("NFC", one_line(name))
    plain = _FORBIDDEN.sub("_", plain).strip(" .") or "attachment"
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    if len(plain.encode()) <= LONGEST_NAME:
        return plain
    suffix = PurePosixPath(plain).suffix[:_LONGEST_SUFFIX]
    kept = plain.encode()[: LONGEST_NAME - len(suffix.encode())].decode(errors="ignore")
    return f"{kept.rstrip(' .')}{suffix}"


def write_new(folder: Path, name: str, content: bytes) -> Path:
    """Write a file under a name that was free, for its owner only. Raises a ``StorageError``."""
    from vertraut.ledger.vault import file_errors  # noqa: PLC0415  SQLite, which --help does without

    with file_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            path = folder / (name if number == 1 else _numbered(name, number))
            try:
                handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            except FileExistsError:
                continue
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            break
    return path


def _numbered(name: str, number: int) -> str:
    suffix = PurePosixPath(name).suffix
    return f"{name.removesuffix(suffix)} ({number}){suffix}"
