"""German or English: which of them is spoken, and how numbers, sizes, dates and counted things are written in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Literal, get_args

from vertraut.clock import When, offset_name
from vertraut.interfaces.language.problems import PROBLEMS
from vertraut.interfaces.language.shared import MONTHS, NOUNS, SHARED, Both

Language = Literal["en", "de"]

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # in the order that POSIX gives them
_UNITS = ("B", "KB", "MB", "GB", "TB")
_STEP = 1000
_ROLES = ("user", "assistant")  # what exports of AI chats call those who speak


def chosen_language(setting: str, environment: Mapping[str, str]) -> Language:
    """Return the language of the settings, else that of the machine if it is spoken here, else English."""
    locale = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    wanted = (setting or locale)[:2].lower()
    return next((language for language in _languages() if language == wanted), "en")


class Wording:
    """What is said, in one language. Calling it gives a text of the interface's table with its fields filled in."""

    def __init__(
        self,
        language: Language,
        home_zone: str = "UTC",
        texts: Mapping[str, Both] = SHARED,
        person: Callable[[], str] = str,
    ) -> None:
        """``person`` is asked, when it is first needed, what the person is called who is spoken to; "" if unknown."""
        self.language = language
        self._person = person
        self.texts = texts
        self._place = _languages().index(language)
        self.home_zone = home_zone

    def __call__(self, key: str, **fields: object) -> str:
        """Return a text; numbers among the fields are written as the language writes them."""
        spoken = {name: self.number(value) if isinstance(value, int) else value for name, value in fields.items()}
        return self.texts[key][self._place].format(**spoken)

    def count(self, noun: str, number: int) -> str:
        """Return a number with what is counted: "1 entry", "12,345 entries"."""
        return f"{self.number(number)} {self.noun(noun, number)}"

    def noun(self, noun: str, number: int) -> str:
        """Return the word for this many of a thing."""
        return NOUNS[noun][self._place][0 if number == 1 else 1]

    @cached_property
    def person(self) -> str:
        """What the person is called who is spoken to, or ""."""
        return self._person()

    def author(self, name: str, kind: str = "chat") -> str:
        """Return what an author is called: those whom an AI chat names by their role only, as what they are.

        Of an entry with its ``kind``; in any other than an AI chat somebody may well be called so.
        """
        if kind != "chat" or name not in _ROLES:
            return name
        return (name == "user" and self.person) or self(f"author.{name}")

    def problem(self, code: str) -> str:
        """Return what a problem in a file is called."""
        return PROBLEMS[code][self._place]

    def listed(self, parts: Sequence[str]) -> str:
        """Return "a, b and c"."""
        if len(parts) < 2:  # noqa: PLR2004
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self('and')} {parts[-1]}"

    def number(self, value: int) -> str:
        """Return a whole number with its thousands apart."""
        return self._swapped(f"{value:,}")

    def decimal(self, value: float, places: int = 1) -> str:
        """Return a number with that many places after its point."""
        return self._swapped(f"{round(value, places) + 0.0:,.{places}f}")  # + 0.0 makes -0.0 a plain zero

    def size(self, count: int) -> str:
        """Return a number of bytes in the largest unit that fits."""
        value, unit = float(count), 0
        while value >= _STEP and unit < len(_UNITS) - 1:
            value, unit = value / _STEP, unit + 1
        return f"{self.number(count)} {_UNITS[0]}" if unit == 0 else f"{self.decimal(value)} {_UNITS[unit]}"

    def dollars(self, amount: Decimal) -> str:
        """Return an amount of US dollars, small ones more exactly."""
        number = self.decimal(float(amount), 2 if amount >= 1 or not amount else 4)
        return f"{number}\N{NO-BREAK SPACE}US$" if self.language == "de" else f"US$\N{NO-BREAK SPACE}{number}"

    def date(self, when: When) -> str:
        """Return a point in time as exactly as it is known: times on the clocks of the home zone, what is longer as written.

        What the clocks showed where a time was written follows, if their offset was another one.
        """
        shown = self._at_home(when)
        match when.precision:
            case "year":
                return f"{shown.year}"
            case "month":
                return f"{MONTHS[self._place][shown.month - 1]} {shown.year}"
            case "day":
                return self._day(shown)
        there = when.local
        if there.utcoffset() == shown.utcoffset():
            return f"{self._day(shown)}, {shown:%H:%M}"
        day = "" if there.date() == shown.date() else f"{self._day(there)} "
        offset = offset_name(there).replace("+00:00", "")
        return f"{self._day(shown)}, {shown:%H:%M} ({day}{there:%H:%M} UTC{offset})"

    def span(self, start: When, end: When) -> str:
        """Return "8 March 2025, 14:30 to 15:00", saying only once what both have in common."""
        first, last = self.date(start), self.date(end)
        if first == last:
            return first
        if start.precision == end.precision == "second" and self._at_home(start).date() == self._at_home(end).date():
            last = last.rpartition(", ")[2]
        return self("date.span", start=first, end=last)

    def _at_home(self, when: When) -> datetime:
        return When(when.instant, self.home_zone).local if when.precision == "second" else when.local

    def _day(self, local: datetime) -> str:
        month = MONTHS[self._place][local.month - 1]
        return self("date.day", day=str(local.day), month=month, year=str(local.year))

    def moment(self, instant: datetime) -> str:
        """Return an instant on the clocks of the home zone."""
        return self.date(When(instant, self.home_zone))

    def _swapped(self, number: str) -> str:
        return number.translate({44: ".", 46: ","}) if self.language == "de" else number


def _languages() -> tuple[Language, ...]:
    return get_args(Language)
