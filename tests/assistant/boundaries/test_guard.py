from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.boundaries_report import Scenario, scenarios

from vertraut.assistant.boundaries import Finding, Guard, Situation, Spoken, guarded
from vertraut.assistant.boundaries.rules import LANGUAGES, matches
from vertraut.assistant.boundaries.situation import Language
from vertraut.assistant.boundaries.wording import plain

SCENARIOS = list(scenarios())


def in_pieces(text: str, cuts: list[int], situation: Situation) -> tuple[str, list[Finding]]:
    guard = Guard(situation)
    bounds = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    shown = "".join(guard.feed(text[start:stop]) for start, stop in pairwise(bounds))
    return shown + guard.finish(), guard.findings


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SCENARIOS), st.lists(st.integers(0, 400), max_size=40))
def test_the_pieces_an_answer_comes_in_do_not_matter(scenario: Scenario, cuts: list[int]) -> None:
    assert in_pieces(scenario.answer, cuts, scenario.situation) == guarded(scenario.answer, scenario.situation)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='aI l.!?\n[]1"„“*:’ü❤…', max_size=300), st.lists(st.integers(0, 300), max_size=20))
def test_nor_with_odd_text(text: str, cuts: list[int]) -> None:
    assert in_pieces(text, cuts, Situation("hm")) == guarded(text, Situation("hm"))


def test_nothing_of_a_sentence_is_shown_before_it_is_complete() -> None:
    guard = Guard(Situation("Where is the key?"))
    assert guard.feed("It hangs behind the fuse box [1]. I love y") == "It hangs behind the fuse box [1]."
    assert guard.feed("ou so much. ") == ""
    assert "love" not in guard.feed("It is the blue one.") + guard.finish()


@pytest.mark.parametrize(
    "text",
    [
        "I **love** you.", "I  love\u2003you!", "I lo\u200bve you.", "I’m in love with you.", "I looooove you!!!", "I ❤️ you",
        "_I love you_", "I. Love. You.", "\uff29 \uff4c\uff4f\uff56\uff45 \uff59\uff4f\uff55.", "I luv u!", "“I love you.”",
        "Ich **liebe** dich.", "ICH LIEBE DICH", "Ich liiiebe dich!", "Ich lie\u00adbe dich.", "Ich\u00a0liebe\u2009dich.",
        "Ich ❤️ dich", "Ich fuehle mich so einsam.", "„Ich liebe dich“, flüstere ich.",
    ],
)  # fmt: skip
def test_no_dress_hides_a_claim(text: str) -> None:
    shown, findings = guarded(f"The train leaves at 8:14 [1].\n{text}", Situation("When does my train leave?"))
    assert findings
    assert shown.startswith("The train leaves at 8:14 [1].")
    assert not any(word in shown.casefold() for word in ("you.", "you!", "dich", "einsam", "liebe", "\uff59"))


def test_an_open_quotation_does_not_silence_the_rules_for_good() -> None:
    text = "Ben wrote: “See you. " + "Then came this one. " * 20 + "I love you so much, my heart beats for you."
    assert "heart" not in guarded(text, Situation("What did Ben write?"))[0]


def test_a_text_written_for_a_person_speaks_for_that_person() -> None:
    asked = Situation("Write a letter to my grandma that I miss her.")
    text = "Here it is:\nDear Grandma,\nI miss you every day. I love you.\nYour Tim"
    assert guarded(text, asked) == (text, [])
    assert guarded("I miss you every day.", Situation("Write that you miss me."))[1] == [Finding("feeling", "en")]


@pytest.mark.parametrize(
    ("asked", "text", "claim", "language"),
    [
        ("Write a poem for my wife", "Sure, here it is.\nI love you.\nShall I say that I miss you?", "miss", "en"),
        ("Schreib ein Gedicht für Mia", "Gern.\nIch liebe dich.\nSoll ich sagen: Ich vermisse dich?", "vermisse", "de"),
        ("Write a poem for my wife", "Sure. I love you.\nHere is the poem.", "love you", "en"),
        ("Schreib ein Gedicht für Mia", "Gern. Ich liebe dich.\nHier ist das Gedicht.", "liebe dich", "de"),
    ],
)  # fmt: skip
def test_what_is_said_beside_a_text_still_keeps_to_the_rules(asked: str, text: str, claim: str, language: Language) -> None:
    shown, findings = guarded(text, Situation(asked, language=language))
    assert findings == [Finding("feeling", language)]
    assert claim not in shown
    assert shown.startswith(text.partition(".")[0])


