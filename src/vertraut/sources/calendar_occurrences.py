"""When the events of a calendar take place: the occurrences of entries within a window, repeated ones included.

Works on entries alone, freshly read or out of the ledger: their times, and the rule, exceptions and moved occurrences in
their ``meta``. Bounded in time and number, whatever a rule says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import chain, islice

from vertraut.clock import When, offset_name, zone_of
from vertraut.ledger import Entry
from vertraut.sources.calendar_rules import ends_before, rule_starts
from vertraut.sources.calendar_times import zone_from

OCCURRENCES_LIMIT = 10_000
"""Occurrences of one event that are listed within one window."""
_DIGITS = 20
_EARLIEST = datetime(200, 1, 1, tzinfo=UTC)  # so far from the ends of the calendar that nothing below can step over them
_LATEST = datetime(9800, 1, 1, tzinfo=UTC)
_LONGEST = timedelta(days=36_525)
_FARTHEST = timedelta(days=366)  # that the rest of a series is moved
_SLACK = timedelta(hours=3)  # more than clocks are put forward or back


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that an entry takes place. ``end`` is None for an instant and for a single day."""

    entry: Entry
    start: When
    end: When | None = None


def occurrences(entries: Iterable[Entry], start: datetime, end: datetime) -> list[Occurrence]:
    """Return what takes place at some time from ``start`` up to ``end`` (aware, exclusive), in order of time."""
    start, end = max(start, _EARLIEST), min(end, _LATEST)
    series = _current(each for each in entries if each.meta.get("date") != "unknown")
    moved: dict[str, list[Entry]] = {}
    for each in series:
        if "recurrence_id" in each.meta:
            moved.setdefault(_uid(each), []).append(each)
    found: list[Occurrence] = []
    deleted: set[int] = set()
    for each in series:
        if "recurrence_id" not in each.meta and ("rrule" in each.meta or "rdates" in each.meta):
            repeated = _Series(each, moved.get(_uid(each), ()))
            deleted |= {id(one) for one in repeated.deleted}
            found += islice((one for one in repeated.within(start, end) if _touches(one, start, end)), OCCURRENCES_LIMIT)
        else:
            once = Occurrence(each, each.when, each.end)
            found += [once] if _touches(once, start, end) else []
    return sorted((one for one in found if id(one.entry) not in deleted), key=lambda one: one.start.instant)


def _current(entries: Iterable[Entry]) -> list[Entry]:
    """Leave out what a later revision of the same event, or of the same moved occurrence, has replaced."""
    found = list(entries)
    latest: dict[tuple[str, str], int] = {}
    for each in found:
        latest[_revised(each)] = max(_revision(each), latest.get(_revised(each), 0))
    return [each for each in found if _revision(each) == latest[_revised(each)]]


def _revised(entry: Entry) -> tuple[str, str]:
    return _uid(entry), entry.meta.get("recurrence_id", "")


def _revision(entry: Entry) -> int:
    written = str(entry.meta.get("sequence", ""))
    return int(written) if written.isdecimal() and len(written) < _DIGITS else 0


def _uid(entry: Entry) -> str:
    return str(entry.meta.get("uid", entry.external_id))


def _touches(one: Occurrence, start: datetime, end: datetime) -> bool:
    if one.start.instant >= end:
        return False
    return one.start.instant >= start or (one.end or one.start).end > start


