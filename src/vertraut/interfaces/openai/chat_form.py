"""A request to ``/chat/completions`` as it comes in, and what it asks. Fields that are not named here are ignored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from vertraut.interfaces.openai.asking import ANY_OBJECT, MOST_MESSAGES, MOST_TOOLS, Ask, checked, offered
from vertraut.interfaces.openai.refusals import invalid
from vertraut.models import Message, Role, ToolCall, ToolSpec

ToolName = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]
Stops = str | Annotated[list[str], Field(max_length=4)]

_ROLES: Final[dict[str, Role]] = {
    "system": "system", "developer": "system", "user": "user", "assistant": "assistant", "tool": "tool",
}  # fmt: skip
_REFUSED: Final = {
    "functions": "Use tools: functions are not supported.",
    "function_call": "Use tool_choice: function_call is not supported.",
    "audio": "Audio is not supported.",
    "logprobs": "Log probabilities are not supported.",
    "web_search_options": "Searching the web is not supported.",
}
"""What would change the answer if it were done, and is not: said rather than ignored."""


class _Function(BaseModel):
    name: ToolName
    description: str = ""
    parameters: dict[str, Any] = Field(default_factory=lambda: {"type": "object", "properties": {}})


class _Tool(BaseModel):
    type: Literal["function"]
    function: _Function


class _Called(BaseModel):
    name: ToolName
    arguments: str = ""


class _Call(BaseModel):
    id: str = Field(min_length=1, max_length=200)
    function: _Called


class Part(BaseModel):
    """A part of a message."""

    type: str
    text: str = ""
    refusal: str = ""


class _Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[Part] | None = None
    tool_calls: list[_Call] | None = Field(default=None, max_length=MOST_TOOLS)
    tool_call_id: str = ""


class _Schema(BaseModel):
    schema_: dict[str, Any] = Field(alias="schema")


class _Format(BaseModel):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: _Schema | None = None


class _StreamOptions(BaseModel):
    include_usage: bool = False


class ChatForm(BaseModel):
    """What a client sends."""

    model: str = Field(min_length=1, max_length=200)
    messages: list[_Message] = Field(min_length=1, max_length=MOST_MESSAGES)
    stream: bool | None = False
    stream_options: _StreamOptions | None = None
    n: int | None = 1
    stop: Stops | None = None
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0, le=2)
    response_format: _Format | None = None
    tools: list[_Tool] | None = Field(default=None, max_length=MOST_TOOLS)
    tool_choice: Any = None
    functions: Any = None
    function_call: Any = None
    audio: Any = None
    logprobs: Any = None
    web_search_options: Any = None

    @property
    def with_usage(self) -> bool:
        """Whether a stream ends with its usage."""
        return self.stream_options is not None and self.stream_options.include_usage

    def ask(self) -> Ask:
        """Return what is asked. Raises ``Refusal``."""
        if self.n not in (None, 1):
            raise invalid("Only one answer is given to a request: n must be 1.", "n", "unsupported_value")
        for name, why in _REFUSED.items():
            if getattr(self, name):
                raise invalid(why, name, "unsupported_parameter")
        functions = [each.function for each in self.tools or ()]
        tools, call = offered(
            [ToolSpec(each.name, each.description, each.parameters) for each in functions], self.tool_choice
        )
        return Ask(
            self.model,
            checked([_message(each, place) for place, each in enumerate(self.messages)], "messages"),
            tools,
            call,
            self._schema(),
            tuple(filter(None, [self.stop] if isinstance(self.stop, str) else self.stop or ())),
            self.max_completion_tokens or self.max_tokens,
            self.temperature,
        )

    def _schema(self) -> Any:
        if self.response_format is None or self.response_format.type == "text":
            return None
        if self.response_format.type == "json_object":
            return ANY_OBJECT
        if self.response_format.json_schema is None:
            raise invalid("A schema is missing.", "response_format.json_schema")
        return self.response_format.json_schema.schema_


def _message(said: _Message, place: int) -> Message:
    calls = tuple(ToolCall(call.id, call.function.name, call.function.arguments) for call in said.tool_calls or ())
    text = text_of(said.content, f"messages.{place}.content")
    return Message(_ROLES[said.role], text, calls if said.role == "assistant" else (), said.tool_call_id)


def text_of(content: str | Sequence[Part] | None, param: str) -> str:
    """Return the text of a message. Raises ``Refusal`` where a part of it is a picture, a sound or a file."""
    if content is None or isinstance(content, str):
        return content or ""
    for part in content:
        if part.type not in ("text", "input_text", "output_text", "refusal"):
            raise invalid(f"Only text can be read here, no {part.type[:40]!r}.", param, "unsupported_content")
    return "\n".join(part.text or part.refusal for part in content)
