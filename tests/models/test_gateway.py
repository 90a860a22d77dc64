"""Choosing, falling back, escalating, ceilings and accounts, with scripted models."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pydantic_ai.exceptions import ModelHTTPError, UnexpectedModelBehavior
from pydantic_ai.messages import ModelMessage
from pydantic_ai.models.function import AgentInfo, DeltaToolCall, FunctionModel
from tests.conftest import MemoryJournal
from tests.models.conftest import ASK, LOCAL, PAID, MakeModels, TestGate

from vertraut.errors import (
    CeilingReached,
    ConsentNeeded,
    ExtraMissing,
    ModelUnavailable,
    NoModel,
    NoSuchModel,
    StorageFailed,
)
from vertraut.governance import OWNER, Actor
from vertraut.models import (
    Completion,
    Event,
    Interrupted,
    Interruption,
    Message,
    ModelCard,
    TextPiece,
    ToolCall,
    ToolSpec,
    gateway,
)
from vertraut.models.usage import Call

PHONE = Actor("phone", frozenset({"ask"}))
TOOL = ToolSpec("dinner", "What there is for dinner.", {"type": "object", "properties": {"day": {"type": "string"}}})


class Script:
    """Scripted models by name; ``asked`` notes who was asked. What is not scripted says its own name."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.seen: list[tuple[list[ModelMessage], AgentInfo]] = []

    def __call__(self, card: ModelCard) -> FunctionModel:
        async def stream(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[Any]:
            self.asked.append(card.name)
            self.seen.append((messages, info))
            for said in self.answers.get(card.name, [f"I am {card.name}."]):
                if isinstance(said, Exception):
                    raise said
                yield said

        return FunctionModel(stream_function=stream, model_name=card.model)


def told(events: list[Event]) -> tuple[str, Completion]:
    *pieces, last = events
    assert isinstance(last, Completion)
    assert all(isinstance(piece, TextPiece) for piece in pieces)
    return "".join(piece.text for piece in pieces if isinstance(piece, TextPiece)), last


def calls(journal: MemoryJournal) -> list[dict[str, Any]]:
    return [dict(line.content) for line in journal.read("call")]


def fails(status: int = 400) -> ModelHTTPError:
    return ModelHTTPError(status, "m", {"message": "What is for dinner?"})


def test_an_answer_comes_in_pieces_and_then_whole(make: MakeModels, journal: MemoryJournal) -> None:
    script = Script(local=["Sou", "p", " and bread."])
    text, answer = told(list(make(LOCAL, build=script).stream(ASK, OWNER)))
    assert text == answer.text == "Soup and bread."
    assert (answer.model, answer.finish, answer.calls) == ("local", "stop", ())
    (call,) = calls(journal)
    assert {"actor": "owner", "purpose": "answer", "task": "answer", "provider": "openai-compatible"}.items() <= call.items()
    assert (call["model"], call["outcome"], call["cost"]) == ("small", "answered", "0")
    assert call["output_tokens"] == answer.usage.output_tokens > 0
    assert call["seconds"] >= call["first_token"] >= 0


def test_the_journal_holds_no_word_of_a_call(make: MakeModels, journal: MemoryJournal) -> None:
    list(make(LOCAL, build=Script()).stream(ASK, OWNER))
    (call,) = calls(journal)
    assert call.keys() == Call.__dataclass_fields__.keys()
    assert "dinner" not in str(call)
    assert "I am" not in str(call)


def test_a_completion_is_in_the_journal_before_it_is_handed_on(make: MakeModels, journal: MemoryJournal) -> None:
    for event in make(LOCAL, build=Script()).stream(ASK, OWNER):
        assert bool(journal.lines) is isinstance(event, Completion)


def test_without_models_nothing_is_available(make: MakeModels) -> None:
    for models in (make(), make(replace(LOCAL, enabled=False))):
        assert not models.available
        with pytest.raises(NoModel):
            models.complete(ASK, OWNER)
    assert make(LOCAL).available


def test_one_model_alone_is_asked_and_nobody_in_its_place(make: MakeModels) -> None:
    models = make(LOCAL, PAID, build=Script(local=[fails()]))
    assert models.cards == (LOCAL, PAID)
    assert models.only("paid").complete(ASK, OWNER).model == "paid"
    with pytest.raises(ModelUnavailable):
        models.only("local").complete(ASK, OWNER)
    with pytest.raises(NoSuchModel):
        models.only("nobody")
    assert models.complete(ASK, OWNER).model == "paid"


def test_only_what_goes_outside_is_noted_as_sent(make: MakeModels, gate: TestGate) -> None:
    models = make(LOCAL, PAID, build=Script(paid=[fails()]))
    assert models.complete(ASK, OWNER).model == "local"
    assert gate.sent_to == ["paid"]


def test_nothing_is_asked_if_what_is_sent_cannot_be_noted(
    make: MakeModels, gate: TestGate, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    def broken(*_: object) -> None:
        raise StorageFailed(tmp_path, "full")

    monkeypatch.setattr(gate, "sent", broken)
    script = Script()
    with pytest.raises(StorageFailed):
        make(PAID, build=script).complete(ASK, OWNER)
    assert script.asked == []


@pytest.mark.parametrize(
    ("failure", "times"),
    [(fails(429), 3), (fails(500), 3), (fails(503), 3), (fails(408), 3), (fails(409), 3), (fails(400), 1), (fails(401), 1)],
    ids=lambda value: str(getattr(value, "status_code", value)),
)
def test_what_may_pass_is_tried_three_times_and_then_the_next(
    make: MakeModels, journal: MemoryJournal, failure: ModelHTTPError, times: int
) -> None:
    script = Script(paid=[failure])
    assert make(LOCAL, PAID, build=script).complete(ASK, OWNER).model == "local"
    assert script.asked == ["paid"] * times + ["local"]
    assert [call["outcome"] for call in calls(journal)] == ["failed"] * times + ["answered"]
    assert {(call["input_tokens"], call["cost"]) for call in calls(journal)[:times]} == {(0, "0")}


def test_who_asks_for_a_long_pause_is_passed_by(make: MakeModels) -> None:
    script = Script(paid=[ModelHTTPError(429, "m", retry_after=60.0)])
    assert make(LOCAL, PAID, build=script).complete(ASK, OWNER).model == "local"
    assert script.asked == ["paid", "local"]


def test_when_all_fail_the_reason_of_the_first_is_told_without_its_words(make: MakeModels) -> None:
    models = make(LOCAL, PAID, build=Script(paid=[fails(401)], local=[UnexpectedModelBehavior("dinner")]))
    with pytest.raises(ModelUnavailable, match=r"^The model paid did not answer: .*\(HTTP 401\)") as caught:
        models.complete(ASK, OWNER)
    assert "dinner" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_after_the_first_word_nobody_else_is_asked(make: MakeModels, journal: MemoryJournal) -> None:
    script = Script(paid=["Sou", fails(500)])
    stream = make(LOCAL, PAID, build=script).stream(ASK, OWNER)
    assert next(stream) == TextPiece("Sou")
    with pytest.raises(ModelUnavailable):
        next(stream)
    assert script.asked == ["paid"]
    (call,) = calls(journal)
    assert call["outcome"] == "failed"
    assert call["input_tokens"] > 0
    assert Decimal(call["cost"]) > 0


@pytest.mark.parametrize("said", [[""], ["", ""]], ids=["one", "two"])
def test_an_empty_answer_is_none(make: MakeModels, said: list[str]) -> None:
    assert make(LOCAL, PAID, build=Script(paid=said)).complete(ASK, OWNER).model == "local"


def test_a_model_that_cannot_be_built_is_passed_by(make: MakeModels) -> None:
    script = Script()

    def build(card: ModelCard) -> FunctionModel:
        if card.name == "paid":
            raise ExtraMissing(card.name, "anthropic")
        return script(card)

    assert make(LOCAL, PAID, build=build).complete(ASK, OWNER).model == "local"
    with pytest.raises(ExtraMissing):
        make(PAID, build=build).complete(ASK, OWNER)


def test_without_consent_a_model_on_this_machine_answers(make: MakeModels, gate: TestGate, journal: MemoryJournal) -> None:
    gate.closed = frozenset({"paid"})
    script = Script()
    assert make(LOCAL, PAID, build=script).complete(ASK, OWNER).model == "local"
    assert (script.asked, len(calls(journal))) == (["local"], 1)
    with pytest.raises(ConsentNeeded):
        make(PAID, build=script).complete(ASK, OWNER)


def test_names_are_put_back_in_pieces_and_in_calls(make: MakeModels, gate: TestGate) -> None:
    gate.names = {"Person_K7": 'Lena "Leni" Maurer'}
    arguments = {0: DeltaToolCall("dinner", '{"day": "with Pers'), 1: DeltaToolCall("dinner", '["Person_K7"')}
    rest = {0: DeltaToolCall(json_args='on_K7"}')}
    models = make(LOCAL, build=Script(local=["Ask Pers", "on_K", "7", ".", arguments, rest]))
    text, answer = told(list(models.stream(replace(ASK, tools=(TOOL,)), OWNER)))
    assert text == answer.text == 'Ask Lena "Leni" Maurer.'
    assert answer.finish == "tool_calls"
    first, second = answer.calls
    assert (first.name, first.arguments) == ("dinner", '{"day": "with Lena \\"Leni\\" Maurer"}')
    assert second.arguments == '["Lena "Leni" Maurer"'


def test_a_retry_begins_with_nothing_held_back(make: MakeModels, gate: TestGate) -> None:
    gate.names = {"Person_K7": "Lena"}
    turns: Iterator[list[Any]] = iter([["Pers", fails(500)], ["on time."]])

    class Twice(Script):
        def __call__(self, card: ModelCard) -> FunctionModel:
            async def stream(_: list[ModelMessage], __: AgentInfo) -> AsyncIterator[Any]:
                for said in next(turns):
                    if isinstance(said, Exception):
                        raise said
                    yield said

            return FunctionModel(stream_function=stream)

    assert make(LOCAL, build=Twice()).complete(ASK, OWNER).text == "on time."


def test_instructions_the_stable_one_first_and_the_turns_of_a_conversation(make: MakeModels) -> None:
    script = Script()
    call = ToolCall("c1", "dinner", '{"day": "Monday"}')
    conversation = (
        Message("system", "Be brief."),
        Message("system", "Today is Monday."),
        Message("user", "What is for dinner?"),
        Message("assistant", "I look.", (call,)),
        Message("tool", "Soup.", call_id="c1"),
        Message("user", "Quick!"),
    )
    make(LOCAL, build=script).complete(replace(ASK, messages=conversation, tools=(TOOL,), max_tokens=7), OWNER)
    ((messages, info),) = script.seen
    parts = info.model_request_parameters.instruction_parts or []
    assert [(part.content, part.dynamic) for part in parts] == [("Be brief.", False), ("Today is Monday.", True)]
    assert [[part.part_kind for part in message.parts] for message in messages] == [
        ["user-prompt"],
        ["text", "tool-call"],
        ["tool-return", "user-prompt"],
    ]
    assert [tool.name for tool in info.function_tools] == ["dinner"]
    assert info.model_settings is not None
    assert info.model_settings["max_tokens"] == 7


def test_a_schema_is_kept_natively_or_asked_for_in_words(make: MakeModels) -> None:
    wanted = replace(ASK, schema={"type": "object", "properties": {"meal": {"type": "string"}}})
    script = Script(local=['```json\n{"meal": "soup"}\n```'])
    assert make(LOCAL, build=script).complete(wanted, OWNER).text == '{"meal": "soup"}'
    make(replace(LOCAL, schema=False), build=script).complete(wanted, OWNER)
    assert [info.model_request_parameters.output_mode for _, info in script.seen] == ["native", "prompted"]
    assert make(LOCAL, build=script).complete(ASK, OWNER).text.startswith("```")


def test_closing_cancels_and_accounts(make: MakeModels, journal: MemoryJournal) -> None:
    cancelled = threading.Event()

    def build(_: ModelCard) -> FunctionModel:
        async def endless(_: list[ModelMessage], __: AgentInfo) -> AsyncIterator[str]:
            import anyio  # noqa: PLC0415

            try:
                yield "Soup"
                await anyio.sleep_forever()
            finally:
                cancelled.set()

        return FunctionModel(stream_function=endless)

    stream = make(PAID, build=build).stream(ASK, OWNER)
    assert next(stream) == TextPiece("Soup")
    stream.close()
    assert cancelled.wait(10)
    (call,) = calls(journal)
    assert (call["outcome"], call["output_tokens"]) == ("cancelled", 1)
    assert Decimal(call["cost"]) > 0


def test_a_silent_model_is_left_as_soon_as_nobody_waits_any_more(make: MakeModels, journal: MemoryJournal) -> None:
    asked, cancelled, interruption = threading.Event(), threading.Event(), Interruption()

    def build(_: ModelCard) -> FunctionModel:
        async def silent(_: list[ModelMessage], __: AgentInfo) -> AsyncIterator[str]:
            import anyio  # noqa: PLC0415

            asked.set()
            try:
                await anyio.sleep_forever()
                yield ""
            finally:
                cancelled.set()

        return FunctionModel(stream_function=silent)

    def waiting() -> None:
        with interruption, pytest.raises(Interrupted):
            next(make(LOCAL, build=build).stream(ASK, OWNER))

    with ThreadPoolExecutor(1) as pool:
        ends = pool.submit(waiting)
        assert asked.wait(10)
        interruption.interrupt()
        ends.result(10)
    assert cancelled.wait(10)
    assert [call["outcome"] for call in calls(journal)] == ["cancelled"]
    with interruption, pytest.raises(Interrupted):
        next(make(LOCAL, build=build).stream(ASK, OWNER))


def test_a_pause_before_asking_again_ends_as_well(make: MakeModels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "PAUSES", (4.0,))
    interruption = Interruption()
    script = Script(local=[fails(503), "7"])
    threading.Timer(0.2, interruption.interrupt).start()
    with interruption, pytest.raises(Interrupted):
        make(LOCAL, build=script).complete(ASK, OWNER)
    assert script.asked == ["local"]


def test_a_cascade_asks_the_next_better_until_a_check_accepts(make: MakeModels) -> None:
    middle = replace(PAID, name="middle", quality=4)
    script = Script(local=["7"], middle=["8"], paid=["9"])
    models = make(LOCAL, PAID, middle, build=script, dial="cheap")
    assert models.complete(ASK, OWNER, check=lambda answer: answer.text == "8").model == "middle"
    assert script.asked == ["local", "middle"]
    script.asked.clear()
    assert models.complete(ASK, OWNER, check=lambda answer: answer.text == "none").text == "9"
    assert script.asked == ["local", "middle", "paid"]


def test_a_cascade_whose_better_models_are_down_gives_what_it_has(make: MakeModels) -> None:
    script = Script(local=["7"], paid=[fails()])
    assert make(LOCAL, PAID, build=script, dial="cheap").complete(ASK, OWNER, check=lambda _: False).text == "7"


def test_a_ceiling_holds_for_each_actor_and_only_for_what_costs(make: MakeModels, journal: MemoryJournal) -> None:
    script = Script(paid=["word " * 4000])
    models = make(LOCAL, PAID, build=script, ceiling=Decimal("0.02"))
    assert models.complete(ASK, PHONE).model == "paid"
    assert models.complete(ASK, PHONE).model == "local"
    assert models.complete(ASK, OWNER).model == "paid"
    alone = make(PAID, build=script, ceiling=Decimal("0.02"))
    with pytest.raises(CeilingReached, match=r"The 0\.02 US dollars that phone may spend .* are spent"):
        alone.complete(ASK, PHONE)
    assert len(calls(journal)) == 3
    assert make(PAID, build=script, ceiling=Decimal(0)).complete(ASK, PHONE).model == "paid"


def test_many_threads_get_their_own_answers(make: MakeModels, journal: MemoryJournal) -> None:
    models = make(LOCAL, build=Script(local=[f"{n} " for n in range(50)]))
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(models.complete(ASK, OWNER).text)) for _ in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == ["".join(f"{n} " for n in range(50))] * 16
    assert len(calls(journal)) == 16


def test_a_model_that_cannot_use_tools_is_told_of_none(make: MakeModels) -> None:
    told_of: list[list[str]] = []

    async def stream(_: list[ModelMessage], info: AgentInfo) -> AsyncIterator[str]:
        told_of.append([tool.name for tool in info.function_tools])
        yield "Ja."

    ask = replace(ASK, tools=(ToolSpec("recall", "Looks again.", {"type": "object", "properties": {}}),))
    for able in (False, True):
        make(replace(LOCAL, tools=able), build=lambda _: FunctionModel(stream_function=stream)).complete(ask, OWNER)
    assert told_of == [[], ["recall"]]
