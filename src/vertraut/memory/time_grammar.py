"""How sequences of time words get a meaning: a small grammar over the kinds of tokens, applied in passes.

A rule is a pattern of kinds and the function that gives its meaning: a ``Named`` time, or a ``Recurring`` one that later
words may still tell which year. Each pass replaces what it recognises by one token of a kind of its own (``DAY_TIME``,
``YEARLY``, …), which the next passes build on. A function that returns None, or meets a day that does not exist, leaves the
words to the rules after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any

from vertraut.memory.time_calendar import Range, Recurring
from vertraut.memory.time_tokens import Token

_KIND = re.compile(r"[A-Z][A-Z_]*")
_OPENING = re.compile(r"\((?!\?)")
_GROUPS = {
    "MONTHS": "(MONTH|MONTH_WEAK|MONTH_SHORT)",
    "DATE_DAY": "(ORDINAL|NUMBER)",
    "COMMA_YEAR": "(COMMA? YEAR)",
    "UP_TO": "(DASH|UNTIL|TO)",
    "COUNTS": "(NUMBER|COUNT|VAGUE|ARTICLE|AN)",
    "DURATION": "(UNIT|UNITS|DAY|DAYS|HOUR|HOURS)",
    "PLURAL": "(UNITS|DAYS|HOURS)",
    "WHICH": "(LAST|PAST|NEXT|THIS)",
    "ONE_DAY": "(DAY_TIME|YEAR_DAY)",
    "YEAR_LONG": "(YEARLY|YEAR_DAY)",
    "TIMES": "(TIME|DAY_TIME|WEEK_TIME|MONTH_TIME|YEAR_TIME|YEARLY|YEAR_DAY|WEEKLY)",
    "AT": "(IN|ON|AN|DURING)",
}
"""Names for alternatives among kinds, in patterns."""


@dataclass(frozen=True, slots=True)
class Named:
    """A time that is settled. ``unit`` is set where it is one day or a calendar week, month or year."""

    range: Range
    unit: str = ""
    firm: bool = True
    year: int = 0
    """The year that is meant by a ``unit`` of "year"."""


Meant = Named | Recurring


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks when: the present on the local clocks, the language, and whether the sentence looks back or ahead."""

    now: datetime
    zone: tzinfo
    german: bool
    past: bool
    future: bool

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.date()

    def hours_off(self, hours: float) -> datetime:
        """Return the local time so many elapsed hours from now, over changes of the clocks."""
        instant = self.now.replace(tzinfo=self.zone).astimezone(UTC) + timedelta(hours=hours)
        return instant.astimezone(self.zone).replace(tzinfo=None)

    def resolved(self, meant: Meant) -> Range:
        """Return the range that is meant: of what recurs, the last one, or the next if the sentence looks ahead."""
        if isinstance(meant, Named):
            return meant.range
        return meant.coming(self.now) if self.future else meant.usual(self.now)


class Found:
    """The tokens that a pattern matched, by kind."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens

    def all(self, *kinds: str) -> list[Any]:
        """Return the values of all tokens of some kinds."""
        return [token.value for token in self.tokens if token.kind in kinds]

    def get(self, *kinds: str) -> Any:
        """Return the value of the first token of some kinds, or None."""
        return next(iter(self.all(*kinds)), None)

    def words(self, kind: str) -> list[str]:
        """Return the words of the tokens of a kind."""
        return [token.word for token in self.tokens if token.kind == kind]

    def __contains__(self, kind: str) -> bool:
        return any(token.kind == kind for token in self.tokens)

    def meant(self) -> list[Meant]:
        """Return what was already recognised among the tokens."""
        return [token.value for token in self.tokens if isinstance(token.value, Named | Recurring)]


Meaning = Callable[[Asking, Found], Meant | None]
Rule = tuple[str, Meaning]


class Pass:
    """Rules that are tried together, at each place the first that matches."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._patterns, self._meanings = zip(*rules, strict=True)

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?P<r{n}>{_expression(pattern)})" for n, pattern in enumerate(self._patterns)))

    @cached_property
    def _each(self) -> list[re.Pattern[str]]:
        return [re.compile(_expression(pattern)) for pattern in self._patterns]

    def over(self, tokens: Sequence[Token], asking: Asking) -> list[Token]:
        """Return the tokens with everything replaced that a rule gives a meaning to."""
        kinds = "".join([_LETTERS[token.kind] for token in tokens])
        result: list[Token] = []
        done = at = 0
        while found := self._any.search(kinds, at):
            at = found.start()
            meant, end = self._meaning(found, tokens, asking)
            if meant is None:
                at += 1
                continue
            result += tokens[done:at]
            result.append(Token(_kind_of(meant), meant, tokens[at].start, tokens[end - 1].end))
            done = at = end
        return [*result, *tokens[done:]]

    def _meaning(self, found: re.Match[str], tokens: Sequence[Token], asking: Asking) -> tuple[Meant | None, int]:
        """Return what the matching rule, or else one after it, makes of the place, and where that ends."""
        first, at = int((found.lastgroup or "r0")[1:]), found.start()
        if meant := _tried(self._meanings[first], asking, tokens[at : found.end()]):
            return meant, found.end()
        for number in range(first + 1, len(self._each)):
            other = self._each[number].match(found.string, at)
            if other and (meant := _tried(self._meanings[number], asking, tokens[at : other.end()])):
                return meant, other.end()
        return None, found.end()


class _Letters(dict[str, str]):
    """One letter for each kind, given out as kinds are met."""

    def __missing__(self, kind: str) -> str:
        self[kind] = chr(_FIRST_LETTER + len(self))
        return self[kind]


_FIRST_LETTER = 0x4E00
_LETTERS = _Letters()


def _expression(pattern: str) -> str:
    """Return a pattern of kinds as a regular expression over their letters."""
    spread = _KIND.sub(lambda kind: _GROUPS.get(kind.group(), kind.group()), pattern)
    letters = _KIND.sub(lambda kind: _LETTERS[kind.group()], spread).replace(" ", "")
    return _OPENING.sub("(?:", letters)


def _tried(meaning: Meaning, asking: Asking, tokens: Sequence[Token]) -> Meant | None:
    try:
        return meaning(asking, Found(tokens))
    except (ValueError, OverflowError):
        return None  # 31 February, week 54, or ten thousand years ago


def _kind_of(meant: Meant) -> str:
    if isinstance(meant, Named):
        return f"{meant.unit.upper()}_TIME" if meant.unit else "TIME"
    if meant.every == "week":
        return "WEEKLY"
    return "YEAR_DAY" if meant.one_day else "YEARLY"
