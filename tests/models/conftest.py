"""Models for tests: scripted ones, a server on loopback that speaks OpenAI's protocol and misbehaves, a real one."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import MemoryJournal

from vertraut.clock import FixedClock
from vertraut.errors import ConsentNeeded
from vertraut.governance import Actor
from vertraut.models import Message, ModelCard, Models, Prepared, Request, Restorer, gateway

LOCAL = ModelCard("local", "openai-compatible", "small", "http://127.0.0.1:1/v1", quality=2)
PAID = ModelCard(
    "paid", "anthropic", "big", "https://api.example.org", input_price=Decimal(2), output_price=Decimal(10), quality=5
)
ASK = Request("answer", "answer", (Message("system", "Be brief."), Message("user", "What is for dinner?")))

MakeModels = Callable[..., Models]


@dataclass
class TestGate:
    """A gate that lets through what is not ``closed``, notes what is sent, and puts ``names`` back."""

    __test__ = False

    closed: frozenset[str] = frozenset()
    names: dict[str, str] = field(default_factory=dict)
    sent_to: list[str] = field(default_factory=list)

    def prepare(self, request: Request, card: ModelCard, actor: Actor) -> Prepared:
        if card.name in self.closed:
            raise ConsentNeeded(card.provider, request.purpose)
        return Prepared(request, Restorer(self.names))

    def sent(self, prepared: Prepared, card: ModelCard, actor: Actor) -> None:
        self.sent_to.append(card.name)


@pytest.fixture
def gate() -> TestGate:
    return TestGate()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "PAUSES", (0.0, 0.0))


@pytest.fixture
def make(journal: MemoryJournal, clock: FixedClock, gate: TestGate) -> MakeModels:
    """Return what makes models of cards, on the journal, clock and gate of the test."""

    def made(*cards: ModelCard, **options: Any) -> Models:
        usual: dict[str, Any] = {"dial": "best", "ceiling": None, "timeout": 20.0}
        return Models(cards, journal=journal, clock=clock, gate=gate, **{**usual, **options})

    return made


@dataclass
class Talk:
    """One request to the server, and what a script may say to it."""

    handler: BaseHTTPRequestHandler
    body: dict[str, Any]
    over: threading.Event

    def status(self, code: int, **headers: str) -> None:
        """Refuse with a status, and an answer that repeats what was asked, as some providers do."""
        content = json.dumps({"error": {"message": f"cannot do {self.body}", "type": "x"}}).encode()
        self.handler.send_response(code)
        for name, value in {"content-type": "application/json", "content-length": str(len(content)), **headers}.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()
        self.handler.wfile.write(content)

    def begin(self) -> None:
        """Begin to stream; the stream ends with the connection."""
        self.handler.send_response(200)
        self.handler.send_header("content-type", "text/event-stream")
        self.handler.send_header("transfer-encoding", "chunked")
        self.handler.end_headers()

    def send(self, data: bytes) -> None:
        """Send some bytes of the stream."""
        self.handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.handler.wfile.flush()

    def say(self, text: str = "", *, finish: str | None = None, **more: Any) -> None:
        """Send a piece of an answer."""
        choices = [{"index": 0, "delta": {"role": "assistant", "content": text} if text else {}, "finish_reason": finish}]
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, **more}
        self.send(b"data: %s\n\n" % json.dumps(chunk).encode())

    def end(self) -> None:
        """End the stream as it should end."""
        self.say(finish="stop")
        self.say(choices=[], usage={"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15})
        self.send(b"data: [DONE]\n\n")
        self.send(b"")

    def vanish(self) -> None:
        """Close the connection in the middle."""
        self.handler.close_connection = True
        self.handler.connection.close()


Script = Callable[[Talk], None]


@dataclass
class FakeServer:
    """A server on loopback that answers each request by the next script; the last one serves all that follow."""

    url: str
    scripts: list[Script] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)

    def card(self, **more: Any) -> ModelCard:
        return ModelCard("fake", "openai-compatible", "small", self.url, **more)

    def serve(self, handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["content-length"])))
        talk = Talk(handler, body, over)
        self.talks.append(talk)
        self.scripts[min(len(self.talks), len(self.scripts)) - 1](talk)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            fake.serve(self, over)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  as its base class has it
            """Say nothing."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    fake = FakeServer(f"http://127.0.0.1:{running.server_port}/v1")
    thread = threading.Thread(target=running.serve_forever, args=(0.01,))
    thread.start()
    yield fake
    over.set()
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture(scope="session")
def small_model() -> ModelCard:
    """Return a real model of half a billion parameters; skips where its file is not there."""
    tools = Path(__file__).parents[3] / "shared" / "tools"
    command = [sys.executable, str(tools / "local_model.py"), "small", "--cached"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("needs the small model: run python ../shared/tools/local_model.py small")
    template = tools / "qwen_tools.jinja"
    return ModelCard("small", "gguf", done.stdout.strip(), context=4096, template=str(template), threads=1, quality=1)
