"""YantrikDB: a memory engine in Rust with vectors, words and decay, given the vectors."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from yantrikdb import Backpressure, YantrikDB

from peers.contract import RANKED, Built, Chunk, Corpus, bytes_below, entries_of
from vertraut.memory import Embedder

_WAIT = 0.05


@contextmanager
def build(corpus: Corpus, folder: Path, engine: Embedder) -> Iterator[Built]:
    """Record chunks with their vectors and times."""
    memory = YantrikDB(str(folder / "memory.db"), embedding_dim=len(engine.center))
    for document in corpus.documents:
        for chunk in document.chunks:
            _record(memory, chunk, document.entry.when.instant.timestamp())

    def ask(question: str, _now: datetime) -> Sequence[str]:
        found = memory.recall(question, engine.question(question).tolist(), top_k=RANKED, skip_reinforce=True)
        return entries_of(hit["metadata"]["id"] for hit in found)

    yield Built(ask, lambda: bytes_below(folder))


def _record(memory: YantrikDB, chunk: Chunk, at: float) -> None:
    """Record a chunk; its queue of 256 tells whoever is quicker than it to try again."""
    while True:
        try:
            memory.record(chunk.words, embedding=chunk.vector.tolist(), metadata={"id": chunk.id}, created_at=at)
        except Backpressure:
            time.sleep(_WAIT)
        else:
            return
