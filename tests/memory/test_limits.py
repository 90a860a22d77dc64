from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vertraut.application import Space
from vertraut.clock import When
from vertraut.errors import BadFilter, NothingSelected
from vertraut.ledger import Entry, Person
from vertraut.memory import Limits, Selection, limits
from vertraut.memory.limits import Permitted, allowed
from vertraut.memory.phrases import Phrase, folded
from vertraut.memory.searched import searched_text

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


def entry(name: str, text: str, **changes: Any) -> Entry:
    return replace(Entry("jsonl", name, "message", When.of_text("2025-03-08", BERLIN), text, thread=name), **changes)


TEXTS = {
    "neu": "Die neue Küche kommt am Dienstag, sagt der Schreiner.",
    "neuen": "In der neuen Küche steht der Herd noch nicht am Platz.",
    "umlaut": "Die neue Kueche kommt erst am Donnerstag, leider.",
    "getrennt": "Die neue, teure Küche kommt gar nicht mehr zu uns.",
    "geteilt": "NEUE\n\n  KÜCHE: drei Angebote liegen bei Lena auf dem Tisch.",
    "english": "The new kitchen isn’t ready; they’re painting the children’s room first.",
    "english2": "The new kitchens are ready and the child is painting its room now.",
    "french": "La nouvelle cuisine arrive mardi, les enfants sont déjà très contents.",
    "range": "Geöffnet von 9–17 Uhr, Karl-Heinz Müller-Lüdenscheidt anrufen wegen Straße 12.",
    "ofen": "Der Ofen ist kaputt und der Schornsteinfeger kommt am Montag vorbei.",
    "oefen": "Die Öfen sind kaputt, niemand weiß, was mit ihnen geschehen soll.",
    "drucken": "Kannst du das bitte drucken und mir in den Briefkasten werfen?",
    "druecken": "Kannst du bitte den Knopf drücken, wenn der Aufzug da ist?",
    "rest": "Das Restaurant am Hafen hat heute leider den ganzen Tag zu.",
    "short": "ok",
}


@pytest.fixture
def texts(space: Space) -> Space:
    space.remember(*(entry(name, text) for name, text in TEXTS.items()))
    return space


def names(space: Space, wanted: Limits) -> set[str]:
    found = space.ledger.get(allowed(space._db, wanted))
    return {json.loads(record.content or b"")["external_id"] for record in found.values()}


# phrases


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("neue Küche", {"neu", "geteilt"}),
        ("NEUE  küche", {"neu", "geteilt"}),
        ("neue Ku\u0308che", {"neu", "geteilt"}),
        ("neue Kueche", {"umlaut"}),
        ("neuen Küche", {"neuen"}),
        ("neue küch", set()),
        ("neue, teure", {"getrennt"}),
        ("neue teure", set()),
        ("küche:", {"geteilt"}),
        ("new kitchen", {"english"}),
        ("isn't ready", {"english"}),
        ("they're painting the children's room", {"english"}),
        ("the children", {"english"}),
        ("the child", {"english2"}),
        ("nouvelle cuisine", {"french"}),
        ("déjà", {"french"}),
        ("deja", set()),
        ("9-17 Uhr", {"range"}),
        ("9", {"range"}),
        ("Müller-Lüdenscheidt", {"range"}),
        ("STRASSE 12", {"range"}),
        ("Heinz", {"range"}),
        ("rest", set()),
        ("drucken", {"drucken"}),
        ("drücken", {"druecken"}),
        ("kaputt und der schornsteinfeger", {"ofen"}),
        ("kommt am", {"neu", "ofen"}),
        ("ok", {"short"}),
        ("quastenzwirbel", set()),
        ('Küche" OR "ofen', set()),
        ("Küche*", set()),
        (" ".join(["neue"] * 500), set()),
    ],
)
def test_a_phrase_stands_word_for_word(texts: Space, phrase: str, expected: set[str]) -> None:
    assert names(texts, Limits(phrases=(phrase,))) == expected
    assert names(texts, Limits(without=(phrase,))) == TEXTS.keys() - expected


