"""The vault's schema over time: an ordered, named, append-only list. A step that was released never changes."""

from __future__ import annotations

from vertraut.ledger.sqlite import SCHEMA as LEDGER_SCHEMA
from vertraut.memory.schema import CONTEXT_SCHEMA
from vertraut.memory.schema import SCHEMA as INDEX_SCHEMA

MIGRATIONS = (
    ("ledger", LEDGER_SCHEMA),
    ("index", INDEX_SCHEMA),
    ("context of vectors", CONTEXT_SCHEMA),
)
