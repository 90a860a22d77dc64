"""Who comes in, through whichever door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import anyio
import httpx
import pytest
from starlette.types import Receive, Scope, Send
from tests.conftest import NOW, MemoryJournal
from tests.interfaces.server.conftest import Served

from vertraut.clock import FixedClock
from vertraut.governance import Actor, Tokens
from vertraut.interfaces.server.access import FAILURES, OPEN, Access
from vertraut.interfaces.server.rates import MOST, Rates

DOORS = ("/v1/stats", "/v1/models", "/openai/v1/models", "/mcp", "/metrics", "/openapi.json", "/v1/nothing")


class Reached:
    """What stands behind the check: it notes who came."""

    def __init__(self) -> None:
        self.actors: list[Any] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.actors.append(scope.get("state", {}).get("actor"))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def reached() -> Reached:
    return Reached()


@pytest.fixture
def tokens(journal: MemoryJournal, clock: FixedClock) -> Tokens:
    return Tokens(journal, clock)


@pytest.fixture
def secret(tokens: Tokens) -> str:
    return tokens.create("phone", {"recall"})[0]


async def _asked(app: Access, path: str, headers: dict[str, str]) -> httpx.Response:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:7777") as client:
        return await client.get(path, headers=headers)


def asked(app: Access, path: str = "/v1/stats", **headers: str) -> httpx.Response:

    return anyio.run(_asked, app, path, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def access(reached: Reached, tokens: Tokens) -> Access:
    return Access(reached, tokens, rate=1000, hosts=["Memory.example"], origins=["https://app.example"])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 204),
        ({"Host": "127.0.0.1:7777"}, 204),
        ({"Host": "LOCALHOST"}, 204),
        ({"Host": "[::1]:7777"}, 204),
        ({"Host": "memory.example"}, 204),
        ({"Host": "memory.example:443"}, 204),
        ({"Host": "evil.example"}, 421),
        ({"Host": "evil.example:7777"}, 421),
        ({"Host": "localhost.evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Host": "[::1].evil.example"}, 421),
        ({"Host": "[::1"}, 421),
        ({"Host": ""}, 421),
        ({"Origin": "http://localhost:7777"}, 204),
        ({"Origin": "https://app.example"}, 204),
        ({"Origin": "http://localhost:3000"}, 403),
        ({"Origin": "https://localhost:7777"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://app.example.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, 421),
    ],
)
def test_only_names_and_pages_of_this_server_are_heard(
    access: Access, reached: Reached, secret: str, headers: dict[str, str], status: int
) -> None:
    for path in ("/v1/stats", "/health"):
        answer = asked(access, path, Authorization=f"Bearer {secret}", **headers)
        assert answer.status_code == status
        assert not [name for name in answer.headers if name.startswith("access-control")]
    assert len(reached.actors) == (2 if status == 204 else 0)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer vt_",
        "Basic {secret}",
        "{secret}",
        "Bearer {secret}x",
        "Bearer {secret} x",
        "Bearer x{secret}",
    ],
)
def test_nobody_comes_in_without_a_token(access: Access, reached: Reached, secret: str, header: str) -> None:
    answer = asked(access, Authorization=header.format(secret=secret))
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["error"]["code"] == "Unauthorized"
    assert secret not in answer.text
    assert reached.actors == []


def test_a_token_in_the_address_is_none(access: Access, reached: Reached, secret: str) -> None:
    assert asked(access, f"/v1/stats?token={secret}&access_token={secret}").status_code == 401
    assert reached.actors == []


def test_who_comes_in_is_an_actor(access: Access, reached: Reached, secret: str) -> None:
    assert asked(access, Authorization=f"bearer {secret}").status_code == 204
    assert reached.actors == [Actor("phone", frozenset({"recall"}))]


def test_open_addresses_have_no_actor(access: Access, reached: Reached, secret: str) -> None:
    for path in OPEN:
        assert asked(access, path, Authorization=f"Bearer {secret}").status_code == 204
    assert reached.actors == [None, None]
    assert asked(access, "/health/").status_code == 401


def test_an_expired_or_revoked_token_ends_at_once(reached: Reached, journal: MemoryJournal, clock: FixedClock) -> None:
    tokens = Tokens(journal, clock)
    expired, _ = tokens.create("old", {"recall"}, NOW - timedelta(seconds=1))
    revoked, _ = tokens.create("phone", {"recall"})
    access = Access(reached, tokens, rate=10)
    assert asked(access, Authorization=f"Bearer {revoked}").status_code == 204
    Tokens(journal, clock).revoke("phone")  # by another process
    for secret in (expired, revoked):
        answer = asked(access, Authorization=f"Bearer {secret}")
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')
    assert len(reached.actors) == 1


def test_a_token_may_come_only_so_often(reached: Reached, tokens: Tokens, secret: str) -> None:
    access = Access(reached, tokens, rate=1)
    other, _ = tokens.create("other", {"recall"})
    answers = [asked(access, Authorization=f"Bearer {secret}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [204, 204, 429]
    assert answers[-1].headers["retry-after"] == "1"
    assert asked(access, Authorization=f"Bearer {other}").status_code == 204


def test_who_guesses_is_slowed_down_and_nobody_else(access: Access, reached: Reached, secret: str) -> None:
    wrong = f"Bearer vt_{'a' * 43}"
    statuses = [asked(access, Authorization=wrong).status_code for _ in range(FAILURES + 2)]
    assert statuses == [401] * FAILURES + [429] * 2
    assert asked(access, Authorization=f"Bearer {secret}").status_code == 204


def test_a_web_socket_is_closed(access: Access, reached: Reached) -> None:

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def open_it() -> None:
        await access({"type": "websocket", "path": "/v1/chat", "headers": []}, receive, send)

    anyio.run(open_it)
    assert (sent, reached.actors) == ([{"type": "websocket.close", "code": 1008}], [])


def test_every_door_is_behind_the_check(served: Served) -> None:
    with httpx.Client(base_url=served.url, trust_env=False) as stranger:
        described = served.client().get("/openapi.json").json()["paths"]
        for path in {*DOORS, *described} - OPEN:
            for method in ("GET", "POST", "OPTIONS", "DELETE"):
                assert stranger.request(method, path.replace("{number}", "1")).status_code in {401, 429}, (method, path)
    with httpx.Client(base_url=served.url, trust_env=False, headers={"Host": "evil.example"}) as rebound:
        assert {rebound.get(path).status_code for path in (*DOORS, *OPEN)} == {421}


def test_the_doors_are_where_their_clients_look(served: Served) -> None:
    client = served.client()
    for prefix in ("/v1", "/openai/v1"):
        assert "vertraut-quotes" in client.get(f"{prefix}/models").text
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
    answer = client.post("/mcp", json=body, headers={"Accept": "application/json, text/event-stream"})
    assert '"serverInfo"' in answer.text


def test_a_bucket_fills_again() -> None:
    now = 0.0
    rates = Rates(2, 2, lambda: now)
    assert [rates.take("a"), rates.take("a"), rates.take("a")] == [0, 0, 0.5]
    now = 0.25
    assert rates.wait("a") == 0.25
    now = 0.5
    assert [rates.take("a"), rates.take("a")] == [0, 0.5]
    now = 100
    assert [rates.take("a"), rates.take("a"), rates.take("a")] == [0, 0, 0.5]


def test_buckets_do_not_pile_up() -> None:
    rates = Rates(1, 1, lambda: 0.0)
    for number in range(MOST + 10):
        rates.take(str(number))
    assert len(rates._left) == MOST


def test_without_a_rate_a_token_may_come_always(reached: Reached, tokens: Tokens, secret: str) -> None:
    access = Access(reached, tokens, rate=0)
    assert {asked(access, Authorization=f"Bearer {secret}").status_code for _ in range(5)} == {204}
