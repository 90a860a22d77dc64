"""Chroma: vectors in an HNSW graph, embedded in the process, on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path

import chromadb
import numpy as np

from peers.contract import CHUNKS, Built, Corpus, bytes_below, entries_of
from vertraut.memory import Embedder


@contextmanager
def build(corpus: Corpus, folder: Path, engine: Embedder) -> Iterator[Built]:
    """Add chunks with their vectors and texts."""
    client = chromadb.PersistentClient(str(folder), chromadb.Settings(anonymized_telemetry=False))
    configuration = {"hnsw": {"space": "cosine", "ef_search": CHUNKS}}
    collection = client.create_collection("entries", configuration=configuration, embedding_function=None)
    chunks = iter(corpus.chunks)
    while batch := list(islice(chunks, client.get_max_batch_size())):
        collection.add(
            ids=[chunk.id for chunk in batch],
            embeddings=np.stack([chunk.vector for chunk in batch]),
            documents=[chunk.words for chunk in batch],
        )

    def ask(question: str, _now: datetime) -> Sequence[str]:
        found = collection.query(query_embeddings=[engine.question(question)], n_results=CHUNKS, include=[])
        return entries_of(found["ids"][0])

    yield Built(ask, lambda: bytes_below(folder))
