"""What the calculator and the calendar found in a turn, as grounds for a sentence that says only that.

A result counts where it follows from the person's own figures: what a model puts in of its own proves nothing about anybody.
A sentence may say the result in their words, and nothing besides; whoever "you" or "she" is, the person spoke of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import chain
from typing import Final

from vertraut.assistant.evidence import NEGATORS
from vertraut.assistant.facts import Facts, Number, facts_of
from vertraut.assistant.word_senses import Keys
from vertraut.memory.words import words

_SUM: Final = re.compile(r"(?P<read>.+) (?P<sign>[=≈]) (?P<value>-?\d[\d.]*)(?: (?P<unit>\D+))?")
_BETWEEN: Final = re.compile(r"From (.+) to (.+): (-?\d+) days \((.+)\); (-?\d+) business days.*")
_AGE: Final = re.compile(r"Born (\S+): (\d+) years old on (.+)")
_ADDED: Final = re.compile(r"(\S+ \(\S+\)) ([+-]\d+) [a-z ]+ = (\S+) .*")
_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d) \(\S+\)(?:, calendar week (\d+) of \d+)?")
_A_FORTNIGHT: Final = 14
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d")
_FIGURE: Final = re.compile(r"\d+(?:\.\d+)?")
_ROUGHLY: Final = re.compile(
    r"\b(?:rund|etwa|ungefähr|ca|circa|gerundet|knapp|about|around|roughly|approximately|rounded)\b|≈", re.IGNORECASE
)
_AS_A_WORD: Final = (
    (re.compile(r"zweimal|doppel|beide|hälfte|halb|twice|doubl|both|half|halve", re.IGNORECASE), (2,)),
    (re.compile(r"dreimal|drittel|three times|third|triple", re.IGNORECASE), (3,)),
    (re.compile(r"viermal|viertel|quarter", re.IGNORECASE), (4, 3)),
    (re.compile(r"dutzend|dozen|monat|month|jahr|year|annual", re.IGNORECASE), (12,)),
    (re.compile(r"prozent|%|percent", re.IGNORECASE), (100,)),
    (re.compile(r"woche|week", re.IGNORECASE), (7, 52)),
    (re.compile(r"tag|täglich|day|daily", re.IGNORECASE), (7, 24, 365)),
    (re.compile(r"stunde|minute|hour", re.IGNORECASE), (24, 60)),
)
"""Figures that somebody means who says such a word."""
_HOLIDAYS: Final = (
    (re.compile(r"weihnacht|heilig|christmas", re.IGNORECASE), ((12, 24), (12, 25), (12, 26))),
    (re.compile(r"silvester|neujahr|new year", re.IGNORECASE), ((12, 31), (1, 1))),
)
_RECKONS: Final = frozenset(
    "ergibt ergeben ergebnis gleich macht machen summe zusammen insgesamt rund etwa ungefähr genau gerundet plus minus "
    "mal geteilt durch prozent euro tage tag werktage arbeitstage wochen monate jahre alt kalenderwoche kw wochentag "
    "fällt differenz durchschnitt liegen dazwischen vergehen bis results result equals equal makes make sum total "
    "altogether about exactly roughly rounded times divided by percent euros days day business working weekdays weeks "
    "months years old calendar week weekday falls difference average between come comes".split()
)
_BUSINESS: Final = re.compile(r"werktag|arbeitstag|business|working|workday|weekday", re.IGNORECASE)
_YOU: Final = frozenset("du dir dich dein deine deinen deinem deiner you your yours".split())
_ME: Final = frozenset("ich mir mich mein meine meinen meinem meiner wir uns unser unsere i me my mine we us our im".split())
_OTHERS: Final = frozenset(
    "er ihn ihm sein seine seinen seinem seiner he him his she her hers they them their wir we us".split()
)
_FORMAL: Final = frozenset("sie ihnen ihr ihre ihren ihrem ihrer".split())


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A result: the line as the tool gave it, the figures and days that it rests on, and those that it found.

    ``together`` are figures that say something only side by side ("1 year, 2 months"), ``business`` counts workdays.
    """

    line: str
    given: tuple[Fraction, ...]
    days_given: tuple[date, ...]
    values: tuple[Number, ...]
    days: tuple[date, ...] = ()
    together: tuple[Number, ...] = ()
    business: int | None = None

    def is_by(self, said: Facts, asked: date | None) -> bool:
        """Say whether all that it rests on was said by the person, or is today: some of it was said."""
        own = [each.value for each in said.numbers]
        meant = {figure for pattern, figures in _AS_A_WORD if pattern.search(said.text) for figure in figures}
        figures = all(each in own or each in meant or each == len(own) for each in self.given)
        anchored = any(each in own for each in self.given) or any(_names(said, day, asked) for day in self.days_given)
        return figures and anchored and all(day == asked or _names(said, day, asked) for day in self.days_given)

    def says(self, number: Number, text: str) -> bool:
        """Say whether a number of a sentence is a result, exactly or rounded as it is written."""
        if self.business is not None and _BUSINESS.search(text):
            return number.value == abs(self.business)
        if self.together and all(any(each.fits(other) for other in facts_of(text).numbers) for each in self.together):
            return any(each.fits(number) for each in self.together)
        return any(_is(number, each, text) for each in self.values)


