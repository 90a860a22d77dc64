"""Every statement about the person is carried by the lines that it cites, or it is not shown: decided outside any model.

``Checker`` works sentence by sentence, so that a stream shows only what was checked. A
right statement without its citation gets it, an invented number in brackets goes, and where nothing is left the answer is
the honest "not in memory". It knows words, not meanings: see ``carrying`` for what it looks at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Final

from vertraut.assistant.carrying import CONTRADICTIONS, anchors, mostly_said, objection
from vertraut.assistant.claims import Alike, Claim, Known, content_keys, is_name_like
from vertraut.assistant.evidence import LineFacts, clauses_of, line_facts, names_in, names_said
from vertraut.assistant.facts import Facts, facts_of
from vertraut.assistant.reckoning import Reckoned, only_reckons, without_reckoned
from vertraut.assistant.statements import (
    Statement,
    Verdict,
    bare,
    cited,
    claims_nothing,
    is_heading,
    repeats_the_person,
    says_unknown,
    with_citations,
)
from vertraut.assistant.word_senses import Keys, opposite_of
from vertraut.memory.context import Line
from vertraut.memory.embedding import Embedder
from vertraut.memory.words import question_language, words

NOT_IN_MEMORY: Final = {
    "de": "Dazu steht nichts im Gedächtnis, was ich belegen könnte.",
    "en": "There is nothing in memory about this that I could show.",
}
DOUBTFUL: Final = {"de": "(nicht sicher belegt)", "en": "(not certain from the evidence)"}
LONGEST: Final = 2000
"""Characters of a sentence; a longer one is not taken for one and not shown."""

_CANDIDATES: Final = 8
_REACH: Final = 2
_A_PAIR: Final = 2
_ALIKE_FROM: Final = 0.89
"""The cosine of two single words from which they are taken for translations; of unlike ones it is mostly below 0.87."""
_MOST_WORDS: Final = 200
_AGENT_WORDS: Final = 3


class _Evidence(dict[int, LineFacts]):
    """The facts of lines by number, read from a line when they are first asked for."""

    def __init__(self, lines: Sequence[Line], names: Keys, zone: str) -> None:
        super().__init__()
        self.lines = {line.number: line for line in lines}
        self._names = names
        self._zone = zone

    def __missing__(self, number: int) -> LineFacts:
        self[number] = line_facts(self.lines[number], self._names, self._zone)
        return self[number]


class Checker:
    """Judges the sentences of one answer in their order.

    ``lines`` is what the answer may cite, ``known_text`` what the person said (its words need no evidence, its figures do),
    ``asked`` the day of asking in the person's zone, ``owner`` the person's name, ``names`` those of other people in their
    life, ``zone`` their time zone. An ``embedder`` finds translations that no table knows. ``results`` is what was
    reckoned in this turn: a sentence may say it, and nothing with it.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        language: str,
        *,
        known_text: str = "",
        embedder: Embedder | None = None,
        asked: date | None = None,
        owner: str = "",
        names: Iterable[str] = (),
        zone: str = "",
        results: Sequence[Reckoned] = (),
    ) -> None:
        self._language = language
        self._names = names_in(lines, (owner, *names))
        self._owner = frozenset(words(owner))
        self._lines = _Evidence(lines, self._names, zone)
        self._known_facts = facts_of(known_text[:LONGEST])
        said = content_keys(self._known_facts)
        self._said = frozenset(key for key in said if not opposite_of(frozenset({key})))  # "Is it allowed?" allows nothing
        self._alike = _likeness(embedder) if embedder else None
        self._asked = asked
        self._results = results
        self._before: tuple[int, ...] = ()
        self._kept = self._dropped = self._unknown = False

    @property
    def known(self) -> bool:
        """Whether what was shown so far is more than that memory does not hold it."""
        return self._kept or not (self._dropped or self._unknown)

    def sentence(self, text: str) -> Statement:
        """Return the next sentence of the answer, judged."""
        statement = self._judged(text)
        if statement.verdict == "unsupported":
            self._dropped = True
        elif statement.verdict != "general":
            self._kept = True
        elif says_unknown(bare(text)):
            self._unknown = True
        elif self._results and self._only_reckons(self._claim(bare(text))):
            self._kept = True
        self._before = statement.cites if statement.verdict != "general" else self._before
        return statement

    def rest(self) -> str:
        """Return what must be said at the end: that memory holds nothing, where every claim was dropped."""
        return "" if self._kept or self._unknown or not self._dropped else f" {NOT_IN_MEMORY[self._language]}"

    def _judged(self, text: str) -> Statement:
        said = bare(text)
        real = tuple(number for number in cited(text) if number in self._lines.lines)
        if not real and (claims_nothing(said) or is_heading(text, said)):
            return _made(text, (), "general", with_citations(text, ()))
        if len(text) > LONGEST:
            return _made(text, (), "unsupported")
        claim = self._claim(said)
        why = self._objection(claim, real) if real else ""
        if real and not why:
            return _made(text, real, "carried", text if real == cited(text) else with_citations(text, real))
        if self._only_reckons(claim):
            return _made(text, (), "general", with_citations(text, ()))
        if not real and repeats_the_person(said) and self._was_said(claim.facts):
            return _made(text, (), "general", with_citations(text, ()))
        return self._cited_anew(text, claim, real, why)

    def _cited_anew(self, text: str, claim: Claim, real: tuple[int, ...], why: str) -> Statement:
        """Judge a statement that cites nothing, or not what carries it."""
        if (
            not cited(text)
            and self._before
            and self._rests_on(claim, self._before)
            and not self._objection(claim, self._before)
        ):
            return _made(text, self._before, "carried")
        for cites in () if why in CONTRADICTIONS else self._others(claim, () if why.startswith("name") else real):
            if self._rests_on(claim, cites) and not self._objection(claim, cites, said=not real):
                return _made(text, cites, "uncited", with_citations(text, cites))
        if why.startswith("word") and self._is_mostly_said(claim, real):
            return _made(text, real, "doubtful", f"{with_citations(text, real)} {DOUBTFUL[self._language]}")
        return _made(text, real, "unsupported")

    def _claim(self, said: str) -> Claim:
        facts = facts_of(said)
        names = dict(self._names_of(facts))
        return Claim(said, facts, names, self._agent(facts, names), clauses_of(facts, frozenset(names)))

    def _only_reckons(self, claim: Claim) -> bool:
        """Say whether a statement only says what was reckoned, of nobody but whom the person spoke of."""
        own = {name for _, name in self._names_of(self._known_facts)}
        alone = not claim.names or (len(own) == 1 and own.issuperset(claim.names.values()))
        return alone and only_reckons(claim.facts, self._results, self._known_facts, self._said, self._asked)

    def _names_of(self, facts: Facts) -> Iterator[tuple[str, str]]:
        """Yield the words of a claim that are names, with the plain form: known ones, and what is written like one."""
        said = set(names_said(facts.text))
        for at, word in enumerate(facts.words):
            plain = word.folded if word.folded in self._names else word.folded.removesuffix("s")
            if plain in self._names:
                yield word.folded, plain
            elif plain in said or (self._language == "en" and at and word.written[0].isupper() and is_name_like(word)):
                yield (
                    word.folded,
                    plain if any(plain in self._lines[number].stems for number in self._lines.lines) else word.folded,
                )

    def _agent(self, facts: Facts, names: Mapping[str, str]) -> Keys:
        """Return the name of whom a statement begins with, if it does; of its owner for "du" and "you"."""
        first = facts.words[:_AGENT_WORDS]
        for at, word in enumerate(first[:2]):
            if word.folded in names and word.folded in self._names and len(word.written) == len(word.folded):
                together = at + 1 < len(first) and first[at + 1].folded in {"und", "and"}
                return frozenset() if together else frozenset({word.folded})
        return self._owner if first and first[0].folded in {"du", "you"} else frozenset()

    def _objection(self, claim: Claim, cites: Iterable[int], *, said: bool = True) -> str:
        lines = [self._lines[number] for number in cites]
        told = " ".join(line.facts.text[:LONGEST] for line in lines)
        across = question_language(told) != self._language
        keys = self._said if said else frozenset()
        claim = replace(claim, facts=without_reckoned(claim.facts, self._results, self._known_facts))
        return objection(claim, lines, Known(keys, self._around(lines), self._asked, across, self._alike))

    def _is_mostly_said(self, claim: Claim, cites: Iterable[int]) -> bool:
        lines = [self._lines[number] for number in cites]
        return mostly_said(
            claim, lines, Known(self._said, self._around(lines), self._asked, cross_language=False, alike=None)
        )

    def _around(self, lines: Iterable[LineFacts]) -> Keys:
        """Return the names that need no saying: the owner's, and those in lines right beside in the same thread."""
        near = {line.line.number + n for line in lines for n in range(-_REACH, _REACH + 1)}
        threads = {(line.line.entry.source, line.line.entry.thread) for line in lines}
        beside = [self._lines[each] for each in near & self._lines.lines.keys()]
        here = [line for line in beside if (line.line.entry.source, line.line.entry.thread) in threads]
        authors = frozenset().union(*(line.authors for line in here))
        two = len({line.line.entry.author for line in here}) <= _A_PAIR  # of two who talk, each is the other's "you"
        return self._owner.union(authors if two else (), *(clause.names for line in here for clause in line.clauses))

    def _rests_on(self, claim: Claim, cites: Iterable[int]) -> bool:
        """Say whether lines that were not cited hold enough of a statement to be what it came from."""
        return anchors(claim, [self._lines[number] for number in cites], self._known()) >= 2  # noqa: PLR2004  one word is chance

    def _known(self) -> Known:
        return Known(frozenset(), frozenset(), self._asked, cross_language=False, alike=None)

    def _others(self, claim: Claim, real: tuple[int, ...]) -> list[tuple[int, ...]]:
        """Return the lines that may carry a statement instead, nearest first, then with those that it cites."""
        near = sorted(self._lines.lines, key=lambda number: -anchors(claim, [self._lines[number]], self._known()))[
            :_CANDIDATES
        ]
        return [(number,) for number in near] + [(*real, number) for number in near if real and number not in real]

    def _was_said(self, facts: Facts) -> bool:
        """Say whether the person said all of it in this conversation."""
        own = self._known_facts
        figures = all(any(each.fits(said) for said in own.numbers) for each in facts.numbers)
        times = all(day.day is None or any(day.day == said.day for said in own.days) for day in facts.days)
        clocks = all(any(each.minutes & said.minutes for said in own.clocks) for each in facts.clocks)
        keys = content_keys(own)
        return figures and times and clocks and all(word.frame or word.keys & keys for word in facts.words)


def _made(text: str, cites: tuple[int, ...], verdict: Verdict, shown: str | None = None) -> Statement:
    return Statement(text if shown is None else shown, cites, verdict)


def _likeness(embedder: Embedder) -> Alike:
    """Return a sense of whether a word means nearly the same as another, by the vectors of single words."""
    vectors = lru_cache(maxsize=4096)(lambda word: embedder.passages([word])[0])

    def alike(word: str, others: Iterable[str]) -> bool:
        mine = vectors(word)
        return any(float(mine @ vectors(other)) >= _ALIKE_FROM for other in list(others)[:_MOST_WORDS])

    return alike
