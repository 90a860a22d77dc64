"""Whether lines say of somebody else what a statement says: "heike kartoffel, doro linsen" gives Doro no potato."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from vertraut.assistant.claims import Claim, Known, Objection
from vertraut.assistant.evidence import Clause, LineFacts
from vertraut.assistant.figures import is_meant, is_own_day
from vertraut.assistant.nearness import MARGIN, nearness_of, subject_of
from vertraut.assistant.stated_times import Place
from vertraut.assistant.word_senses import Keys


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of value: where those that a claim means stand in a line, and where others of its kind do."""

    place: Place
    mine: list[tuple[LineFacts, int]]
    others: list[tuple[LineFacts, int]]


def is_of_another(claim: Claim, lines: Sequence[LineFacts], known: Known) -> Objection:
    """Object to a value that the lines give to something else, while the claim's own words stand by another value."""
    figures = chain(_number_kinds(claim, lines), _day_kinds(claim, lines, known), _clock_kinds(claim, lines))
    for kind in chain(() if claim.owns_up else figures, _name_kinds(claim, lines)):
        wanted = [word for word in claim.words_beside(kind.place, named=True) if word.place != kind.place]
        mine = max((nearness_of(wanted, line, at, claim.names) for line, at in kind.mine), default=None)
        others = max((nearness_of(wanted, line, at, claim.names) for line, at in kind.others), default=0.0)
        if mine is not None and others >= max(1, mine + MARGIN):
            return "of another"
    return ""


def _number_kinds(claim: Claim, lines: Sequence[LineFacts]) -> Iterable[_Kind]:
    for number in claim.facts.numbers:
        rows = [(line, line.clause_at(each.place), each) for line in lines for each in line.facts.numbers]
        mine = [(line, at) for line, at, each in rows if number.fits(each)]
        units = {each.unit for _, _, each in rows if number.fits(each)} | {number.unit, "", "count"}
        free = [
            (line, at) for line, at, each in rows
            if each.unit in units and not any(said.fits(each) for said in claim.facts.numbers)
        ]  # fmt: skip
        yield _Kind(number.place, mine, free)


def _day_kinds(claim: Claim, lines: Sequence[LineFacts], known: Known) -> Iterable[_Kind]:
    for day in claim.facts.days:
        if any(is_own_day(day, claim, line, known) for line in lines):
            continue
        rows = [(line, line.clause_at(each.place), each) for line in lines for each in line.days]
        fitting = [any(is_meant(said, each, known) for said in claim.facts.days) for _, _, each in rows]
        mine = [(line, at) for line, at, each in rows if is_meant(day, each, known)]
        yield _Kind(day.place, mine, [(line, at) for (line, at, _), fits in zip(rows, fitting, strict=True) if not fits])


def _clock_kinds(claim: Claim, lines: Sequence[LineFacts]) -> Iterable[_Kind]:
    for clock in claim.facts.clocks:
        rows = [(line, line.clause_at(each.place), each.minutes) for line in lines for each in line.facts.clocks]
        if any(clock.minutes & line.own_minutes for line in lines if line.timed):
            continue
        said = [each.minutes for each in claim.facts.clocks]
        others = [(line, at) for line, at, minutes in rows if not any(minutes & each for each in said)]
        yield _Kind(clock.place, [(line, at) for line, at, minutes in rows if clock.minutes & minutes], others)


def _name_kinds(claim: Claim, lines: Sequence[LineFacts]) -> Iterable[_Kind]:
    for word in claim.facts.words:
        if not (name := claim.names.get(word.folded)):
            continue
        mine: list[tuple[LineFacts, int]] = []
        others: list[tuple[LineFacts, int]] = []
        for line in lines:
            for at, clause in enumerate(line.clauses):
                subject = subject_of(clause, line)
                if name in clause.words | subject:
                    mine.append((line, at))
                elif (clause.about or clause.first_person) and (clause.words | subject).isdisjoint(claim.names.values()):
                    others.append((line, at))
        yield _Kind(word.place, mine, others)


def is_by_another(claim: Claim, lines: Sequence[LineFacts], _known: Known) -> Objection:
    """Object where a claim says of one person what its author says of themself, or of whom they speak to."""
    if not claim.agent:
        return ""
    wanted = [word for word in claim.facts.words if not word.frame and word.folded not in claim.names]
    scored = [(nearness_of(wanted, line, at), line, clause) for line in lines for at, clause in enumerate(line.clauses)]
    most = max((score for score, _, _ in scored), default=0.0)
    if most < 1:
        return ""
    near = [(line, clause) for score, line, clause in scored if score == most]
    return "by another" if all(_is_of_other(claim.agent, line, clause) for line, clause in near) else ""


def _is_of_other(agent: Keys, line: LineFacts, clause: Clause) -> bool:
    if agent & clause.names or {"wir", "we", "uns", "us"} & clause.words:
        return False
    if clause.first_person:
        return bool(line.authors) and not agent & line.authors
    return clause.second_person and bool(agent & line.authors)
