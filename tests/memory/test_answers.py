from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertraut.application import Space
from vertraut.clock import When
from vertraut.errors import BadQuery
from vertraut.ledger import Entry
from vertraut.memory.answers import QUOTES, sentences
from vertraut.memory.confidence import known_from

WHEN = When(datetime(2025, 3, 1, 12, tzinfo=UTC), "Europe/Berlin")


def entry(text: str, identity: str = "1", **changes: Any) -> Entry:
    made = Entry("jsonl", identity, "message", WHEN, text, author="Lena", thread=identity)
    return replace(made, **changes)


def split(text: str, **changes: Any) -> list[str]:
    return [text[start:stop] for start, stop in sentences(entry(text, **changes))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One whole sentence. And another one!", ["One whole sentence.", "And another one!"]),
        ("Kommst du heute Abend? Ich warte.", ["Kommst du heute Abend?", "Ich warte."]),
        ("Ja. Um acht vor dem Haus.", ["Ja. Um acht vor dem Haus."]),  # a short one stays with the next
        ("Sie sagte: „Es regnet heute.“ Dann ging sie.", ["Sie sagte: „Es regnet heute.", "Dann ging sie."]),
        ("Am 8. März um 14.30 Uhr, z. B. im Garten.", ["Am 8. März um 14.30 Uhr, z. B. im Garten."]),
        ("Die Operation ist am 14. Dezember bei Dr. Weber.", ["Die Operation ist am 14. Dezember bei Dr. Weber."]),
        ("I met Mrs. Reid of St. Andrews on my way.", ["I met Mrs. Reid of St. Andrews on my way."]),
        ("Das kostet 12.50 Euro. 3 Tage dauert es.", ["Das kostet 12.50 Euro. 3 Tage dauert es."]),
        ("the first line\nthe second line\n\n\nthe third line", ["the first line", "the second line", "the third line"]),
        ("  spaces around it all  ", ["spaces around it all"]),
        ("no end", ["no end"]),
        ("Was?! Wirklich wahr … Unglaublich.", ["Was?! Wirklich wahr …", "Unglaublich."]),
    ],
)  # fmt: skip
def test_a_text_is_split_into_its_sentences(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_a_text_of_nothing_has_one_place(text: str) -> None:
    assert sentences(entry(text)) == [(0, len(text))]


def test_of_a_mail_only_what_is_new_is_quoted() -> None:
    text = "Der Termin passt mir gut. Bis Freitag dann!\n\n> Passt dir Freitag um acht Uhr?\n\nDarunter geht es weiter."
    new = [[0, 43], [text.index("Darunter"), len(text)]]
    assert split(text, kind="mail", meta={"new": new}) == [
        "Der Termin passt mir gut.", "Bis Freitag dann!", "Darunter geht es weiter.",
    ]  # fmt: skip


BROKEN: list[Any] = [
    [], "text", 5, None, True, {"0": 5}, [1, 2, 3], ["a", "b"], [[1]], [[1, 2, 3]], [["0", "5"]], [[None, 5]], [[0, 10**9]],
    [[-5, 3]], [[9, 2]], [[0.0, 5.0]], [[0, 5], "x"], [[True, 5]],
]  # fmt: skip


@pytest.mark.parametrize("new", BROKEN, ids=repr)
def test_ranges_that_are_none_are_taken_for_the_whole_text(new: Any) -> None:
    text = "Der Termin passt mir gut. Bis Freitag dann!"
    assert split(text, meta={"new": new}) == ["Der Termin passt mir gut.", "Bis Freitag dann!"]


@pytest.mark.parametrize("new", BROKEN, ids=repr)
def test_an_answer_survives_whatever_a_file_says_of_its_ranges(space: Space, new: Any) -> None:
    space.remember(entry("Der Herd kommt am Freitag.", meta={"new": new}))
    assert space.ask("Wann kommt der Herd?").quotes[0].text == "Der Herd kommt am Freitag."


@given(st.text("abcÄ.!? \n“)9", max_size=200))
def test_sentences_lie_in_order_inside_the_text_and_lose_no_word(text: str) -> None:
    places = sentences(entry(text))
    assert all(0 <= start <= stop <= len(text) for start, stop in places)
    assert all(before[1] <= after[0] for before, after in pairwise(places))
    kept = "".join(text[start:stop] for start, stop in places)
    letters = [letter for letter in text if letter.isalnum()]
    assert [letter for letter in kept if letter.isalnum()] == letters


# answers


@pytest.fixture
def family(space: Space) -> Space:
    texts = [
        "Der Klempner heißt Quastenzwirbel. Seine Nummer steht am Kühlschrank.",
        "Wir haben gestern Äpfel gepflückt.",
        "The ceiling will be painted blue in April.",
        "Piet hat eine Haselnussallergie. Bitte keine Nüsse mitbringen!",
    ]
    space.remember(*(entry(text, f"{n}") for n, text in enumerate(texts)))
    space.embed()
    return space


def test_an_answer_quotes_the_sentence_that_answers(family: Space) -> None:
    said = family.ask("Wie heißt der Klempner?")
    assert said.question == "Wie heißt der Klempner?"
    assert said.quotes[0].text == "Der Klempner heißt Quastenzwirbel."
    assert said.quotes[0].number == 1


def test_every_quote_names_its_entry_and_stands_in_it(family: Space) -> None:
    for question in ("Wie heißt der Klempner?", "What colour is the ceiling?", "Was darf Piet nicht essen?"):
        said = family.ask(question)
        hits = {hit.id for hit in said.recalled.hits}
        assert said.quotes
        assert [quote.number for quote in said.quotes] == list(range(1, len(said.quotes) + 1))
        assert len({quote.hit.id for quote in said.quotes}) == len(said.quotes) <= QUOTES
        for quote in said.quotes:
            assert quote.hit.id in hits
            assert quote.text == family.show(quote.hit.id).entry.text[quote.start : quote.stop]


def test_confidence_is_a_probability_and_decides(family: Space) -> None:
    for question in ("Wie heißt der Klempner?", "Wer war der dritte König von Schweden?", "Was war das?"):
        said = family.ask(question)
        assert 0 <= said.confidence <= 1
        assert said.known == (said.confidence >= known_from(question) and bool(said.quotes))


def test_an_empty_memory_knows_nothing(space: Space) -> None:
    said = space.ask("Wie heißt der Klempner?")
    assert (said.known, said.confidence, said.quotes) == (False, 0.0, ())


def test_a_question_that_nothing_answers_is_less_sure_than_one_that_is_answered(family: Space) -> None:
    answered = family.ask("Wie heißt der Klempner?").confidence
    assert family.ask("Welche Schuhgröße hat der Bürgermeister von Passau?").confidence < answered


def test_an_entry_without_text_is_quoted_by_its_title(space: Space) -> None:
    (number,) = space.remember(entry("", kind="event", title="Zahnarzt Quastenzwirbel"))
    quote = space.ask("Wann ist der Zahnarzt?").quotes[0]
    assert (quote.hit.id, quote.text) == (number, "Zahnarzt Quastenzwirbel")


def test_a_sentence_far_inside_a_long_text_is_quoted(space: Space) -> None:
    text = (
        "Das ist ein Satz ohne Belang. " * 200 + "Der Klempner heißt Quastenzwirbel. " + "Noch ein Satz ohne Belang. " * 200
    )
    space.remember(entry(text))
    space.embed()
    assert space.ask("Wie heißt der Klempner?").quotes[0].text == "Der Klempner heißt Quastenzwirbel."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Keller\n\nDer Klempner heißt Quastenzwirbel.", "Der Klempner heißt Quastenzwirbel."),
        ("# Wie der Klempner heißt\n\nQuastenzwirbel, aus Passau.", "Quastenzwirbel, aus Passau."),
        ("# Haus\n## Bad\nDer Klempner heißt Quastenzwirbel.\n## Dach", "Der Klempner heißt Quastenzwirbel."),
        ("# Der Klempner heißt Quastenzwirbel", "# Der Klempner heißt Quastenzwirbel"),  # and nothing else
        ("#1 Der Klempner heißt Quastenzwirbel.", "#1 Der Klempner heißt Quastenzwirbel."),  # no heading
    ],
)
def test_a_heading_is_not_quoted_where_something_stands_below_it(space: Space, text: str, expected: str) -> None:
    space.remember(entry(text, kind="note"))
    assert space.ask("Wie heißt der Klempner?").quotes[0].text == expected


def test_the_same_question_is_answered_the_same(family: Space) -> None:
    assert family.ask("Wie heißt der Klempner?") == family.ask("Wie heißt der Klempner?")


def test_an_empty_question_is_refused(family: Space) -> None:
    with pytest.raises(BadQuery):
        family.ask("?")
