from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from vertraut.application import Space
from vertraut.clock import When
from vertraut.ledger import Entry
from vertraut.memory.ranker import MOST_LEAVES, read_model, shipped_model
from vertraut.memory.signals import FAMILIES, SIGNALS
from vertraut.memory.threads import THREAD_SIGNALS


def entry(number: int, text: str, **changes: Any) -> Entry:
    when = When.of_datetime(
        datetime(2025, 3, 1, 12, tzinfo=UTC) + timedelta(minutes=number), "Europe/Berlin", "Europe/Berlin"
    )
    made = Entry("jsonl", f"id-{number}", "message", when, text, author="Lena Brandt", thread="kitchen")
    return replace(made, **changes)


def signals(space: Space, question: str) -> dict[str, Mapping[str, float]]:
    """Return what is known of each candidate of a question, by its text."""
    return {hit.entry.text: hit.signals for hit in space.recall(question, count=50).hits}


def test_every_signal_is_of_one_family_and_given_for_every_candidate(space: Space) -> None:
    assert len(SIGNALS) == len(set(SIGNALS)) == sum(len(names) for names in FAMILIES.values())
    space.remember(entry(1, "Herd"), entry(2, "Herd zwei"))
    assert all(known.keys() == {*SIGNALS, "cosine"} for known in signals(space, "Herd").values())


def test_the_shipped_model_weighs_signals_that_there_are() -> None:
    model = shipped_model()
    assert set(model.weights) <= set(SIGNALS)
    assert all(math.isfinite(weight) for weight in model.weights.values())
    assert len(model.trees.values) > 0
    assert {split.signal for split in model.trees.splits} <= set(range(len(SIGNALS)))
    assert len(model.threads.values) > 0
    assert {split.signal for split in model.threads.splits} <= set(range(len(THREAD_SIGNALS)))


def test_trees_are_read_as_they_are_written() -> None:
    # meaning <= 1 ? (words <= 0.5 ? a : b) : (words <= 2 ? c : d), and a tree that is a leaf
    splits = [["meaning", 1.0, 0b0011], ["words", 0.5, 0b0001], ["words", 2.0, 0b0100]]
    trees = [{"splits": splits, "leaves": [1.0, 2.0, 3.0, 4.0]}, {"splits": [], "leaves": [0.25]}]
    model = read_model({"weights": {}, "share": 1.0, "trees": trees, "threads": []})
    rows = np.zeros((6, len(SIGNALS)))
    rows[:, SIGNALS.index("meaning")] = [0, 0, 1, 2, 2, 2]
    rows[:, SIGNALS.index("words")] = [0, 1, 0.5, 0, 2, 3]
    assert model.trees.scores(rows).tolist() == [1.25, 2.25, 1.25, 3.25, 3.25, 4.25]


def test_a_tree_may_have_as_many_leaves_as_there_are_bits() -> None:
    splits = [["words", float(n), (1 << (n + 1)) - 1] for n in range(MOST_LEAVES - 1)]
    trees = [{"splits": splits, "leaves": list(range(MOST_LEAVES))}]
    model = read_model({"weights": {}, "share": 1.0, "trees": trees, "threads": []})
    rows = np.zeros((MOST_LEAVES, len(SIGNALS)))
    rows[:, SIGNALS.index("words")] = np.arange(MOST_LEAVES)
    assert model.trees.scores(rows).tolist() == list(range(MOST_LEAVES))
    empty = read_model({"weights": {}, "share": 1.0, "trees": [], "threads": []})
    assert empty.trees.scores(rows).tolist() == [0.0] * MOST_LEAVES


def test_every_signal_is_a_number_whatever_is_missing(space: Space) -> None:
    space.remember(entry(1, "Herd"), entry(2, "", title="Herd", author=""), entry(3, "Herd", thread="alone"))
    for question in ("Herd", "Herd Quastenzwirbel", "Wer ist Lena?"):
        for known in signals(space, question).values():
            assert all(math.isfinite(value) for value in known.values())
    space.embed()
    space.remember(entry(4, "Herd ohne Vektor"))
    for known in signals(space, "Herd").values():
        assert all(math.isfinite(value) for value in known.values())


def test_what_an_entry_is_can_be_told(space: Space) -> None:
    space.remember(
        entry(1, "Wann kommt der Herd? "),
        entry(2, "Der Herd kommt morgen"),
        entry(3, "Ein Herd ist ein Gerät in der Küche", author="assistant", kind="chat"),
    )
    known = signals(space, "Herd")
    assert {text for text, value in known.items() if value["is_question"]} == {"Wann kommt der Herd? "}
    assert {text for text, value in known.items() if value["assistant_unasked"]} == {"Ein Herd ist ein Gerät in der Küche"}
    assert known["Der Herd kommt morgen"]["length"] < known["Ein Herd ist ein Gerät in der Küche"]["length"]


def test_what_the_assistant_said_counts_when_it_is_asked_for(space: Space) -> None:
    space.remember(entry(1, "Herd eins"), entry(2, "Herd zwei", author="assistant", kind="chat"))
    known = signals(space, "What did you recommend for the Herd?")
    assert {text for text, value in known.items() if value["assistant_asked"]} == {"Herd zwei"}
    assert not any(value["assistant_unasked"] for value in known.values())


