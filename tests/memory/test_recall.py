from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import NOW

from vertraut.application import Space
from vertraut.clock import When
from vertraut.errors import BadQuery, IndexOutdated
from vertraut.ledger import Entry, EntryKind, Person
from vertraut.memory import Limits, Recalled, Selection
from vertraut.memory.query import understood
from vertraut.memory.signals import FAMILIES, SIGNALS

BERLIN = "Europe/Berlin"
DAYS = {"monday": "2025-03-03", "tuesday": "2025-03-04", "wednesday": "2025-03-05"}


def entry(number: int, text: str, **changes: Any) -> Entry:
    when = When.of_datetime(datetime(2025, 3, 1, 12, tzinfo=UTC) + timedelta(minutes=number), BERLIN, BERLIN)
    made = Entry("jsonl", f"id-{number}", "message", when, text, author="Lena Brandt", thread="kitchen")
    return replace(made, **changes)


def ids(recalled: Recalled) -> list[int]:
    return [hit.id for hit in recalled.hits]


@pytest.fixture
def kitchen(space: Space) -> Space:
    """Return a space with forty short messages in three threads, of three people, in two languages."""
    topics = ["Der Herd wird am Freitag geliefert", "We should paint the ceiling blue", "Wer holt den Schrank ab?", "ok"]
    people = ["Lena Brandt", "Tobi Härtwig", "assistant"]
    entries = [
        entry(n, f"{topics[n % 4]} {n}", author=people[n % 3], thread=f"thread-{n % 3}", thread_title=f"Küche {n % 3}")
        for n in range(40)
    ]
    space.remember(*entries)
    space.embed()
    return space


# what is found


def test_nothing_is_found_where_nothing_is_remembered(space: Space) -> None:
    found = space.recall("Wann kommt der Herd?")
    assert (found.hits, found.entries, found.embedded) == ((), 0, 0)


def test_an_entry_is_found_by_a_word_the_moment_it_is_remembered(space: Space) -> None:
    (number,) = space.remember(entry(1, "Der Klempner heißt Quastenzwirbel"))
    found = space.recall("Wie heißt Quastenzwirbel?")
    assert ids(found) == [number]
    assert (found.entries, found.embedded) == (1, 0)


def test_entries_without_vectors_are_found_beside_those_that_have_them(kitchen: Space) -> None:
    (number,) = kitchen.remember(entry(99, "Der Klempner heißt Quastenzwirbel"))
    found = kitchen.recall("Quastenzwirbel")
    assert ids(found)[0] == number
    assert (found.entries, found.embedded) == (41, 40)
    assert not found.hits[0].signals.get("cosine")


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Die Schlüssel liegen im Flur", "schluessel"),
        ("Die Schluessel liegen im Flur", "Schlüssel"),
        ("Straße gesperrt", "STRASSE"),
        ("the children were running", "Who runs?"),
        ("Das Café Zoë hat zu", "cafe zoe"),
        ("He said: don't worry", "don't"),
        ("Mamas Bücher", "Buch von Mama"),
        ("Телефон мастера", "телефон"),
    ],
)
def test_a_word_is_found_in_another_form(space: Space, said: str, asked: str) -> None:
    (number,) = space.remember(entry(1, said))
    assert ids(space.recall(asked)) == [number]


@pytest.mark.parametrize(
    "where",
    [
        {"title": "Quastenzwirbel"},
        {"place": "Quastenzwirbel"},
        {"author": "Ida Quastenzwirbel"},
        {"people": (Person("to", "Ida Quastenzwirbel"),)},
        {"people": (Person("to", "", "quastenzwirbel@example.org"),)},
        {"meta": {"image_caption": "a Quastenzwirbel on a beach"}},
        {"meta": {"tags": ["Quastenzwirbel"]}},
    ],
)
def test_an_entry_is_found_by_what_is_around_its_text(space: Space, where: dict[str, object]) -> None:
    (number,) = space.remember(entry(1, "kommt mit", **where))
    assert ids(space.recall("quastenzwirbel")) == [number]


