"""What stands twice is recalled once; what is lost by that is nothing."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vertraut.application import Space
from vertraut.clock import When
from vertraut.ledger import Attachment, Entry, EntryKind, Person, Record
from vertraut.memory import Selection
from vertraut.memory.repeats import Once

BERLIN = "Europe/Berlin"
SAID = "Der Quastenzwirbel wird am Freitag um 9 in die Küche geliefert."
LENA = (Person("from", "Lena Brandt", "lena@example.org"), Person("to", "Tobi Kessler", "tobi@example.org"))


def entry(minute: float, text: str = SAID, **changes: Any) -> Entry:
    when = When.of_datetime(datetime(2025, 3, 4, 12, tzinfo=UTC) + timedelta(minutes=minute), BERLIN, BERLIN)
    said: dict[str, Any] = {"author": "Lena Brandt", "thread": f"t{minute}", "thread_title": "Küche"} | changes
    return Entry("jsonl", f"id-{minute}-{text[:200]}-{changes}", said.pop("kind", "message"), when, text, **said)


def shown(space: Space, *entries: Entry) -> list[int]:
    """Return which of the entries a list shows that gets them in this order, by their places."""
    once, numbers = Once(), space.remember(*entries)
    placed = space._index.placed(numbers)
    kept = [n for n, number in enumerate(numbers) if once.keep(placed[number], entries[n])]
    assert sum(map(len, once.repeats())) == len(entries) - len(kept)
    return kept


def event(minute: float, text: str = SAID, end: str = "2025-03-04T20:00", **changes: Any) -> Entry:
    return replace(entry(minute, text, kind="event", **changes), end=When.of_text(end, BERLIN))


def mail(minute: float, text: str = SAID, **changes: Any) -> Entry:
    return entry(
        minute, text, **{"kind": "mail", "title": "Lieferung", "thread_title": "Lieferung", "people": LENA} | changes
    )


FORWARD = """Zur Info

---------- Forwarded message ---------
From: Lena Brandt <lena@example.org>
Date: Di., 4. März 2025 um 13:01
Subject: Lieferung
To: Tobi Kessler <tobi@example.org>

