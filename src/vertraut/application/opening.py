"""One opening of a space: its vault, and every room built upon it and joined. What it is good for is ``Space``'s."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from vertraut.application.life import Life
from vertraut.application.migrations import MIGRATIONS
from vertraut.clock import Clock
from vertraut.ledger import LedgerJournal
from vertraut.ledger.migration import migrate
from vertraut.ledger.sqlite import SqliteLedger
from vertraut.ledger.vault import open_vault, storage_errors
from vertraut.memory import (
    Embedder,
    Forgetting,
    Index,
    KeptColumns,
    Recall,
    Timeline,
    VectorIndex,
    vectors_version,
)
from vertraut.settings import Settings

VAULT = "vault.db"


class Opening:
    """The rooms of one space, joined. Close it, or use it as a context manager."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        key: bytes,
        *,
        clock: Clock,
        embedder: Embedder,
        columns: KeptColumns | None = None,
    ) -> None:
        """``columns`` are those of another opening of the same space."""
        self.name = name
        self.settings = settings
        self.path = settings.spaces / name / VAULT
        self._key = key
        self.clock = clock
        self.embedder = embedder
        with ExitStack() as undo:
            self._db = open_vault(self.path, key, busy_seconds=settings.busy_seconds)
            undo.callback(self._db.close)
            migrate(self._db, MIGRATIONS)
            self.ledger = SqliteLedger(self._db)
            self.journal = LedgerJournal(self.ledger, clock)
            self._index = Index(self._db, self.ledger.find)
            self._vectors = VectorIndex(self._db, embedder.center, vectors_version(embedder))
            self._recall = Recall(self._db, self.ledger, self._index, self._vectors, embedder)
            self._columns = columns or KeptColumns(settings.zone)
            timeline = Timeline(self._db, self.ledger, self._index, self._columns, settings.zone)
            self.life = Life(self._reading, timeline, self._recall, clock, settings.zone)
            self._forgetting = Forgetting(self._db, settings.home, self.ledger, self._index, self._vectors)
            undo.pop_all()

    def __enter__(self) -> Self:
        """Return the space itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the vault."""
        self.close()

    def close(self) -> None:
        """Close the vault. The space cannot be used afterwards."""
        self._recall.close()
        self._vectors.close()
        self._db.close()

    def interrupt(self) -> None:
        """End what another thread has this opening do; there it fails. May be called from any thread."""
        self._db.interrupt()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """See the vault as it is at this moment while inside, whatever others write."""
        with storage_errors(self.path, self._db), self._db:
            yield


def furnish(folder: Path, key: bytes) -> None:
    """Make the empty vault of a new space, in a folder that gets its name when this is done."""
    with closing(open_vault(folder / VAULT, key, busy_seconds=0, create=True)) as connection:
        migrate(connection, MIGRATIONS)
