"""Times that are told from now: yesterday, last week, three weeks ago, vor drei Wochen, in den letzten Tagen, recently.

"Last" is what ended last before now, "next" what begins next after it, both counted in whole calendar units; "three weeks
ago" is as wide as the unit says and lies around that day; "in the last three weeks" reaches to this moment.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from vertraut.memory.time_calendar import Range, around, calendar_unit, days, half, midnight, part_of_day, shifted, third
from vertraut.memory.time_dates import year_of
from vertraut.memory.time_grammar import Asking, Found, Meant, Named, Pass

_RECENT = timedelta(days=60)
_MOST = {
    "hour": 1000,
    "minute": 10_000,
    "day": 40_000,
    "week": 6000,
    "fortnight": 3000,
    "month": 1200,
    "quarter": 400,
    "year": 120,
}
"""The largest numbers that are taken for a time: about a century."""
_PLURALS = {"minute": 60, "hour": 12, "day": 7, "week": 6, "fortnight": 3, "month": 6, "quarter": 4, "year": 5}
"""How many "the last weeks" are, at most."""
_LONG_AGO = (2, 9)
"""How many units "weeks ago" is."""
_HOURS = {"hour": 1.0, "minute": 1 / 60}

Amount = tuple[float, float, str]
"""From so many to so many of a unit."""


def _amount(found: Found) -> Amount | None:
    """Return what a count and a unit amount to: "two weeks", "ein halbes Jahr", "a few days"."""
    unit = found.get("UNIT", "UNITS", "DAY", "DAYS", "HOUR", "HOURS")
    count = found.get("NUMBER", "COUNT", "VAGUE", "ARTICLE", "AN")
    low, high = count if isinstance(count, tuple) else (count or 1, count or 1)
    if "HALF" in found:
        low, high = low / 2, high / 2
    return (low, high, unit) if 0 < high <= _MOST[unit] else None


def _off(asking: Asking, amount: Amount, sign: int) -> Named:
    """Return the time an amount before (``sign`` -1) or after now."""
    low, high, unit = amount
    if unit in _HOURS:
        width = _HOURS[unit] * max(high - low, 1 if unit == "hour" else 10) / 2
        ends = sorted((sign * low * _HOURS[unit], sign * high * _HOURS[unit]))
        return Named((asking.hours_off(ends[0] - width), asking.hours_off(ends[1] + width)), firm=low == high)
    year = asking.now.year + sign * int(low) if unit == "year" and low == high == int(low) else 0
    named = {"day": "day", "week": "week"}.get(unit, "") if low == high == int(low) else ""
    return Named(around(asking.now, unit, sign * low, sign * high), "year" if year else named, low == high, year)


def _ago(asking: Asking, found: Found) -> Meant | None:
    if "HER" in found and not asking.german:
        return None
    amount = _amount(found)
    return _off(asking, amount, -1) if amount else None


def _long_ago(asking: Asking, found: Found) -> Meant:
    low, high = _LONG_AGO
    return _off(asking, (low, high, found.get("UNITS", "DAYS", "HOURS")), -1)


def _ahead(asking: Asking, found: Found) -> Meant | None:
    """Read "in two weeks"; of the past it says how long something took, and "in a week" may say how often."""
    amount = _amount(found)
    if not amount or asking.past or ("ARTICLE" in found and "DAY" in found):
        return None
    sure = asking.future or "AHEAD" in found or not ("ARTICLE" in found or "AN" in found)
    return replace(_off(asking, amount, 1), firm=sure and amount[0] == amount[1])


def _to_the_day(asking: Asking, found: Found) -> Meant | None:
    """Read "heute vor einer Woche", "a year ago today"."""
    amount = _amount(found)
    if not amount or amount[2] in _HOURS:
        return None
    sign = 1 if "IN" in found else -1
    day = shifted(midnight(asking.today), amount[2], sign * amount[1])
    return Named(days((day + timedelta(days=found.get("TODAY"))).date()), "day")


def _rolling(asking: Asking, amount: Amount, *, ahead: bool) -> Range:
    """Return the time from an amount ago to now, or from now to the end of the day an amount ahead."""
    _, high, unit = amount
    if unit in _HOURS:
        far = asking.hours_off(high * _HOURS[unit] * (1 if ahead else -1))
        return (asking.now, far) if ahead else (far, asking.now)
    far = shifted(asking.now, unit, high if ahead else -high)
    return (asking.now, days(far.date())[1]) if ahead else (midnight(far.date()), asking.now)


def _last_few(asking: Asking, found: Found) -> Meant | None:
    amount = _amount(found)
    return Named(_rolling(asking, amount, ahead="NEXT" in found)) if amount else None


def _last_many(asking: Asking, found: Found) -> Meant:
    """Read "in den letzten Wochen", "the next days"."""
    unit = found.get("UNITS", "DAYS", "HOURS")
    return Named(_rolling(asking, (1, _PLURALS[unit], unit), ahead="NEXT" in found), firm=False)


def _past_unit(asking: Asking, found: Found) -> Meant:
    unit = found.get("UNIT", "DAY", "HOUR")
    return Named(_rolling(asking, (1, 1, unit), ahead=False))


def _within_last(asking: Asking, found: Found) -> Meant | None:
    """Read "in the last week": in English the seven days up to now, in German the calendar week."""
    english = "the" in found.words("THE") and found.words("LAST")[0] in {"last", "previous"}
    return _past_unit(asking, found) if english else None


def _since(asking: Asking, found: Found) -> Meant | None:
    amount = _amount(found)
    return Named(_rolling(asking, amount, ahead=False)) if amount and "ab" not in found.words("SINCE") else None


def calendar_time(asking: Asking, unit: str, count: int) -> Named:
    """Return the calendar unit that lies ``count`` units from this one."""
    if unit == "year":
        return year_of(asking.now.year + count)
    if unit == "fortnight":
        return Named(_rolling(asking, (1, abs(count) or 1, unit), ahead=count > 0))
    return Named(calendar_unit(unit, asking.now, count), unit if unit in {"week", "month"} else "")


def _which_unit(asking: Asking, found: Found) -> Meant:
    """Read "last week", "übernächstes Jahr", "the month before last"."""
    count = (found.get("NEXT") or 0) - (found.get("LAST") or 0)
    return calendar_time(asking, found.get("UNIT"), 2 * count if "BEFORE" in found or "AFTER" in found else count)


def _part_of_this(asking: Asking, found: Found) -> Meant:
    """Read "Anfang des Jahres", "end of the week", "the second half of the year"."""
    whole = calendar_time(asking, found.get("UNIT"), 0).range
    return Named(half(whole, found.get("ORDINAL") > 1) if "HALF" in found else third(whole, *found.get("THIRD")))


def _rest_of_this(asking: Asking, found: Found) -> Meant:
    """Read "earlier this year", "later today"."""
    whole = calendar_time(asking, found.get("UNIT") or "day", 0).range
    return Named((whole[0], asking.now) if "EARLIER" in found else (asking.now, whole[1]))


def _today(asking: Asking, found: Found) -> Meant:
    return Named(days(asking.today + timedelta(days=found.get("TODAY"))), "day")


def _tonight(asking: Asking, _found: Found) -> Meant:
    return Named(part_of_day(days(asking.today), "tonight"))


def _recently(asking: Asking, _found: Found) -> Meant:
    return Named((asking.now - _RECENT, asking.now), firm=False)


_AMOUNT = "(COUNTS HALF? | HALF) DURATION"

RELATIVE = Pass(
    [
        (f"TODAY (VOR|IN) ABOUT? DOT? {_AMOUNT}", _to_the_day),
        (f"{_AMOUNT} AGO TODAY", _to_the_day),
        (f"VOR ABOUT? DOT? {_AMOUNT}", _ago),
        (f"ABOUT? DOT? {_AMOUNT} (AGO|HER)", _ago),
        ("(?<!MANY) PLURAL AGO | VOR PLURAL", _long_ago),
        (f"SINCE ABOUT? DOT? {_AMOUNT}", _since),
        (f"AT? THE? (LAST|PAST|NEXT) {_AMOUNT}", _last_few),
        (f"IN ABOUT? DOT? {_AMOUNT}", _ahead),
        (f"{_AMOUNT} AHEAD", _ahead),
        ("AT? THE? (LAST|PAST|NEXT) PLURAL (?!OF)", _last_many),
        ("AT THE LAST (UNIT|HOUR)", _within_last),
        ("AT? THE? PAST (UNIT|DAY|HOUR)", _past_unit),
        ("THE? UNIT (BEFORE LAST|AFTER NEXT) (?!UNIT|WEEKDAY|WEEKEND)", _which_unit),
        ("(EARLIER|LATER) IN? (THIS UNIT|TODAY)", _rest_of_this),
        ("(THIRD | ORDINAL HALF) OF? THE UNIT (?!YEAR)", _part_of_this),
        ("(LAST|NEXT|THIS) UNIT", _which_unit),
        ("TODAY", _today),
        ("TONIGHT", _tonight),
        ("RECENTLY", _recently),
    ]
)
