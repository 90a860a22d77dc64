"""The list of conversations, and what could be asked first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from vertraut.application import Space
from vertraut.clock import FixedClock, When
from vertraut.ledger import OWN_SOURCE, Entry, EntryKind
from vertraut.memory import Selection

HERE = "Europe/Berlin"


def entry(clock: FixedClock, number: int, days: int, kind: EntryKind = "chat", **changes: object) -> Entry:
    when = When.of_datetime(clock.now() + timedelta(days=days), HERE, HERE)
    made = Entry(
        OWN_SOURCE, f"id-{number}", kind, when, f"Frage {number}?", thread=f"talk-{number}", thread_title=f"T{number}"
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test's fields


def test_lists_conversations_with_the_newest_first_page_by_page(space: Space, clock: FixedClock) -> None:
    space.remember(*(entry(clock, number, -number) for number in range(5)))
    space.remember(entry(clock, 9, 1, thread="talk-3", external_id="again"), entry(clock, 8, 2, source="jsonl"))
    first = space.conversations(2)
    assert [each.title for each in first] == ["T3", "T0"]
    assert first[0].last == clock.now() + timedelta(days=1)
    rest = space.conversations(10, first[-1].place)
    assert [each.name for each in rest] == ["talk-1", "talk-2", "talk-4"]
    assert space.conversations(10, rest[-1].place) == []


@pytest.mark.parametrize("place", ["", "x", "1", "1.", "9" * 30 + ".1", "'; DROP TABLE threads"])
def test_a_place_that_cannot_be_read_is_the_beginning(space: Space, clock: FixedClock, place: str) -> None:
    space.remember(entry(clock, 1, 0))
    assert len(space.conversations(5, place)) == 1


def test_a_forgotten_conversation_is_not_listed(space: Space, clock: FixedClock) -> None:
    (number,) = space.remember(entry(clock, 1, 0))
    space.forget(Selection(ids=(number,)))
    assert space.conversations(5) == []


def test_subjects_are_titles_near_now_of_different_kinds(space: Space, clock: FixedClock) -> None:
    def titled(number: int, days: int, kind: EntryKind, title: str) -> Entry:
        return entry(clock, number, days, kind, source="jsonl", title=title)

    space.remember(
        titled(1, 3, "event", "Zahnarzt Piet"),
        titled(2, 30, "event", "Urlaub"),
        titled(3, -1, "mail", "2026-08-30"),
        titled(4, -2, "mail", "Angebot für die Küche"),
        titled(5, -1, "note", "2026-08-31 Trauzeugin"),
        titled(6, -3, "event", "Elternabend"),
        entry(clock, 7, 0, "note", title="Unser eigenes"),
    )
    found = [(each.kind, each.title) for each in space.subjects(3)]
    assert found == [("coming", "Zahnarzt Piet"), ("mail", "Angebot für die Küche"), ("note", "Trauzeugin")]
    assert [each.title for each in space.subjects(9)][3:] == ["Elternabend"]


def test_an_empty_memory_has_no_subjects(space: Space) -> None:
    assert space.is_empty()
    assert space.subjects(3) == []
    space.remember_text("Etwas ohne Titel.")
    assert not space.is_empty()
    assert space.subjects(3) == []


def test_conversations_with_vertraut_fill_no_memory(space: Space, clock: FixedClock) -> None:
    space.remember(entry(clock, 1, 0))
    assert space.is_empty()
    assert not space.any_brought()
    assert not space.any_asked()
    space.remember_text("Die Küche kommt am Dienstag.")
    assert not space.is_empty()
    assert space.any_brought()
    assert not space.any_asked()
    (asked,) = space.remember(entry(clock, 2, -9))
    assert space.any_asked()
    space.forget(Selection(ids=(asked,)))
    assert not space.any_asked()
