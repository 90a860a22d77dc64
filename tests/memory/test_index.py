from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vertraut.application import Space
from vertraut.clock import When
from vertraut.ledger import Entry, Person
from vertraut.ledger.queries import scalar
from vertraut.memory import Index, Selection
from vertraut.memory.searched import searched_text

GERMAN = "Wir treffen uns am Freitag um acht Uhr vor dem alten Bahnhof und gehen dann essen."
ENGLISH = "We will meet on Friday at eight in front of the old station and then go for dinner."
RUSSIAN = "Мы встретимся в пятницу в восемь часов перед старым вокзалом и потом пойдём ужинать."


def entry(number: int, text: str, **changes: Any) -> Entry:
    when = When.of_datetime(
        datetime(2025, 3, 1, 12, tzinfo=UTC) + timedelta(minutes=number), "Europe/Berlin", "Europe/Berlin"
    )
    made = Entry("jsonl", f"id-{number}", "message", when, text, author="Lena", thread="kitchen")
    return replace(made, **changes)


@pytest.fixture
def four(space: Space) -> Space:
    space.remember(*(entry(n, text) for n, text in enumerate([GERMAN, ENGLISH, "ok", "Das ist gut"], start=1)))
    space.embed()
    return space


PLANTED = {
    "1 entries of the ledger are missing in the index.": "DELETE FROM entries WHERE seq = 2",
    "1 entries of the index are not in the ledger.": "INSERT INTO entries SELECT 99, thread, author, kind, starts, ends, "
    "language, size, asks, known, day, place, people FROM entries WHERE seq = 2",
    "2 entries cannot be found by words.": "INSERT INTO words (words) VALUES ('delete-all'); "
    "INSERT INTO words (rowid, terms) VALUES (1, 'a'), (2, 'b')",
    "1 entries can be found by words, but are not there.": "INSERT INTO words (rowid, terms) VALUES (99, 'nothing')",
    "1 entries have no thread or no author.": "UPDATE entries SET author = 99 WHERE seq = 3",
    "4 entries have no thread or no author.": "DELETE FROM threads",
    "2 entries name a place or people that are not there.": "UPDATE entries SET place = 9 WHERE seq = 1; "
    "UPDATE entries SET people = '[7]' WHERE seq = 2",
    "2 people or places are in no entry.": "INSERT INTO people VALUES (7, 'Mia', ''); INSERT INTO places VALUES (9, 'Hof')",
    "1 attachments are not in the ledger.": "INSERT INTO attachments VALUES (1, 0, 2)",
    "1 passages belong to no entry.": "UPDATE passages SET seq = 99 WHERE seq = 1",
    "The index counts 7 entries more or less than there are.": "UPDATE languages SET entries = entries + 7 "
    "WHERE language = 'de'",
    "1 parts of the index are ahead of the ledger.": "UPDATE index_state SET upto = 99 WHERE name = 'vectors'",
    "The word index was built by another version of Vertraut.": "UPDATE index_state SET version = 'older' "
    "WHERE name = 'words'",
}


@pytest.mark.parametrize(("fault", "planting"), PLANTED.items())
def test_each_fault_is_found_and_a_rebuild_mends_it(four: Space, fault: str, planting: str) -> None:
    assert four.verify().faults == ()
    four._db.execute(planting).fetchall()
    assert fault in four.verify().faults
    four.rebuild()
    four.embed()
    assert four.verify().faults == ()
    assert {hit.id: hit.words for hit in four.recall("Bahnhof").hits}[1] == ("Bahnhof",)


def test_the_counts_are_those_of_the_entries(four: Space) -> None:
    index = four._index
    assert (index.count(), index.waiting()) == (4, 0)
    four.remember(entry(5, "neu"), entry(1, GERMAN))
    assert (index.count(), index.waiting()) == (5, 1)
    assert four.rebuild() == 5
    assert index.waiting() == 5
    assert four.rebuild(vectors=False) == 5


