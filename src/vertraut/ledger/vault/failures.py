"""What the machine or the file did wrong, named: errors of SQLite and of the file system as errors of ours."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from vertraut.errors import DiskFull, StorageFailed, VaultBusy, VaultUnreadable, VertrautError

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def storage_errors(path: Path, connection: apsw.Connection | None = None) -> Iterator[None]:
    """Name what the machine or the file did wrong. Mistakes in our own SQL pass as they are.

    With the connection it tells a full disk from other failures of writing, and how long was waited for others.
    """
    try:
        yield
    except apsw.Error as why:
        named = _named(why, path, connection)
        if named is None:
            raise
        raise named from why


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Name what the file system did wrong to a file."""
    try:
        yield
    except OSError as why:
        if why.errno in _NO_SPACE:
            raise DiskFull(path) from why
        raise StorageFailed(path, why.strerror or type(why).__name__) from why


def _named(why: apsw.Error, path: Path, connection: apsw.Connection | None) -> VertrautError | None:
    """Return what an error of SQLite is called here, or None where it is a mistake of ours."""
    match why:
        case apsw.FullError():
            return DiskFull(path)
        case apsw.IOError() | apsw.CantOpenError() if connection and connection.system_errno in _NO_SPACE:
            return DiskFull(path)
        case apsw.BusyError() | apsw.LockedError():
            return VaultBusy(path, connection.pragma("busy_timeout") / 1000 if connection else 0)
        case apsw.NotADBError() | apsw.CorruptError():
            return VaultUnreadable(path, "a part of it is damaged")
        case apsw.IOError() | apsw.CantOpenError() | apsw.ReadOnlyError() | apsw.PermissionsError():
            return StorageFailed(path, str(why))
        case _:
            return None
