"""A statement as something to check, and what counts beside the lines that it cites."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from vertraut.assistant.evidence import Clause
from vertraut.assistant.facts import Facts, Word
from vertraut.assistant.stated_times import Place
from vertraut.assistant.word_senses import Keys, has_meaning, is_action, keys_of

Objection = str
Alike = Callable[[str, Iterable[str]], bool]
"""Says whether a word means nearly the same as one of others, in another language."""
_BARE_WORDS: Final = 3
_BEFORE_NOUNS: Final = frozenset(
    "a an the my your his her their our its some any no of in on at with for from by under behind into onto near".split()
)
_VERBISH: Final = re.compile(
    r"(?:ge|be|ver|er|ent|ab|an|auf|aus|ein|mit|vor|zu|hin|her|um|nach|über|unter)\w{2,}(?:t|en|te|ten)|\w{2,}(?:ieren|ierte?n?)"
    r"|\w{3,}(?:ed|ing)"
)


_OWNS_UP: Final = re.compile(
    r"\b(?:statt|anstatt|anstelle|instead|rather|nicht|no|not|n['’]t|kein\w*|ursprünglich\w*|original\w*|zuerst|erst|zunächst|first"
    r"|initial\w*|vorher|früher\w*|former\w*|previous\w*|verschoben|verlegt|moved|postponed|geplant|planned|never|nie)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement with its facts. ``names`` gives the plain form of the names in it, ``agent`` is whom it begins with."""

    text: str
    facts: Facts
    names: Mapping[str, str]
    agent: Keys
    clauses: tuple[Clause, ...] = field(repr=False)

    @property
    def owns_up(self) -> bool:
        """Whether it says itself that something no longer holds, or does not."""
        return _OWNS_UP.search(self.text) is not None

    def words_beside(self, place: Place, *, named: bool = False) -> list[Word]:
        """Return the content words of the clause that a place lies in; of the whole where it is little but a figure."""
        content = [word for word in self.facts.words if not word.frame and (named or word.folded not in self.names)]
        for clause in self.clauses:
            if clause.place[0] <= place[0] < clause.place[1]:
                inside = [word for word in content if clause.place[0] <= word.place[0] < clause.place[1]]
                return inside or ([] if len(clause.words) > _BARE_WORDS else content)
        return content


@dataclass(frozen=True, slots=True)
class Known:
    """What counts beside the lines: what the person said, who is around, when it was asked, a sense of likeness.

    ``names`` are names in the lines right beside the cited ones: of whom one speaks there need not be said again.
    """

    keys: Keys
    names: Keys
    asked: date | None
    cross_language: bool
    alike: Alike | None


def content_keys(facts: Facts) -> Keys:
    """Return the keys of the words of a text that carry something."""
    return frozenset().union(
        *(word.keys for word in facts.words if not word.frame), *(keys_of(w.folded) for w in facts.words if w.parts)
    )


def is_name_like(word: Word) -> bool:
    """Say whether a capitalised word may be somebody's name: no table knows it and it looks like no verb."""
    return not (word.frame or word.parts or has_meaning(word.folded) or _VERBISH.fullmatch(word.folded))


def looks_like_another_word(word: Word, after: str) -> bool:
    """Say whether a word that the lines lack may be another word for what they say: a verb or the like, by how it stands.

    In German it is written small, in English no article or preposition is in front of it.
    """
    if has_meaning(word.folded):
        return is_action(word.keys) and not (after in _BEFORE_NOUNS and word.written.istitle())
    return not word.parts and word.written.islower() and after not in _BEFORE_NOUNS
