"""Whether lines say the opposite of a statement, or name a figure of it only as the one that no longer holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from vertraut.assistant.claims import Claim, Known, Objection
from vertraut.assistant.evidence import Clause, LineFacts
from vertraut.assistant.facts import Word
from vertraut.assistant.figures import places_of_figures
from vertraut.assistant.nearness import is_in_clause, nearest_clauses
from vertraut.assistant.word_senses import opposite_of

_REPLACED: Final = re.compile(
    r"\b(?:statt|anstatt|anstelle|instead\s+of|rather\s+than|nicht(?:\s+mehr)?|no\s+longer|not|kein\w*|ursprünglich|originally"
    r"|zuerst|vorher|früher|formerly|previously)\s+(?:(?:am|um|im|in|beim|bei|der|die|das|den|dem|on|at|the|vom|von|zum|bis|mit)\s+)*$",
    re.IGNORECASE,
)
_BEFORE: Final = 60
_PRONOUNS: Final = frozenset("it es sie er ihn them".split())


def is_denied(claim: Claim, lines: Sequence[LineFacts], known: Known) -> Objection:
    """Object where the clause that is nearest to a claim says the opposite: one of them denies, the other does not."""
    for clause in claim.clauses:
        wanted = [word for word in claim.words_beside(clause.place) if clause.place[0] <= word.place[0] < clause.place[1]]
        if clause.unclear or not wanted:
            continue
        denies = clause.negated
        held = _holding(claim, clause, lines, known)
        best = held or nearest_clauses(wanted, lines)
        if best and not any(each.unclear or each.negated == denies for each in best):
            return "denied"
        points_back = any(not (each.negated or _PRONOUNS.isdisjoint(each.words)) for each in held)
        if not (denies or points_back) and any(_only_denied(word, lines) for word in wanted):
            return "denied"
        if any(_is_opposite(word, wanted, lines) for word in wanted):
            return "opposite"
    return ""


def _holding(claim: Claim, clause: Clause, lines: Sequence[LineFacts], known: Known) -> list[Clause]:
    """Return the clauses that hold the figures of a claim's clause."""
    found = []
    for value, places in places_of_figures(claim, lines, known):
        if clause.place[0] <= value[0] < clause.place[1]:
            found += [line.clauses[line.clause_at(place)] for line, place in places]
    return found


def _only_denied(word: Word, lines: Iterable[LineFacts]) -> bool:
    """Say whether all clauses that hold a word deny it."""
    stems = {key for key in word.keys if not key.startswith("#")}
    holding = [clause for line in lines for clause in line.clauses if is_in_clause(word, clause)]
    return any(stems & clause.keys for clause in holding) and all(clause.negated for clause in holding)


def _is_opposite(word: Word, wanted: Sequence[Word], lines: Sequence[LineFacts]) -> bool:
    """Say whether the clauses that are nearest to the other words hold the opposite of one."""
    if not (opposite := opposite_of(word.keys)):
        return False
    best = nearest_clauses([each for each in wanted if each is not word], lines)
    return bool(best) and all(opposite & clause.keys and not word.keys & clause.keys for clause in best)


def is_replaced(claim: Claim, lines: Sequence[LineFacts], known: Known) -> Objection:
    """Object to a value that the lines name only as the one that no longer holds: "20. Februar statt 30. Januar"."""
    if claim.owns_up:
        return ""
    for _, places in places_of_figures(claim, lines, known):
        if places and all(_REPLACED.search(line.facts.text, max(0, place[0] - _BEFORE), place[0]) for line, place in places):
            return "replaced"
    return ""
