"""Forgetting: choosing what goes, removing it from the ledger and everything derived, and proving that it is gone.

Removing happens in one transaction with ``secure_delete``; afterwards the write-ahead log is emptied, because it still
holds the pages as they were. The proof (``memory.proof``) then looks at every decrypted page and every file of the home.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import apsw

from vertraut.errors import NoSuchEntry, NothingSelected, PreviewGone, StorageError
from vertraut.ledger import EVIDENCE, OWN_NAME, OWN_SOURCE, Draft, Entry, Ledger, Record, entry_of
from vertraut.ledger.queries import rows
from vertraut.ledger.sqlite import forgotten_ranges
from vertraut.ledger.vault import checkpoint_truncate, transaction
from vertraut.memory.index import Index
from vertraut.memory.limits import Limits, allowed
from vertraut.memory.proof import Traces, look_for, traces_of
from vertraut.memory.prospect import Prospect, prospect_of, seal_of
from vertraut.memory.receipts import ForgettingReceipt, PastForgetting, kept_form, receipt_in
from vertraut.memory.vectors import VectorIndex

CHECKPOINT_SECONDS = 30.0


_ANSWERS = f"""SELECT entries.seq, CAST(plain(content) AS TEXT) -> '$.meta.{EVIDENCE}' AS evidence
  FROM entries JOIN threads ON threads.id = thread JOIN authors ON authors.id = author
  JOIN records ON records.seq = entries.seq
  WHERE source = ? AND authors.name = ? AND evidence IS NOT NULL ORDER BY entries.seq"""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to forget: entries by number, or all that fit the limits (every limit given must hold).

    Limits that only say what an entry must be without select nothing. ``threads`` and ``authors`` are whole names, exactly;
    of several one is enough.
    """

    ids: tuple[int, ...] = ()
    limits: Limits = field(default_factory=Limits)
    threads: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forgettable:
    """What a selection would forget: the entries by number, and how many attachments would go with them.

    ``resting`` are those of the entries that were not selected but are Vertraut's own answers and rest on one that was.
    """

    entries: Mapping[int, Entry]
    attachments: int
    resting: frozenset[int] = frozenset()


