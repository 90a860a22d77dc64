"""Every entry's time, kind, source, place and people in columns, in order of time: what the timeline counts with.

They are numbers, about 80 bytes an entry, loaded once for all openings of a space and kept until entries are forgotten;
what is remembered later is put to them at the next look. Names stand in the vault's tables and are read anew then.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import apsw
import numpy as np
import numpy.typing as npt

from vertraut.ledger import ENTRY_KINDS
from vertraut.ledger.queries import row, rows
from vertraut.memory.columns import Numbers
from vertraut.memory.local_days import DAY, local_days, midnights
from vertraut.memory.schema import PRECISIONS, REMOVALS

Codes = npt.NDArray[np.int32]
BY_DAY: Final = PRECISIONS.index("day")

_AT_ONCE: Final = 50_000
_ROWS: Final = """SELECT seq, starts, ends, kind, source, known, day, place, author, people
  FROM entries JOIN threads ON threads.id = thread WHERE seq > ? ORDER BY seq LIMIT ?"""
_STATE: Final = f"SELECT {REMOVALS}, (SELECT coalesce(max(seq), 0) FROM entries)"
_KIND_CODES: Final = {kind: n for n, kind in enumerate(ENTRY_KINDS)}


@dataclass(frozen=True, slots=True)
class Names:
    """What codes stand for: ``people`` as they are mostly called, one code for each however often their case changes."""

    sources: tuple[str, ...]
    places: tuple[str, ...]
    people: tuple[str, ...]
    place_codes: Mapping[str, int]
    people_codes: Mapping[str, int]
    """By case-folded name, and by the address of somebody whose name is known."""


@dataclass(frozen=True, slots=True)
class Columns:
    """All entries, in order of time: row by row in parallel, (n,); who takes part as pairs, (m,), in order of rows.

    ``days`` and ``lasts`` are an entry's first and last day on the person's clocks; ``known`` says how exactly, by its place
    in ``PRECISIONS``; ``at`` is its instant, of what is known to the day or less the midnight with which its days begin.
    """

    seqs: Numbers
    at: Numbers
    days: Codes
    lasts: Codes
    known: npt.NDArray[np.uint8]
    kinds: npt.NDArray[np.uint8]
    sources: npt.NDArray[np.uint16]
    places: Codes
    pair_rows: Codes
    pair_people: Codes
    row_of: Codes
    """By an entry's number: its row, -1 where there is none."""
    spanning: Numbers
    """The rows of what goes on for several days, known to the day or better."""
    names: Names

    def rows_of(self, seqs: Numbers) -> Numbers:
        """Return the rows of entries, in order."""
        found = self.row_of[seqs[seqs < len(self.row_of)]]
        return np.sort(found[found >= 0]).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Raw:
    """What was read, in order of numbers; people and authors as the tables number them."""

    seqs: Numbers
    at: Numbers
    days: Codes
    lasts: Codes
    known: npt.NDArray[np.uint8]
    kinds: npt.NDArray[np.uint8]
    sources: npt.NDArray[np.uint16]
    places: Codes
    authors: Codes
    pair_rows: Codes
    pair_people: Codes

    def joined(self, other: _Raw) -> _Raw:
        """Return this with what was read later behind it."""
        shifted = other.pair_rows + np.int32(len(self.seqs))
        columns = {name: (getattr(self, name), getattr(other, name)) for name in self.__slots__}
        columns["pair_rows"] = self.pair_rows, shifted
        return _Raw(**{name: np.concatenate(both) for name, both in columns.items()})


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was loaded when so often something had been removed, and this was the newest entry."""

    removals: int
    newest: int
    raw: _Raw
    columns: Columns


class KeptColumns:
    """The columns of one space, for all of its openings. May be used from any thread."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._lock = threading.Lock()
        self._sources: dict[str, int] = {}
        self._kept: _Kept | None = None

    def of(self, connection: apsw.Connection) -> Columns:
        """Return the columns as a connection sees the vault."""
        with self._lock:
            removals, newest = row(connection, _STATE)
            if self._kept is None or (self._kept.removals, self._kept.newest) != (removals, newest):
                self._kept = self._loaded(connection, removals, newest)
            return self._kept.columns

    def _loaded(self, connection: apsw.Connection, removals: int, newest: int) -> _Kept:
        kept = self._kept
        appended = kept is not None and kept.removals == removals and 0 < kept.newest <= newest
        raw = kept.raw if kept is not None and appended else self._read(connection, 0)
        while len(raw.seqs) and raw.seqs[-1] < newest:
            raw = raw.joined(self._read(connection, int(raw.seqs[-1])))
        return _Kept(removals, newest, raw, _columns(raw, _names(connection, self._sources)))

    def _read(self, connection: apsw.Connection, after: int) -> _Raw:
        found: list[Any] = list(zip(*rows(connection, _ROWS, (after, _AT_ONCE)), strict=True)) or [()] * 10
        seqs, starts, ends, kinds, sources, known, days, places, authors, people = found
        counts = [each.count(",") + 1 if each else 0 for each in people]
        taking_part = json.loads(f"[{','.join(each[1:-1] for each in people if each)}]")
        exactly = np.array(known, np.uint8)
        times = np.array(starts, np.int64), np.array(ends, np.int64), np.array(days, np.int64)
        return _Raw(
            np.array(seqs, np.int64),
            *_times(*times, exactly == 0, self._zone),
            exactly,
            np.array([_KIND_CODES[each] for each in kinds], np.uint8),
            np.array([self._sources.setdefault(each, len(self._sources)) for each in sources], np.uint16),
            np.array(places, np.int32),
            np.array(authors, np.int32),
            np.repeat(np.arange(len(seqs), dtype=np.int32), counts),
            np.array(taking_part, np.int32),
        )


