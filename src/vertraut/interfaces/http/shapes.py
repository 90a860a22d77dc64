"""What the HTTP door answers with: one model a result. Fields are only ever added.

Instants that Vertraut sets itself are ISO 8601 in UTC. Offsets are characters of an entry's text. Links of the chain are
hexadecimal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import Field

from vertraut.interfaces.http.entry_shapes import Entry, Number, Shape
from vertraut.memory.proof import TraceKind


class Reason(Shape):
    """What a family of signals added to a hit's score."""

    signal: str
    value: float
    contribution: float


class Hit(Shape):
    """One recalled entry, with why it was: ``passage`` is what to show of it, ``marks`` are words of the question."""

    id: Number
    score: float
    passage: tuple[int, int]
    marks: list[tuple[int, int]]
    reasons: list[Reason]
    around: Annotated[list[int], Field(description="Its neighbours in the thread, itself included, in order of time")]
    repeats: Annotated[list[int], Field(description="Other entries that say the same")]
    entry: Entry


class Recalled(Shape):
    """Hits, best first."""

    question: str
    confidence: Annotated[float, Field(description="Chance that there is an answer and that it is among the first ten")]
    entries: Annotated[int, Field(description="Entries in all")]
    embedded: Annotated[int, Field(description="How many of them can be found by meaning already")]
    hits: list[Hit]
    next_offset: Annotated[int | None, Field(description="The offset of the next page; null on the last one")]


class Quote(Shape):
    """A sentence that answers: ``start`` to ``stop`` in the text of its entry."""

    number: int
    id: Number
    text: str
    start: int
    stop: int
    repeats: list[int]
    entry: Entry


class Answer(Shape):
    """Quotes that answer; where ``known`` is false, they are what comes nearest."""

    question: str
    known: bool
    confidence: float
    quotes: list[Quote]


class Line(Shape):
    """One entry of a context or of an answer's evidence: what ``[number]`` means."""

    number: int
    id: Number
    rank: Annotated[int | None, Field(description="Its place among the hits, from 0; null for a neighbour")]
    gap: Annotated[bool, Field(description="Entries above it are left out")]
    parts: Annotated[list[tuple[int, int]], Field(description="What is shown of the entry's text")]
    text: Annotated[str, Field(description="The line as a model reads it")]
    entry: Entry


class Block(Shape):
    """Entries of one thread that stand together."""

    heading: str
    lines: list[Line]


class Context(Shape):
    """Text for a language model to answer from, and what it is made of."""

    question: str
    budget: int
    tokens: Annotated[int, Field(description="Estimated, rather too many")]
    text: str
    blocks: list[Block]
    repeats: Annotated[list[int], Field(description="Entries left out because others say the same")]


class Remembered(Shape):
    """What was remembered: durable, and findable by words, when this is told."""

    id: Number


class Trouble(Shape):
    """Something in a file that could not be taken in as it stands; ``lost`` is false where it was kept all the same."""

    place: str
    code: str
    reason: str
    lost: bool


class Imported(Shape):
    """What became of a file: how many entries it held, how many of them were new, known, or forgotten before."""

    name: str
    source: Annotated[str, Field(description="The format it was read as; empty where none fits")]
    read: int
    new: int
    known: int
    forgotten: int
    skipped: int
    problems: list[Trouble]


class Shown(Shape):
    """An entry whole; ``around`` are its neighbours and itself, ``kept`` the places of attachments that are kept."""

    entry: Entry
    remembered: datetime
    language: str
    around: list[Entry]
    kept: list[int]


class Head(Shape):
    """The end of the ledger's chain."""

    seq: int
    link: str


class Stats(Shape):
    """What is in a space, counted; sizes in bytes."""

    name: str
    entries: int
    records: int
    forgotten: int
    attachments: int
    threads: int
    passages: int
    embedded: int
    by_kind: Mapping[str, int]
    by_source: Mapping[str, int]
    by_year: Mapping[str, int]
    by_language: Mapping[str, int]
    first: datetime | None
    last: datetime | None
    vault_bytes: int
    content_bytes: int
    head: Head


class Forgettable(Shape):
    """What would go; ``resting`` are Vertraut's own answers among the entries, which rest on one that was selected."""

    entries: list[Entry]
    attachments: int
    resting: list[int]


class Trace(Shape):
    """A trace that is still somewhere."""

    where: str
    kind: TraceKind


class Proof(Shape):
    """What was looked for, where, and what was found: nothing, if ``clean``."""

    clean: bool
    patterns: int
    vault_bytes: int
    files: int
    found: list[Trace]
    elsewhere: Annotated[list[str], Field(description="Files outside the home that still hold a trace")]


class Receipt(Shape):
    """What was forgotten, where the chain stood before and after, and the proof."""

    entries: int
    attachments: int
    passages: int
    before: Head
    after: Head
    log_emptied: bool
    proof: Proof
