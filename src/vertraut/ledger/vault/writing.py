"""Writing to a vault: all or nothing, in turns with other processes, and the WAL that writing leaves behind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from vertraut.ledger.vault.failures import storage_errors
from vertraut.ledger.vault.pages import path_of, wal_size

_WAITED_AT_ONCE = 1000  # milliseconds


@contextmanager
def transaction(connection: apsw.Connection, path: Path | None = None) -> Iterator[None]:
    """Write to the vault, all or nothing; what goes wrong is rolled back, and the connection stays usable.

    Inside another one it is part of that: only the outermost commits or rolls back.
    """
    with storage_errors(path or path_of(connection), connection):
        if connection.in_transaction:
            yield
            return
        try:
            _begin(connection)
            yield
            connection.execute("COMMIT")
        finally:
            with suppress(apsw.ConnectionClosedError):  # an interrupt kept it from ending before the vault was closed
                if connection.in_transaction:
                    connection.execute("ROLLBACK")


def _begin(connection: apsw.Connection) -> None:
    """Begin to write, waiting for other processes a second at a time: SQLite itself sleeps through Ctrl-C."""
    waits = connection.pragma("busy_timeout")
    until = time.monotonic() + waits / 1000
    connection.set_busy_timeout(min(waits, _WAITED_AT_ONCE))
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except apsw.BusyError:
                if time.monotonic() >= until:
                    raise
            else:
                return
    finally:
        connection.set_busy_timeout(waits)


def checkpoint_truncate(connection: apsw.Connection, seconds: float) -> bool:
    """Move the WAL into the file and empty it, waiting for those who read from it; say whether it is empty now."""
    with storage_errors(path_of(connection), connection):
        waits = connection.pragma("busy_timeout")
        connection.set_busy_timeout(round(seconds * 1000))
        try:
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except apsw.BusyError:
            return False
        finally:
            connection.set_busy_timeout(waits)
    return not wal_size(connection)
