"""Which clause of a line is nearest to some words, and whom it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from vertraut.assistant.evidence import Clause, LineFacts
from vertraut.assistant.facts import Word
from vertraut.assistant.word_senses import Keys, is_action, is_part

MARGIN: Final = 0.5
"""By how much one clause must be nearer than another to count as nearer."""

_BESIDE: Final = 0.5
_BEYOND: Final = 0.25
_ACTION: Final = 0.5


def nearest_clauses(wanted: Sequence[Word], lines: Iterable[LineFacts]) -> list[Clause]:
    """Return the clauses that share most words with others; none where they share nothing."""
    scored = [(nearness_of(wanted, line, n), line.clauses[n]) for line in lines for n in range(len(line.clauses))]
    most = max((score for score, _ in scored), default=0.0)
    return [clause for score, clause in scored if score >= max(1, most - MARGIN)]


def nearness_of(wanted: Iterable[Word], line: LineFacts, at: int, names: Mapping[str, str] = MappingProxyType({})) -> float:
    """Return how many words a clause shares with others; the clauses beside it count half, in another sentence a quarter.

    A name is shared by what is about its person; a clause about somebody else lends nothing.
    """
    total, clause = 0.0, line.clauses[at]
    beside = [
        (each, _BESIDE if each.sentence == clause.sentence else _BEYOND)
        for each in (*line.clauses[max(0, at - 1) : at], *line.clauses[at + 1 : at + 2])
        if not (each.names and clause.about and each.names.isdisjoint(clause.about))
    ]
    for word in wanted:
        if word.folded in names:
            total += names[word.folded] in (subject_of(clause, line) | clause.words)
        else:
            near = (
                1.0
                if is_in_clause(word, clause)
                else max((each[1] for each in beside if is_in_clause(word, each[0])), default=0.0)
            )
            total += near * (_ACTION if word.written.islower() and is_action(word.keys) else 1)
    return total


def subject_of(clause: Clause, line: LineFacts) -> Keys:
    """Return whom a clause is about: those it names, else its author; and whom its title names."""
    return line.title_names | (line.authors if clause.first_person or not clause.about else clause.about)


def is_in_clause(word: Word, clause: Clause) -> bool:
    """Say whether a clause holds a word, another one that means the same, or one that it is a part of."""
    if word.keys & clause.keys:
        return True
    own = [key for key in word.keys if not key.startswith("#")]
    return any(is_part(one, other) for one in own for other in clause.keys if not other.startswith("#"))
