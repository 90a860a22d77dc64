"""What happens in a turn, as values: the evidence, the answer piece by piece, remarks beside it, and the finished turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from vertraut.assistant.boundaries import Finding
from vertraut.assistant.statements import Statement
from vertraut.memory.context import Line
from vertraut.models import Usage

NoticeCode = Literal["crisis", "long_session", "model_down", "no_consent", "ceiling", "off_record", "forget_asked"]
QUOTES = "quotes"
"""What a turn calls its model when it had none: the answer is quotes."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the answer may rest on; ``[n]`` in it means the line numbered n."""

    lines: tuple[Line, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of the answer, checked: it may be shown."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something said beside the answer, in the person's language."""

    code: NoticeCode
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Citation:
    """A ``[number]`` in an answer: the entry it means, and the place in that entry's text."""

    number: int
    entry: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A finished turn.

    ``cited`` are the numbers of the lines that the answer rests on; ``known`` is False where it says that memory does not
    hold it. ``numbers`` are the entries it was remembered as: none off the record. ``left_out`` are entries that the person
    did not want for this question.
    """

    question: str = field(repr=False)
    text: str = field(repr=False)
    conversation: str
    lines: tuple[Line, ...] = field(repr=False)
    cited: tuple[int, ...]
    known: bool
    model: str
    statements: tuple[Statement, ...] = field(repr=False)
    findings: tuple[Finding, ...]
    usage: tuple[Usage, ...]
    numbers: tuple[int, ...]
    left_out: tuple[int, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What the numbers in the text mean."""
        return tuple(citation_of(line) for line in self.lines if line.number in self.cited)

    @property
    def evidence(self) -> tuple[int, ...]:
        """The numbers of the entries that the answer rests on."""
        return tuple(line.id for line in self.lines if line.number in self.cited)


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a turn."""

    turn: Turn


def citation_of(line: Line) -> Citation:
    """Return what the number of a line means in an answer."""
    start, stop = (line.parts[0][0], line.parts[-1][1]) if line.parts else (0, 0)
    return Citation(line.number, line.id, start, stop)


TurnEvent = Evidence | Said | Notice | Finished


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something with consequences that a person has to agree to first: what would be done, in their language."""

    action: Literal["forget"]
    numbers: tuple[int, ...]
    text: str = field(repr=False)
