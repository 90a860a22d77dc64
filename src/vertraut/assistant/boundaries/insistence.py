"""Insisting: a person contradicts what evidence carried without bringing anything new, and whether an answer gives in.

Who brings news ("we moved it", "she just told me", "correct it, please") is believed; who only says it again is told
what the memory says and how to correct it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vertraut.assistant.boundaries.rules import stands
from vertraut.assistant.boundaries.situation import Language, Situation
from vertraut.assistant.boundaries.wording import plain

_CITATION = re.compile(r"\s*\[\d{1,4}\]")
_VALUE = re.compile(
    r"(?<!\w)(?:\d[\w.:,/]*|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch"
    r"|jan\w*|feb\w*|märz|march|april|mai|may|june|juni|july|juli|august|sept\w*|o[ck]to\w*|nov\w*|de[cz]\w*"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)(?!\w)",
    re.IGNORECASE,
)
FEW_WORDS = 6
"""Words (or marks) that may do nothing but name another value: "Level 4!"."""
_LONGEST_REPEAT = 240
_LOOKED_BACK = 4

_INSTEAD: dict[Language, str] = {
    "de": "Im Gedächtnis steht weiterhin: „{said}“ Falls das nicht mehr stimmt: Was hat sich geändert, und woher kommt es? "
    "Dann merke ich die Berichtigung.",
    "en": "The memory still says: “{said}” If that is no longer so, tell me what changed and where that comes from, "
    "and I'll keep the correction.",
}


@dataclass(frozen=True, slots=True)
class Insistence:
    """A carried statement that is contradicted without anything new."""

    said: str
    objection: str

    def given_in_by(self, sentence: str, words: str) -> bool:
        """Say whether a sentence of the answer drops the statement."""
        if stands("stays", plain(sentence)):
            return False
        if stands("gives in", words) or self._adopted_by(sentence, words):
            return True
        return not (_CITATION.search(sentence) or stands("may stay", words))

    def instead(self, language: Language) -> str:
        """Return what stays with the memory, and how to correct it."""
        return _INSTEAD[language].format(said=_CITATION.sub("", self.said)[:_LONGEST_REPEAT].strip())

    def _adopted_by(self, sentence: str, words: str) -> bool:
        said, wanted, answered = (_values(text) for text in (self.said, self.objection, sentence))
        new = (wanted - said) & answered
        hedged = answered & (said - wanted) or _CITATION.search(sentence) or stands("hedges", words)
        return bool(new) and not hedged


def insistence(situation: Situation) -> Insistence | None:
    """Return what the person insists against, if they contradict a recent carried statement and bring nothing new."""
    carried = [each.text for each in situation.history[-_LOOKED_BACK:] if each.role == "assistant" and each.carried]
    words = plain(situation.text)
    if not carried or stands("brings news", words):
        return None
    says_else = (
        len(words.split()) <= FEW_WORDS and not stands("hedges", words) and _values(situation.text) - _values(carried[-1])
    )
    if not says_else and not stands("pushes back", words):
        return None
    return Insistence(carried[-1], situation.text)


def _values(text: str) -> set[str]:
    return {found.rstrip(".,:").casefold() for found in _VALUE.findall(_CITATION.sub("", text))}
