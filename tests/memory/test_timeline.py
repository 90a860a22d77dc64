"""The timeline: what is on which day, by whom and where, in which order, and what typing finds in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise

import numpy as np
import pytest

from vertraut.application import Space
from vertraut.clock import Precision, When
from vertraut.errors import BadFilter, NoSuchEntry
from vertraut.ledger import OWN_NAME, OWN_SOURCE, Entry, Person
from vertraut.memory import Chosen, Period, Portion, Selection
from vertraut.memory.local_days import local_days, midnights
from vertraut.memory.schema import EPOCH_DAY
from vertraut.memory.timeline import LISTED
from vertraut.memory.typed import Typed

BERLIN = "Europe/Berlin"
_numbers = count()


def at(text: str, zone: str = BERLIN) -> When:
    return When.of_text(text, zone)


def entry(when: When | str, text: str = "Etwas", **changes: object) -> Entry:
    moment = at(when) if isinstance(when, str) else when
    made = Entry("jsonl", f"n{next(_numbers)}", "message", moment, text, author="Lena", thread="kitchen")
    return replace(made, **changes)  # type: ignore[arg-type]  # whatever a test gives


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - EPOCH_DAY


def texts(portion: Portion) -> list[str]:
    return [each.entry.text for each in portion.entries]


def everything(space: Space, chosen: Chosen = Chosen(), period: Period = Period()) -> list[str]:  # noqa: B008  both frozen
    portion = space.life.look(chosen, period).first
    found = texts(portion)
    while portion.after:
        portion = space.life.further(chosen, period, portion.after)
        found += texts(portion)
    return found


def test_days_are_those_of_the_persons_clocks_when_clocks_change(space: Space) -> None:
    space.remember(
        entry("2025-03-29T22:59:59+00:00", "Samstag, 23:59:59"),
        entry("2025-03-29T23:00:00+00:00", "Sonntag, 0:00, Winterzeit"),
        entry("2025-03-30T21:59:59+00:00", "Sonntag, 23:59:59, Sommerzeit"),
        entry("2025-03-30T22:00:00+00:00", "Montag, 0:00"),
        entry("2025-10-26T22:59:59+00:00", "Sonntag nach 25 Stunden"),
    )
    look = space.life.look(Chosen(), Period(2025))
    assert look.days == {day("2025-03-29"): 1, day("2025-03-30"): 2, day("2025-03-31"): 1, day("2025-10-26"): 1}
    assert texts(space.life.look(Chosen(), Period(2025, 3, 30)).first) == [
        "Sonntag, 0:00, Winterzeit",
        "Sonntag, 23:59:59, Sommerzeit",
    ]


@pytest.mark.parametrize(
    "zone", [BERLIN, "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu", "+05:30", "Africa/Casablanca"]
)
def test_local_days_are_the_calendars(zone: str) -> None:
    random = np.random.default_rng(7)
    instants = np.sort(random.integers(-2_000_000_000, 4_000_000_000, 3000))
    wanted = [
        When(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=each), zone).local.date().toordinal() - EPOCH_DAY
        for each in instants.tolist()
    ]
    assert local_days(instants, zone).tolist() == wanted
    ordinary = np.arange(15000, 15400)
    assert local_days(midnights(ordinary, BERLIN), BERLIN).tolist() == ordinary.tolist()


def test_the_ends_of_the_calendar_do_no_harm(space: Space) -> None:
    space.remember(
        entry(When(datetime.min.replace(tzinfo=UTC) + timedelta(days=3), "UTC"), "first"),
        entry(When(datetime.max.replace(tzinfo=UTC) - timedelta(days=3), "UTC"), "last", end=When.of_date(date.max, "UTC")),
    )
    look = space.life.look(Chosen(), Period())
    assert (look.count, set(look.years)) == (2, {1, 9999})
    assert everything(space, period=Period(9999, 12)) == ["last"]
    assert Period(9999, 12, 31).beside(1) is None
    assert Period(1).beside(-1) is None


def test_a_day_is_that_of_the_calendar_wherever_it_was_written(space: Space) -> None:
    birthday = When.of_date(date(2025, 3, 8), "Pacific/Auckland")
    space.remember(entry(birthday, "Geburtstag"), entry("2025-03-08T09:00", "morgens"))
    assert texts(space.life.look(Chosen(), Period(2025, 3, 8)).first) == ["Geburtstag", "morgens"]


@pytest.mark.parametrize(("precision", "key"), [("month", (2025, 3)), ("year", (2025, 0))])
def test_what_is_known_to_the_month_or_year_is_on_no_day(space: Space, precision: Precision, key: tuple[int, int]) -> None:
    first = date(2025, 3 if precision == "month" else 1, 1)
    space.remember(entry(When.of_date(first, BERLIN, precision), "ungefähr"), entry("2025-03-01T10:00", "genau"))
    look = space.life.look(Chosen(), Period(2025))
    assert (look.days, look.undated, look.count) == ({day("2025-03-01"): 1}, {key: 1}, 2)
    assert "ungefähr" in everything(space, period=Period(2025))
    assert ("ungefähr" in everything(space, period=Period(2025, 3))) == (precision == "month")
    assert everything(space, period=Period(2025, first.month, 1)).count("ungefähr") == 0
    assert sum(space.life.look(Chosen(), Period()).weeks.values()) == 1
    (listed,) = [each for each in look.first.entries if each.entry.text == "ungefähr"]
    assert listed.day.level == precision


def test_what_goes_on_is_on_each_of_its_days(space: Space) -> None:
    start, end = When.of_date(date(2025, 2, 27), BERLIN), When.of_date(date(2025, 3, 2), BERLIN)
    space.remember(
        entry(start, "Skiurlaub", end=end),
        entry("2025-03-02T23:00", "Nachtzug", end=at("2025-03-03T06:00")),
        entry("2025-03-02T12:00", "Mittag", end=at("2025-03-02T13:00")),
    )
    look = space.life.look(Chosen(), Period(2025, 3))
    assert look.days == {day("2025-03-01"): 1, day("2025-03-02"): 3, day("2025-03-03"): 1}
    assert [(each.entry.text, each.begun) for each in look.first.entries] == [
        ("Skiurlaub", True),
        ("Mittag", False),
        ("Nachtzug", False),
    ]
    assert everything(space, period=Period(2025, 3, 3)) == ["Nachtzug"]
    assert everything(space, period=Period(2025, 3, 4)) == []
    weeks = space.life.look(Chosen(), Period()).weeks
    assert weeks == {(2025, 8): 3, (2025, 9): 1}, "once a week, however many days"


def test_what_goes_on_for_long_is_counted_where_it_begins(space: Space) -> None:
    space.remember(entry("2024-01-01", "Studium", end=at("2027-09-30")), entry("2025-05-05T10:00", "Prüfung"))
    assert space.life.look(Chosen(), Period(2025)).days == {day("2025-05-05"): 1}
    assert everything(space, period=Period(2025, 5, 5)) == ["Studium", "Prüfung"]
    assert space.life.look(Chosen(), Period()).years == {2024: 1, 2025: 1}


def test_weeks_are_those_of_the_year(space: Space) -> None:
    for offset in range(0, 800, 5):
        space.remember(entry(When.of_date(date(2024, 1, 1) + timedelta(days=offset), BERLIN)))
    weeks = space.life.look(Chosen(), Period()).weeks
    wanted: dict[tuple[int, int], int] = {}
    for offset in range(0, 800, 5):
        each = date(2024, 1, 1) + timedelta(days=offset)
        key = each.year, (each.timetuple().tm_yday - 1 + date(each.year, 1, 1).weekday()) // 7
        wanted[key] = wanted.get(key, 0) + 1
    assert weeks == wanted


@pytest.fixture
def told(space: Space) -> Space:
    mail = {"kind": "mail", "source": "mail"}
    space.remember(
        entry("2025-01-01T10:00", "Neujahr", place="Küche"),
        entry("2025-01-02T10:00", "Angebot", people=(Person("to", "Tobi", "tobi@x.example"),), **mail),
        entry("2025-01-03T10:00", "Rückfrage", author="Tobi", people=(Person("to", "LENA", "l@x.example"),), **mail),
        entry("2025-01-04T10:00", "Zusage", author="", people=(Person("from", "", "tobi@x.example"),), **mail),
        entry("2025-01-05T10:00", "Essen", kind="event", source="ics", place="Küche", people=(Person("attendee", "Lena"),)),
        entry("2025-01-06T10:00", "Was gibt es Neues?", source=OWN_SOURCE, kind="chat"),
        entry("2025-01-06T10:01", "Nichts.", source=OWN_SOURCE, kind="chat", author=OWN_NAME),
    )
    return space


def test_facets_count_what_is_there_and_narrow_it(told: Space) -> None:
    facets = told.life.look(Chosen(), Period()).facets
    assert dict(facets["kind"].counted) == {"mail": 3, "event": 1, "message": 1}
    assert dict(facets["person"].counted) == {"Lena": 4, "Tobi": 3}, "once an entry, also by address and whatever the case"
    assert dict(facets["place"].counted) == {"Küche": 2}
    assert dict(facets["source"].counted) == {"mail": 3, "jsonl": 1, "ics": 1, OWN_SOURCE: 2}
    assert everything(told, Chosen(people=("Tobi",))) == ["Zusage", "Rückfrage", "Angebot"]
    assert everything(told, Chosen(people=("tobi@x.example",))) == ["Zusage", "Rückfrage", "Angebot"]
    assert everything(told, Chosen(people=("tobi", "LENA"))) == ["Rückfrage", "Angebot"]
    assert everything(told, Chosen(kinds=("event", "message"))) == ["Essen", "Neujahr"]
    assert everything(told, Chosen(places=("Küche",), kinds=("event",))) == ["Essen"]
    assert everything(told, Chosen(people=("Niemand",))) == []
    chosen = told.life.look(Chosen(kinds=("mail",), places=("Küche",)), Period())
    assert (chosen.count, dict(chosen.facets["kind"].counted)) == (0, {"message": 1, "event": 1})
    assert told.life.names(Chosen(), Period(), "person", most=9, containing="TO").counted == (("Tobi", 3),)
    assert told.life.names(Chosen(), Period(), "person", most=1).total == 2


def test_our_own_conversations_are_left_out_until_they_are_asked_for(told: Space) -> None:
    assert told.life.look(Chosen(), Period()).count == 5
    assert told.life.look(Chosen(own=True), Period()).count == 7
    assert everything(told, Chosen(sources=(OWN_SOURCE,))) == ["Nichts.", "Was gibt es Neues?"]


def test_lists_go_back_from_now_and_then_ahead(space: Space) -> None:
    space.remember(*(entry(f"2026-{month:02d}-01T12:00", f"{month}") for month in range(1, 13)))  # now is in September
    assert everything(space) == ["9", "8", "7", "6", "5", "4", "3", "2", "1", "10", "11", "12"]
    assert everything(space, period=Period(2026)) == [f"{month}" for month in range(1, 13)]


@pytest.mark.parametrize("period", [Period(), Period(2026, 8)])
def test_pages_leave_nothing_out_and_repeat_nothing(space: Space, period: Period) -> None:
    moments = [When(datetime(2026, 8, 20, 10, tzinfo=UTC) + timedelta(hours=n // 3), BERLIN) for n in range(3 * LISTED)]
    moments += [When(datetime(2026, 9, 20, 10, tzinfo=UTC) + timedelta(hours=n), BERLIN) for n in range(LISTED + 5)]
    numbers = space.remember(*(entry(moment, str(n)) for n, moment in enumerate(moments)))
    found = everything(space, period=period)
    assert sorted(found, key=int) == [str(n) for n in range(len(moments) if period.level == "all" else 3 * LISTED)]
    first = space.life.look(Chosen(), period).first
    gone = first.entries[-1].number
    assert gone in numbers
    space.forget(Selection(ids=(gone,)))
    assert texts(space.life.further(Chosen(), period, first.after)) == found[LISTED : 2 * LISTED], "the last one is gone"


def test_what_is_remembered_later_or_forgotten_is_seen_at_once(told: Space) -> None:
    assert told.life.look(Chosen(), Period()).count == 5
    with told.opened_again() as other:
        (number,) = other.remember(entry("2024-12-31T23:00", "Silvester", author="Mia", place="Hof"))
        assert everything(told)[-1] == "Silvester"
        assert everything(told, Chosen(people=("Mia",), places=("Hof",))) == ["Silvester"]
        other.forget(Selection(ids=(number,)))
    assert "Silvester" not in everything(told)
    facets = told.life.look(Chosen(), Period()).facets
    assert ("Mia", 1) not in facets["person"].counted
    assert told._db.execute("SELECT count(*) FROM places WHERE name = 'Hof'").get == 0


def test_names_go_with_the_last_entry_that_has_them(told: Space) -> None:
    with_tobi = [each.number for each in told.life.look(Chosen(people=("Tobi",)), Period()).first.entries]
    told.forget(Selection(ids=tuple(with_tobi)))
    assert told._db.execute("SELECT name, address FROM people").fetchall() == []
    assert told.verify().faults == ()


def test_a_rebuilt_index_gives_the_same(told: Space) -> None:
    before = told.life.look(Chosen(people=("Tobi",)), Period())
    told.rebuild()
    assert told.life.look(Chosen(people=("Tobi",)), Period()) == before


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("angebo", ["Angebot"]),
        ("Angebots", ["Angebot"]),
        ("rückf", ["Rückfrage"]),
        ("RÜCKFRAGE", ["Rückfrage"]),
        ("esse", ["Essen"]),
        ("essen küche", ["Essen"]),
        ("essen kuc", ["Essen"]),
        ("kü", ["Essen", "Neujahr"]),
        ("essen angebot", []),
        ("von:Tobi", ["Rückfrage"]),
        ("mit:Tobi rück", ["Rückfrage"]),
        ("art:Mail zusa", ["Zusage"]),
        ('"Was gibt"', []),
        ("vor:2025-01-02", ["Neujahr"]),
        ("-Zusage art:mail", ["Rückfrage", "Angebot"]),
        ("  ", ["Essen", "Zusage", "Rückfrage", "Angebot", "Neujahr"]),
        ("?!", ["Essen", "Zusage", "Rückfrage", "Angebot", "Neujahr"]),
        ("\"' OR * AND", []),
    ],
)
def test_typing_finds_words_and_beginnings(told: Space, typed: str, wanted: list[str]) -> None:
    assert everything(told, Chosen(typed=typed)) == wanted


def test_a_word_that_has_ended_is_whole(told: Space) -> None:
    assert everything(told, Chosen(typed="ange ")) == []
    assert everything(told, Chosen(typed="angebot ")) == ["Angebot"]


def test_what_cannot_be_a_filter_is_refused(told: Space) -> None:
    with pytest.raises(BadFilter):
        told.life.look(Chosen(typed="kind:ma"), Period())


def test_found_words_are_marked(told: Space) -> None:
    told.remember(entry("2025-02-01T10:00", "Viel Text. " * 2000 + "Der Dachgepäckträger ist da, ein Gepäckträger."))
    (listed,) = told.life.look(Chosen(typed="dachgep"), Period()).first.entries
    assert [listed.entry.text[start:stop] for start, stop in listed.marks] == ["Dachgepäckträger"]
    start, stop = listed.passage
    assert "Dachgepäckträger" in listed.entry.text[start:stop]


def test_words_are_marked_in_titles(told: Space) -> None:
    told.remember(entry("2025-02-01T10:00", "Anbei.", title="Unser Gepäckträger"))
    (listed,) = told.life.look(Chosen(typed="gepäckträger"), Period()).first.entries
    assert (listed.marks, listed.title_marks) == ((), ((6, 18),))


def test_a_long_word_is_no_trouble(space: Space) -> None:
    space.remember(entry("2025-02-01T10:00", "x" * 2_000_000))
    (listed,) = space.life.look(Chosen(typed="xx"), Period()).first.entries
    assert listed.passage[1] - listed.passage[0] <= 400


def test_no_more_than_the_newest_are_read_for_a_filter(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    space.remember(*(entry(f"2025-01-{n:02d}T10:00", f"Tobi rief an, {n}") for n in range(1, 11)))
    assert space.life.look(Chosen(typed='"rief an"'), Period()).complete
    monkeypatch.setattr("vertraut.memory.timeline.READ_AT_MOST", 4)
    look = space.life.look(Chosen(typed='"rief an"'), Period())
    assert (look.count, look.complete) == (4, False)
    assert texts(look.first)[0] == "Tobi rief an, 10"


def test_what_is_meant_stays_within_what_is_chosen(told: Space) -> None:
    told.embed()
    assert {hit.entry.text for hit in told.life.meant(Chosen(typed="Angebot", people=("Tobi",)), count=9)} <= {
        "Angebot",
        "Rückfrage",
        "Zusage",
    }
    hits = told.life.meant(Chosen(typed="Was gibt es Neues"), count=9)
    assert all(hit.entry.source != OWN_SOURCE for hit in hits)


def test_neighbours_are_those_of_the_thread(told: Space) -> None:
    numbers = told.remember(*(entry(f"2025-03-{n:02d}T10:00", str(n), thread="long") for n in range(1, 10)))
    earlier = told.life.neighbours(numbers[4], "earlier", count=3)
    assert ([each.text for _, each in earlier.entries], earlier.more) == (["2", "3", "4"], True)
    later = told.life.neighbours(numbers[4], "later", count=5)
    assert ([each.text for _, each in later.entries], later.more) == (["6", "7", "8", "9"], False)
    with pytest.raises(NoSuchEntry):
        told.life.neighbours(9999, "later", count=1)


def test_an_empty_life_is_no_trouble(space: Space) -> None:
    look = space.life.look(Chosen(), Period())
    assert (look.count, look.anything, look.weeks, look.first.entries) == (0, False, {}, ())
    assert space.life.look(Chosen(typed="x"), Period(2025, 3, 8)).count == 0


def test_a_life_that_was_looked_at_while_it_was_empty_fills(space: Space) -> None:
    assert not space.life.look(Chosen(), Period()).anything
    space.remember(entry("2025-03-08", "Das Erste"))
    assert everything(space) == ["Das Erste"]


def test_periods_are_those_of_the_calendar() -> None:
    assert Period.of(2024, 2).numbers == (day("2024-02-01"), day("2024-02-29"))
    assert Period(2024, 2, 29).beside(1) == Period(2024, 3, 1)
    assert Period(2025, 1).beside(-1) == Period(2024, 12)
    assert [Period(2024, 2, 29).wider, Period(2024, 2).wider, Period(2024).wider] == [
        Period(2024, 2),
        Period(2024),
        Period(),
    ]
    for wrong in ((2025, 13), (2025, 2, 29), (0, 1, 1), (10_000, 1, 1)):
        with pytest.raises(ValueError, match=r"must be in|out of range"):
            Period.of(*wrong)


def test_typed_words_are_read_as_far_as_they_carry_something() -> None:
    assert Typed.of("the", ["en"], ended=False).begun == ("the",)
    assert not Typed.of("wo ist die ", ["de"], ended=True).begun
    assert len(Typed.of("wort " * 100, ["de"], ended=False).stems) == 16
    lengths = [len(Typed.of("laufen"[:n], ["de"], ended=False).begun) for n in range(1, 7)]
    assert all(a <= b or b for a, b in pairwise(lengths))
