"""What goes to a language model and what comes back, as values: the same for every provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Task = Literal["answer", "extract", "title", "check"]
Role = Literal["system", "user", "assistant", "tool"]
Finish = Literal["stop", "length", "tool_calls"]


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool that a model may call; ``parameters`` is the JSON schema of its arguments."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that a model wants; ``arguments`` is JSON as the model wrote it, which may be wrong."""

    id: str
    name: str
    arguments: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation with a model. A tool's result names the call it answers with ``call_id``."""

    role: Role
    text: str = field(default="", repr=False)
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What a model is asked, and for what.

    ``purpose`` is what a person consents to ("answer", "title"); ``schema`` a JSON schema that the answer must fit;
    ``entries`` the numbers of the entries whose words are in the messages; ``names`` names of people in them;
    ``conversation`` the one that it is part of, because it tells earlier words of it, too.
    """

    task: Task
    purpose: str
    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    schema: Mapping[str, Any] | None = None
    max_tokens: int = 800
    temperature: float = 0.2
    entries: tuple[int, ...] = ()
    names: tuple[str, ...] = field(default=(), repr=False)
    conversation: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call took: tokens, US dollars, seconds in all and to the first token (None where nothing came)."""

    input_tokens: int
    output_tokens: int
    cost: Decimal
    seconds: float
    first_token: float | None


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of an answer while it is written."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Completion:
    """A finished answer: its whole text, the tools it wants called, which model gave it, and what it took."""

    text: str = field(repr=False)
    calls: tuple[ToolCall, ...]
    model: str
    finish: Finish
    usage: Usage


Event = TextPiece | Completion
