"""A conversation as memory holds it: its turns, what their numbers mean, and forgetting by these numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.assistant.conftest import Talk

from vertraut.application import Space
from vertraut.assistant import Proposal
from vertraut.assistant.conversation import past_turns, title_of
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


@pytest.mark.parametrize("said", ["Erklär mir kurz, was Photosynthese ist", "Explain briefly what photosynthesis is"])
def test_an_earlier_request_is_no_evidence(family: Space, talking: Talking, said: str) -> None:
    talk = talking(None)
    talk.say(said)
    again = talk.say("Erklär mir bitte Photosynthese")
    assert "kurz" not in again.text
    assert "briefly" not in again.text
    assert not again.known


@pytest.mark.parametrize(
    ("said", "program"),
    [("Wie geht es dir?", "Programm"), ("wie geht's dir heute", "Programm"), ("How are you?", "program")],
)
def test_who_asks_how_it_is_gets_no_quotes(family: Space, talking: Talking, said: str, program: str) -> None:
    turn = talking(None).say(said)
    assert program in turn.text
    assert turn.evidence == ()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Wann kommt der Klempner?", "Wann kommt der Klempner?"),
        ("Wann kommt\n der Klempner?", "Wann kommt der Klempner?"),
        (
            "Kannst du mir bitte erklären, warum der Klempner am Donnerstag, nicht am Freitag kommt?",
            "Kannst du mir bitte erklären, warum der Klempner am…",
        ),
        (
            "Please explain to me once more why the plumber is coming on Thursday",
            "Please explain to me once more why the plumber is coming on…",
        ),
        ("x" * 61, "x" * 59 + "…"),
        ("x" * 60, "x" * 60),
    ],
)
def test_a_title_ends_with_a_word(text: str, title: str) -> None:
    assert title_of(text) == title
    assert title_of(title) == title
    assert len(title) <= 60


def test_a_conversation_keeps_its_title(family: Space, talking: Talking) -> None:
    talk = talking(None)
    first = talk.say("Kannst du mir bitte sagen, an welchem Tag und um wie viel Uhr der Klempner kommt?")
    talk.say(QUESTION, conversation=first.conversation)
    titles = {entry.thread_title for _, entry in family.thread(OWN_SOURCE, first.conversation, last=10)}
    assert titles == {"Kannst du mir bitte sagen, an welchem Tag und um wie viel…"}
