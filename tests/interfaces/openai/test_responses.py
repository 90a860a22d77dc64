"""Responses, as OpenAI's own client sees them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import openai
import pytest
from tests.interfaces.openai.conftest import BROKEN, KITCHEN, MUSEUM, QUESTION, Asked, Calls, Script, extra, turns

from vertraut.application.service import Service

TOOL: Any = {"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}, "strict": False}


def kitchen(asked: Asked) -> str:
    return f"{KITCHEN} [{asked.number(KITCHEN)}]"


def test_an_answer_comes_with_its_evidence(client: openai.OpenAI, script: Script, service: Service) -> None:
    script.answers = [kitchen]
    answer = client.responses.create(model="vertraut", input=QUESTION)
    assert answer.status == "completed"
    assert KITCHEN.removesuffix(".") in answer.output_text
    assert extra(answer)["evidence"][0]["excerpt"] == KITCHEN
    assert answer.usage is not None
    assert answer.usage.total_tokens > 0
    assert len(turns(service)) == 2


def test_the_next_response_goes_on_with_the_conversation(client: openai.OpenAI, script: Script, service: Service) -> None:
    script.answers = [kitchen, "Gern geschehen."]
    first = client.responses.create(model="vertraut", input=QUESTION)
    second = client.responses.create(model="vertraut", input="Danke dir sehr!", previous_response_id=first.id)
    assert extra(first)["conversation"] == extra(second)["conversation"]
    assert QUESTION in script.asked[1].text
    assert len({thread for thread, _, _ in turns(service)}) == 1
    assert len(turns(service)) == 4
    client.responses.create(model="vertraut", input="Danke dir sehr!", previous_response_id=first.id)
    assert len(turns(service)) == 4


def test_what_was_not_remembered_cannot_be_gone_on_with(client: openai.OpenAI, script: Script) -> None:
    script.answers = [kitchen]
    first = client.responses.create(model="vertraut-private", input=QUESTION)
    for name in (first.id, "resp_unknown", "elsewhere"):
        with pytest.raises(openai.BadRequestError) as refused:
            client.responses.create(model="vertraut-private", input="Und dann?", previous_response_id=name)
        assert refused.value.code == "previous_response_not_found"


def test_a_stream_has_the_events_of_the_official_one(client: openai.OpenAI, script: Script) -> None:
    script.answers = [kitchen]
    events = list(client.responses.create(model="vertraut", input=QUESTION, stream=True))
    kinds = [event.type for event in events]
    assert kinds[:4] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
    ]
    assert kinds[-4:] == [
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert set(kinds[4:-4]) == {"response.output_text.delta"}
    assert [event.sequence_number for event in events] == list(range(len(events)))
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    last = events[-1]
    assert last.type == "response.completed"
    assert last.response.output_text == text


def test_the_client_helper_puts_a_stream_together(client: openai.OpenAI, script: Script) -> None:
    script.answers = [Calls("weather", "{}")]
    with client.responses.stream(model="smart", input="How is the weather?", tools=[TOOL]) as stream:
        done = stream.get_final_response()
    [item] = done.output
    assert item.type == "function_call"
    assert (item.name, item.arguments) == ("weather", "{}")


def test_the_result_of_a_tool_comes_back(client: openai.OpenAI, script: Script) -> None:
    script.answers = [Calls("weather", '{"at":"home"}'), "It rains."]
    items: list[Any] = [{"role": "user", "content": [{"type": "input_text", "text": "How is the weather?"}]}]
    first = client.responses.create(model="smart", input=items, tools=[TOOL], instructions="Be brief.")
    items += [item.to_dict() for item in first.output]
    items.append({"type": "function_call_output", "call_id": items[-1]["call_id"], "output": "rain"})
    second = client.responses.create(model="smart", input=items, tools=[TOOL])
    assert second.output_text == "It rains."
    assert "Be brief." in script.asked[0].text
    assert "rain" in script.asked[1].text


def test_an_answer_in_json(client: openai.OpenAI, script: Script) -> None:
    script.answers = ['{"day": "Tuesday"}']
    schema: Any = {"format": {"type": "json_schema", "name": "day", "schema": {"type": "object"}}}
    answer = client.responses.create(model="smart", input="Which day?", text=schema)
    assert json.loads(answer.output_text) == {"day": "Tuesday"}


def test_an_answer_that_is_too_long_is_incomplete(client: openai.OpenAI) -> None:
    answer = client.responses.create(model="vertraut-quotes", input=QUESTION, max_output_tokens=4)
    assert answer.status == "incomplete"
    assert answer.incomplete_details is not None
    assert answer.incomplete_details.reason == "max_output_tokens"


def test_an_answer_that_breaks_off_has_failed(client: openai.OpenAI, script: Script) -> None:
    script.answers = [f"The new kitchen comes on Tuesday in the morning. The joiner from town brings it to us. {BROKEN}"]
    *_, last = client.responses.create(model="smart", input=QUESTION, stream=True)
    assert last.type == "response.failed"
    assert last.response.error is not None
    assert "smart" in last.response.error.message


def test_the_asynchronous_client_gets_the_same(base: str, script: Script) -> None:
    script.answers = ["no model is asked"]

    async def streamed() -> str:
        async with (
            openai.AsyncOpenAI(base_url=base, api_key="vt_asker", max_retries=0) as client,
            client.responses.stream(model="vertraut-quotes", input="When is the museum trip?") as stream,
        ):
            return (await stream.get_final_response()).output_text

    assert MUSEUM in asyncio.run(streamed())
    assert script.asked == []
