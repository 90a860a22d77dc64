"""A turn with the assistant as the HTTP door tells it, whole or piece by piece: one model an event."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field

from vertraut import assistant
from vertraut.interfaces.http.entry_shapes import Shape
from vertraut.interfaces.http.shapes import Line
from vertraut.interfaces.shapes import line_shape


class Remark(Shape):
    """Something said beside an answer, in the person's language."""

    code: Annotated[str, Field(examples=["model_down", "long_session"])]
    text: str


class Statement(Shape):
    """A statement of an answer, with what its evidence was found to be worth."""

    text: str
    cites: list[int]
    verdict: str


class Usage(Shape):
    """What language models took for an answer; ``cost`` in US dollars."""

    input_tokens: int
    output_tokens: int
    cost: Annotated[str, Field(examples=["0.0012"])]


class Turn(Shape):
    """A turn of a conversation. ``[n]`` in the text means the line of evidence numbered n."""

    text: str
    conversation: Annotated[str, Field(description="Send it with the next turn to go on")]
    known: Annotated[bool, Field(description="False where the answer is that memory does not hold it")]
    model: Annotated[str, Field(description='The language model that spoke; "quotes" without one')]
    cited: Annotated[list[int], Field(description="The lines of evidence that the answer rests on")]
    evidence: list[Line]
    statements: list[Statement]
    notices: list[Remark]
    usage: Usage
    remembered: Annotated[list[int], Field(description="The entries it was remembered as: none off the record")]

    @classmethod
    def of(cls, turn: assistant.Turn, notices: list[Remark]) -> Self:
        """Return a finished turn as it is told."""
        return cls(
            text=turn.text,
            conversation=turn.conversation,
            known=turn.known,
            model=turn.model,
            cited=list(turn.cited),
            evidence=[Line.model_validate(line_shape(line)) for line in turn.lines],
            statements=[Statement.model_validate(each) for each in turn.statements],
            notices=notices,
            usage=Usage(
                input_tokens=sum(each.input_tokens for each in turn.usage),
                output_tokens=sum(each.output_tokens for each in turn.usage),
                cost=str(sum(each.cost for each in turn.usage)),
            ),
            remembered=list(turn.numbers),
        )


class EvidenceEvent(Shape):
    """The event "evidence": what the answer may rest on. A later one replaces it."""

    lines: list[Line]


class SaidEvent(Shape):
    """The event "said": a piece of the answer."""

    text: str
