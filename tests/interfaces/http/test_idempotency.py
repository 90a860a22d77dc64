"""What is sent twice with the same key is done once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import pytest
from tests.conftest import MemoryJournal
from tests.interfaces.server.conftest import Scripted, Served, finished, running

from vertraut.application import Space
from vertraut.assistant import Said, TurnEvent
from vertraut.interfaces.http.idempotency import SECONDS, Answers
from vertraut.interfaces.http.problems import Refused
from vertraut.memory import Selection

KEY = {"Idempotency-Key": "k1"}


def kind(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def test_a_note_is_remembered_once_and_answered_again(space: Space, served: Served) -> None:
    client = served.client("remember")
    first, again = (client.post("/v1/remember", json={"text": "Schlüssel"}, headers=KEY) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    other = client.post("/v1/remember", json={"text": "Anderes"}, headers=KEY)
    assert (other.status_code, kind(other)) == (422, "KeyReused")
    assert space.stats().entries == 1
    somebody_else = served.client("remember").post("/v1/remember", json={"text": "Anderes"}, headers=KEY)
    assert somebody_else.json() != first.json()


def test_a_note_is_remembered_once_over_a_restart(space: Space) -> None:
    with running(space) as served:
        token = served.token("remember")
        first = served.client(token=token).post("/v1/remember", json={"text": "Schlüssel"}, headers=KEY)
    with running(space) as served:
        again = served.client(token=token).post("/v1/remember", json={"text": "Schlüssel"}, headers=KEY)
    assert first.json() == again.json()
    assert space.stats().entries == 1


def test_a_turn_is_taken_once_whole_or_streamed(space: Space, served: Served) -> None:
    taken = 0

    def script(text: str) -> Iterator[TurnEvent]:
        nonlocal taken
        taken += 1
        yield Said(text)
        yield finished(text)

    served.service.assistant = Scripted(script)  # type: ignore[assignment]  # it takes turns, which is all that is asked
    client = served.client("ask")
    whole = client.post("/v1/chat", json={"text": "Ja?"}, headers=KEY).json()
    streamed = client.post("/v1/chat", json={"text": "Ja?"}, headers={**KEY, "Accept": "text/event-stream"})
    assert whole["text"] == "Ja?"
    assert streamed.text.count("event: ") == 2
    assert '"text":"Ja?"' in streamed.text
    assert taken == 1


def test_a_request_that_is_still_answered_is_not_done_twice(space: Space, served: Served) -> None:
    go_on, begun = threading.Event(), threading.Event()

    def slow(_text: str) -> Iterator[TurnEvent]:
        begun.set()
        go_on.wait(20)
        yield finished("ja")

    served.service.assistant = Scripted(slow)  # type: ignore[assignment]  # as above
    token = served.token("ask")
    answers: list[httpx.Response] = []

    def first() -> None:
        answers.append(served.client(token=token).post("/v1/chat", json={"text": "?"}, headers=KEY))

    thread = threading.Thread(target=first)
    thread.start()
    assert begun.wait(20)
    second = served.client(token=token).post("/v1/chat", json={"text": "?"}, headers=KEY)
    go_on.set()
    thread.join(20)
    assert (second.status_code, kind(second)) == (409, "KeyInUse")
    assert answers[0].json()["text"] == "ja"


def test_a_receipt_is_given_again(space: Space, served: Served) -> None:
    number = space.remember_text("Weg damit")
    client = served.client("forget")
    first, again = (client.post("/v1/forget", json={"ids": [number]}, headers=KEY) for _ in range(2))
    assert first.json() == again.json()
    assert first.json()["proof"]["clean"]


def test_no_answer_outlives_what_it_quotes(memory: Space, served: Served) -> None:
    client = served.client("ask")
    answer = client.post("/v1/chat", json={"text": "Wann kommt die Küche?", "remember": False}, headers=KEY)
    assert "Dienstag" in answer.text
    memory.forget(Selection(ids=(1,)))  # by another process
    again = client.post("/v1/chat", json={"text": "Wann kommt die Küche?", "remember": False}, headers=KEY)
    assert (again.status_code, kind(again)) == (410, "AnswerForgotten")


def test_what_failed_may_be_tried_again(memory: Space, served: Served) -> None:
    client = served.client("forget")
    assert client.post("/v1/forget", json={"ids": [99]}, headers=KEY).status_code == 404
    assert client.post("/v1/forget", json={"ids": [1]}, headers=KEY).status_code == 200


def test_answers_are_kept_for_a_day_and_no_more_than_fit(journal: MemoryJournal) -> None:
    now = 0.0
    answers = Answers(journal, lambda: now)

    def done(key: str, request: bytes, size: int = 1) -> bool:
        with answers.once(("phone", "remember", key), request, quotes=False) as this:
            if this.done:
                return True
            this.keep("answer", size)
            return False

    assert [done("a", b"1"), done("a", b"1")] == [False, True]
    with pytest.raises(Refused):
        done("a", b"2")
    now = SECONDS - 1
    assert done("a", b"1")
    now = SECONDS
    assert not done("a", b"2")
    assert not done("b", b"1", size=17_000_000)
    assert not done("c", b"1")
    assert not done("a", b"1")  # the largest pushed out what was before it, and then itself


def test_an_empty_key_is_none(space: Space, served: Served) -> None:
    client = served.client("remember")
    numbers = {client.post("/v1/remember", json={"text": "Schlüssel"}).json()["id"] for _ in range(2)}
    assert len(numbers) == 2
