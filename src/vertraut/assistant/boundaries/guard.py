"""The guard between a model and its person: takes in what the model says, gives out what may be shown, sentence by sentence.

Each sentence waits until it is complete. One that breaks a rule is replaced by a short honest one, once a rule and twice an
answer; further ones are left out. After a goodbye the whole answer waits, and becomes a short goodbye if it does not let go.
What comes out is never empty where something went in, and does not depend on how the answer came in pieces.
"""

from __future__ import annotations

import re
from functools import cached_property

from vertraut.assistant.boundaries.crisis import BY_OTHERS, crisis_of, instead_of_harm
from vertraut.assistant.boundaries.insistence import insistence
from vertraut.assistant.boundaries.policy import (
    ALWAYS,
    FAREWELL,
    HARM,
    HUMAN,
    IN_A_CRISIS,
    INSIST,
    LEFT_OUT,
    ROMANCE,
    SELF,
    SIDES,
    TALK_DOWN,
)
from vertraut.assistant.boundaries.rules import Rule, language_of, stands, without
from vertraut.assistant.boundaries.sentences import Sentences
from vertraut.assistant.boundaries.situation import Finding, Language, Situation
from vertraut.assistant.boundaries.staging import undressed
from vertraut.assistant.boundaries.wording import LONGEST_QUOTE, plain, quoted_out

MOST_REPLACEMENTS = 2
FEWEST_WORDS = 5
"""Words of a sentence that says enough by itself; shorter ones wait for the next."""
MOST_WAITING = 6
LONGEST_GOODBYE = 30
"""Words of a goodbye; who says more also wants to be answered."""
MOST_AFTER_GOODBYE = 4
"""Sentences that an answer to a goodbye may have before it counts as going on."""

_LOOKED_BACK = 8
_WE = re.compile(r"\b(?:wir|uns|unser\w*|we|us|ours?)\b", re.IGNORECASE)
_I = re.compile(r"\b(?:ich|mich|mir|mein\w*|i|me|my|mine|myself)\b", re.IGNORECASE)
_REPORTS = re.compile(
    r"(?<!\w)(?:wrote|said|says|writes|noted|schrieb\w*|geschrieben|sagte\w*|notiert\w*|steht|heisst es|hiess es)"
    r"(?: [\w,]+){0,8} :.*"
)
_FOR_ONESELF = ("to oneself", "for oneself", "asks you")
_SALUTES = re.compile(r"^\s*(?:dear|hi|hey|hello|liebe[rs]?|hallo|sehr geehrte[r]?)\s[^.!?\n]{1,60},\s*$", re.IGNORECASE)


