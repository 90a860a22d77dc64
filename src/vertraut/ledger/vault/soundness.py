"""Whether a vault is sound: what is looked at before it is opened, when it is opened, and in a check of all its pages."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import apsw

from vertraut.errors import VaultMissing, VaultTruncated, VaultUnreadable, VertrautError
from vertraut.ledger.vault.failures import file_errors, storage_errors
from vertraut.ledger.vault.files import size_of
from vertraut.ledger.vault.pages import FRAME_HEADER, LOCK_PAGE_AT, PAGE, WAL_HEADER, frames, path_of, snapshot


def check_pages(connection: apsw.Connection, *, quick: bool = False) -> None:
    """Read and authenticate every page in use and check how they hang together; raise ``VaultUnreadable`` if damaged.

    ``quick`` leaves out the comparison of every index with its table, which takes most of the time.
    """
    path = path_of(connection)
    with storage_errors(path, connection):
        found = connection.execute("PRAGMA quick_check(1)" if quick else "PRAGMA integrity_check(1)").fetchall()
    if found != [("ok",)]:
        raise VaultUnreadable(path, f"it is damaged ({str(found[0][0])[:100]})")


def check_outside(path: Path) -> None:
    """Look at the file from outside, without opening it."""
    with file_errors(path):
        if not path.exists():
            raise VaultMissing(path)
        if not path.is_file():
            raise VaultUnreadable(path, "it is not a file")
        if size_of(path) <= 1:  # SQLite takes a single byte for an empty file, and would fill it
            raise VaultUnreadable(path, "it is empty")


def check_inside(connection: apsw.Connection, path: Path) -> None:
    """Read the first page, and see that all others are in the file or in its WAL."""
    try:
        with snapshot(connection) as pages:
            if size_of(path) < pages * PAGE:
                _check_wal_holds(connection, range(size_of(path) // PAGE + 1, pages + 1), path)
    except apsw.NotADBError:
        raise _what_it_is(path) from None
    except apsw.CorruptError:  # the first page is sound; SQLite misses others
        pages = int.from_bytes(connection.read("main", 0, 0, PAGE)[1][28:32])
        if size_of(path) >= pages * PAGE:
            raise
        raise VaultTruncated(path, pages * PAGE, size_of(path)) from None


def _check_wal_holds(connection: apsw.Connection, missing: range, path: Path) -> None:
    """Raise ``VaultTruncated`` if one of these pages is in no transaction of the WAL either."""
    wanted = set(missing) - {LOCK_PAGE_AT // PAGE + 1}
    generation = connection.read("main", 1, 0, WAL_HEADER)[1][16:24]
    uncommitted: set[int] = set()
    for offset in frames(connection):
        frame = connection.read("main", 1, offset, FRAME_HEADER)[1]
        if frame[8:16] != generation:  # left over from before the WAL was last started anew
            break
        uncommitted.add(int.from_bytes(frame[:4]))
        if any(frame[4:8]):  # the last frame of a transaction says how many pages the vault has after it
            wanted -= uncommitted
            uncommitted.clear()
    if wanted:
        raise VaultTruncated(path, missing[-1] * PAGE, size_of(path))


def _what_it_is(path: Path) -> VertrautError:
    """Say why a file whose first page the key does not open is no vault of this space."""
    with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
        head = connection.read("main", 0, 0, 24)[1]
    if head.startswith(b"SQLite format 3\0"):
        return VaultUnreadable(path, "it is a SQLite file that is not encrypted")
    if head[16:18] != PAGE.to_bytes(2) or head[20:24] != bytes((32, 64, 32, 32)):  # a vault's few bytes in the clear
        return VaultUnreadable(path, "it is no vault, or its beginning was overwritten")
    if size_of(path) < PAGE:
        return VaultTruncated(path, PAGE, size_of(path))
    return VaultUnreadable(path, "it has another key, or its first page is damaged")
