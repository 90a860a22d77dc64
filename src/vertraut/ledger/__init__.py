"""The append-only truth of a space: records, their hash chain, the encrypted vault they live in and its keys.

May use: settings, clock, errors. Everything derived from records is the memory room's.
"""

from vertraut.ledger.journal import Journal, JournalLine, LedgerJournal
from vertraut.ledger.records import (
    ENTRY_KINDS,
    EVIDENCE,
    OWN_NAME,
    OWN_SOURCE,
    Attachment,
    Entry,
    EntryKind,
    Person,
    RecordKind,
    blob_identity,
    content_of,
    entry_of,
    said_by_us,
)
from vertraut.ledger.store import Copied, Draft, Head, Ledger, Origin, Receipt, Record

__all__ = [
    "ENTRY_KINDS",
    "EVIDENCE",
    "OWN_NAME",
    "OWN_SOURCE",
    "Attachment",
    "Copied",
    "Draft",
    "Entry",
    "EntryKind",
    "Head",
    "Journal",
    "JournalLine",
    "Ledger",
    "LedgerJournal",
    "Origin",
    "Person",
    "Receipt",
    "Record",
    "RecordKind",
    "blob_identity",
    "content_of",
    "entry_of",
    "said_by_us",
]
