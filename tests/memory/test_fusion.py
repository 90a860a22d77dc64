from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vertraut.application import Space
from vertraut.clock import When
from vertraut.ledger import Entry
from vertraut.memory.fusion import FEATURES, Weights, shipped_weights


def entry(number: int, text: str, **changes: Any) -> Entry:
    when = When.of_datetime(
        datetime(2025, 3, 1, 12, tzinfo=UTC) + timedelta(minutes=number), "Europe/Berlin", "Europe/Berlin"
    )
    made = Entry("jsonl", f"id-{number}", "message", when, text, author="Lena Brandt", thread="kitchen")
    return replace(made, **changes)


def signals(space: Space, question: str) -> dict[str, Mapping[str, float]]:
    """Return what is known of each candidate of a question, by its text."""
    return {hit.entry.text: hit.signals for hit in space.recall(question, count=50).hits}


def test_every_feature_has_a_weight_of_its_own_name() -> None:
    shipped = shipped_weights()
    assert set(shipped.values) == set(FEATURES)
    assert all(math.isfinite(weight) for weight in shipped.values.values())
    assert len(shipped.vector()) == len(FEATURES)
    assert Weights({"words": 2.0}).vector().tolist() == [2.0 if name == "words" else 0.0 for name in FEATURES]


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
