"""What a selection would forget, counted and sealed, and what there is to choose from."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vertraut.application import Space
from vertraut.clock import When
from vertraut.errors import NothingSelected, PreviewGone
from vertraut.ledger import EVIDENCE, OWN_NAME, OWN_SOURCE, Attachment, Entry, Person
from vertraut.memory import Choice, Limits, PastForgetting, Selection
from vertraut.memory.filters import span_of

BERLIN = "Europe/Berlin"


def entry(number: int, **changes: Any) -> Entry:
    when = When.of_datetime(datetime(2025, 3, 1, 12, tzinfo=UTC) + timedelta(days=number), BERLIN, BERLIN)
    made = Entry("jsonl", f"id-{number}", "message", when, f"Satz {number}", author="Lena", thread="kitchen")
    return replace(made, **changes)


def with_file(number: int) -> Entry:
    payload = b"Menu of the evening: dumplings and plum tart. " * 20
    file = Attachment("menu.txt", "text/plain", len(payload), hashlib.sha256(payload).hexdigest(), payload)
    return entry(number, kind="mail", source="mail", author="Tobi", thread="t", attachments=(file,))


def test_a_prospect_counts_what_would_go(space: Space) -> None:
    one, two, three = space.remember(entry(1), entry(3), with_file(2))
    (answer,) = space.remember(
        entry(4, source=OWN_SOURCE, kind="chat", author=OWN_NAME, thread="talk", meta={EVIDENCE: [one]})
    )
    space.embed()
    found = space.prospect(Selection(ids=(one, two, three)))
    assert found.numbers == (answer, two, three, one)
    assert found.resting == {answer}
    assert found.by_kind == {"message": 2, "chat": 1, "mail": 1}
    assert found.by_source == {"jsonl": 2, "mail": 1, OWN_SOURCE: 1}
    assert found.by_author == {"Lena": 2, "Tobi": 1, OWN_NAME: 1}
    assert (found.authors, found.attachments, found.passages, found.sent) == (3, 1, 4, 0)
    assert (found.first, found.last) == (datetime(2025, 3, 2, 12, tzinfo=UTC), datetime(2025, 3, 5, 12, tzinfo=UTC))
    assert list(space.numbered(found.numbers)) == list(found.numbers)
    assert set(space.preview_forgetting(Selection(ids=(one, two, three))).entries) == set(found.numbers)


def test_a_seal_lets_only_those_entries_go_that_it_stands_for(space: Space) -> None:
    space.remember(entry(1), entry(2, author="Tobi"))
    chosen = Selection(authors=("Lena",))
    seal = space.prospect(chosen).seal
    (new,) = space.remember(entry(3))
    with pytest.raises(PreviewGone):
        space.forget(chosen, seal=seal)
    assert space.stats().entries == 3
    space.forget(Selection(ids=(new,)))
    assert space.prospect(chosen).seal == seal
    assert space.forget(chosen, seal=seal).entries == 1
    with pytest.raises(NothingSelected):
        space.forget(chosen, seal=seal)


def test_names_select_exactly_and_together_with_limits(space: Space) -> None:
    one, two, three = space.remember(
        entry(1), entry(2, author="Lena Brandt", thread="Kitchen"), entry(3, source="mail", kind="mail")
    )

    def chosen(**given: Any) -> set[int]:
        return set(space.prospect(Selection(**given)).numbers)

    assert chosen(authors=("Lena",)) == {one, three}
    assert chosen(authors=("Lena", "Lena Brandt")) == {one, two, three}
    assert chosen(threads=("kitchen",)) == {one, three}
    assert chosen(threads=("kitchen",), limits=Limits(sources=("mail",))) == {three}
    assert chosen(threads=("kitchen",), ids=(one, two)) == {one}
    for nothing in ({"authors": ("lena",)}, {"threads": ("Kitchen",), "authors": ("Lena",)}, {"authors": ()}):
        with pytest.raises(NothingSelected):
            chosen(**nothing)


def test_the_past_says_when_and_how_much(space: Space) -> None:
    one, two, _ = space.remember(entry(1), with_file(2), entry(3))
    space.forget(Selection(ids=(one,)))
    after = space.forget(Selection(ids=(two,))).after
    newest, oldest = space.forgettings(10)
    assert newest == PastForgetting(after.seq, space.clock.now(), 1, 1, 0)
    assert (oldest.entries, oldest.attachments) == (1, 0)
    assert space.forgettings(1) == [newest]


def test_choices_are_the_largest_that_hold_a_text(space: Space) -> None:
    space.remember(
        entry(1), entry(2), entry(3, author="ÄNNE", thread="a", thread_title="Zur Küche"), entry(4, author="", thread=""),
        entry(5, author="x" * 201),
    )  # fmt: skip
    assert space.choices("author", most=5) == [Choice("Lena", "Lena", "", 2), Choice("ÄNNE", "ÄNNE", "", 1)]
    assert space.choices("author", "änn", most=5) == [Choice("ÄNNE", "ÄNNE", "", 1)]
    assert space.choices("author", "%", most=5) == []
    assert space.choices("thread", "küche", most=5) == [Choice("a", "Zur Küche", "jsonl", 1)]
    assert space.choices("thread", most=1) == [Choice("kitchen", "kitchen", "jsonl", 3)]
    assert space.choices("source", most=5) == [Choice("jsonl", "jsonl", "", 5)]
    assert space.choices("kind", most=5) == [Choice("message", "message", "", 5)]


def test_a_time_has_two_ends() -> None:
    now = datetime(2026, 9, 1, 12, tzinfo=UTC)
    for text, start, end in (
        ("2025-03-08", "2025-03-07T23:00", "2025-03-08T23:00"),
        ("2025", "2024-12-31T23:00", "2025-12-31T23:00"),
        ("letzten Sommer", "2026-05-31T22:00", "2026-08-31T22:00"),
        ("2025-03-08T14:30", "2025-03-08T13:30", "2025-03-08T13:30"),
    ):
        assert [each.strftime("%Y-%m-%dT%H:%M") for each in span_of(text, now, BERLIN)] == [start, end]


def test_words_that_only_meet_in_a_row_are_no_trace(space: Space) -> None:
    """A sender "… Overseas" beside its address "noreply@…" spells "snore"."""
    post = entry(1, kind="mail", source="mail", people=(Person("from", "Overseas", "noreply@post.example"),))
    space.remember(post, entry(2, text="You snore.", author="Tobi"))
    assert space.forget(Selection(authors=("Tobi",))).proof.clean
