"""Vectors for what was remembered, in the background, in batches, picked up where they stopped.

Only one process a vault computes at a time (a lock file beside it); the others' entries are in the ledger, so the one
that works finds them. A batch is computed outside any transaction and stored in a short one, which first checks that
nothing of it was forgotten meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw
import numpy as np
from filelock import FileLock, Timeout

from vertraut.ledger import Entry, Ledger, entry_of
from vertraut.ledger.vault import transaction
from vertraut.memory.embedding import Embedder, Vectors
from vertraut.memory.index import Index
from vertraut.memory.passages import passages
from vertraut.memory.vectors import Passage, VectorIndex

BATCH = 128
"""Passages computed at a time: a few seconds of work that a kill can lose."""


@dataclass(frozen=True, slots=True)
class EmbeddingProgress:
    """How many entries have vectors, of how many."""

    done: int
    total: int


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

    def run(
        self, stop: threading.Event | None = None, progress: Callable[[EmbeddingProgress], None] | None = None
    ) -> EmbeddingProgress:
        """Work until every entry has its vectors, ``stop`` is set, or another process is found to be at it."""
        with _alone(Path(self._db.filename)) as alone:
            if alone:
                self._discard_of_other_engines()
            while alone and not (stop and stop.is_set()):
                done = self._done()
                batch = self._next_batch(done)
                if not batch:
                    break
                self._embed(batch, done)
                if progress:
                    progress(self.state())
        return self.state()

    def state(self) -> EmbeddingProgress:
        """Return how far the vectors are."""
        total = self._index.count()
        return EmbeddingProgress(total - self._index.waiting(), total)

    def _done(self) -> int:
        """Return the number of the record up to which there are vectors."""
        row = self._db.execute("SELECT upto FROM index_state WHERE name = 'vectors'").fetchone()
        return row[0] if row else 0

    def _discard_of_other_engines(self) -> None:
        query = "SELECT 1 FROM index_state WHERE name = 'vectors' AND version <> ?"
        with transaction(self._db):
            if self._db.execute(query, (self._embedder.name,)).fetchone():
                self._index.clear_vectors()

    def _next_batch(self, done: int) -> list[tuple[int, Entry | None]]:
        """Return the next records in order, until their passages fill a batch; None for what holds no entry."""
        batch: list[tuple[int, Entry | None]] = []
        count = 0
        for record in self._ledger.read(done):
            is_entry = record.kind == "entry" and record.content is not None
            entry = entry_of(record.content) if is_entry and record.content is not None else None
            batch.append((record.seq, entry))
            count += len(embedded_texts(entry)) if entry else 0
            if count >= BATCH:
                break
        return batch

    def _embed(self, batch: Sequence[tuple[int, Entry | None]], done: int) -> None:
        places: list[Passage] = []
        texts: list[str] = []
        for seq, entry in batch:
            for start, stop, text in embedded_texts(entry) if entry else ():
                places.append(Passage(seq, start, stop))
                texts.append(text)
        vectors = self._vectors_of(texts)
        with transaction(self._db):
            if self._done() != done:  # the index was built anew meanwhile: these would come in the wrong place
                return
            there = self._still_there({place.seq for place in places})
            keep = [n for n, place in enumerate(places) if place.seq in there]
            self._vectors.add([places[n] for n in keep], vectors[keep])
            self._db.execute(
                "INSERT OR REPLACE INTO index_state VALUES ('vectors', ?, ?)", (batch[-1][0], self._embedder.name)
            )

    def _vectors_of(self, texts: Sequence[str]) -> Vectors:
        """Embed texts of like length together: the engine pads a batch to its longest."""
        if not texts:
            return np.zeros((0, len(self._embedder.center)), np.float32)
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        vectors = np.empty((len(texts), len(self._embedder.center)), np.float32)
        vectors[order] = self._embedder.passages([texts[n] for n in order])
        return vectors

    def _still_there(self, seqs: set[int]) -> set[int]:
        return {seq for seq, record in self._ledger.get(seqs).items() if record.content is not None}


def embedded_texts(entry: Entry) -> list[tuple[int, int, str]]:
    """Return what an entry's vectors are made of: (start, stop) in its text, and the passage with author and title.

    The name matters: with it, recall@10 on two-person conversations doubles (measured, docs/benchmarks.md). An entry
    without text is embedded by its title, place or caption.
    """
    author = f"{entry.author}: " if entry.author else ""
    title = f"{entry.title}. " if entry.title and entry.title not in entry.text else ""
    found = [(start, stop, author + title + entry.text[start:stop]) for start, stop in passages(entry.text)]
    if found:
        return found
    caption = entry.meta.get("image_caption")
    bare = ", ".join(part for part in (entry.title, entry.place, caption if isinstance(caption, str) else "") if part)
    return [(0, 0, author + bare)] if bare else []


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
