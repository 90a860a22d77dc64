"""A server while it runs and when it stops: what it logs, what it counts, and how requests end."""

from __future__ import annotations

import io
import json
import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.interfaces.server.conftest import Scripted, Served, finished, running

from vertraut.application import Space
from vertraut.assistant import Said, TurnEvent
from vertraut.errors import AddressTaken
from vertraut.interfaces import server
from vertraut.interfaces.server import address, listening
from vertraut.interfaces.server.logs import LOGGER, WithoutContent

SECRET = "Quittengelee"
STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Return what is logged while a test runs."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(WithoutContent())
    root, level = logging.getLogger(), LOGGER.level
    root.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    LOGGER.setLevel(level)


def requests_in(lines: io.StringIO) -> list[dict[str, Any]]:
    return [each for each in map(json.loads, lines.getvalue().splitlines()) if each.get("event") == "request"]


def scripted(served: Served, script: Any) -> None:
    served.service.assistant = Scripted(script)  # type: ignore[assignment]  # it takes turns, which is all that is asked


def test_the_log_tells_of_each_request_without_a_word_of_it(space: Space, lines: io.StringIO) -> None:
    def breaks(text: str) -> Iterator[TurnEvent]:
        yield Said(text)
        raise RuntimeError(text)  # a defect whose message quotes what was said

    with running(space) as served:
        client = served.client("remember", "recall", "ask")
        number = client.post("/v1/remember", json={"text": f"{SECRET} einkochen"}).json()["id"]
        client.post(f"/v1/recall?{SECRET}={SECRET}", json={"question": SECRET})
        client.post("/v1/ask", json={"question": SECRET})
        client.post("/v1/recall", json={SECRET: SECRET, "question": "from:"})
        client.post("/v1/import", files={"file": (f"{SECRET}.md", SECRET.encode())})
        client.get(f"/v1/entries/{number}")
        client.get(f"/v1/{SECRET}", headers={"User-Agent": SECRET, "Referer": SECRET, "Cookie": SECRET})
        client.request(SECRET.upper(), "/v1/recall")
        client.post("/v1/chat", json={"text": SECRET}, headers=STREAM)
        client.post("/v1/chat/completions", json={"model": SECRET, "messages": [{"role": "user", "content": SECRET}]})
        client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": SECRET})
        scripted(served, breaks)
        with pytest.raises(httpx.RemoteProtocolError):
            client.post("/v1/chat", json={"text": SECRET}, headers=STREAM)
        token = client.headers["authorization"].removeprefix("Bearer ")
    served.settle()
    said = lines.getvalue()
    assert SECRET.lower() not in said.lower()
    assert token not in said
    logged = requests_in(lines)
    assert [each["route"] for each in logged[1:8]] == [
        "/v1/remember", "/v1/recall", "/v1/ask", "/v1/recall", "/v1/import", "/v1/entries/{number}", "unknown",
    ]  # fmt: skip
    assert logged[1] | {"at": "", "id": "", "ms": 0} == {
        "at": "", "level": "info", "logger": "vertraut.server", "event": "request", "id": "", "method": "POST",
        "route": "/v1/remember", "status": 201, "ms": 0, "actor": "client0",
    }  # fmt: skip
    assert logged[8]["method"] == "other"
    defects = [each for each in map(json.loads, said.splitlines()) if "error" in each]
    assert any("test_running.py" in place for each in defects for place in each["where"])


def test_every_answer_has_a_number_and_is_kept_by_nobody(served: Served, lines: io.StringIO) -> None:
    answer = served.client().get("/v1/stats")
    served.settle()
    assert answer.headers["x-request-id"] == requests_in(lines)[-1]["id"]
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert "server" not in answer.headers


def test_the_counters_count(space: Space, served: Served) -> None:
    call: dict[str, Any] = {"actor": "phone", "purpose": "answer", "task": "answer", "provider": "local", "model": "small"}
    call |= {"input_tokens": 7, "output_tokens": 3, "cost": "0.25", "seconds": 1.0, "outcome": "answered"}
    space.journal.write("call", call)
    client = served.client("recall")
    client.post("/v1/recall", json={"question": "Küche"})
    client.post("/v1/recall", json={"question": ""})
    told = client.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    rows = dict(line.rsplit(" ", 1) for line in told.text.splitlines() if not line.startswith("#"))
    assert rows['vertraut_http_requests_total{method="POST",route="/v1/recall",status="200"}'] == "1.0"
    assert rows['vertraut_http_requests_total{method="POST",route="/v1/recall",status="422"}'] == "1.0"
    assert rows['vertraut_http_request_seconds_count{method="POST",route="/v1/recall"}'] == "2.0"
    assert (rows["vertraut_http_requests_running"], rows["vertraut_http_streams_open"]) == ("1.0", "0.0")
    assert rows['vertraut_model_calls_total{model="local/small",outcome="answered",task="answer"}'] == "1.0"
    assert rows['vertraut_model_tokens_total{direction="input",model="local/small"}'] == "7.0"
    assert rows['vertraut_model_cost_dollars_total{model="local/small"}'] == "0.25"
    assert "client0" not in told.text
    assert "phone" not in told.text


