"""Time expressions in German and English questions; most of them stand in ``times.txt``."""

from __future__ import annotations

import time
import unicodedata
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertraut.memory.time_words import ENGLISH, PHRASES, WORDS
from vertraut.memory.times import LONGEST, Span, spans_in

HOME = "Europe/Berlin"
BERLIN = ZoneInfo(HOME)
NOW = datetime(2025, 11, 12, 19, 0, tzinfo=BERLIN)


Row = tuple[str, str, str]


def section(name: str) -> list[str]:
    written = Path(__file__).with_name("times.txt").read_text(encoding="utf-8")
    return written.split(f"[{name}]\n")[1].split("\n\n")[0].strip().splitlines()


def rows(name: str) -> list[Row]:
    parsed = ([cell.strip() for cell in line.split("|")] for line in section(name))
    return [(expression, start, end) for expression, start, end in parsed]


FIRM, HINTS, NOTHING = rows("firm"), rows("hint"), section("nothing")


def at(written: str, *, end: bool) -> datetime:
    if written == "-":
        return datetime.max.replace(tzinfo=UTC) if end else datetime.min.replace(tzinfo=UTC)
    return (
        NOW.astimezone(UTC) if written == "now" else datetime.fromisoformat(written).replace(tzinfo=BERLIN).astimezone(UTC)
    )


def times(text: str, now: datetime = NOW, zone: str = HOME) -> list[tuple[str, str]]:
    """Return the spans as local moments, short."""

    def local(moment: datetime) -> str:
        place = UTC if moment.year in {1, 9999} else ZoneInfo(zone)
        return moment.astimezone(place).strftime("%Y-%m-%dT%H:%M").removesuffix("T00:00")

    return [(local(span.start), local(span.end)) for span in spans_in(text, now, zone)]


def test_the_tables_are_large_and_treat_both_languages_alike() -> None:
    german = [row for row in FIRM if ENGLISH.isdisjoint(row[0].lower().split())]
    assert len(FIRM) >= 240
    assert 0.4 < len(german) / len(FIRM) < 0.7
    assert len(NOTHING) >= 70


@pytest.mark.parametrize(("expression", "start", "end"), FIRM, ids=lambda cell: cell)
def test_a_named_time_is_a_firm_span(expression: str, start: str, end: str) -> None:
    (span,) = spans_in(expression, NOW, HOME)
    assert (span.start, span.end, span.firm) == (at(start, end=False), at(end, end=True), True)


@pytest.mark.parametrize(("expression", "start", "end"), HINTS, ids=lambda cell: cell)
def test_a_vague_time_is_a_hint(expression: str, start: str, end: str) -> None:
    (span,) = spans_in(expression, NOW, HOME)
    assert (span.start, span.end, span.firm) == (at(start, end=False), at(end, end=True), False)


@pytest.mark.parametrize("sentence", NOTHING)
def test_what_only_looks_like_a_time_is_none(sentence: str) -> None:
    assert spans_in(sentence, NOW, HOME) == []


@pytest.mark.parametrize("expression", [row[0] for row in FIRM if not row[0].isascii()])
def test_umlauts_may_be_spelled_out_or_composed(expression: str) -> None:
    spelled = expression
    for umlaut, letters in {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}.items():
        spelled = spelled.replace(umlaut, letters)
    decomposed = unicodedata.normalize("NFD", expression)
    assert times(spelled) == times(decomposed) == times(expression)


@pytest.mark.parametrize("expression", [row[0] for row in FIRM if not row[0].startswith(("Mo,", "on Sat"))])
def test_case_does_not_matter(expression: str) -> None:
    assert times(expression.upper()) == times(expression.lower()) == times(expression)


def quoted(text: str) -> list[str]:
    return [text[slice(*span.words)] for span in spans_in(text, NOW, HOME)]


def test_a_span_says_where_its_words_stand() -> None:
    assert quoted("Was war im Mai letzten Jahres, und was gestern Abend?") == ["im Mai letzten Jahres", "gestern Abend"]
    assert quoted("Did we meet between 3 and 5 May 2025 or last week?") == ["between 3 and 5 May 2025", "last week"]
    assert quoted("Freitagabend (3. Mai) in Köln") == ["Freitagabend", "3. Mai"]
    assert quoted("Welche Filme seit März-April?") == ["seit März-April"]


def test_several_times_come_in_the_order_of_the_text() -> None:
    assert times("What did I plan in April and on 3 June 2025?") == [
        ("2025-04-01", "2025-05-01"),
        ("2025-06-03", "2025-06-04"),
    ]


def test_a_day_is_as_long_as_the_clocks_make_it() -> None:
    (spring,) = spans_in("am 30. März 2025", NOW, HOME)
    (autumn,) = spans_in("on 26 October 2025", NOW, HOME)
    assert spring.end - spring.start == timedelta(hours=23)
    assert autumn.end - autumn.start == timedelta(hours=25)


def test_hours_count_as_they_passed_when_the_clocks_went_back() -> None:
    now = datetime(2025, 10, 26, 2, 30, tzinfo=BERLIN, fold=1)
    (span,) = spans_in("in the last two hours", now, HOME)
    assert (span.start, span.end) == (datetime(2025, 10, 25, 23, 30, tzinfo=UTC), datetime(2025, 10, 26, 1, 30, tzinfo=UTC))


def test_a_day_begins_later_where_midnight_is_skipped() -> None:
    (span,) = spans_in("am 4.11.2018", NOW, "America/Sao_Paulo")
    assert (span.start, span.end) == (datetime(2018, 11, 4, 3, tzinfo=UTC), datetime(2018, 11, 5, 2, tzinfo=UTC))


