"""Patterns over plain words (``wording.plain``), read from ``patterns.<language>.txt``: sections of one pattern a line.

``<3>`` stands for up to three words without a negation, ``<*3>`` for any, ``<,3>`` for any with commas, ``<not>`` for "and
no negation right after", ``{NAME}`` for what the head of the file says, ``!!`` parts off what makes its line harmless. A
pattern begins and ends where words do. All repetition is bounded, so that matching takes linear time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from vertraut.assistant.boundaries.situation import Language
from vertraut.assistant.boundaries.wording import umlauts_spelt

LANGUAGES: tuple[Language, ...] = ("de", "en")

_NEGATED = r"(?:not|never|no|none|neither|nor|without|nicht|nichts|nie|niemals|kein\w*|niemand\w*|weder|ohne)\b"
_GAPS = {"": rf"(?:(?!{_NEGATED})\w+ )", "*": r"(?:\w+ )", ",": r"(?:[\w,:;]+ )"}
_GAP = re.compile(r"<([*,]?)(\d+)>")
_NOT = rf"(?!(?: \w+){{0,3}} {_NEGATED})"
_NAME = re.compile(r"\{[A-Z]+\}")
_Row = tuple[re.Pattern[str], re.Pattern[str] | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A boundary: the section that says what breaks it, and what is said in place of a sentence that did."""

    name: str
    instead: dict[Language, str]


def matches(section: str, words: str, language: Language) -> bool:
    """Say whether a pattern of a section stands in plain words."""
    return any(
        pattern.search(words) and not (harmless and harmless.search(words))
        for pattern, harmless in _sections(language)[section]
    )


def language_of(section: str, words: str) -> Language | None:
    """Return the language in which a section's patterns stand in plain words, and nothing makes them harmless."""
    found = next((language for language in LANGUAGES if matches(section, words, language)), None)
    return None if found and any(matches(f"{section} but", words, language) for language in LANGUAGES) else found


def stands(section: str, words: str) -> bool:
    """Say whether a section's patterns of any language stand in plain words."""
    return language_of(section, words) is not None


def without(section: str, words: str) -> str:
    """Return plain words with a gap in place of what a section's patterns find."""
    for language in LANGUAGES:
        for pattern, _ in _sections(language)[section]:
            words = pattern.sub("…", words)
    return words


@cache
def _sections(language: Language) -> defaultdict[str, Sequence[_Row]]:
    names: dict[str, str] = {}
    lines = defaultdict[str, list[str]](list)
    section = ""
    for line in umlauts_spelt(
        files(__package__).joinpath(f"patterns.{language}.txt").read_text(encoding="utf-8")
    ).splitlines():
        name, defines, meaning = line.partition(" = ")
        if defines:
            names[name] = _spelt_out(meaning, names)
        elif line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            lines[section].append(_spelt_out(line, names))
    return defaultdict(tuple, {name: tuple(_rows(found)) for name, found in lines.items()})


def _rows(lines: Sequence[str]) -> Iterator[_Row]:
    free = [line for line in lines if "!!" not in line]
    if free:
        yield _compiled("|".join(free)), None
    for line in lines:
        pattern, parted, harmless = line.partition("!!")
        if parted:
            yield _compiled(pattern), _compiled(harmless)


def _spelt_out(text: str, names: dict[str, str]) -> str:
    return _GAP.sub(lambda gap: f"{_GAPS[gap[1]]}{{0,{gap[2]}}}", _NAME.sub(lambda name: names[name[0]], text)).replace(
        "<not>", _NOT
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")
