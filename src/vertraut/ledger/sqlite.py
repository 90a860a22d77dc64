"""The ledger in a space's vault. Several processes may hold one each; writers take turns, readers never wait."""

from __future__ import annotations

import hmac
import itertools
import json
import os
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw

from vertraut.errors import LedgerBroken, SpaceExists
from vertraut.ledger.chain import SALT_BYTES, commitment_of, first_link, next_link
from vertraut.ledger.records import RecordKind, canonical_json
from vertraut.ledger.store import Copied, Draft, Head, Origin, Receipt, Record
from vertraut.ledger.stored import plain, register_plain, stored
from vertraut.ledger.vault import storage_errors, transaction

SCHEMA = """
CREATE TABLE space (
  name TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE records (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  recorded INTEGER NOT NULL,   -- microseconds since 1970
  identity BLOB,               -- keyed hash of the external identity, 16 bytes
  salt BLOB,                   -- null with content once forgotten
  content BLOB,
  commitment BLOB NOT NULL,
  link BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX records_identity ON records (identity) WHERE identity IS NOT NULL;
"""

DEFLATED = "SELECT 'contents may be deflated'"
"""No table changes; the step keeps programs away that could not read the contents."""
BY_KIND = "CREATE INDEX records_kind ON records (kind, seq) WHERE kind NOT IN ('entry', 'blob')"

_IDENTITY_BYTES = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = "seq, kind, recorded, salt, content, commitment, link"
_INSERT = "INSERT INTO records (seq, kind, recorded, identity, salt, content, commitment, link) VALUES (?,?,?,?,?,?,?,?)"
_READ_AT_ONCE = 1000