def test_neighbours_of_a_hit_become_candidates_themselves(space: Space) -> None:
    numbers = space.remember(
        entry(1, "Wie heißt der Klempner?"), entry(2, "Quastenzwirbel"), entry(3, "danke"), entry(9, "anders", thread="b")
    )
    assert set(ids(space.recall("Klempner"))) >= set(numbers[:3])


# the order and its reasons


def test_the_best_comes_first_and_the_count_is_kept(kitchen: Space) -> None:
    found = kitchen.recall("Wann wird der Herd geliefert?", count=7)
    assert len(found.hits) == 7
    assert all(before.score >= after.score for before, after in pairwise(found.hits))
    assert "Herd" in found.hits[0].entry.text
    assert ids(kitchen.recall("Wann wird der Herd geliefert?", count=3)) == ids(found)[:3]
    assert kitchen.recall("Herd", count=0).hits == ()


def test_a_hit_tells_what_each_family_of_signals_added(kitchen: Space) -> None:
    hits = kitchen.recall("Wann wird der blaue Herd von Tobi geliefert?", count=40).hits
    for hit in hits:
        assert hit.signals.keys() == {*SIGNALS, "cosine"}
        assert [part.signal for part in hit.parts] == [family for family in FAMILIES if family != "question"]
        assert set(hit.reasons) <= set(hit.parts)
        assert all(reason.contribution > 0 for reason in hit.reasons)
        assert [r.contribution for r in hit.reasons] == sorted((r.contribution for r in hit.reasons), reverse=True)
    assert {"words", "meaning"} & {reason.signal for reason in hits[0].reasons}


def test_a_hit_says_which_words_brought_it(kitchen: Space) -> None:
    hit = kitchen.recall("Wann wird der Herd geliefert?").hits[0]
    assert set(hit.words) == {"Herd", "geliefert"}
    assert [hit.entry.text[start:stop] for start, stop in hit.marks] == ["Herd", "geliefert"]
    assert hit.covers == frozenset({0, 1})


def test_marks_and_passages_lie_inside_the_text(space: Space) -> None:
    long = "Einleitung. " * 400 + "Der Quastenzwirbel steht hier. " + "Nachwort. " * 400
    space.remember(entry(1, long), entry(2, "Quastenzwirbel"), entry(3, "", title="Quastenzwirbel"))
    space.embed()
    for hit in space.recall("Wo steht der Quastenzwirbel?").hits:
        text = hit.entry.text
        start, stop = hit.passage
        assert 0 <= start <= stop <= len(text)
        assert stop - start <= 320
        for at, end in hit.marks:
            assert 0 <= at < end <= len(text)
            assert text[at:end].casefold() in {"quastenzwirbel", "steht"}
        assert not text or "Quastenzwirbel" in text[start:stop]


def test_of_a_long_text_the_part_with_the_rare_word_is_shown(space: Space) -> None:
    space.remember(*(entry(n, f"Die Küche und der Herd und der Schrank {n}") for n in range(20)))
    filler = "Einleitung und noch mehr davon. " * 40
    space.remember(entry(50, f"{filler}Küche, Herd, Küche, Herd. {filler}Der Quastenzwirbel steht hier. {filler}"))
    hit = next(hit for hit in space.recall("Küche Herd Quastenzwirbel").hits if hit.covers == {0, 1, 2})
    assert "Quastenzwirbel" in hit.entry.text[slice(*hit.passage)]


def test_asking_twice_gives_the_same_answer(kitchen: Space) -> None:
    first, second = (kitchen.recall("Wer holt den Schrank ab?", count=40) for _ in range(2))
    assert first == second


def test_equals_come_in_the_order_of_remembering(space: Space) -> None:
    numbers = space.remember(*(entry(n, "Quastenzwirbel", thread=f"t{n}") for n in range(5)))
    found = space.recall("Quastenzwirbel")
    same = [hit.id for hit in found.hits if hit.score == found.hits[0].score]
    assert same == sorted(same)
    assert set(ids(found)) == set(numbers)