@dataclass(frozen=True, slots=True)
class _Called:
    """The names with what tells which of them an author or somebody taking part has, by their number in the table."""

    names: Names
    by_author: Codes
    by_person: Codes


def _names(connection: apsw.Connection, sources: Iterable[str]) -> _Called:
    authors = rows(connection, "SELECT id, name FROM authors ORDER BY id")
    people = rows(connection, "SELECT id, name, address FROM people ORDER BY id")
    places = dict(rows(connection, "SELECT id, name FROM places"))
    named = {address.casefold(): name for _, name, address in reversed(people) if name and address}
    codes: dict[str, int] = {}
    called: list[str] = []

    def code_of(name: str) -> int:
        name = " ".join(named.get(name.casefold(), name).split())
        code = codes.setdefault(name.casefold(), len(codes))
        if code == len(called):
            called.append(name)
        return code

    nobody = code_of("")
    by_author = _table([(number, code_of(name)) for number, name in authors], nobody)
    by_person = _table([(number, code_of(name or address)) for number, name, address in people], nobody)
    in_order = tuple(places.get(number, "") for number in range(max(places, default=0) + 1))
    place_codes = {name: number for number, name in places.items()}
    people_codes = {**{address: code_of(name) for address, name in named.items()}, **codes}
    return _Called(Names(tuple(sources), in_order, tuple(called), place_codes, people_codes), by_author, by_person)


def _table(pairs: Sequence[tuple[int, int]], otherwise: int) -> Codes:
    found = np.full(max((number for number, _ in pairs), default=0) + 1, otherwise, np.int32)
    for number, code in pairs:
        found[number] = code
    return found


def _times(
    starts: Numbers, ends: Numbers, written: Numbers, exact: npt.NDArray[np.bool_], zone: str
) -> tuple[Numbers, Codes, Codes]:
    """Return instants, first and last days; ``written`` is the first day of what is not known to the second."""
    at, days, lasts = starts.copy(), written.copy(), written.copy()
    days[exact] = local_days(starts[exact], zone)
    lasts[exact] = local_days(np.maximum(ends[exact] - 1, starts[exact]), zone)
    at[~exact] = midnights(written[~exact], zone)
    lasts[~exact] += np.maximum(np.round((ends - starts)[~exact] / DAY).astype(np.int64) - 1, 0)
    return at, days.astype(np.int32), lasts.astype(np.int32)


def _columns(raw: _Raw, called: _Called) -> Columns:
    order = np.argsort(raw.at, kind="stable")
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    row_of = np.full(int(raw.seqs[-1]) + 1 if len(raw.seqs) else 1, -1, np.int32)
    row_of[raw.seqs] = place
    days = np.maximum.accumulate(raw.days[order])  # where clocks go back at midnight, they go back a day
    lasts, known = np.maximum(raw.lasts[order], days), raw.known[order]
    return Columns(
        raw.seqs[order],
        raw.at[order],
        days,
        lasts,
        known,
        raw.kinds[order],
        raw.sources[order],
        raw.places[order],
        *_pairs(raw, called, place),
        row_of,
        np.flatnonzero((lasts > days) & (known <= BY_DAY)),
        called.names,
    )


def _pairs(raw: _Raw, called: _Called, place: Codes) -> tuple[Codes, Codes]:
    """Return who takes part in what, its author included, each once an entry."""
    rows_of = np.concatenate([place, place[raw.pair_rows]]).astype(np.int64)
    people = np.concatenate([called.by_author[raw.authors], called.by_person[raw.pair_people]])
    keys = np.unique(rows_of * len(called.names.people) + people)
    found_rows, found_people = np.divmod(keys, len(called.names.people))
    named = found_people != 0  # the first name is nobody's
    return found_rows[named].astype(np.int32), found_people[named].astype(np.int32)
