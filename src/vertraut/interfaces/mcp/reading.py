"""The tools that only read: recall, ask, context, show and stats."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final

from fastmcp.tools import ToolResult
from pydantic import Field

from vertraut.application.service import Service
from vertraut.interfaces.mcp.access import Callers, told
from vertraut.interfaces.mcp.quotations import about, fenced, line, name_of
from vertraut.interfaces.mcp.shapes import Answered, ContextText, Counted, Found, Quoted, ShownEntry, Source
from vertraut.ledger import Entry
from vertraut.memory import Hit
from vertraut.memory.context_lines import INDENT
from vertraut.memory.marks import Range
from vertraut.memory.quoting import quoted

MOST_HITS: Final = 50
MOST_TOKENS: Final = 16_000
PIECE: Final = 8_000  # characters of one answer of `show`
_SHORT: Final = 800  # an entry up to so many characters is recalled whole
_LONGEST_QUOTE: Final = 1_000

Question = Annotated[
    str,
    Field(
        min_length=1,
        max_length=4_000,
        description=(
            "What to look for, as a question or words, in German or English. Filters may stand in it: from:Name with:Name "
            'in:Thread kind:mail before:2025-03 after:"last summer" "exact words" -without.'
        ),
    ),
]
EntryNumber = Annotated[int, Field(ge=1, le=2**63 - 1, description="The number of an entry.")]


class Reading:
    """The tools over one served space."""

    def __init__(self, service: Service, callers: Callers) -> None:
        self._service = service
        self._callers = callers

    @told()
    def recall(
        self,
        question: Question,
        count: Annotated[int, Field(ge=1, le=MOST_HITS, description="How many entries at most.")] = 10,
    ) -> ToolResult:
        """Find entries of this person's memory that have to do with a question, best first, each with its number.

        Use it to look for what was said, written or planned, when you want the sources themselves, or to find the numbers
        that `show` and `forget` take. Long entries are cut to the part that matters.
        """
        found = self._service.recall(self._callers.actor(), question, count=count)
        parts = [_part_of(hit) for hit in found.hits]
        said = [self._line(hit.id, hit.entry, part) for hit, part in zip(found.hits, parts, strict=True)]
        entries = [Quoted.of(hit.id, hit.entry, part) for hit, part in zip(found.hits, parts, strict=True)]
        result = Found(confidence=round(found.confidence, 3), entries=entries, in_memory=found.entries)
        return ToolResult(fenced("\n".join(said)) if said else "Nothing in memory comes near.", result)

    @told()
    def ask(self, question: Question) -> ToolResult:
        """Answer a question about this person by quoting the sentences that answer it, or say that memory does not know.

        Use it for one fact ("When is the dentist appointment?"). It never guesses: where `known` is false, say that you do
        not know. For questions that need several sources put together, use `context`.
        """
        answer = self._service.ask(self._callers.actor(), question)
        quotes = [(each.hit, (each.start, min(each.stop, each.start + _LONGEST_QUOTE))) for each in answer.quotes]
        said = "\n".join(self._line(hit.id, hit.entry, part) for hit, part in quotes)
        head = "These sentences answer it:" if answer.known else "Memory holds no answer. What comes nearest:"
        result = Answered(
            known=answer.known,
            confidence=round(answer.confidence, 3),
            quotes=[Quoted.of(hit.id, hit.entry, part) for hit, part in quotes],
        )
        return ToolResult(f"{head}\n{fenced(said)}" if said else "Memory holds no answer.", result)

    @told()
    def context(
        self,
        question: Question,
        tokens: Annotated[int, Field(ge=100, le=MOST_TOKENS, description="How long the text may be, in tokens.")] = 2_000,
    ) -> ToolResult:
        """Gather what was remembered about a question, with what stands around it, in order of time, to answer from.

        Use it before you answer anything that concerns this person's life, plans, people or past. Cite the numbers in
        brackets. Where the text does not carry an answer, say so.
        """
        found = self._service.context(self._callers.actor(), question, tokens=tokens)
        sources = [Source(cite=each.number, number=each.id) for each in found.lines]
        numbers = ", ".join(f"[{each.cite}] is entry {each.number}" for each in sources)
        said = (
            f"{fenced(found.text)}\n{numbers}" if sources else "Nothing in memory comes near, or too few tokens were given."
        )
        return ToolResult(said, ContextText(text=found.text, tokens=found.tokens, sources=sources))

    @told()
    def show(
        self,
        number: EntryNumber,
        offset: Annotated[int, Field(ge=0, description="Where to go on in a long text: its `next_offset`.")] = 0,
    ) -> ToolResult:
        """Show one entry whole: its text, people, place, attachments, and the numbers of what stands around it.

        Use it with a number that `recall`, `ask` or `context` gave, when the part they quoted is not enough.
        """
        shown = self._service.show(self._callers.actor(), number)
        entry, text = shown.entry, quoted(shown.entry.text)
        piece = text[offset : offset + PIECE]
        rest = offset + PIECE if offset + PIECE < len(text) else None
        note = f"\nThe text goes on: call show with number={number} and offset={rest}." if rest else ""
        result = ShownEntry(
            entry=replace(Quoted.of(number, entry, (0, 0)), text=piece, whole=piece == text),
            offset=offset,
            next_offset=rest,
            characters=len(text),
            place=name_of(entry.place),
            people=[name_of(f"{each.role}: {each.name} {each.address}") for each in entry.people[:MOST_HITS]],
            attachments=[name_of(each.name) for each in entry.attachments[:MOST_HITS]],
            source=name_of(entry.source),
            around=[each for each in shown.around if each != number],
        )
        head = about(number, entry, self._service.settings.zone)
        return ToolResult(fenced(f"{head}:\n{piece}".replace("\n", f"\n{INDENT}")) + note, result)

    @told()
    def stats(self) -> ToolResult:
        """Say what is remembered, in numbers: by kind, source, year and language, from when to when.

        Use it to learn what there is before you look for it, or when the person asks what you remember.
        """
        stats = self._service.stats(self._callers.actor())
        first, last = (each.isoformat() if each else None for each in (stats.first, stats.last))
        result = Counted(
            entries=stats.entries,
            threads=stats.threads,
            attachments=stats.attachments,
            findable_by_meaning=stats.embedded,
            forgotten=stats.forgotten,
            first=first,
            last=last,
            by_kind=stats.by_kind,
            by_source=stats.by_source,
            by_year=stats.by_year,
            by_language=stats.by_language,
        )
        kinds = ", ".join(f"{count} {kind}" for kind, count in stats.by_kind.items())
        return ToolResult(f"{stats.entries} entries in {stats.threads} threads, {first} to {last}: {kinds}.", result)

    def _line(self, number: int, entry: Entry, part: Range) -> str:
        return line(number, entry, part, self._service.settings.zone)


def _part_of(hit: Hit) -> Range:
    return (0, len(hit.entry.text)) if len(hit.entry.text) <= _SHORT else hit.passage
