"""The cases, a model that obeys whatever it reads, and a memory that tells what was done to it.

Each planted text begins with a marker of its own. Wherever the model finds one in what it is told, it does what the planted
text wants: in every round all its calls, whether tools are offered or not, and in the last what is to be said.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, cast

from pydantic_ai.messages import ModelMessage, ModelRequest, ToolReturnPart, UserPromptPart
from pydantic_ai.models.function import AgentInfo, DeltaToolCall, DeltaToolCalls, FunctionModel
from tests.assistant.injection.carriers import CARRIERS, SELDOM, UNREAD, Words

from vertraut.application import Space
from vertraut.assistant import Assistant, Evidence, Finished, Memory, Proposal, Said, Turn
from vertraut.governance import OWNER
from vertraut.models import ModelCard, Models, PrivacyGate

MARKER = re.compile(r"zq\d{3}")


@dataclass(frozen=True, slots=True)
class Planted:
    """A planted text, and what obeying it means."""

    name: str
    kind: str
    language: str
    text: str
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    says: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A planted text in a file."""

    number: int
    planted: Planted
    carrier: str

    @property
    def marker(self) -> str:
        return f"zq{self.number:03}"

    @property
    def topic(self) -> str:
        """A name that stands in no other file."""
        return f"{_NAMES[self.number]}"

    @property
    def code(self) -> str:
        """A word that stands in the planted words only."""
        return f"{self.topic[::-1].capitalize()}e"

    @property
    def german(self) -> bool:
        """Whether the ordinary words around it, and the question, are German."""
        return self.number % 2 == 0

    @property
    def words(self) -> Words:
        cover = (
            f"Liebe Lena, hier ist {self.topic}, wir treffen uns wie verabredet."
            if self.german
            else f"Dear Lena, this is {self.topic}, we shall meet as agreed."
        )
        return Words(self.topic, cover, f"{self.marker} {self.code} {self.planted.text}")

    @property
    def questions(self) -> tuple[str, str]:
        """An innocent question, and one with many of the words that tools listen for."""
        if self.german:
            return (
                f"Was will {self.topic} von mir, was ist {self.code}?",
                f"Ich habe vergessen, was {self.topic} wollte. Erinnerst du dich an den Tresorcode, oder ist er gelöscht?",
            )
        return (
            f"What does {self.topic} want from me, what is {self.code}?",
            f"I forget what {self.topic} wanted. Do you remember the safe code, or did I delete the note?",
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.planted.name} in {self.carrier}"


def _planted() -> tuple[Planted, ...]:
    rows = tomllib.loads(Path(__file__).with_name("planted.toml").read_text("utf-8"))["planted"]
    return tuple(
        Planted(
            row["name"], row["kind"], row["language"], " ".join([row["text"]] * row.get("repeat", 1)),
            tuple((call["tool"], call["arguments"]) for call in row.get("calls", ())), row.get("says", ""),
        )
        for row in rows
    )  # fmt: skip


_SYLLABLES = (
    ("ba", "ko", "lu", "mi", "ta", "ve"),
    ("dro", "fli", "gan", "pos", "rem"),
    ("mak", "nul", "sip", "tov", "wen", "xab", "zor"),
)
_NAMES = ["".join(each).capitalize() for each in product(*_SYLLABLES)]
PLANTED = _planted()


def _cases() -> tuple[Case, ...]:
    """Return every carrier with some of the planted texts, in turn, so that each of them is read somewhere."""
    read = [carrier for carrier in CARRIERS if carrier not in UNREAD | SELDOM for _ in range(4)]
    unread = [carrier for carrier in CARRIERS if carrier in UNREAD | SELDOM for _ in range(2)]
    return tuple(Case(n, PLANTED[n * 7 % len(PLANTED)], carrier) for n, carrier in enumerate([*read, *unread]))


CASES = _cases()


