from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertraut.memory.language import language_of
from vertraut.memory.words import LONGEST, located, question_terms, terms, words


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Häuser", "Haus", "de"),
        ("Müller", "Mueller", "de"),
        ("Größe", "Groesse", "de"),
        ("Straße", "STRASSE", "de"),
        ("Termine", "Termin", "de"),
        ("appointments", "appointment", "en"),
        ("running", "runs", "en"),
        ("Anna's", "anna", "en"),
        ("café", "cafe", "en"),
    ],
)
def test_spellings_of_one_word_meet_in_one_term(one: str, other: str, language: str) -> None:
    assert terms(one, language) == terms(other, language)


def test_a_question_looks_in_every_language_of_the_vault() -> None:
    assert question_terms("Wann war der Termin mit Häusern?", ["de", "en"]) == [("termin",), ("haus", "hausern")]


def test_words_that_carry_nothing_are_not_looked_for() -> None:
    assert question_terms("Where did you put the key?", ["en"]) == [("put",), ("key",)]
    assert question_terms("Was ist das?", ["de"]) == []


def test_a_question_of_stop_words_alone_has_no_terms_but_names_have() -> None:
    assert [each[0] for each in question_terms("Is Will May's friend?", ["en"])] == ["may", "friend"]


def test_endless_words_are_cut() -> None:
    assert [len(word) for word in words("a" * 2_000_000)] == [LONGEST]


@given(st.text())
def test_any_text_gives_terms_that_the_index_takes(text: str) -> None:
    for term in terms(text, "de"):
        assert term
        assert '"' not in term
        assert " " not in term
    for word, (start, stop) in located(text):
        assert 0 <= start < stop <= len(text)
        assert word


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Kannst du morgen bitte die Kinder von der Schule abholen?", "de"),
        ("Could you pick up the kids from school tomorrow, please?", "en"),
        ("Peux-tu aller chercher les enfants à l'école demain ?", "fr"),
    ],
)
def test_tells_languages_apart(text: str, language: str) -> None:
    assert language_of(text, "xx") == language


def test_short_texts_take_the_language_of_their_thread() -> None:
    assert language_of("ok", "de") == "de"
