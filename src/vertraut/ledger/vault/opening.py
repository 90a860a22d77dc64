"""Opening a vault with its key, and making an empty one."""

from __future__ import annotations

import secrets
from contextlib import ExitStack, closing
from pathlib import Path

import apsw

from vertraut.errors import SpaceExists, StorageFailed
from vertraut.ledger.vault.failures import file_errors, storage_errors
from vertraut.ledger.vault.files import make_file, make_private, take_name
from vertraut.ledger.vault.pages import PAGE, wal_size
from vertraut.ledger.vault.soundness import check_inside, check_outside

KEY_BYTES = 32

_CIPHER = "chacha20"
_CACHE_KIB = 65_536  # of decrypted pages a connection; SQLite's default of 2 MB decrypts the same pages again and again


def open_vault(
    path: Path, key: bytes, *, busy_seconds: float, create: bool = False, read_only: bool = False
) -> apsw.Connection:
    """Open the vault of a space, in about a millisecond; with ``create`` make it first, never over a file that exists.

    ``key`` is the space's raw key of 32 bytes. ``busy_seconds`` is how long a write waits for other processes.
    Raises ``VaultMissing``, ``VaultUnreadable``, ``VaultTruncated``, ``SpaceExists`` or a ``StorageError``.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("a vault's key has 32 bytes")
    if create:
        _make_empty(path, key)
    check_outside(path)
    with ExitStack() as undo, file_errors(path), storage_errors(path):
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        undo.callback(connection.close)
        if wal_size(connection):  # a failed opening must not move it into the file, as closing otherwise does
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        with storage_errors(path, connection):
            connection.set_busy_timeout(round(busy_seconds * 1000))
            unlock(connection, key, path)
            check_inside(connection, path)
            make_private(path)
            _configure(connection, read_only=read_only)
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0)
        undo.pop_all()
    return connection


def _make_empty(path: Path, key: bytes) -> None:
    """Make a vault without tables; it gets its name when it is complete, so nobody ever opens half of one."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    with ExitStack() as undo, file_errors(path), storage_errors(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_file(temporary)
        undo.callback(temporary.unlink, missing_ok=True)
        connection = apsw.Connection(str(temporary), flags=apsw.SQLITE_OPEN_READWRITE)
        with closing(connection), storage_errors(path, connection):
            unlock(connection, key, path)
            connection.pragma("page_size", PAGE)
            _configure(connection, read_only=False)
        try:
            take_name(temporary, path)
        except FileExistsError as why:
            raise SpaceExists(path.parent.name) from why


def unlock(connection: apsw.Connection, key: bytes, path: Path) -> None:
    """Set the key. It stands in a pragma's text, so what SQLite says about that pragma goes no further than here."""
    try:
        encrypts = connection.pragma("cipher", _CIPHER) == _CIPHER
        encrypts = encrypts and connection.pragma("key", f"raw:{key.hex()}") == "ok"
    except apsw.Error:
        encrypts = False
    if not encrypts:
        raise StorageFailed(path, "the SQLite in use cannot encrypt; apsw-sqlite3mc must be installed, not apsw")


def _configure(connection: apsw.Connection, *, read_only: bool) -> None:
    connection.pragma("journal_mode", "WAL")
    connection.pragma("synchronous", "FULL")
    connection.pragma("fullfsync", "ON")  # of use on macOS only, where fsync alone does not reach the disk
    connection.pragma("checkpoint_fullfsync", "ON")
    connection.pragma("secure_delete", "ON")
    connection.pragma("foreign_keys", "ON")
    connection.pragma("temp_store", "MEMORY")
    connection.pragma("cache_size", -_CACHE_KIB)
    connection.pragma("query_only", read_only)