class SqliteLedger:
    """A ``Ledger`` over an open vault. Use it from one thread: open another vault connection for another thread."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._db = connection
        register_plain(connection)
        self._origin = self._introduce()

    @property
    def origin(self) -> Origin:
        """What makes the space itself."""
        return self._origin

    def head(self) -> Head:
        """Return the end of the chain."""
        row = self._db.execute("SELECT seq, link FROM records ORDER BY seq DESC LIMIT 1").fetchone()
        return Head(row[0], row[1]) if row else Head(0, first_link(self._origin.space_id))

    def append(
        self,
        drafts: Sequence[Draft],
        recorded: datetime,
        *,
        then: Callable[[Sequence[Record]], None] | None = None,
    ) -> list[Receipt]:
        """Append what is not known yet; see ``Ledger.append``."""
        moment = _microseconds(recorded)
        with transaction(self._db):
            head, receipts, new = self.head(), [], []
            for draft in drafts:
                identity = self._keyed(draft.identity)
                if known := self._known(identity, again=draft.again):
                    receipts.append(known)
                    continue
                record = _next_record(head, draft, moment)
                self._insert(record, identity)
                head = Head(record.seq, record.link)
                receipts.append(Receipt(record.seq, "new"))
                new.append(record)
            if then and new:
                then(new)
        return receipts

    def read(self, after: int = 0, *, upto: int | None = None) -> Iterator[Record]:
        """Yield the records after a number, in order."""
        last = self.head().seq if upto is None else upto
        while after < last:
            rows = self._select("seq > ? AND seq <= ? ORDER BY seq LIMIT ?", (after, last, _READ_AT_ONCE))
            if not rows:
                return
            yield from rows
            after = rows[-1].seq

    def read_kind(self, kind: RecordKind, after: int = 0) -> Iterator[Record]:
        """Yield the records of one kind after a number, in order."""
        indexed = "kind NOT IN ('entry', 'blob') AND " if kind not in {"entry", "blob"} else ""
        while rows := self._select(f"{indexed}kind = ? AND seq > ? ORDER BY seq LIMIT ?", (kind, after, _READ_AT_ONCE)):
            yield from rows
            after = rows[-1].seq

    def get(self, seqs: Collection[int]) -> dict[int, Record]:
        """Return these records by number; what does not exist is left out."""
        rows = self._select("seq IN (SELECT value FROM json_each(?))", (json.dumps(sorted(seqs)),))
        return {row.seq: row for row in rows}

    def find(self, identity: bytes) -> int | None:
        """Return the number of the record with this identity, forgotten ones included."""
        row = self._db.execute("SELECT seq FROM records WHERE identity = ?", (self._keyed(identity),)).fetchone()
        return row[0] if row else None

    def erase(
        self, seqs: Collection[int], recorded: datetime, *, then: Callable[[Sequence[Record]], None] | None = None
    ) -> Head:
        """Remove the content of these records for ever; see ``Ledger.erase``."""
        with transaction(self._db):
            gone = [record for record in self.get(seqs).values() if record.content is not None]
            if then:
                then(gone)
            numbers = sorted(record.seq for record in gone)
            self._db.execute(
                "UPDATE records SET salt = NULL, content = NULL WHERE seq IN (SELECT value FROM json_each(?))",
                (json.dumps(numbers),),
            )
            note = Draft("forgetting", canonical_json({"records": _ranges(numbers)}))
            self.append([note], recorded)
            return self.head()

    def copied(self) -> Iterator[Copied]:
        """Yield every record with its keyed identity."""
        for row in self._db.execute(f"SELECT {_COLUMNS}, identity FROM records ORDER BY seq"):
            yield Copied(_record(row[:-1]), row[-1])

    def restore(self, origin: Origin, records: Iterator[Copied], then: Callable[[Sequence[Record]], None]) -> Head:
        """Take over a whole chain into an empty ledger; see ``Ledger.restore``."""
        try:
            with transaction(self._db):
                if self.head().seq:
                    raise SpaceExists(origin.space_id)
                values = (("id", origin.space_id), ("identity_key", origin.identity_key))
                self._db.executemany("UPDATE space SET value = ?2 WHERE name = ?1", values)
                self._origin = origin
                pairs, again = itertools.tee(records)
                checked = _checked((copied.record for copied in again), first_link(origin.space_id))
                for copied, record in zip(pairs, checked, strict=True):
                    self._insert(record, copied.identity)
                self._check_missing_content()
                for portion in _portions(self.read()):  # only now, because an entry stands before its attachments
                    then(portion)
        finally:
            self._origin = self._introduce()
        return self.head()

    def verify(self, progress: Callable[[int], None] | None = None) -> Head:
        """Check the whole chain; see ``Ledger.verify``."""
        head = Head(0, first_link(self._origin.space_id))
        with storage_errors(Path(self._db.filename), self._db):
            for record in _checked(self.read(), head.link):
                head = Head(record.seq, record.link)
                if progress and record.seq % _READ_AT_ONCE == 0:
                    progress(record.seq)
            self._check_missing_content()
        return head

    def _introduce(self) -> Origin:
        """Return what makes the space itself, made when the vault is used for the first time."""
        rows = dict(self._db.execute("SELECT name, value FROM space WHERE name IN ('id', 'identity_key')"))
        if not rows:
            with transaction(self._db):
                self._db.execute("INSERT OR IGNORE INTO space VALUES ('id', ?)", (str(uuid.uuid4()),))
                self._db.execute("INSERT OR IGNORE INTO space VALUES ('identity_key', ?)", (os.urandom(32),))
            rows = dict(self._db.execute("SELECT name, value FROM space WHERE name IN ('id', 'identity_key')"))
        return Origin(rows["id"], rows["identity_key"])

    def _keyed(self, identity: bytes | None) -> bytes | None:
        if identity is None:
            return None
        return hmac.digest(self._origin.identity_key, identity, "sha256")[:_IDENTITY_BYTES]

    def _known(self, identity: bytes | None, *, again: bool) -> Receipt | None:
        if identity is None:
            return None
        row = self._db.execute("SELECT seq, content IS NULL FROM records WHERE identity = ?", (identity,)).fetchone()
        if row is None:
            return None
        seq, forgotten = row
        if not forgotten:
            return Receipt(seq, "known")
        if not again:
            return Receipt(seq, "forgotten")
        self._db.execute("UPDATE records SET identity = NULL WHERE seq = ?", (seq,))
        return None

    def _insert(self, record: Record, identity: bytes | None) -> None:
        content = None if record.content is None else stored(record.kind, record.content)
        row = (record.seq, record.kind, record.recorded, identity, record.salt, content)
        self._db.execute(_INSERT, (*row, record.commitment, record.link))

    def _select(self, condition: str, values: Sequence[int | str]) -> list[Record]:
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM records WHERE {condition}", values)
        return [_record(row) for row in rows]

    def _check_missing_content(self) -> None:
        """Raise if content is missing that no forgetting record names."""
        missing = {row[0] for row in self._db.execute("SELECT seq FROM records WHERE content IS NULL")}
        last = max(missing, default=0)
        notes = "SELECT plain(content) FROM records WHERE kind = 'forgetting' AND content IS NOT NULL"
        for (content,) in self._db.execute(notes):
            for start, stop in forgotten_ranges(content):
                missing.difference_update(range(start, min(stop, last) + 1))
        if missing:
            raise LedgerBroken(min(missing), "its content is missing, but it was never forgotten")


def _record(row: tuple[Any, ...]) -> Record:
    """Return what a row of the table holds, its content as it was recorded."""
    lying = Record(*row)
    return lying if lying.content is None else replace(lying, content=plain(lying.kind, lying.content))


def _next_record(head: Head, draft: Draft, recorded: int) -> Record:
    salt = os.urandom(SALT_BYTES)
    commitment = commitment_of(salt, draft.content)
    link = next_link(head.link, head.seq + 1, draft.kind, recorded, commitment)
    return Record(head.seq + 1, draft.kind, recorded, salt, draft.content, commitment, link)


def _checked(records: Iterable[Record], link: bytes) -> Iterator[Record]:
    """Yield the records while their chain holds. Raises ``LedgerBroken`` at the first that does not fit."""
    for expected, record in enumerate(records, start=1):
        if record.seq != expected:
            raise LedgerBroken(expected, "the record is missing")
        if record.content is not None:
            if record.salt is None or commitment_of(record.salt, record.content) != record.commitment:
                raise LedgerBroken(record.seq, "its content is not what was recorded")
        elif record.salt is not None:
            raise LedgerBroken(record.seq, "its content is missing, but not its salt")
        link = next_link(link, record.seq, record.kind, record.recorded, record.commitment)
        if link != record.link:
            raise LedgerBroken(record.seq, "its link does not follow from the record before it")
        yield record


def _portions(records: Iterator[Record]) -> Iterator[list[Record]]:
    while portion := list(itertools.islice(records, _READ_AT_ONCE)):
        yield portion


def forgotten_ranges(content: bytes) -> list[tuple[int, int]]:
    """Return the inclusive ranges that a record of forgetting names: none where it is not one of ours."""
    try:
        return [(int(first), int(last)) for first, last in json.loads(content)["records"]]
    except (ValueError, KeyError, TypeError, OverflowError):
        return []


def _ranges(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return sorted numbers as inclusive ranges: [1, 2, 3, 7] becomes [(1, 3), (7, 7)]."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _microseconds(moment: datetime) -> int:
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
