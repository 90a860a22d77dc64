"""What time it is, and what a point in time looks like.

``When`` is an instant in UTC together with the zone it was written in and how exactly it is known, so that "8 March 2025"
never turns into a false midnight. Sources make them; the ledger stores them; recall compares their instants.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from vertraut.errors import BadTime

Precision = Literal["second", "day", "month", "year"]

_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
_WRITTEN = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](.+))?)?)?")


class Clock(Protocol):
    """Tells the time. Everything that needs *now* is given one, so that tests can stop it."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still: *now* is when a question says it was asked."""

    instant: datetime

    def now(self) -> datetime:
        """Return the instant that the clock was made with."""
        return self.instant.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class When:
    """A point or span in time.

    ``instant`` is aware and in UTC: for a day, month or year its first moment in ``zone``. ``zone`` is an IANA name
    ("Europe/Berlin") or an offset ("+01:00", "+00:00"). ``assumed`` says that the source named no zone and the person's
    home zone was taken.
    """

    instant: datetime
    zone: str
    precision: Precision = "second"
    assumed: bool = False

    @classmethod
    def of_datetime(cls, moment: datetime, home: str, zone: str | None = None) -> When:
        """Return the instant of an aware datetime, or of a naive one read in the ``home`` zone.

        ``zone`` names the zone to remember for an aware datetime; without it its offset is kept.
        """
        if moment.tzinfo is None:
            return cls(_utc(moment.replace(tzinfo=zone_of(home))), home, "second", assumed=True)
        name = zone or getattr(moment.tzinfo, "key", None) or offset_name(moment)
        return cls(_utc(moment), name, "second")

    @classmethod
    def of_date(cls, day: date, home: str, precision: Precision = "day") -> When:
        """Return a day, or the month or year that starts with it, in the person's home zone."""
        start = datetime(day.year, day.month, day.day, tzinfo=zone_of(home))
        return cls(_utc(start), home, precision, assumed=True)

    @classmethod
    def of_text(cls, text: str, home: str) -> When:
        """Read ISO 8601: a year, month, day, or a time with or without offset. Raises ``BadTime``."""
        found = _WRITTEN.fullmatch(text.strip())
        if not found:
            raise BadTime(text)
        year, month, day, clock = found.groups()
        try:
            if clock:
                return cls.of_datetime(datetime.fromisoformat(text.strip()), home)
            precision: Precision = "day" if day else "month" if month else "year"
            return cls.of_date(date(int(year), int(month or 1), int(day or 1)), home, precision)
        except (ValueError, OverflowError) as why:
            raise BadTime(text) from why

    @property
    def local(self) -> datetime:
        """The instant on the clocks of its own zone; in UTC where those are beyond the years 1 to 9999."""
        try:
            return self.instant.astimezone(zone_of(self.zone))
        except OverflowError:
            return self.instant

    @property
    def end(self) -> datetime:
        """The first instant after the span; the instant itself for a time. Nothing ends after the year 9999."""
        if self.precision == "second":
            return self.instant
        start = self.local
        try:
            after = _day_after(start.date(), self.precision)
            return _utc(datetime(after.year, after.month, after.day, tzinfo=start.tzinfo))
        except (ValueError, OverflowError):
            return datetime.max.replace(tzinfo=UTC)

    def __str__(self) -> str:
        """Return it as exactly as it is known: 2025, 2025-03, 2025-03-08 or 2025-03-08T14:30:00+01:00."""
        match self.precision:
            case "year":
                return f"{self.local.year:04d}"
            case "month":
                return self.local.strftime("%Y-%m")
            case "day":
                return self.local.date().isoformat()
            case "second":
                return self.local.replace(microsecond=0).isoformat()


def offset_name(moment: datetime) -> str:
    """Return the offset of an aware datetime as "+01:00", whole minutes."""
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo:
    """Return the zone of an IANA name or offset. Raises ``ValueError`` for an unknown one."""
    if found := _OFFSET.fullmatch(name):
        sign, hours, minutes = found.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-offset if sign == "-" else offset)
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as why:
        raise ValueError(f"unknown time zone {name}") from why


def _day_after(day: date, precision: Precision) -> date:
    """Return the first day after a day, month or year. Raises ``ValueError`` or ``OverflowError`` after the last one."""
    match precision:
        case "year":
            return date(day.year + 1, 1, 1)
        case "month":
            return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        case _:
            return day + timedelta(days=1)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
