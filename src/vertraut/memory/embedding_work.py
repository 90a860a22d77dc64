"""Vectors for what was remembered, in the background, in batches, picked up where they stopped.

Only one process a vault computes at a time (a lock file beside it); the others' entries are in the ledger, so the one
that works finds them. A batch is computed outside any transaction and stored in a short one, which first checks that
nothing of it was forgotten meanwhile.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw
import numpy as np
from filelock import FileLock, Timeout

from vertraut.ledger import Entry, Ledger, entry_of
from vertraut.ledger.queries import rows
from vertraut.ledger.vault import transaction
from vertraut.memory.embedded import RECENT, answers_another, blended, embedded_texts, text_in_context, vectors_version
from vertraut.memory.embedding import Embedder, Vectors
from vertraut.memory.index import Index
from vertraut.memory.vectors import Passage, VectorIndex

BATCH = 128
"""Passages stored at a time: a few seconds of work that a kill can lose."""
SLICE = 16
"""Texts in one call of the engine, which is how long a wish to stop waits; a call of more is no faster."""
KNOWN = 4096
"""So many texts are remembered with their vectors while working: notifications and short answers come again and again."""
_PRIORITY = 10  # of 19: of two that want a core, the other gets nine tenths


@dataclass(frozen=True, slots=True)
class EmbeddingProgress:
    """How many entries have vectors, of how many."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class _Batch:
    """Entries to embed, by number: of the records behind ``after``, up to ``upto``; of None where they are due apart."""

    entries: Mapping[int, Entry]
    after: int | None
    upto: int | None


