"""What a client asks, whichever of the two ways it came: the same value for chat completions and for responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import dropwhile
from typing import Any, Final

from vertraut.assistant.boundaries import Spoken
from vertraut.assistant.conversation import TURNS_TOLD, cited_numbers, without_numbers
from vertraut.interfaces.openai.refusals import invalid
from vertraut.models import Message, ToolSpec

ANY_OBJECT: Final[Mapping[str, Any]] = {"type": "object"}
"""The schema of an answer that must be JSON, whatever is in it."""

MOST_MESSAGES: Final = 2000
MOST_CHARACTERS: Final = 1_000_000
"""Of all messages together: more than models read, and as much as can be looked through for secrets in bearable time."""
LONGEST_QUESTION: Final = 50_000
"""Characters that the assistant can be asked with; the same as at the other doors."""
_HEARD = 10_000  # characters of the beginning and of the end of what was said that the boundaries look at
MOST_TOOLS: Final = 128


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. ``call`` says that a tool must be called: the model is told so. None is the model's own choice."""

    model: str
    messages: tuple[Message, ...] = field(repr=False)
    tools: tuple[ToolSpec, ...] = ()
    call: bool = False
    schema: Mapping[str, Any] | None = None
    stops: tuple[str, ...] = field(default=(), repr=False)
    max_tokens: int | None = None
    temperature: float | None = None

    @property
    def question(self) -> str:
        """What the person said last."""
        return next(each.text for each in reversed(self.messages) if each.role == "user")

    @property
    def spoken(self) -> tuple[Message, ...]:
        """What the person and the model said before that, without instructions and the work of tools."""
        before = list(dropwhile(lambda each: each.role != "user", reversed(self.messages)))[1:]
        return tuple(each for each in reversed(before) if each.role in ("user", "assistant") and each.text.strip())

    @property
    def history(self) -> tuple[Spoken, ...]:
        """The last turns of it, as the assistant takes them."""
        return tuple(
            Spoken("person", heard(each.text))
            if each.role == "user"
            else Spoken("assistant", without_numbers(heard(each.text)), carried=bool(cited_numbers(each.text)))
            for each in self.spoken[-2 * TURNS_TOLD :]
        )

    @property
    def needs_model(self) -> bool:
        """Whether only a language model of itself can do it: with the client's own tools, or in a form it wants."""
        return bool(self.tools) or self.schema is not None


def heard(text: str) -> str:
    """Return what is looked at of something that was said: of what is very long, as a pasted file is, both ends."""
    return text if len(text) <= 2 * _HEARD else f"{text[:_HEARD]}\n{text[-_HEARD:]}"


def checked(messages: Sequence[Message], param: str) -> tuple[Message, ...]:
    """Return messages that make a conversation. Raises ``Refusal`` where they do not."""
    if not any(each.role == "user" and each.text.strip() for each in messages):
        raise invalid("There must be a message with text from the user.", param)
    if sum(len(each.text) for each in messages) > MOST_CHARACTERS:
        raise invalid(f"These are more than {MOST_CHARACTERS:,} characters.", param, "input_too_large")
    called: set[str] = set()
    for message in messages:
        called |= {call.id for call in message.calls}
        if message.role == "tool" and message.call_id not in called:
            raise invalid("The result of a tool must follow the message that called it.", param)
    return tuple(messages)


def offered(tools: Sequence[ToolSpec], choice: Any, param: str = "tool_choice") -> tuple[tuple[ToolSpec, ...], bool]:
    """Return the tools a choice leaves, and whether one of them must be called. ``choice`` is a word or names a tool."""
    match choice:
        case None | "auto":
            return tuple(tools), False
        case "none":
            return (), False
        case "required":
            return tuple(tools), True
        case {"function": {"name": str(name)}} | {"type": "function", "name": str(name)}:
            wanted = tuple(tool for tool in tools if tool.name == name)
            if wanted:
                return wanted, True
    raise invalid("It must be auto, none, required, or name one of the tools.", param)
