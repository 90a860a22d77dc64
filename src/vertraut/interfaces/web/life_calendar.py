"""How much was when, as it is drawn: years as strips of weeks, months as leaves of a calendar, darker for more."""

from __future__ import annotations

import math
from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from vertraut.memory import Look, Period

LEVELS: Final = 4
WEEK: Final = 10
"""The width of a week in a strip, in its own units, of which a little is the gap to the next one."""
_SQUARE: Final = "h8v8h-8z"
_TELLING: Final = 0.95  # of the counts are told apart; what is above them is as dark as it gets


@dataclass(frozen=True, slots=True)
class Strip:
    """A year as a strip of weeks: what is drawn at each level, and how many entries each week has."""

    year: int
    count: int
    paths: tuple[tuple[int, str], ...]
    weeks: tuple[int, ...]

    @property
    def width(self) -> int:
        """How wide it is in its own units."""
        return WEEK * len(self.weeks)

    @property
    def most(self) -> int:
        """The month in which its fullest week begins."""
        fullest = self.weeks.index(max(self.weeks))
        first = date(self.year, 1, 1)
        return date.fromordinal(max(first.toordinal(), first.toordinal() - first.weekday() + 7 * fullest)).month


@dataclass(frozen=True, slots=True)
class Gap:
    """Years in which there is nothing."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A day in a leaf: how many entries it has, and how dark it is."""

    period: Period
    count: int
    level: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """A month: its weeks from Monday on, with None for days of other months."""

    period: Period
    count: int
    weeks: tuple[tuple[Cell | None, ...], ...]


def strips(look: Look) -> list[Strip | Gap]:
    """Return the years of a look, latest first; years without anything in between are one gap."""
    level = _levels(look.weeks.values())
    by_year: dict[int, dict[int, int]] = defaultdict(dict)
    for (year, week), count in look.weeks.items():
        by_year[year][week] = count
    found: list[Strip | Gap] = []
    for year in sorted(look.years.keys() | by_year.keys(), reverse=True):
        if found and isinstance(found[-1], Strip) and found[-1].year > year + 1:
            found.append(Gap(year + 1, found[-1].year - 1))
        found.append(_strip(year, look.years.get(year, 0), by_year[year], level))
    return found


def leaves(look: Look, period: Period) -> list[Leaf]:
    """Return the months of a year, or the one month that a period is in."""
    level = _levels(look.days.values())
    months = range(1, 13) if period.level == "year" else (period.month,)
    return [_leaf(Period(period.year, month), look.days, level) for month in months]


def _strip(year: int, count: int, weeks: Mapping[int, int], level: _Level) -> Strip:
    first, last = date(year, 1, 1), date(year, 12, 31)
    number = (last.toordinal() - first.toordinal() + first.weekday()) // 7 + 1
    drawn: dict[int, list[str]] = defaultdict(list)
    for week in range(number):
        drawn[level(weeks.get(week, 0))].append(f"M{week * WEEK} 0{_SQUARE}")
    paths = tuple((each, "".join(drawn[each])) for each in sorted(drawn))
    return Strip(year, count, paths, tuple(weeks.get(week, 0) for week in range(number)))


def _leaf(month: Period, days: Mapping[int, int], level: _Level) -> Leaf:
    before, number = monthrange(month.year, month.month)
    first, _ = month.numbers
    counts = [days.get(first + n, 0) for n in range(number)]
    cells: list[Cell | None] = [None] * before
    cells += [Cell(Period(month.year, month.month, n), count, level(count)) for n, count in enumerate(counts, 1)]
    cells += [None] * (-len(cells) % 7)
    return Leaf(month, sum(counts), tuple(tuple(cells[n : n + 7]) for n in range(0, len(cells), 7)))


class _Level:
    """How dark a count is among others: 0 for nothing, then by its share of ``most``."""

    def __init__(self, most: int) -> None:
        self._most = most

    def __call__(self, count: int) -> int:
        return min(LEVELS, math.ceil(LEVELS * count / self._most))


def _levels(counts: Collection[int]) -> _Level:
    in_order = sorted(counts)
    return _Level(max(LEVELS, in_order[int(_TELLING * (len(in_order) - 1))] if in_order else 0))
