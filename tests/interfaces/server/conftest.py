"""The whole server as it runs: uvicorn on a free port of loopback, a real space behind it, and clients with tokens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from vertraut.application import Space
from vertraut.application.service import Service
from vertraut.assistant import Finished, Said, Turn, TurnEvent
from vertraut.governance import Scope, Tokens
from vertraut.interfaces.server import Server, address, create_app, listening

ALL: tuple[Scope, ...] = ("recall", "remember", "forget", "ask")


@dataclass
class Served:
    """A server that runs, and what is behind it."""

    url: str
    server: Server
    service: Service
    tokens: Tokens
    opened: list[httpx.Client] = field(default_factory=list)

    def token(self, *scopes: Scope) -> str:
        return self.tokens.create(f"client{len(self.tokens.list())}", scopes)[0]

    def settle(self) -> None:
        """Wait until nothing runs in the server: a line of the log is written after its answer."""
        end = time.monotonic() + 10
        while self.server.server_state.tasks and time.monotonic() < end:
            threading.Event().wait(0.005)
        assert not self.server.server_state.tasks

    def client(self, *scopes: Scope, token: str = "") -> httpx.Client:
        headers = {"Authorization": f"Bearer {token or self.token(*scopes or ALL)}"}
        self.opened.append(httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=30))
        return self.opened[-1]


class Scripted:
    """An assistant whose turns are a script; the other one, which it stands before, remembers them."""

    def __init__(self, script: Callable[[str], Iterator[TurnEvent]]) -> None:
        self._script = script

    def turn(self, text: str, **_about: object) -> Iterator[TurnEvent]:
        return self._script(text)


def finished(text: str, **about: object) -> Finished:
    turn = Turn("", text, "c", (), (), True, "scripted", (), (), (), ())
    for name, value in about.items():
        object.__setattr__(turn, name, value)
    return Finished(turn)


def says(*pieces: str) -> Callable[[str], Iterator[TurnEvent]]:
    def script(_text: str) -> Iterator[TurnEvent]:
        yield from map(Said, pieces)
        yield finished("".join(pieces))

    return script


@contextmanager
def running(space: Space, grace: float = 1.0) -> Iterator[Served]:
    """Run a server over a space while inside."""
    with Service(space.opened_again) as service:
        sockets = listening(0)
        server = Server(create_app(service), grace)
        thread = threading.Thread(target=server.run, args=(sockets,))
        thread.start()
        served = Served(address(sockets), server, service, Tokens(service.journal, service.clock))
        try:
            assert httpx.get(f"{served.url}/ready", trust_env=False, timeout=30).json() == {"ready": True}
            yield served
        finally:
            for client in served.opened:
                client.close()
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive()


@pytest.fixture
def served(space: Space) -> Iterator[Served]:
    with running(space) as found:
        yield found
