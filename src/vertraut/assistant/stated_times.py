"""Days and times of day as a statement names them, in German or English, often in part: "am 8.3.", "Saturday", "halb acht".

``memory.times`` reads a question as a span to search; here a date must be compared with another one field by field. A
partial day is a set of possible days only once it is known when it was said (``possible_days``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from vertraut.memory.time_words import WEEKDAYS_SHORT, WORDS

Place = tuple[int, int]

_HALF_DAY: Final = 720
_NOON: Final = 12


@dataclass(frozen=True, slots=True)
class StatedDay:
    """What is said of a day; ``offset`` counts days from the one it was said on. ``place`` is where it stands."""

    place: Place
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    offset: int | None = None

    def fits(self, other: date, said_on: date | None) -> bool:
        """Say whether a day is the one that is meant, as far as it is said."""
        if self.offset is not None and (said_on is None or said_on + timedelta(days=self.offset) != other):
            return False
        stated = (self.year, self.month, self.day, self.weekday)
        meant = (other.year, other.month, other.day, other.weekday())
        return all(mine is None or mine == theirs for mine, theirs in zip(stated, meant, strict=True))


@dataclass(frozen=True, slots=True)
class StatedClock:
    """A time of day as the minutes that may be meant: "at seven" is in the morning or in the evening."""

    place: Place
    minutes: frozenset[int]


def _names_of(*kinds: str) -> dict[str, int]:
    return {word: meaning[0][1] for word, meaning in WORDS.items() if len(meaning) == 1 and meaning[0][0] in kinds}


_MONTHS: Final = {word.replace("maerz", "märz"): month for word, month in _names_of("MONTH", "MODAL_MONTH").items()}
_SHORT_MONTHS: Final = {word.capitalize(): month for word, month in _names_of("MONTH_SHORT").items()}
_WEEKDAYS: Final = _names_of("WEEKDAY")
_RELATIVE: Final = {
    "heute": 0, "today": 0, "tonight": 0, "gestern": -1, "yesterday": -1, "vorgestern": -2, "morgen": 1, "tomorrow": 1,
    "übermorgen": 2,
}  # fmt: skip
_UNIT_DAYS: Final = {"tag": 1, "day": 1, "woche": 7, "week": 7}
_TENS: Final = (
    "twenty/zwanzig thirty/dreißig forty/vierzig fifty/fünfzig sixty/sechzig seventy/siebzig eighty/achtzig ninety/neunzig"
)
_BELOW_TWENTY: Final = (
    "one/ein two/zwei three/drei four/vier five/fünf six/sechs seven/sieben eight/acht nine/neun ten/zehn eleven/elf "
    "twelve/zwölf thirteen/dreizehn fourteen/vierzehn fifteen/fünfzehn sixteen/sechzehn seventeen/siebzehn "
    "eighteen/achtzehn nineteen/neunzehn"
)


def _number_words() -> Iterator[tuple[str, int]]:
    small = [both.split("/") for both in _BELOW_TWENTY.split()]
    for tens, both in enumerate(_TENS.split(), start=2):
        english, german = both.split("/")
        yield from ((english, 10 * tens), (german, 10 * tens))
        for ones, (one, eins) in enumerate(small[:9], start=1):
            yield from ((f"{english}-{one}", 10 * tens + ones), (f"{eins}und{german}", 10 * tens + ones))
    for number, (english, german) in enumerate(small, start=1):
        yield from ((english, number), (german, number)) if number > 1 else ((english, number),)
    yield from (("zwo", 2), ("hundred", 100), ("hundert", 100))


NUMBER_WORDS: Final = dict(_number_words())
"""Without "ein", which is mostly an article."""

_COUNT: Final = r"\d{1,3}|" + "|".join(word for word in NUMBER_WORDS if word != "one")
_HOUR: Final = r"\d{1,2}|eins?|" + "|".join(word for word, number in NUMBER_WORDS.items() if number <= _NOON)
_MONTH: Final = (
    "(?:(?i:" + "|".join(word for word in sorted(_MONTHS, key=len, reverse=True) if word not in {"may", "march"})
    + ")|May|March|(?:" + "|".join(_SHORT_MONTHS) + r")\b\.?)(?![^\W\d_])"
)  # fmt: skip
_WEEKDAY: Final = (
    "(?:(?i:" + "|".join(_WEEKDAYS) + ")s?|(?:" + "|".join(WEEKDAYS_SHORT) + r")(?=[.,]|\s+\d))(?![^\W\d_])"
)  # fmt: skip
_ORDER: Final = r"(?:\.|st\b|nd\b|rd\b|th\b)"
_UP_TO: Final = r"\s*(?:–|-|bis(?:\s+zum)?|und|to|until|and|/)\s*(?:the\s+)?"
_BEFORE: Final = "|".join(rf"(?i:(?<=\b{word}\s))" for word in "am vom zum bis den dem ab seit auf".split())
_ORDERED: Final = (
    r"\s(?:Preis|Platz|Stock|Etage|OG|Klasse|Geburtstag|Mal|Tag|Advent|Jahr|Kapitel|birthday|time|floor|place|prize|grade"
    r"|century|anniversary|year)"
)
_DAY: Final = re.compile(
    rf"""
  (?P<iso>\b\d{{4}}-\d\d-\d\d)
