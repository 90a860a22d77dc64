"""Figures of a statement in the lines: numbers, codes, days and times of day, and what follows from them by arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import Final

from dateutil.relativedelta import relativedelta

from vertraut.assistant.claims import Claim, Known, Objection
from vertraut.assistant.evidence import Dated, LineFacts
from vertraut.assistant.facts import Number
from vertraut.assistant.stated_times import Place, StatedClock, StatedDay

_PERFORMED: Final = re.compile(
    r"\b(?:schr(?:ieb|eib)\w*|geschrieben|sag\w*|gesagt|meld\w*|gemeldet|mitgeteilt|teilte|absag\w*|abgesagt|sagte|verschob\w*"
    r"|verschoben|bestätig\w*|stornier\w*|kündig\w*|gekündigt|bestell\w*|rief|angerufen|zusag\w*|zugesagt|versprach|versprochen"
    r"|bat|gebeten|frag\w*|gefragt|plan\w*|angekündigt|erinner\w*|erwähn\w*|notier\w*|entschied\w*|entschieden|wrote|written|said"
    r"|told|report\w*|confirm\w*|cancel\w*|moved|postpon\w*|book\w*|order\w*|called|rang|asked|promis\w*|announc\w*|decid\w*"
    r"|mention\w*|noted|agreed|offer\w*|angeboten|bot)\b",
    re.IGNORECASE,
)
"""What somebody does by writing: then it happened on the day of the entry."""
_YEARS: Final = range(1900, 2101)
_DAYS_OF: Final = {"day": 1, "week": 7}


def unfounded_numbers(claim: Claim, lines: Sequence[LineFacts], known: Known) -> Objection:
    """Object to a number that neither stands in the lines nor follows from what does."""
    wanted = claim.facts.numbers
    missing = [number for number in wanted if not holds_number(number, lines) and not _is_year_of(number, lines)]
    there = [number for number in wanted if number not in missing]
    if all(_derived(number, there, lines, known) for number in missing):
        return ""
    return "number"


def holds_number(number: Number, lines: Iterable[LineFacts]) -> bool:
    """Say whether a number stands in the lines."""
    return any(number.fits(each) for line in lines for each in line.facts.numbers)


def _is_year_of(number: Number, lines: Iterable[LineFacts]) -> bool:
    if number.unit or number.value.denominator > 1 or number.value.numerator not in _YEARS:
        return False
    return any(day.year == number.value for line in lines for day in line.all_days)


def _derived(number: Number, there: Sequence[Number], lines: Sequence[LineFacts], known: Known) -> bool:
    """Say whether a number follows from others that are shown beside it, or from the days of the lines."""
    values = [each.value for each in there]
    sums: set[Fraction] = {sum(values, Fraction(0))} if len(values) > 1 else set()
    for one, other in combinations(values, 2):
        sums |= {one + other, abs(one - other), one * other, one * other / 100}
    return number.value in sums or _is_span(number, lines, known)


def _is_span(number: Number, lines: Iterable[LineFacts], known: Known) -> bool:
    days = set().union(*(line.all_days for line in lines), {known.asked} if known.asked else set())
    spans = [(min(pair), max(pair)) for pair in combinations(sorted(days)[:40], 2)]
    if number.unit in _DAYS_OF:
        return any((last - first).days == number.value * _DAYS_OF[number.unit] for first, last in spans)
    if number.unit == "month":
        return any(_months(first, last) == number.value for first, last in spans)
    return number.unit in ("year", "", "count") and any(
        relativedelta(last, first).years == number.value for first, last in spans
    )


def _months(first: date, last: date) -> int:
    gap = relativedelta(last, first)
    return gap.years * 12 + gap.months


def unfounded_codes(claim: Claim, lines: Sequence[LineFacts], _known: Known) -> Objection:
    """Object to a code that does not stand in the lines as it is."""
    texts = [line.facts.text.casefold() for line in lines]
    return "" if all(any(code in text for text in texts) for _, code in claim.facts.codes) else "code"


def unfounded_days(claim: Claim, lines: Sequence[LineFacts], known: Known) -> Objection:
    """Object to a day that no line names or is of."""
    return "" if all(lines_of_day(day, claim, lines, known) for day in claim.facts.days) else "day"


def lines_of_day(day: StatedDay, claim: Claim, lines: Iterable[LineFacts], known: Known) -> list[LineFacts]:
    """Return the lines that name a day, or are of it."""
    return [line for line in lines if _names_day(day, line, known) or is_own_day(day, claim, line, known)]


def _names_day(day: StatedDay, line: LineFacts, known: Known) -> bool:
    if any(is_meant(day, each, known) for each in line.days):
        return True
    return known.asked is None and day.offset is not None and any(day.offset == each.offset for each in line.facts.days)


def is_meant(day: StatedDay, dated: Dated, known: Known) -> bool:
    """Say whether a day or month is one that a line names."""
    if any(day.fits(one, known.asked) for one in dated.days):
        return True
    return bool(dated.month and day.month == dated.month[1] and day.day is None and day.year in (None, dated.month[0]))


def is_own_day(day: StatedDay, claim: Claim, line: LineFacts, known: Known) -> bool:
    """Say whether an entry is of a day; if it names other days, only for what was done by writing it."""
    if not any(day.fits(one, known.asked) for one in line.own_days):
        return False
    return line.timed or day.day is None or _PERFORMED.search(claim.text) is not None


def unfounded_clocks(claim: Claim, lines: Sequence[LineFacts], _known: Known) -> Objection:
    """Object to a time of day that no line names or is of."""
    return "" if all(lines_of_clock(clock, claim, lines) for clock in claim.facts.clocks) else "time"


def lines_of_clock(clock: StatedClock, claim: Claim, lines: Iterable[LineFacts]) -> list[LineFacts]:
    """Return the lines that name a time of day, or are of it."""
    found = []
    for line in lines:
        own = line.timed or _PERFORMED.search(claim.text)
        if any(clock.minutes & each.minutes for each in line.facts.clocks) or (own and clock.minutes & line.own_minutes):
            found.append(line)
    return found


def places_of_figures(
    claim: Claim, lines: Sequence[LineFacts], known: Known
) -> Iterable[tuple[Place, list[tuple[LineFacts, Place]]]]:
    """Yield where each figure of a claim stands, in itself and in the lines."""
    for number in claim.facts.numbers:
        yield number.place, [(line, each.place) for line in lines for each in line.facts.numbers if number.fits(each)]
    for clock in claim.facts.clocks:
        yield (
            clock.place,
            [(line, each.place) for line in lines for each in line.facts.clocks if clock.minutes & each.minutes],
        )
    for day in claim.facts.days:
        if not any(is_own_day(day, claim, line, known) for line in lines):
            yield day.place, [(line, each.place) for line in lines for each in line.days if is_meant(day, each, known)]
