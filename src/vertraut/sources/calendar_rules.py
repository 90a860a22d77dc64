"""Recurrence rules (RRULE): whether one can be used, how dense it is, what it says in words, and its times in a window.

Times are naive here, on the clocks of the event's own zone, because that is what a rule counts on. Rules come from files of
strangers: none is ever counted out without a bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import islice
from math import prod
from typing import cast

from dateutil.rrule import rrule, rrulestr

from vertraut.sources.calendar_values import date_of

MANY_A_YEAR = 10_000
"""Occurrences a year above which a rule is reported."""
_SCANNED = 100_000  # occurrences that are counted from the start of a rule with a COUNT, before giving up
_RULE_LENGTH = 2_000
_LONGEST = 1_000_000_000
_TIMES_A_DAY = 1_440
_CYCLE = 400  # years after which the Gregorian calendar repeats, weekdays included
_LAST_YEAR = 9_998

_A_YEAR = {
    "YEARLY": 1.0, "MONTHLY": 12.0, "WEEKLY": 52.2, "DAILY": 365.25, "HOURLY": 8_766.0, "MINUTELY": 525_960.0,
    "SECONDLY": 31_557_600.0,
}  # fmt: skip
_STEPS = {
    "WEEKLY": timedelta(weeks=1), "DAILY": timedelta(days=1), "HOURLY": timedelta(hours=1),
    "MINUTELY": timedelta(minutes=1), "SECONDLY": timedelta(seconds=1),
}  # fmt: skip
_WITHIN_A_DAY = ("HOURLY", "MINUTELY", "SECONDLY")
_TIME_PARTS = {"BYHOUR": 24, "BYMINUTE": 60, "BYSECOND": 60}
_DAY_PARTS = {"BYDAY": 7, "BYMONTHDAY": 30.4, "BYYEARDAY": 365.25, "BYWEEKNO": 52.2, "BYMONTH": 12}
_RANGES = {
    "BYMONTH": (1, 12), "BYMONTHDAY": (-31, 31), "BYYEARDAY": (-366, 366), "BYWEEKNO": (-53, 53), "BYSETPOS": (-366, 366),
    "BYHOUR": (0, 23), "BYMINUTE": (0, 59), "BYSECOND": (0, 59),
}  # fmt: skip
_UNDERSTOOD = {"FREQ", "INTERVAL", "COUNT", "WKST", "BYSETPOS", *_TIME_PARTS, *_DAY_PARTS}

_PACE = {
    "YEARLY": ("yearly", "years"), "MONTHLY": ("monthly", "months"), "WEEKLY": ("weekly", "weeks"),
    "DAILY": ("daily", "days"), "HOURLY": ("hourly", "hours"), "MINUTELY": ("every minute", "minutes"),
    "SECONDLY": ("every second", "seconds"),
}  # fmt: skip
_WEEKDAYS = {
    "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday", "SU": "Sunday",
}  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second to last"}
_OTHER_WORDS = {
    "BYYEARDAY": "on day {} of the year", "BYWEEKNO": "in week {}", "BYHOUR": "at hour {}", "BYMINUTE": "at minute {}",
    "BYSECOND": "at second {}",
}  # fmt: skip


def rule_parts(text: str) -> dict[str, str]:
    """Split a rule into its parts. Raises ``ValueError`` for one that says nothing.

    A negative COUNT, which some programs write for "without end", is left out.
    """
    if len(text) > _RULE_LENGTH:
        raise ValueError("the rule is too long")
    pairs = (part.partition("=") for part in "".join(text.split()).upper().split(";"))
    parts = {name: value for name, equals, value in pairs if equals}
    if parts.get("FREQ") not in _A_YEAR:
        raise ValueError("no FREQ that there is")
    if not 1 <= int(parts.get("INTERVAL", "1")) <= _LONGEST or int(parts.get("COUNT", "1")) == 0:
        raise ValueError("INTERVAL or COUNT out of range")
    if int(parts.get("COUNT", "1")) < 0:
        del parts["COUNT"]
    if _is_gregorian(parts):
        for name, (lowest, highest) in _RANGES.items():
            if name in parts and not all(lowest <= int(each) <= highest for each in parts[name].split(",")):
                raise ValueError(f"{name} out of range")
    return parts


def checked_rule(text: str, start: date) -> dict[str, str]:
    """Return the parts of a rule that begins at ``start``. Raises ``ValueError`` for one that cannot be used."""
    parts = rule_parts(text)
    _last_of(parts, None)
    if _is_gregorian(parts) and not _is_hard(parts):
        _counter(parts, _naive(start))
    return parts


def times_a_year(parts: Mapping[str, str]) -> float:
    """Return an upper bound of how often a rule comes in a year, as long as it runs."""
    frequency = parts["FREQ"]
    pace = _A_YEAR[frequency] / int(parts.get("INTERVAL", "1"))
    if frequency in _WITHIN_A_DAY:
        for name, size in _DAY_PARTS.items():
            pace *= min(1.0, _values(parts, name) / size) if name in parts else 1.0
        limiting = {"HOURLY": 1, "MINUTELY": 2, "SECONDLY": 3}[frequency]
        for index, (name, size) in enumerate(_TIME_PARTS.items()):
            if name in parts:
                pace *= min(1.0, _values(parts, name) / size) if index < limiting else _values(parts, name)
        return pace
    if any(name in parts for name in _DAY_PARTS):
        pace = min(366.0, pace * 366)
    for name in _TIME_PARTS:
        pace *= _values(parts, name) if name in parts else 1
    return pace


def changes_clocks(parts: Mapping[str, str]) -> bool:
    """Say whether it can be the rule of a time zone: no more than once a day."""
    return parts["FREQ"] in ("YEARLY", "MONTHLY") and all(_values(parts, name) == 1 for name in _TIME_PARTS if name in parts)


def is_too_many(parts: Mapping[str, str], start: date) -> bool:
    """Say whether a rule comes more than ``MANY_A_YEAR`` times in a year."""
    pace = times_a_year(parts)
    if pace <= MANY_A_YEAR or int(parts.get("COUNT", MANY_A_YEAR + 1)) <= MANY_A_YEAR:
        return False
    last = _last_of(parts, None)
    years = 1.0 if last is None else (last - _naive(start)) / timedelta(days=365.25)
    return pace * min(1.0, years) > MANY_A_YEAR


def rule_starts(text: str, first: datetime, zone: tzinfo | None, low: datetime, high: datetime) -> Iterator[datetime]:
    """Yield the times from ``low`` up to ``high`` (exclusive) of a rule that begins with ``first``; all naive.

    ``zone`` is the one whose clocks they show, for an UNTIL in UTC; None for whole days. It is counted near the end of the
    calendar, in a year of the same shape: the counter only gives up after the year 9999, and a rule that never matches
    (30 February) would otherwise be tried for 8,000 years.
    """
    parts = rule_parts(text)
    if not _is_gregorian(parts) or _is_hard(parts):
        return
    last = _last_of(parts, zone) or high
    if "COUNT" not in parts:
        first = _forwarded(parts, first, low)
    ahead = max(0, _LAST_YEAR - max(first.year, high.year)) // _CYCLE * _CYCLE
    counter = islice(_counter(parts, first.replace(year=first.year + ahead)), _SCANNED if "COUNT" in parts else None)
    try:
        for found in counter:
            start = found.replace(year=found.year - ahead)
            if start >= high or start > last:
                return
            if start >= low:
                yield start
    except (ValueError, OverflowError, IndexError):  # the counter stepped over the last day, or found that the rule is empty
        return


def ends_before(text: str, first: datetime, zone: tzinfo | None) -> bool:
    """Say whether a rule is over before it begins: how some programs delete a series."""
    last = _last_of(rule_parts(text), zone)
    return last is not None and last < first


def in_words(parts: Mapping[str, str], start: date, zone: tzinfo | None) -> str:
    """Say a rule in English: "weekly on Tuesday until 2025-06-24"."""
    interval = int(parts.get("INTERVAL", "1"))
    once, several = _PACE[parts["FREQ"]]
    words = [once if interval == 1 else f"every {interval} {several}"]
    if not _is_gregorian(parts):
        return f"{words[0]} in the {parts['RSCALE'].lower()} calendar"
    words += _day_words(parts, start)
    words += [form.format(_listed(parts[name].split(","))) for name, form in _OTHER_WORDS.items() if name in parts]
    last = _last_of(parts, zone)
    if last is not None:
        words.append(f"until {last.date().isoformat()}")
    said = " ".join(words)
    if "COUNT" in parts:
        count = int(parts["COUNT"])
        said += ", once" if count == 1 else f", {count} times"
    return said


def _day_words(parts: Mapping[str, str], start: date) -> Iterator[str]:
    months = [_MONTHS[int(each) - 1] for each in parts["BYMONTH"].split(",")] if "BYMONTH" in parts else []
    if any(day[-2:] in _WEEKDAYS for day in parts.get("BYDAY", "").split(",")):
        yield f"on {_weekday_words(parts)}"
    if "BYMONTHDAY" in parts:
        days = [_month_day(each) for each in parts["BYMONTHDAY"].split(",")]
        yield f"on {_listed(days)}"
    if not any(name in parts for name in ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")):
        match parts["FREQ"]:
            case "WEEKLY":
                yield f"on {list(_WEEKDAYS.values())[start.weekday()]}"
            case "MONTHLY":
                yield f"on day {start.day}"
            case "YEARLY":
                yield f"on {start.day} {_listed(months or [_MONTHS[start.month - 1]])}"
                return
    if months:
        yield f"in {_listed(months)}"


def _weekday_words(parts: Mapping[str, str]) -> str:
    days = [day for day in parts["BYDAY"].split(",") if day[-2:] in _WEEKDAYS]
    names = [_WEEKDAYS[day[-2:]] for day in days]
    positions = [_ordinal(each) for each in parts.get("BYSETPOS", "").split(",") if each]
    if positions and {day[-2:] for day in days} == {"MO", "TU", "WE", "TH", "FR"}:
        return f"the {_listed(positions)} working day"
    if positions:
        return f"the {_listed(positions)} {'of ' if names[1:] else ''}{_listed(names)}"
    said = [f"the {_ordinal(day[:-2])} {name}" if day[:-2] else name for day, name in zip(days, names, strict=True)]
    return _listed(said)


def _month_day(number: str) -> str:
    return f"day {number}" if not number.startswith("-") else f"the {_ordinal(number)} day"


def _ordinal(number: str) -> str:
    value = int(number)
    return _ORDINALS.get(value) or (f"{value}th" if value > 0 else f"{-value}th to last")


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _values(parts: Mapping[str, str], name: str) -> int:
    return len(set(parts[name].split(",")))


def _is_gregorian(parts: Mapping[str, str]) -> bool:
    return parts.get("RSCALE", "GREGORIAN") == "GREGORIAN"


def _is_hard(parts: Mapping[str, str]) -> bool:
    """Say whether finding the next time of a rule can take a day's worth of steps: nobody writes such rules in earnest."""
    if parts["FREQ"] not in _WITHIN_A_DAY:
        return prod(_values(parts, name) for name in _TIME_PARTS if name in parts) > _TIMES_A_DAY
    filters = any(name in parts for name in ("BYHOUR", "BYMINUTE"))
    return "BYSETPOS" in parts or (filters and times_a_year(parts) > MANY_A_YEAR)


