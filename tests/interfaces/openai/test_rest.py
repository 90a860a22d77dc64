"""Models, embeddings, and what is refused, as OpenAI's own client sees them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import openai
import pytest
from pydantic_ai.exceptions import ModelHTTPError
from tests.interfaces.openai.conftest import KITCHEN, QUESTION, Script, turns

from vertraut.application.service import Service
from vertraut.memory.embedding import Embedder

ASKED: Any = [{"role": "user", "content": QUESTION}]


def test_models_are_listed_and_found(client: openai.OpenAI) -> None:
    names = [each.id for each in client.models.list()]
    assert names == ["vertraut", "vertraut-private", "vertraut-quotes", "vertraut-embeddings", "smart", "small", "far"]
    assert client.models.retrieve("smart").owned_by == "openai-compatible"
    assert client.models.retrieve("small@read-write").id == "small@read-write"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-9")


@pytest.mark.parametrize("encoding", [None, "float", "base64"])
def test_vectors_are_those_that_memory_is_searched_with(client: openai.OpenAI, embedder: Embedder, encoding: Any) -> None:
    texts = [KITCHEN, "The museum trip."]
    options = {"encoding_format": encoding} if encoding else {}
    made = client.embeddings.create(model="vertraut-embeddings", input=texts, **options)
    expected = embedder.passages(texts)
    for each, wanted in zip(made.data, expected, strict=True):
        raw: Any = each.embedding
        vector = np.frombuffer(base64.b64decode(raw), "<f4") if encoding == "base64" else raw
        assert np.allclose(vector, wanted, atol=1e-6)
    assert made.usage.total_tokens > 0


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"input": [[1, 2, 3]]}, "invalid_value"),
        ({"input": [1, 2]}, "invalid_value"),
        ({"input": " "}, "invalid_value"),
        ({"input": []}, "invalid_value"),
        ({"input": "x", "dimensions": 256}, "unsupported_value"),
        ({"input": ["x" * 600_000] * 2}, "input_too_large"),
    ],
)
def test_what_cannot_be_embedded_is_refused(client: openai.OpenAI, given: Any, code: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.embeddings.create(model="vertraut-embeddings", **given)
    assert refused.value.code == code


CALLS: dict[str, Callable[[openai.OpenAI], Any]] = {
    "chat": lambda client: client.chat.completions.create(model="vertraut", messages=ASKED),
    "responses": lambda client: client.responses.create(model="vertraut", input=QUESTION, stream=True),
    "embeddings": lambda client: client.embeddings.create(model="vertraut-embeddings", input="x"),
    "models": lambda client: client.models.list(),
}


@pytest.mark.parametrize(
    ("key", "call", "code"),
    [
        *(("vt_wrong", call, "invalid_api_key") for call in CALLS),
        ("vt_reader", "chat", "insufficient_scope"),
        ("vt_reader", "responses", "insufficient_scope"),
        ("vt_asker", "embeddings", "insufficient_scope"),
    ],
)
def test_who_may_not_is_refused(base: str, script: Script, key: str, call: str, code: str) -> None:
    refused = openai.AuthenticationError if code == "invalid_api_key" else openai.PermissionDeniedError
    with openai.OpenAI(base_url=base, api_key=key, max_retries=0) as client, pytest.raises(refused) as error:
        CALLS[call](client)
    assert error.value.code == code
    assert script.asked == []


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"model": "gpt-9"}, 404, "model_not_found"),
        ({"model": "vertraut-embeddings"}, 404, "model_not_found"),
        ({"n": 2}, 400, "unsupported_value"),
        ({"messages": []}, 400, "invalid_value"),
        ({"messages": [{"role": "system", "content": "x"}]}, 400, "invalid_value"),
        ({"messages": [{"role": "user", "content": "  "}]}, 400, "invalid_value"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}]},
            400,
            "unsupported_content",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]},
            400,
            "unsupported_content",
        ),
        ({"messages": [*ASKED, {"role": "tool", "tool_call_id": "x", "content": "y"}]}, 400, "invalid_value"),
        ({"temperature": 3}, 400, "invalid_value"),
        ({"max_tokens": 0}, 400, "invalid_value"),
        ({"functions": [{"name": "x"}]}, 400, "unsupported_parameter"),
        ({"logprobs": True}, 400, "unsupported_parameter"),
        ({"model": "vertraut-quotes", "response_format": {"type": "json_object"}}, 400, "invalid_value"),
        ({"model": "vertraut-quotes@off"}, 400, "invalid_value"),
        ({"tool_choice": {"type": "function", "function": {"name": "x"}}}, 400, "invalid_value"),
        ({"response_format": {"type": "json_schema"}}, 400, "invalid_value"),
        ({"messages": [{"role": "user", "content": "x " * 25_001}]}, 400, "input_too_large"),
        ({"model": "smart", "messages": [*ASKED, {"role": "user", "content": "x" * 1_000_000}]}, 400, "input_too_large"),
    ],
)
def test_what_cannot_be_done_is_said(base: str, script: Script, change: dict[str, Any], status: int, code: str) -> None:
    body = {"model": "vertraut", "messages": ASKED, **change}
    answer = httpx.post(f"{base}/chat/completions", json=body, headers={"Authorization": "Bearer vt_owner"})
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    assert error["code"] == code
    assert QUESTION not in answer.text
    assert script.asked == []


@pytest.mark.parametrize("header", ["X-Vertraut-Memory", "X-Vertraut-Conversation"])
def test_a_header_that_means_nothing_is_refused(client: openai.OpenAI, header: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(model="vertraut", messages=ASKED, extra_headers={header: "what is this"})
    assert refused.value.param == header


@pytest.mark.parametrize(
    ("content", "status"), [(b"{", 400), (b"[" * 100_000, 400), (b'{"model": "\xff"}', 400), (b" " * 8_000_001, 413)]
)
def test_a_body_that_is_none_is_refused(base: str, content: bytes, status: int) -> None:
    answer = httpx.post(f"{base}/chat/completions", content=content, headers={"Authorization": "Bearer vt_owner"})
    assert answer.status_code == status
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_unknown_fields_are_ignored(client: openai.OpenAI) -> None:
    extra = {"seed": 1, "user": "x", "presence_penalty": 0.5, "made_up": {"a": 1}}
    assert client.chat.completions.create(model="vertraut-quotes", messages=ASKED, extra_body=extra).choices


def test_a_model_that_is_down_is_an_error_where_no_other_may_answer(client: openai.OpenAI, script: Script) -> None:
    script.answers = [ModelHTTPError(400, "small-1")]
    with pytest.raises(openai.InternalServerError) as failed:
        client.chat.completions.create(model="small", messages=ASKED, stream=True)
    assert failed.value.code == "model_unavailable"
    assert {asked.model for asked in script.asked} == {"small"}


def test_no_words_leave_the_machine_without_consent(client: openai.OpenAI, script: Script) -> None:
    with pytest.raises(openai.PermissionDeniedError) as refused:
        client.chat.completions.create(model="far", messages=ASKED)
    assert refused.value.code == "consent_needed"
    assert script.asked == []


def test_nobody_is_told_what_somebody_wrote_when_a_body_is_wrong(base: str) -> None:
    body = json.dumps({"model": "vertraut", "messages": [{"role": "user", "content": {"secret": "Kirschbaum"}}]})
    answer = httpx.post(f"{base}/responses", content=body, headers={"Authorization": "Bearer vt_owner"})
    assert answer.status_code == 400
    assert "Kirschbaum" not in answer.text


@pytest.mark.parametrize("model", ["vertraut", "smart@read-write"])
@pytest.mark.parametrize("door", ["chat", "responses"])
def test_who_may_not_remember_leaves_nothing(base: str, script: Script, service: Service, model: str, door: str) -> None:
    script.answers = ["Gern geschehen."]
    with openai.OpenAI(base_url=base, api_key="vt_asker", max_retries=0) as client:
        if door == "chat":
            client.chat.completions.create(model=model, messages=ASKED)
        else:
            client.responses.create(model=model, input=QUESTION)
    assert script.asked
    assert turns(service) == []
