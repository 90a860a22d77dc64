"""A line of a context as evidence: its facts, clause by clause, when it was said, and who is in it.

A clause is what a value belongs to: "heike kartoffel, doro linsen" says of Doro nothing about potatoes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from vertraut.assistant.facts import Facts, facts_of
from vertraut.assistant.stated_times import Place, possible_days
from vertraut.assistant.word_senses import Keys, has_meaning, is_frame, keys_of, part_keys
from vertraut.memory.context import Line
from vertraut.memory.context_lines import local_time
from vertraut.memory.words import words

LONGEST: Final = 12_000
"""Characters of a line that count as evidence."""

_CLAUSE_END: Final = re.compile(
    r"\n+|[.!?;:…]+(?=\s|$)|,(?=\s)|[()|]|\s[-–—•]\s"
    r"|\s(?=(?:und|aber|sondern|oder|statt|and|but|or|instead|weil|because|dann|jetzt)\s)",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"[.!?\n]")
_NO_END: Final = re.compile(r"(?:\b\d{1,2}|\b(?:Dr|Hr|Fr|St|Nr|z|B|ca|bzw|Mr|Mrs|Ms))\.$")
_WITH_DAY_OF_ITS_OWN: Final = frozenset({"event", "task", "call", "photo", "notification"})
_INITIAL: Final = 2
_LABEL_WORDS: Final = 2
_LONGEST_SPAN: Final = 60
_AS_NAME: Final = re.compile(
    r"(?:^|(?<=[.!?:]\s)|(?<=\n)|(?<=\bdass\s)|(?<=\bthat\s))"
    r"(?:(?P<subject>[A-ZÄÖÜ][a-zäöüß]{2,20})\s+(?:hat|ist|war|wird|kommt|darf|isst|mag"
    r"|bringt|spielt|will|muss|kann|macht|soll|durfte|wollte|has|is|was|will|can|may|needs|wants|said|says|lives|brings|likes)\b"
    r"|(?P<owner>[A-ZÄÖÜ][a-zäöüß]{2,20}?)(?:s\s(?=[A-ZÄÖÜ][a-zäöü])|['’]s\s))"
)
_NO_NAME: Final = re.compile(r"(?:end|lich|ig|weise|ung|heit|keit|schaft|tion|isch|bar|sam|los|ing|ly|ness|ment)$")
_FIRST: Final = frozenset("ich i im ill ive id wir we mein meine my our unser hab bin mich mir me".split())
_THIRD: Final = frozenset("er sie he she they".split())
_SECOND: Final = frozenset("du you youre youll ihr bist hast".split())
NEGATORS: Final = frozenset(
    "nicht kein keine keinen keinem keiner keines nie niemals ohne weder nix nichts keinesfalls not no never without none "
    "nobody null zero neither nor cannot cant wont dont didnt doesnt isnt arent wasnt werent hasnt havent hadnt couldnt "
    "shouldnt wouldnt".split()
)
NEARLY_NEGATORS: Final = frozenset(
    "tabu verboten verbieten vermeiden weglassen weg absagen abgesagt storniert stornieren statt instead avoid off "
    "forbidden cancelled cancel nein hasst hates hate dislikes hasse verzichten verzichtet fällt entfällt nur only kaum "
    "verschoben postponed unrecht irrtum mistaken falsch leer empty ersetzt replaced verpasst missed gegen".split()
)
"""Words that may turn a sentence without a negator around, so that a missing negator beside them says nothing."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a line: where it stands, its keys and words, its names and its first words, and in which sentence it is.

    ``about`` are its names or, where it has none, the label in front of a colon that it stands behind in its paragraph.
    """

    place: Place
    keys: Keys
    words: frozenset[str]
    names: frozenset[str]
    about: frozenset[str]
    sentence: int
    opening: frozenset[str]
    negated: bool
    unclear: bool

    @property
    def first_person(self) -> bool:
        """Whether its author speaks of themself."""
        return not _FIRST.isdisjoint(self.words) and _THIRD.isdisjoint(self.words)

    @property
    def second_person(self) -> bool:
        """Whether it is about the one who is spoken to, and not about its author."""
        return not _SECOND.isdisjoint(self.opening) and not self.first_person


@dataclass(frozen=True, slots=True)
class Dated:
    """A day that a line names, and where."""

    place: Place
    days: frozenset[date]
    month: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line as evidence. ``own_days`` and ``own_minutes`` are the entry's own; ``timed`` says that it is about them."""

    line: Line
    facts: Facts
    clauses: tuple[Clause, ...]
    days: tuple[Dated, ...]
    own_days: frozenset[date]
    own_minutes: frozenset[int]
    timed: bool
    keys: Keys
    stems: tuple[str, ...]
    authors: frozenset[str]
    title_names: frozenset[str]
    names: frozenset[str]

    def clause_at(self, place: Place) -> int:
        """Return the number of the clause that a place lies in."""
        return max((n for n, clause in enumerate(self.clauses) if clause.place[0] <= place[0]), default=0)

    @property
    def all_days(self) -> frozenset[date]:
        """Every single day that it names or is of."""
        return self.own_days.union(*(each.days for each in self.days))


