"""A real server on loopback that speaks OpenAI's protocol and does what servers do: fail, stall, vanish, answer nonsense."""

from __future__ import annotations

import importlib
import sys
import threading
from dataclasses import replace
from typing import Any

import pytest
from tests.conftest import MemoryJournal
from tests.models.conftest import ASK, FakeServer, MakeModels, Script, Talk

from vertraut.errors import ExtraMissing, ModelUnavailable
from vertraut.governance import OWNER
from vertraut.models import PROVIDERS, Completion, Message, ModelCard, TextPiece, build_model, card_of
from vertraut.models.catalog import ADDRESSES


def well(talk: Talk) -> None:
    talk.begin()
    talk.say("Sou")
    talk.say("p.")
    talk.end()


def test_an_answer_and_what_was_asked(make: MakeModels, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", "of-somebody-else")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("MY_KEY", "mine")
    server.scripts = [well]
    instructed = replace(ASK, messages=(Message("system", "Be brief."), Message("system", "It is Monday."), ASK.messages[1]))
    answer = make(server.card(key="env:MY_KEY")).complete(instructed, OWNER)
    assert (answer.text, answer.usage.input_tokens, answer.usage.output_tokens) == ("Soup.", 12, 3)
    (talk,) = server.talks
    assert talk.handler.headers["authorization"] == "Bearer mine"
    assert talk.body["messages"] == [
        {"role": "system", "content": "Be brief.\n\nIt is Monday."},
        {"role": "user", "content": "What is for dinner?"},
    ]
    assert (talk.body["model"], talk.body["max_tokens"], talk.body["stream"]) == ("small", 800, True)


def test_without_a_key_none_of_the_environment_is_sent(
    make: MakeModels, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "VLLM_API_KEY", "OLLAMA_API_KEY"):
        monkeypatch.setenv(name, "of-somebody-else")
    server.scripts = [well]
    for provider in ("openai-compatible", "vllm", "ollama", "llama-server"):
        make(card_of({"name": "m", "provider": provider, "model": "m", "url": server.url})).complete(ASK, OWNER)
    assert {talk.handler.headers["authorization"] for talk in server.talks} == {"Bearer none"}


def test_where_the_provider_counts_no_tokens_they_are_estimated(make: MakeModels, server: FakeServer) -> None:
    def uncounted(talk: Talk) -> None:
        talk.begin()
        talk.say("word " * 40, finish="stop")
        talk.send(b"data: [DONE]\n\n")
        talk.send(b"")

    server.scripts = [uncounted]
    usage = make(server.card()).complete(ASK, OWNER).usage
    assert (usage.input_tokens, usage.output_tokens) == (7, 50)


@pytest.mark.parametrize(
    ("code", "times", "why"),
    [
        (400, 1, "it refused the request (HTTP 400)"),
        (401, 1, "it does not take the key (HTTP 401)"),
        (402, 1, "the account has nothing left (HTTP 402)"),
        (404, 1, "there is no such model at this address (HTTP 404)"),
        (408, 3, "it refused the request (HTTP 408)"),
        (409, 3, "it refused the request (HTTP 409)"),
        (429, 3, "it gets too many requests (HTTP 429)"),
        (500, 3, "it failed (HTTP 500)"),
        (503, 3, "it is overloaded or down (HTTP 503)"),
    ],
)
def test_refusals(make: MakeModels, server: FakeServer, code: int, times: int, why: str) -> None:
    server.scripts = [lambda talk: talk.status(code)]
    with pytest.raises(ModelUnavailable) as caught:
        make(server.card()).complete(ASK, OWNER)
    assert caught.value.sentence == f"The model fake did not answer: {why}."
    assert len(server.talks) == times


def test_a_pause_that_the_provider_asks_for_is_kept_or_too_long(make: MakeModels, server: FakeServer) -> None:
    server.scripts = [lambda talk: talk.status(429, retry_after="0"), well]
    assert make(server.card()).complete(ASK, OWNER).text == "Soup."
    server.scripts = [lambda talk: talk.status(429, retry_after="3600")]
    with pytest.raises(ModelUnavailable):
        make(server.card()).complete(ASK, OWNER)
    assert len(server.talks) == 3


def test_what_fails_first_and_then_works(make: MakeModels, server: FakeServer, journal: MemoryJournal) -> None:
    server.scripts = [lambda talk: talk.status(500), Talk.vanish, well]
    assert make(server.card()).complete(ASK, OWNER).text == "Soup."
    assert [line.content["outcome"] for line in journal.read("call")] == ["failed", "failed", "answered"]


def test_nobody_is_listening(make: MakeModels, server: FakeServer) -> None:
    with pytest.raises(ModelUnavailable, match="there is no connection"):
        make(replace(server.card(), url="http://127.0.0.1:1/v1")).complete(ASK, OWNER)


def test_nobody_is_led_elsewhere(make: MakeModels, server: FakeServer) -> None:
    server.scripts = [lambda talk: talk.status(307, location=f"{server.url}/elsewhere")]
    with pytest.raises(ModelUnavailable):
        make(server.card()).complete(ASK, OWNER)
    assert len(server.talks) == 1


def cut_off(talk: Talk) -> None:
    talk.begin()
    talk.say("Sou")
    talk.vanish()


def without_end(talk: Talk) -> None:
    talk.begin()
    talk.say("Sou")
    talk.send(b"")


def failing(talk: Talk) -> None:
    talk.begin()
    talk.say("Sou")
    talk.send(b'data: {"error": {"message": "dinner", "code": 500}}\n\n')
    talk.send(b"")


def stalling(talk: Talk) -> None:
    talk.begin()
    talk.say("Sou")
    talk.over.wait(60)


@pytest.mark.parametrize("script", [cut_off, without_end, failing, stalling], ids=lambda script: script.__name__)
def test_an_answer_that_breaks_off_is_told(make: MakeModels, server: FakeServer, script: Script) -> None:
    server.scripts = [script]
    stream = make(server.card(), timeout=1.5).stream(ASK, OWNER)
    assert next(stream) == TextPiece("Sou")
    with pytest.raises(ModelUnavailable) as caught:
        next(stream)
    assert "dinner" not in str(caught.value)
    assert len(server.talks) == 1


def silent(talk: Talk) -> None:
    talk.over.wait(60)


def pinging(talk: Talk) -> None:
    talk.begin()
    while not talk.over.wait(0.05):
        try:
            talk.send(b": ping\n\n")
        except OSError:
            return


@pytest.mark.parametrize("script", [silent, pinging], ids=lambda script: script.__name__)
def test_silence_before_the_first_word_ends_in_the_next_model(make: MakeModels, server: FakeServer, script: Script) -> None:
    server.scripts = [script, well]
    slow = replace(server.card(), name="slow", first=True)
    assert make(slow, server.card(), timeout=1.5).complete(ASK, OWNER).model == "fake"
    assert len(server.talks) == 2


@pytest.mark.parametrize(
    "sent",
    [
        b"data: {not json\n\n",
        b'data: {"foo": 1}\n\ndata: [DONE]\n\n',
        b"<html>hello</html>",
        b"data: [DONE]\n\n",
        b"data: 5\n\n",
    ],
)
def test_nonsense_is_no_answer(make: MakeModels, server: FakeServer, sent: bytes) -> None:
    def nonsense(talk: Talk) -> None:
        talk.begin()
        talk.send(sent)
        talk.send(b"")

    server.scripts = [nonsense]
    with pytest.raises(ModelUnavailable):
        make(server.card()).complete(ASK, OWNER)


def test_closing_frees_the_server(make: MakeModels, server: FakeServer) -> None:
    freed = threading.Event()

    def endless(talk: Talk) -> None:
        talk.begin()
        try:
            while not talk.over.wait(0.01):
                talk.say("Soup ")
        except OSError:
            freed.set()

    server.scripts = [endless]
    stream: Any = make(server.card()).stream(ASK, OWNER)
    next(stream)
    stream.close()
    assert freed.wait(10)


def test_a_slow_reader_loses_nothing(make: MakeModels, server: FakeServer) -> None:
    server.scripts = [well]
    stream = make(server.card()).stream(ASK, OWNER)
    first = next(stream)
    ended = threading.Event()
    threading.Thread(target=ended.set).start()
    ended.wait(10)
    *_, last = [first, *stream]
    assert isinstance(last, Completion)
    assert last.text == "Soup."


def test_every_provider_can_be_built_and_reaches_only_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "mine")
    for name in ("OPENAI", "ANTHROPIC", "OLLAMA", "VLLM", "GOOGLE_GEMINI"):
        monkeypatch.setenv(f"{name}_BASE_URL", "http://127.0.0.1:9")
    for provider in PROVIDERS.keys() - {"gguf"}:
        own = {} if provider in ADDRESSES else {"url": "https://llm.example.org/v1"}
        card = card_of({"name": "m", "provider": provider, "model": "m-1", "key": "env:MY_KEY", **own})
        model = build_model(card)
        assert model.base_url is not None
        assert model.base_url.rstrip("/") == card.address
        assert card.outside is card.address.startswith("https")


