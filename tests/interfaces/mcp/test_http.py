"""The same server over streamable HTTP, behind an access check that names the actor of each request."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import anyio
import httpx2
import pytest
import uvicorn
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.interfaces.mcp.conftest import called, refused, text_of

from vertraut.application.service import Service
from vertraut.governance import OWNER, Actor
from vertraut.interfaces.mcp import create_server

pytestmark = pytest.mark.anyio

ACTORS = {"owner": OWNER, "reader": Actor("reader", frozenset(["recall", "ask"]))}
HELLO = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}  # fmt: skip
ACCEPT = {"Accept": "application/json, text/event-stream"}


class Named:
    """An access check that believes what it is told."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            name = dict(scope["headers"]).get(b"x-name", b"").decode()
            scope.setdefault("state", {})["actor"] = ACTORS.get(name)
        await self._app(scope, receive, send)


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    # The server's own actor must not count over HTTP.
    app = Named(create_server(service, OWNER).http_app(path="/mcp"))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", timeout_graceful_shutdown=2))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
        server.should_exit = True
        thread.join()


@asynccontextmanager
async def connected(address: str, name: str, mode: str = "auto") -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(headers={"X-Name": name}, timeout=30) as http,
        Client(streamable_http_client(address, http_client=http), mode=mode) as client,
    ):
        yield client


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_each_request_has_its_own_actor(address: str, mode: str) -> None:
    async with connected(address, "owner", mode) as owner, connected(address, "reader", mode) as reader:
        assert len((await owner.list_tools()).tools) == 9
        assert {each.name for each in (await reader.list_tools()).tools} == {
            "recall", "ask", "context", "show", "stats", "chat",
        }  # fmt: skip
        await called(owner, "remember", text="Die Leiter steht im Keller.")
        async with anyio.create_task_group() as group:
            for client in (owner, reader) * 5:
                group.start_soon(finds_the_ladder, client)
        assert "it needs the scope 'forget'" in await refused(reader, "forget", numbers=[1])
        assert "Zahnarzt" in text_of((await reader.read_resource("vertraut://entry/1")).contents)


async def finds_the_ladder(client: Client) -> None:
    text, _ = await called(client, "recall", question="Wo steht die Leiter?")
    assert "im Keller" in text


async def test_nobody_is_denied(address: str) -> None:
    async with httpx2.AsyncClient(headers=ACCEPT) as http:
        answer = await http.post(address, json=HELLO)
        assert "without a token" in answer.text
        assert "serverInfo" not in answer.text


async def test_a_session_lends_nobody_the_rights_of_who_began_it(address: str) -> None:
    async with httpx2.AsyncClient(headers=ACCEPT) as http:
        begun = await http.post(address, json=HELLO, headers={"X-Name": "owner"})
        session = {"Mcp-Session-Id": begun.headers["mcp-session-id"]}
        call = {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": "forget", "arguments": {"numbers": [1]}},
        }
        for name, said in (
            ("reader", "it needs the scope"),
            ("stranger", "without a token"),
            ("owner", "Nothing was removed"),
        ):
            answer = await http.post(address, json=call, headers={**session, "X-Name": name})
            assert said in answer.text


async def test_a_client_that_vanishes_harms_nobody(address: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with connected(address, "owner") as staying:
        for _ in range(3):
            with anyio.move_on_after(0.05):
                async with connected(address, "owner", "legacy") as leaving:
                    await leaving.call_tool("remember", {"text": "Quitten " * 100_000})
            host, port = address.split("/")[2].split(":")
            body = json.dumps({**HELLO, "method": "tools/call"}).encode()
            with socket.create_connection((host, int(port))) as raw:
                raw.sendall(b"POST /mcp HTTP/1.1\r\nHost: x\r\nX-Name: owner\r\nContent-Length: 9999\r\n\r\n" + body)
        text, _ = await called(staying, "recall", question="Wann ist der Zahnarzt?")
        assert "3. Mai" in text
    assert "Quitten" not in "".join(each.getMessage() for each in caplog.records if each.name.startswith("vertraut"))
