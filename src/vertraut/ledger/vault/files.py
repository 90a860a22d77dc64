"""Files for their owner only that are there whole or not at all, and durably."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from vertraut.errors import AccessError


def make_private(path: Path) -> None:
    """Take the rights to a file from everybody but its owner. Raises ``AccessError`` where the system refuses."""
    if path.stat().st_mode & 0o077:
        try:
            path.chmod(0o600)
        except PermissionError as why:
            raise AccessError(
                f"{path} can be read by others, and this account may not change that.",
                "Give the file to the account that Vertraut runs under.",
            ) from why


def sync_folder(folder: Path) -> None:
    """Make what was created, renamed or removed in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_file(path: Path) -> None:
    """Make an empty file for its owner only; SQLite gives the files that it puts beside it the same rights."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def take_name(temporary: Path, target: Path) -> None:
    """Give a finished file its name, never over another file, and make that durable."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: the check and the renaming are two steps there
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        temporary.rename(target)
    temporary.unlink(missing_ok=True)
    sync_folder(target.parent)


def size_of(path: Path) -> int:
    """Return the size of a file, 0 where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
