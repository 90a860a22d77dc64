"""The encrypted file that a space lives in: opening it, writing to it, copying it, looking at its bare pages.

A vault is SQLite with every page and its WAL encrypted and authenticated (ChaCha20-Poly1305). Any number of processes may
hold one. A connection belongs to the thread that opened it and must not survive a fork. An opening that fails changes
nothing. While this process holds a vault, read its file through a connection only: POSIX drops SQLite's locks as soon as
anything else in the process closes the same file.
"""

from __future__ import annotations

import errno
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import apsw

from vertraut.errors import (
    AccessError,
    DiskFull,
    SpaceExists,
    StorageFailed,
    VaultBusy,
    VaultMissing,
    VaultTruncated,
    VaultUnreadable,
    VertrautError,
)

KEY_BYTES = 32

_CIPHER = "chacha20"
_PAGE = 4096
_CACHE_KIB = 65_536  # of decrypted pages a connection; SQLite's default of 2 MB decrypts the same pages again and again
_LOCK_PAGE_AT = 0x40000000  # SQLite never writes the page that holds this byte: https://sqlite.org/fileformat2.html
_WAL_HEADER = 32
_FRAME_HEADER = 24
_COPIED_AT_ONCE = 1000
_WAITED_AT_ONCE = 1000  # milliseconds
_PAUSES = (0.001, 0.01, 0.1, 0.5)  # seconds
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


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
    _check_outside(path)
    with ExitStack() as undo, file_errors(path), storage_errors(path):
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        undo.callback(connection.close)
        if _size(_wal_of(connection)):  # a failed opening must not move it into the file, as closing otherwise does
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        with storage_errors(path, connection):
            connection.set_busy_timeout(round(busy_seconds * 1000))
            _unlock(connection, key, path)
            _check_inside(connection, path)
            make_private(path)
            _configure(connection, read_only=read_only)
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0)
        undo.pop_all()
    return connection


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


def check_pages(connection: apsw.Connection, *, quick: bool = False) -> None:
    """Read and authenticate every page in use and check how they hang together; raise ``VaultUnreadable`` if damaged.

    ``quick`` leaves out the comparison of every index with its table, which takes most of the time.
    """
    path = path_of(connection)
    with storage_errors(path, connection):
        found = connection.execute("PRAGMA quick_check(1)" if quick else "PRAGMA integrity_check(1)").fetchall()
    if found != [("ok",)]:
        raise VaultUnreadable(path, f"it is damaged ({str(found[0][0])[:100]})")


def backup(connection: apsw.Connection, target: Path, key: bytes) -> None:
    """Copy the vault, while others use it, as it is at this moment; the copy has the same key and was read back.

    Raises ``StorageFailed`` if there is a file at the target. Not to be called inside a transaction.
    """
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.new")
    with ExitStack() as undo, file_errors(target), storage_errors(target):
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        _make_file(temporary)
        undo.callback(temporary.unlink, missing_ok=True)
        try:
            _copy(connection, temporary, target, key)
        except VaultUnreadable as why:  # whatever cannot be read was so before it was copied
            raise VaultUnreadable(path_of(connection), "a part of it is damaged") from why
        _take_name(temporary, target)


def plain_pages(connection: apsw.Connection) -> Iterator[bytes]:
    """Yield every page of the vault's file, decrypted: free pages and, in its WAL, superseded ones included.

    This is the proof of forgetting: what is in none of these pages is nowhere in the vault. Memory is one page; time is
    one reading of the file (about 6 µs a page once it is cached). Frames of the WAL that a crash tore are passed over,
    so call ``checkpoint_truncate`` before. Not to be called inside a transaction.
    """
    path = path_of(connection)
    with storage_errors(path, connection), _snapshot(connection):
        for offset in range(0, _size(path) - _PAGE + 1, _PAGE):
            if offset != _LOCK_PAGE_AT and (page := _settled_page(connection, offset)):
                yield page
        for offset in range(_WAL_HEADER, _size(_wal_of(connection)), _FRAME_HEADER + _PAGE):
            try:
                whole, page = connection.read("main", 1, offset + _FRAME_HEADER, _PAGE)
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
            return connection.read("main", 0, offset, _PAGE)[1]
        except (apsw.CorruptError, apsw.NotADBError):
            time.sleep(pause)
    try:
        return connection.read("main", 0, offset, _PAGE)[1]
    except (apsw.CorruptError, apsw.NotADBError):
        if _size(_wal_of(connection)):
            return b""
        raise


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
    return not _size(_wal_of(connection))


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


