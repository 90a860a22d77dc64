"""Times that are written as dates: days, months, calendar weeks, quarters, seasons, holidays, years and decades."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from vertraut.memory.time_calendar import (
    DAY,
    HOLIDAYS,
    OfYear,
    Range,
    Recurring,
    advent,
    days,
    iso_week,
    midnight,
    months,
    season,
    years,
)
from vertraut.memory.time_grammar import Asking, Found, Meant, Named, Pass
from vertraut.memory.time_words import GERMAN_MONTHS

_CENTURY = 100
_DECADES_OF_1900 = 50
_YEARS_AHEAD = 10
"""Two figures are a year of this century up to so many years from now."""
_DAYS_OF_MONTHS = 31


def full_year(asking: Asking, year: int) -> int:
    """Return a year of two figures in full."""
    if year >= _CENTURY:
        return year
    century = asking.now.year - asking.now.year % _CENTURY
    return century + year if century + year <= asking.now.year + _YEARS_AHEAD else century - _CENTURY + year


def day_of(year: int, month: int, day: int) -> Named:
    """Return a day."""
    return Named(days(date(year, month, day)), "day", year=year)


def year_of(year: int, *, firm: bool = True) -> Named:
    """Return a year."""
    return Named(years(year), "year", firm, year)


def _of_year(recurring: Recurring, year: int | None) -> Meant:
    """Return what recurs in the year that the words name, if they name one."""
    if year is None:
        return recurring
    return Named(recurring.of(year), "day" if recurring.one_day else "", year=year)


def _month_in(found: Found) -> int:
    month: int = found.get("MONTH", "MONTH_WEAK", "MONTH_SHORT")
    return month


def _yearly_day(month: int, day: int) -> Recurring:
    if not 1 <= day <= (29 if month == 2 else _DAYS_OF_MONTHS):  # noqa: PLR2004  February
        raise ValueError(day)
    return Recurring(lambda year: days(date(year, month, day)), one_day=True)


def _iso(_asking: Asking, found: Found) -> Meant:
    year, month, day = found.get("ISO")[:3]
    return day_of(year, month, day)


def _dotted(asking: Asking, found: Found) -> Meant:
    day, month, year = found.get("DOTTED")
    return day_of(full_year(asking, year), month, day)


def _slashed(asking: Asking, found: Found) -> Meant:
    """Month first in English unless it cannot be."""
    first, second, year = found.get("SLASHED")
    month_first = (not asking.german and first <= 12) or second > 12  # noqa: PLR2004  months
    month, day = (first, second) if month_first else (second, first)
    return day_of(full_year(asking, year), month, day)


def _day_month(_asking: Asking, found: Found) -> Meant:
    day, month = found.get("DAY_MONTH")
    return replace(_yearly_day(month, day), alone="article")


def _month_year(_asking: Asking, found: Found) -> Meant:
    month, year = sorted(found.get("MONTH_YEAR"))
    return Named(months(year, month), "month", year=year)


def _day_and_month(_asking: Asking, found: Found) -> Meant | None:
    if "MONTH_WEAK" in found and any(found.words("ORDINAL")) and "OF" not in found:
        return None  # "the second may contain …"
    return _of_year(_yearly_day(_month_in(found), found.get("ORDINAL", "NUMBER")), found.get("YEAR"))


def _month_and_day(asking: Asking, found: Found) -> Meant | None:
    """Read "May 3"; in German a number after the month is a year: "Mai 25"."""
    german = asking.german or any(token.word in GERMAN_MONTHS for token in found.tokens)
    if any(found.words("ORDINAL")) or (german and "NUMBER" not in found):
        return None
    if not german or "YEAR" in found:
        return _day_and_month(asking, found)
    year, month = full_year(asking, found.get("NUMBER")), _month_in(found)
    return Named(months(year, month), "month", year=year) if abs(year - asking.now.year) <= _YEARS_AHEAD else None


def _day_range(_asking: Asking, found: Found) -> Meant | None:
    """Read "3.-5. Mai" and "May 3 and 5": all the days from the first to the last."""
    first, last = found.all("ORDINAL", "NUMBER")[:2]
    month, year = _month_in(found), found.get("YEAR")
    if not 1 <= first < last <= _DAYS_OF_MONTHS:
        return None

    def of(year: int) -> Range:
        return days(date(year, month, first))[0], days(date(year, month, last))[1]

    return _of_year(Recurring(of), year)


def _days_up_to_date(asking: Asking, found: Found) -> Meant | None:
    """Read "3.-5.5.2025" and "3.-5.5."."""
    first = found.get("ORDINAL")
    if "DAY_MONTH" in found:
        last, month = found.get("DAY_MONTH")
        year = None
    else:
        last, month, year = found.get("DOTTED")
        year = full_year(asking, year)
    if not 1 <= first < last:
        return None
    _yearly_day(month, last)
    return _of_year(Recurring(lambda year: (midnight(date(year, month, first)), days(date(year, month, last))[1])), year)


def _month_of_year(_asking: Asking, found: Found) -> Meant:
    month, year = _month_in(found), found.get("YEAR")
    return Named(months(year, month), "month", year=year)


def _two_months(_asking: Asking, found: Found) -> Meant | None:
    """Read "September and October 2025"; months apart are times of their own."""
    first, second = found.all("MONTH", "MONTH_WEAK", "MONTH_SHORT")
    recurring = Recurring(lambda year: months(year, first, 2), "firm" if "BETWEEN" in found else "soft")
    return _of_year(recurring, found.get("YEAR")) if second == first + 1 else None


def _month(_asking: Asking, found: Found) -> Meant | None:
    if found.get("UNIT") not in {None, "month"}:
        return None
    month = _month_in(found)
    return Recurring(lambda year: months(year, month), "soft" if "MONTH" in found else "no")


def _week_of_month(_asking: Asking, found: Found) -> Meant | None:
    """Read "the first week of May": seven days from its first, the last seven for "last"."""
    month, nth = _month_in(found), found.get("ORDINAL")
    if found.get("UNIT") != "week" or (nth or 1) > 5:  # noqa: PLR2004  weeks of a month
        return None

    def of(year: int) -> Range:
        start, end = months(year, month)
        return (end - 7 * DAY, end) if nth is None else (start + 7 * (nth - 1) * DAY, min(end, start + 7 * nth * DAY))

    return _of_year(Recurring(of), found.get("YEAR"))


def _season(asking: Asking, found: Found) -> Meant:
    """Read a season; "winter 2024/25" is that of the first year."""
    of = season(found.get("SEASON"))
    if "YEARS" not in found:
        return Recurring(of, "article")
    return Named(of(full_year(asking, found.get("YEARS")[0])))


def _holiday(asking: Asking, found: Found) -> Meant:
    name, alone = found.get("HOLIDAY")
    of: OfYear = HOLIDAYS[name]
    if "YEARS" in found:
        return Named(of(full_year(asking, found.get("YEARS")[0])))
    start, end = of(asking.now.year)
    return Recurring(of, alone, one_day=end - start == DAY)


def _advent(_asking: Asking, found: Found) -> Meant | None:
    nth = found.get("ORDINAL")
    if nth is None:
        return Recurring(HOLIDAYS["advent"], "no")
    return Recurring(advent(nth), one_day=True) if nth <= 4 else None  # noqa: PLR2004  Sundays


def _week_number(asking: Asking, found: Found) -> Meant | None:
    """Read "KW 12", "KW 12/25", "2025-W12" and, with words, "12. Kalenderwoche" or "week 12 of 2025"."""
    written = found.get("WEEK_NUMBER") or found.all("NUMBER", "ORDINAL", "YEAR")
    week, year = sorted(written) if written[0] >= _CENTURY else (*written, None)[:2]
    if found.get("UNIT") not in {None, "week"} or not 1 <= week <= 53:  # noqa: PLR2004  ISO weeks
        return None
    if year is None:
        return Recurring(lambda year: iso_week(year, week))
    year = full_year(asking, year)
    return Named(iso_week(year, week), "week", year=year)


def _quarter(asking: Asking, found: Found) -> Meant | None:
    """Read "Q1 2025", "erstes Quartal", "second half-year"; without a year "first quarter" may be anything."""
    number, *year = found.get("QUARTER_NUMBER") or found.all("ORDINAL")
    size = 6 if "HALF_YEAR" in found else 3
    if found.get("UNIT") not in {None, "quarter"} or not 1 <= number <= 12 // size:
        return None
    first = size * (number - 1) + 1
    recurring = Recurring(lambda year: months(year, first, size), "soft" if "quarter" in found.words("UNIT") else "firm")
    return _of_year(recurring, full_year(asking, year[0]) if year else None)


def _decade(_asking: Asking, found: Found) -> Meant | None:
    """Read "1990s", "die 90er Jahre", "in den Achtzigern"; "in her eighties" is an age."""
    first: int = found.get("DECADE")[0]
    if first < _DECADES_OF_1900 or (any(found.words("DECADE")) and "THE" not in found):
        return None
    return Named(years(first if first >= _CENTURY else 1900 + first, 10))


def _year_with_word(_asking: Asking, found: Found) -> Meant | None:
    return year_of(found.get("YEAR")) if found.get("UNIT", "UNITS") == "year" else None


def bare_year(asking: Asking, found: Found) -> Meant | None:
    """Read a year alone: in German that is how one says it, in English it may be any number."""
    year = found.get("YEAR")
    return year_of(year, firm=asking.german) if year <= asking.now.year + _YEARS_AHEAD else None


DATES = Pass(
    [
        ("(BETWEEN|FROM)? THE? DATE_DAY (UP_TO|AND) THE? DATE_DAY OF? MONTHS DOT? COMMA_YEAR?", _day_range),
        ("(BETWEEN|FROM)? MONTHS DOT? DATE_DAY (UP_TO|AND) DATE_DAY (?!MONTHS) COMMA_YEAR?", _day_range),
        ("FROM? THE? ORDINAL UP_TO THE? (DOTTED|DAY_MONTH)", _days_up_to_date),
        ("(LAST|ORDINAL) UNIT (OF|IN|FROM|THE) THE? MONTHS COMMA_YEAR?", _week_of_month),
        ("DATE_DAY OF? MONTHS DOT? COMMA_YEAR?", _day_and_month),
        ("BETWEEN? MONTHS DOT? AND MONTHS DOT? COMMA_YEAR?", _two_months),
        ("MONTHS DOT? COMMA? OF? YEAR", _month_of_year),
        ("MONTHS DOT? DATE_DAY COMMA_YEAR?", _month_and_day),
        ("UNIT OF? (MONTH|MONTH_WEAK) | MONTH | MONTH_WEAK", _month),
        ("(?<=IN|LAST|NEXT|THIS|THIRD|SINCE|BETWEEN|AND|DASH) MONTH_SHORT | MONTH_SHORT (?=DASH)", _month),
        ("SEASON OF? YEARS?", _season),
        ("HOLIDAY YEARS?", _holiday),
        ("ORDINAL? ADVENT", _advent),
        ("WEEK_NUMBER | KW NUMBER | ORDINAL KW | UNIT NUMBER (OF|COMMA)? YEAR", _week_number),
        ("QUARTER_NUMBER | ORDINAL UNIT | ORDINAL HALF_YEAR", _quarter),
        ("ISO", _iso),
        ("DOTTED", _dotted),
        ("SLASHED", _slashed),
        ("MONTH_YEAR", _month_year),
        ("DAY_MONTH", _day_month),
        ("THE? DECADE UNITS?", _decade),
        ("THE? (UNIT|UNITS) YEAR", _year_with_word),
    ]
)
