from __future__ import annotations

import time

import pytest

from vertraut.memory.forms import asks_assistant, forms_of, wished_topic


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Can you recommend a book about the sea?", "a book about the sea"),
        ("I'm planning a trip to Bremen. Any suggestions on what to see?", "a trip to Bremen. what to see"),
        ("What should I cook on Sunday?", "cook on Sunday"),
        ("Kannst du mir ein Buch empfehlen?", "ein Buch"),
        ("Hast du ein paar Ideen für Lenas Geburtstag?", "Lenas Geburtstag"),
        ("Was soll ich am Sonntag kochen?", "am Sonntag kochen"),
        ("Which book did Tim recommend to John?", ""),
        ("Did anybody give any good tips? Which tips did Lena give for the garden?", ""),
        ("Wer hat uns den Arzt empfohlen?", ""),
        ("Can you recommend?", ""),
    ],
)
def test_a_wish_for_advice_is_told_by_its_topic(question: str, topic: str) -> None:
    assert wished_topic(question) == topic


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What did you recommend for the lawn?", True),
        ("Remind me of the recipe you gave me", True),
        ("Was hast du mir zum Rasen empfohlen?", True),
        ("Was hat die KI zum Rasen gesagt?", True),
        ("When did you first invest in a fund?", False),
        ("Can you recommend a book?", False),
        ("Wann kommst du an?", False),
    ],
)
def test_what_is_asked_of_an_assistant(question: str, asked: bool) -> None:
    assert asks_assistant(question) is asked


def test_forms_in_both_languages() -> None:
    assert forms_of("When and where did we meet?") == {"when", "where", "me"}
    assert forms_of("Wann und wo haben wir uns getroffen?") == {"when", "where", "me"}
    assert forms_of("How much is it, and who pays?") == {"number", "who"}
    assert forms_of("Wie viel kostet es, und wer zahlt?") == {"number", "who"}


@pytest.mark.parametrize("piece", ["kannst du ", "any tips some ideas ", "you your ", "do you have any "])
def test_long_questions_take_no_long_time(piece: str) -> None:
    start = time.process_time()
    wished_topic(piece * 5000)
    asks_assistant(piece * 5000)
    assert time.process_time() - start < 5
