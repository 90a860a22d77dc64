"""A request to ``/responses`` as it comes in, and what it asks. Fields that are not named here are ignored.

Nothing of a response is kept but what memory remembers of its turn; its id holds the name of the conversation.
"""

from __future__ import annotations

import uuid
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Discriminator, Field, Tag

from vertraut.interfaces.openai.asking import ANY_OBJECT, MOST_MESSAGES, MOST_TOOLS, Ask, checked, offered
from vertraut.interfaces.openai.chat_form import Part, ToolName, text_of
from vertraut.interfaces.openai.naming import is_conversation
from vertraut.interfaces.openai.refusals import Refusal, invalid
from vertraut.models import Message, ToolCall, ToolSpec

_PREFIX: Final = "resp_"
_LONGEST_ID: Final = 200


class _Said(BaseModel):
    type: Literal["message"] = "message"
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[Part]


class _Call(BaseModel):
    type: Literal["function_call"]
    call_id: str = Field(min_length=1, max_length=_LONGEST_ID)
    name: ToolName
    arguments: str = ""


class _Output(BaseModel):
    type: Literal["function_call_output"]
    call_id: str = Field(min_length=1, max_length=_LONGEST_ID)
    output: str | list[Part]


class _Thought(BaseModel):
    type: Literal["reasoning"]


def _kind(item: Any) -> str:
    kind = item.get("type") if isinstance(item, dict) else getattr(item, "type", None)
    return str(kind or "message")


_Item = Annotated[
    Annotated[_Said, Tag("message")]
    | Annotated[_Call, Tag("function_call")]
    | Annotated[_Output, Tag("function_call_output")]
    | Annotated[_Thought, Tag("reasoning")],
    Discriminator(_kind),
]


class _Tool(BaseModel):
    type: Literal["function"]
    name: ToolName
    description: str | None = None
    parameters: dict[str, Any] | None = None


class _Format(BaseModel):
    type: Literal["text", "json_object", "json_schema"]
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")


class _Text(BaseModel):
    format: _Format | None = None


class ResponsesForm(BaseModel):
    """What a client sends."""

    model: str = Field(min_length=1, max_length=200)
    input: str | Annotated[list[_Item], Field(min_length=1, max_length=MOST_MESSAGES)]
    instructions: str | None = None
    previous_response_id: str | None = Field(default=None, max_length=_LONGEST_ID)
    stream: bool | None = False
    max_output_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0, le=2)
    text: _Text | None = None
    tools: list[_Tool] | None = Field(default=None, max_length=MOST_TOOLS)
    tool_choice: Any = None
    parallel_tool_calls: bool | None = True
    metadata: Annotated[dict[str, str], Field(max_length=16)] | None = None
    background: bool | None = False
    conversation: Any = None

    def ask(self) -> Ask:
        """Return what is asked. Raises ``Refusal``."""
        if self.background:
            raise invalid("Responses in the background are not supported.", "background", "unsupported_parameter")
        if self.conversation is not None:
            raise invalid(
                "Use previous_response_id or the header X-Vertraut-Conversation.", "conversation", "unsupported_parameter"
            )
        specs = [
            ToolSpec(each.name, each.description or "", each.parameters or {"type": "object"}) for each in self.tools or ()
        ]
        tools, call = offered(specs, self.tool_choice)
        told = [Message("system", self.instructions)] if self.instructions else []
        messages = checked([*told, *_messages(self.input)], "input")
        return Ask(self.model, messages, tools, call, self._schema(), (), self.max_output_tokens, self.temperature)

    def resumes(self) -> str:
        """Return the conversation that the request goes on with, or "". Raises ``Refusal`` for an id not from here."""
        if self.previous_response_id is None:
            return ""
        name = self.previous_response_id.removeprefix(_PREFIX).rpartition(".")[0]
        if not self.previous_response_id.startswith(_PREFIX) or not is_conversation(name):
            raise Refusal(400, "There is no such response.", "previous_response_not_found", param="previous_response_id")
        return name

    def _schema(self) -> Any:
        form = self.text.format if self.text else None
        if form is None or form.type == "text":
            return None
        if form.type == "json_schema" and form.schema_ is None:
            raise invalid("A schema is missing.", "text.format.schema")
        return form.schema_ if form.type == "json_schema" else ANY_OBJECT


def response_id(conversation: str) -> str:
    """Return the id of a new response in a conversation."""
    return f"{_PREFIX}{conversation}.{uuid.uuid4().hex[:16]}"


def _messages(said: str | list[Any]) -> list[Message]:
    """Return items as messages; the calls of one answer belong to one message."""
    if isinstance(said, str):
        return [Message("user", said)]
    messages: list[Message] = []
    for place, item in enumerate(said):
        match item:
            case _Said():
                role: Any = "system" if item.role == "developer" else item.role
                messages.append(Message(role, text_of(item.content, f"input.{place}.content")))
            case _Call():
                call = ToolCall(item.call_id, item.name, item.arguments)
                before = messages.pop() if messages and messages[-1].role == "assistant" else Message("assistant")
                messages.append(Message("assistant", before.text, (*before.calls, call)))
            case _Output():
                messages.append(Message("tool", text_of(item.output, f"input.{place}.output"), call_id=item.call_id))
    return messages
