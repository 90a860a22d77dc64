"""bm25s: BM25 over stems, kept in memory, saved to the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import bm25s
import Stemmer

from peers.contract import RANKED, Built, Corpus, bytes_below
from vertraut.memory import Embedder


@contextmanager
def build(corpus: Corpus, folder: Path, _engine: Embedder) -> Iterator[Built]:
    """Index whole entries, and save the index."""
    stemmer = Stemmer.Stemmer(corpus.language)
    index = bm25s.BM25()

    def tokens(texts: list[str]) -> object:
        return bm25s.tokenize(texts, stopwords=corpus.language, stemmer=stemmer, show_progress=False)

    def ask(question: str, _now: datetime) -> Sequence[str]:
        count = min(RANKED, len(corpus.documents))
        found, scores = index.retrieve(tokens([question]), k=count, show_progress=False)
        return [corpus.documents[n].id for n, score in zip(found[0], scores[0], strict=True) if score > 0]

    index.index(tokens([document.words for document in corpus.documents]), show_progress=False)
    index.save(folder)
    yield Built(ask, lambda: bytes_below(folder))
