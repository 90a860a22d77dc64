"""The peers, one module each, and this table of them in the order in which they are run. Importing it imports none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["words", "vectors", "hybrid", "memory", "vertraut"]


@dataclass(frozen=True, slots=True)
class About:
    """A peer as table and plot name it. ``package`` is the distribution whose version is noted."""

    title: str
    kind: Kind
    package: str
    setup: str
    """How it is used here: its own documented way, at the setting that was best on the small suites."""


PEERS = {
    "vertraut": About("Vertraut", "vertraut", "vertraut", "as it ships; encrypted, and the texts with everything are in it"),
    "bm25s": About("bm25s", "words", "bm25s", "BM25 over stems without stop words, in memory; no texts in it"),
    "tantivy": About("Tantivy", "words", "tantivy", "BM25 over stems without stop words; no texts in it"),
    "chromadb": About("Chroma", "vectors", "chromadb", "nearest vectors by cosine in an HNSW graph; the texts are in it"),
    "lancedb": About("LanceDB", "hybrid", "lancedb", "full text and vectors by reciprocal rank; the texts are in it"),
    "txtai": About("txtai", "hybrid", "txtai", "BM25 and vectors by reciprocal rank, in memory; no texts in it"),
    "mempalace": About("MemPalace", "memory", "mempalace", "a drawer a passage, vectors and words; the texts are in it"),
    "yantrikdb": About("YantrikDB", "memory", "yantrikdb", "its own recall of 50, vectors given; the texts are in it"),
    "aura": About("Aura", "memory", "aura-memory", "its own recall, vectors given; the texts are in it"),
}