class Guard:
    """One answer on its way to one person.

    ``findings`` says which rules it broke so far, ``own`` what the guard said in the place of that.
    """

    def __init__(self, situation: Situation) -> None:
        self.findings: list[Finding] = []
        self.own: list[str] = []
        self._moment = _Moment(situation)
        self._sentences = Sentences()
        self._closing = ""  # marks that would end an open quotation
        self._quoted = 0
        self._drafting = False
        self._begun = False  # the text that the person asked for
        self._marked = False  # a salutation or a colon said where it begins
        self._may_begin = self._moment.commissioned  # it can begin without a sign
        self._gap = ""  # white space that is shown only before something
        self._shown = False
        self._waiting: list[tuple[str, str]] = []  # short sentences that wait for the next: whole, and their own words
        self._own = ""  # what the assistant says for itself in the present sentence, and its plain words
        self._heard = ""
        self._held: list[
            tuple[str, str, str, bool]
        ] = []  # after a goodbye: as shown, written, heard; whether it broke a rule
        self._replaced: set[str] = set()
        self._unsaid = ""

    def feed(self, piece: str) -> str:
        """Take in a piece of the answer and return what may be shown of it so far."""
        return "".join(self._taken(sentence) for sentence in self._sentences.feed(piece))

    def finish(self) -> str:
        """Return what may be shown of the rest. Call it once, when the model has ended."""
        rest = "".join(self._taken(sentence) for sentence in self._sentences.finish()) + self._released()
        if self._moment.goodbye:
            return self._let_go()
        if not self._shown and self._unsaid:
            return self._unsaid
        return rest + (self._gap if self._shown and not self.findings else "")

    def _taken(self, unit: str) -> str:
        sentence = unit.rstrip()
        if not sentence:
            self._gap += unit
            return ""
        said = self._judged(sentence)
        self._may_begin = self._moment.commissioned and not self._begun and not self.findings and "\n" in unit
        if self._moment.goodbye:
            self._held.append((said, unit, self._heard, said != sentence))
            return ""
        if said != sentence:
            return self._released() + self._show(said, unit)
        self._waiting.append((unit, self._own))
        short = sum(word.isalnum() for word in self._heard.split()) < FEWEST_WORDS and len(self._waiting) < MOST_WAITING
        return "" if short else self._released()

    def _released(self) -> str:
        """Return the sentences that waited, without those that break a rule only together ("I. Love. You.")."""
        waiting, self._waiting = self._waiting, []
        for start in range(len(waiting) - 2, -1, -1):
            together = " ".join(own for _, own in waiting[start:])
            if broken := self._broken(together, plain(together), drafting=self._drafting):
                return self._all(waiting[:start]) + self._show(self._instead(*broken), waiting[-1][0])
        return self._all(waiting)

    def _all(self, waiting: list[tuple[str, str]]) -> str:
        return "".join(self._show(unit.rstrip(), unit) for unit, _ in waiting)

    def _show(self, said: str, unit: str) -> str:
        """Return what is shown in a sentence's place, after the white space that was due before it."""
        if not said:
            return ""
        shown, self._shown = self._gap + said, True
        self._gap = unit[len(unit.rstrip()) :]
        return shown

    def _judged(self, sentence: str) -> str:
        """Return a sentence, what is left of it, or what is said in its place."""
        drafting = self._is_draft(sentence)
        kept = sentence if drafting or self._closing else undressed(sentence)
        if kept != sentence:
            self.findings.append(Finding(ROMANCE.name, self._moment.situation.language))
        self._listen(kept, drafting=drafting)
        broken = self._broken(kept, self._heard, drafting=drafting)
        self._moment.first = False
        if drafting and self._moment.commissioned:
            self._own = ""
        if broken:
            return self._instead(*broken)
        return kept or self._instead(ROMANCE, self._moment.situation.language)

    def _is_draft(self, sentence: str) -> bool:
        """Say whether a sentence belongs to a text that the person asked to be written for them.

        It begins with a salutation or after a colon. One that was plainly commissioned also begins with the answer, or on a
        line after asides to the person; the next aside ends it.
        """
        aside = self._moment.commissioned and stands("aside", plain(quoted_out(sentence)[0]))
        opens = self._moment.draft and _SALUTES.match(sentence) is not None
        announced = self._moment.draft and sentence.endswith(":")
        drafting = opens or (self._drafting and self._marked) or ((self._drafting or self._may_begin) and not aside)
        self._marked = self._marked or opens or announced
        self._begun = self._begun or drafting
        self._drafting = drafting or announced
        return drafting

    def _broken(self, sentence: str, heard: str, *, drafting: bool) -> tuple[Rule, Language] | None:
        """Return the first rule that a sentence breaks, and note it."""
        for rule in self._moment.rules(drafting=drafting):
            if language := self._moment.broken(rule, sentence, heard):
                self.findings.append(Finding(rule.name, language))
                return rule, language
        return None

    def _listen(self, sentence: str, *, drafting: bool) -> None:
        """Find what the assistant says for itself in a sentence: not what it quotes or reports."""
        opened = bool(self._closing)
        outside, closing = quoted_out(sentence, self._closing)
        words = plain(outside)
        quotes = opened or drafting or self._moment.quotes or stands("quotes", words)
        self._quoted = self._quoted + 1 if closing and quotes else 0
        self._closing = closing if 0 < self._quoted <= LONGEST_QUOTE else ""
        self._own = outside if quotes and not stands("speaks", words) else sentence
        self._heard = _REPORTS.sub(" ", plain(self._own))

    def _instead(self, rule: Rule, language: Language) -> str:
        said = self._moment.instead(rule, language)
        self.own.append(said)
        if rule in LEFT_OUT or len(self._replaced) >= MOST_REPLACEMENTS or rule.name in self._replaced:
            self._unsaid = self._unsaid or said
            return ""
        self._replaced.add(rule.name)
        return said

    def _let_go(self) -> str:
        """Return the answer to a goodbye: as it was if it lets go, else what of it does, else a short goodbye."""
        kind = [(said, unit) for said, unit, heard, broke in self._held if not broke and _is_kind(heard)]
        parting = any(stands("lets go", heard) for _, _, heard, broke in self._held if not broke)
        if parting and not self.findings and len(kind) == len(self._held) <= MOST_AFTER_GOODBYE:
            return "".join(unit for _, unit in kind)
        if not self.findings:
            self.findings.append(Finding(FAREWELL.name, self._moment.situation.language))
        kept = [said for said, unit in kind if stands("lets go", plain(said))][:2]
        if not kept:
            self.own.append(FAREWELL.instead[self._moment.situation.language])
        return " ".join(kept) or self.own[-1]