def test_neighbours_lend_their_words(space: Space) -> None:
    texts = ["Wer holt den Herd?", "ich", "gut", "danke", "bis dann"]
    space.remember(*(entry(n, text) for n, text in enumerate(texts)), entry(9, "elsewhere", thread="bath"))
    known = signals(space, "Herd")
    assert known["ich"]["words"] == 0
    assert known["ich"]["words_near"] == known["Wer holt den Herd?"]["words"]
    assert known["gut"]["words_near"] == 0


def test_coverage_counts_rare_words_for_more(space: Space) -> None:
    space.remember(
        *(entry(n, f"Herd {n}", thread=f"{n}") for n in range(20)),
        entry(30, "Quastenzwirbel", thread="q"),
        entry(31, "Herd Quastenzwirbel", thread="r"),
    )
    known = signals(space, "Herd Quastenzwirbel")
    assert known["Herd Quastenzwirbel"]["coverage"] == pytest.approx(1.0)
    assert known["Quastenzwirbel"]["coverage"] > known["Herd 1"]["coverage"] > 0


def test_an_entry_without_a_vector_is_taken_for_an_ordinary_one(space: Space) -> None:
    space.remember(*(entry(n, f"Herd Nummer {n}", thread=f"{n}") for n in range(9)))
    space.embed()
    space.remember(entry(99, "Herd ohne Vektor", thread="x"))
    known = signals(space, "Herd")
    with_vector = sorted(value["meaning"] for text, value in known.items() if "Nummer" in text)
    assert with_vector[0] <= known["Herd ohne Vektor"]["meaning"] <= with_vector[-1]


def test_an_exact_word_brings_an_entry_up_before_its_vector_is_there(space: Space) -> None:
    space.remember(*(entry(n, f"quastea{n} und ein gemeinsames wort", thread=f"{n % 5}") for n in range(300)))
    space.embed()
    space.remember(*(entry(n, f"quasteb{n} und ein gemeinsames wort", thread=f"{n % 5}") for n in range(300, 600)))
    for n in (301, 450, 599):
        assert space.recall(f"quasteb{n}").hits[0].entry.text.startswith(f"quasteb{n} ")


def test_a_time_that_is_asked_about_meets_what_falls_into_it(space: Space) -> None:
    def on(day: str) -> When:
        return When.of_text(day, "Europe/Berlin")

    space.remember(
        entry(1, "Herd davor", when=on("2025-03-07"), thread="1"),
        entry(2, "Herd am Tag", when=on("2025-03-08"), thread="2"),
        entry(3, "Herd um zwölf", when=on("2025-03-08T12:00"), thread="3"),
        entry(4, "Herd danach", when=on("2025-03-09"), thread="4"),
        entry(5, "Herd die ganze Woche", when=on("2025-03-03"), end=on("2025-03-10"), thread="5"),
    )
    known = signals(space, "Was war am 8. März 2025 mit dem Herd?")
    assert {text for text, value in known.items() if value["in_time"]} == {
        "Herd am Tag", "Herd um zwölf", "Herd die ganze Woche",
    }  # fmt: skip


def test_what_was_said_after_the_question_is_not_asked_for_but_appointments_are(space: Space) -> None:
    later = When.of_text("2025-06-01", "Europe/Berlin")
    space.remember(
        entry(1, "Herd gestern"),
        entry(2, "Herd viel später", when=later, thread="2"),
        entry(3, "Herd kommt", when=later, kind="event", thread="3"),
    )
    now = datetime(2025, 3, 2, tzinfo=UTC)
    known = {hit.entry.text: hit.signals for hit in space.recall("Herd", now=now).hits}
    assert {text for text, value in known.items() if value["not_yet"]} == {"Herd viel später"}


def test_who_is_named_in_a_question_is_told_from_the_others(space: Space) -> None:
    space.remember(entry(1, "Herd eins"), entry(2, "Herd zwei", author="Tobi Weiß", thread="b"))
    known = signals(space, "Was sagte Tobi zum Herd?")
    assert {text for text, value in known.items() if value["by_named"]} == {"Herd zwei"}
    assert {text for text, value in known.items() if value["not_named"]} == {"Herd eins"}
    assert not any(value["by_named"] or value["not_named"] for value in signals(space, "Was ist mit dem Herd?").values())


def test_what_stands_near_a_hit_in_time_is_looked_at_too(space: Space) -> None:
    space.remember(
        entry(1, "Quastenzwirbel"), entry(60, "ganz anderes", thread="b"), entry(3000, "noch anderes", thread="c")
    )
    assert set(signals(space, "Quastenzwirbel")) == {"Quastenzwirbel", "ganz anderes"}


def test_advice_is_looked_for_in_what_a_person_said_not_in_what_an_assistant_did(space: Space) -> None:
    space.remember(
        entry(1, "I love my espresso machine", kind="chat"),
        entry(2, "You could recommend espresso", author="assistant", kind="chat", thread="b"),
    )
    space.embed()
    found = space.recall("Can you recommend some espresso?")
    assert found.query.advice
    assert found.query.parts[1] == "espresso"
    assert [hit.entry.author for hit in found.hits] == ["Lena Brandt", "assistant"]


def test_what_is_known_among_the_best_only_is_explained_against_the_best(space: Space) -> None:
    space.remember(*(entry(n, f"Herd Nummer {n}", thread=f"{n % 40}", kind="note") for n in range(900)))
    space.embed()
    parts = {part.signal: part.contribution for part in space.recall("Herd Nummer 77").hits[0].parts}
    assert parts["together"] > 0
