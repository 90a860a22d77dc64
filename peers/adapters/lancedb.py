"""LanceDB: full text and vectors in one table on the disk, joined by reciprocal rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import lancedb
from lancedb.index import FTS
from lancedb.rerankers import RRFReranker

from peers.contract import CHUNKS, Built, Corpus, bytes_below, entries_of
from vertraut.memory import Embedder


@contextmanager
def build(corpus: Corpus, folder: Path, engine: Embedder) -> Iterator[Built]:
    """Write chunks, then index their words; so few vectors are best compared one by one."""
    rows = [{"id": chunk.id, "words": chunk.words, "vector": chunk.vector} for chunk in corpus.chunks]
    table = lancedb.connect(folder).create_table("entries", rows)
    table.create_index("words", config=FTS(language=corpus.language.title()))
    reranker = RRFReranker()

    def ask(question: str, _now: datetime) -> Sequence[str]:
        query = table.search(query_type="hybrid").vector(engine.question(question)).text(question)
        found = query.distance_type("cosine").rerank(reranker).limit(CHUNKS).select(["id"]).to_arrow()
        return entries_of(found["id"].to_pylist())

    yield Built(ask, lambda: bytes_below(folder))