| (?P<dotted>(?<![\d.,])(?:0?[1-9]|[12]\d|3[01])\.\s?(?:0?[1-9]|1[0-2])\.(?:\s?(?:19|20)\d\d|\d\d(?!\d))?(?!\d))
| (?P<days>(?<![\d.,])\d{{1,2}}{_ORDER}?{_UP_TO}\d{{1,2}}(?:{_ORDER}\s*(?:of\s+)?|\s+(?:of\s+)?)
    (?:{_MONTH}(?:,?\s+\d{{4}})?|\d{{1,2}}\.))
| (?P<month_days>{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\s*(?:–|-|to)\s*\d{{1,2}}\b(?![:.]\d))
| (?P<day_month>(?<![\d.,])\d{{1,2}}{_ORDER}?\s*(?:of\s+)?{_MONTH}(?:,?\s+(?:19|20)\d\d)?)
| (?P<month_day>(?<!\bim\s){_MONTH}\s+(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?(?!\d|[:.]\d|\s?(?i:uhr|am\b|pm\b))
    (?:,?\s+(?:19|20)\d\d)?)
| (?P<month>{_MONTH}(?:,?\s+(?:19|20)\d\d)?)
| (?P<bare>(?:{_BEFORE})\d{{1,2}}\.(?:{_UP_TO}\d{{1,2}}\.)?(?!\d|{_ORDERED})
    |(?<![\d.,])\d{{1,2}}(?:st|nd|rd|th)\b(?!{_ORDERED}))
| (?P<weekday_bare>(?<![^\W\d_]){_WEEKDAY},?\s+\d{{1,2}}\.(?!\d|\s*{_MONTH}|\s?\d{{1,2}}\.))
| (?P<ago>(?i:\b(?:vor|in)\s+(?:{_COUNT})\s+(?:tagen?|wochen?|days?|weeks?)\b|\b(?:{_COUNT})\s+(?:days?|weeks?)\s+ago\b))
| (?P<weekday>(?<![^\W\d_]){_WEEKDAY})
| (?P<relative>(?i:\b(?:übermorgen|vorgestern|heute|gestern|today|tonight|yesterday|tomorrow)\b)
    |(?<!heute\s)(?<!am\s)\bmorgen\b)
""",
    re.VERBOSE,
)
_GAP: Final = re.compile(r"[\s,(.]*(?:(?:den|dem|der|the|on|am|ein|einem|a|is|ist)\s+)*\(?")
_FIGURES: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LONGEST_MONTH: Final = 31
_YEAR_FROM: Final = 100

_CLOCK: Final = re.compile(
    rf"""(?ix)
  \b(?P<both>\d{{1,2}})\s*(?:–|-|bis|to)\s*(?P<until>\d{{1,2}})\s?(?:uhr|(?P<bothhalf>am|pm)\b)
| \b(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?:\s?(?P<half>[ap]\.?m\b))?
| \b(?P<dhour>\d{{1,2}})\.(?P<dminute>[0-5]\d)(?:\s?(?:uhr|h\b|ish)|\s?(?P<dhalf>[ap]\.?m\b))
| \b(?:um|at|gegen|around|about|by|ab|bis)\s+(?P<shour>\d{{1,2}})\.(?P<sminute>[0-5]\d)(?!\d|\.\d|\s?(?:[€$£%]|euro))
| \b(?P<uhour>{_HOUR})\s?(?:uhr(?:\s(?P<uminute>[0-5]\d)\b)?|o['’]clock)
| \b(?P<ehour>\d{{1,2}})\s?(?P<ehalf>[ap]\.?m\b)
| \b(?:(?P<halb>halb|dreiviertel|half\s+past|viertel\s+(?:nach|vor)|quarter\s+(?:past|to))
    |(?P<some>five|ten|twenty|twenty-five|fünf|zehn|zwanzig)\s+(?P<side>past|to|vor|nach))\s+(?P<phour>{_HOUR})\b
| \b(?:um|at|gegen|around)\s+(?P<ahour>{_HOUR})\b(?!\s*(?:[€$£%.,:]?\d|[€$£%]|euro|prozent|percent|grad|cm\b|kg\b
    |uhr|years?|jahr|tage|days|wochen|weeks|monat|month|stunden|hours|minut|meter|punkt|point|zehntel|tenth|drittel|viertel\b))
"""
)
_SHIFTS: Final = {
    "halb": -30, "dreiviertel": -15, "half past": 30, "viertel nach": 15, "viertel vor": -15, "quarter past": 15,
    "quarter to": -15,
}  # fmt: skip


def stated_days(text: str) -> list[StatedDay]:
    """Return the days that a text names, a weekday together with the date beside it."""
    found = [each for match in _DAY.finditer(text) for each in _read(match)]
    merged: list[StatedDay] = []
    for each in found:
        last = merged[-1] if merged else None
        if last and _together(last, each, text):
            merged[-1] = _joined(last, each)
        else:
            merged.append(each)
    return merged


def stated_clocks(text: str) -> list[StatedClock]:
    """Return the times of day that a text names."""
    return [clock for match in _CLOCK.finditer(text) for clock in _clocks(match)]


def possible_days(stated: StatedDay, said_on: date) -> Iterator[date]:
    """Yield the days that may be meant by somebody who said it on a day; nothing for a month or year alone."""
    if stated.offset is not None:
        yield said_on + timedelta(days=stated.offset)
    elif stated.month and stated.day:
        near = [stated.year] if stated.year else [said_on.year - 1, said_on.year, said_on.year + 1]
        days = [each for year in near if (each := _day(year, stated.month, stated.day))]
        if days:
            yield min(days, key=lambda each: abs((each - said_on).days))
    elif stated.day:
        first = said_on.year * 12 + said_on.month - 1
        days = [each for n in (-2, -1, 0, 1, 2, 3) if (each := _day((first + n) // 12, (first + n) % 12 + 1, stated.day))]
        fitting = [each for each in days if stated.weekday in (None, each.weekday())]
        past, ahead_of = [each for each in fitting if each < said_on], [each for each in fitting if each >= said_on]
        yield from (*past[-1:], *ahead_of[:2])
    elif stated.weekday is not None and not stated.month:
        ahead = (stated.weekday - said_on.weekday()) % 7
        yield from {said_on + timedelta(days=ahead + n) for n in ((-7, 0, 7) if ahead else (0, 7))}


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _together(before: StatedDay, after: StatedDay, text: str) -> bool:
    one_weekday = (before.weekday is None) != (after.weekday is None) and before.offset is None and after.offset is None
    dated = before.day or after.day
    return bool(one_weekday and dated and _GAP.fullmatch(text, before.place[1], after.place[0]))


def _joined(before: StatedDay, after: StatedDay) -> StatedDay:
    dated, named = (before, after) if before.weekday is None else (after, before)
    return replace(dated, weekday=named.weekday, place=(before.place[0], after.place[1]))


def _read(match: re.Match[str]) -> Iterator[StatedDay]:
    kind, text, place = match.lastgroup or "", match.group(), match.span()
    figures = [int(each) for each in _FIGURES.findall(text)]
    year = next((each for each in figures if each >= _YEAR_FROM), None)
    small = [each for each in figures if each < _YEAR_FROM]
    match kind:
        case "iso":
            yield StatedDay(place, figures[0], figures[1], figures[2])
        case "dotted":
            short = 2000 + small[2] if len(small) > 2 else None  # noqa: PLR2004  day, month, year
            yield StatedDay(place, year or short, small[1], small[0])
        case "days" | "month_days" | "bare" | "day_month" | "month_day" | "month":
            month = _month_in(text)
            if kind == "days" and month is None:
                month = small.pop()
            days: list[int | None] = [each for each in small if each <= _LONGEST_MONTH]
            yield from (StatedDay(place, year, month, day) for day in (days if small else [None]))
        case "weekday_bare":
            yield StatedDay(place, day=small[0] if small[0] <= _LONGEST_MONTH else None, weekday=_weekday_in(text))
        case "weekday":
            yield StatedDay(place, weekday=_weekday_in(text))
        case "ago":
            yield StatedDay(place, offset=_offset(text))
        case _:
            yield StatedDay(place, offset=_RELATIVE[text.casefold()])


def _month_in(text: str) -> int | None:
    return next(
        (month for word in _WORD.findall(text) if (month := _MONTHS.get(word.casefold()) or _SHORT_MONTHS.get(word))), None
    )


def _weekday_in(text: str) -> int:
    name = _WORD.findall(text)[0]
    if name in WEEKDAYS_SHORT:
        return WEEKDAYS_SHORT[name]
    return _WEEKDAYS.get(name.casefold(), _WEEKDAYS.get(name.casefold()[:-1], 0))


def _offset(text: str) -> int:
    words = text.casefold().split()
    count = next(
        int(word) if word.isdecimal() else NUMBER_WORDS[word] for word in words if word.isdecimal() or word in NUMBER_WORDS
    )
    unit = next(days for stem, days in _UNIT_DAYS.items() if any(word.startswith(stem) for word in words))
    return count * unit * (-1 if "ago" in words or "vor" in words else 1)


def _clocks(match: re.Match[str]) -> Iterator[StatedClock]:
    read, place = match.groupdict(), match.span()
    if read["both"]:
        yield from (_clock(place, hour, 0, read["bothhalf"], german=True) for hour in (read["both"], read["until"]))
    elif read["phour"]:
        shift = _SHIFTS.get(" ".join((read["halb"] or "").casefold().split()))
        if shift is None:
            shift = NUMBER_WORDS.get((read["some"] or "").casefold(), 25) * (
                1 if read["side"].casefold() in {"past", "nach"} else -1
            )
        hour = _clock(place, read["phour"], 0, None, german=False)
        yield StatedClock(place, frozenset((each + shift) % (2 * _HALF_DAY) for each in hour.minutes))
    else:
        hour_said = read["hour"] or read["dhour"] or read["shour"] or read["uhour"] or read["ehour"] or read["ahour"]
        minute = int(read["minute"] or read["dminute"] or read["sminute"] or read["uminute"] or 0)
        half = read["half"] or read["dhalf"] or read["ehalf"]
        yield _clock(place, hour_said, minute, half, german=bool(read["minute"]) and hour_said.startswith("0"))


def _clock(place: Place, said: str, minute: int, half: str | None, *, german: bool) -> StatedClock:
    """Read an hour; without "am" or "pm" one up to twelve may be in either half of the day, unless it is "07:30"."""
    hour = int(said) if said.isdecimal() else NUMBER_WORDS.get(said.casefold(), 1)
    start = hour % 24 * 60 + minute
    if half:
        return StatedClock(place, frozenset({hour % _NOON * 60 + minute + (_HALF_DAY if half[0].lower() == "p" else 0)}))
    if hour > _NOON or german:
        return StatedClock(place, frozenset({start}))
    return StatedClock(place, frozenset({start % _HALF_DAY, start % _HALF_DAY + _HALF_DAY}))
