"""The parts of time that the timeline is looked at in: all of it, a year, a month, or a day of the calendar."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Self

from vertraut.memory.schema import EPOCH_DAY

Level = Literal["all", "year", "month", "day"]


@dataclass(frozen=True, slots=True)
class Period:
    """A year, month or day as far as it is given; 0 for what is not."""

    year: int = 0
    month: int = 0
    day: int = 0

    @classmethod
    def of(cls, year: int, month: int = 0, day: int = 0) -> Self:
        """Return a period of the calendar. Raises ``ValueError`` where there is none such."""
        date(year, month or 1, day or 1)
        return cls(year, month, day)

    @classmethod
    def of_day(cls, number: int) -> Self:
        """Return the day with a number since 1970."""
        day = date.fromordinal(number + EPOCH_DAY)
        return cls(day.year, day.month, day.day)

    @property
    def level(self) -> Level:
        """How much of the calendar it is."""
        return "day" if self.day else "month" if self.month else "year" if self.year else "all"

    @property
    def first(self) -> date:
        """Its first day; of all of time the calendar's."""
        return date(self.year or 1, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """Its last day."""
        year, month = self.year or date.max.year, self.month or 12
        return date(year, month, self.day or monthrange(year, month)[1])

    @property
    def numbers(self) -> tuple[int, int]:
        """The first and the last of its days, counted since 1970."""
        return self.first.toordinal() - EPOCH_DAY, self.last.toordinal() - EPOCH_DAY

    @property
    def wider(self) -> Period:
        """The period that this one is a part of."""
        return Period(self.year if self.month else 0, self.month if self.day else 0)

    def beside(self, step: Literal[-1, 1]) -> Period | None:
        """Return the period of its kind right before or behind it; None at the ends of the calendar and for all of time."""
        if self.level == "all":
            return None
        try:
            there = (self.first if step < 0 else self.last) + timedelta(days=step)
        except OverflowError:
            return None
        return Period(there.year, there.month if self.month else 0, there.day if self.day else 0)