def _counter(parts: Mapping[str, str], first: datetime) -> rrule:
    """Return the rule without its UNTIL."""
    text = ";".join(f"{name}={value}" for name, value in parts.items() if name in _UNDERSTOOD)
    return cast("rrule", rrulestr(text, dtstart=first))


def _forwarded(parts: Mapping[str, str], first: datetime, low: datetime) -> datetime:
    """Skip what lies before the window, in whole steps of the rule, so that an old rule costs no more than a new one."""
    if parts["FREQ"] not in _STEPS or first >= low:
        return first
    step = int(parts.get("INTERVAL", "1"))
    skipped = (low - first) // _STEPS[parts["FREQ"]] // step - 1
    return first + _STEPS[parts["FREQ"]] * step * skipped if skipped > 0 else first


def _last_of(parts: Mapping[str, str], zone: tzinfo | None) -> datetime | None:
    """Return the UNTIL of a rule on the clocks of its zone; a day is its first moment, as other programs read it."""
    if "UNTIL" not in parts:
        return None
    value = date_of(parts["UNTIL"])
    if not isinstance(value, datetime) or zone is None:
        return datetime.combine(value, time.min)
    if value.tzinfo is None:
        return value
    try:
        return value.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        return datetime.max  # noqa: DTZ901  naive as all times here


def _naive(start: date) -> datetime:
    return start.replace(tzinfo=None) if isinstance(start, datetime) else datetime.combine(start, time.min)