def line_facts(line: Line, known_names: Keys, zone: str = "") -> LineFacts:
    """Return a line as evidence; ``known_names`` are case-folded words that are people's names.

    Its own day is that of the clocks in ``zone``, without one that of the zone in which it was written.
    """
    entry = line.entry
    first, last = local_time(entry.when, zone), local_time(entry.end or entry.when, zone)
    start = first.date()
    said = "\n".join(entry.text[begin:end] for begin, end in line.parts) if line.parts else ""
    head = "\n".join(
        filter(None, (entry.title, entry.place, entry.thread_title, *(each.name for each in entry.attachments)))
    )
    caption = entry.meta.get("image_caption")
    text = "\n".join(filter(None, (head, said, caption if isinstance(caption, str) else "")))[:LONGEST]
    facts = facts_of(text)
    authors = frozenset(words(entry.author))
    people = frozenset(word for person in entry.people for word in words(person.name))
    clauses = clauses_of(facts, known_names)
    partner = known_names.intersection(words(entry.thread))
    keys = frozenset().union(*(clause.keys for clause in clauses), *map(keys_of, authors | people | partner))
    dated = tuple(_dated(facts, start))
    return LineFacts(
        line,
        facts,
        clauses,
        dated,
        _own_days(start, last.date()) if entry.when.precision in ("second", "day") else frozenset(),
        frozenset(each.hour * 60 + each.minute for each in (first, last))
        if entry.when.precision == "second"
        else frozenset(),
        entry.kind in _WITH_DAY_OF_ITS_OWN or not any(each.days for each in dated),
        keys,
        tuple(key for key in keys if not key.startswith("#")),
        authors,
        frozenset().union(*(clause.names for clause in clauses if clause.place[1] <= len(head))),
        authors.union(people, partner, *(clause.names for clause in clauses)),
    )


def names_in(lines: Iterable[Line], names: Iterable[str]) -> Keys:
    """Return the case-folded words of some names, and of the people of some lines."""
    said = list(names)
    for line in lines:
        said += [line.entry.author, *(person.name for person in line.entry.people), *names_said(line.entry.text[:LONGEST])]
    parts = {word for name in said if "@" not in name for word in words(name)}
    return frozenset(
        word for word in parts if len(word) > _INITIAL and not (word.isdecimal() or is_frame(word) or has_meaning(word))
    )


def names_said(text: str) -> Iterator[str]:
    """Yield the words that a text uses as names: "Piet hat …", "Piets Ergebnis"; no table may know them as words."""
    for found in _AS_NAME.finditer(text):
        name = (found["subject"] or found["owner"]).casefold()
        if not (has_meaning(name) or is_frame(name) or part_keys(name) or _NO_NAME.search(name)):
            yield name


def split_clauses(text: str) -> list[Place]:
    """Return the places of the clauses of a text."""
    ends = [
        found
        for found in _CLAUSE_END.finditer(text)
        if not (found.group().startswith(".") and _NO_END.search(text, 0, found.end()))
    ]
    cuts = [0, *(found.end() for found in ends), len(text)]
    return [(start, stop) for start, stop in pairwise(cuts) if text[start:stop].strip()]


def clauses_of(facts: Facts, known_names: Keys) -> tuple[Clause, ...]:
    """Return the clauses of a text with what is in each."""
    clauses: list[Clause] = []
    label: frozenset[str] = frozenset()
    sentence = 0
    for start, stop in split_clauses(facts.text):
        between = facts.text[clauses[-1].place[1] - 1 : start + 1] if clauses else ""
        label = frozenset() if "\n" in between else label
        sentence += bool(_SENTENCE_END.search(between))
        inside = [word for word in facts.words if start <= word.place[0] < stop]
        said = frozenset(word.folded for word in inside)
        keys = frozenset().union(*(word.keys for word in inside), *(part for word in inside for part in word.parts))
        labelled = (
            facts.text[stop - 1 : stop] == ":" and len(said) <= _LABEL_WORDS and not any(word.frame for word in inside)
        )
        labels = said if labelled else frozenset()
        label = labels or label
        names = frozenset(plain for word in said for plain in (word, word.removesuffix("s")) if plain in known_names)
        opening = frozenset(word.folded for word in inside[:2])
        denies, unclear = not NEGATORS.isdisjoint(said), not NEARLY_NEGATORS.isdisjoint(said)
        clauses.append(Clause((start, stop), keys, said, names, names or label, sentence, opening, denies, unclear))
    return tuple(clauses)


def _dated(facts: Facts, said_on: date) -> Iterable[Dated]:
    for stated in facts.days:
        days = frozenset(possible_days(stated, said_on))
        month = None
        if stated.month and not stated.day:
            years = (said_on.year - 1, said_on.year, said_on.year + 1)
            distance = {year: abs((year - said_on.year) * 12 + stated.month - said_on.month) for year in years}
            month = (stated.year or min(years, key=distance.__getitem__), stated.month)
        yield Dated(stated.place, days, month)


def _own_days(first: date, last: date) -> frozenset[date]:
    return frozenset(first + timedelta(days=n) for n in range(min(max((last - first).days, 0), _LONGEST_SPAN) + 1))
