from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertraut.clock import FixedClock, Precision, SystemClock, When, offset_name, zone_of
from vertraut.errors import BadTime
from vertraut.ledger import Entry, content_of, entry_of

HOME = "Europe/Berlin"
NEW_YORK = ZoneInfo("America/New_York")


def test_the_system_clock_gives_aware_instants_in_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert before <= now <= datetime.now(UTC)


def test_a_fixed_clock_stands_still_and_speaks_utc() -> None:
    clock = FixedClock(datetime(2026, 7, 1, 12, tzinfo=ZoneInfo(HOME)))
    assert clock.now() == clock.now() == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "instant", "end", "precision", "written"),
    [
        ("2025", "2024-12-31T23:00Z", "2025-12-31T23:00Z", "year", "2025"),
        ("2025-03", "2025-02-28T23:00Z", "2025-03-31T22:00Z", "month", "2025-03"),
        ("2025-12", "2025-11-30T23:00Z", "2025-12-31T23:00Z", "month", "2025-12"),
        ("2025-03-08", "2025-03-07T23:00Z", "2025-03-08T23:00Z", "day", "2025-03-08"),
        ("2024-02-29", "2024-02-28T23:00Z", "2024-02-29T23:00Z", "day", "2024-02-29"),
        # the days on which the clocks change have 23 and 25 hours
        ("2025-03-30", "2025-03-29T23:00Z", "2025-03-30T22:00Z", "day", "2025-03-30"),
        ("2025-10-26", "2025-10-25T22:00Z", "2025-10-26T23:00Z", "day", "2025-10-26"),
        ("2025-03-08T14:30", "2025-03-08T13:30Z", "2025-03-08T13:30Z", "second", "2025-03-08T14:30:00+01:00"),
        ("2025-07-08 14:30:05", "2025-07-08T12:30:05Z", "2025-07-08T12:30:05Z", "second", "2025-07-08T14:30:05+02:00"),
        ("2025-07-08T14:30:05-07:00", "2025-07-08T21:30:05Z", "2025-07-08T21:30:05Z", "second", "2025-07-08T14:30:05-07:00"),
        ("  2025-07-08T14:30:05Z ", "2025-07-08T14:30:05Z", "2025-07-08T14:30:05Z", "second", "2025-07-08T14:30:05+00:00"),
    ],
)
def test_a_written_time_is_as_exact_as_it_was_written(
    text: str, instant: str, end: str, precision: Precision, written: str
) -> None:
    when = When.of_text(text, HOME)
    assert when.instant == datetime.fromisoformat(instant)
    assert when.instant.tzinfo is UTC
    assert when.end == datetime.fromisoformat(end)
    assert when.precision == precision
    assert str(when) == written
    assert when.assumed == (when.zone == HOME)


@pytest.mark.parametrize(
    "text",
    [
        "", "gestern", "8.3.2025", "2025-13", "2025-02-30", "2025-3-8", "25-03-08", "2025-03-08T", "2025-03-08T25:00",
        "2025-03-08T14:30+25:00", "0000-01-01", "2025-03-08T14:30 uhr", "2025-03T14:30", "20250308", "0001-01-01",
    ],
)  # fmt: skip
def test_what_is_no_date_is_named(text: str) -> None:
    with pytest.raises(BadTime) as caught:
        When.of_text(text, HOME)
    assert caught.value.text == text
    assert "2025-03-08" in caught.value.way_out


def test_the_hour_that_comes_twice_keeps_its_offset() -> None:
    first = When.of_text("2025-10-26T02:30:00+02:00", HOME)
    second = When.of_text("2025-10-26T02:30:00+01:00", HOME)
    assert second.instant - first.instant == timedelta(hours=1)
    assert [str(each) for each in (first, second)] == ["2025-10-26T02:30:00+02:00", "2025-10-26T02:30:00+01:00"]


def test_the_hour_that_does_not_exist_is_read_all_the_same() -> None:
    assert When.of_text("2025-03-30T02:30", HOME).instant == datetime(2025, 3, 30, 1, 30, tzinfo=UTC)


def test_an_aware_datetime_keeps_the_name_of_its_zone_or_its_offset() -> None:
    moment = datetime(2025, 7, 8, 14, 30, tzinfo=NEW_YORK)
    assert When.of_datetime(moment, HOME) == When(datetime(2025, 7, 8, 18, 30, tzinfo=UTC), "America/New_York")
    assert When.of_datetime(moment, HOME, "Asia/Tokyo").zone == "Asia/Tokyo"
    assert When.of_datetime(moment.astimezone(timezone(timedelta(hours=-9, minutes=-30))), HOME).zone == "-09:30"
    assert When.of_datetime(moment.astimezone(UTC), HOME).zone == "+00:00"


def test_a_naive_datetime_is_read_in_the_home_zone_and_says_so() -> None:
    when = When.of_datetime(datetime(2025, 7, 8, 14, 30), HOME, "Asia/Tokyo")  # noqa: DTZ001  that it is naive is the point
    assert when == When(datetime(2025, 7, 8, 12, 30, tzinfo=UTC), HOME, "second", assumed=True)


@pytest.mark.parametrize("precision", ["second", "day", "month", "year"])
def test_the_last_year_of_the_calendar_ends_where_the_calendar_does(precision: Precision) -> None:
    when = When.of_date(date(9999, 12, 31), "UTC", precision)
    assert when.instant <= when.end <= datetime.max.replace(tzinfo=UTC)


def test_the_edges_of_the_calendar_can_be_written_in_any_zone() -> None:
    for instant in (datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59)):  # noqa: DTZ001  made aware below
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "+14:00", "-12:00"):
            when = When(instant.replace(tzinfo=UTC), zone)
            assert when.local.replace(tzinfo=None) - instant <= timedelta(hours=14)
            assert str(when)[:2] in {"00", "99"}


@pytest.mark.parametrize(("name", "hours"), [("+05:30", 5.5), ("-03:00", -3), ("+00:00", 0), ("Asia/Kolkata", 5.5)])
def test_a_zone_is_a_name_or_an_offset(name: str, hours: float) -> None:
    moment = datetime(2025, 1, 1, tzinfo=zone_of(name))
    assert moment.utcoffset() == timedelta(hours=hours)
    assert zone_of(offset_name(moment)).utcoffset(moment) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "", "../../etc/passwd", "/etc/passwd", "Europe", "+25:00", "x\0y", "+1:00"]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        zone_of(name)


@given(
    st.datetimes(datetime(1900, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  the bounds are
    st.sampled_from(["Europe/Berlin", "+05:45", "America/St_Johns"]),
    st.sampled_from(["second", "day", "month", "year"]),
    st.booleans(),
)
def test_every_time_comes_back_from_the_ledger_as_it_was(
    moment: datetime, zone: str, precision: Precision, assumed: bool
) -> None:
    when = When(moment, zone, precision, assumed)
    entry = Entry("test", "1", "note", when, "text", end=when)
    again = entry_of(content_of(entry))
    assert (again.when, again.end) == (when, when)
    assert when.end >= when.instant or precision != "second"