def test_what_waits_for_vectors_is_counted_right_whatever_happens_between(four: Space) -> None:
    def truth() -> int:
        query = "SELECT count(*) FROM entries WHERE seq > coalesce((SELECT upto FROM index_state WHERE name = 'vectors'), 0)"
        return scalar(four._db, query) or 0

    index = four._index
    steps: list[Callable[[], object]] = [
        lambda: four.remember(*(entry(n, f"Number {n}") for n in range(10, 20))),
        lambda: four.remember(entry(20, "One more")),
        four.embed,
        lambda: four.remember(*(entry(n, f"Number {n}") for n in range(21, 24))),
        lambda: four.forget(Selection((6, 17))),
        four.embed,
        lambda: four.remember(entry(30, "The last")),
        four.rebuild,
    ]
    for step in steps:
        step()
        assert index.waiting() == truth()
        assert Index(four._db, lambda _: None).waiting() == truth()


def test_an_empty_space_has_an_index_too(space: Space) -> None:
    assert (space._index.count(), space._index.waiting()) == (0, 0)
    assert space._index.languages() == ["en"]
    assert space.rebuild() == 0
    assert space.verify().faults == ()


def test_a_short_text_is_in_the_language_of_its_thread(four: Space) -> None:
    numbers = four.remember(entry(6, RUSSIAN, thread="ru"), entry(7, "да", thread="ru"), entry(8, "hm", thread="new"))
    placed = four._index.placed([*numbers, 1, 2, 3])
    assert [placed[number].language for number in numbers] == ["ru", "ru", "en"]
    assert [placed[number].language for number in (1, 2, 3)] == ["de", "en", "en"]


def test_the_language_of_a_thread_is_remembered_from_one_import_to_the_next(space: Space) -> None:
    space.remember(entry(1, GERMAN))
    (number,) = space.remember(entry(2, "ok"))
    assert space._index.placed([number])[number].language == "de"


def test_a_question_is_understood_in_the_languages_that_are_spoken_most(space: Space) -> None:
    texts = [GERMAN] * 5 + [ENGLISH] * 3 + [RUSSIAN] * 2
    space.remember(*(entry(n, f"{text} {n}") for n, text in enumerate(texts)))
    assert space._index.languages() == ["de", "en", "ru"]
    space.remember(*(entry(n, f"{GERMAN} {n}") for n in range(100, 400)))
    assert space._index.languages() == ["de"]  # the others are less than one in a hundred now


def test_the_language_counts_follow_what_is_forgotten(space: Space) -> None:
    from vertraut.memory import Selection  # noqa: PLC0415  of use here only

    numbers = space.remember(entry(1, GERMAN), entry(2, ENGLISH), entry(3, ENGLISH + " Really."))
    space.forget(Selection(ids=numbers[1:]))
    assert space._index.languages() == ["de"]
    assert space.stats().by_language == {"de": 1}


def test_short_entries_behind_a_forgotten_one_are_indexed_as_a_rebuild_would(space: Space) -> None:
    from vertraut.memory import Selection  # noqa: PLC0415  of use here only

    texts = (ENGLISH, GERMAN, "Häuser", "gute Häuser", RUSSIAN, "Häuser!", GERMAN + " Ja.", "viele Häuser")
    numbers = space.remember(*(entry(n, text) for n, text in enumerate(texts, start=1)))
    before = {number: where.language for number, where in space._index.placed(numbers).items()}
    assert [before[number] for number in numbers] == ["en", "de", "de", "de", "ru", "ru", "de", "de"]
    space.forget(Selection(ids=(2, 5)))
    left = {1: "en", 3: "en", 4: "en", 6: "en", 7: "de", 8: "de"}
    assert {number: where.language for number, where in space._index.placed(numbers).items()} == left
    assert space.verify().faults == ()
    found = {question: [hit.id for hit in space.recall(question).hits] for question in ("Häuser", "Haus", "house")}
    space.rebuild()
    assert {number: where.language for number, where in space._index.placed(numbers).items()} == left
    assert found == {question: [hit.id for hit in space.recall(question).hits] for question in found}