def reckoned(tool: str, result: str) -> Reckoned | None:
    """Return what a tool found, None where it is no tool that reckons or found nothing."""
    if tool == "calculate" and (found := _SUM.fullmatch(result)):
        value = f"1 {found['unit']}" if found["unit"] else ""
        unit = next((each.unit for each in facts_of(value).numbers), "")
        given = tuple(Fraction(each) for each in _FIGURE.findall(found["read"]))
        return Reckoned(result, given, (), (Number((0, 0), Fraction(found["value"]), unit),))
    return _dated(result) if tool == "dates" else None


def _dated(result: str) -> Reckoned | None:
    days = tuple(date.fromisoformat(each) for each in _ISO.findall(result))
    if found := _BETWEEN.fullmatch(result):
        count = abs(int(found[3]))
        values = [_count(count, "day"), *([_count(count // 7, "week")] if count % 7 == 0 else [])]
        return Reckoned(result, (), days, tuple(values), together=facts_of(found[4]).numbers, business=int(found[5]))
    if found := _AGE.fullmatch(result):
        return Reckoned(result, (), days, (_count(int(found[2]), "year"),))
    if found := _ADDED.fullmatch(result):
        return Reckoned(result, (Fraction(abs(int(found[2]))),), days[:1], (), days[1:])
    if found := _DAY.fullmatch(result):
        return Reckoned(result, (), days, (_count(int(found[2]), ""),) if found[2] else (), days)
    return None


def only_reckons(facts: Facts, results: Iterable[Reckoned], said: Facts, keys: Keys, asked: date | None) -> bool:
    """Say whether a sentence says what was reckoned from the person's own figures, and nothing else."""
    founded = [each for each in results if each.is_by(said, asked)]
    found = [number for number in facts.numbers if any(each.says(number, facts.text) for each in founded)]
    days = [day for day in facts.days if any(day.fits(one, asked) for each in founded for one in each.days)]
    numbers_hold = all(
        number in found or any(number.fits(own) for own in said.numbers) or _is_given(number, founded)
        for number in facts.numbers
    )
    days_hold = all(day in days or (day.day and _was_named(facts, day.place, said, founded)) for day in facts.days)
    return bool(
        (found or days) and numbers_hold and days_hold and not facts.codes and not facts.clocks
        and _units_are_said(facts, said, founded) and _words_are_said(facts, said, keys)
    )  # fmt: skip


def founded_sum(results: Sequence[Reckoned], said: Facts, language: str) -> str:
    """Return the last sum that was reckoned from the person's own figures, as a line in their language; "" for none."""
    line = next((each.line for each in reversed(results) if each.given and not each.days and each.is_by(said, None)), "")
    return re.sub(r"(?<=\d)\.(?=\d)", ",", line) if language == "de" else line


def _count(value: int, unit: str) -> Number:
    return Number((0, 0), Fraction(value), unit)


def _names(said: Facts, day: date, asked: date | None) -> bool:
    holidays = chain.from_iterable(days for pattern, days in _HOLIDAYS if pattern.search(said.text))
    return (day.month, day.day) in holidays or any(
        each.fits(day, asked)
        and (each.day or each.offset is not None or (each.weekday is not None and _is_near(day, asked)))
        for each in said.days
    )


def _is_near(day: date, asked: date | None) -> bool:
    return asked is not None and abs((day - asked).days) <= _A_FORTNIGHT


def _was_named(facts: Facts, place: tuple[int, int], said: Facts, founded: Iterable[Reckoned]) -> bool:
    """Say whether a date is one that a result rests on, or stands in the person's words."""
    (day,) = [each for each in facts.days if each.place == place][:1]
    given = any(day.fits(one, None) for each in founded for one in each.days_given if day.offset is None)
    return given or facts.text[place[0] : place[1]].casefold() in said.text.casefold()


def _is_given(number: Number, founded: Iterable[Reckoned]) -> bool:
    return any(number.value == each for result in founded for each in result.given)


def _is(number: Number, result: Number, text: str) -> bool:
    written = next(iter(re.findall(r"\d[\d.,'’]*\d|\d", text[slice(*number.place)])), "")
    before = text[: number.place[0]].rstrip().casefold()
    negative = before.endswith(("-", "\u2212", "–", "minus"))
    if negative != (result.value < 0) or not number.fits(Number(number.place, number.value, result.unit)):
        return False
    wanted = abs(result.value)
    places = len(written) - max(written.rfind("."), written.rfind(",")) - 1 if re.search(r"[.,]", written) else 0
    near = abs(number.value - wanted) <= Fraction(1, 2 * 10**places)
    plain = _FIGURE.fullmatch(written.replace(",", "."))
    same = bool(plain) and wanted.denominator > 1 and Fraction(written.replace(",", ".")) == wanted
    return number.value == wanted or same or (near and (places > 1 or _ROUGHLY.search(text) is not None))


def _units_are_said(facts: Facts, said: Facts, founded: Iterable[Reckoned]) -> bool:
    units = {"", "%", "count", *(each.unit for each in said.numbers)}
    units |= {each.unit for result in founded for each in (*result.values, *result.together)}
    own = said.text.casefold()
    return all(
        number.unit in units or re.sub(r"[\d.,'’\s]", "", facts.text[slice(*number.place)]).casefold() in own
        for number in facts.numbers
    )


def _words_are_said(facts: Facts, said: Facts, keys: Keys) -> bool:
    spoken, own = set(words(facts.text)), set(words(said.text))
    of_me = not own.isdisjoint(_ME)
    people = (of_me or spoken.isdisjoint(_YOU)) and (of_me or spoken & _FORMAL <= own) and spoken & _OTHERS <= own
    plain = people and spoken.isdisjoint(NEGATORS) and spoken.isdisjoint({"ich", "i"})
    return plain and all(word.frame or word.folded in _RECKONS or word.keys & keys for word in facts.words)


def without_reckoned(facts: Facts, results: Iterable[Reckoned], said: Facts) -> Facts:
    """Return a sentence's facts without what was reckoned from figures it shows, and without the person's own of these."""
    numbers = facts.numbers
    for result in results:
        if result.given and all(any(number.value == each for number in facts.numbers) for each in result.given):
            numbers = tuple(
                number
                for number in numbers
                if not result.says(number, facts.text)
                and not (number.value in result.given and any(number.fits(own) for own in said.numbers))
            )
    return replace(facts, numbers=numbers)
