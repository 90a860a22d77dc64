from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertraut.assistant.arithmetic import LONGEST, calculate, number_of


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("15.570 - 2.000", "15570 - 2000 = 13570"),
        ("12,5 % von 80 €", "12.5 % von 80 = 10 €"),
        ("19 % of 1.234,50 €", "19 % of 1234.5 = 234.555 €"),
        ("20 Prozent von 50", "20 prozent von 50 = 10"),
        ("250 + 19%", "250 + 19 % = 297.5"),
        ("100 - 10 %", "100 - 10 % = 90"),
        ("17 % 5", "17 mod 5 = 2"),
        ("£1,340 / 2 =", "1340 / 2 = 670 £"),
        ("(3+4)×2", "(3 + 4) * 2 = 14"),
        ("-2^2", "- 2 ^ 2 = -4"),
        ("2^3^2", "2 ^ 3 ^ 2 = 512"),
        ("2**-3", "2 ^ - 3 = 0.125"),
        ("Wurzel aus 144", "wurzel aus 144 = 12"),
        ("2^0,5", "2 ^ 0.5 ≈ 1.41421356237"),
        ("1/3", "1 / 3 ≈ 0.333333333333"),
        ("0,1 + 0,2", "0.1 + 0.2 = 0.3"),
        ("1'000 : 8", "1000 / 8 = 125"),
        ("0 * 5", "0 * 5 = 0"),
    ],
)
def test_sums_people_ask(asked: str, answer: str) -> None:
    assert calculate(asked) == answer


@pytest.mark.parametrize(
    "asked",
    [
        "", "   ", "7/0", "7 % 0", "0^-1", "(-4)^0,5", "((1", "1)", "5 5", "5 +", "1.2.3.4", "__import__('os')", "5 € + 3 $",
        "9^9^9", "9^1001", "99^999", "(" * 31 + "1" + ")" * 31, "-" * 60 + "1", "1" * 41, "1+" * LONGEST + "1", "٣+1", "a+b",
    ],
)  # fmt: skip
def test_what_is_no_sum_or_too_large_is_said(asked: str) -> None:
    assert calculate(asked).startswith("Cannot be calculated: ")


@given(st.text("0123456789.,+-*/%^()€ x√", max_size=60))
def test_it_never_raises(asked: str) -> None:
    assert calculate(asked)


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_it_is_exact(one: int, other: int) -> None:
    shown = calculate(f"{one} * {other} + {one}").rpartition("= ")[2]
    assert int(shown) == one * other + one


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.500", 1500), ("1,500", 1500), ("1.234,56", Fraction(123456, 100)), ("1,234.56", Fraction(123456, 100)),
        ("12,50", Fraction(25, 2)), ("0,125", Fraction(1, 8)), ("0.500", Fraction(1, 2)), ("1.234.567", 1234567),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_meant(written: str, value: Fraction) -> None:
    assert number_of(written) == value
