"""The encrypted file that a space lives in: opening it, writing to it, copying it, looking at its bare pages.

A vault is SQLite with every page and its WAL encrypted and authenticated (ChaCha20-Poly1305). Any number of processes may
hold one. A connection belongs to the thread that opened it and must not survive a fork. An opening that fails changes
nothing. While this process holds a vault, read its file through a connection only: POSIX drops SQLite's locks as soon as
anything else in the process closes the same file.
"""

from vertraut.ledger.vault.copying import backup
from vertraut.ledger.vault.failures import file_errors, storage_errors
from vertraut.ledger.vault.files import make_private, sync_folder
from vertraut.ledger.vault.opening import KEY_BYTES, open_vault
from vertraut.ledger.vault.pages import path_of, plain_pages
from vertraut.ledger.vault.soundness import check_pages
from vertraut.ledger.vault.writing import checkpoint_truncate, transaction

__all__ = [
    "KEY_BYTES",
    "backup",
    "check_pages",
    "checkpoint_truncate",
    "file_errors",
    "make_private",
    "open_vault",
    "path_of",
    "plain_pages",
    "storage_errors",
    "sync_folder",
    "transaction",
]
