"""The rows of the timeline's columns that fit a choice in one part of time, counted by day, week, year and name.

What goes on for several days is on each of them, unless that is more than ``LONG``; what is known to the month or year only
is on none of its days.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from vertraut.ledger import ENTRY_KINDS, OWN_SOURCE
from vertraut.memory.columns import Numbers
from vertraut.memory.limits import Limits
from vertraut.memory.period import Period
from vertraut.memory.timeline_columns import BY_DAY, Codes, Columns

Facet = Literal["kind", "person", "source", "place"]
FACETS: Final[tuple[Facet, ...]] = ("kind", "person", "source", "place")
LONG: Final = 31
"""Days: what goes on for longer is counted on its first day only."""
_MONTH: Final = BY_DAY + 1
_WEEKS: Final = 64  # more than a year has
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of a life is looked at. Of several kinds, sources or places one is enough; people count all.

    ``typed`` are words and filters, as they stand while they are being typed. Conversations with Vertraut itself are left
    out unless ``own`` or their source asks for them.
    """

    kinds: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    typed: str = ""
    own: bool = False

    @property
    def limits(self) -> Limits:
        """The same as limits on what is recalled, but for what is typed; they let through a little more."""
        return Limits(kinds=self.kinds, people=self.people, sources=self.sources, places=self.places)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a facet with how many entries each has, most first, and how many names there are."""

    counted: tuple[tuple[str, int], ...]
    total: int


class Sight:
    """The rows of a part of time that fit a choice."""

    def __init__(self, columns: Columns, chosen: Chosen, period: Period, fits: Mask | None, now: int) -> None:
        """``fits`` tells which rows hold what is typed, None for all; ``now`` is in seconds since 1970."""
        self.columns = columns
        self._period = period
        self._now = now
        self._masks = {facet: mask for facet in FACETS if (mask := _mask_of(columns, chosen, facet)) is not None}
        self._hidden = OWN_SOURCE if not (chosen.own or OWN_SOURCE in chosen.sources) else ""
        self._fits = fits
        self._within = _rows_within(columns, period)
        self.through = self._passing()
        self.rows: Numbers = self._within[self.through[self._within]]
        """Those that are seen, in order of time."""

    def days(self) -> dict[int, int]:
        """Count what is on each day."""
        first, last = self._period.numbers
        days, _ = self._each_day()
        return _counted(days[(days >= first) & (days <= last)])

    def weeks(self) -> dict[tuple[int, int], int]:
        """Count what is in each week."""
        days, rows = self._each_day()
        years, cells = _weeks_of(days)
        keys = years * _WEEKS + cells
        once = np.append([True], (rows[1:] != rows[:-1]) | (keys[1:] != keys[:-1]))[: len(keys)]
        return {divmod(key, _WEEKS): count for key, count in _counted(keys[once]).items()}

    def years(self) -> dict[int, int]:
        """Count what begins in each year."""
        return _counted(_years_of(self.columns.days[self.rows]))

    def undated(self) -> dict[tuple[int, int], int]:
        """Count what no day is known of."""
        rows = self.rows[self.columns.known[self.rows] >= _MONTH]
        months = (self.columns.days[rows].astype("datetime64[D]").astype("datetime64[M]")).astype(np.int64) + 1970 * 12
        months[self.columns.known[rows] > _MONTH] -= months[self.columns.known[rows] > _MONTH] % 12
        by_year = self.columns.known[rows] > _MONTH
        found = _counted(months * 2 + by_year)
        return {(key // 24, 0 if key % 2 else key // 2 % 12 + 1): count for key, count in found.items()}

    def names(self, facet: Facet, most: int, containing: str = "") -> Names:
        """Count the names of a facet; of those that exclude each other as if none of them were chosen."""
        passing = self.through if facet == "person" or facet not in self._masks else self._passing(without=facet)
        passing = self._passing(without=facet, hiding=False) if facet == "source" else passing
        rows = self._within[passing[self._within]]
        counts = _COUNTS[facet](self.columns, rows)
        names = _names_of(self.columns, facet)
        codes = np.flatnonzero(counts)
        codes = codes[np.argsort(-counts[codes], kind="stable")]
        found = ((names[code], int(counts[code])) for code in codes.tolist() if names[code])
        kept = [each for each in found if containing in each[0].casefold()]
        return Names(tuple(kept[:most]), len(kept))

    def behind(self, after: str) -> Numbers:
        """Return rows in the order of lists: of all of time backwards from now, then what is still to come; else by time.

        ``after`` is the instant and number of the entry behind which they are.
        """
        rows = self.rows
        at, number = map(int, after.split(".")) if after else (0, 0)
        if self._period.level != "all":
            return rows[rows > self._place(at, number)] if after else rows
        begun = int(np.searchsorted(self.columns.at[rows], self._now, "right"))
        past, future = rows[:begun][::-1], rows[begun:]
        if not after:
            return np.concatenate([past, future])
        place = self._place(at, number)
        if at > self._now:
            return future[future > place]
        return np.concatenate([past[past < place], future])

    def period_of(self, row: int) -> Period:
        """Return the day, month or year under which an entry stands."""
        columns = self.columns
        day = Period.of_day(int(columns.days[row]))
        known = int(columns.known[row])
        return day if known <= BY_DAY else Period(day.year, day.month if known == _MONTH else 0)

    def begun_before(self, row: int) -> bool:
        """Say whether an entry began before the part of time that is looked at."""
        return self._period.level != "all" and int(self.columns.days[row]) < self._period.numbers[0]

    def _place(self, at: int, number: int) -> float:
        """Return the row of an entry; between those around it where it is gone."""
        columns = self.columns
        low, high = np.searchsorted(columns.at, [at, at + 1]).tolist()
        place = low + int(np.searchsorted(columns.seqs[low:high], number))
        there = place < high and columns.seqs[place] == number
        return float(place) if there else place - 0.5

    def _passing(self, *, without: Facet | None = None, hiding: bool = True) -> Mask:
        passing = np.ones(len(self.columns.seqs), np.bool_) if self._fits is None else self._fits.copy()
        if hiding and self._hidden in self.columns.names.sources:
            passing &= self.columns.sources != self.columns.names.sources.index(self._hidden)
        for facet, mask in self._masks.items():
            if facet != without:
                passing &= mask
        return passing

    def _each_day(self) -> tuple[Numbers, Numbers]:
        """Return the days of the rows that have some, one for each day of those that go on, with the rows."""
        rows = self.rows[self.columns.known[self.rows] <= BY_DAY]
        first = self.columns.days[rows].astype(np.int64)
        lengths = self.columns.lasts[rows] - first + 1
        lengths[lengths > LONG] = 1
        if not len(lengths) or lengths.max() == 1:
            return first, rows
        starts = np.cumsum(lengths) - lengths
        within = np.arange(lengths.sum()) - np.repeat(starts, lengths)
        return np.repeat(first, lengths) + within, np.repeat(rows, lengths)


def _rows_within(columns: Columns, period: Period) -> Numbers:
    """Return the rows of a part of time, in order: what began before it and goes on in it first."""
    if period.level == "all":
        return np.arange(len(columns.seqs))
    first, last = period.numbers
    low, high = np.searchsorted(columns.days, [first, last + 1]).tolist()
    rows = np.arange(low, high)
    exact_enough = {"year": _MONTH + 1, "month": _MONTH, "day": BY_DAY}[period.level]
    rows = rows[columns.known[rows] <= exact_enough]
    before = columns.spanning[: int(np.searchsorted(columns.spanning, low))]
    return np.concatenate([before[columns.lasts[before] >= first], rows])


def _mask_of(columns: Columns, chosen: Chosen, facet: Facet) -> Mask | None:
    """Return which rows have what is chosen of a facet; None where nothing is."""
    names = columns.names
    match facet:
        case "kind":
            codes = [ENTRY_KINDS.index(each) for each in ENTRY_KINDS if each in chosen.kinds]
            return np.isin(columns.kinds, codes) if chosen.kinds else None
        case "source":
            codes = [code for code, name in enumerate(names.sources) if name in chosen.sources]
            return np.isin(columns.sources, codes) if chosen.sources else None
        case "place":
            codes = [names.place_codes[each] for each in chosen.places if each in names.place_codes]
            return np.isin(columns.places, codes) if chosen.places else None
        case "person":
            if not chosen.people:
                return None
            mask = np.ones(len(columns.seqs), np.bool_)
            for person in chosen.people:
                taking_part = np.zeros(len(columns.seqs), np.bool_)
                code = names.people_codes.get(" ".join(person.split()).casefold(), -1)
                taking_part[columns.pair_rows[columns.pair_people == code]] = True
                mask &= taking_part
            return mask


def _names_of(columns: Columns, facet: Facet) -> Sequence[str]:
    names = columns.names
    return {"kind": ENTRY_KINDS, "source": names.sources, "place": names.places, "person": names.people}[facet]


def _people_counts(columns: Columns, rows: Numbers) -> Numbers:
    there = np.zeros(len(columns.seqs), np.bool_)
    there[rows] = True
    counts: Numbers = np.bincount(columns.pair_people[there[columns.pair_rows]], minlength=1)
    return counts


_COUNTS: Final[Mapping[Facet, Callable[[Columns, Numbers], Numbers]]] = {
    "kind": lambda columns, rows: np.bincount(columns.kinds[rows], minlength=1),
    "source": lambda columns, rows: np.bincount(columns.sources[rows], minlength=1),
    "place": lambda columns, rows: np.bincount(columns.places[rows], minlength=1),
    "person": _people_counts,
}


def _counted(values: Numbers) -> dict[int, int]:
    if not len(values):
        return {}
    least = int(values.min())
    counts = np.bincount(values - least)
    found = np.flatnonzero(counts)
    return dict(zip((found + least).tolist(), counts[found].tolist(), strict=True))


def _years_of(days: Numbers | Codes) -> Numbers:
    years: Numbers = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return years


def _weeks_of(days: Numbers) -> tuple[Numbers, Numbers]:
    """Return the year of each day and its week in it."""
    years = days.astype("datetime64[D]").astype("datetime64[Y]")
    january = years.astype("datetime64[D]").astype(np.int64)
    before = (january + 3) % 7  # days of the first week that are in the year before; day 0 was a Thursday
    return years.astype(np.int64) + 1970, (days - january + before) // 7
