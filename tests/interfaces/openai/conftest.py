"""The door on a real port: a real space and service, a model that says what a test scripts, OpenAI's own clients."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import openai
import pytest
import uvicorn
from fastapi import FastAPI
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import ModelMessage
from pydantic_ai.models.function import AgentInfo, DeltaToolCall, DeltaToolCalls, FunctionModel
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.conftest import NOW

from vertraut.application import Space, open_space
from vertraut.application.service import Service
from vertraut.clock import When
from vertraut.governance import OWNER, Actor
from vertraut.interfaces.openai import create_router
from vertraut.ledger import Entry, Journal
from vertraut.memory.embedding import Embedder
from vertraut.models import ModelCard, Models, PrivacyGate
from vertraut.settings import Settings

ACTORS = {
    "vt_owner": OWNER,
    "vt_reader": Actor("reader", frozenset({"recall"})),
    "vt_asker": Actor("asker", frozenset({"ask"})),
}
CARDS = (
    ModelCard("smart", "openai-compatible", "smart-1", "http://127.0.0.1:9/v1", quality=4),
    ModelCard("small", "openai-compatible", "small-1", "http://127.0.0.1:9/v1", quality=2),
    ModelCard("far", "openai-compatible", "far-1", "https://models.example/v1", quality=1),
)
KITCHEN = "Die neue Küche kommt am Dienstag."
QUESTION = "Wann kommt die neue Küche?"
BROKEN = "BROKEN"
"""Where an answer breaks off because the model is gone."""
MUSEUM = "The museum trip is on Friday."


@dataclass
class Clock:
    """A clock that stands still until a test sets it."""

    instant: datetime = NOW

    def now(self) -> datetime:
        return self.instant


@dataclass(frozen=True)
class Calls:
    """An answer that calls a tool."""

    name: str
    arguments: str
    id: str = "call_1"


Answer = str | Calls | Exception | Callable[["Asked"], "Answer"]


@dataclass(frozen=True)
class Asked:
    """What a model was asked."""

    model: str
    messages: Sequence[ModelMessage]
    info: AgentInfo

    @property
    def text(self) -> str:
        """Everything that it was told."""
        contents = [getattr(part, "content", None) for each in self.messages for part in each.parts]
        instructions = [part.content for part in self.info.model_request_parameters.instruction_parts or ()]
        return "\n".join([*instructions, *(each for each in contents if isinstance(each, str))])

    def number(self, words: str) -> int:
        """The number of the line of memory that holds these words."""
        found = re.search(rf"^\[(\d+)\][^\n]*{re.escape(words)}", self.text, re.MULTILINE)
        assert found, "memory was not told"
        return int(found[1])


@dataclass
class Script:
    """What the models say, one answer after the other, and what they were asked."""

    answers: list[Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)

    def build(self, card: ModelCard) -> FunctionModel:
        async def speak(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[str | DeltaToolCalls]:
            asked = Asked(card.name, messages, info)
            self.asked.append(asked)
            answer: Answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            while callable(answer):
                answer = answer(asked)
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, Calls):
                yield {0: DeltaToolCall(answer.name, answer.arguments, tool_call_id=answer.id)}
                return
            try:
                for piece in re.findall(r"\S+\s*", answer):
                    if piece == BROKEN:
                        raise ModelHTTPError(400, card.model)
                    yield piece
            finally:
                self.closed.set()

        return FunctionModel(stream_function=speak, model_name=card.model)


def remembered(space: Space) -> None:
    """Fill a space with one German and one English message."""
    zone = "Europe/Berlin"
    said = [("2024-11-02T08:10+01:00", "Ms Grant", MUSEUM), ("2025-03-08T14:30+01:00", "Lena", KITCHEN)]
    for number, (at, author, text) in enumerate(said):
        when = When.of_datetime(datetime.fromisoformat(at), zone, zone)
        space.remember(Entry("chats", str(number), "message", when, text, author=author, thread=author))


@pytest.fixture
def hands() -> Clock:
    return Clock()


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def service(settings: Settings, hands: Clock, embedder: Embedder, script: Script) -> Iterator[Service]:
    def opened() -> Space:
        return open_space("me", settings=settings, clock=hands, embedder=embedder)

    def models(journal: Journal) -> Models:
        gate = PrivacyGate(journal, b"k" * 32, replace_names=False)
        return Models(
            CARDS, dial="best", journal=journal, gate=gate, clock=hands, build=script.build, ceiling=None, timeout=20
        )

    with opened() as space:
        remembered(space)
    with Service(opened, models=models) as served:
        yield served


class Access:
    """What the server's access control does: a token is an actor."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = dict(scope["headers"]).get(b"authorization", b"").decode().removeprefix("Bearer ")
        scope.setdefault("state", {})["actor"] = ACTORS.get(token)
        await self.app(scope, receive, send)


def serving(service: Service) -> Iterator[str]:
    """Serve on a free port of this machine while it is needed."""
    app = FastAPI()
    app.include_router(create_router(service), prefix="/v1")
    app.add_middleware(Access)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)  # uvicorn has no other way to tell
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture
def base(service: Service) -> Iterator[str]:
    yield from serving(service)


@pytest.fixture
def client(base: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=base, api_key="vt_owner", max_retries=0) as made:
        yield made


def turns(service: Service) -> list[tuple[str, str, str]]:
    """Return what was remembered of conversations: thread, author, text."""
    with service._pool.lent() as space:
        return [(entry.thread, entry.author, entry.text) for _, entry in space.entries() if entry.source == "vertraut"]


def extra(value: Any) -> dict[str, Any]:
    """Return what Vertraut says beyond OpenAI's form."""
    said = value.model_extra["vertraut"]
    assert isinstance(said, dict)
    return said
