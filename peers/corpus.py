"""A case as its peers see it: entries read by Vertraut's own reader, with the vectors that Vertraut would store."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

import numpy as np
from babel.dates import format_date

from peers.contract import Chunk, Corpus, Document
from vertraut.errors import BadCases
from vertraut.evals.cases import Case, Question
from vertraut.ledger import Entry
from vertraut.memory import Embedder
from vertraut.memory.embedded import embedded_texts
from vertraut.memory.embedding import Vectors
from vertraut.memory.language import language_of
from vertraut.memory.searched import searched_text
from vertraut.sources import Problem, ReadOptions, discover

LOCALES = {"english": "en", "german": "de"}
"""The languages of cases as stemmers call them, and their codes."""

_ZONE = "UTC"
_SAMPLE = 400
_BATCH = 128


class TimedEngine:
    """An ``Embedder`` that counts the seconds its passages took: they are the same for all, so they are no build time."""

    def __init__(self, engine: Embedder) -> None:
        self.name = engine.name
        self.center = engine.center
        self.spent = 0.0
        self._engine = engine

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of texts to be found."""
        start = time.perf_counter()
        vectors = self._engine.passages(texts)
        self.spent += time.perf_counter() - start
        return vectors

    def question(self, text: str) -> Vectors:
        """Return the unit vector of a question; not counted, for it is part of answering."""
        return self._engine.question(text)


def read_corpus(case: Case, engine: Embedder) -> Corpus:
    """Read a case's entries and get their vectors. Raises ``BadCases`` for an entry that cannot be read."""
    entries = list(_entries(case))
    vectors = _vectors([text for entry in entries for _, _, text in embedded_texts(entry)], engine)
    language = _language([entry.text for entry in entries])
    return Corpus(case, tuple(_document(case.name_of(entry), entry, language, vectors) for entry in entries), language)


def asked_at(question: Question, corpus: Corpus) -> datetime:
    """Return when a question is asked: as it says, else with the newest entry."""
    if question.asked_at:
        return question.asked_at.replace(tzinfo=UTC)
    return max(document.entry.when.instant for document in corpus.documents)


def _entries(case: Case) -> Iterator[Entry]:
    for reading in discover(case.entries, ReadOptions(_ZONE)):
        for item in reading.items:
            if isinstance(item, Problem):
                raise BadCases(case.entries[0].parent / reading.name, f"{item.place}: {item.reason}")
            yield item


def _vectors(texts: Sequence[str], engine: Embedder) -> Iterator[Vectors]:
    """Yield a vector for each text; texts of like length are embedded together, for a batch is padded to its longest."""
    found = np.empty((len(texts), len(engine.center)), np.float32)
    order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    for start in range(0, len(order), _BATCH):
        places = order[start : start + _BATCH]
        found[places] = engine.passages([texts[n] for n in places])
    yield from found


def _document(name: str, entry: Entry, language: str, vectors: Iterator[Vectors]) -> Document:
    parts = embedded_texts(entry)
    chunks = tuple(
        Chunk(f"{name}/{n}", _words(replace(entry, text=entry.text[start:stop]), language), vector)
        for n, ((start, stop, _), vector) in enumerate(zip(parts, islice(vectors, len(parts)), strict=True))
    )
    return Document(name, entry, _words(entry, language), chunks)


def _words(entry: Entry, language: str) -> str:
    """Return what can be found by words, with the day written out: a peer that knows no time finds it by that."""
    return f"{format_date(entry.when.local, 'full', LOCALES[language])} {searched_text(entry)}"


def _language(texts: Sequence[str]) -> str:
    """Return the language that most texts of an even sample are in."""
    found = Counter(language_of(text, "") for text in texts[:: max(1, len(texts) // _SAMPLE)])
    return "german" if found["de"] > found["en"] else "english"