def test_requests_may_finish_when_the_server_stops(space: Space) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(text: str) -> Iterator[TurnEvent]:
        begun.set()
        go_on.wait(20)
        yield finished(text)

    with running(space, grace=20) as served, ThreadPoolExecutor(1) as pool:
        scripted(served, slow)
        answer = pool.submit(served.client("ask").post, "/v1/chat", json={"text": "noch da?"})
        assert begun.wait(20)
        served.server.should_exit = True
        go_on.set()
        assert answer.result(30).json()["text"] == "noch da?"


@pytest.mark.parametrize("path", ["/v1/chat", "/v1/chat/completions"])
def test_a_stream_that_is_left_is_told_and_closed(space: Space, path: str) -> None:
    ended, begun, go_on = threading.Event(), threading.Event(), threading.Event()

    def endless(_text: str) -> Iterator[TurnEvent]:
        try:
            yield Said("Also. ")
            begun.set()
            while not go_on.wait(0.01):
                yield Said("Noch etwas. ")
        finally:
            ended.set()

    body = {"text": "?", "model": "vertraut", "messages": [{"role": "user", "content": "?"}], "stream": True}
    sent = {"text": "?"} if path == "/v1/chat" else {name: body[name] for name in ("model", "messages", "stream")}
    with running(space, grace=0.3) as served:
        scripted(served, endless)
        with served.client("ask").stream("POST", path, json=sent, headers=STREAM) as answer:
            said = answer.iter_text()
            next(said)
            served.server.should_exit = True
            rest = "".join(said)
        assert ended.wait(20)
        go_on.set()
    data = json.loads(rest.strip().rpartition("data: ")[2])
    assert (data["type"], data["error"]["code"]) == ("urn:vertraut:problem:Stopping", "Stopping")


def test_an_answer_that_had_not_begun_is_refused_when_the_server_stops(space: Space) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def stuck(text: str) -> Iterator[TurnEvent]:
        begun.set()
        go_on.wait(3)  # beyond the grace, within what is left for closing
        yield finished(text)

    with running(space, grace=0.2) as served, ThreadPoolExecutor(1) as pool:
        scripted(served, stuck)
        answer = pool.submit(served.client("ask").post, "/v1/chat", json={"text": "?"})
        assert begun.wait(20)
        served.server.should_exit = True
        assert (answer.result(30).status_code, answer.result().headers["retry-after"]) == (503, "5")


def test_it_listens_on_loopback_only() -> None:
    sockets = listening(0)
    try:
        hosts = [each.getsockname()[0] for each in sockets]
        assert hosts[0] == "127.0.0.1"
        assert set(hosts) <= {"127.0.0.1", "::1"}
        assert len({each.getsockname()[1] for each in sockets}) == 1
        assert {each.proto for each in sockets} == {socket.IPPROTO_TCP}  # else each answer would wait for forty milliseconds
        assert address(sockets) == f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
        with pytest.raises(AddressTaken):
            listening(sockets[0].getsockname()[1])
    finally:
        for each in sockets:
            each.close()


def test_it_listens_elsewhere_if_told_so() -> None:
    with pytest.raises(AddressTaken):
        listening(0, "192.0.2.1")  # an address that nobody has
    (found,) = listening(0, "127.0.0.1")
    with found:
        assert isinstance(found, socket.socket)


@pytest.mark.parametrize(
    "begun", [b"", b"GET /health HTTP/1.1\r\nHost: local", b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /h"]
)
def test_who_does_not_say_what_they_want_takes_no_place(space: Space, monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    monkeypatch.setattr(server.running, "HEAD_SECONDS", 0.2)
    with running(space) as served, socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2])), 4) as silent:
        silent.sendall(begun)
        while silent.recv(10_000):
            pass


def test_a_stream_outlasts_the_time_for_a_head(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.running, "HEAD_SECONDS", 0.5)
    waited = threading.Event()

    def slow(_text: str) -> Iterator[TurnEvent]:
        waited.wait(1)
        yield finished("Ja.")

    with running(space) as served:
        scripted(served, slow)
        assert served.client("ask").post("/v1/chat", json={"text": "?"}).json()["text"] == "Ja."


def test_what_python_itself_would_print_says_no_word(capfd: pytest.CaptureFixture[str]) -> None:
    program = f"""
import threading, warnings
from vertraut.interfaces.server import log_to_standard_error
log_to_standard_error()
def broken():
    raise RuntimeError("{SECRET}")
class Held:
    def __del__(self):
        broken()
warnings.warn("unexpected value: {SECRET}")
threading.Thread(target=broken).start()
Held()
"""
    subprocess.run([sys.executable, "-c", program], check=True)
    said = capfd.readouterr().err
    assert SECRET not in said
    assert [json.loads(line)["logger"] for line in said.splitlines()].count("vertraut.server") == 2
    assert said.count("RuntimeError") == 2
