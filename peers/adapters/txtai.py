"""txtai: BM25 and vectors, joined by reciprocal rank. With an engine from outside it does without torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import numpy as np
from txtai import Embeddings

from peers.contract import CHUNKS, Built, Corpus, bytes_below, entries_of
from vertraut.memory import Embedder
from vertraut.memory.embedding import Vectors


@contextmanager
def build(corpus: Corpus, folder: Path, engine: Embedder) -> Iterator[Built]:
    """Index chunks in memory, and save the index."""
    chunks = corpus.chunks
    known = {chunk.words: chunk.vector for chunk in chunks}

    def transform(texts: Sequence[str]) -> Vectors:
        return np.stack([known[text] if text in known else engine.question(text) for text in texts])

    scoring = {"method": "bm25", "terms": True, "normalize": False, "tokenizer": {"lowercase": True}}
    index = Embeddings({"method": "external", "transform": transform, "hybrid": True, "scoring": scoring})
    index.index((chunk.id, chunk.words, None) for chunk in chunks)
    index.save(str(folder / "index"))

    def ask(question: str, _now: datetime) -> Sequence[str]:
        return entries_of(chunk for chunk, _ in index.search(question, CHUNKS))

    yield Built(ask, lambda: bytes_below(folder))