class Forgetting:
    """Forgets in one vault. One instance a connection."""

    def __init__(self, connection: apsw.Connection, home: Path, ledger: Ledger, index: Index, vectors: VectorIndex) -> None:
        self._db = connection
        self._home = home
        self._ledger = ledger
        self._index = index
        self._vectors = vectors

    def preview(self, selection: Selection) -> Forgettable:
        """Return what would go. Raises ``NothingSelected``, or ``NoSuchEntry`` for a number that holds no entry."""
        selected = self._selected(selection)
        seqs = self._with_what_rests(selected)
        records = self._ledger.get(seqs)
        entries = {seq: entry_of(records[seq].content or b"") for seq in sorted(seqs) if records[seq].kind == "entry"}
        return Forgettable(entries, len(self._orphaned_blobs(seqs)), frozenset(seqs - selected))

    def prospect(self, selection: Selection) -> Prospect:
        """Return what would go, counted, with the seal of exactly these entries. Raises as ``preview`` does."""
        selected = self._selected(selection)
        seqs = self._with_what_rests(selected)
        attachments, sent = len(self._orphaned_blobs(seqs)), len(self._sent_with(seqs))
        return prospect_of(self._db, seqs, resting=seqs - selected, attachments=attachments, sent=sent)

    def past(self, most: int) -> list[PastForgetting]:
        """Return what the ledger says of the last forgettings, newest first."""
        records = deque(self._ledger.read_kind("forgetting"), maxlen=most)
        return [self._past(record) for record in reversed(records) if record.content is not None]

    def past_one(self, number: int) -> PastForgetting | None:
        """Return the forgetting of this number with its receipt, as far as one is kept; None where there is none."""
        record = self._ledger.get([number]).get(number)
        if record is None or record.kind != "forgetting" or record.content is None:
            return None
        kept = (receipt_in(each, record) for each in self._ledger.read_kind("receipt", number))
        return replace(self._past(record), receipt=next(filter(None, kept), None))

    def forget(self, selection: Selection, now: datetime, *, seal: str = "") -> ForgettingReceipt:
        """Remove what is selected for ever and prove it. Raises as ``preview`` does.

        With the ``seal`` of a prospect only its entries may go: ``PreviewGone`` where the selection now means others.
        """
        traces: list[Traces] = []

        def take_out(records: Sequence[Record]) -> None:
            traces.append(traces_of(self._db, records, self._index.placed([record.seq for record in records])))
            self._index.remove(records)
            self._vectors.remove(seqs)

        with transaction(self._db):  # from here on nobody else may add an entry that shares an attachment
            self._index.check_version()
            seqs = self._with_what_rests(self._selected(selection))
            if seal and seal != seal_of(seqs):
                raise PreviewGone
            blobs = self._orphaned_blobs(seqs)
            before = self._ledger.head()
            passages = self._count_passages(seqs)
            lines = [*self._sent_with(seqs), *self._feedback_with(seqs)]
            after = self._ledger.erase([*seqs, *blobs, *lines], now, then=take_out)
        emptied = checkpoint_truncate(self._db, CHECKPOINT_SECONDS)
        proof = look_for(self._db, self._home, traces[0])
        receipt = ForgettingReceipt(len(seqs), len(blobs), passages, before, after, emptied, proof)
        with suppress(StorageError):  # it is gone all the same, and whoever asked for it gets the receipt
            self._ledger.append([Draft("receipt", kept_form(receipt))], now)
        return receipt

    def _selected(self, selection: Selection) -> set[int]:
        named = [(table, names) for table, names in (("thread", selection.threads), ("author", selection.authors)) if names]
        if not (selection.ids or named or selection.limits.choosing):  # "all but these" is never meant
            raise NothingSelected("Nothing was selected.")
        found = [self._named(table, names) for table, names in named]
        if selection.limits:
            found.append(allowed(self._db, selection.limits))
        if selection.ids:
            there = set(self._index.placed(selection.ids))
            for number in selection.ids:
                if number not in there:
                    raise NoSuchEntry(number, forgotten=self._was_entry(number))
            found.append(there)
        if not (common := set.intersection(*found)):
            raise NothingSelected
        return common

    def _named(self, table: str, names: Collection[str]) -> set[int]:
        """Return the entries whose thread or author has one of these names, exactly."""
        ids = f"SELECT id FROM {table}s WHERE name IN (SELECT value FROM json_each(?))"
        return {seq for (seq,) in rows(self._db, f"SELECT seq FROM entries WHERE {table} IN ({ids})", (json.dumps(names),))}

    def _past(self, record: Record) -> PastForgetting:
        query = """SELECT kind, count(*) FROM records JOIN json_each(?) ON seq BETWEEN value ->> 0 AND value ->> 1
            WHERE content IS NULL GROUP BY kind"""
        counts = dict(rows(self._db, query, (json.dumps(forgotten_ranges(record.content or b"")),)))
        at = datetime.fromtimestamp(record.recorded / 1e6, UTC)
        return PastForgetting(record.seq, at, counts.get("entry", 0), counts.get("blob", 0), counts.get("sent", 0))

    def _with_what_rests(self, seqs: set[int]) -> set[int]:
        """Return entries together with our own answers that rest on them, and on those, and so on."""
        found = set(seqs)
        for seq, told in rows(self._db, _ANSWERS, (OWN_SOURCE, OWN_NAME)):  # an answer rests on what is older than it
            evidence = json.loads(told)
            if isinstance(evidence, list) and not found.isdisjoint(each for each in evidence if isinstance(each, int)):
                found.add(seq)
        return found

    def _sent_with(self, seqs: Collection[int]) -> list[int]:
        """Return the records of what left the machine with these entries, or in a conversation that they are of.

        A request tells its conversation's earlier turns again, so all requests of such a conversation go.
        """
        sent = {record.seq: json.loads(record.content) for record in self._ledger.read_kind("sent") if record.content}
        resting = {seq for seq, content in sent.items() if not set(content["entries"]).isdisjoint(seqs)}
        talks = self._conversations_of(seqs) | {sent[seq].get("conversation") for seq in resting}
        return [seq for seq, content in sent.items() if seq in resting or content.get("conversation") in talks - {None, ""}]

    def _feedback_with(self, seqs: Collection[int]) -> list[int]:
        """Return the records of what was said of these entries, or in a conversation that they are of."""
        said = {record.seq: json.loads(record.content) for record in self._ledger.read_kind("feedback") if record.content}
        talks = self._conversations_of(seqs)
        return [seq for seq, line in said.items() if line["entry"] in seqs or line.get("conversation") in talks]

    def _conversations_of(self, seqs: Collection[int]) -> set[str | None]:
        query = """SELECT DISTINCT name FROM entries JOIN threads ON threads.id = thread
            WHERE source = ? AND seq IN (SELECT value FROM json_each(?))"""
        return {name for (name,) in self._db.execute(query, (OWN_SOURCE, json.dumps(sorted(seqs))))}

    def _was_entry(self, number: int) -> bool:
        record = self._ledger.get([number]).get(number)
        return record is not None and record.kind == "entry" and record.content is None

    def _orphaned_blobs(self, seqs: Collection[int]) -> list[int]:
        """Return the attachments that only these entries have."""
        query = "SELECT blob FROM attachments GROUP BY blob HAVING sum(seq NOT IN (SELECT value FROM json_each(?))) = 0"
        return [row[0] for row in self._db.execute(query, (json.dumps(sorted(seqs)),))]

    def _count_passages(self, seqs: Collection[int]) -> int:
        query = "SELECT count(*) FROM passages WHERE seq IN (SELECT value FROM json_each(?))"
        count: int = self._db.execute(query, (json.dumps(sorted(seqs)),)).get
        return count