def _is_kind(heard: str) -> bool:
    """Say whether a sentence may follow a goodbye: it lets go or is courteous, and asks for no answer."""
    return "?" not in heard and (stands("lets go", heard) or stands("courtesy", heard))


def _says_goodbye(words: str) -> bool:
    """Say whether a person's plain words are a goodbye and ask for nothing else."""
    return len(words.split()) <= LONGEST_GOODBYE and stands("goodbye", words) and not stands("asks", words)


def _commissions(words: str) -> bool:
    """Say whether a person's plain words ask for a text or translation that is not meant for themselves, and no more."""
    request = words.partition(" : ")[0] + " "  # what comes after a colon is material
    return stands("commission", request) and not any(stands(each, request) for each in _FOR_ONESELF)


class _Moment:
    """A situation as the rules see it, worked out as far as they need it."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.crisis = crisis_of(situation)
        self.insistence = insistence(situation)
        words = plain(quoted_out(situation.text)[0])
        self.goodbye = not self.crisis and not self.insistence and _says_goodbye(words)
        self.first = True  # nothing of the answer has been heard yet
        tempted = bool(self.crisis or self.insistence)
        self.commissioned = not tempted and _commissions(words)
        self.about_itself = not tempted and not self.commissioned and stands("asks you", words)
        self.draft = stands("draft", words) and not stands("to oneself", words)
        self.quotes = self.draft or stands("quotes", words)

    @cached_property
    def quarrel(self) -> bool:
        """Whether the person speaks of a quarrel, now or shortly before."""
        said = [each.text for each in self.situation.history[-_LOOKED_BACK:] if each.role == "person"]
        return any(stands("quarrel", plain(text)) for text in [*said, self.situation.text])

    def rules(self, *, drafting: bool) -> tuple[Rule, ...]:
        """Return the rules that are in force, in the order of their weight."""
        if drafting:
            return (HARM,) if self.crisis else ()
        if self.crisis:
            others = () if self.crisis in BY_OTHERS else (TALK_DOWN,)
            return (HARM, *others, *IN_A_CRISIS)
        insisting = (INSIST,) if self.insistence else ()
        sides = (SIDES,) if self.quarrel else ()
        return (*insisting, *sides, TALK_DOWN, *ALWAYS)

    def broken(self, rule: Rule, sentence: str, heard: str) -> Language | None:
        """Return the language in which a sentence breaks a rule.

        Where the situation tempts, what is not known to be harmless breaks it: in a crisis, when asked about itself.
        """
        if rule is INSIST:
            broke = self.insistence is not None and self.insistence.given_in_by(sentence, heard)
        elif rule is SELF:
            ours = _WE.search(self.situation.text) and not _I.search(heard)  # "our boat": the person's, said back to them
            broke = not ours and not stands("self but", heard) and stands("self", without("self ok", heard))
            return self.situation.language if broke else None
        elif rule is HARM:
            broke = any(word.isalpha() for word in heard.split()) and not stands("supports", heard)
        else:
            claims = rule is HUMAN and self.about_itself and (self.first or stands("speaks of itself", heard))
            broke = claims and not stands("honest", heard)
        return language_of(rule.name, heard) or (self.situation.language if broke else None)

    def instead(self, rule: Rule, language: Language) -> str:
        """Return what is said in place of a sentence that breaks a rule."""
        if rule is HARM and self.crisis:
            return instead_of_harm(self.crisis, language)
        if rule is INSIST and self.insistence:
            return self.insistence.instead(language)
        return rule.instead[language]


def guarded(text: str, situation: Situation) -> tuple[str, list[Finding]]:
    """Return a whole answer as it may be shown, and what was found in it; the same as in pieces."""
    guard = Guard(situation)
    shown = guard.feed(text)
    return shown + guard.finish(), guard.findings
