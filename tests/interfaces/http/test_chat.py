"""Turns over HTTP, whole and as a stream, and what clients do to them."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import pytest
from tests.interfaces.server.conftest import Scripted, Served, finished

from vertraut.application import Space
from vertraut.assistant import Notice, Said, TurnEvent
from vertraut.errors import ModelUnavailable
from vertraut.interfaces import streams
from vertraut.interfaces.http import turns
from vertraut.models.portal import streamed

STREAM = {"Accept": "text/event-stream"}


def events(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def scripted(served: Served, script: Callable[[str], Iterator[TurnEvent]]) -> None:
    served.service.assistant = Scripted(script)  # type: ignore[assignment]  # it takes turns, which is all that is asked


def test_a_turn_is_answered_with_evidence_and_remembered(memory: Space, served: Served) -> None:
    turn = served.client("ask", "remember").post("/v1/chat", json={"text": "Wann kommt die neue Küche?"}).json()
    assert "Die neue Küche kommt am Dienstag." in turn["text"]
    assert (turn["known"], turn["model"], turn["usage"]["cost"]) == (True, "quotes", "0")
    assert [line["entry"]["author"] for line in turn["evidence"] if line["number"] in turn["cited"]] == ["Lena"]
    said = [memory.show(number).entry for number in turn["remembered"]]
    assert [entry.thread for entry in said] == [turn["conversation"]] * 2
    assert said[0].text == "Wann kommt die neue Küche?"


def test_a_stream_tells_the_same_turn_piece_by_piece(memory: Space, served: Served) -> None:
    client = served.client("ask")
    answer = client.post("/v1/chat", json={"text": "Wann kommt die neue Küche?"}, headers=STREAM)
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = events(answer.text)
    assert [name for name, _ in told] == ["evidence", "said", "done"]
    done = told[-1][1]
    assert told[0][1]["lines"] == done["evidence"]
    assert told[1][1]["text"] == done["text"]
    more = client.post("/v1/chat", json={"text": "Und wann genau?", "conversation": done["conversation"]}).json()
    assert more["conversation"] == done["conversation"]


def test_off_the_record_nothing_is_remembered(memory: Space, served: Served) -> None:
    unasked = served.client("ask", "remember").post("/v1/chat", json={"text": "Wann kommt die Küche?", "remember": False})
    unallowed = served.client("ask").post("/v1/chat", json={"text": "Wann kommt die Küche?"})
    assert unasked.json()["remembered"] == unallowed.json()["remembered"] == []
    assert memory.stats().entries == 4


def test_remarks_stand_beside_the_answer(space: Space, served: Served) -> None:
    def script(_text: str) -> Iterator[TurnEvent]:
        yield Said("Ja.")
        yield Notice("model_down", "Das Modell ist gerade nicht da.")
        yield finished("Ja.")

    scripted(served, script)
    remark = {"code": "model_down", "text": "Das Modell ist gerade nicht da."}
    client = served.client("ask")
    assert client.post("/v1/chat", json={"text": "?"}).json()["notices"] == [remark]
    told = events(client.post("/v1/chat", json={"text": "?"}, headers=STREAM).text)
    assert ("notice", remark) in told
    assert told[-1][1]["notices"] == [remark]


@pytest.mark.parametrize("headers", [{}, STREAM], ids=["whole", "stream"])
def test_what_goes_wrong_before_the_answer_has_a_status(space: Space, served: Served, headers: dict[str, str]) -> None:
    answer = served.client("ask").post("/v1/chat", json={"text": " "}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:vertraut:problem:BadQuery")

    def down(_text: str) -> Iterator[TurnEvent]:
        raise ModelUnavailable("small", "it is too slow")
        yield

    scripted(served, down)
    answer = served.client("ask").post("/v1/chat", json={"text": "?"}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (502, "urn:vertraut:problem:ModelUnavailable")


def test_what_goes_wrong_within_the_answer_is_an_event(space: Space, served: Served) -> None:
    def breaks(_text: str) -> Iterator[TurnEvent]:
        yield Said("Also, ")
        raise ModelUnavailable("small", "it is too slow")

    scripted(served, breaks)
    told = events(served.client("ask").post("/v1/chat", json={"text": "?"}, headers=STREAM).text)
    assert [name for name, _ in told] == ["said", "error"]
    assert told[-1][1]["type"] == "urn:vertraut:problem:ModelUnavailable"


def test_a_waiting_stream_beats(space: Space, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "HEARTBEAT", 0.01)
    go_on = threading.Event()

    def slow(_text: str) -> Iterator[TurnEvent]:
        yield Said("a")
        go_on.wait(20)
        yield finished("a")

    scripted(served, slow)
    with served.client("ask").stream("POST", "/v1/chat", json={"text": "?"}, headers=STREAM) as answer:
        for line in answer.iter_lines():
            if line.startswith(":"):
                go_on.set()
        assert go_on.is_set()


def test_a_client_that_vanishes_ends_its_turn(space: Space, served: Served) -> None:
    ended = threading.Event()

    def endless(_text: str) -> Iterator[TurnEvent]:
        try:
            while True:
                yield Said("noch ein Satz. ")
        finally:
            ended.set()

    scripted(served, endless)
    with served.client("ask").stream("POST", "/v1/chat", json={"text": "?"}, headers=STREAM) as answer:
        next(answer.iter_lines())
    assert ended.wait(20)


def test_a_client_that_vanishes_ends_its_turn_also_while_a_model_is_silent(space: Space, served: Served) -> None:
    ended = threading.Event()

    async def silence() -> AsyncIterator[TurnEvent]:
        await anyio.sleep_forever()
        yield Said("")

    def silent(_text: str) -> Iterator[TurnEvent]:
        try:
            yield Said("Moment.")
            yield from streamed(silence)
        finally:
            ended.set()

    scripted(served, silent)
    with served.client("ask").stream("POST", "/v1/chat", json={"text": "?"}, headers=STREAM) as answer:
        next(answer.iter_lines())
    assert ended.wait(10)


def test_a_client_that_does_not_read_ends_its_turn(space: Space, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PATIENCE", 0.2)
    ended, told = threading.Event(), 0

    def endless(_text: str) -> Iterator[TurnEvent]:
        nonlocal told
        try:
            while True:
                told += 1
                yield Said("x" * 100_000)
        finally:
            ended.set()

    scripted(served, endless)
    with served.client("ask").stream("POST", "/v1/chat", json={"text": "?"}, headers=STREAM):
        assert ended.wait(30)
    assert told < 500  # what the sockets hold, and no more


def test_fifty_streams_run_at_once_and_recall_beside_them(memory: Space, served: Served) -> None:
    many = 50
    together = threading.Barrier(many + 1)

    def meets(text: str) -> Iterator[TurnEvent]:
        yield Said(text)
        together.wait(60)
        yield finished(text)

    scripted(served, meets)
    token = served.token("ask", "recall")

    def chat(number: int) -> str:
        headers = {"Authorization": f"Bearer {token}", **STREAM}
        answer = httpx.post(
            f"{served.url}/v1/chat", json={"text": str(number)}, headers=headers, trust_env=False, timeout=60
        )
        return str(events(answer.text)[-1][1]["text"])

    with ThreadPoolExecutor(many) as pool:
        answers = pool.map(chat, range(many))
        found = served.client(token=token).post("/v1/recall", json={"question": "Küche"})
        assert found.status_code == 200
        together.wait(60)
        assert list(answers) == [str(number) for number in range(many)]


def test_a_turn_that_ends_without_its_end_is_a_problem(space: Space, served: Served) -> None:
    def breaks_off(_text: str) -> Iterator[TurnEvent]:
        yield Said("a")

    scripted(served, breaks_off)
    assert served.client("ask").post("/v1/chat", json={"text": "?"}).status_code == 503
