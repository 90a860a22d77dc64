"""Times made of times: last May, Friday of next week, early in 2024, yesterday evening, between X and Y, since X.

Read in this order of passes: which of those that recur, parts of a time, parts of the day, ranges, what lies before and
after, and last the prepositions that say that a time is meant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from vertraut.memory.time_calendar import (
    DAY,
    Range,
    Recurring,
    around,
    calendar_unit,
    days,
    half,
    midnight,
    part_of_day,
    third,
    weekday,
)
from vertraut.memory.time_dates import bare_year, day_of
from vertraut.memory.time_grammar import Asking, Found, Meant, Named, Pass

BEGINNING = datetime.min  # noqa: DTZ901  local time
FAR_AHEAD = datetime.max  # noqa: DTZ901  local time
_SHORTLY = timedelta(days=21)
"""How far "shortly before" reaches."""
_SOON = timedelta(days=60)
_WEEK = 7


def _weekly(found: Found) -> Recurring:
    if "WEEKEND" in found or "WEEKENDS" in found:
        return Recurring(weekday(5, 2), "article", "week")
    number = found.get("WEEKDAY", "WEEKDAY_SHORT", "WEEKDAYS")
    return Recurring(weekday(number), "soft", "week", one_day=True, settled=True)


def _recurring(found: Found) -> Recurring | None:
    """Return what recurs among the tokens, a weekday or weekend included."""
    known = next((each for each in found.meant() if isinstance(each, Recurring)), None)
    return known or (None if found.meant() else _weekly(found))


def _which(asking: Asking, found: Found) -> Meant | None:
    """Read "last May", "vorletzten Freitag", "diesen Sommer", "the weekend after next"."""
    recurring = _recurring(found)
    if not recurring:
        return None
    unit = "day" if recurring.one_day else ""
    twice = 2 if "BEFORE" in found or "AFTER" in found else 1
    if back := found.get("LAST", "PAST"):
        return Named(recurring.before(asking.now, twice * back), unit)
    if ahead := found.get("NEXT"):
        return Named(recurring.after(asking.now, twice * ahead), unit)
    return Named(recurring.this(asking.now), unit)


def _so_many_ago(asking: Asking, found: Found) -> Meant | None:
    """Read "two Fridays ago", "vor zwei Sommern"."""
    recurring, count = _recurring(found), found.get("NUMBER", "COUNT", "VAGUE", "ARTICLE", "AN")
    if not recurring or not isinstance(count, int) or not 1 <= count <= 99:  # noqa: PLR2004  more is no time
        return None
    return Named(recurring.before(asking.now, count), "day" if recurring.one_day else "")


def _of_year(_asking: Asking, found: Found) -> Meant | None:
    """Read "im Mai letzten Jahres", "last year at Christmas", "summer of 2024"."""
    recurring = next(each for each in found.meant() if isinstance(each, Recurring))
    named = next((each for each in found.meant() if isinstance(each, Named)), None)
    year = named.year if named else found.get("YEAR")
    return Named(recurring.of(year), "day" if recurring.one_day else "", year=year)


def _day_of_week(_asking: Asking, found: Found) -> Meant | None:
    """Read "Friday of last week", "nächste Woche Dienstag"."""
    week = next(each for each in found.meant() if isinstance(each, Named))
    start = week.range[0]
    ahead = (found.get("WEEKDAY") - start.weekday()) % _WEEK
    return Named(days((start + ahead * DAY).date()), "day")


def _day_of_month(_asking: Asking, found: Found) -> Meant | None:
    """Read "the 15th of last month"."""
    start = found.meant()[0]
    return day_of(start.range[0].year, start.range[0].month, found.get("ORDINAL")) if isinstance(start, Named) else None


def _dated_weekday(_asking: Asking, found: Found) -> Meant | None:
    """Read "Freitag, 3. Mai": the date counts."""
    return found.meant()[0]


def _week_of(asking: Asking, found: Found) -> Meant | None:
    """Read "the week of 3 May", "das Wochenende vom 3. Mai": the week around the day, the weekend nearest to it."""
    day, after = asking.resolved(found.meant()[0])
    if "UNIT" in found:
        return Named(calendar_unit("week", day), "week") if found.get("UNIT") == "week" else None
    if after - day > 3 * DAY:
        return None
    return Named(days((day + DAY * ((5 - day.weekday() + 2) % _WEEK - 2)).date(), 2))


def _weekday(_asking: Asking, found: Found) -> Meant:
    return _weekly(found)


WHICH = Pass(
    [
        ("(WEEKDAY|WEEKDAY_SHORT) DOT? COMMA? THE? ONE_DAY", _dated_weekday),
        ("THE? (WEEKEND|UNIT) (OF|FROM|THE) THE? ONE_DAY | THE? WEEKEND (OF|FROM|COMMA) THE? YEARLY", _week_of),
        ("WEEKDAY (OF|IN|THE|FROM)? THE? WEEK_TIME", _day_of_week),
        ("WEEK_TIME COMMA? (IN|ON)? THE? WEEKDAY", _day_of_week),
        ("ORDINAL (OF|FROM|THE)? THE? MONTH_TIME", _day_of_month),
        ("WHICH (WEEKDAY|WEEKDAY_SHORT|WEEKEND|YEAR_LONG) (?!YEAR)", _which),
        ("THE? (WEEKDAY|WEEKEND|YEAR_LONG) (BEFORE LAST|AFTER NEXT) (?!UNIT|WEEKDAY|WEEKEND)", _which),
        ("COUNTS (WEEKDAY|WEEKDAYS|WEEKEND|WEEKENDS|YEARLY) AGO | VOR COUNTS (WEEKEND|WEEKENDS|YEARLY)", _so_many_ago),
        ("WEEKDAY | WEEKEND | (?<=ON|BETWEEN|FROM|UNTIL|SINCE|DASH) WEEKDAY_SHORT | WEEKDAY_SHORT (?=DASH)", _weekday),
    ]
)

_FILL = "COMMA? (OF|IN|FROM|ON|AN)? THE?"
OF_YEAR = Pass(
    [
        (f"YEAR_LONG {_FILL} (YEAR|YEAR_TIME)", _of_year),
        (f"YEAR_TIME {_FILL} YEAR_LONG | YEAR AT THE? YEAR_LONG", _of_year),
    ]
)

BARE_YEARS = Pass([("(?<!NUMBER|OTHER|YEARS|ORDINAL) YEAR (?!NUMBER|OTHER|YEARS|UNITS|DAYS|HOURS)", bare_year)])


def _part(meant: Meant, cut: Callable[[Range], Range]) -> Meant:
    """Return a part of a time; of what recurs, of each occurrence."""
    if isinstance(meant, Named):
        return Named(cut(meant.range), year=meant.year)
    return replace(meant, of=lambda index: cut(meant.of(index)), alone="firm", one_day=False)


def _third(_asking: Asking, found: Found) -> Meant:
    """Read "Anfang Mai", "late 2024", "Anfang bis Mitte des Sommers"."""
    thirds = found.all("THIRD")
    return _part(found.meant()[0], lambda whole: third(whole, thirds[0][0], thirds[-1][1]))


def _half(_asking: Asking, found: Found) -> Meant | None:
    """Read "the first half of 2024"."""
    nth = found.get("ORDINAL")
    return _part(found.meant()[0], lambda whole: half(whole, nth == 2)) if nth <= 2 else None  # noqa: PLR2004  halves


def _part_of_day(asking: Asking, found: Found) -> Meant | None:
    """Read "yesterday evening", "am Morgen des 3. Mai", "Freitagabend"; "heute Nacht" in the morning was the last one."""
    day, part = found.meant()[0], found.get("PART", "NIGHT")
    if isinstance(day, Recurring):
        return _part(day, lambda whole: part_of_day(whole, part)) if day.one_day else None
    if part == "night" and day.range[0].date() == asking.today and asking.now.hour < 12:  # noqa: PLR2004  noon
        return Named(part_of_day((day.range[0] - DAY, day.range[0]), part))
    return Named(part_of_day(day.range, part))


def _this_part(asking: Asking, found: Found) -> Meant | None:
    """Read "this morning", "last night"."""
    part, back = found.get("PART", "NIGHT"), (found.get("LAST", "PAST") or 0) + ("BEFORE" in found)
    if back and part not in {"night", "evening"}:
        return None
    return Named(part_of_day(days(asking.today - back * DAY), part))


def _some_part(asking: Asking, found: Found) -> Meant | None:
    """Read "in the evening", "am Abend": most likely the last one, but rather a hint."""
    part = found.get("PART")
    if "THE" not in found and not {"am", "at"} & {token.word for token in found.tokens}:
        return None
    today = part_of_day(days(asking.today), part)
    return Named(today if today[0] <= asking.now else part_of_day(days(asking.today - DAY), part), firm=False)


_WHOLE = "(TIME|WEEK_TIME|MONTH_TIME|YEAR_TIME|YEARLY)"
PARTS = Pass(
    [
        (f"THIRD (UP_TO THIRD)? (OF|IN)? THE? {_WHOLE}", _third),
        (f"ORDINAL HALF (OF|IN)? THE? {_WHOLE}", _half),
        ("((IN|ON) THE?)? (PART|NIGHT) (OF|ON|FROM)? THE? (ONE_DAY|WEEKLY)", _part_of_day),
        ("(ONE_DAY|WEEKLY) COMMA? (IN|ON)? THE? (PART|NIGHT)", _part_of_day),
        ("(THIS|LAST|PAST) (PART|NIGHT) | THE? NIGHT BEFORE LAST", _this_part),
        ("(IN|ON) THE? PART", _some_part),
    ]
)


def _range(asking: Asking, found: Found) -> Meant | None:
    """Read "between X and Y": what names no year takes it from the other."""
    first, second = found.meant()
    if isinstance(first, Named):
        start = first.range
        end = second.range if isinstance(second, Named) else _following(second, start[0])
    elif isinstance(second, Named):
        end = second.range
        start = first.latest(end[0], lambda each: each[0] <= end[0])[1]
    else:
        start, end = _both(asking, first, second)
    return Named((min(start[0], end[0]), max(start[1], end[1])))


def _following(recurring: Recurring, start: datetime) -> Range:
    return recurring.earliest(start, lambda each: each[0] >= start)[1]


def _both(asking: Asking, first: Recurring, second: Recurring) -> tuple[Range, Range]:
    """Return the last "October to March" that is over, or goes on within this year; or the next, if that is meant."""
    start = asking.resolved(first)
    end = _following(second, start[0])
    crosses = start[0].year != end[0].year or second.every == "week"
    if crosses and not asking.future and end[1] > asking.now:
        start = first.latest(start[0], lambda each: each[0] < start[0])[1]
        end = _following(second, start[0])
    return start, end


RANGES = Pass(
    [
        ("BETWEEN THE? TIMES AND THE? TIMES", _range),
        ("FROM? (ON|IN)? THE? TIMES UP_TO (ON|IN)? THE? TIMES", _range),
    ]
)


def _unit_beside(asking: Asking, found: Found) -> Meant:
    """Read "the week before Christmas", "zwei Tage nach dem 3. Mai"."""
    start, end = asking.resolved(found.meant()[0])
    before = "BEFORE" in found or "VOR" in found
    count = found.get("NUMBER", "COUNT", "ARTICLE", "AN", "VAGUE")
    unit = found.get("UNIT", "UNITS", "DAY", "DAYS")
    if count is not None:
        sign, (low, high) = -1 if before else 1, count if isinstance(count, tuple) else (count, count)
        return Named(around(start if before else end - DAY, unit, sign * low, sign * high), firm=low == high)
    near = calendar_unit(unit, start, -1)
    size = near[1] - near[0]
    return Named((start - size, start) if before else (end, end + size))


def _weekday_beside(asking: Asking, found: Found) -> Meant | None:
    """Read "the weekend after Easter", "am Freitag vor Weihnachten"."""
    weekly, meant = found.meant()
    if isinstance(weekly, Named):
        return None
    start, end = asking.resolved(meant)
    before = "BEFORE" in found or "VOR" in found
    return Named(weekly.before(start) if before else weekly.after(end - timedelta.resolution))


def _up_to(asking: Asking, found: Found) -> Meant:
    """Read "until X" and "by X": up to its end; from now where X is still to come.

    "What did I promise by Friday" means the Friday to come, "what did I spend until May" the May that was.
    """
    meant, today = found.meant()[0], midnight(asking.today)
    if isinstance(meant, Named):
        end = meant.range[1]
    else:
        coming = meant.coming(asking.now)
        end = meant.usual(asking.now)[1] if asking.past and coming[0] > today + _SOON else coming[1]
    return Named((today, end), firm=False) if end > today + DAY else Named((BEGINNING, end))


def _before(asking: Asking, found: Found) -> Meant | None:
    if _is_bare_weekend(found):
        return None
    start = asking.resolved(found.meant()[0])[0]
    return Named((start - _SHORTLY if "SHORTLY" in found else BEGINNING, start))


def _after(asking: Asking, found: Found) -> Meant | None:
    if _is_bare_weekend(found):
        return None
    end = asking.resolved(found.meant()[0])[1]
    if "SHORTLY" in found:
        return Named((end, end + _SHORTLY))
    return Named((end, asking.now if end < asking.now else FAR_AHEAD))


def _is_bare_weekend(found: Found) -> bool:
    """Tell "after the weekend" from "after weekend trips"."""
    meant = found.meant()[0]
    return isinstance(meant, Recurring) and meant.every == "week" and not meant.one_day and "THE" not in found


def _since(asking: Asking, found: Found) -> Meant | None:
    start = asking.resolved(found.meant()[0])[0]
    return Named((start, asking.now if start < asking.now else FAR_AHEAD))


BESIDE = Pass(
    [
        ("COUNTS (UNIT|UNITS|DAY|DAYS) (BEFORE|VOR|AFTER) (IN|ON)? THE? TIMES", _unit_beside),
        ("(ON|IN|AN)? THE? (DAY|UNIT) (BEFORE|VOR|AFTER) (IN|ON)? THE? TIMES", _unit_beside),
        ("(ON|IN|AN)? THE? WEEKLY (BEFORE|VOR|AFTER) (IN|ON)? THE? TIMES", _weekday_beside),
        ("SINCE (IN|ON|AN)? THE? TIMES", _since),
        ("SHORTLY? (BEFORE|VOR) (IN|ON|AN)? THE? TIMES", _before),
        ("SHORTLY? AFTER (IN|ON|AN)? THE? TIMES", _after),
        ("UNTIL (IN|ON|AN)? THE? TIMES", _up_to),
        ("BY THE? (TIME|DAY_TIME|WEEK_TIME|MONTH_TIME|YEAR_TIME|YEAR_DAY|WEEKLY)", _up_to),
    ]
)


def _with_preposition(asking: Asking, found: Found) -> Meant | None:
    meant = found.meant()[0]
    if isinstance(meant, Named) and meant.unit != "year":
        return meant if meant.firm else None
    return Named(asking.resolved(meant))


def _alone(asking: Asking, found: Found) -> Meant | None:
    """Read what stands without such a preposition: "3 May", "Friday", "how was the summer"."""
    recurring = found.meant()[0]
    if isinstance(recurring, Named) or recurring.alone == "no":
        return None
    if recurring.alone == "article":
        return Named(asking.resolved(recurring), firm=recurring.one_day) if len(found.tokens) > 1 else None
    return Named(asking.resolved(recurring), firm=recurring.alone == "firm")


ENDS = Pass(
    [
        ("AT THE? TIMES | (OF|FROM) THE? YEAR_TIME", _with_preposition),
        ("(THE|FROM)? (YEARLY | YEAR_DAY | WEEKLY)", _alone),
    ]
)

COMBINED = (WHICH, OF_YEAR, BARE_YEARS, PARTS, OF_YEAR, RANGES, BESIDE, ENDS)
