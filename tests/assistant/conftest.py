"""An assistant over a real space with a model that says what a test makes it say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from pydantic_ai.messages import ModelMessage, ModelRequest
from pydantic_ai.models import Model
from pydantic_ai.models.function import AgentInfo, DeltaToolCall, DeltaToolCalls, FunctionModel

from vertraut.application import Space
from vertraut.assistant import Assistant, Finished, Notice, Said, Turn, TurnEvent
from vertraut.governance import OWNER
from vertraut.models import ModelCard, Models, PrivacyGate

Script = Callable[[list[ModelMessage], int], "str | Sequence[str] | tuple[str, str]"]


@dataclass
class Talk:
    """Turns taken by a test: what was shown, noticed, and told to the model."""

    assistant: Assistant
    prompts: list[list[ModelMessage]]
    rules: list[str]
    events: list[TurnEvent] = field(default_factory=list)

    def say(self, text: str, **options: object) -> Turn:
        self.events = list(self.assistant.turn(text, actor=OWNER, **options))  # type: ignore[arg-type]  # a test's keywords
        (turn,) = [event.turn for event in self.events if isinstance(event, Finished)]
        assert "".join(event.text for event in self.events if isinstance(event, Said)).strip() == turn.text
        return turn

    def told(self, number: int) -> str:
        """What the model was told, the number-th time it was asked."""
        requests = [message for message in self.prompts[number] if isinstance(message, ModelRequest)]
        parts = [str(getattr(part, "content", "")) for message in requests for part in message.parts]
        return "\n".join([self.rules[number], *parts])

    @property
    def notices(self) -> list[str]:
        return [event.code for event in self.events if isinstance(event, Notice)]


@pytest.fixture
def talking(space: Space) -> Callable[..., Talk]:
    """Return what makes an assistant of a script: called with the messages and how often it was, it returns a text, pieces
    of one, or (tool, JSON arguments)."""

    def made(script: Script | Mapping[str, Script] | None, *, outside: bool = False) -> Talk:
        prompts: list[list[ModelMessage]] = []
        rules: list[str] = []
        scripts = script if isinstance(script, Mapping) else {"scripted": script} if script else {}

        def build(card: ModelCard) -> Model:
            async def stream(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[str | DeltaToolCalls]:
                prompts.append(messages)
                rules.append(info.instructions or "")
                said = scripts[card.name](messages, len(prompts) - 1)
                if isinstance(said, tuple):
                    name, arguments = said
                    yield {0: DeltaToolCall(name=name, json_args=arguments, tool_call_id=f"call-{len(prompts)}")}
                    return
                for piece in [said] if isinstance(said, str) else said:
                    yield piece

            return FunctionModel(stream_function=stream)

        url = "http://example.org/v1" if outside else "http://localhost/v1"
        cards = [
            ModelCard(name, "openai-compatible", name, url=url, quality=quality, input_price=Decimal(quality - 1))
            for quality, name in enumerate(scripts, start=1)
        ]
        gate = PrivacyGate(space.journal, space.ledger.origin.identity_key, replace_names=False)
        models = Models(
            cards, dial="cheap", journal=space.journal, gate=gate, clock=space.clock, build=build, ceiling=None, timeout=20
        )  # fmt: skip
        assistant = Assistant(space, models if script else None, space.journal, space.clock, space.settings)
        return Talk(assistant, prompts, rules)

    return made
