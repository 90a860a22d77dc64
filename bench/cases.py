"""Evaluation cases taken apart into what recombined lives are made of: frames, parts of texts, rare words, questions.

Everything stays in memory. Entries are read by the product's own reader, so that their passages are those whose vectors an
evaluation has already computed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random
from typing import Any

from bench.rare import RAREST, RareWords, rare_words, slot, without_marks
from bench.recalling import Asked
from bench.vocabulary import Vocabulary, vocabularies
from vertraut.errors import BadCases
from vertraut.ledger import Entry
from vertraut.memory.embedded import embedded_texts
from vertraut.memory.language import FALLBACK_LANGUAGE, language_of
from vertraut.memory.words import located, stems
from vertraut.sources import Problem, ReadOptions, discover

SPOKEN = 0.05
"""Share of a case's entries from which a language is spoken in it; a rarer one is a mistake of detection."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_CLAUSE = re.compile(r"(?<=[,;:–—])\s+")
_HALVED = 4  # words
_TEMPLATES = ("image_caption", "subject", "place", "location")  # of an entry's meta
_DATES = ("start", "end", "recorded", "id")  # of an entry's meta: they would not fit another day


@dataclass(frozen=True, slots=True)
class Donor:
    """One real entry: the frame it gives, and its text as templates of sentences or clauses, white space behind each.

    ``ends`` says where each part ends as a share of the text, from 0.0 on; ``passages`` where each passage ends, likewise;
    ``row`` is the place of its first passage in ``Pool.passages``.
    """

    case: int
    thread: str
    author: str
    kind: str
    day: int
    clock: str
    meta: str
    language: str
    parts: tuple[str, ...]
    ends: tuple[float, ...]
    size: int
    passages: tuple[float, ...]
    row: int


@dataclass(frozen=True)
class Pool:
    """Everything that recombined lives are made of."""

    donors: Sequence[Donor] = field(repr=False)
    passages: Sequence[str] = field(repr=False)
    """What is embedded of all donors, in order."""
    rare: dict[str, RareWords] = field(repr=False)
    vocabularies: dict[str, Vocabulary] = field(repr=False)
    asked: Sequence[tuple[str, Asked]] = field(repr=False)
    """Questions, each with what it is drawn by: suite and language."""
    last: datetime

    @cached_property
    def originals(self) -> frozenset[str]:
        """The real texts, as templates."""
        return frozenset("".join(donor.parts).strip() for donor in self.donors)

    def questions(self, count: int, seed: int) -> list[Asked]:
        """Return a sample of the questions, as even as it can be over suites and languages."""
        random = Random(seed)
        groups: dict[str, list[Asked]] = {}
        for group, asked in self.asked:
            groups.setdefault(group, []).append(asked)
        for members in groups.values():
            random.shuffle(members)
        found: list[Asked] = []
        while len(found) < count and any(groups.values()):
            found += [members.pop() for members in groups.values() if members]
        return found[:count]


def read_pool(folder: Path) -> Pool:
    """Read all cases below a folder. Raises ``BadCases``."""
    paths = sorted(folder.glob("*/*/entries.jsonl"))
    if not paths:
        raise BadCases(folder, "there is no <suite>/<case>/entries.jsonl below it")
    entries = [each for number, path in enumerate(paths) for each in _spoken(number, path)]
    counted = vocabularies((entry, language) for _, entry, language in entries)
    slots = {language: _Slots(language, counted[language].occurrences) for language in counted}
    donors: list[Donor] = []
    passages: list[str] = []
    for case, entry, language in entries:
        texts = embedded_texts(entry)
        ends = tuple(stop / max(len(entry.text), 1) for _, stop, _ in texts)
        donors.append(_donor(case, entry, slots[language], ends, len(passages)))
        passages += [text for _, _, text in texts]
    rare = {language: slots[language].rare_words(counted) for language in counted}
    asked = [each for path in paths for each in _asked(path.with_name("questions.jsonl"), path.parent.parent.name)]
    return Pool(donors, passages, rare, counted, asked, max(entry.when.instant for _, entry, _ in entries))