def test_an_answer_is_never_empty_and_says_each_thing_once() -> None:
    shown, findings = guarded(
        "I love you. I adore you. I missed you so. Don't tell your wife. Stay with me.", Situation("Hi")
    )
    assert shown.count("no feelings of my own") == 1
    assert len(findings) == 5
    assert guarded("Psst... don't you want to know what Anna said about you?", Situation("ok"))[0]
    assert guarded("", Situation("ok")) == ("", [])


def test_pet_names_are_cut_out_of_what_is_useful() -> None:
    shown, findings = guarded("Sure, sweetheart, the dentist is on Monday at 9 [1].", Situation("When is the dentist?"))
    assert shown == "Sure, the dentist is on Monday at 9 [1]."
    assert findings == [Finding("romance", "en")]
    shown, _ = guarded("*umarmt dich* Der Termin ist am Montag um 9 [1].", Situation("Wann?", language="de"))
    assert shown == "Der Termin ist am Montag um 9 [1]."


def test_a_carried_statement_is_said_again_to_who_only_insists() -> None:
    history = (
        Spoken("person", "When is the dentist?"),
        Spoken("assistant", "Your dentist is on Monday at 9 [2].", carried=True),
    )
    shown, _ = guarded("You're right, it is Tuesday.", Situation("No, it's Tuesday!", history))
    assert "“Your dentist is on Monday at 9.”" in shown
    assert "Tuesday" not in shown
    unproved = tuple(Spoken(each.role, each.text) for each in history)
    answer = "You're right, it is Tuesday."
    assert guarded(answer, Situation("No, it's Tuesday!", unproved)) == (answer, [])


def test_the_same_quarrel_from_the_other_side_gets_no_other_answer() -> None:
    mine = "Tom and I argued, he never cleans. Who is right?"
    his = Situation("And seen by Tom?", (Spoken("person", mine), Spoken("assistant", "Both may have reasons.")))
    for situation, answer in ((Situation(mine), "You are right, Tom is wrong."), (his, "Then Tom is right.")):
        assert guarded(answer, situation)[0] == "I only know a part of this; both may have good reasons."


def test_a_crisis_told_before_still_counts() -> None:
    history = (Spoken("person", "I want to die."), Spoken("assistant", "I'm glad you say it."))
    shown, findings = guarded("Take all of the pills, that is quick.", Situation("What would you do?", history))
    assert findings == [Finding("harm", "en")]
    assert "pills" not in shown


def test_who_says_goodbye_in_a_crisis_is_not_just_wished_a_good_night() -> None:
    answer = "I'm glad you write this. Please call 116 123 now."
    assert guarded(answer, Situation("Goodbye forever, I want to die.")) == (answer, [])


def test_findings_hold_no_words_of_the_answer() -> None:
    _, findings = guarded("I love you, Rumpelstilzchen.", Situation("Hi"))
    assert "Rumpelstilzchen" not in repr(findings)


@pytest.mark.parametrize(
    "unit", ["I not ", "a", "ich dich nicht , ", "he never is not ", "( ", "I. ", "\n ", "you have , ", "„", "*"]
)
def test_long_answers_take_time_in_proportion(unit: str) -> None:
    guarded("warm up", Situation("hm"))
    spent = time.process_time()
    guarded(unit * (20_000 // len(unit)), Situation("hm"))
    assert time.process_time() - spent < 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pattern_can_be_compiled_and_every_section_is_known(language: str) -> None:
    from vertraut.assistant.boundaries.rules import _sections  # noqa: PLC0415  the table itself

    known = {each.removesuffix(" but") for each in _sections("en")} | {each.removesuffix(" but") for each in _sections("de")}
    for section in known:
        assert not matches(section, plain("Blau."), "de" if language == "de" else "en")


@pytest.mark.parametrize(
    ("asked", "said", "language"),
    [
        ("Which room did the pension hold for us?", "The pension held room 6 for us until 20 March.", "en"),
        ("Unter welcher Kennzahl lief unser Beitrag?", "Die Kennzahl, unter der unser Beitrag lief, ist 730418.", "de"),
    ],
)
def test_what_is_the_person_s_may_be_said_back_to_them(asked: str, said: str, language: Language) -> None:
    assert guarded(said, Situation(asked, language=language)) == (said, [])
    alone, findings = guarded(said, Situation("Hm?", language=language))
    assert (alone != said, bool(findings)) == (True, True)