class EmbeddingWork:
    """Computes the vectors of a vault's entries. Give it a connection of its own when it runs in a thread."""

    def __init__(
        self, connection: apsw.Connection, ledger: Ledger, index: Index, vectors: VectorIndex, embedder: Embedder
    ) -> None:
        self._db = connection
        self._ledger = ledger
        self._index = index
        self._vectors = vectors
        self._embedder = embedder
        self._version = vectors_version(embedder)
        self._known: dict[str, Vectors] = {}
        self._engine: Executor

    def mend(self) -> None:
        """Give vectors back to the entries that lost theirs with forgotten words, unless another process is at work."""
        with _alone(Path(self._db.filename)) as alone, self._giving_way():
            while alone and (batch := self._due()):
                self._embed(batch, None)

    def run(
        self, stop: threading.Event | None = None, progress: Callable[[EmbeddingProgress], None] | None = None
    ) -> EmbeddingProgress:
        """Work until every entry has its vectors, ``stop`` is set, or another process is found to be at it."""
        with _alone(Path(self._db.filename)) as alone, self._giving_way():
            if alone:
                self._discard_of_other_versions()
            while alone and not (stop and stop.is_set()):
                batch = self._due() or self._next()
                if not batch:
                    break
                self._embed(batch, stop)
                if progress:
                    progress(self.state())
        return self.state()

    def state(self) -> EmbeddingProgress:
        """Return how far the vectors are."""
        total = self._index.count()
        return EmbeddingProgress(total - self._index.waiting(), total)

    @contextmanager
    def _giving_way(self) -> Iterator[None]:
        """Let the engine compute in a thread of low priority while inside: a person's question goes first."""
        with ThreadPoolExecutor(1, "embedding", initializer=_lower_priority) as self._engine:
            yield

    def _done(self) -> int:
        """Return the number of the record up to which there are vectors."""
        row = self._db.execute("SELECT upto FROM index_state WHERE name = 'vectors'").fetchone()
        return row[0] if row else 0

    def _discard_of_other_versions(self) -> None:
        query = "SELECT 1 FROM index_state WHERE name = 'vectors' AND version <> ?"
        with transaction(self._db):
            if self._db.execute(query, (self._version,)).fetchone():
                self._index.clear_vectors()

    def _due(self) -> _Batch | None:
        """Return entries that lost their vectors with the words of others."""
        due = [found[0] for found in rows(self._db, "SELECT seq FROM passages_due ORDER BY seq LIMIT ?", (BATCH,))]
        found = self._entries(due)
        return _Batch(found, None, None) if found else None

    def _next(self) -> _Batch | None:
        """Return the next entries in order, until their passages fill a batch."""
        after = upto = self._done()
        entries: dict[int, Entry] = {}
        count = 0
        for record in self._ledger.read(after):
            upto = record.seq
            if record.kind == "entry" and record.content is not None:
                entries[record.seq] = entry_of(record.content)
                count += len(embedded_texts(entries[record.seq]))
            if count >= BATCH:
                break
        return _Batch(entries, after, upto) if upto > after else None

    def _embed(self, batch: _Batch, stop: threading.Event | None) -> None:
        made = self._made(batch.entries, stop)
        if made is None:
            return
        places, vectors = made
        with transaction(self._db):
            if batch.after is not None and self._done() != batch.after:
                return  # the index was built anew meanwhile: these would come in the wrong place
            there = self._still_there({seq for place in places for seq in (place.seq, place.context)})
            if any(place.context not in there for place in places if place.context):
                return  # words that went into these were forgotten meanwhile
            keep = [n for n, place in enumerate(places) if place.seq in there]
            self._vectors.add([places[n] for n in keep], vectors[keep])
            if batch.upto is None:
                self._db.executemany("DELETE FROM passages_due WHERE seq = ?", ((seq,) for seq in batch.entries))
            else:
                state = (batch.upto, self._version)
                self._db.execute("INSERT OR REPLACE INTO index_state VALUES ('vectors', ?, ?)", state)

    def _made(self, entries: Mapping[int, Entry], stop: threading.Event | None) -> tuple[list[Passage], Vectors] | None:
        """Return the passages of entries with their vectors; None where it was to stop meanwhile."""
        contexts = self._contexts(entries)
        places: list[Passage] = []
        texts: list[str] = []
        for seq, entry in entries.items():
            context = contexts[seq][0] if seq in contexts else 0
            for start, end, text in embedded_texts(entry):
                places.append(Passage(seq, start, end, context))
                texts.append(text)
        together = [text_in_context(entries[seq], before) for seq, (_, before) in contexts.items()]
        vectors = self._vectors_of([*texts, *together], stop)
        if vectors is None:
            return None
        alone, in_context = vectors[: len(texts)], vectors[len(texts) :]
        answering = [n for n, place in enumerate(places) if place.context]
        alone[answering] = blended(alone[answering], in_context, self._embedder.center)
        return places, alone

    def _contexts(self, entries: Mapping[int, Entry]) -> dict[int, tuple[int, Entry]]:
        """Return for each entry that answers another which one that is, in the order of the entries."""
        before = self._index.right_before([seq for seq, entry in entries.items() if answers_another(entry)], RECENT)
        known = {**entries, **self._entries(set(before.values()).difference(entries))}
        found = {seq: (before[seq], known.get(before[seq])) for seq in entries if seq in before}
        return {seq: (number, entry) for seq, (number, entry) in found.items() if entry and entry.text.strip()}

    def _entries(self, seqs: Collection[int]) -> dict[int, Entry]:
        records = self._ledger.get(seqs)
        return {seq: entry_of(record.content) for seq, record in sorted(records.items()) if record.content is not None}

    def _vectors_of(self, texts: Sequence[str], stop: threading.Event | None) -> Vectors | None:
        """Embed texts, the same one once, a few at a time; None where it was to stop meanwhile."""
        known = self._known
        new = sorted((text for text in dict.fromkeys(texts) if text not in known), key=len)
        for start in range(0, len(new), SLICE):
            if stop and stop.is_set():
                return None
            some = new[start : start + SLICE]
            made = self._engine.submit(self._embedder.passages, some)
            known.update(zip(some, made.result(), strict=True))
        vectors = np.array([known[text] for text in texts], np.float32).reshape(len(texts), len(self._embedder.center))
        for oldest in list(known)[:-KNOWN]:
            del known[oldest]
        return vectors

    def _still_there(self, seqs: set[int]) -> set[int]:
        return {seq for seq, record in self._ledger.get(seqs).items() if record.content is not None}


def _lower_priority() -> None:
    """Make this thread, and those that the engine starts from it, come after others; only Linux can for a thread."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(_PRIORITY, os.getpriority(os.PRIO_PROCESS, thread)))


@contextmanager
def _alone(vault: Path) -> Iterator[bool]:
    """Hold the right to compute this vault's vectors while inside; False where another process holds it."""
    lock = FileLock(vault.with_suffix(".embedding"), timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
