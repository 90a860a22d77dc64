"""The times of a calendar file: its zones, and the dates, times and durations that are written in them.

A zone is an IANA name, a Windows name, or what a VTIMEZONE of the same file defines; definitions never outlive their file.
Bad values raise ``ValueError``; the caller knows the line and makes a ``Problem`` of it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from dateutil.tz import tzical

from vertraut.clock import When, zone_of
from vertraut.sources.calendar_lines import Component, Line
from vertraut.sources.calendar_rules import changes_clocks, rule_parts
from vertraut.sources.calendar_values import date_of, duration_of, offset_of, windows_zone

_DEFINITIONS = 500  # zones that one file may define
_REMEMBERED = 10_000  # names of zones that were looked up
_ZONE_NAME = 100  # characters
_ZONE_PARTS = 3  # America/Argentina/Buenos_Aires
_TRIAL_DAYS = (datetime(1, 2, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 7, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone: ``name`` as ``When`` understands it, or "" with the ``definition`` that the file gives."""

    clock: tzinfo
    name: str
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, or a time with its zone; ``unknown`` is the name of a zone that nobody knows, the time then is naive."""

    value: date | datetime
    zone: Zone | None = None
    unknown: str = ""

    @property
    def is_day(self) -> bool:
        """Whether it is a whole day."""
        return not isinstance(self.value, datetime)

    def when(self, home: str) -> When:
        """Return it as a ``When``. Raises ``ValueError`` at the ends of time."""
        try:
            if isinstance(self.value, datetime):
                return When.of_datetime(self.value, home, self.zone.name if self.zone else None)
            return When.of_date(self.value, home)
        except OverflowError as why:
            raise ValueError(f"{self.value} is beyond the calendar") from why

    def written(self) -> str:
        """Return it in ISO 8601, with its offset where it has one."""
        return self.value.isoformat()

    def compact(self) -> str:
        """Return it as iCalendar writes it, times with a zone in UTC: the same for every way to write the same moment."""
        if not isinstance(self.value, datetime):
            return _without_separators(self.value.isoformat())
        if self.value.tzinfo is None:
            return _without_separators(self.value.isoformat(timespec="seconds"))
        return _without_separators(self.value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")) + "Z"


_UTC = Zone(zone_of("UTC"), "UTC")


class Zones:
    """The zones that a file names. Definitions that come later in the file are looked for once, when one is missing."""

    def __init__(self, look_ahead: Callable[[], Iterable[Component]]) -> None:
        self._look_ahead = look_ahead
        self._looked = False
        self._definitions: dict[str, Component] = {}
        self._found: dict[str, Zone | None] = {}

    def define(self, component: Component) -> None:
        """Take in a VTIMEZONE."""
        tzid = _cleaned(component.text("TZID"))
        if tzid and tzid not in self._definitions and len(self._definitions) < _DEFINITIONS:
            self._definitions[tzid] = component
            self._found.clear()

    def find(self, tzid: str) -> Zone | None:
        """Return the zone of this name, or None where neither the world nor the file knows it."""
        if tzid not in self._found:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[tzid] = self._search(tzid)
        return self._found[tzid]

    def _search(self, tzid: str) -> Zone | None:
        name = _cleaned(tzid)
        known = _known_zone(name) or self._defined(name) or _known_zone(windows_zone(name))
        if known is None and not self._looked:
            self._looked = True
            for each in self._look_ahead():
                self.define(each)
            known = self._defined(name)
        if known is None and tzid.startswith("/"):  # "globally unique": /mozilla.org/20050126_1/Europe/Berlin
            parts = name.split("/")[1:][-_ZONE_PARTS:]
            known = next(filter(None, (_known_zone("/".join(parts[start:])) for start in range(len(parts)))), None)
        return known

    def _defined(self, name: str) -> Zone | None:
        component = self._definitions.get(name)
        if component is None:
            return None
        own = component.text("X-LIC-LOCATION")
        return _known_zone(own) or _known_zone(windows_zone(name)) or _defined_zone(component)


def moment_of(text: str, params: Mapping[str, str], zones: Zones) -> Moment:
    """Read a DATE or DATE-TIME in the zone that its parameters name. Raises ``ValueError``.

    A TZID beside a Z is ignored, as RFC 5545 and most programs do; so is one beside a date.
    """
    value = date_of(text)
    if not isinstance(value, datetime):
        return Moment(value)
    if value.tzinfo is not None:
        return Moment(value, _UTC)
    tzid = params.get("TZID", "").strip()
    if not tzid:
        return Moment(value)
    zone = zones.find(tzid)
    return Moment(value.replace(tzinfo=zone.clock), zone) if zone else Moment(value, unknown=tzid)


def moments_of(line: Line, zones: Zones) -> tuple[list[str], list[str]]:
    """Read the values of EXDATE or RDATE: in ISO 8601, a period as "start/end"; and as written, what cannot be read."""
    read: list[str] = []
    unread: list[str] = []
    for value in line.value.split(","):
        try:
            read.append("/".join(each.written() for each in _span_of(value, line, zones)))
        except ValueError:
            unread.append(value)
    return read, unread


def _span_of(text: str, line: Line, zones: Zones) -> list[Moment]:
    start, slash, end = text.partition("/")
    first = moment_of(start, line.params, zones)
    if not slash:
        return [first]
    if line.name != "RDATE":
        raise ValueError("only an RDATE can be a period")
    last = later(first, end) if end.strip().upper().startswith(("P", "+P")) else moment_of(end, line.params, zones)
    return [first, last]


def later(start: Moment, duration: str) -> Moment:
    """Return the moment a DURATION after ``start``: days and weeks by the calendar, hours and below by the clock.

    Raises ``ValueError``.
    """
    days, _, clock = duration.strip().upper().partition("T")
    sign = "-" if days.startswith("-") else ""
    try:
        nominal = duration_of(days if days.lstrip("+-") != "P" else f"{days}0D")
        exact = duration_of(f"{sign}PT{clock}") if clock else timedelta()
        value = start.value + nominal
        if not exact:
            return Moment(value, start.zone, start.unknown)
        if not isinstance(value, datetime):
            return Moment(datetime(value.year, value.month, value.day) + exact)  # noqa: DTZ001  a day has no zone
        if value.tzinfo is None:
            return Moment(value + exact, None, start.unknown)
        return Moment((value.astimezone(UTC) + exact).astimezone(value.tzinfo), start.zone)
    except OverflowError as why:
        raise ValueError(f"{duration} is too long") from why


@lru_cache(maxsize=64)
def zone_from(definition: str) -> tzinfo:
    """Return the zone of a ``Zone.definition``. Raises ``ValueError``.

    It is tried out before anybody gets it: dateutil locks a zone for ever whose rule has failed once.
    """
    found = tzical(io.StringIO(definition)).get()
    if found is None:
        raise ValueError("no zone in it")
    try:
        for day in _TRIAL_DAYS:
            day.replace(tzinfo=found).astimezone(UTC)
    except (OverflowError, IndexError) as why:
        raise ValueError("it leads beyond the calendar") from why
    return found


def _cleaned(tzid: str) -> str:
    return tzid.strip().strip("/")


def _known_zone(name: str) -> Zone | None:
    if not 0 < len(name) <= _ZONE_NAME:
        return None
    try:
        return Zone(zone_of(name), name)
    except ValueError:
        return None


def _defined_zone(component: Component) -> Zone | None:
    """Return the zone that a VTIMEZONE defines, or None if the definition is of no use."""
    try:
        offsets = {offset_of(each.text("TZOFFSETTO")) for each in component.observances}
        definition = "\r\n".join(_definition(component))
        clock = zone_from(definition)
    except ValueError:
        return None
    return Zone(clock, "", definition if len(offsets) > 1 else "")


def _definition(component: Component) -> Iterator[str]:
    """Write a VTIMEZONE as strictly as dateutil wants it."""
    yield "BEGIN:VTIMEZONE"
    yield "TZID:defined"
    standard = any(each.name == "STANDARD" for each in component.observances)
    for each in component.observances:
        name = each.name if standard else "STANDARD"  # dateutil needs one for the time before all changes
        yield f"BEGIN:{name}"
        yield f"TZOFFSETFROM:{offset_of(each.text('TZOFFSETFROM'))}"
        yield f"TZOFFSETTO:{offset_of(each.text('TZOFFSETTO'))}"
        yield f"DTSTART:{_stamp(each.text('DTSTART'))}"
        for rule in each.all("RRULE"):
            if not changes_clocks(rule_parts(rule.value)):
                raise ValueError("clocks that change all the time")
            yield f"RRULE:{rule.value.strip()}"
        for dates in each.all("RDATE"):
            yield from (f"RDATE:{_stamp(value)}" for value in dates.value.split(",") if value.strip())
        yield f"END:{name}"
    yield "END:VTIMEZONE"


def _stamp(value: str) -> str:
    day = date_of(value.partition("/")[0])
    moment = day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)  # noqa: DTZ001  a zone's own clock
    return Moment(moment.replace(tzinfo=None)).compact()


def _without_separators(text: str) -> str:
    return text.replace("-", "").replace(":", "")
