"""Sentences that say that a note was kept: true only where one was, and only of what stands in it."""

from __future__ import annotations

import re
from typing import Final

from vertraut.assistant.claims import content_keys
from vertraut.assistant.evidence import NEGATORS
from vertraut.assistant.facts import Facts, facts_of
from vertraut.memory.words import words

_KEPT: Final = (
    r"(?:gemerkt|notiert|gespeichert|vermerkt|festgehalten|aufgeschrieben|noted|saved|stored|remembered|memori[sz]ed|recorded"
    r"|written\s+(?:it|that|this)\s+down|made\s+a\s+note)"
)
_SAYS_SO: Final = re.compile(
    rf"^\W*(?:(?:gern\w*|ok\w*|klar|alles\s+klar|natürlich|ja|gut|sure|of\s+course|yes|done|erledigt|all\s+right)\b[\s,:.!–—]*)*"
    rf"(?:{_KEPT}\b|(?:das|es|dies|ich|i|it|that|this)\b[^.]{{0,30}}\b{_KEPT}\b"
    r"|ich\s+(?:merke|notiere|speichere)\b|(?:das|es|dies)\s+(?:merke|notiere|speichere|behalte)\s+ich\b"
    r"|ich\s+(?:werde|denke)\b[^.]{0,40}\b(?:merken|daran|behalten|notieren)\b"
    r"|i(?:['’]ll|\s+will|['’]ve|\s+have)\s+(?:\w+\s+)?(?:remember|note|save|store|keep|made\s+a\s+note|written)\b)",
    re.IGNORECASE,
)
_OF_NOTING: Final = frozenset(
    "merke merken notiere notieren speichere speichern behalte behalten daran denke denken gern gerne erledigt klar ok "
    "okay sure yes done course right remember note save store keep mind made down written eintrag notiz entry gedächtnis "
    "memory ill ive".split()
)


def says_noted(said: str) -> bool:
    """Say whether a sentence says that something was noted."""
    return _SAYS_SO.search(said) is not None


def only_says_noted(said: str, note: str) -> bool:
    """Say whether a sentence says that a note was kept, and of what only what stands in the note."""
    if not says_noted(said):
        return False
    facts, kept = facts_of(said), facts_of(note)
    saying = [word for word in facts.words if word.frame or word.folded in _OF_NOTING or re.fullmatch(_KEPT, word.folded)]
    content = [word for word in facts.words if word not in saying]
    keys = content_keys(kept)
    restated = bool(content or facts.numbers or facts.days or facts.clocks or facts.codes)
    denies = (set(words(said)) & NEGATORS, set(words(note)) & NEGATORS)
    same = bool(denies[0]) == bool(denies[1]) if restated else not denies[0]
    return same and _figures_stand_in(facts, kept) and all(word.keys & keys for word in content)


def _figures_stand_in(facts: Facts, kept: Facts) -> bool:
    spelt = kept.text.casefold()
    numbers = all(any(each.fits(own) for own in kept.numbers) for each in facts.numbers)
    codes = all(code in {own for _, own in kept.codes} for _, code in facts.codes)
    days = all(
        any(
            (day.year, day.month, day.day, day.weekday, day.offset)
            == (own.year, own.month, own.day, own.weekday, own.offset)
            for own in kept.days
        )
        or facts.text[slice(*day.place)].casefold() in spelt
        for day in facts.days
    )
    return (
        numbers and codes and days and all(any(each.minutes & own.minutes for own in kept.clocks) for each in facts.clocks)
    )
