"""Arithmetic with dates: days between two, business days, weekdays, ages. The days are those of the person's zone.

``date_question`` takes the arguments that its schema describes and answers in a line; dates may be written in German or
English, or in words ("next Friday", "übermorgen"). It never raises: what cannot be answered is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from dateutil.relativedelta import relativedelta

from vertraut.clock import zone_of
from vertraut.errors import BadTime
from vertraut.memory.filters import moment_of
from vertraut.memory.time_words import WORDS

_ASKS: Final = ("weekday", "between", "add", "age", "next", "last")
_UNITS: Final = ("days", "business_days", "weeks", "months", "years")
DATE_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "ask": {
            "enum": list(_ASKS),
            "description": "weekday of a date; between two dates; add an amount (or a negative one) to a date; age at a "
            "date of somebody born on 'other'; next or last 'weekday' after or before a date",
        },
        "date": {"type": "string", "maxLength": 60, "description": "Any date, as 2025-03-08 or in words; empty: today."},
        "other": {"type": "string", "maxLength": 60, "description": "between: the second date. age: the day of birth."},
        "amount": {"type": "integer", "minimum": -100_000, "maximum": 100_000},
        "unit": {"enum": list(_UNITS)},
        "weekday": {"type": "string", "maxLength": 20, "description": "A day of the week in German or English."},
    },
    "required": ["ask"],
    "additionalProperties": False,
}

_LONGEST: Final = 60
_MOST: Final = 100_000
_WORKDAYS: Final = 5
_NAMES: Final = (
    "Monday/Montag", "Tuesday/Dienstag", "Wednesday/Mittwoch", "Thursday/Donnerstag", "Friday/Freitag", "Saturday/Samstag",
    "Sunday/Sonntag",
)  # fmt: skip


class _Unanswerable(ValueError):
    """Arguments that no answer follows from; the message is a sentence for whoever asked."""


def date_question(arguments: Mapping[str, Any], now: datetime, zone: str) -> str:
    """Return the answer to a question about dates asked at ``now`` (aware), or why there is none."""
    try:
        answer = _ANSWERS.get(str(arguments.get("ask")), _unknown)
        return answer(_date(arguments, "date", now, zone), arguments, now, zone)
    except (_Unanswerable, BadTime) as why:
        return f"Cannot be answered: {str(why).rstrip('.')}."
    except OverflowError:
        return "Cannot be answered: the years 1 to 9999 do not reach that far."


def business_days_after(start: date, count: int) -> date:
    """Return the day so many days from Monday to Friday after a date, or before it; public holidays are not known."""
    step = 1 if count >= 0 else -1
    weeks, rest = divmod(abs(count), _WORKDAYS)
    day = start
    while day.weekday() >= _WORKDAYS and count:
        day -= timedelta(days=step)  # from a weekend one counts as from its last or next workday
    day += timedelta(weeks=weeks * step)
    while rest:
        day += timedelta(days=step)
        rest -= day.weekday() < _WORKDAYS
    return day


def business_days_between(start: date, end: date) -> int:
    """Return how many days from Monday to Friday come after ``start`` up to and with ``end``."""
    if end < start:
        return -business_days_between(end, start)
    weeks, rest = divmod((end - start).days, 7)
    return weeks * _WORKDAYS + sum((start + timedelta(days=n + 1)).weekday() < _WORKDAYS for n in range(rest))


def years_between(start: date, end: date) -> int:
    """Return the whole years from one day to another: an age."""
    return relativedelta(end, start).years


def _date(arguments: Mapping[str, Any], name: str, now: datetime, zone: str) -> date:
    said = arguments.get(name) or ""
    if not isinstance(said, str) or len(said) > _LONGEST:
        raise _Unanswerable(f"'{name}' must be a date of at most {_LONGEST} characters")
    if not said.strip():
        if name == "other":
            raise _Unanswerable("'other' is missing")
        return now.astimezone(zone_of(zone)).date()
    return moment_of(said.strip(), now, zone).astimezone(zone_of(zone)).date()


def _unknown(_day: date, _arguments: Mapping[str, Any], _now: datetime, _zone: str) -> str:
    raise _Unanswerable(f"'ask' must be one of {', '.join(_ASKS)}")


def _weekday(day: date, _arguments: Mapping[str, Any], _now: datetime, _zone: str) -> str:
    year, week, _ = day.isocalendar()
    return f"{_said(day)}, calendar week {week} of {year}"


def _between(day: date, arguments: Mapping[str, Any], now: datetime, zone: str) -> str:
    other = _date(arguments, "other", now, zone)
    gap = relativedelta(max(day, other), min(day, other))
    parts = ((gap.years, "years"), (gap.months, "months"), (gap.days, "days"))
    apart = ", ".join(f"{count} {unit}" for count, unit in parts if count) or "0 days"
    days, business = (other - day).days, business_days_between(day, other)
    return f"From {_said(day)} to {_said(other)}: {days} days ({apart}); {business} business days, public holidays included"


def _add(day: date, arguments: Mapping[str, Any], _now: datetime, _zone: str) -> str:
    amount, unit = arguments.get("amount"), arguments.get("unit", "days")
    if not isinstance(amount, int) or isinstance(amount, bool) or abs(amount) > _MOST:
        raise _Unanswerable(f"'amount' must be a whole number up to {_MOST}")
    if unit not in _STEPS:
        raise _Unanswerable(f"'unit' must be one of {', '.join(_STEPS)}")
    try:
        found = _STEPS[unit](day, amount)
    except ValueError as why:
        raise OverflowError from why
    noted = ", public holidays not counted out" if unit == "business_days" else ""
    return f"{_said(day)} {amount:+d} {unit.replace('_', ' ')} = {_said(found)}{noted}"


def _age(day: date, arguments: Mapping[str, Any], now: datetime, zone: str) -> str:
    born = _date(arguments, "other", now, zone)
    if born > day:
        raise _Unanswerable(f"{born} is after {day}")
    return f"Born {born}: {years_between(born, day)} years old on {_said(day)}"


def _next(day: date, arguments: Mapping[str, Any], _now: datetime, _zone: str) -> str:
    return _said(day + timedelta(days=(_named(arguments) - day.weekday() - 1) % 7 + 1))


def _last(day: date, arguments: Mapping[str, Any], _now: datetime, _zone: str) -> str:
    return _said(day - timedelta(days=(day.weekday() - _named(arguments) - 1) % 7 + 1))


def _named(arguments: Mapping[str, Any]) -> int:
    """Return the number of the weekday that is named, Monday being 0."""
    for kind, value in WORDS.get(str(arguments.get("weekday", "")).strip().rstrip(".").casefold(), ()):
        if kind in {"WEEKDAY", "WEEKDAY_SHORT"}:
            return int(value)
    raise _Unanswerable("'weekday' must be a day of the week")


def _said(day: date) -> str:
    return f"{day.isoformat()} ({_NAMES[day.weekday()]})"


_ANSWERS: Final[dict[str, Callable[[date, Mapping[str, Any], datetime, str], str]]] = {
    "weekday": _weekday,
    "between": _between,
    "add": _add,
    "age": _age,
    "next": _next,
    "last": _last,
}
_STEPS: Final[dict[str, Callable[[date, int], date]]] = {
    "days": lambda day, count: day + timedelta(days=count),
    "business_days": business_days_after,
    "weeks": lambda day, count: day + timedelta(weeks=count),
    "months": lambda day, count: day + relativedelta(months=count),
    "years": lambda day, count: day + relativedelta(years=count),
}
