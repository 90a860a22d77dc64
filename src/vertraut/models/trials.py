"""Trying out a model: how fast it is, whether it keeps to a schema, whether it can use tools. What it is asked is ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from vertraut.clock import Clock
from vertraut.errors import ModelError
from vertraut.governance import OWNER, Actor
from vertraut.ledger import Journal
from vertraut.models.catalog import ModelCard
from vertraut.models.gate import Prepared
from vertraut.models.gateway import Models
from vertraut.models.messages import Completion, Message, Request, ToolSpec
from vertraut.models.providers import build_model
from vertraut.models.pseudonyms import Restorer

if TYPE_CHECKING:
    from pydantic_ai.models import Model

_PURPOSE = "test"
_FACT: Final = {
    "type": "object",
    "properties": {"who": {"type": "string"}, "city": {"type": "string"}},
    "required": ["who", "city"],
    "additionalProperties": False,
}
_CITY: Final = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
_HELLO = Request("answer", _PURPOSE, (Message("user", "Say hello."),), max_tokens=16)
_SPEED = Request("answer", _PURPOSE, (Message("user", "Count from one to sixty, in words."),), max_tokens=200)
_SCHEMA = Request(
    "extract",
    _PURPOSE,
    (Message("user", "Tom moved to Leipzig in March. Who moved, and where to?"),),
    schema=_FACT,
    max_tokens=100,
)
_TOOLS = Request(
    "answer",
    _PURPOSE,
    (Message("user", "What is the weather in Leipzig? Use the tool."),),
    tools=(ToolSpec("weather", "Tells the weather in a city.", _CITY),),
    max_tokens=100,
)


@dataclass(frozen=True, slots=True)
class Trial:
    """How a model did: seconds to its first word, tokens a second after it, what it can do; or why it failed."""

    name: str
    first_token: float | None = None
    speed: float = 0.0
    schema: bool = False
    tools: bool = False
    failure: ModelError | None = None


def try_out(
    card: ModelCard, *, journal: Journal, clock: Clock, timeout: float, build: Callable[[ModelCard], Model] = build_model
) -> Trial:
    """Return how a model does in three small tasks, each accounted like any other call."""
    able = replace(card, schema=True, tools=True, enabled=True)
    models = Models(
        [able], dial="best", journal=journal, gate=_Unguarded(), clock=clock, build=build, ceiling=None, timeout=timeout
    )
    try:
        models.complete(_HELLO, OWNER)  # a model that is only loaded now is not slow because of that
        spoken = models.complete(_SPEED, OWNER).usage
    except ModelError as why:
        return Trial(card.name, failure=why)
    writing = spoken.seconds - (spoken.first_token or 0.0)
    return Trial(
        card.name,
        spoken.first_token,
        round((spoken.output_tokens - 1) / writing, 1) if writing > 0 else 0.0,
        _manages(models, _SCHEMA, _keeps_to_schema),
        _manages(models, _TOOLS, _calls_tool),
    )


class _Unguarded:
    """A gate for words that are nobody's: nothing in them is to be hidden, and no consent is needed."""

    def prepare(self, request: Request, card: ModelCard, actor: Actor) -> Prepared:  # noqa: ARG002  what a gate is given
        return Prepared(request, Restorer())

    def sent(self, prepared: Prepared, card: ModelCard, actor: Actor) -> None:
        """Note nothing: the outbox is for a person's words."""


def _manages(models: Models, request: Request, well: Callable[[Completion], bool]) -> bool:
    try:
        return well(models.complete(request, OWNER))
    except ModelError:
        return False


def _keeps_to_schema(answer: Completion) -> bool:
    found = _object(answer.text)
    return found.keys() == {"who", "city"} and all(isinstance(value, str) for value in found.values())


def _calls_tool(answer: Completion) -> bool:
    return any(call.name == "weather" and isinstance(_object(call.arguments).get("city"), str) for call in answer.calls)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
