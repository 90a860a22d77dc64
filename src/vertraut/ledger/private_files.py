"""Small files for their owner only: read whole, replaced in one step, durable on return, shredded when they go."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from vertraut.errors import VaultTooNew
from vertraut.ledger.vault import file_errors, make_private, sync_folder

VERSION = 1
DAMAGED = (AttributeError, KeyError, RecursionError, TypeError, ValueError)
"""What reading a damaged file of ours may raise."""

_LARGEST_FILE = 1_000_000


def read_private(path: Path) -> dict[str, Any] | None:
    """Read a file of ours, None if it is not there. Raises one of ``DAMAGED`` where that is what it is."""
    content = read_private_bytes(path)
    if content is None:
        return None
    data: dict[str, Any] = json.loads(content)
    if data["version"] > VERSION:
        raise VaultTooNew(path, data["version"], VERSION)
    return data


def read_private_bytes(path: Path) -> bytes | None:
    """Read the beginning of a file of ours, which is all of it unless somebody else wrote it; None if it is not there."""
    with file_errors(path):
        try:
            make_private(path)
            with path.open("rb") as file:
                return file.read(_LARGEST_FILE)
        except FileNotFoundError:
            return None


def write_private(path: Path, data: Mapping[str, Any]) -> None:
    """Replace a file in one step, for its owner only, durable on return. Needs the lock."""
    write_private_bytes(path, json.dumps({"version": VERSION, **data}, indent=1).encode())


def write_private_bytes(path: Path, content: bytes) -> None:
    """Do the same with bytes of any form."""
    temporary = _unfinished(path)
    with file_errors(path):
        try:
            with os.fdopen(os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            sync_folder(path.parent)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise


def _unfinished(path: Path) -> Path:
    """Return where a file is written before it takes its place; a kill may leave it there until the next writing."""
    return path.with_name(f".{path.name}.new")


def shred(path: Path) -> None:
    """Overwrite and remove a file, also an unfinished one. The disk may keep older copies of its blocks all the same."""
    for each in (path, _unfinished(path)):
        with suppress(FileNotFoundError):
            with each.open("r+b") as file:
                file.write(os.urandom(each.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            each.unlink()
    sync_folder(path.parent)


def base64_text(raw: bytes) -> str:
    """Return bytes as text for JSON."""
    return base64.b64encode(raw).decode()