def test_every_phrase_must_stand_and_nothing_that_is_left_out(texts: Space) -> None:
    assert names(texts, Limits(phrases=("neue", "Küche"))) == {"neu", "getrennt", "geteilt"}
    assert names(texts, Limits(phrases=("neue", "Küche"), without=("teure", "drei Angebote"))) == {"neu"}
    assert names(texts, Limits(phrases=("neue",), without=("neue",))) == set()
    assert names(texts, Limits(without=("der", "die", "das", "the", "la"))) == {"geteilt", "range", "short"}


def test_phrases_are_looked_for_in_all_that_can_be_found_by_words(space: Space) -> None:
    wanted = [
        entry("title", "", title="Rechnung der Tischlerei"),
        entry("place", "", place="Rechnung der Stadt"),
        entry("author", "", author="Rechnung der Bank"),
        entry("tag", "", meta={"tags": ["Rechnung der Woche"]}),
    ]
    space.remember(*wanted, entry("none", "Der Rechnung"))
    assert names(space, Limits(phrases=("rechnung der",))) == {"title", "place", "author", "tag"}
    assert names(space, Limits(without=("rechnung der",))) == {"none"}


@pytest.mark.parametrize("nothing", ["", " ", "!?", "🎉", "_"])
def test_a_phrase_without_a_word_is_refused(texts: Space, nothing: str) -> None:
    for wanted in (Limits(phrases=(nothing,)), Limits(without=(nothing,)), Limits(also=(Limits(phrases=(nothing,)),))):
        with pytest.raises(BadFilter):
            allowed(texts._db, wanted)


WORDS = st.sampled_from("Küche küchen Ofen Öfen kitchen kitchens's don't don’t 12 über-aus a.b (ja) le der".split())


@given(said=st.lists(st.lists(WORDS, max_size=8).map(" ".join), max_size=6), phrase=st.lists(WORDS, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_index_never_hides_what_a_phrase_stands_in(texts: Space, said: list[str], phrase: list[str]) -> None:
    texts.remember(*(entry(f"said {text}", text) for text in said))
    wanted = Phrase.of(" ".join(phrase))
    expected = {n for n, each in texts.entries() if wanted.stands_in(folded(searched_text(each)))}
    assert allowed(texts._db, Limits(phrases=(" ".join(phrase),))) == expected
    assert allowed(texts._db, Limits(without=(" ".join(phrase),))) == {n for n, _ in texts.entries()} - expected


# people and places


@pytest.fixture
def life(space: Space) -> Space:
    tobi = Person("to", "Tobi Kessler", "t.kessler@example.org")
    space.remember(
        entry("by tobi", "x", author="Tobi Kessler"),
        entry("to tobi", "x", kind="mail", author="Lena", people=(tobi,)),
        entry("titled tobi", "x", author="Lena", thread_title="Tobi und Lena"),
        entry("about tobi", "Tobi kommt morgen, sagt Kessler.", author="Lena"),
        entry("to tobias", "x", author="Lena", people=(Person("to", "Tobias Maurer", "maurer@example.org"),)),
        entry("at school", "x", source="ics", kind="event", place="Aula, Grundschule am Hafen", people=(tobi,)),
        entry("school chat", "x", source="wa", thread="s", thread_title="Grundschule 1a"),
        entry("school said", "Die Grundschule hat zu.", source="wa", thread="s2"),
        entry("no one", "", thread=""),
    )
    return space


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Limits(people=("Tobi",)), {"by tobi", "to tobi", "titled tobi", "at school"}),
        (Limits(people=("tobi kessler",)), {"by tobi", "to tobi", "at school"}),
        (Limits(people=("t.kessler@example.org",)), {"to tobi", "at school"}),
        (Limits(people=("example.org",)), {"to tobi", "at school", "to tobias"}),
        (Limits(people=("Kess",)), {"by tobi"}),
        (Limits(people=("Tobi", "Lena")), {"to tobi", "titled tobi"}),
        (Limits(people=("by tobi",)), {"by tobi"}),
        (Limits(people=("nobody",)), set()),
        (Limits(people=("%",)), set()),
        (Limits(people=("🎉",)), set()),
        (Limits(people=("Tobi",), kinds=("mail",)), {"to tobi"}),
        (Limits(people=("Tobi",), authors=("Lena",), without=("morgen",)), {"to tobi", "titled tobi"}),
        (Limits(places=("Grundschule",)), {"at school", "school chat"}),
        (Limits(places=("am hafen",)), {"at school"}),
        (Limits(places=("Haf",)), set()),
        (Limits(places=("WA",)), {"school chat", "school said"}),
        (Limits(places=("ics", "Tobi und")), {"at school", "titled tobi"}),
        (Limits(places=("s2",)), {"school said"}),
        (Limits(places=("ja",)), set()),
        (Limits(places=("Grundschule",), also=(Limits(places=("wa",)),)), {"school chat"}),
    ],
)
def test_people_and_places(life: Space, wanted: Limits, expected: set[str]) -> None:
    assert names(life, wanted) == expected
    assert wanted


