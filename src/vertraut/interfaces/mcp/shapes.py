"""The structured results of the tools: what their output schemas are made from. All quoted texts are untrusted data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from vertraut.interfaces.mcp.quotations import NOTE, name_of, thread_of
from vertraut.ledger import Entry
from vertraut.memory.marks import Range
from vertraut.memory.quoting import quoted

Note = Annotated[str, Field(description="How to treat the quoted texts.")]
Number = Annotated[int, Field(description="Number of an entry: what `show` and `forget` take.")]
Cite = Annotated[int, Field(description="What stands as [n] in the text.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """An entry, or a part of it."""

    number: Number
    kind: str
    when: Annotated[str, Field(description="ISO 8601, as exactly as known.")]
    author: str
    thread: str
    title: str
    text: Annotated[str, Field(description="What it says, or the part of it that matters.")]
    whole: Annotated[bool, Field(description="False where the text is a part: `show` gives all of it.")]

    @classmethod
    def of(cls, number: int, entry: Entry, part: Range) -> Quoted:
        """Quote a part of an entry."""
        return cls(
            number=number,
            kind=entry.kind,
            when=str(entry.when),
            author=name_of(entry.author),
            thread=thread_of(entry),
            title=name_of(entry.title),
            text=quoted(entry.text[part[0] : part[1]]),
            whole=part == (0, len(entry.text)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was recalled, best first."""

    note: Note = NOTE
    confidence: Annotated[float, Field(description="Estimated probability that the answer is among the first ten.")]
    entries: list[Quoted]
    in_memory: Annotated[int, Field(description="How many entries there are in all.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Quotes that answer; where ``known`` is false they are only what comes nearest."""

    note: Note = NOTE
    known: Annotated[bool, Field(description="False: memory holds no answer. Say so, do not guess.")]
    confidence: float
    quotes: list[Quoted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Which entry a number in the text means."""

    cite: Cite
    number: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextText:
    """Text to answer from."""

    note: Note = NOTE
    text: str
    tokens: Annotated[int, Field(description="Estimated size of the text.")]
    sources: list[Source]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    """An entry whole, or the piece of it from ``offset``."""

    note: Note = NOTE
    entry: Quoted
    offset: int
    next_offset: Annotated[int | None, Field(description="Where the rest begins; null: this is the end.")]
    characters: Annotated[int, Field(description="Length of the whole text.")]
    place: str
    people: list[str]
    attachments: list[str]
    source: str
    around: Annotated[list[int], Field(description="Numbers of the entries around it in its thread, in order of time.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A note that was remembered."""

    number: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishap:
    """Something in a file that could not be taken in as it stands."""

    place: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a file; ``known`` entries were there already, ``forgotten`` ones stay forgotten."""

    format: Annotated[str, Field(description="Empty where it was not recognised.")]
    read: int
    new: int
    known: int
    forgotten: int
    skipped: int
    problems: Annotated[list[Mishap], Field(description="The first twenty.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What would be forgotten (``done`` false), or what was."""

    note: Note = NOTE
    done: bool
    entries: Annotated[list[Quoted], Field(description="What would go; empty where it is done.")]
    numbers: Annotated[list[int], Field(description="The numbers of all that would go or went.")]
    attachments: int
    preview: Annotated[str, Field(description="What to pass back together with confirm=true; empty where it is done.")]
    clean: Annotated[bool | None, Field(description="Whether the proof found no trace; null before it is done.")]
    elsewhere: Annotated[list[str], Field(description="Files outside Vertraut that still say it.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What is remembered, in numbers."""

    entries: int
    threads: int
    attachments: int
    findable_by_meaning: int
    forgotten: int
    first: Annotated[str | None, Field(description="When the oldest entry is from.")]
    last: Annotated[str | None, Field(description="When the newest entry is from.")]
    by_kind: Mapping[str, int]
    by_source: Mapping[str, int]
    by_year: Mapping[str, int]
    by_language: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something said beside an answer."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A turn of Vertraut's own assistant."""

    note: Note = NOTE
    text: str
    known: bool
    model: Annotated[str, Field(description='The model that answered; "quotes": none, the answer is quotes.')]
    conversation: Annotated[str, Field(description="Pass it back to go on with this conversation.")]
    sources: list[Source]
    notices: list[Remark]
    remembered: Annotated[list[int], Field(description="The entries that the turn was remembered as.")]