class _Series:
    """A repeated event: its times are counted on the clocks of its own zone, as naive datetimes."""

    def __init__(self, entry: Entry, moved: Iterable[Entry]) -> None:
        self._entry = entry
        self._days = entry.when.precision == "day"
        definition = entry.meta.get("vtimezone")
        self._own_zone = zone_from(definition) if definition else None
        self._zone: tzinfo = self._own_zone or zone_of(entry.when.zone)
        self._first = self._naive(entry.when)
        self._without_days, self._without = self._exceptions(entry.meta.get("exdates", ()))
        self._onwards: list[tuple[datetime, Entry]] = []
        self.deleted: list[Entry] = []
        """Occurrences that were moved and then taken out of the series, or moved again."""
        for each in moved:
            days, times = self._exceptions([each.meta["recurrence_id"]])
            if days & self._without_days or times & self._without:
                self.deleted.append(each)
                continue
            self._without_days |= days
            self._without |= times
            if each.meta.get("range") == "THISANDFUTURE":
                since = (times or {datetime.combine(day, time.min) for day in days}).pop()
                self._onwards += [(since, each)] if abs(self._moved_by(since, each)) <= _FARTHEST else []
        self._onwards.sort(key=lambda onwards: onwards[0])

    def within(self, start: datetime, end: datetime) -> Iterator[Occurrence]:
        """Yield the occurrences that begin around the window; the caller checks its edges."""
        rules = self._entry.meta.get("rrule", "").split()
        zone = None if self._days else self._zone
        lengths = dict(self._written_dates())
        if not (rules and all(ends_before(rule, self._first, zone) for rule in rules)):
            lengths.setdefault(self._first, None)
        low, high = self._reach(start, end, max(filter(None, lengths.values()), default=timedelta()))
        written = (at for at in lengths if low <= at < high)
        seen: set[datetime] = set()
        for at in chain(written, *(rule_starts(rule, self._first, zone, low, high) for rule in rules)):
            if at not in seen and not self._is_left_out(at):
                seen.add(at)
                yield self._occurrence(at, lengths.get(at))

    def _reach(self, start: datetime, end: datetime, longest: timedelta) -> tuple[datetime, datetime]:
        """Return between which times, on own clocks, occurrences begin that can touch the window."""
        moved = max((abs(self._moved_by(at, each)) for at, each in self._onwards), default=timedelta()) + _SLACK
        longest = max(longest, *(_length(each) for each in (self._entry, *(each for _, each in self._onwards))))
        day = timedelta(days=1) if self._days else timedelta()
        window = _on_clocks(start, self._zone)
        return window - moved - longest - day, window + (end - start) + moved

    def _moved_by(self, at: datetime, moved: Entry) -> timedelta:
        return self._naive(moved.when) - at

    def _naive(self, when: When) -> datetime:
        return _on_clocks(when.instant, self._zone)

    def _is_left_out(self, at: datetime) -> bool:
        return at in self._without or at.date() in self._without_days

    def _exceptions(self, written: Iterable[str]) -> tuple[set[date], set[datetime]]:
        """Return the days and the times that dates in ISO 8601 mean in this series."""
        days: set[date] = set()
        times: set[datetime] = set()
        for each in written:
            if self._days or "T" not in each:
                days.add(date.fromisoformat(each[:10]))
            else:
                times.add(self._on_own_clocks(each))
        return days, times

    def _on_own_clocks(self, written: str) -> datetime:
        at = datetime.fromisoformat(written) if "T" in written else datetime.combine(date.fromisoformat(written), time.min)
        return _on_clocks(at, self._zone) if at.tzinfo else at

    def _written_dates(self) -> Iterator[tuple[datetime, timedelta | None]]:
        """Yield the extra dates, each with its own length if it has one."""
        for each in self._entry.meta.get("rdates", ()):
            start, _, end = each.partition("/")
            at = self._on_own_clocks(start)
            if self._days:
                yield datetime.combine(at, time.min), None
            else:
                yield at, min(self._on_own_clocks(end) - at, _LONGEST) if end else None

    def _occurrence(self, at: datetime, length: timedelta | None) -> Occurrence:
        entry = self._entry
        for since, moved in reversed(self._onwards):
            if since < at:
                entry = moved
                at += self._moved_by(since, moved)
                break
        length = _length(entry) if length is None else length
        start = self._when(at)
        return Occurrence(entry, start, self._when_after(start, at, length) if length > timedelta() else None)

    def _when(self, at: datetime) -> When:
        if self._days:
            return When.of_date(at.date(), self._entry.when.zone)
        aware = at.replace(tzinfo=self._zone)
        name = offset_name(aware) if self._own_zone else self._entry.when.zone
        return When(aware.astimezone(UTC), name, assumed=self._entry.when.assumed)

    def _when_after(self, start: When, at: datetime, length: timedelta) -> When:
        if self._days:
            return self._when(at + length)
        return When(start.instant + length, start.zone, assumed=start.assumed)


def _on_clocks(moment: datetime, zone: tzinfo) -> datetime:
    try:
        return moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        return moment.replace(tzinfo=None)


def _length(entry: Entry) -> timedelta:
    """Return how long an entry takes: for whole days, how many days the last is after the first."""
    if entry.end is None:
        return timedelta()
    if entry.when.precision == "day":
        return min(entry.end.local.date() - entry.when.local.date(), _LONGEST)
    return min(entry.end.instant - entry.when.instant, _LONGEST)
