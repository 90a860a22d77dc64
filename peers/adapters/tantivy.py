"""Tantivy: the full-text engine in Rust, BM25 over stems, on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import tantivy

from peers.contract import RANKED, Built, Corpus, bytes_below
from vertraut.memory import Embedder


@contextmanager
def build(corpus: Corpus, folder: Path, _engine: Embedder) -> Iterator[Built]:
    """Index whole entries and commit."""
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("words", tokenizer_name="stems")
    index = tantivy.Index(schema.build(), path=str(folder))
    index.register_tokenizer("stems", _analyzer(corpus.language))
    writer = index.writer()
    for document in corpus.documents:
        writer.add_document(tantivy.Document(id=document.id, words=document.words))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(question: str, _now: datetime) -> Sequence[str]:
        query, _ = index.parse_query_lenient(question, ["words"])
        return [searcher.doc(place)["id"][0] for _, place in searcher.search(query, RANKED).hits]

    yield Built(ask, lambda: bytes_below(folder))


def _analyzer(language: str) -> tantivy.TextAnalyzer:
    parts = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
    return parts.filter(tantivy.Filter.stopword(language)).filter(tantivy.Filter.stemmer(language)).build()
