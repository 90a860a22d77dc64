"""A conversation as memory holds it: its turns, what their numbers mean, and forgetting by these numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.assistant.conftest import Talk

from vertraut.application import Space
from vertraut.assistant import Proposal
from vertraut.assistant.conversation import past_turns
from vertraut.ledger import OWN_SOURCE
from vertraut.memory import Selection

Talking = Callable[..., Talk]
QUESTION = "Wann kommt der Klempner?"


@pytest.fixture
def family(space: Space) -> Space:
    space.remember_text("Der Reisepass läuft im Mai ab.")
    space.remember_text("Der Klempner kommt am Donnerstag um 9 Uhr. Er bringt den Boiler mit.")
    return space


def test_its_turns_say_what_their_numbers_mean(family: Space, talking: Talking) -> None:
    turn = talking(None).say(QUESTION)
    (past,) = past_turns(family.thread(OWN_SOURCE, turn.conversation, last=10))
    assert past.asked is not None
    assert past.asked[1].text == QUESTION
    assert past.citations == turn.citations
    assert (past.evidence, past.model) == (tuple(sorted(turn.evidence)), "quotes")
    cited = past.citations[0]
    assert family.show(cited.entry).entry.text[cited.start : cited.stop] == "Der Klempner kommt am Donnerstag um 9 Uhr."


def test_a_forgotten_answer_leaves_its_question(family: Space, talking: Talking) -> None:
    talk = talking(None)
    turn = talk.say(QUESTION)
    talk.say("Danke!", conversation=turn.conversation)
    family.forget(Selection(ids=(2,)))
    first, second = past_turns(family.thread(OWN_SOURCE, turn.conversation, last=10))
    assert first.answered is None
    assert (first.evidence, first.citations, first.model) == ((), (), "")
    assert second.answered is not None


@pytest.mark.parametrize("said", ["Vergiss [1]", "Forget [1], please."])
def test_a_number_of_the_last_answer_is_forgotten_when_the_person_agrees(family: Space, talking: Talking, said: str) -> None:
    talk = talking(None)
    turn = talk.say(QUESTION)
    asked: list[Proposal] = []

    def refuse(proposal: Proposal) -> bool:
        asked.append(proposal)
        return False

    refused = talk.say(said, conversation=turn.conversation, confirm=refuse, remember=False)
    assert turn.evidence[0] in asked[0].numbers
    assert refused.text in {"Noch ist nichts vergessen.", "Nothing is forgotten yet."}
    agreed = talk.say(said, conversation=turn.conversation, confirm=lambda _: True)
    assert agreed.numbers == ()
    assert agreed.text.startswith(("Für immer vergessen", "Forgotten for ever"))
    assert not family.recall("Klempner").hits


def test_asking_about_a_number_forgets_nothing(family: Space, talking: Talking) -> None:
    talk = talking(None)
    turn = talk.say(QUESTION)
    talk.say("Was heißt [1]?", conversation=turn.conversation, confirm=lambda _: True)
    assert family.recall("Klempner").hits
