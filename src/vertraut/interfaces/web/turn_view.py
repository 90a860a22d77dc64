"""A turn as the page shows it, live or from memory: the question, the answer in parts, and what it rests on."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from vertraut.assistant import Turn
from vertraut.assistant.conversation import PastTurn
from vertraut.assistant.events import QUOTES, Citation, citation_of
from vertraut.interfaces.web.answer_text import Block, blocks_of
from vertraut.ledger import Entry
from vertraut.memory.context import Line


@dataclass(frozen=True, slots=True)
class Source:
    """What an answer rests on: the number in its text, where that is known, and the entry."""

    citation: Citation
    entry: Entry
    disputed: bool

    @property
    def number(self) -> int:
        """The entry's number."""
        return self.citation.entry


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn on the page; ``id`` names its element. Of what was forgotten, ``question`` or ``answer`` is empty.

    ``model`` is "" where nobody knows any more who answered.
    """

    id: str
    question: str
    answer: str = ""
    blocks: tuple[Block, ...] = ()
    sources: tuple[Source, ...] = ()
    conversation: str = ""
    off: bool = False
    model: str = ""
    known: bool = True
    left_out: int = 0
    first: bool = False
    at: Entry | None = None

    @property
    def quotes(self) -> bool:
        """Whether the answer is quotes."""
        return self.model == QUOTES

    @property
    def disputed(self) -> frozenset[int]:
        """The entries among its sources that are said to be wrong."""
        return frozenset(source.number for source in self.sources if source.disputed)

    @classmethod
    def finished(cls, element: str, turn: Turn, disputed: frozenset[int], *, off: bool, first: bool) -> Self:
        """Return a turn that was just taken."""
        citations = {each.number: each for each in turn.citations}
        lines = [line for line in turn.lines if line.number in turn.cited]
        return cls(
            id=element,
            question=turn.question,
            answer=turn.text,
            blocks=blocks_of(turn.text, citations),
            sources=sources_of(lines, disputed),
            conversation=turn.conversation,
            off=off,
            model=turn.model,
            known=turn.known,
            left_out=len(turn.left_out),
            first=first,
        )

    @classmethod
    def past(cls, turn: PastTurn, entries: Mapping[int, Entry], disputed: frozenset[int], conversation: str) -> Self:
        """Return a turn that memory holds; ``entries`` are those that it rests on."""
        asked, answer = turn.asked[1].text if turn.asked else "", turn.answered[1].text if turn.answered else ""
        citations = {each.number: each for each in turn.citations}
        rows = turn.citations or [Citation(0, number, 0, 0) for number in turn.evidence]
        return cls(
            id=new_element(),
            question=asked,
            answer=answer,
            blocks=blocks_of(answer, citations),
            sources=tuple(Source(row, entries[row.entry], row.entry in disputed) for row in rows if row.entry in entries),
            conversation=conversation,
            model=turn.model,
            at=(turn.asked or turn.answered or (0, None))[1],
        )


def sources_of(lines: Sequence[Line], disputed: frozenset[int]) -> tuple[Source, ...]:
    """Return lines of evidence as sources."""
    return tuple(Source(citation_of(line), line.entry, line.id in disputed) for line in lines)


def new_element() -> str:
    """Return what an element of a page can be called that stands in no other one."""
    return f"turn-{secrets.token_hex(6)}"