def _spoken(case: int, path: Path) -> list[tuple[int, Entry, str]]:
    """Return the entries of a case with their languages."""
    entries = []
    for reading in discover([path], ReadOptions("UTC")):
        for item in reading.items:
            if isinstance(item, Problem):
                raise BadCases(path, f"{item.place}: {item.reason}")
            entries.append(item)
    detected = [language_of(entry.text, "") for entry in entries]
    counted = Counter(filter(None, detected))
    usual = counted.most_common(1)[0][0] if counted else FALLBACK_LANGUAGE
    spoken = {language for language, count in counted.items() if count >= SPOKEN * len(entries)}
    found = (language if language in spoken else usual for language in detected)
    return [(case, entry, language) for entry, language in zip(entries, found, strict=True)]


class _Slots:
    """Puts slots where the rare words of one language stand, and remembers how those were written."""

    def __init__(self, language: str, occurrences: Counter[str]) -> None:
        self.language = language
        self._occurrences = occurrences
        self._written: dict[str, str] = {}

    def template(self, text: str) -> str:
        """Return a text with slots for its rare words."""
        text = without_marks(text)
        places = list(located(text))
        made, last = [], 0
        for stem, (word, (start, stop)) in zip(stems([word for word, _ in places], self.language), places, strict=True):
            if self._occurrences[stem] <= RAREST:
                self._written[stem] = word
                made += [text[last:start], slot(text[start:stop])]
                last = stop
        return "".join((*made, text[last:]))

    def rare_words(self, counted: dict[str, Vocabulary]) -> RareWords:
        """Return the rare words, more frequent ones first."""
        count = {stem: self._occurrences[stem] for stem in self._written}
        ranked = sorted(count, key=lambda stem: (-count[stem], stem))
        written = [(self._written[stem], count[stem]) for stem in ranked]
        kin = sorted(counted).index(self.language), len(counted)
        return rare_words(written, len(self._occurrences), counted[self.language].exponent, kin)


def _donor(case: int, entry: Entry, slots: _Slots, passages: tuple[float, ...], row: int) -> Donor:
    parts = _parts(slots.template(entry.text))
    size = sum(map(len, parts))
    meta: dict[str, Any] = {name: value for name, value in entry.meta.items() if name not in _DATES}
    for name in _TEMPLATES:
        if isinstance(meta.get(name), str):
            meta[name] = slots.template(meta[name])
    return Donor(
        case=case,
        thread=entry.thread,
        author=entry.author,
        kind=entry.kind,
        day=entry.when.instant.toordinal(),
        clock="" if entry.when.precision == "day" else f"T{entry.when.instant:%H:%M:%S}",
        meta=json.dumps(meta, ensure_ascii=False) if meta else "",
        language=slots.language,
        parts=parts,
        ends=tuple(end / max(size, 1) for end in accumulate(map(len, parts), initial=0)),
        size=size,
        passages=passages,
        row=row,
    )


def _parts(text: str) -> tuple[str, ...]:
    """Return a text's sentences; the clauses of a single one; the halves of a single clause."""
    for boundary in (_SENTENCE, _CLAUSE):
        cuts = [found.end() for found in boundary.finditer(text)]
        if cuts:
            return _cut(text, cuts)
    spaces = [at + 1 for at, letter in enumerate(text) if letter == " "]
    return _cut(text, spaces[len(spaces) // 2 :][:1] if len(spaces) + 1 >= _HALVED else [])


def _cut(text: str, cuts: Sequence[int]) -> tuple[str, ...]:
    edges = [0, *cuts, len(text)]
    parts = [text[start:stop] for start, stop in pairwise(edges) if text[start:stop].strip()]
    return tuple(part if part[-1].isspace() else f"{part} " for part in parts)


def _asked(path: Path, suite: str) -> Iterator[tuple[str, Asked]]:
    """Yield the questions of a case, each with its suite and language."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        now = row.get("asked_at")
        yield (
            f"{suite} {row.get('lang', '')}",
            Asked(row["question"], datetime.fromisoformat(now).replace(tzinfo=UTC) if now else None),
        )