@pytest.mark.parametrize("provider", ["openai", "anthropic", "google", "mistral", "ollama", "vllm", "llama-server"])
def test_every_provider_is_asked_again_and_told_nothing_that_it_does_not_need(
    make: MakeModels, server: FakeServer, monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    monkeypatch.setenv("MY_KEY", "mine")
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.setenv(name, "of-somebody")
    for name in ("OPENAI_CUSTOM_HEADERS", "ANTHROPIC_CUSTOM_HEADERS"):
        monkeypatch.setenv(name, "x-more: of-somebody")
    server.scripts = [lambda talk: talk.status(429)]
    url = server.url.removesuffix("/v1") if provider in {"anthropic", "google", "mistral"} else server.url
    with pytest.raises(ModelUnavailable, match=r"it gets too many requests \(HTTP 429\)"):
        make(card_of({"name": "m", "provider": provider, "model": "m-1", "key": "env:MY_KEY", "url": url})).complete(
            ASK, OWNER
        )
    assert len(server.talks) == 3
    for talk in server.talks:
        sent = dict(talk.handler.headers)
        assert "of-somebody" not in str(sent)
        assert any("mine" in value for value in sent.values())
        assert not any(name.lower().startswith("x-stainless") for name in sent)
        assert ASK.messages[1].text in str(talk.body)


@pytest.mark.parametrize("provider", ["anthropic", "google", "mistral", "gguf"])
def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, provider: Any) -> None:
    missing = {"anthropic": "anthropic", "google": "google.genai", "mistral": "mistralai", "gguf": "xllamacpp"}[provider]
    found = importlib.import_module

    def without(name: str) -> Any:
        if name.endswith(f".{provider}"):
            raise ImportError(missing)
        return found(name)

    monkeypatch.setattr("vertraut.models.providers.import_module", without)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ExtraMissing) as caught:
        build_model(ModelCard("m", provider, "m", "https://llm.example.org"))
    assert caught.value.extra == provider


def test_a_key_that_is_not_there_is_told(make: MakeModels, server: FakeServer) -> None:
    with pytest.raises(ModelUnavailable, match="its key is not there"):
        make(server.card(key="env:NOBODY_SET_THIS")).complete(ASK, OWNER)
    assert server.talks == []
