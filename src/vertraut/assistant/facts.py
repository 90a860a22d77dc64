"""What can be checked in a text: days, times, numbers with their unit, codes and words, each with its place in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from vertraut.assistant.arithmetic import number_of
from vertraut.assistant.stated_times import NUMBER_WORDS, Place, StatedClock, StatedDay, stated_clocks, stated_days
from vertraut.assistant.word_senses import Keys, is_frame, keys_of, part_keys, phrase_keys
from vertraut.memory.words import located

_UNITS: Final = {
    form: unit
    for unit, forms in {
        "eur": "€ euro euros eur", "gbp": "£ pfund pound pounds gbp", "usd": "$ dollar dollars usd", "chf": "franken chf",
        "%": "% prozent percent", "kg": "kg kilo kilos kilogramm kilograms", "g": "g gramm grams", "km": "km kilometer",
        "cm": "cm zentimeter centimetres", "mm": "mm", "m": "m meter metern metres meters", "l": "l liter litres",
        "hour": "h stunde stunden hour hours", "minute": "min minute minuten minutes", "day": "tag tage tagen day days",
        "week": "woche wochen week weeks", "month": "monat monate monaten month months",
        "year": "jahr jahre jahren jährig jährige jähriger year years", "degree": "grad ° degree degrees",
    }.items()
    for form in forms.split()
}  # fmt: skip
_ORDINALS: Final = {
    word: number
    for number, forms in enumerate(
        "second/zweite/zweiter/zweiten/zweites third/dritte/dritter/dritten/drittes fourth/vierte/vierter/vierten "
        "fifth/fünfte/fünfter/fünften sixth/sechste/sechster/sechsten".split(),
        start=2,
    )
    for word in forms.split("/")
}
_FORMS: Final = "|".join(re.escape(form) for form in sorted(_UNITS, key=len, reverse=True))
_UNIT: Final = rf"(?:\s?[-–]?\s?(?P<{{}}>{_FORMS})(?![^\W_]))?"
_WORDS: Final = "|".join(sorted((*NUMBER_WORDS, *_ORDINALS), key=len, reverse=True))
_NUMBER: Final = re.compile(
    rf"""(?ix)
  (?P<code>\b\d+/\d+(?!\d)|\b\d{{2}}-\d{{3,}}\b
    |(?<![\w/.,-])(?!\d+-?(?:year|jährig|day|week|month|stündig|minut))(?=[\w/-]*\d)(?=[\w/-]*[^\W\d_])
     [A-Z\d]+(?:[-/][A-Z\d]+)*(?![\w/-]))
| (?P<money>[€£$])\s?(?P<amount>\d[\d.,'’]*(?<![.,'’]))
| (?<![\w.,])(?P<number>\d[\d.,'’]*(?<![.,'’])){_UNIT.format("unit")}
| \b(?P<word>{_WORDS})\b{_UNIT.format("word_unit")}
"""
)
_UNIT_GLUED: Final = re.compile(r"\d+(?:[.,]\d+)?(?:cm|mm|km|kg|m|g|h|l|min|x|st|nd|rd|th|ish|am|pm|uhr|er)", re.IGNORECASE)
_GLUED: Final = re.compile(r"(\d+(?:[.,]\d+)?)([^\W\d_]+)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number and what it counts, as far as it is written beside it."""

    place: Place
    value: Fraction
    unit: str

    def fits(self, other: Number) -> bool:
        """Say whether both may be the same amount: "two" is none that "second" may mean, "2" is."""
        units = {self.unit, other.unit}
        return (
            self.value == other.value
            and units != {"count", "rank"}
            and (len(units) == 1 or not units.isdisjoint({"", "count"}))
        )


@dataclass(frozen=True, slots=True)
class Word:
    """A word: as written, case-folded, its keys, those of the parts of a compound. A frame word needs no evidence."""

    place: Place
    written: str
    folded: str
    keys: Keys
    parts: tuple[Keys, ...]
    frame: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that can be checked in a text."""

    text: str
    days: tuple[StatedDay, ...]
    clocks: tuple[StatedClock, ...]
    numbers: tuple[Number, ...]
    codes: tuple[tuple[Place, str], ...]
    words: tuple[Word, ...]


def facts_of(text: str) -> Facts:
    """Return the facts of a text; figures that belong to a day or time are no numbers besides."""
    days = stated_days(text)
    clocks = [clock for clock in stated_clocks(text) if not any(_overlap(clock.place, day.place) for day in days)]
    taken = [*(day.place for day in days), *(clock.place for clock in clocks)]
    numbers: list[Number] = []
    codes: list[tuple[Place, str]] = []
    for match in _NUMBER.finditer(text):
        if any(_overlap(match.span(), place) for place in taken):
            continue
        if match["code"] and not _UNIT_GLUED.fullmatch(match["code"]):
            codes.append((match.span(), match["code"].casefold()))
        elif number := _number(match):
            numbers.append(number)
    taken += [place for place, _ in codes] + [number.place for number in numbers]
    return Facts(text, tuple(days), tuple(clocks), tuple(numbers), tuple(codes), tuple(_words(text, taken)))


def _number(match: re.Match[str]) -> Number | None:
    read = match.groupdict()
    try:
        if read["code"]:
            glued = _GLUED.fullmatch(read["code"])
            return Number(match.span(), number_of(glued[1]), _UNITS.get(glued[2].casefold(), "")) if glued else None
        if read["money"]:
            return Number(match.span(), number_of(read["amount"]), _UNITS[read["money"]])
        if read["word"]:
            word = read["word"].casefold()
            value = Fraction(NUMBER_WORDS.get(word) or _ORDINALS[word])
            unit = _unit(read["word_unit"]) or ("rank" if word in _ORDINALS else "count")
            return Number(match.span(), value, unit) if value > 1 else None
        return Number(match.span(), number_of(read["number"]), _unit(read["unit"]))
    except ValueError:
        return None  # "1.2.3": a version or an address


def _unit(written: str | None) -> str:
    return _UNITS.get((written or "").casefold(), "")


def _words(text: str, taken: Iterable[Place]) -> Iterator[Word]:
    places = list(taken)
    found = [(word, place) for word, place in located(text) if not any(_overlap(place, each) for each in places)]
    more: dict[int, Keys] = {}
    for first, stop, keys in phrase_keys([word for word, _ in found]):
        more |= {at: more.get(at, frozenset()) | keys for at in range(first, stop)}
    for at, (word, place) in enumerate(found):
        if not word.isdecimal():
            written, frame = text[place[0] : place[1]], len(word) == 1 or is_frame(word)
            yield Word(place, written, word, keys_of(word) | more.get(at, frozenset()), part_keys(word), frame)


def _overlap(one: Place, other: Place) -> bool:
    return one[0] < other[1] and other[0] < one[1]