def test_words_count_by_how_rare_they_are(kitchen: Space) -> None:
    found = kitchen.recall("Herd Schrank Quastenzwirbel")
    assert len(found.word_weights) == 3
    assert sum(1 for weight in found.word_weights if weight == 0) == 1


# questions of every kind


@pytest.mark.parametrize("nothing", ["", "   ", "?!", "🎉🎉", "…", "\n", "___", "\u200b"])
def test_a_question_without_a_letter_is_refused(kitchen: Space, nothing: str) -> None:
    with pytest.raises(BadQuery):
        kitchen.recall(nothing)


def test_a_question_of_stop_words_alone_finds_by_meaning(kitchen: Space) -> None:
    found = kitchen.recall("Was war das?")
    assert found.query.words == ()
    assert found.word_weights == ()
    assert len(found.hits) == 10


def test_a_question_of_stop_words_alone_finds_nothing_without_vectors(space: Space) -> None:
    space.remember(entry(1, "Der Herd kommt"))
    assert space.recall("Was war das?").hits == ()


def test_a_question_of_ten_thousand_characters_is_answered(kitchen: Space) -> None:
    question = " ".join(f"wort{n} Herd" for n in range(1000))[:10_000]
    found = kitchen.recall(question)
    assert "Herd" in found.hits[0].entry.text
    assert kitchen.recall("x" * 10_000 + " Herd").hits[0].words == ("Herd",)


@pytest.mark.parametrize(
    "question",
    [
        'Herd" OR terms:*', "Herd NEAR(Schrank)", "Herd* AND NOT (", "'; DROP TABLE records; -- Herd", "Herd\0Schrank",
        "\\Herd\\", "%Herd_", "{Herd}", "\udce4 Herd", "Herd \ud83d", "\u037a Herd", "ªº ʰ Herd", "ﷺ Herd", "Herd\u0301",
    ],
)  # fmt: skip
def test_signs_in_a_question_mean_nothing(kitchen: Space, question: str) -> None:
    assert "Herd" in kitchen.recall(question).hits[0].entry.text
    assert kitchen.verify().faults == ()


@given(question=st.text(st.characters(exclude_categories=()), max_size=60))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_a_question(kitchen: Space, question: str) -> None:
    if any(letter.isalnum() for letter in question):
        found = kitchen.recall(question, count=3)
        assert len(found.hits) <= 3
    else:
        with pytest.raises(BadQuery):
            kitchen.recall(question)


