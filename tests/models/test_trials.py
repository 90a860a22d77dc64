"""Trying out: scripted models, a server, and a real small one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from pydantic_ai.messages import ModelMessage
from pydantic_ai.models.function import AgentInfo, DeltaToolCall, FunctionModel
from tests.conftest import MemoryJournal
from tests.models.conftest import LOCAL, FakeServer, MakeModels

from vertraut.clock import FixedClock, SystemClock
from vertraut.governance import OWNER
from vertraut.models import Completion, Message, ModelCard, Request, TextPiece, Trial, try_out

FACT = '{"who": "Tom", "city": "Leipzig"}'
CALL = {0: DeltaToolCall("weather", '{"city": "Leipzig"}')}


def scripted(schema: Any, tools: Any) -> Callable[[ModelCard], FunctionModel]:
    async def stream(_: list[ModelMessage], info: AgentInfo) -> AsyncIterator[Any]:
        if info.function_tools:
            yield tools
        elif info.model_request_parameters.output_object:
            yield schema
        else:
            for word in ("one ", "two ", "three"):
                yield word

    return lambda _: FunctionModel(stream_function=stream)


def tried(build: Callable[[ModelCard], FunctionModel], journal: MemoryJournal, clock: FixedClock) -> Trial:
    return try_out(LOCAL, journal=journal, clock=clock, timeout=20, build=build)


def test_a_model_that_can_do_everything(journal: MemoryJournal, clock: FixedClock) -> None:
    trial = tried(scripted(FACT, CALL), journal, clock)
    assert (trial.schema, trial.tools, trial.failure) == (True, True, None)
    assert trial.first_token is not None
    assert {line.content["purpose"] for line in journal.read("call")} == {"test"}
    assert [line.content["outcome"] for line in journal.read("call")] == ["answered"] * 4


@pytest.mark.parametrize(
    "schema", ["Tom", "[]", "5", '{"who": "Tom"}', '{"who": 1, "city": 2}', '{"who": "Tom", "city": "Lei']
)
@pytest.mark.parametrize(
    "tools", ["It is raining.", {0: DeltaToolCall("other", "{}")}, {0: DeltaToolCall("weather", "{broken")}], ids=str
)
def test_a_model_that_can_only_speak(journal: MemoryJournal, clock: FixedClock, schema: str, tools: Any) -> None:
    trial = tried(scripted(schema, tools), journal, clock)
    assert (trial.schema, trial.tools, trial.failure) == (False, False, None)


def test_a_server_that_refuses_schemas_and_tools(server: FakeServer, journal: MemoryJournal, clock: FixedClock) -> None:
    def serve(talk: Any) -> None:
        if "tools" in talk.body or "response_format" in talk.body:
            talk.status(400)
        else:
            talk.begin()
            talk.say("one")
            talk.end()

    server.scripts = [serve]
    trial = try_out(server.card(tools=False, schema=False, enabled=False), journal=journal, clock=clock, timeout=20)
    assert (trial.schema, trial.tools, trial.failure) == (False, False, None)


def test_a_model_that_does_not_answer(journal: MemoryJournal, clock: FixedClock) -> None:
    trial = try_out(LOCAL, journal=journal, clock=clock, timeout=20)
    assert trial.failure is not None
    assert trial.failure.sentence == "The model local did not answer: there is no connection."
    assert (trial.speed, trial.schema, trial.tools) == (0.0, False, False)


@pytest.mark.real_model
def test_a_real_small_model(small_model: ModelCard, make: MakeModels, journal: MemoryJournal) -> None:
    trial = try_out(small_model, journal=journal, clock=SystemClock(), timeout=120)
    assert (trial.schema, trial.tools, trial.failure) == (True, True, None)
    assert trial.speed > 0
    hello = Request("answer", "answer", (Message("system", "Be brief."), Message("user", "Say hello.")), max_tokens=200)
    *pieces, last = make(small_model, timeout=120.0).stream(hello, OWNER)
    assert isinstance(last, Completion)
    assert last.text == "".join(piece.text for piece in pieces if isinstance(piece, TextPiece))
    assert last.usage.cost == 0


@pytest.mark.real_model
def test_a_real_model_is_cancelled_and_free_again(small_model: ModelCard, make: MakeModels, journal: MemoryJournal) -> None:
    models = make(small_model, timeout=120.0)
    count = Request("answer", "answer", (Message("user", "Count from one to two hundred, in words."),), max_tokens=2000)
    stream: Any = models.stream(count, OWNER)
    next(stream)
    stream.close()
    hello = Request("answer", "answer", (Message("user", "Say hello."),), max_tokens=10)
    assert models.complete(hello, OWNER).usage.seconds < 60
    assert [line.content["outcome"] for line in journal.read("call")] == ["cancelled", "answered"]


@pytest.mark.real_model
def test_a_file_that_is_no_model(tmp_path: Any, journal: MemoryJournal, clock: FixedClock) -> None:
    pytest.importorskip("xllamacpp")
    (tmp_path / "no.gguf").write_bytes(b"GGUF but not really")
    trial = try_out(ModelCard("no", "gguf", str(tmp_path / "no.gguf")), journal=journal, clock=clock, timeout=20)
    assert trial.failure is not None
    assert trial.failure.sentence.startswith("The model no did not answer: its file or its chat template cannot be loaded (")
