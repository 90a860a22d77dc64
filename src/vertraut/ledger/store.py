"""The ledger's interface: small enough to stand over SQLite here and over PostgreSQL elsewhere.

One contract test (``tests/ledger/test_contract.py``) runs every implementation. ``append`` returns only when the records
are durable; two processes may append at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from vertraut.ledger.records import RecordKind

Standing = Literal["new", "known", "forgotten"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A record before it has a place.

    ``identity`` is what makes a second reading of it the same record, or None. ``again`` takes it back although it was
    forgotten before.
    """

    kind: RecordKind
    content: bytes = field(repr=False)
    identity: bytes | None = field(default=None, repr=False)
    again: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A record in its place. ``salt`` and ``content`` are None once it is forgotten; ``recorded`` is in microseconds."""

    seq: int
    kind: RecordKind
    recorded: int
    salt: bytes | None = field(repr=False)
    content: bytes | None = field(repr=False)
    commitment: bytes = field(repr=False)
    link: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a draft: appended as ``seq``, or already there as ``seq``, or forgotten before and not taken back."""

    seq: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: the last record's number (0 when empty) and link."""

    seq: int
    link: bytes


@dataclass(frozen=True, slots=True)
class Origin:
    """What makes a space itself: its id, and the key under which external identities are hashed."""

    space_id: str
    identity_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Copied:
    """A record as a copy of the ledger holds it, with the keyed hash of its external identity."""

    record: Record
    identity: bytes | None = field(repr=False)


class Ledger(Protocol):
    """The append-only sequence of records of one space."""

    @property
    def origin(self) -> Origin:
        """What makes the space itself."""
        ...

    def head(self) -> Head:
        """Return the end of the chain."""
        ...

    def append(
        self,
        drafts: Sequence[Draft],
        recorded: datetime,
        *,
        then: Callable[[Sequence[Record]], None] | None = None,
    ) -> list[Receipt]:
        """Append what is not known yet, all or nothing, and return one receipt a draft, in order.

        ``then`` is called with the new records before they are committed; if it raises, nothing is appended. It may append
        further records itself.
        """
        ...

    def read(self, after: int = 0, *, upto: int | None = None) -> Iterator[Record]:
        """Yield the records after a number, in order, as one consistent view."""
        ...

    def read_kind(self, kind: RecordKind, after: int = 0) -> Iterator[Record]:
        """Yield the records of one kind after a number, in order; meant for kinds that are neither entries nor blobs."""
        ...

    def get(self, seqs: Collection[int]) -> dict[int, Record]:
        """Return these records by number; what does not exist is left out."""
        ...

    def find(self, identity: bytes) -> int | None:
        """Return the number of the record with this identity, forgotten ones included."""
        ...

    def erase(
        self, seqs: Collection[int], recorded: datetime, *, then: Callable[[Sequence[Record]], None] | None = None
    ) -> Head:
        """Remove the content and salt of these records for ever and append a record of kind "forgetting" that names them.

        ``then`` is called with the records, content included, before it is removed, within the same transaction.
        """
        ...

    def copied(self) -> Iterator[Copied]:
        """Yield every record with its keyed identity, for a copy of the whole ledger."""
        ...

    def restore(self, origin: Origin, records: Iterator[Copied], then: Callable[[Sequence[Record]], None]) -> Head:
        """Take over a whole chain into an empty ledger, all or nothing, with every link and commitment checked.

        ``then`` is called with the records in portions, as in ``append``. Raises ``LedgerBroken``, ``SpaceExists``.
        """
        ...

    def verify(self, progress: Callable[[int], None] | None = None) -> Head:
        """Check every link, every commitment, and that only forgotten content is missing. Raises ``LedgerBroken``."""
        ...