def test_an_author_who_was_forgotten_is_named_no_more(space: Space) -> None:
    from vertraut.application import open_space  # noqa: PLC0415  of use here only
    from vertraut.memory import Selection  # noqa: PLC0415  of use here only

    space.remember(entry(1, "eins"), entry(2, "zwei", author="Ida Zirbel"))
    with open_space("me", settings=space.settings, embedder=space.embedder) as other:
        assert other._index.authors_by_word().keys() == {"lena", "ida", "zirbel"}
        space.forget(Selection(ids=(2,)))
        space.remember(entry(3, "drei", author="Otto Quast"))
        assert other._index.authors_by_word().keys() == {"lena", "otto", "quast"}
        space.rebuild()
        (number,) = other._index.authors_by_word()["otto"]
        assert other._index.author_names()[number] == "Otto Quast"


@pytest.mark.parametrize(("reach", "expected"), [(0, [3]), (1, [2, 3, 4]), (2, [1, 2, 3, 4, 5]), (9, [1, 2, 3, 4, 5])])
def test_neighbours_stand_in_the_order_of_time(space: Space, reach: int, expected: list[int]) -> None:
    minutes = (50, 10, 30, 30, 20)  # remembered out of order; two at the same instant keep their order
    numbers = space.remember(*(entry(n, f"{n}", when=entry(minute, "").when) for n, minute in enumerate(minutes)))
    space.remember(entry(99, "elsewhere", thread="bath"))
    in_time = dict(enumerate((numbers[1], numbers[4], numbers[2], numbers[3], numbers[0]), start=1))
    middle = space._index.placed([in_time[3]])[in_time[3]]
    assert space._index.neighbours(middle, reach) == [in_time[place] for place in expected]


def test_an_entry_that_ends_before_it_starts_takes_no_time(space: Space) -> None:
    (number,) = space.remember(entry(5, "odd", end=entry(1, "").when))
    placed = space._index.placed([number])[number]
    assert placed.starts == placed.ends


def test_what_is_no_entry_has_no_place(four: Space) -> None:
    assert four._index.placed([2, 99, -1]).keys() == {2}


def test_everything_a_person_would_look_for_is_searched() -> None:
    found = searched_text(
        entry(
            1,
            "text",
            title="title",
            place="place",
            people=(Person("to", "name", "address@example.org"), Person("cc")),
            meta={"tags": ["tag", 5], "image_caption": "caption", "app": 7, "aliases": "alias", "secret": "not searched"},
        )
    )
    assert found.split() == ["Lena", "title", "text", "place", "name", "address@example.org", "caption", "tag", "alias"]


@pytest.fixture
def engines(four: Space) -> Iterator[Space]:
    """Return the space opened with another embedding engine than the one that made its vectors."""
    four.close()
    from vertraut.application import open_space  # noqa: PLC0415  of use here only

    class Other(type(four.embedder)):  # type: ignore[misc]  # the engine of conftest.py, under another name
        name = "words/2"

    with open_space("me", settings=four.settings, clock=four.clock, embedder=Other()) as other:
        yield other


def test_vectors_of_another_engine_are_not_compared_but_made_again(engines: Space) -> None:
    assert {hit.id: hit.words for hit in engines.recall("Bahnhof").hits}[1] == ("Bahnhof",)
    assert len(engines._vectors) == 0
    assert engines.embed().done == 4
    assert len(engines._vectors) == 4
    assert engines.recall("Was war das?").hits
    rows = engines._db.execute("SELECT seq, count(*) FROM passages GROUP BY seq").fetchall()
    assert rows == [(1, 1), (2, 1), (3, 1), (4, 1)]
    assert engines.verify().faults == ()
