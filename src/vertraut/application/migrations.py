"""The vault's schema over time: an ordered, named, append-only list. A step that was released never changes."""

from __future__ import annotations

from vertraut.ledger.migration import Migration
from vertraut.ledger.sqlite import BY_KIND, DEFLATED
from vertraut.ledger.sqlite import SCHEMA as LEDGER_SCHEMA
from vertraut.memory.schema import CONTEXT_SCHEMA, DROP_CONTEXT, DROP_INDEX
from vertraut.memory.schema import SCHEMA as INDEX_SCHEMA

MIGRATIONS = (
    Migration("ledger", LEDGER_SCHEMA),
    Migration("index", INDEX_SCHEMA, DROP_INDEX),
    Migration("context of vectors", CONTEXT_SCHEMA, DROP_CONTEXT),
    Migration("records by kind", BY_KIND),
    Migration("deflated contents", DEFLATED),
)
