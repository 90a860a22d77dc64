"""Whether lines carry a statement: every day, time, number, code and word of it is in them, said of the same, not denied.

``objection`` returns why not, in a word for those who look into it, or "" where nothing speaks against it. It errs towards
objecting: a true statement that is left out costs less than a false one that is shown as remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from vertraut.assistant.ascribing import is_by_another, is_of_another
from vertraut.assistant.claims import Claim, Known, Objection, looks_like_another_word
from vertraut.assistant.denying import is_denied, is_replaced
from vertraut.assistant.evidence import LineFacts
from vertraut.assistant.facts import Word
from vertraut.assistant.figures import (
    holds_number,
    lines_of_clock,
    lines_of_day,
    unfounded_clocks,
    unfounded_codes,
    unfounded_days,
    unfounded_numbers,
)
from vertraut.assistant.word_senses import has_meaning, is_part

CONTRADICTIONS: Final = frozenset({"denied", "opposite", "replaced", "of another", "by another"})
"""Objections that say that the lines tell otherwise, not only that they do not tell."""
_MOST_VAGUE: Final = 2
_ENOUGH: Final = 3


def objection(claim: Claim, lines: Sequence[LineFacts], known: Known) -> Objection:
    """Return why some lines do not carry a claim, or "" if they do."""
    if not lines:
        return "nothing cited"
    checks = (
        unfounded_numbers,
        unfounded_codes,
        unfounded_days,
        unfounded_clocks,
        is_denied,
        is_replaced,
        _words,
        is_of_another,
        is_by_another,
    )
    return next((why for check in checks if (why := check(claim, lines, known))), "")


def mostly_said(claim: Claim, lines: Sequence[LineFacts], known: Known) -> bool:
    """Say whether only words speak against a claim, and the lines say nearly all of them: three of four, at least three."""
    if is_of_another(claim, lines, known) or is_by_another(claim, lines, known):
        return False
    content = [word for word in claim.facts.words if not (word.frame or word.folded in claim.names)]
    said = sum(_found(word, lines) for word in content)
    return said >= _ENOUGH and said * 4 >= len(content) * 3


def anchors(claim: Claim, lines: Sequence[LineFacts], known: Known) -> int:
    """Return how many facts and content words of a claim the lines hold: how near they are to it."""
    facts = claim.facts
    count = sum(1 for number in facts.numbers if holds_number(number, lines))
    count += sum(2 for day in facts.days if lines_of_day(day, claim, lines, known))
    count += sum(2 for clock in facts.clocks if lines_of_clock(clock, claim, lines))
    count += sum(1 for _, code in facts.codes if any(code in line.facts.text.casefold() for line in lines))
    return count + sum(1 for word in facts.words if not word.frame and _found(word, lines))


def _words(claim: Claim, lines: Sequence[LineFacts], known: Known) -> Objection:
    """Object to words that nothing cited says: any that names a thing, more than some that may be another word for it."""
    vague = found = 0
    before = ""
    for word in claim.facts.words:
        name, after, before = claim.names.get(word.folded, ""), before, word.folded
        if word.frame:
            continue
        if _found(word, lines, name) or (not name and _is_alike(word, lines, known)):
            found += not name
        elif name in known.names or (word.keys & known.keys and name not in claim.agent):
            continue
        elif name or not looks_like_another_word(word, after):
            return f"{'name' if name else 'word'} {word.folded}"
        else:
            vague += 1
    values = len(claim.facts.numbers) + len(claim.facts.days) + len(claim.facts.clocks) + len(claim.facts.codes)
    content = [word for word in claim.facts.words if not (word.frame or word.folded in claim.names)]
    if content and not found + values:
        return "words only asked"
    return "words" if vague > _MOST_VAGUE or (vague and found + values <= vague) else ""


def _is_alike(word: Word, lines: Sequence[LineFacts], known: Known) -> bool:
    """Say whether a word that no table knows is one in another language that the lines say."""
    if known.alike is None or not known.cross_language or has_meaning(word.folded):
        return False
    return known.alike(word.folded, _said(lines))


def _said(lines: Iterable[LineFacts]) -> list[str]:
    return sorted({word.folded for line in lines for word in line.facts.words if not word.frame})


def _found(word: Word, lines: Iterable[LineFacts], name: str = "") -> bool:
    for line in lines:
        if name and name in line.stems:
            return True
        if word.keys & line.keys or (word.parts and all(part & line.keys for part in word.parts)):
            return True
        own = [key for key in word.keys if not key.startswith("#")]
        if not word.parts and any(is_part(one, other) for one in own for other in line.stems):
            return True
    return False
