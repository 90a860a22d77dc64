"""Looking after a space, for its person: how it is, whether it is sound, copies of it, and where its key lies.

Every method needs the scope "admin".
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from vertraut.application.check_file import Check, CheckFile
from vertraut.application.checking import Checks
from vertraut.application.pool import SpacePool
from vertraut.application.space import Space
from vertraut.clock import Clock
from vertraut.governance import Actor
from vertraut.ledger import Head
from vertraut.ledger.keys import KeyStatus, KeyStore
from vertraut.memory import EmbeddingProgress


@dataclass(frozen=True, slots=True)
class VaultState:
    """How a vault is: its file and the file of its key, its size in bytes, the end of its chain, how far its vectors are."""

    path: Path
    key: Path
    size: int
    head: Head
    vectors: EmbeddingProgress


class Keeping:
    """What keeps a space safe and sound. Close it."""

    def __init__(self, opened: Callable[[], Space], pool: SpacePool, clock: Clock) -> None:
        self._opened = opened
        self._pool = pool
        with pool.lent() as space:
            file = CheckFile.beside(space)
            self._checks = Checks(opened, clock, file, file.read(space.ledger))

    def close(self) -> None:
        """Break off a check that runs."""
        self._checks.close()

    def vault(self, actor: Actor) -> VaultState:
        """Return how the vault is."""
        actor.require("admin")
        with self._pool.lent() as space:
            key = space.path.with_name("key.json")
            return VaultState(space.path, key, space.vault_bytes, space.ledger.head(), space.embedding_progress())

    def check(self, actor: Actor) -> None:
        """Begin a check of everything in the background, unless one runs."""
        actor.require("admin")
        self._checks.start()

    def last_check(self, actor: Actor) -> Check | None:
        """Return the check that runs, else the last one, also from before the service began."""
        actor.require("admin")
        return self._checks.last

    def keys(self, actor: Actor) -> KeyStatus:
        """Return where the master key is, without asking for it."""
        actor.require("admin")
        with self._pool.lent() as space:
            return KeyStore(space.settings.home).status()

    def backup(self, actor: Actor) -> BinaryIO:
        """Return an encrypted copy of the vault, as a file without a name that is gone when it is closed."""
        actor.require("admin")
        with self._opened() as space:
            return space.backup_file()

    def export(self, actor: Actor) -> Generator[bytes, None, None]:
        """Return everything in open formats as a ZIP archive that is made while it is read. It is not encrypted."""
        actor.require("admin")
        return self._exported()

    def _exported(self) -> Generator[bytes, None, None]:
        with self._opened() as space:
            yield from space.export_zipped()