def _make_empty(path: Path, key: bytes) -> None:
    """Make a vault without tables; it gets its name when it is complete, so nobody ever opens half of one."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    with ExitStack() as undo, file_errors(path), storage_errors(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_file(temporary)
        undo.callback(temporary.unlink, missing_ok=True)
        connection = apsw.Connection(str(temporary), flags=apsw.SQLITE_OPEN_READWRITE)
        with closing(connection), storage_errors(path, connection):
            _unlock(connection, key, path)
            connection.pragma("page_size", _PAGE)
            _configure(connection, read_only=False)
        try:
            _take_name(temporary, path)
        except FileExistsError as why:
            raise SpaceExists(path.parent.name) from why


def _copy(connection: apsw.Connection, temporary: Path, target: Path, key: bytes) -> None:
    """Copy into an empty file that is to become the target, and read the copy."""
    with closing(apsw.Connection(str(temporary), flags=apsw.SQLITE_OPEN_READWRITE)) as copy:
        _unlock(copy, key, target)
        with storage_errors(target, copy), _snapshot(connection), copy.backup("main", connection, "main") as run:
            while not run.done:
                run.step(_COPIED_AT_ONCE)
    with closing(open_vault(temporary, key, busy_seconds=0)) as copy:
        for _page in plain_pages(copy):  # reading a page authenticates it
            pass


def _make_file(path: Path) -> None:
    """Make an empty file for its owner only; SQLite gives the files that it puts beside it the same rights."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _take_name(temporary: Path, target: Path) -> None:
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


def _unlock(connection: apsw.Connection, key: bytes, path: Path) -> None:
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


def _check_outside(path: Path) -> None:
    """Look at the file from outside, without opening it."""
    with file_errors(path):
        if not path.exists():
            raise VaultMissing(path)
        if not path.is_file():
            raise VaultUnreadable(path, "it is not a file")
        if _size(path) <= 1:  # SQLite takes a single byte for an empty file, and would fill it
            raise VaultUnreadable(path, "it is empty")


def _check_inside(connection: apsw.Connection, path: Path) -> None:
    """Read the first page, and see that all others are in the file or in its WAL."""
    try:
        with _snapshot(connection) as pages:
            if _size(path) < pages * _PAGE:
                _check_wal_holds(connection, range(_size(path) // _PAGE + 1, pages + 1), path)
    except apsw.NotADBError:
        raise _what_it_is(path) from None
    except apsw.CorruptError:  # the first page is sound; SQLite misses others
        pages = int.from_bytes(connection.read("main", 0, 0, _PAGE)[1][28:32])
        if _size(path) >= pages * _PAGE:
            raise
        raise VaultTruncated(path, pages * _PAGE, _size(path)) from None


def _check_wal_holds(connection: apsw.Connection, missing: range, path: Path) -> None:
    """Raise ``VaultTruncated`` if one of these pages is in no transaction of the WAL either."""
    wanted = set(missing) - {_LOCK_PAGE_AT // _PAGE + 1}
    generation = connection.read("main", 1, 0, _WAL_HEADER)[1][16:24]
    uncommitted: set[int] = set()
    for offset in range(_WAL_HEADER, _size(_wal_of(connection)), _FRAME_HEADER + _PAGE):
        frame = connection.read("main", 1, offset, _FRAME_HEADER)[1]
        if frame[8:16] != generation:  # left over from before the WAL was last started anew
            break
        uncommitted.add(int.from_bytes(frame[:4]))
        if any(frame[4:8]):  # the last frame of a transaction says how many pages the vault has after it
            wanted -= uncommitted
            uncommitted.clear()
    if wanted:
        raise VaultTruncated(path, missing[-1] * _PAGE, _size(path))


def _what_it_is(path: Path) -> VertrautError:
    """Say why a file whose first page the key does not open is no vault of this space."""
    with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
        head = connection.read("main", 0, 0, 24)[1]
    if head.startswith(b"SQLite format 3\0"):
        return VaultUnreadable(path, "it is a SQLite file that is not encrypted")
    if head[16:18] != _PAGE.to_bytes(2) or head[20:24] != bytes((32, 64, 32, 32)):  # a vault's few bytes in the clear
        return VaultUnreadable(path, "it is no vault, or its beginning was overwritten")
    if _size(path) < _PAGE:
        return VaultTruncated(path, _PAGE, _size(path))
    return VaultUnreadable(path, "it has another key, or its first page is damaged")


@contextmanager
def _snapshot(connection: apsw.Connection) -> Iterator[int]:
    """Hold the vault as it is now, for reading; yields the number of its pages."""
    try:
        connection.execute("BEGIN")
        yield connection.pragma("page_count")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def path_of(connection: apsw.Connection) -> Path:
    """Return the file of a connection's vault."""
    return Path(connection.filename)


def _wal_of(connection: apsw.Connection) -> Path:
    return Path(f"{connection.filename}-wal")


def _size(path: Path) -> int:
    """Return the size of a file, 0 where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


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
