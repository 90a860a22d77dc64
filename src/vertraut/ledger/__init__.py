"""The append-only truth of a space: records, their hash chain, the encrypted vault they live in and its keys.

May use: settings, clock, errors. Everything derived from records is the memory room's.
"""

from vertraut.ledger.records import (
    ENTRY_KINDS,
    Attachment,
    Entry,
    EntryKind,
    Person,
    RecordKind,
    content_of,
    entry_of,
)

__all__ = [
    "ENTRY_KINDS",
    "Attachment",
    "Entry",
    "EntryKind",
    "Person",
    "RecordKind",
    "content_of",
    "entry_of",
]
