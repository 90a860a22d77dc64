"""The pages of a vault, in its file and in its WAL: where they lie, and what is in them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from vertraut.ledger.vault.failures import storage_errors
from vertraut.ledger.vault.files import size_of

PAGE = 4096
LOCK_PAGE_AT = 0x40000000
"""SQLite never writes the page that holds this byte: https://sqlite.org/fileformat2.html"""
WAL_HEADER = 32
FRAME_HEADER = 24

_PAUSES = (0.001, 0.01, 0.1, 0.5)  # seconds


def path_of(connection: apsw.Connection) -> Path:
    """Return the file of a connection's vault."""
    return Path(connection.filename)


def wal_size(connection: apsw.Connection) -> int:
    """Return the size of a vault's WAL, 0 where it has none."""
    return size_of(Path(f"{connection.filename}-wal"))


def frames(connection: apsw.Connection) -> range:
    """Return where the frames of the WAL begin: each a header and a page."""
    return range(WAL_HEADER, wal_size(connection), FRAME_HEADER + PAGE)


@contextmanager
def snapshot(connection: apsw.Connection) -> Iterator[int]:
    """Hold the vault as it is now, for reading; yields the number of its pages."""
    try:
        connection.execute("BEGIN")
        yield connection.pragma("page_count")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def plain_pages(connection: apsw.Connection) -> Iterator[bytes]:
    """Yield every page of the vault's file, decrypted: free pages and, in its WAL, superseded ones included.

    This is the proof of forgetting: what is in none of these pages is nowhere in the vault. Memory is one page; time is
    one reading of the file (about 6 µs a page once it is cached). Frames of the WAL that a crash tore are passed over,
    so call ``checkpoint_truncate`` before. Not to be called inside a transaction.
    """
    path = path_of(connection)
    with storage_errors(path, connection), snapshot(connection):
        for offset in range(0, size_of(path) - PAGE + 1, PAGE):
            if offset != LOCK_PAGE_AT and (page := _settled_page(connection, offset)):
                yield page
        for offset in frames(connection):
            try:
                whole, page = connection.read("main", 1, offset + FRAME_HEADER, PAGE)
            except (apsw.CorruptError, apsw.NotADBError):
                continue
            if whole:
                yield page


def _settled_page(connection: apsw.Connection, offset: int) -> bytes:
    """Read a page of the file; once more while another process's checkpoint is writing it, which looks like damage.

    A checkpoint that others held up leaves holes in the file, of pages that are in the WAL alone: those are empty.
    """
    for pause in _PAUSES:
        try:
            return connection.read("main", 0, offset, PAGE)[1]
        except (apsw.CorruptError, apsw.NotADBError):
            time.sleep(pause)
    try:
        return connection.read("main", 0, offset, PAGE)[1]
    except (apsw.CorruptError, apsw.NotADBError):
        if wal_size(connection):
            return b""
        raise
