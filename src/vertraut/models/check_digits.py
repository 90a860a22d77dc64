"""Numbers that prove themselves: whether the check digits of cards, accounts and social insurance are right.

Each function takes a number as it is written, with or without spaces, already of the right length and form.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

_PENSION_WEIGHTS: Final = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
_TIMES_WITHIN_TAX_ID: Final = {2, 3}
"""How often the one digit of a tax number that is there more than once may be there."""


def is_card(number: str) -> bool:
    """Say whether this is a payment card's number (ISO/IEC 7812, Luhn)."""
    digits = _digits(number)
    doubled = sum(_cross_sum(2 * digit) for digit in digits[-2::-2])
    return (sum(digits[::-2]) + doubled) % 10 == 0


def is_iban(number: str) -> bool:
    """Say whether this is the number of an account (ISO 13616, mod 97)."""
    plain = _plain(number)
    return int("".join(str(int(each, 36)) for each in plain[4:] + plain[:4])) % 97 == 1


def is_tax_id(number: str) -> bool:
    """Say whether this is a German tax identification number (ISO 7064, mod 11, 10)."""
    *digits, check = _digits(number)
    rest = 10
    for digit in digits:
        rest = ((rest + digit) % 10 or 10) * 2 % 11
    repeated = [count for count in Counter(digits).values() if count > 1]
    return len(repeated) == 1 and repeated[0] in _TIMES_WITHIN_TAX_ID and (11 - rest) % 10 == check


def is_pension_number(number: str) -> bool:
    """Say whether this is a German social insurance number (VKVV § 4): area, birth, letter, serial, check digit."""
    plain = _plain(number)
    digits = _digits(f"{plain[:8]}{_place(plain[8]):02d}{plain[9:]}")
    products = (digit * weight for digit, weight in zip(digits[:-1], _PENSION_WEIGHTS, strict=True))
    return sum(map(_cross_sum, products)) % 10 == digits[-1]


def is_health_number(number: str) -> bool:
    """Say whether this is the number on a German health card (SGB V § 290): a letter, eight digits, a check digit."""
    *digits, check = _digits(f"{_place(number[0]):02d}{number[1:]}")
    return sum(_cross_sum(digit * (1 + place % 2)) for place, digit in enumerate(digits)) % 10 == check


def is_swiss_number(number: str) -> bool:
    """Say whether this is a Swiss social insurance number (the check digit of EAN-13)."""
    digits = _digits(number)
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def _plain(number: str) -> str:
    return "".join(filter(str.isalnum, number)).upper()


def _digits(number: str) -> list[int]:
    return [int(each) for each in number if each.isdecimal()]


def _cross_sum(number: int) -> int:
    return sum(divmod(number, 10))


def _place(letter: str) -> int:
    return ord(letter.upper()) - ord("A") + 1