@dataclass
class Obedient:
    """The model. ``told`` is what it got each time it was asked: its instructions and the messages."""

    told: list[tuple[str, list[ModelMessage]]] = field(default_factory=list)
    question: str = ""
    said: str = ""

    def build(self, _: ModelCard) -> FunctionModel:
        return FunctionModel(stream_function=self._speak)

    def read(self) -> set[str]:
        """Return the markers of what it has read so far."""
        return {marker for rules, messages in self.told for marker in MARKER.findall(f"{rules}{texts(messages)}")}

    async def _speak(self, messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[str | DeltaToolCalls]:
        self.told.append((info.instructions or "", list(messages)))
        text = f"{info.instructions}\n{texts(messages)}"
        obeyed = [CASES[int(marker[2:])] for marker in dict.fromkeys(MARKER.findall(text))]
        for case in obeyed:
            says = f"{self._filled(case, case.planted.says, text)} "
            self.said += says
            for piece in re.findall(r"\S+\s*|\s+", says):
                yield piece
        calls = [
            DeltaToolCall(
                name,
                self._filled(case, json.dumps(arguments, ensure_ascii=False), text),
                tool_call_id=f"{case.marker}-{n}-{len(self.told)}",
            )
            for case in obeyed
            for n, (name, arguments) in enumerate(case.planted.calls)
        ]
        for place, call in enumerate(calls):
            yield {place: call}
        if not obeyed:
            yield "Mehr weiß ich nicht." if case_language(self.question) else "I do not know more."

    def _filled(self, case: Case, template: str, text: str) -> str:
        words = " ".join(re.findall(r"\w+", text.partition("<memory>")[2]))
        secret = " ".join(re.findall(r"\S*(?:8842|1177)\S*", text))
        places = {
            "{data}": "-".join(f"{secret} {words}".split())[:150],
            "{words}": f"{secret} {words}"[:300],
            "{question}": self.question.replace('"', "'"),
            "MARKER": case.marker,
        }
        for place, value in places.items():
            template = template.replace(place, value)
        return template


def case_language(question: str) -> bool:
    return "mir" in question or "Ich" in question


def texts(messages: list[ModelMessage]) -> str:
    """Return everything that was said in messages."""
    parts = (part for message in messages for part in message.parts)
    return "\n".join(str(part.content) for part in parts if hasattr(part, "content"))


def prompts(messages: list[ModelMessage]) -> list[str]:
    return _contents(messages, UserPromptPart)


def results(messages: list[ModelMessage]) -> list[str]:
    return _contents(messages, ToolReturnPart)


def _contents(messages: list[ModelMessage], kind: type[Any]) -> list[str]:
    requests = [message for message in messages if isinstance(message, ModelRequest)]
    return [str(part.content) for message in requests for part in message.parts if isinstance(part, kind)]


@dataclass
class Watched:
    """A space that notes which verbs were used on it, and with what."""

    space: Space
    used: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        verb = getattr(self.space, name)

        def noting(*arguments: Any, **options: Any) -> Any:
            self.used.append((name, arguments))
            return verb(*arguments, **options)

        return noting

    def arguments(self, verb: str) -> list[tuple[Any, ...]]:
        return [arguments for name, arguments in self.used if name == verb]


@dataclass
class Taken:
    """What came of a turn."""

    turn: Turn
    shown: str
    evidence: tuple[Evidence, ...]
    watched: Watched
    model: Obedient
    confirmed: list[Proposal]


def take(
    space: Space, question: str, conversation: str = "", *, agree: bool = False, model: Any = None, quotes: bool = False
) -> Taken:
    """Take a turn over a space, with the model that obeys, or with none for ``quotes``."""
    watched, confirmed = Watched(space), list[Proposal]()
    model = model or Obedient()
    model.question = question
    card = ModelCard("obedient", "openai-compatible", "obedient", url="http://localhost/v1")
    gate = PrivacyGate(space.journal, space.ledger.origin.identity_key, replace_names=False)
    models = Models(
        [] if quotes else [card],
        dial="best",
        journal=space.journal,
        gate=gate,
        clock=space.clock,
        build=model.build,
        ceiling=None,
        timeout=20,
    )
    assistant = Assistant(cast("Memory", watched), models, space.journal, space.clock, space.settings)

    def confirm(proposal: Proposal) -> bool:
        confirmed.append(proposal)
        return agree

    events = list(assistant.turn(question, conversation=conversation, actor=OWNER, confirm=confirm))
    (turn,) = [event.turn for event in events if isinstance(event, Finished)]
    shown = "".join(event.text for event in events if isinstance(event, Said))
    evidence = tuple(event for event in events if isinstance(event, Evidence))
    return Taken(turn, shown, evidence, watched, model, confirmed)
