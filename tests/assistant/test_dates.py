from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertraut.assistant.dates import business_days_after, business_days_between, date_question

NOW = datetime(2026, 8, 31, 22, 30, tzinfo=UTC)  # the first of September in Berlin
BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"ask": "weekday", "date": "8. März 2025"}, "2025-03-08 (Saturday/Samstag), calendar week 10 of 2025"),
        ({"ask": "weekday"}, "2026-09-01 (Tuesday/Dienstag), calendar week 36 of 2026"),
        (
            {"ask": "between", "date": "2026-01-14", "other": "4 February 2026"},
            (
                "From 2026-01-14 (Wednesday/Mittwoch) to 2026-02-04 (Wednesday/Mittwoch): 21 days (21 days); "
                "15 business days, public holidays included"
            ),
        ),
        ({"ask": "add", "date": "2026-01-30", "amount": 1, "unit": "months"},
         "2026-01-30 (Friday/Freitag) +1 months = 2026-02-28 (Saturday/Samstag)"),
        ({"ask": "add", "date": "2026-08-28", "amount": 3, "unit": "business_days"},
         "2026-08-28 (Friday/Freitag) +3 business days = 2026-09-02 (Wednesday/Mittwoch), public holidays not counted out"),
        ({"ask": "age", "other": "21 March 1981"}, "Born 1981-03-21: 45 years old on 2026-09-01 (Tuesday/Dienstag)"),
        ({"ask": "next", "weekday": "Dienstag"}, "2026-09-08 (Tuesday/Dienstag)"),
        ({"ask": "last", "weekday": "Mo."}, "2026-08-31 (Monday/Montag)"),
        ({"ask": "next", "weekday": "friday", "date": "morgen"}, "2026-09-04 (Friday/Freitag)"),
    ],
)  # fmt: skip
def test_questions_about_dates(asked: dict[str, Any], answer: str) -> None:
    assert date_question(asked, NOW, BERLIN) == answer


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"ask": "x"}, {"ask": ["weekday"]}, {"ask": "between"}, {"ask": "weekday", "date": "bald"},
        {"ask": "weekday", "date": 3}, {"ask": "weekday", "date": "x" * 61}, {"ask": "age", "other": "2030-01-01"},
        {"ask": "add", "amount": "3"}, {"ask": "add", "amount": True}, {"ask": "add", "amount": 3, "unit": "moons"},
        {"ask": "add", "amount": 99_999, "unit": "years"}, {"ask": "add", "amount": 10**9}, {"ask": "next", "weekday": "x"},
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_said(asked: dict[str, Any]) -> None:
    assert date_question(asked, NOW, BERLIN).startswith("Cannot be answered: ")


@given(st.dates(date(1990, 1, 1), date(2050, 1, 1)), st.integers(-300, 300))
def test_business_days_there_and_back(start: date, count: int) -> None:
    end = business_days_after(start, count)
    assert end.weekday() < 5 or not count
    step = 1 if end > start else -1
    between = [start + timedelta(days=step * n) for n in range(1, abs((end - start).days) + 1)]
    assert sum(day.weekday() < 5 for day in between) == abs(count)


@given(st.dates(date(1990, 1, 1), date(2050, 1, 1)), st.dates(date(1990, 1, 1), date(2050, 1, 1)))
def test_business_days_between_two_dates(one: date, other: date) -> None:
    first, last = sorted((one, other))
    counted = sum((first + timedelta(days=n + 1)).weekday() < 5 for n in range((last - first).days))
    assert business_days_between(first, last) == counted
    assert business_days_between(last, first) == -counted