@given(text=st.text(st.characters(exclude_categories=()), max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_remembered_and_forgotten_again(space: Space, text: str) -> None:
    from vertraut.memory import Selection  # noqa: PLC0415  of use here only

    (number,) = space.remember(entry(1, text, external_id=f"text {text!r}", author=text, thread=text, title=text))
    assert space.show(number).entry.text == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    space.embed()
    receipt = space.forget(Selection(ids=(number,)))
    assert receipt.entries == 1
    assert receipt.proof.clean
    assert space.verify().faults == ()


# limits


@pytest.fixture
def mixed(space: Space) -> dict[str, int]:
    """Remember entries that differ in one thing each; return their numbers by name."""
    kinds: tuple[EntryKind, ...] = ("message", "mail", "event", "note")
    entries = {f"kind {kind}": entry(n, "Quastenzwirbel", kind=kind, thread=kind) for n, kind in enumerate(kinds)}
    entries["author tobi"] = entry(10, "Quastenzwirbel", author="Tobi Härtwig", thread="10")
    entries["author wild"] = entry(11, "Quastenzwirbel", author="100%_\\", thread="11")
    entries["author none"] = entry(12, "Quastenzwirbel", author="", thread="12")
    entries["source mail"] = entry(13, "Quastenzwirbel", source="mail", thread="13")
    entries["thread named"] = entry(14, "Quastenzwirbel", thread="wa-küche-1")
    entries["thread titled"] = entry(15, "Quastenzwirbel", thread="x", thread_title="Küche & Bad")
    for name, day in DAYS.items():
        entries[f"day {name}"] = entry(0, "Quastenzwirbel", external_id=name, thread=name, when=When.of_text(day, BERLIN))
    entries["noon tuesday"] = entry(
        0, "Quastenzwirbel", external_id="noon", thread="noon", when=When.of_text("2025-03-04T12:00", BERLIN)
    )
    entries["trip"] = entry(
        0,
        "Quastenzwirbel",
        external_id="trip",
        thread="trip",
        when=When.of_text("2025-03-03T20:00", BERLIN),
        end=When.of_text("2025-03-05T08:00", BERLIN),
    )
    return dict(zip(entries, space.remember(*entries.values()), strict=True))


def names(space: Space, mixed: dict[str, int], limits: Limits) -> set[str]:
    by_number = {number: name for name, number in mixed.items()}
    return {by_number[hit.id] for hit in space.recall("Quastenzwirbel", count=50, limits=limits).hits}


def berlin(text: str) -> datetime:
    return When.of_text(text, BERLIN).instant


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(kinds=("mail",)), {"kind mail"}),
        (Limits(kinds=("event", "note")), {"kind event", "kind note"}),
        (Limits(kinds=("photo",)), set()),
        (Limits(sources=("mail",)), {"source mail"}),
        (Limits(sources=("mai",)), set()),
        (Limits(authors=("tobi",)), {"author tobi"}),
        (Limits(authors=("HÄRTWIG",)), {"author tobi"}),
        (Limits(authors=("100%_",)), {"author wild"}),
        (Limits(authors=("%",)), {"author wild"}),
        (Limits(authors=("\\",)), {"author wild"}),
        (Limits(authors=("",)), {"author none"}),
        (Limits(authors=("nobody",)), set()),
        (Limits(threads=("wa-küche-1",)), {"thread named"}),
        (Limits(threads=("WA-KÜCHE-1",)), {"thread named"}),
        (Limits(threads=("küche",)), {"thread titled"}),
        (Limits(threads=("küche-1",)), set()),
        (Limits(threads=("",)), set()),
        (Limits(threads=("wa-küche-1", "bad")), {"thread named", "thread titled"}),
        (Limits(kinds=("mail",), sources=("mail",)), set()),
        (Limits(kinds=("message",), authors=("tobi",), sources=("jsonl",)), {"author tobi"}),
    ],
)
def test_every_limit_holds(space: Space, mixed: dict[str, int], limits: Limits, expected: set[str]) -> None:
    assert names(space, mixed, limits) == expected
    assert bool(limits)


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        ("2025-03-04", "2025-03-05", {"day tuesday", "noon tuesday", "trip"}),
        ("2025-03-04T12:00", "2025-03-04T12:01", {"day tuesday", "noon tuesday", "trip"}),
        ("2025-03-04T12:00:01", "2025-03-05", {"day tuesday", "trip"}),
        ("2025-03-04", "2025-03-04T12:00", {"day tuesday", "trip"}),
        ("2025-03-05", None, {"day wednesday", "trip"}),
        ("2025-03-05T08:00", None, {"day wednesday"}),
        ("2025-03-06", None, set()),
        ("2025-03-03", "2025-03-03T20:00", {"day monday"}),
        ("2025-03-03", "2025-03-03T20:01", {"day monday", "trip"}),
    ],
)
def test_a_time_window_takes_in_what_falls_into_it(
    space: Space, mixed: dict[str, int], after: str, before: str | None, expected: set[str]
) -> None:
    limits = Limits(after=berlin(after), before=berlin(before) if before else None)
    assert names(space, mixed, limits) == expected


def test_a_time_window_before_1970_is_one_as_well(space: Space) -> None:
    numbers = space.remember(
        *(entry(n, "Quastenzwirbel", when=When.of_text(f"19{n}-06-01T12:00", BERLIN), thread=f"{n}") for n in (50, 60, 70))
    )
    moment = berlin("1960-06-01T12:00")
    assert ids(space.recall("Quastenzwirbel", limits=Limits(before=moment))) == [numbers[0]]
    assert set(ids(space.recall("Quastenzwirbel", limits=Limits(after=moment)))) == {*numbers[1:]}


