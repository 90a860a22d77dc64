"""The calendar behind time expressions: units, seasons, holidays and parts of the day as ranges of local time.

A ``Range`` is a pair of naive local datetimes, the first instant and the first one after. ``Recurring`` is what comes once
a year or once a week and still waits to be told which one: a month, a season, Easter, a Friday. Dates that do not exist
raise ``ValueError`` or, outside the years 1 to 9999, ``OverflowError``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

Range = tuple[datetime, datetime]
Every = Literal["year", "week"]
Alone = Literal["firm", "soft", "article", "no"]
OfYear = Callable[[int], Range]

DAY = timedelta(days=1)
_MISSES = 9
"""Years to look further for a day that does not come every year: 29 February, week 53."""
_DAYS_IN = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "quarter": 91, "year": 365}
_HALF_WIDTH = {"day": 0, "week": 3, "fortnight": 3, "month": 15, "quarter": 45, "year": 183}

SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
"""The month in which each season of the weather services begins; it lasts three."""

PARTS = {
    "morning": (4, 12), "forenoon": (6, 12), "noon": (11, 14), "afternoon": (12, 18), "evening": (17, 24),
    "tonight": (17, 30), "night": (20, 30),
}  # fmt: skip
"""Hours of the day, generously; those above 24 belong to the next day."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """One range a year, or a week.

    ``alone`` says what the expression is worth without a preposition: a time, a hint, a hint if it has an article, nothing.
    ``settled`` says that without further words it must be over: who asks on a Friday what was "on Friday" means the one a
    week ago.
    """

    of: OfYear
    alone: Alone = "firm"
    every: Every = "year"
    one_day: bool = False
    settled: bool = False

    def before(self, now: datetime, count: int = 1) -> Range:
        """Return the occurrence that ended last, or the one ``count`` - 1 before that."""
        return self._step(self.latest(now, lambda each: each[1] <= now), 1 - count)

    def after(self, now: datetime, count: int = 1) -> Range:
        """Return the occurrence that begins next, or the one ``count`` - 1 after that."""
        return self._step(self.earliest(now, lambda each: each[0] > now), count - 1)

    def this(self, now: datetime) -> Range:
        """Return the occurrence that is going on, else that of this week or year; in spring, the winter that was."""
        index, found = self.latest(now, lambda each: each[0] <= now)
        just_over = self.every == "year" and found[1].year == now.year and now.month < 7  # noqa: PLR2004  July
        return found if now < found[1] or just_over else self.of(max(index, self._index(now)))

    def usual(self, now: datetime) -> Range:
        """Return the one that is meant without further words: the last to have begun or, if ``settled``, ended."""
        return self.before(now) if self.settled else self.latest(now, lambda each: each[0] <= now)[1]

    def coming(self, now: datetime) -> Range:
        """Return the one that is meant in a sentence about the future: the first to begin or, if not ``settled``, to end."""
        return self.after(now) if self.settled else self.earliest(now, lambda each: each[1] > now)[1]

    def latest(self, near: datetime, fits: Callable[[Range], bool]) -> tuple[int, Range]:
        """Return the last occurrence around ``near`` that fits, after its year or week."""
        return self._first(fits, range(self._index(near) + 1, self._index(near) - _MISSES, -1))

    def earliest(self, near: datetime, fits: Callable[[Range], bool]) -> tuple[int, Range]:
        """Return the first occurrence around ``near`` that fits, after its year or week."""
        return self._first(fits, range(self._index(near) - 1, self._index(near) + _MISSES))

    def _index(self, near: datetime) -> int:
        return near.year if self.every == "year" else (near.toordinal() - 1) // 7

    def _step(self, found: tuple[int, Range], count: int) -> Range:
        return self.of(found[0] + count) if count else found[1]

    def _first(self, fits: Callable[[Range], bool], indexes: range) -> tuple[int, Range]:
        for index in indexes:
            try:
                found = self.of(index)
            except ValueError:
                continue
            if fits(found):
                return index, found
        raise ValueError("there is no such day")


def midnight(day: date) -> datetime:
    """Return the first instant of a day."""
    return datetime.combine(day, time.min)


def days(first: date, count: int = 1) -> Range:
    """Return ``count`` whole days."""
    return midnight(first), midnight(first + timedelta(days=count))


def months(year: int, month: int, count: int = 1) -> Range:
    """Return ``count`` whole months."""
    first = datetime(year, month, 1)  # noqa: DTZ001  local time
    return first, first + relativedelta(months=count)


def years(year: int, count: int = 1) -> Range:
    """Return ``count`` whole years."""
    return months(year, 1, 12 * count)


def iso_week(year: int, week: int) -> Range:
    """Return a calendar week as ISO 8601 counts them."""
    return days(date.fromisocalendar(year, week, 1), 7)


def calendar_unit(unit: str, now: datetime, count: int = 0) -> Range:
    """Return the week, month, quarter or year around ``now``, or the one ``count`` later."""
    match unit:
        case "week" | "fortnight":
            return days(now.date() + timedelta(days=7 * count - now.weekday()), 7)
        case "month" | "quarter":
            size = 1 if unit == "month" else 3
            first = datetime(now.year, now.month - (now.month - 1) % size, 1)  # noqa: DTZ001  local time
            start = first + relativedelta(months=size * count)
            return start, start + relativedelta(months=size)
        case "year":
            return years(now.year + count)
    return days(now.date() + timedelta(days=count))


def shifted(moment: datetime, unit: str, count: float) -> datetime:
    """Return the moment so many units later; parts of a unit count in days, of a year in months."""
    if unit == "year":
        return moment + relativedelta(months=round(12 * count))
    if unit in {"month", "quarter"} and count == int(count):
        return moment + relativedelta(months=int(count) * (1 if unit == "month" else 3))
    return moment + timedelta(days=round(_DAYS_IN[unit] * count))


def around(moment: datetime, unit: str, nearest: float, furthest: float) -> Range:
    """Return the time that lies ``nearest`` to ``furthest`` units from a moment, as wide as the unit is vague."""
    width = timedelta(days=_HALF_WIDTH[unit] if nearest == int(nearest) else _HALF_WIDTH[unit] // 4)
    ends = sorted((shifted(moment, unit, nearest), shifted(moment, unit, furthest)))
    return midnight((ends[0] - width).date()), midnight((ends[1] + width + DAY).date())


def third(whole: Range, first: int, last: int) -> Range:
    """Return the thirds ``first`` to ``last`` (0 to 2) of a range: of months where it is made of them, else of days."""
    start, end = whole
    length = (end - start).days
    if start.day == end.day == 1 and length > 80:  # noqa: PLR2004  a quarter or longer
        size = round(length / 91.3)
        cuts = [start, start + relativedelta(months=size), end - relativedelta(months=size), end]
    else:
        size = 3 if length == 7 else max(1, round(length / 3))  # noqa: PLR2004  a week's ends overlap its middle
        cuts = [start, start + size * DAY, end - size * DAY, end]
    if length == 7 and first == last == 1:  # noqa: PLR2004  Tuesday to Thursday
        return start + DAY, start + 4 * DAY
    return cuts[first], cuts[last + 1]


def half(whole: Range, second: bool) -> Range:
    """Return the first or second half of a year, month or quarter."""
    start, end = whole
    length = (end - start).days
    size = relativedelta(months=length // 60) if start.day == end.day == 1 and length > 300 else timedelta(days=length // 2)  # noqa: PLR2004
    return (start + size, end) if second else (start, start + size)


def part_of_day(day: Range, part: str) -> Range:
    """Return the morning, evening, … of a day."""
    first, last = PARTS[part]
    return day[0] + timedelta(hours=first), day[0] + timedelta(hours=last)


def weekday(number: int, length: int = 1) -> Callable[[int], Range]:
    """Return the days of each week that begin on a weekday, Monday is 0; weeks count from the year 1."""
    return lambda week: days(date.fromordinal(7 * week + 1 + number), length)


def season(name: str) -> OfYear:
    """Return the season that begins in each year."""
    return lambda year: months(year, SEASONS[name], 3)


def _fixed(month: int, day: int, length: int = 1) -> OfYear:
    return lambda year: days(date(year, month, day), length)


def _easter(offset: int, length: int = 1) -> OfYear:
    return lambda year: days(easter(year) + timedelta(days=offset), length)


def _nth(month: int, number: int, nth: int, offset: int = 0) -> OfYear:
    """Return the ``nth`` weekday ``number`` of a month."""

    def of(year: int) -> Range:
        first = date(year, month, 1)
        return days(first + timedelta(days=(number - first.weekday()) % 7 + 7 * (nth - 1) + offset))

    return of


def advent(nth: int, until_christmas: bool = False) -> OfYear:
    """Return the ``nth`` Sunday of Advent, or the whole time from it to Christmas Eve."""

    def of(year: int) -> Range:
        eve = date(year, 12, 24)
        sunday = eve - timedelta(days=(eve.weekday() + 1) % 7 + 7 * (4 - nth))
        return days(sunday, (eve - sunday).days + 1 if until_christmas else 1)

    return of


HOLIDAYS: dict[str, OfYear] = {
    "new year": _fixed(1, 1), "epiphany": _fixed(1, 6), "valentine": _fixed(2, 14), "labour day": _fixed(5, 1),
    "independence day": _fixed(7, 4), "german unity": _fixed(10, 3), "reformation": _fixed(10, 31),
    "halloween": _fixed(10, 31), "all saints": _fixed(11, 1), "st nicholas": _fixed(12, 6), "christmas eve": _fixed(12, 24),
    "christmas day": _fixed(12, 25), "boxing day": _fixed(12, 26), "christmas days": _fixed(12, 25, 2),
    "christmas": _fixed(12, 24, 3), "new year's eve": _fixed(12, 31), "turn of the year": _fixed(12, 31, 2),
    "carnival": _easter(-52, 7), "carnival monday": _easter(-48), "ash wednesday": _easter(-46),
    "maundy thursday": _easter(-3), "good friday": _easter(-2), "easter saturday": _easter(-1), "easter sunday": _easter(0),
    "easter monday": _easter(1), "easter": _easter(-2, 4), "ascension": _easter(39), "whit sunday": _easter(49),
    "whit monday": _easter(50), "pentecost": _easter(49, 2), "corpus christi": _easter(60),
    "mother's day": _nth(5, 6, 2), "thanksgiving": _nth(11, 3, 4), "black friday": _nth(11, 3, 4, 1),
    "advent": advent(1, until_christmas=True),
}  # fmt: skip
"""Holidays by an English name. Whitsun and Easter are whole weekends, Christmas is 24 to 26 December."""