"""
FROM_TOBI = {
    "author": "Tobi Kessler", "title": "Fwd: Lieferung", "thread_title": "Fwd: Lieferung",
    "people": (Person("from", "Tobi Kessler", "tobi@example.org"), Person("to", "Piet")),
}  # fmt: skip
QUOTED = SAID.replace(" am ", "\n> am ").join(["> ", "\n"])


# what is the same


@pytest.mark.parametrize(
    "other",
    [
        entry(1),
        entry(9),
        entry(600, kind="note"),
        entry(3, f"»{SAID.upper()}«"),
        entry(3, SAID.replace(" um ", "\n  um ").replace("ü", "u\u0308")),
        entry(3, f"> {SAID}"),
        entry(3, f"Hallo Lena, {SAID} LG Lena"),
        entry(3, f"FYI: {SAID}"),
        entry(3, author="Lena"),
        entry(3, kind="note", author="", thread_title="Notizen"),
        entry(0, thread="t1"),
        replace(entry(0.5, thread_title="Signal-Gruppe"), source="signal"),
    ],
)
def test_the_same_is_shown_once(space: Space, other: Entry) -> None:
    assert shown(space, entry(0), other) == [0]


@pytest.mark.parametrize(
    "one",
    [
        mail(9, FORWARD + SAID, **FROM_TOBI),
        mail(9, f"FYI\n\nAm 4. März 2025 um 13:01 schrieb Lena Brandt <lena@example.org>:\n{QUOTED}", **FROM_TOBI),
        mail(9, f"Lena Brandt schrieb:\n{QUOTED}", **FROM_TOBI),
        mail(9, f"Von: Lena Brandt\nGesendet: Dienstag, 4. März 2025 13:01\nBetreff: Lieferung\n\n{SAID}", **FROM_TOBI),
        mail(9, title="Re: AW: Lieferung"),
        mail(9, f"Lieber Tobi,\n\n{SAID}\n\nViele Grüße\nLena"),
    ],
)
def test_a_mail_that_is_passed_on_stands_for_what_it_quotes(space: Space, one: Entry) -> None:
    assert shown(space, one, mail(1)) == [0]


def test_a_note_stands_for_the_message_with_its_title_in_the_text(space: Space) -> None:
    note = entry(3, f"# Lieferung\n{SAID}", kind="note", title="Lieferung")
    assert shown(space, note, entry(0, f"Lieferung: {SAID}")) == [0]
    assert shown(space, entry(10, f"Lieferung: {SAID}"), entry(11, SAID, kind="note", title="Lieferung")) == [0]


def test_an_appointment_stands_in_two_calendars(space: Space) -> None:
    assert shown(space, event(0), event(0, thread="other", thread_title="Familie")) == [0]
    titled = {"title": "Elternabend der Klasse 3b in der Aula"}
    assert shown(space, event(9, "", **titled), event(9, "", thread="other", **titled)) == [0]


# what is not


@pytest.mark.parametrize(
    "text",
    [
        SAID.replace("9", "10"),
        SAID.replace("Freitag", "Montag"),
        SAID.replace("wird", "wird nicht"),
        SAID.replace("Quastenzwirbel", "Herd"),
        SAID.replace(".", "?"),
        SAID + " 👎",
        SAID + " Nein.",
        "Abgesagt: " + SAID,
        "Es stimmt nicht, was Lena Brandt schrieb: " + SAID,
        "Morgen: " + SAID,
        SAID + " Mit Tobi",
        SAID + " Sag Piet Bescheid.",
        "No: " + SAID,
        f"Gut, so machen wir das.\n\nAm 4. März 2025 um 13:01 schrieb Lena Brandt:\n{QUOTED}",
    ],
)
@pytest.mark.parametrize("author", ["Lena Brandt", "Tobi", "Lena No Morgen", "no-reply@example.org"])
def test_what_says_something_else_is_shown(space: Space, text: str, author: str) -> None:
    one, other = entry(0, author=author), entry(3, text, author=author)
    assert shown(space, one, other) == [0, 1]
    assert shown(space, other, one) == [0, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Das Bild kostet mit Rahmen 50 €.", "Das Bild kostet mit Rahmen 50 $."),
        ("Das Bild kostet mit Rahmen 1.5 Euro", "Das Bild kostet mit Rahmen 1,5 Euro"),
        ("Morgen wird es hier draußen -5 Grad", "Morgen wird es hier draußen 5 Grad"),
        ("Das Spiel am Samstag ging 3:1 aus", "Das Spiel am Samstag ging 3-1 aus"),
    ],
)
def test_signs_that_mean_something_count(space: Space, one: str, other: str) -> None:
    assert shown(space, entry(0, one), entry(1, other)) == [0, 1]


@pytest.mark.parametrize(
    "change",
    [
        {"author": "Tobi"},
        {"author": "Lena Brandt-Meier"},
        {"thread_title": "Anna"},  # said to somebody else
        {"thread_title": "", "thread": "wa-anna"},
        {"place": "Praxis Dr. Weiß"},
        {"title": "Abgesagt"},
        {"people": (Person("to", "Piet"),)},
        {"attachments": (Attachment("plan.pdf", size=3),)},
        {"meta": {"image_caption": "a stove"}},
        {"thread": "t0"},  # said twice
        {"thread": "", "thread_title": ""},  # nobody knows to whom
        {"kind": "event"},
    ],
)
def test_what_differs_beside_the_text_is_shown(space: Space, change: dict[str, Any]) -> None:
    assert shown(space, entry(0), entry(3, **change)) == [0, 1]


@pytest.mark.parametrize("kind", ["message", "mail", "note"])
@pytest.mark.parametrize("minute", [11 * 60, 24 * 60, 7 * 24 * 60])
def test_the_same_words_on_another_day_are_something_else(space: Space, minute: int, kind: EntryKind) -> None:
    assert shown(space, entry(0, kind=kind), entry(minute, kind=kind)) == [0, 1]


def test_a_message_to_the_same_people_hours_later_is_another_one(space: Space) -> None:
    assert shown(space, entry(0), entry(300)) == [0, 1]
    assert shown(space, mail(0), mail(300)) == [0]


@pytest.mark.parametrize(
    "other", [event(30), event(0, end="2025-03-04T21:00"), event(0, meta={"status": "CANCELLED"}), event(24 * 60)]
)
def test_appointments_at_another_time_are_shown(space: Space, other: Entry) -> None:
    assert shown(space, event(0), other) == [0, 1]


def test_who_passed_a_mail_on_is_not_hidden(space: Space) -> None:
    assert shown(space, mail(0), mail(9, FORWARD + SAID, **FROM_TOBI)) == [0, 1]


def test_another_ones_words_under_a_strange_name_are_shown(space: Space) -> None:
    assert shown(space, mail(9, FORWARD + SAID, **FROM_TOBI), mail(0, author="Bernd", people=())) == [0, 1]


@pytest.mark.parametrize("text", ["Danke!", "Bin gleich da", "Alles Gute zum Geburtstag", "", "👍 👍 👍 👍 👍", "1 2 3 4"])
def test_what_is_short_is_said_each_time(space: Space, text: str) -> None:
    assert shown(space, entry(0, text), entry(1, text)) == [0, 1]


@pytest.mark.parametrize(("end", "expected"), [("850 Euro", [0]), ("950 Euro", [0, 1])])
def test_of_long_texts_the_end_counts_as_well(space: Space, end: str, expected: list[int]) -> None:
    long = "Der Vermieter und die Mieterin vereinbaren. " * 400
    assert shown(space, entry(0, f"{long} 850 Euro"), entry(1, f"{long} {end}")) == expected


def test_very_many_long_texts_are_compared_in_no_time(space: Space) -> None:
    texts = [f"{n} {'Lange Sätze. ' * 360} > {n}" for n in range(50)] + [f"{'> ' * 2400} Sätze {n}" for n in range(30)]
    texts += [f"{n} Sätze\n" + ("Am " + "1 schrieb " * 30 + "\n") * 16 for n in range(30)]
    entries = [entry(n / 10, text, kind="note") for n, text in enumerate(texts)]
    placed = space._index.placed(numbers := space.remember(*entries))
    once, start = Once(), time.perf_counter()
    kept = [once.keep(placed[number], each) for number, each in zip(numbers, entries, strict=True)]
    assert time.perf_counter() - start < 5
    assert all(kept)


WORDS = st.lists(st.sampled_from(["a", "nicht", "5", "hallo", "Lena", "morgen", "Von:", "\n", "> ", "?", "-", "schrieb:"]))


@given(one=WORDS, other=WORDS, more=WORDS)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_hidden_stands_in_what_is_shown(
    space: Space, one: Sequence[str], other: Sequence[str], more: Sequence[str]
) -> None:
    same = " ".join(["das", "ist", "der", "gemeinsame", "teil", "davon", *more])
    texts = [" ".join([*one, same]), " ".join([*other, same])]
    if shown(space, *(entry(n, text) for n, text in enumerate(texts))) == [0]:
        first, second = (text.casefold().replace(">", " ").replace(":", " ").replace("-", " ").split() for text in texts)
        frame = {"hallo", "lena", "schrieb", "von"}
        assert [word for word in first if word not in frame] == [word for word in second if word not in frame]


# in recall


@pytest.fixture
def twice(space: Space) -> list[int]:
    """Remember eight things, each in two apps, and a ninth in four."""
    entries = [
        replace(entry(n, f"{SAID} Es ist die Lieferung Nummer {n} von acht"), source=source)
        for n in range(8)
        for source in ("signal", "whatsapp")
    ]
    ninth = [
        replace(entry(n, f"{SAID} Mit Rechnung über {600} Euro", thread=f"t{n}"), source=f"s{n}") for n in (43, 42, 41, 40)
    ]
    numbers = list(space.remember(*entries, *ninth))
    space.embed()
    return numbers


def test_each_thing_is_recalled_once_and_the_next_best_move_up(space: Space, twice: list[int]) -> None:
    for count in (1, 5, 9, 20):
        hits = space.recall("Wann kommt der Quastenzwirbel?", count=count).hits
        assert len(hits) == min(count, 9)
        assert len({hit.entry.text for hit in hits}) == len(hits)
        named = [number for hit in hits for number in (hit.id, *hit.repeats)]
        assert len(named) == len(set(named))
        assert set(named) <= set(twice)
    assert set(named) == set(twice)
    assert all(len(hit.repeats) == (3 if "Rechnung" in hit.entry.text else 1) for hit in hits)


def test_what_is_folded_is_told_in_order_of_time(space: Space, twice: list[int]) -> None:
    hit = space.recall("Rechnung über 600 Euro", count=5).hits[0]
    assert hit.id in twice[-4:]
    assert hit.repeats == tuple(number for number in twice[:-5:-1] if number != hit.id)


def test_the_best_ones_stay_the_best_for_every_count(space: Space, twice: list[int]) -> None:
    space.remember(*(entry(100 + n, f"Der Quastenzwirbel {n}", thread=f"u{n % 3}") for n in range(40)))
    every = [hit.id for hit in space.recall("Quastenzwirbel Küche", count=30).hits]
    for count in (0, 1, 7, 10, 11, 20):
        assert [hit.id for hit in space.recall("Quastenzwirbel Küche", count=count).hits] == every[:count]


def test_not_many_more_are_read(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    copies = [replace(entry(0), source=f"source-{n}") for n in range(60)]
    space.remember(*copies, entry(5, "Der Quastenzwirbel ist blau"))
    read: list[int] = []
    get = space.ledger.get

    def counted(seqs: Collection[int]) -> dict[int, Record]:
        read.extend(seqs)
        return get(seqs)

    monkeypatch.setattr(space.ledger, "get", counted)
    hits = space.recall(SAID, count=5).hits
    assert len(read) == len(set(read)) == 20
    assert [len(hit.repeats) for hit in hits] == [19]


def test_limits_hold_for_what_is_folded(space: Space, twice: list[int]) -> None:
    hits = space.recall("Quastenzwirbel in:signal").hits
    assert len(hits) == 8
    assert all(hit.repeats == () and hit.entry.source == "signal" for hit in hits)


def test_a_list_by_filters_alone_shows_everything(space: Space, twice: list[int]) -> None:
    hits = space.recall("von:Lena", count=50).hits
    assert {hit.id for hit in hits} == set(twice)
    assert not any(hit.repeats for hit in hits)


def test_what_is_quoted_is_said_once(space: Space, twice: list[int]) -> None:
    quotes = space.ask("Quastenzwirbel Lieferung Nummer").quotes
    assert len({quote.text for quote in quotes}) == len(quotes)


def test_a_copy_is_found_when_the_other_one_is_forgotten(space: Space) -> None:
    one, other = space.remember(entry(0), replace(entry(0.5), source="signal"))
    (hit,) = space.recall("Quastenzwirbel").hits
    assert {hit.id, *hit.repeats} == {one, other}
    space.forget(Selection(ids=(hit.id,)))
    (left,) = space.recall("Quastenzwirbel").hits
    assert ((left.id,), left.repeats) == (hit.repeats, ())
