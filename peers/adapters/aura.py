"""Aura: a memory in Rust that finds by the shape of words, and by vectors too where it is given an engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from aura import Aura, Level

from peers.contract import CHUNKS, Built, Corpus, bytes_below, entries_of
from vertraut.memory import Embedder


@contextmanager
def build(corpus: Corpus, folder: Path, engine: Embedder) -> Iterator[Built]:
    """Store chunks one by one, as its interface has it."""
    known = {chunk.words: chunk.vector for chunk in corpus.chunks}
    memory = Aura(str(folder))
    memory.set_embedding_fn(lambda text: (known[text] if text in known else engine.question(text)).tolist())
    stored = {memory.store(chunk.words, level=Level.Domain, deduplicate=False): chunk.id for chunk in corpus.chunks}
    memory.flush()

    def ask(question: str, _now: datetime) -> Sequence[str]:
        found = memory.recall_structured(question, top_k=CHUNKS)
        return entries_of(stored[hit["id"]] for hit in found)

    yield Built(ask, lambda: bytes_below(folder))
