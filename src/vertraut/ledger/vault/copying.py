"""A copy of a vault while others use it, encrypted with the same key."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import ExitStack, closing
from pathlib import Path

import apsw

from vertraut.errors import VaultUnreadable
from vertraut.ledger.vault.failures import file_errors, storage_errors
from vertraut.ledger.vault.files import make_file, take_name
from vertraut.ledger.vault.opening import open_vault, unlock
from vertraut.ledger.vault.pages import path_of, plain_pages, snapshot

_COPIED_AT_ONCE = 1000  # pages


def backup(connection: apsw.Connection, target: Path, key: bytes) -> None:
    """Copy the vault, while others use it, as it is at this moment; the copy has the same key and was read back.

    Raises ``StorageFailed`` if there is a file at the target. Not to be called inside a transaction.
    """
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.new")
    with ExitStack() as undo, file_errors(target), storage_errors(target):
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        make_file(temporary)
        undo.callback(temporary.unlink, missing_ok=True)
        try:
            _copy(connection, temporary, target, key)
        except VaultUnreadable as why:  # whatever cannot be read was so before it was copied
            raise VaultUnreadable(path_of(connection), "a part of it is damaged") from why
        take_name(temporary, target)


def _copy(connection: apsw.Connection, temporary: Path, target: Path, key: bytes) -> None:
    """Copy into an empty file that is to become the target, and read the copy."""
    with closing(apsw.Connection(str(temporary), flags=apsw.SQLITE_OPEN_READWRITE)) as copy:
        unlock(copy, key, target)
        with storage_errors(target, copy), snapshot(connection), copy.backup("main", connection, "main") as run:
            while not run.done:
                run.step(_COPIED_AT_ONCE)
    with closing(open_vault(temporary, key, busy_seconds=0)) as copy:
        for _page in plain_pages(copy):  # reading a page authenticates it
            pass