# limits together


def test_narrowing_never_lets_more_through() -> None:
    lena, mail = Limits(authors=("Lena",)), Limits(kinds=("mail",))
    assert not Limits()
    assert not Limits(also=(Limits(),))
    assert Limits().narrowed(mail) == mail.narrowed(Limits()) == mail
    assert lena.narrowed(mail).narrowed(Limits(without=("x",))).also == (mail, Limits(without=("x",)))


def test_limits_that_narrow_each_other_must_all_hold(life: Space) -> None:
    both = Limits(kinds=("mail",)).narrowed(Limits(kinds=("mail", "event")))
    assert names(life, both) == {"to tobi"}
    assert names(life, Limits(kinds=("mail",)).narrowed(Limits(kinds=("event",)))) == set()
    nested = Limits(people=("Lena",)).narrowed(Limits(people=("Tobi",)).narrowed(Limits(without=("grundschule",))))
    assert names(life, nested) == {"to tobi", "titled tobi"}


def test_in_an_empty_vault_nothing_is_permitted(space: Space) -> None:
    for wanted in (Limits(phrases=("a",)), Limits(without=("a",)), Limits(people=("a",)), Limits(places=("a",)), Limits()):
        permitted = Permitted(space._db, wanted)
        assert (permitted.all(), permitted.few(5), permitted.newest(5, NOW)) == (set(), set(), [])


# asking for some of them


@contextmanager
def contents_read(space: Space) -> Iterator[list[int]]:
    """Say how many entries were looked at in the ledger meanwhile: a number for each time that it was asked."""
    asked: list[int] = []

    def trace(_cursor: object, query: str, values: Any) -> bool:
        if "content" in query and "FROM records" in query:
            asked.append(len(json.loads(values[0])))
        return True

    space._db.exec_trace = trace
    try:
        yield asked
    finally:
        space._db.exec_trace = None


@pytest.fixture
def many(space: Space) -> Space:
    """Return a space of 1,000 entries, one a day: "Ofen" stands in every tenth, "Quastenzwirbel" in every hundredth."""
    day = timedelta(days=1)
    texts = ["Der Ofen" if n % 10 == 0 else "Quastenzwirbel" if n % 100 == 5 else f"Text {n}" for n in range(1000)]
    begin = datetime(2024, 6, 1, 12, tzinfo=UTC)
    space.remember(
        *(entry(f"{n}", text, when=When.of_datetime(begin + n * day, BERLIN, BERLIN)) for n, text in enumerate(texts))
    )
    return space


def test_an_exclusion_reads_only_what_may_hold_it(many: Space) -> None:
    with contents_read(many) as asked:
        permitted = Permitted(many._db, Limits(without=("ofen",)))
        assert asked == []
        assert len(permitted.all()) == 900
        assert sum(asked) == 100
        assert len(permitted.all()) == 900
        assert sum(asked) == 100  # what was decided once is not read again