def test_today_is_the_day_in_the_zone_of_the_person() -> None:
    moment = datetime(2025, 11, 12, 23, 30, tzinfo=UTC)
    assert times("today", moment, "Europe/Berlin") == [("2025-11-13", "2025-11-14")]
    assert times("today", moment, "America/New_York") == [("2025-11-12", "2025-11-13")]
    assert spans_in("today", moment, "+02:00")[0].start == datetime(2025, 11, 12, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "expression", "start", "end"),
    [
        ("2026-01-01T00:30", "yesterday", "2025-12-31", "2026-01-01"),
        ("2026-01-01T00:30", "letzte Woche", "2025-12-22", "2025-12-29"),
        ("2026-01-01T00:30", "this week", "2025-12-29", "2026-01-05"),
        ("2026-01-01T00:30", "letzten Monat", "2025-12-01", "2026-01-01"),
        ("2026-01-01T00:30", "an Weihnachten", "2025-12-24", "2025-12-27"),
        ("2026-01-15T12:00", "in KW 53", "2020-12-28", "2021-01-04"),
        ("2026-01-15T12:00", "last quarter", "2025-10-01", "2026-01-01"),
        ("2026-01-15T12:00", "diesen Winter", "2025-12-01", "2026-03-01"),
        ("2026-01-15T12:00", "last winter", "2024-12-01", "2025-03-01"),
        ("2026-01-15T12:00", "im Dezember", "2025-12-01", "2026-01-01"),
        ("2026-01-15T12:00", "zwischen den Jahren", "", ""),
        ("2026-04-10T12:00", "this winter", "2025-12-01", "2026-03-01"),
        ("2025-07-10T12:00", "im Sommer", "2025-06-01", "2025-09-01"),
        ("2025-07-10T12:00", "last summer", "2024-06-01", "2024-09-01"),
        ("2025-12-25T12:00", "an Weihnachten", "2025-12-24", "2025-12-27"),
        ("2025-12-31T23:59", "tomorrow", "2026-01-01", "2026-01-02"),
        ("2024-02-29T12:00", "a year ago today", "2023-02-28", "2023-03-01"),
        ("2025-03-31T12:00", "last month", "2025-02-01", "2025-03-01"),
        ("2025-11-16T12:00", "last weekend", "2025-11-08", "2025-11-10"),
        ("2025-11-16T12:00", "am Wochenende", "2025-11-15", "2025-11-17"),
        ("2025-11-17T08:00", "last Friday", "2025-11-14", "2025-11-15"),
        ("2025-11-12T08:00", "heute Nacht", "2025-11-11T20:00", "2025-11-12T06:00"),
        ("2025-11-12T08:00", "am Abend", "2025-11-11T17:00", "2025-11-12"),
    ],
)
def test_years_seasons_and_weeks_turn(moment: str, expression: str, start: str, end: str) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=BERLIN)
    assert times(expression, now) == ([(start, end)] if start else [])


def well_formed(spans: list[Span], text: str) -> bool:
    places = [span.words for span in spans]
    return (
        all(span.start.tzinfo is UTC and span.end.tzinfo is UTC and span.start < span.end for span in spans)
        and all(0 <= first < last <= len(text) for first, last in places)
        and all(before[1] <= after[0] for before, after in pairwise(places))
    )


moments = st.datetimes(datetime(1900, 1, 1), datetime(2300, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  given a zone


@given(st.text(max_size=200), moments)
@settings(max_examples=300, deadline=None)
def test_no_text_ever_raises(text: str, now: datetime) -> None:
    assert well_formed(spans_in(text, now, HOME), text)


vocabulary = [
    *WORDS,
    *(" ".join(words) for row in PHRASES.values() for words, _ in row),
    *"1 2 3. 31. 1st 2024 0 999 12,5".split(),
]
vocabulary += [*",.-/–()!", "3.5.2025", "31.2.", "KW 53", "2024/25", "29 February", "x", "100%"]


@given(st.lists(st.sampled_from(vocabulary), max_size=12), moments)
@settings(max_examples=600, deadline=None)
def test_no_heap_of_time_words_ever_raises(words: list[str], now: datetime) -> None:
    text = " ".join(words)
    assert well_formed(spans_in(text, now, HOME), text)


@pytest.mark.parametrize(
    "piece",
    ["1", "1.", "a", "a-", "May ", "vor drei Wochen ", "between 1 and ", "the ", "3.5.", "2024-", "1/", "'s", "((", "last ",
     "a@", "http://", "Ende Anfang ", "ein paar ", "\u0308", "1-2-", "no 1 "],
)  # fmt: skip
def test_a_long_text_takes_a_short_time(piece: str) -> None:
    text = (piece * LONGEST)[: LONGEST + 1]
    begun = time.perf_counter()
    spans_in(text, NOW, HOME)
    assert time.perf_counter() - begun < 3


def test_what_stands_far_behind_is_not_looked_at() -> None:
    assert spans_in("x" * LONGEST + " gestern", NOW, HOME) == []


def test_a_question_takes_less_than_a_millisecond() -> None:
    question = (
        "Was hat uns der Elektriker im Mai letzten Jahres zugesagt, und wie viel haben wir seit letzter Woche bezahlt?"
    )
    spans_in(question, NOW, HOME)
    taken = []
    for _ in range(30):
        begun = time.perf_counter()
        spans_in(question, NOW, HOME)
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.001
