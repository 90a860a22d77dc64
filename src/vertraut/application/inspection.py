"""Looking into a space: one entry with its surroundings, what there is in numbers, and whether all of it is sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import apsw

from vertraut.errors import NoSuchEntry
from vertraut.ledger import Entry, Head, Ledger, Record, RecordKind, entry_of
from vertraut.ledger.queries import row
from vertraut.ledger.vault import check_pages
from vertraut.memory import Index, faults


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry whole. ``around`` holds its neighbours in the thread and itself, by number, in order of time.

    ``kept`` names the attachments (by place, from 0) whose bytes are in the vault.
    """

    id: int
    entry: Entry
    remembered: datetime
    language: str
    around: Mapping[int, Entry]
    kept: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stats:
    """What is in a space. Sizes in bytes; ``first`` and ``last`` are the times of the oldest and newest entry."""

    space_id: str
    entries: int
    records: int
    forgotten: int
    attachments: int
    threads: int
    passages: int
    embedded: int
    by_kind: Mapping[str, int]
    by_source: Mapping[str, int]
    by_year: Mapping[str, int]
    by_language: Mapping[str, int]
    first: datetime | None
    last: datetime | None
    vault_bytes: int
    content_bytes: int
    head: Head


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked, and what does not fit (sentences for a person; empty if all is well)."""

    head: Head
    records: int
    entries: int
    embedded: int
    faults: tuple[str, ...]


def shown(ledger: Ledger, index: Index, number: int, reach: int) -> Shown:
    """Return an entry with its neighbours. Raises ``NoSuchEntry``."""
    record = ledger.get([number]).get(number)
    if record is None or record.kind != "entry":
        raise NoSuchEntry(number)
    if record.content is None:
        raise NoSuchEntry(number, forgotten=True)
    where = index.placed([number])[number]
    records = ledger.get(index.neighbours(where, reach))
    in_order = (records[seq] for seq in index.neighbours(where, reach) if seq in records)
    around = {each.seq: _entry(each) for each in in_order if each.content is not None}
    remembered = datetime.fromtimestamp(record.recorded / 1_000_000, UTC)
    kept = tuple(sorted(index.blobs_of(number)))
    return Shown(number, _entry(record), remembered, where.language, around, kept)


def stats(connection: apsw.Connection, ledger: Ledger, index: Index, path: Path) -> Stats:
    """Return what is in a space, counted."""

    def one(query: str) -> int:
        value: int = connection.execute(query).get
        return value or 0

    def counts(query: str) -> dict[str, int]:
        return {str(name): count for name, count in connection.execute(query)}

    first, last = row(connection, "SELECT min(starts), max(starts) FROM entries")
    entries = index.count()
    years = "SELECT strftime('%Y', starts, 'unixepoch') AS year, count(*) FROM entries GROUP BY year ORDER BY year"
    sources = "SELECT source, count(*) FROM entries JOIN threads ON threads.id = thread GROUP BY source ORDER BY 2 DESC"
    return Stats(
        space_id=ledger.origin.space_id,
        entries=entries,
        records=ledger.head().seq,
        forgotten=one("SELECT count(*) FROM records WHERE content IS NULL"),
        attachments=one("SELECT count(*) FROM records WHERE kind = 'blob' AND content IS NOT NULL"),
        threads=one("SELECT count(*) FROM threads"),
        passages=one("SELECT count(*) FROM passages"),
        embedded=entries - index.waiting(),
        by_kind=counts("SELECT kind, count(*) FROM entries GROUP BY kind ORDER BY 2 DESC"),
        by_source=counts(sources),
        by_year=counts(years),
        by_language=counts("SELECT language, entries FROM languages WHERE entries > 0 ORDER BY 2 DESC"),
        first=datetime.fromtimestamp(first, UTC) if entries else None,
        last=datetime.fromtimestamp(last, UTC) if entries else None,
        vault_bytes=vault_bytes(path),
        content_bytes=one("SELECT sum(length(content)) FROM records"),
        head=ledger.head(),
    )


def vault_bytes(path: Path) -> int:
    """Return the size of a vault, with the files that belong to it."""
    return sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*"))


def forgotten_lines(connection: apsw.Connection, kind: RecordKind) -> int:
    """Return how many lines of the journal's kinds were forgotten."""
    query = "SELECT count(*) FROM records WHERE kind NOT IN ('entry', 'blob') AND kind = ? AND content IS NULL"
    count: int = connection.execute(query, (kind,)).get
    return count


def verified(connection: apsw.Connection, ledger: Ledger, index: Index, progress: Callable[[int], None] | None) -> Verified:
    """Check pages, chain and index. Raises ``VaultUnreadable`` or ``LedgerBroken`` where nothing can be trusted."""
    check_pages(connection)
    head = ledger.verify(progress)
    return Verified(head, head.seq, index.count(), index.count() - index.waiting(), tuple(faults(connection, head)))


def _entry(record: Record) -> Entry:
    return entry_of(record.content or b"")
