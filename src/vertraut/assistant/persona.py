"""How the assistant speaks to its person: language, form of address, length, tone, name and country.

What the person sets is a line of the journal; what is not set follows from the settings, the country from the time zone.
Everything is checked before it is kept, because a model reads it as instruction. Raises ``BadSetting``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from vertraut.errors import BadSetting
from vertraut.ledger import Journal
from vertraut.memory.words import question_language
from vertraut.settings import Settings

PersonaLanguage = Literal["", "de", "en"]
Address = Literal["", "du", "Sie"]
Length = Literal["short", "normal", "long"]
Tone = Literal["warm", "plain", "brisk"]


@dataclass(frozen=True, slots=True)
class Persona:
    """How to speak. An empty ``language`` is that of the question, an empty ``address`` the one the person uses, else du."""

    language: PersonaLanguage = ""
    address: Address = ""
    length: Length = "normal"
    tone: Tone = "warm"
    name: str = ""
    country: str = "DE"


CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "language": ("", "de", "en"),
    "address": ("", "du", "Sie"),
    "length": ("short", "normal", "long"),
    "tone": ("warm", "plain", "brisk"),
}
_NAME: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’-]){0,58}")
_TOLD: Final[dict[tuple[str, str], str]] = {
    ("language", ""): "Answer in the language of the question.",
    ("language", "de"): "Answer in German.",
    ("language", "en"): "Answer in English.",
    ("address", ""): "In German, say du or Sie as the person does; du if that is not clear.",
    ("address", "du"): "In German, say du.",
    ("address", "Sie"): "In German, say Sie, never du.",
    ("length", "short"): "Answer in one or two sentences.",
    ("length", "normal"): "Answer in a few sentences, no more than needed.",
    ("length", "long"): "Answer in detail, well ordered.",
    ("tone", "warm"): "Be warm and attentive, without flattery.",
    ("tone", "plain"): "Be matter-of-fact and friendly.",
    ("tone", "brisk"): "Be brisk: the answer first, no pleasantries.",
}


class PersonaStore:
    """The persona of a space, in its journal; later lines change what earlier ones set."""

    def __init__(self, journal: Journal, settings: Settings | None = None) -> None:
        self._journal = journal
        self._settings = settings

    def get(self) -> Persona:
        """Return the persona as it is set, and where it is not, as the settings suggest."""
        persona = self.suggested()
        for line in self._journal.read("persona"):
            for name, value in line.content.items():
                if name in _FIELDS and _is_valid(name, value):
                    suggested = getattr(self.suggested(), name)
                    persona = replace(persona, **{name: value or suggested})
        return persona

    def set(self, **changes: str) -> Persona:
        """Change the persona and return it; an empty value goes back to what is suggested. Raises ``BadSetting``."""
        for name, value in changes.items():
            if name not in _FIELDS:
                raise BadSetting(name, value, f"there is no such trait; there are {', '.join(_FIELDS)}", "persona")
            if value and not _is_valid(name, value):
                raise BadSetting(name, value, _RULES[name], "persona")
        if changes:
            self._journal.write("persona", changes)
        return self.get()

    def suggested(self) -> Persona:
        """Return the persona of somebody who set nothing."""
        if self._settings is None:
            return Persona()
        return Persona(country=country_of(self._settings.zone) or Persona().country)


def prompt_lines(persona: Persona) -> str:
    """Return the persona as a model is told it, one short sentence a line."""
    lines = [_TOLD[name, getattr(persona, name)] for name in CHOICES]
    if persona.language == "en":
        lines.remove(_TOLD["address", persona.address])
    if persona.name:
        lines.append(f"The person's name is {persona.name}.")
    return "\n".join(lines)


def say(persona: Persona, du_text: str, sie_text: str) -> str:
    """Return the one of two fixed German sentences that addresses the person as they wish."""
    return sie_text if persona.address == "Sie" else du_text


def language_for(persona: Persona, said: Sequence[str], usual: str) -> Literal["de", "en"]:
    """Return the language to answer in: the one set, else that of the latest words that tell one, else the usual one."""
    found = usual or "en"
    for text in said:
        found = question_language(text, found)
    return "de" if (persona.language or found) == "de" else "en"


def country_of(zone: str) -> str:
    """Return the ISO 3166 code of the country that a time zone lies in, or "" for one of no country ("UTC")."""
    return _zones().get(zone, "")


@cache
def _zones() -> dict[str, str]:
    """Return the country of each zone, the first and largest where a zone serves several."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


@cache
def countries() -> frozenset[str]:
    """Return the ISO 3166 codes of all countries."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8")
    return frozenset(line[:2] for line in table.splitlines() if line and not line.startswith("#"))


def _is_valid(name: str, value: object) -> bool:
    if not isinstance(value, str):
        return False
    if name in CHOICES:
        return value in CHOICES[name] or not value
    if name == "country":
        return not value or value in countries()
    return not value or _NAME.fullmatch(value) is not None


_FIELDS: Final = tuple(each.name for each in fields(Persona))
_RULES: Final[dict[str, str]] = {
    **{name: f"it must be one of {', '.join(filter(None, values))}" for name, values in CHOICES.items()},
    "name": "it must be a name: letters, spaces, hyphens, at most 60",
    "country": "it must be the two letters of a country, as DE or GB",
}