def test_only_what_is_asked_for_is_read(many: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READ_AT_ONCE", 10)
    monkeypatch.setattr(limits, "FEW_TO_READ", 50)
    with contents_read(many) as asked:
        permitted = Permitted(many._db, Limits(phrases=("der Ofen",)))
        assert permitted.few(20) is None
        assert permitted.first(range(500, 1000), 3) == [501, 511, 521]
        assert permitted.first([11, 5, 1, 12], None) == [11, 1]
        assert permitted.first([11], 0) == []
        assert sum(asked) == 12
        assert len(permitted.few(100) or ()) == 100


def test_few_is_told_only_where_there_are_few(many: Space) -> None:
    assert Permitted(many._db, Limits(phrases=("Quastenzwirbel",))).few(10) == {n + 6 for n in range(0, 1000, 100)}
    assert Permitted(many._db, Limits(phrases=("Quastenzwirbel",))).few(9) is None
    assert Permitted(many._db, Limits(kinds=("message",))).few(999) is None
    assert len(Permitted(many._db, Limits(kinds=("message",))).few(1000) or ()) == 1000
    assert Permitted(many._db, Limits(without=("text",))).few(999) == set(range(1, 1001, 10)) | set(range(6, 1001, 100))


@pytest.mark.parametrize("sparse", [0, 20_000])
def test_the_newest_come_first_and_then_what_is_still_to_come(
    many: Space, sparse: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SPARSE", sparse)
    ofen = Permitted(many._db, Limits(phrases=("Ofen",)))
    assert ofen.newest(3, NOW) == [821, 811, 801]  # entry 823 is of 1 September 2026
    assert ofen.newest(1000, NOW)[81:] == [11, 1, *range(831, 1000, 10)]
    assert Permitted(many._db, Limits(kinds=("message",), without=("text 822", "text 821"))).newest(2, NOW) == [821, 820]
    assert Permitted(many._db, Limits(after=NOW)).newest(3, NOW) == [823, 824, 825]
    assert Permitted(many._db, Limits(kinds=("mail",))).newest(2, NOW) == []
    assert ofen.newest(0, NOW) == []


# forgetting


def test_only_what_says_it_is_forgotten(texts: Space) -> None:
    preview = texts.preview_forgetting(Selection(limits=Limits(phrases=("drucken",))))
    assert [each.external_id for each in preview.entries.values()] == ["drucken"]
    receipt = texts.forget(Selection(limits=Limits(phrases=("drucken",))))
    assert (receipt.entries, receipt.proof.clean) == (1, True)
    assert names(texts, Limits(without=("quastenzwirbel",))) == TEXTS.keys() - {"drucken"}


def test_what_must_not_be_said_spares_entries(life: Space) -> None:
    receipt = life.forget(Selection(limits=Limits(people=("Tobi",), places=("ics", "Tobi und Lena"), without=("Aula",))))
    assert receipt.entries == 1
    assert "titled tobi" not in names(life, Limits(without=("quastenzwirbel",)))
    assert "at school" in names(life, Limits(people=("Tobi",)))


def test_narrowed_limits_forget_no_more_than_both_let_through(life: Space) -> None:
    wanted = Limits(authors=("Lena",)).narrowed(Limits(kinds=("mail",)))
    assert life.forget(Selection(limits=wanted)).entries == 1
    with pytest.raises(NothingSelected):
        life.forget(Selection(limits=wanted))


@pytest.mark.parametrize("wanted", [Limits(without=("küche",)), Limits(also=(Limits(without=("küche",)),))])
def test_all_but_these_is_never_forgotten(texts: Space, wanted: Limits) -> None:
    for act in (texts.preview_forgetting, texts.forget):
        with pytest.raises(NothingSelected):
            act(Selection(limits=wanted))
    assert texts.stats().entries == len(TEXTS)
    assert list(texts.preview_forgetting(Selection((1, 10), wanted)).entries) == [10]  # the first says it


@pytest.mark.parametrize(
    "wanted", [Limits(people=("",)), Limits(places=(" ",)), Limits(phrases=("",)), Limits(kinds=("mail",), without=("",))]
)
def test_an_empty_text_never_selects_anything(life: Space, wanted: Limits) -> None:
    with pytest.raises(BadFilter):
        life.forget(Selection(limits=wanted))
    assert life.stats().entries == 9
