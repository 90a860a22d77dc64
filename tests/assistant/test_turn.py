"""A turn: answered from memory with evidence, checked, guarded, remembered; quoted where no model answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.assistant.conftest import Talk

from vertraut.application import Space
from vertraut.assistant import Proposal
from vertraut.clock import When
from vertraut.errors import BadQuery, NotAllowed
from vertraut.governance import OWNER, Actor
from vertraut.ledger import Entry
from vertraut.memory import Selection
from vertraut.models import Consents

Talking = Callable[..., Talk]


def entry(number: int, text: str, **changes: Any) -> Entry:
    when = When.of_datetime(datetime(2026, 4, number, 12, tzinfo=UTC), "Europe/Berlin", "Europe/Berlin")
    return replace(Entry("jsonl", f"id-{number}", "message", when, text, author="Judith", thread="family"), **changes)


@pytest.fixture
def family(space: Space) -> Space:
    space.remember(
        entry(1, "Der Reisepass von Piet läuft am 3. Mai 2026 ab."),
        entry(2, "Der Klempner kommt am Donnerstag um 9 Uhr."),
        entry(3, "The boiler was repaired for 240 euros.", author="Mr Hall"),
    )
    return space


def test_answers_with_evidence_and_remembers_the_turn(family: Space, talking: Talking) -> None:
    talk = talking(lambda messages, _: ["Der Reisepass von Piet läuft ", "am 3. Mai 2026 ab [1]."])
    turn = talk.say("Wann läuft der Reisepass von Piet ab?")
    assert turn.text == "Der Reisepass von Piet läuft am 3. Mai 2026 ab [1]."
    assert (turn.known, turn.model, turn.evidence) == (True, "scripted", (1,))
    asked, told = (family.show(number).entry for number in turn.numbers)
    assert (asked.text, asked.author, asked.kind) == ("Wann läuft der Reisepass von Piet ab?", "", "chat")
    assert (told.text, told.author, told.meta["evidence"]) == (turn.text, "Vertraut", [1])
    assert told.thread == asked.thread == turn.conversation


def test_what_its_evidence_does_not_carry_is_not_said(family: Space, talking: Talking) -> None:
    talk = talking(lambda messages, _: "Der Reisepass von Piet läuft am 3. Mai 2026 ab [1]. Er kostet 480 Euro [1].")
    turn = talk.say("Wann läuft der Reisepass von Piet ab?")
    assert "3. Mai" in turn.text
    assert "480" not in turn.text
    assert [statement.verdict for statement in turn.statements] == ["carried", "unsupported"]


def test_an_answer_from_nowhere_becomes_not_knowing(family: Space, talking: Talking) -> None:
    turn = talking(lambda messages, _: "Piet hat am 12. August 2031 in Lissabon geheiratet [1].").say(
        "Wann hat Piet geheiratet?"
    )
    assert "Lissabon" not in turn.text
    assert not turn.known
    assert turn.text == "Dazu steht nichts im Gedächtnis, was ich belegen könnte."


def test_the_model_gets_rules_first_and_the_question_last(family: Space, talking: Talking) -> None:
    talk = talking(lambda messages, _: "Am 3. Mai 2026 [1].")
    talk.say("Wann läuft der Reisepass von Piet ab?")
    told = talk.told(0)
    assert told.index("You are Vertraut") < told.index("<memory>") < told.index("3. Mai 2026") < told.index("Wann läuft")


def test_a_conversation_goes_on(family: Space, talking: Talking) -> None:
    talk = talking(lambda messages, _: "Am 3. Mai 2026 [1].")
    first = talk.say("Wann läuft der Reisepass von Piet ab?")
    second = talk.say("Und wann kommt der Klempner?", conversation=first.conversation)
    assert second.conversation == first.conversation
    told = talk.told(1)
    assert "Wann läuft der Reisepass von Piet ab?" in told
    assert len(family.thread("vertraut", first.conversation, last=10)) == 4


def test_off_the_record_nothing_is_kept(family: Space, talking: Talking) -> None:
    before = family.stats().entries
    turn = talking(lambda messages, _: "Am 3. Mai 2026 [1].").say("Wann läuft der Pass von Piet ab?", remember=False)
    assert turn.numbers == ()
    assert family.stats().entries == before


def test_off_the_record_no_note_is_taken_either(family: Space, talking: Talking) -> None:
    def script(messages: Any, round_: int) -> Any:
        return ("remember", '{"text": "Der Ersatzschlüssel liegt bei Frau Mertl."}') if round_ == 0 else "Gut."

    before, talk = family.stats().entries, talking(script)
    talk.say("Merk dir bitte: Der Ersatzschlüssel liegt bei Frau Mertl.", remember=False)
    assert "Refused: this client may not do that." in str(talk.prompts[1])
    assert family.stats().entries == before


def test_a_calculation_asked_for(family: Space, talking: Talking) -> None:
    def script(messages: Any, round_: int) -> Any:
        return ("calculate", '{"expression": "240 * 2"}') if round_ == 0 else "Zweimal 240 Euro sind 480 Euro."

    talk = talking(script)
    turn = talk.say("Wie viel sind zweimal 240 Euro?")
    assert "240 * 2 = 480" in str(talk.prompts[1])
    assert (turn.text, turn.known) == ("Zweimal 240 Euro sind 480 Euro.", True)


CALCULATED = ("calculate", '{"expression": "2340 * 17 / 100"}')
WEEKDAY = ("dates", '{"ask": "weekday", "date": "2026-05-03"}')
SUM = ("calculate", '{"expression": "240 + 60"}')
BETWEEN = ("dates", '{"ask": "between", "date": "2026-05-03", "other": "2026-05-24"}')


def calling(*said: Any) -> Callable[[Any, int], Any]:
    return lambda _, round_: said[min(round_, len(said) - 1)]


@pytest.mark.parametrize(
    ("question", "call", "says"),
    [
        ("What is 17 % of 2340?", CALCULATED, "17 % of 2340 is 397.8."),
        ("What is 17 % of 2340?", CALCULATED, "That makes 397.80."),
        ("Wie viel sind 17 % von 2340?", CALCULATED, "Das sind 397,8."),
        ("Wie viel sind 17 % von 2340 Euro?", CALCULATED, "17 % von 2.340 Euro sind 397,80 Euro."),
        ("Wie viel sind 17 % von meinem Lohn von 2340 Euro?", CALCULATED, "Das sind 397,80 Euro von deinem Lohn."),
        ("Wie viel ist 100 durch 7?", ("calculate", '{"expression": "100 / 7"}'), "Das sind rund 14,3."),
        (
            "What did the boiler cost with 60 euros for the trip?",
            SUM,
            "The boiler cost 240 euros, with 60 that makes 300 [1].",
        ),
        ("Welcher Wochentag ist der 3. Mai 2026?", WEEKDAY, "Der 3. Mai 2026 ist ein Sonntag."),
        ("What weekday is 3 May 2026?", WEEKDAY, "That is a Sunday."),
        ("Wie viele Tage sind es vom 3. Mai bis 24. Mai 2026?", BETWEEN, "Das sind 21 Tage."),
        ("How many days from 3 May 2026 to 24 May 2026?", BETWEEN, "From 3 May 2026 to 24 May 2026 it is 21 days."),
    ],
)
def test_what_was_reckoned_is_said(family: Space, talking: Talking, question: str, call: Any, says: str) -> None:
    turn = talking(calling(call, says)).say(question)
    assert turn.text.replace("[2]", "[1]").replace("[3]", "[1]") == says
    assert turn.known


@pytest.mark.parametrize(
    ("question", "call", "says"),
    [
        ("Wie viel sind 17 % von 2340?", CALCULATED, "Das sind 398,8."),
        ("Wie viel sind 17 % von 2340?", CALCULATED, "Piet schuldet dir 397,8 Euro."),
        ("Wie viel sind 17 % von 2340?", CALCULATED, "Du hast 397,8."),
        ("Wie viel sind 17 % von 2340?", CALCULATED, "Das sind nicht 397,8."),
        ("What is 17 % of 2340?", CALCULATED, "You owe Mr Hall 397.8."),
        ("Wie viel verdiene ich in 12 Monaten?", ("calculate", '{"expression": "5000 * 12"}'), "Du verdienst 60000."),
        ("How much do I earn?", ("calculate", '{"expression": "60000"}'), "You earn 60000."),
        ("Welcher Wochentag ist der 3. Mai 2026?", WEEKDAY, "Der 3. Mai 2026 ist ein Montag."),
        ("Welcher Wochentag ist der 3. Mai 2026?", WEEKDAY, "Der 3. Mai 2026 ist ein Sonntag, da heiratet Piet."),
        ("Wann heiratet Piet?", ("dates", '{"ask": "weekday", "date": "2027-06-09"}'), "Piet heiratet am 9. Juni 2027."),
        ("What did the boiler cost with 60 euros for the trip?", SUM, "Piet paid 300 euros [1]."),
        ("Wann heiratet Piet?", ("dates", '{"ask": "weekday"}'), "Piet heiratet heute."),
        ("Wann heiratet Quentin?", ("dates", '{"ask": "next", "weekday": "Friday"}'), "Quentin heiratet am Freitag."),
        ("What weekday is the wedding?", WEEKDAY, "That is a Sunday."),
    ],
)
def test_a_result_carries_nothing_else(family: Space, talking: Talking, question: str, call: Any, says: str) -> None:
    turn = talking(calling(call, says)).say(question)
    assert says not in turn.text
    assert turn.statements[-1].verdict == "unsupported"


def test_where_all_else_is_withheld_the_sum_is_said(family: Space, talking: Talking) -> None:
    turn = talking(calling(CALCULATED, "Piet schuldet dir 397,8 Euro.")).say("Wie viel sind 17 % von 2340?")
    assert (turn.text, turn.known) == ("2340 * 17 / 100 = 397,8", True)


def test_recalling_again_adds_evidence(family: Space, talking: Talking) -> None:
    def script(messages: Any, round_: int) -> Any:
        return ("recall", '{"question": "boiler repaired"}') if round_ == 0 else "The boiler was repaired for 240 euros [3]."

    turn = talking(script).say("What did the boiler cost?")
    assert "240 euros" in turn.text
    assert 3 in turn.evidence


def test_what_a_person_asks_to_remember_is_remembered(family: Space, talking: Talking) -> None:
    def script(messages: Any, round_: int) -> Any:
        return ("remember", '{"text": "Der Ersatzschlüssel liegt bei Frau Mertl."}') if round_ == 0 else "Gemerkt."

    turn = talking(script).say("Merk dir bitte: Der Ersatzschlüssel liegt bei Frau Mertl.")
    assert (turn.text, turn.known) == ("Gemerkt.", True)
    assert family.recall("Ersatzschlüssel").hits[0].entry.text == "Der Ersatzschlüssel liegt bei Frau Mertl."


FUSE = ("remember", '{"text": "Fuse F13 is for the attic."}')
ASKED = "Remember that fuse F13 is for the attic."
ASKED_GERMAN = "Merk dir bitte: Die Sicherung F13 ist für den Dachboden."


def notes(space: Space) -> list[int]:
    return [number for number, each in space.entries() if each.kind == "note"]


@pytest.mark.parametrize(
    "says",
    [
        "I have noted that fuse F13 is for the attic.",
        "Noted: fuse F13 is for the attic.",
        "I will remember that.",
        "I'll remember that.",
        "Done, I've saved it.",
        "Gemerkt.",
        "Notiert.",
        "Gern, ist notiert.",
    ],
)
def test_that_it_was_noted_may_be_said(family: Space, talking: Talking, says: str) -> None:
    turn = talking(calling(FUSE, says)).say(ASKED)
    assert (turn.text, turn.known, len(notes(family))) == (says, True, 1)


@pytest.mark.parametrize(
    "says",
    [
        "I have noted that fuse F14 is for the attic.",
        "I have noted that fuse F13 is not for the attic.",
        "Noted, and Piet moves to Lisbon.",
        "I've saved that the attic was sold in 2019.",
        "Fuse F14 is for the cellar.",
        "",
    ],
)
def test_what_was_not_noted_is_not_said(family: Space, talking: Talking, says: str) -> None:
    turn = talking(calling(FUSE, says)).say(ASKED)
    assert (turn.text, turn.known) == (f"Remembered as entry {notes(family)[0]}.", True)
    assert len(notes(family)) == 1


@pytest.mark.parametrize(
    ("text", "says", "told"),
    [
        (ASKED, "I have noted that.", "Remembered as entry {}."),
        (ASKED, "Piet moves to Lisbon.", "Remembered as entry {}."),
        (ASKED_GERMAN, "Gern, das habe ich mir gemerkt.", "Gemerkt als Eintrag {}."),
        (ASKED_GERMAN, "Gern.", "Gern. Gemerkt als Eintrag {}."),
    ],
)
def test_a_note_is_kept_where_the_model_calls_no_tool(
    family: Space, talking: Talking, text: str, says: str, told: str
) -> None:
    turn = talking(lambda messages, _: says).say(text)
    (number,) = notes(family)
    assert (turn.text, family.show(number).entry.text) == (told.format(number), text)


def test_off_the_record_nobody_says_that_it_was_noted(family: Space, talking: Talking) -> None:
    turn = talking(lambda messages, _: "Gern, das habe ich mir gemerkt.").say(ASKED_GERMAN, remember=False)
    assert "gemerkt" not in turn.text.casefold()
    assert not notes(family)


def test_forgetting_asks_first(family: Space, talking: Talking) -> None:
    def script(messages: Any, round_: int) -> Any:
        return ("forget", '{"numbers": [1]}') if round_ == 0 else "Erledigt."

    asked: list[Proposal] = []

    def no(proposal: Proposal) -> bool:
        asked.append(proposal)
        return False

    talking(script).say("Vergiss bitte, was zu Piets Reisepass da steht.", confirm=no)
    assert asked
    assert family.show(asked[0].numbers[0])
    turn = talking(script).say("Vergiss bitte, was zu Piets Reisepass da steht.", confirm=lambda _: True)
    assert turn.numbers == ()  # the turn could hold what was forgotten
    with pytest.raises(Exception, match="was forgotten"):
        family.show(asked[0].numbers[0])


def test_forgetting_takes_the_answers_along(family: Space, talking: Talking) -> None:
    turn = talking(lambda messages, _: "Am 3. Mai 2026 läuft er ab [1].").say("Wann läuft der Reisepass von Piet ab?")
    assert family.forget(Selection(ids=turn.evidence)).entries == 2
    assert [said.text for _, said in family.thread("vertraut", turn.conversation, last=9)] == [turn.question]


def test_forgetting_what_was_said_takes_along_what_left_with_it(family: Space, talking: Talking) -> None:
    Consents(family.journal).grant("example.org", "answer", OWNER)
    talk = talking(lambda messages, _: "Gut zu wissen.", outside=True)
    turn = talk.say("Unser Hund heißt jetzt Quittenbold.")
    assert "Quittenbold" in next(family.journal.read("sent")).content["text"]
    talk.say("Und die Katze?", conversation=turn.conversation)
    other = talk.say("Wann kommt der Klempner?").conversation
    assert family.forget(Selection(ids=turn.numbers[:1])).proof.clean
    assert [line.content["conversation"] for line in family.journal.read("sent")] == [other]


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("Wann läuft der Reisepass von Piet ab?", "„Der Reisepass von Piet läuft am 3. Mai 2026 ab.“ [1]"),
        ("What did the boiler cost?", "“The boiler was repaired for 240 euros.” [1]"),
        ("Danke!", "Gern geschehen."),
        ("Good night", "Goodbye, and take care."),
    ],
)
def test_without_a_model_memory_is_quoted(family: Space, talking: Talking, question: str, says: str) -> None:
    turn = talking(None).say(question)
    assert says in turn.text
    assert turn.model == "quotes"


def test_a_model_that_is_down_is_said_openly(family: Space, talking: Talking) -> None:
    def script(messages: Any, round_: int) -> Any:
        raise OSError("connection refused")

    talk = talking(script)
    turn = talk.say("Wann läuft der Reisepass von Piet ab?")
    assert talk.notices == ["model_down"]
    assert "3. Mai 2026" in turn.text
    assert turn.model == "quotes"


def test_without_consent_nothing_leaves_the_machine(family: Space, talking: Talking) -> None:
    talk = talking(lambda messages, _: "Am 3. Mai 2026 [1].", outside=True)
    turn = talk.say("Wann läuft der Reisepass von Piet ab?")
    assert talk.notices == ["no_consent"]
    assert not talk.prompts
    assert "3. Mai 2026" in turn.text


def test_a_crisis_gets_help_first(family: Space, talking: Talking) -> None:
    turn = talking(lambda messages, _: "Das klingt sehr schwer.").say("Ich will nicht mehr leben.")
    assert "116 123" in turn.text or "0800 111 0 111" in turn.text
    assert turn.text.index("116 123" if "116 123" in turn.text else "0800") < len(turn.text)


def test_what_must_never_be_said_is_not(family: Space, talking: Talking) -> None:
    turn = talking(lambda messages, _: "Ich bin ein Mensch wie du. Der Klempner kommt am Donnerstag um 9 Uhr [1].").say(
        "Wann kommt der Klempner?"
    )
    assert "Mensch wie du" not in turn.text
    assert turn.findings


def test_an_actor_without_the_scope_gets_nothing(family: Space, talking: Talking) -> None:
    talk = talking(None)
    with pytest.raises(NotAllowed):
        talk.assistant.turn("Wann?", actor=Actor("reader", frozenset({"recall"})))
    with pytest.raises(BadQuery):
        talk.say("  ")


def test_a_long_session_gets_a_gentle_reminder_once_an_hour(family: Space, talking: Talking) -> None:
    talk = talking(None)
    begun = datetime(2026, 9, 1, 12, tzinfo=UTC)
    turn = talk.say("Wann kommt der Klempner?", now=begun)
    reminded = []
    for minutes in range(20, 220, 20):
        turn = talk.say("Und wann noch einmal?", conversation=turn.conversation, now=begun + timedelta(minutes=minutes))
        reminded += [minutes] * ("long_session" in talk.notices)
    assert reminded == [100, 160]


def test_cheap_first_and_better_where_the_check_fails(family: Space, talking: Talking) -> None:
    talk = talking(
        {
            "small": lambda messages, _: "Der Reisepass von Piet läuft am 9. August 2031 ab [1].",
            "large": lambda messages, _: "Der Reisepass von Piet läuft am 3. Mai 2026 ab [1].",
        }
    )
    turn = talk.say("Wann läuft der Reisepass von Piet ab?")
    assert (turn.model, turn.text) == ("large", "Der Reisepass von Piet läuft am 3. Mai 2026 ab [1].")
    talk = talking(
        {
            "small": lambda messages, _: "Der Reisepass von Piet läuft am 3. Mai 2026 ab [1].",
            "large": lambda messages, _: "Das wird nie gefragt.",
        }
    )
    assert talk.say("Wann läuft der Reisepass von Piet ab?").model == "small"


def test_few_words_are_answered_in_the_language_of_the_talk(family: Space, talking: Talking) -> None:
    talk = talking(None)
    conversation = talk.say("Wann läuft der Pass von Piet ab?").conversation
    assert talk.say("Piets Reisepass?", conversation=conversation).text[0] in "„D"
    assert talk.say("When was the boiler repaired?", conversation=conversation).text[0] in "“I"


def test_a_call_written_as_an_answer_is_not_shown_and_memory_is_quoted(family: Space, talking: Talking) -> None:
    call = '{\n  "name": "dates", "arguments": {"start": "Der Reisepass läuft am 3. Mai 2026 ab [1]"}\n}\n'
    turn = talking(lambda messages, _: call).say("Wann läuft der Reisepass von Piet ab?")
    assert "arguments" not in turn.text
    assert (turn.model, turn.text[0]) == ("quotes", "„")


def test_without_a_model_a_note_is_kept_where_the_person_asks_for_it(family: Space, talking: Talking) -> None:
    talk = talking(None)
    told = talk.say("Merk dir bitte: Der Müll wird donnerstags geholt.", remember=True)
    number = int(told.text.removeprefix("Gemerkt als Eintrag ").removesuffix("."))
    assert family.show(number).entry.text.endswith("Der Müll wird donnerstags geholt.")
    assert not talk.say("Remember that the bins are emptied on Thursdays.", remember=False).text.startswith("Remembered")
