"""What a person says of evidence: kept as numbers, with the effect it promises, taken back or forgotten with its entry."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from tests.assistant.conftest import Talk

from vertraut.application import Space
from vertraut.assistant.feedback import Feedback
from vertraut.ledger import OWN_SOURCE
from vertraut.memory import Limits, Selection

QUESTION = "Wann kommt der Klempner?"
Talking = Callable[..., Talk]


@pytest.fixture
def family(space: Space) -> Space:
    space.remember_text("Der Klempner kommt am Donnerstag um 9 Uhr.")
    space.remember_text("Der Klempner hat abgesagt und kommt nun am Freitag.")
    return space


@pytest.fixture
def feedback(family: Space) -> Feedback:
    return Feedback(family.journal)


def lines(space: Space) -> list[str]:
    return [json.dumps(dict(line.content)) for line in space.journal.read("feedback")]


def test_not_this_counts_for_the_same_question_in_any_case(feedback: Feedback) -> None:
    feedback.leave_out(1, QUESTION)
    assert feedback.left_out("  wann KOMMT der\nKlempner? ") == {1}
    assert feedback.left_out("Wann kommt der Klempner") == frozenset()
    assert feedback.disputed() == frozenset()
    feedback.leave_out(1, QUESTION, back=True)
    assert feedback.left_out(QUESTION) == frozenset()


def test_wrong_counts_everywhere_until_it_is_taken_back(feedback: Feedback) -> None:
    feedback.dispute(2)
    feedback.dispute(1)
    feedback.dispute(2, back=True)
    assert feedback.disputed() == {1}
    assert feedback.left_out(QUESTION) == frozenset()


def test_no_word_of_a_question_is_kept(family: Space, feedback: Feedback) -> None:
    feedback.leave_out(1, QUESTION, conversation="talk")
    feedback.dispute(1)
    assert not any(word in line for line in lines(family) for word in ("Klempner", "klempner", "Donnerstag"))


def test_quotes_leave_out_what_was_not_meant(family: Space, talking: Talking) -> None:
    talk = talking(None)
    before = talk.say(QUESTION, remember=False)
    talk.assistant.feedback.leave_out(before.evidence[0], QUESTION)
    after = talk.say(QUESTION.upper(), remember=False)
    assert before.evidence[0] not in [line.id for line in after.lines]
    assert after.left_out == before.evidence[:1]
    assert talk.say("Wann kommt der Klempner nun?", remember=False).left_out == ()


def test_a_model_is_not_told_what_was_not_meant(family: Space, talking: Talking) -> None:
    talk = talking(lambda messages, _: "Der Klempner kommt am Freitag [1].")
    talk.assistant.feedback.leave_out(1, QUESTION)
    assert [line.id for line in talk.say(QUESTION, remember=False).lines] == [2]
    assert "Donnerstag" not in talk.told(0)


def test_entries_can_be_left_out_for_once(family: Space, talking: Talking) -> None:
    talk = talking(None)
    assert talk.say(QUESTION, remember=False, without=[1, 2]).lines == ()
    assert {line.id for line in talk.say(QUESTION, remember=False).lines} == {1, 2}


def test_forgetting_an_entry_takes_what_was_said_of_it(family: Space, feedback: Feedback) -> None:
    feedback.dispute(1)
    feedback.dispute(2)
    family.forget(Selection(ids=(1,)))
    assert feedback.disputed() == {2}
    family.verify()


def test_forgetting_a_conversation_takes_what_was_said_in_it(family: Space, talking: Talking) -> None:
    talk = talking(None)
    turn = talk.say(QUESTION)
    talk.assistant.feedback.leave_out(1, QUESTION, conversation=turn.conversation)
    talk.assistant.feedback.leave_out(2, QUESTION, conversation="another")
    family.forget(Selection(limits=Limits(sources=(OWN_SOURCE,))))
    assert talk.assistant.feedback.left_out(QUESTION) == {2}
