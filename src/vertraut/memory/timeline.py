"""A life by time: how much was when, who and what it was about, and the entries themselves, a page at a time.

Everything follows one choice (``Chosen``) in one part of time (``Period``), on the person's clocks. Counting is done over
columns (``memory.timeline_sight``); only the entries that are shown are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal

import apsw
import numpy as np

from vertraut.errors import NoSuchEntry
from vertraut.ledger import Entry, Ledger, entry_of
from vertraut.memory.filters import filtered
from vertraut.memory.index import Index
from vertraut.memory.limits import Permitted
from vertraut.memory.marks import Range, excerpt
from vertraut.memory.period import Period
from vertraut.memory.timeline_columns import Columns, KeptColumns
from vertraut.memory.timeline_sight import FACETS, Chosen, Facet, Mask, Names, Sight
from vertraut.memory.typed import Typed

Side = Literal["earlier", "later"]
LISTED: Final = 25
READ_AT_MOST: Final = 1_000
"""Entries that are read to see whether they fit what is typed, the newest ones: it must take no time."""
OFFERED: Final = 8
"""Names of each facet that are told with a look; ``names`` tells more."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as a list shows it: the part of its text, and where in the text the words stand that were typed."""

    number: int
    entry: Entry
    day: Period
    """The day, month or year that it stands under."""
    begun: bool
    """Whether it began before the part of time that is looked at."""
    passage: Range
    marks: tuple[Range, ...] = ()
    title_marks: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Portion:
    """Entries in their order, and from where on there are more: "" where there are none."""

    entries: tuple[Listed, ...]
    after: str = ""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Entries of a thread with their numbers, in order of time, and whether there are more beyond them."""

    entries: tuple[tuple[int, Entry], ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Look:
    """A part of time as it was chosen to be seen: how many entries, when, of what sort, and the first of them."""

    count: int
    complete: bool
    """False where only the newest of what was typed could be looked through."""
    anything: bool
    """Whether anything is remembered at all."""
    days: Mapping[int, int] = field(repr=False)
    """By the day's number since 1970."""
    weeks: Mapping[tuple[int, int], int] = field(repr=False)
    """By year and week, where weeks begin on Mondays and the year's first one, from 0, may be short."""
    years: Mapping[int, int]
    undated: Mapping[tuple[int, int], int]
    """What no day is known of, by year and month; month 0 where no month is known either."""
    facets: Mapping[Facet, Names] = field(repr=False)
    first: Portion = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fitting:
    """What is typed, looked up: the rows that hold it, None for all, and whether everything could be looked through."""

    mask: Mask | None
    typed: Typed
    complete: bool = True


class Timeline:
    """The timeline of one vault. One instance a connection; use it within a transaction."""

    def __init__(self, connection: apsw.Connection, ledger: Ledger, index: Index, kept: KeptColumns, zone: str) -> None:
        self._db = connection
        self._ledger = ledger
        self._index = index
        self._kept = kept
        self._zone = zone

    def warm_up(self) -> None:
        """Load the columns."""
        self._kept.of(self._db)

    def look(self, chosen: Chosen, period: Period, now: datetime) -> Look:
        """Return a part of time. Raises ``BadFilter`` or ``BadTime`` for what is typed."""
        sight, fitting = self._sight(chosen, period, now)
        overview = period.level == "all"
        return Look(
            count=len(sight.rows),
            complete=fitting.complete,
            anything=bool(len(sight.columns.seqs)),
            days={} if overview else sight.days(),
            weeks=sight.weeks() if overview else {},
            years=sight.years() if overview else {},
            undated=sight.undated(),
            facets={facet: sight.names(facet, OFFERED) for facet in FACETS},
            first=self._portion(sight, fitting.typed, ""),
        )

    def further(self, chosen: Chosen, period: Period, after: str, now: datetime) -> Portion:
        """Return the entries behind those of an earlier portion. Raises ``ValueError`` for an ``after`` that was none."""
        sight, fitting = self._sight(chosen, period, now)
        return self._portion(sight, fitting.typed, after)

    def names(
        self, chosen: Chosen, period: Period, facet: Facet, now: datetime, *, most: int, containing: str = ""
    ) -> Names:
        """Return more names of a facet, those that hold a text."""
        sight, _ = self._sight(chosen, period, now)
        return sight.names(facet, most, containing.casefold())

    def lets_through(self, chosen: Chosen, numbers: Sequence[int], now: datetime) -> set[int]:
        """Return which entries fit a choice but for what is typed."""
        sight, _ = self._sight(replace(chosen, typed=""), Period(), now)
        rows = sight.columns.rows_of(np.array(numbers, np.int64))
        return {int(sight.columns.seqs[row]) for row in rows if sight.through[row]}

    def neighbours(self, number: int, side: Side, count: int) -> Neighbours:
        """Return what stands right before or behind an entry in its thread. Raises ``NoSuchEntry``."""
        where = self._index.placed([number]).get(number)
        if where is None:
            raise NoSuchEntry(number)
        around = self._index.neighbours(where, count + 1)
        at = around.index(number)
        beyond = around[at + 1 :] if side == "later" else around[:at]
        nearest = beyond[:count] if side == "later" else beyond[-count:]
        records = self._ledger.get(nearest)
        contents = ((seq, records[seq].content) for seq in nearest if seq in records)
        entries = tuple((seq, entry_of(content)) for seq, content in contents if content is not None)
        return Neighbours(entries, len(beyond) > count)

    def _sight(self, chosen: Chosen, period: Period, now: datetime) -> tuple[Sight, Fitting]:
        self._index.check_version()
        columns = self._kept.of(self._db)
        fitting = self._fitting(columns, chosen.typed, now)
        return Sight(columns, chosen, period, fitting.mask, int(now.timestamp())), fitting

    def _fitting(self, columns: Columns, text: str, now: datetime) -> Fitting:
        rest, limits = filtered(text, now, self._zone)
        typed = Typed.of(rest, self._index.languages(), ended=text[-1:].isspace())
        if not typed and not limits:
            return Fitting(None, typed)
        rows, complete = np.arange(len(columns.seqs)), True
        if typed:
            seqs, typed = typed.looked_up(self._db)
            rows = columns.rows_of(seqs)
        if limits:
            permitted = Permitted(self._db, limits)
            sure, doubtful = permitted.parted(columns.seqs[rows[::-1]].tolist())
            complete = len(doubtful) <= READ_AT_MOST
            found = sure + permitted.first(doubtful[:READ_AT_MOST])
            rows = columns.rows_of(np.array(found, np.int64))
        mask = np.zeros(len(columns.seqs), np.bool_)
        mask[rows] = True
        return Fitting(mask, typed, complete)

    def _portion(self, sight: Sight, typed: Typed, after: str) -> Portion:
        rows = sight.behind(after)
        shown = rows[:LISTED].tolist()
        columns = sight.columns
        numbers = columns.seqs[shown].tolist()
        records, placed = self._ledger.get(numbers), self._index.placed(numbers)
        found = []
        for row, number in zip(shown, numbers, strict=True):
            if number in records and number in placed and (content := records[number].content) is not None:
                entry = entry_of(content)
                language = placed[number].language
                marks, titled = (tuple(typed.marks(each, language)) if typed else () for each in (entry.text, entry.title))
                where = sight.period_of(row), sight.begun_before(row)
                found.append(Listed(number, entry, *where, excerpt(entry.text, marks, None), marks, titled))
        further = f"{columns.at[shown[-1]]}.{numbers[-1]}" if len(rows) > LISTED else ""
        return Portion(tuple(found), further)
