"""How things are written in each language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from vertraut.clock import Precision, When
from vertraut.interfaces.cli.texts import TEXTS
from vertraut.interfaces.language import Wording, chosen_language

BERLIN = "Europe/Berlin"
EN, DE = Wording("en", BERLIN, TEXTS), Wording("de", BERLIN, TEXTS)
AFTERNOON = When(datetime(2025, 3, 8, 13, 30, tzinfo=UTC), BERLIN)


def test_dates_as_exactly_as_known() -> None:
    day, month, year = (When.of_date(date(2025, 3, 8), BERLIN, precision) for precision in ("day", "month", "year"))
    assert [EN.date(when) for when in (AFTERNOON, day, month, year)] == [
        "8 March 2025, 14:30",
        "8 March 2025",
        "March 2025",
        "2025",
    ]
    assert [DE.date(when) for when in (AFTERNOON, day, month, year)] == [
        "8. März 2025, 14:30",
        "8. März 2025",
        "März 2025",
        "2025",
    ]


def test_times_are_those_of_the_home_zone_with_the_clocks_of_elsewhere_beside_them() -> None:
    instant, party = AFTERNOON.instant, datetime(2026, 1, 1, 1, 30, tzinfo=UTC)
    assert EN.date(When(instant, "+01:00")) == "8 March 2025, 14:30"
    assert EN.date(When(instant, "Asia/Tokyo")) == "8 March 2025, 14:30 (22:30 UTC+09:00)"
    assert EN.date(When(instant, "UTC")) == "8 March 2025, 14:30 (13:30 UTC)"
    assert DE.date(When(party, "-05:00")) == "1. Januar 2026, 02:30 (31. Dezember 2025 20:30 UTC-05:00)"
    assert EN.span(When(party, "-05:00"), When(party + timedelta(hours=1), "-05:00")) == (
        "1 January 2026, 02:30 (31 December 2025 20:30 UTC-05:00) to 03:30 (31 December 2025 21:30 UTC-05:00)"
    )


def test_spans_say_only_once_what_both_ends_share() -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    assert EN.span(AFTERNOON, replace(AFTERNOON, instant=AFTERNOON.instant + hour)) == "8 March 2025, 14:30 to 15:30"
    assert (
        DE.span(AFTERNOON, replace(AFTERNOON, instant=AFTERNOON.instant + day))
        == "8. März 2025, 14:30 bis 9. März 2025, 14:30"
    )
    assert DE.span(AFTERNOON, AFTERNOON) == "8. März 2025, 14:30"


def test_numbers_sizes_and_lists() -> None:
    assert (EN.number(1234567), DE.number(1234567)) == ("1,234,567", "1.234.567")
    assert (EN.decimal(1234.56), DE.decimal(1234.56)) == ("1,234.6", "1.234,6")
    assert (DE.decimal(-0.001, 2), DE.decimal(-1.5, 2)) == ("0,00", "-1,50")
    assert [EN.size(count) for count in (0, 999, 1000, 94_208, 3 * 10**15)] == [
        "0 B",
        "999 B",
        "1.0 KB",
        "94.2 KB",
        "3,000.0 TB",
    ]
    assert (EN.count("entry", 1), EN.count("entry", 2), DE.count("entry", 0)) == ("1 entry", "2 entries", "0 Einträge")
    assert [DE.listed(parts) for parts in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a und b", "a, b und c"]


@pytest.mark.parametrize(
    ("setting", "environment", "expected"),
    [
        ("de", {"LANG": "en_GB.UTF-8"}, "de"),
        ("", {"LANG": "de_AT.UTF-8"}, "de"),
        ("", {"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, "en"),
        ("", {"LC_ALL": "", "LC_MESSAGES": "de_CH", "LANG": "en_US"}, "de"),
        ("", {"LANG": "fr_FR.UTF-8"}, "en"),
        ("", {}, "en"),
    ],
)
def test_the_language_is_that_of_the_settings_then_of_the_machine(
    setting: str, environment: dict[str, str], expected: str
) -> None:
    assert chosen_language(setting, environment) == expected


@pytest.mark.parametrize("instant", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/New_York", "+14:00", "-12:00", "UTC"])
def test_the_ends_of_the_calendar_have_dates_too(instant: datetime, zone: str) -> None:
    for home in ("Pacific/Kiritimati", "America/New_York", "UTC"):
        say = Wording("de", home, TEXTS)
        assert str(instant.year) in say.moment(instant)
        for precision in get_args(Precision):
            when = When(instant, zone, precision)
            assert str(when.local.year) in say.date(when)
            assert str(when.local.year) in say.span(when, when)


def test_who_speaks_in_an_ai_chat_is_called_what_they_are() -> None:
    assert [EN.author("user"), EN.author("assistant")] == ["You", "AI assistant"]
    assert [DE.author("user"), DE.author("assistant", "chat")] == ["Du", "KI-Assistent"]
    assert [DE.author("user", "mail"), DE.author("assistant", "message"), DE.author("User"), DE.author("")] == [
        "user",
        "assistant",
        "User",
        "",
    ]
    names = iter(["Jonas"])  # asked for once, and only when it is needed
    known = Wording("de", BERLIN, TEXTS, lambda: next(names))
    assert known.author("Lena") == "Lena"
    assert [known.author("user"), known.author("user"), known.author("assistant")] == ["Jonas", "Jonas", "KI-Assistent"]