def test_within_few_entries_everything_is_looked_at(kitchen: Space) -> None:
    limits = Limits(threads=("thread-1",))
    found = kitchen.recall("Etwas ganz anderes: Quastenzwirbel", count=50, limits=limits)
    assert len(found.hits) == 13
    assert {hit.entry.thread for hit in found.hits} == {"thread-1"}


def test_limits_hold_for_neighbours_too(kitchen: Space) -> None:
    for hit in kitchen.recall("Herd", count=50, limits=Limits(authors=("Tobi",))).hits:
        assert hit.entry.author == "Tobi Härtwig"


def test_limits_that_let_many_through_are_limits_all_the_same(kitchen: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(threads=("thread-1",), authors=("Lena", "Tobi", "assistant"))
    few = kitchen.recall("Wann wird der Herd geliefert?", limits=limits)
    monkeypatch.setattr("vertraut.memory.candidates.FEW", 5)
    many = kitchen.recall("Wann wird der Herd geliefert?", limits=limits)
    assert {hit.entry.thread for hit in many.hits} == {"thread-1"}
    assert ids(few)[0] in ids(many)


def test_a_hit_knows_what_stands_around_it(kitchen: Space) -> None:
    hit = kitchen.recall("Wann wird der Herd geliefert?").hits[0]
    assert hit.id in hit.around
    assert len(hit.around) in range(2, 6)
    assert list(hit.around) == kitchen._index.neighbours(kitchen._index.placed([hit.id])[hit.id], 2)
    for each in kitchen.recall("Herd from:Tobi").hits:
        assert {kitchen.show(number).entry.author for number in each.around} == {"Tobi Härtwig"}


def test_filters_in_the_question_narrow_what_is_found(kitchen: Space) -> None:
    found = kitchen.recall("Wann wird der Herd geliefert? from:Tobi")
    assert found.hits
    assert {hit.entry.author for hit in found.hits} == {"Tobi Härtwig"}
    assert found.question == "Wann wird der Herd geliefert? from:Tobi"
    assert "from" not in found.query.text


def test_filters_alone_list_the_newest_and_cannot_be_answered(kitchen: Space) -> None:
    found = kitchen.recall("from:Tobi", count=3)
    whens = [hit.entry.when.instant for hit in found.hits]
    assert (len(whens), whens) == (3, sorted(whens, reverse=True))
    assert found.confidence == 1
    with pytest.raises(BadQuery):
        kitchen.ask("from:Tobi")


# bounds and guards


def test_what_is_common_is_counted_once_until_entries_go(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vertraut.memory.candidates.FREQUENCY_BOUND", 5)
    numbers = space.remember(*(entry(n, f"Herd und Quaste{n}") for n in range(9)))
    counted: list[str] = []

    def note(_: Any, sql: str, values: Any) -> bool:
        counted.extend(values[:1] if "LIMIT ?)" in sql else ())
        return True

    space._db.set_exec_trace(note)
    first = space.recall("Herd Quaste3")
    assert '"herd"' in counted
    counted.clear()
    assert [hit.id for hit in space.recall("Herd Quaste3").hits] == [hit.id for hit in first.hits]
    assert '"herd"' not in counted
    space.forget(Selection(ids=numbers[:6]))
    assert {hit.id for hit in space.recall("Herd").hits} == set(numbers[6:])
    assert '"herd"' in counted


def test_a_word_that_stands_almost_everywhere_is_left_out(kitchen: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vertraut.memory.candidates.FREQUENCY_BOUND", 5)
    kitchen.remember(entry(99, "Quastenzwirbel Herd"))
    found = kitchen.recall("Herd Quastenzwirbel")
    assert len(found.word_weights) == 1
    assert found.hits[0].entry.text == "Quastenzwirbel Herd"
    assert kitchen.recall("Herd").hits  # the only word is used however frequent it is


def test_a_word_that_stands_nowhere_does_not_spend_the_bound(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vertraut.memory.candidates.FREQUENCY_BOUND", 1)
    space.remember(*(entry(n, "Der Herd steht in der Küche") for n in range(3)))  # without vectors yet
    assert len(space.recall("Quastenzwirbel Herd").hits) == 3


def test_an_index_of_other_rules_is_named_and_not_used(kitchen: Space) -> None:
    kitchen._db.execute("UPDATE index_state SET version = 'older' WHERE name = 'words'")
    with pytest.raises(IndexOutdated):
        kitchen.recall("Herd")
    with pytest.raises(IndexOutdated):
        kitchen.remember(entry(99, "neu"))
    kitchen.rebuild()
    assert kitchen.recall("Herd").hits


@pytest.fixture
def planted_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make "tuesday" in a question name the day, whatever else the question room understands."""
    from vertraut.memory.times import Span  # noqa: PLC0415  of use here only

    def spans(text: str, now: datetime, zone: str) -> list[Span]:
        found = re.search(r"tuesday( perhaps)?", text)
        day = (berlin("2025-03-04"), berlin("2025-03-05"))
        return [Span(*day, words=found.span(), firm=not found[1])] if found else []

    monkeypatch.setattr("vertraut.memory.query.spans_in", spans)


def test_entries_of_the_time_asked_about_are_candidates(space: Space, mixed: dict[str, int], planted_spans: None) -> None:
    found = space.recall("what happened tuesday?", count=50)
    assert {mixed["day tuesday"], mixed["noon tuesday"]} <= set(ids(found))
    values = {hit.id: hit.signals["in_time"] for hit in space.recall("Quastenzwirbel tuesday", count=50).hits}
    assert {name for name, number in mixed.items() if values[number] == 1.0} == {"day tuesday", "noon tuesday", "trip"}
    values = {hit.id: hit.signals["in_time"] for hit in space.recall("Quastenzwirbel tuesday perhaps", count=50).hits}
    assert set(values.values()) == {0.0, 0.5}


def test_a_recalled_question_can_be_told_as_json(kitchen: Space) -> None:
    hit = kitchen.recall("Wann wird der Herd geliefert?").hits[0]
    told = json.loads(json.dumps({"signals": dict(hit.signals), "reasons": [r.signal for r in hit.reasons]}))
    assert told["signals"]["words"] > 0


# what was said to and by Vertraut itself


@pytest.fixture
def talked(space: Space) -> Space:
    passport = entry(1, "Der Pass von Piet läuft am 3. Mai ab.", thread="amt")
    asked = entry(2, "Wann läuft der Pass von Piet ab?", source="vertraut", kind="chat", thread="c1", author="")
    told = entry(
        3, "Der Pass von Piet läuft am 3. Mai ab [1].", source="vertraut", kind="chat", thread="c1", author="Vertraut"
    )
    said = entry(4, "Der Pass von Ronja liegt im blauen Ordner.", source="vertraut", kind="chat", thread="c1", author="")
    space.remember(passport, asked, told, said)
    return space


def test_our_own_talk_is_no_evidence(talked: Space) -> None:
    assert [hit.id for hit in talked.recall("Wann läuft der Pass von Piet ab?").hits][:1] == [1]
    assert {hit.id for hit in talked.recall("Pass von Piet").hits} == {1, 4}
    assert {line.id for line in talked.context("Pass von Piet").lines} == {1, 4}


def test_our_own_talk_is_found_by_who_asks_for_it(talked: Space) -> None:
    assert 3 in {hit.id for hit in talked.recall("from:Vertraut Pass von Piet").hits}
    assert {2, 3} <= {hit.id for hit in talked.recall("in:vertraut Pass von Piet").hits}


def test_what_asks_very_many_things_is_looked_for_as_a_whole() -> None:
    def parts(times: int) -> int:
        return len(understood("Wann kommt der Klempner Huber? " * times, NOW, "Europe/Berlin", ("de", "en")).parts)

    assert (parts(1), parts(3), parts(300)) == (1, 4, 1)
