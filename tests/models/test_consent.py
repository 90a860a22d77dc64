"""Nobody outside gets anything before its person agrees, and nothing any more from the moment that is taken back."""

from __future__ import annotations

import pytest
from tests.conftest import MemoryJournal

from vertraut.application import Space
from vertraut.errors import ConsentNeeded, NotAllowed
from vertraut.governance import OWNER, Actor
from vertraut.models import Consents, ModelCard, recipient

READER = Actor("phone", frozenset({"recall", "ask"}))


@pytest.fixture
def consents(journal: MemoryJournal) -> Consents:
    return Consents(journal)


def test_without_a_decision_the_answer_is_no(consents: Consents) -> None:
    assert consents.given("anthropic", "answer") is None
    with pytest.raises(ConsentNeeded) as refused:
        consents.require("anthropic", "answer")
    assert (refused.value.provider, refused.value.purpose) == ("anthropic", "answer")


def test_an_agreement_is_for_one_provider_and_one_purpose(consents: Consents) -> None:
    consents.grant("anthropic", "answer", OWNER)
    consents.require("anthropic", "answer")
    assert consents.given("anthropic", "title") is None
    assert consents.given("openai", "answer") is None
    assert consents.given("Anthropic", "answer") is None


def test_the_latest_decision_counts(consents: Consents) -> None:
    consents.grant("anthropic", "answer", OWNER)
    consents.revoke("anthropic", "answer", OWNER)
    assert consents.given("anthropic", "answer") is False
    consents.grant("anthropic", "answer", OWNER)
    consents.require("anthropic", "answer")


def test_all_purposes_and_one_of_them(consents: Consents) -> None:
    consents.grant("openai", "*", OWNER)
    consents.revoke("openai", "title", OWNER)
    consents.require("openai", "answer")
    with pytest.raises(ConsentNeeded):
        consents.require("openai", "title")
    assert [(each.purpose, each.granted) for each in consents.list()] == [("*", True), ("title", False)]
    consents.revoke("openai", "*", OWNER)
    assert [(each.purpose, each.granted) for each in consents.list()] == [("*", False)]
    with pytest.raises(ConsentNeeded):
        consents.require("openai", "answer")


def test_only_who_administrates_the_space_decides(consents: Consents, journal: MemoryJournal) -> None:
    for decide in (consents.grant, consents.revoke):
        with pytest.raises(NotAllowed):
            decide("openai", "answer", READER)
    with pytest.raises(NotAllowed):
        consents.ask_once("openai", "answer", READER, lambda: True)
    assert journal.lines == []


@pytest.mark.parametrize("answer", [True, False])
def test_nobody_is_asked_twice(consents: Consents, answer: bool) -> None:
    asked = []

    def ask() -> bool:
        asked.append("?")
        return answer

    assert consents.ask_once("mistral", "answer", OWNER, ask) is answer
    assert consents.ask_once("mistral", "answer", OWNER, ask) is answer
    assert asked == ["?"]
    assert consents.given("mistral", "answer") is answer


def test_a_decision_holds_in_every_process_at_once(space: Space) -> None:
    here = Consents(space.journal)
    with space.opened_again() as other:
        there = Consents(other.journal)
        assert there.given("anthropic", "answer") is None
        here.grant("anthropic", "answer", OWNER)
        there.require("anthropic", "answer")
        there.revoke("anthropic", "*", OWNER)
    with pytest.raises(ConsentNeeded):
        here.require("anthropic", "answer")


@pytest.mark.parametrize(
    ("card", "who"),
    [
        (ModelCard("a", "anthropic", "claude"), "anthropic"),
        (ModelCard("b", "openai-compatible", "m", url="https://LLM.Example.org:8443/v1"), "llm.example.org"),
        (ModelCard("c", "openai", "gpt", url="https://elsewhere.example/v1"), "elsewhere.example"),
        (ModelCard("d", "ollama", "qwen", url="http://192.168.1.9:11434"), "192.168.1.9"),
    ],
)
def test_agreed_is_to_whom_it_really_goes(card: ModelCard, who: str) -> None:
    assert recipient(card) == who
