"""Answers without a language model: quotes with their evidence, and the few things that are said without any.

The same in German and English, du and Sie. Nothing here is made up: a sentence is either fixed or somebody's own words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vertraut.assistant.persona import Persona, say
from vertraut.memory import Answer, Quote
from vertraut.memory.context import Line

_QUOTED: Final[Mapping[str, str]] = {"de": "„{}“ [{}]", "en": "“{}” [{}]"}
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class _Small:
    """A kind of small talk in one language: what a person says, and what is said to it (in German with du and Sie)."""

    said: tuple[str, ...]
    plain: str
    formal: str = ""


_MORE: Final = r"(?:\W+(?:vertraut|zusammen|all|du|dir|ihnen|you|so|much|sehr|schön|lieb))*"
_SMALL: Final = (
    _Small(
        ("hallo", "hey", "moin", "servus", "grüß (?:gott|dich|sie)", "guten (?:tag|morgen|abend)"),
        "Hallo! Was möchtest du wissen?",
        "Guten Tag! Was möchten Sie wissen?",
    ),
    _Small(("hello", "hi", "good (?:morning|evening|afternoon)"), "Hello! What would you like to know?"),
    _Small(
        ("wie geht(?:['’]?s| es)(?: (?:dir|ihnen|euch))?(?: (?:heute|denn|so))*", "alles (?:gut|klar) bei (?:dir|ihnen)"),
        "Ich bin ein Programm und bereit. Was möchtest du wissen?",
        "Ich bin ein Programm und bereit. Was möchten Sie wissen?",
    ),
    _Small(
        ("how are you(?: doing)?(?: today)?", "how do you do", "how(?:['’]s| is) it going"),
        "I am a program, and ready. What would you like to know?",
    ),
    _Small(("danke", "dankeschön", "vielen dank", "herzlichen dank"), "Gern geschehen."),
    _Small(("thanks", "thank you", "many thanks", "thx", "cheers"), "You're welcome."),
    _Small(
        ("tschüss?", "ciao", "bis (?:bald|dann|morgen|später)", "gute nacht", "auf wiedersehen", "pfiat di"),
        "Bis bald, mach's gut.",
        "Auf Wiedersehen, alles Gute.",
    ),
    _Small(("good ?bye", "bye", "bye bye", "good night", "see you"), "Goodbye, and take care."),
)


def small_talk(text: str, persona: Persona) -> str:
    """Return what is said to a greeting, thanks or a goodbye, in its language; "" where the text is anything more."""
    for row in _SMALL:
        if re.fullmatch(rf"\W*(?:{'|'.join(row.said)}){_MORE}\W*", text, re.IGNORECASE):
            return say(persona, row.plain, row.formal or row.plain)
    return ""


def unknown(language: str, persona: Persona) -> str:
    """Return the sentence that says that memory does not hold the answer."""
    if language == "en":
        return "I find nothing in your memory that answers this."
    return say(persona, "Dazu finde ich nichts in deinem Gedächtnis.", "Dazu finde ich nichts in Ihrem Gedächtnis.")


def noted(language: str, number: int) -> str:
    """Return the sentence that says that a note was kept."""
    return f"Remembered as entry {number}." if language == "en" else f"Gemerkt als Eintrag {number}."


def forgotten(language: str, entries: int) -> str:
    """Return the sentence that says that so many entries are forgotten, or that nothing is yet."""
    if language == "en":
        return f"Forgotten for ever: {entries}." if entries else "Nothing is forgotten yet."
    return f"Für immer vergessen: {entries}." if entries else "Noch ist nichts vergessen."


def quoted_lines(answer: Answer) -> tuple[Line, ...]:
    """Return what the quotes of an answer rest on, as numbered lines."""
    return tuple(_line(quote) for quote in answer.quotes)


def quoted_answer(answer: Answer, language: str, persona: Persona) -> str:
    """Return an answer in the words of memory; what only comes near is told as such."""
    template = _QUOTED[language]
    quotes = "\n".join(template.format(_cut(quote.text), quote.number) for quote in answer.quotes)
    if answer.known or not quotes:
        return quotes or unknown(language, persona)
    near = "What comes nearest:" if language == "en" else "Was dem am nächsten kommt:"
    return f"{unknown(language, persona)} {near}\n{quotes}"


def _line(quote: Quote) -> Line:
    place = ((quote.start, quote.stop),)
    return Line(quote.number, quote.hit.id, quote.hit.entry, place, quote.text, quote.number - 1, gap=False)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"
