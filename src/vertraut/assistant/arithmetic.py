"""A calculator for what people ask: + - * / % ^, parentheses, roots, "19 % of 250", "12,5 % von 80 €".

``calculate`` answers every text: with the sum as it was read and its result, or with a sentence that says why there is
none. Numbers are exact fractions; "≈" marks a rounded result. Length, depth and digits are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, Final

CALCULATE_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "expression": {
            "type": "string",
            "maxLength": 200,
            "description": "One sum: numbers, + - * / % ^ ( ), sqrt, 'percent of'. Units of money may stay. "
            "Example: '15570 - 2000', '19 % of 1.234,50 €', '250 + 19%'.",
        }
    },
    "required": ["expression"],
    "additionalProperties": False,
}

LONGEST: Final = 200
_DEEPEST, _MOST_DIGITS, _LARGEST_POWER, _SHOWN = 30, 40, 1000, 12

_BY_ZERO: Final = "nothing can be divided by zero"
_MONEY: Final = r"€|\$|£|(?:euros?|eur|dollars?|usd|pfund|pounds?|gbp|franken|francs?|chf)\b"
_TOKEN: Final = re.compile(
    rf"\s*(?:(?P<number>\d[\d.,'’]*(?<![.,'’])|[.,]\d+)|(?P<money>{_MONEY})|(?P<of>of\b|von\b)|(?P<root>√|sqrt\b|wurzel(?:\s+aus)?\b)"
    r"|(?P<percent>prozent\b|percent\b)|(?P<sign>\*\*|[-+*/^()%×·÷\u2212–:x]))",
    re.IGNORECASE,
)
_SAME: Final = {"×": "*", "·": "*", "x": "*", "÷": "/", ":": "/", "\u2212": "-", "–": "-", "**": "^"}
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}([.,'’])\d{3}(?:\1\d{3})*")


class _NotASum(ValueError):
    """A text that is no sum; its message is a sentence for whoever asked."""


def calculate(expression: str) -> str:
    """Return "15570 - 2000 = 13570", or why it cannot be calculated. Never raises."""
    try:
        parser = _Parser(expression)
        value = parser.value()
    except _NotASum as why:
        return f"Cannot be calculated: {why}."
    exact, text = _written(value)
    unit = f" {parser.money}" if parser.money else ""
    return f"{parser.read} {'=' if exact and not parser.rounded else '≈'} {text}{unit}"


def number_of(text: str) -> Fraction:
    """Return the value of a number written in German or English. Raises ``ValueError``.

    The last of two different separators is the decimal one. A single one before exactly three digits groups them:
    "1.500" and "1,500" are 1500, "0,125" and "12,50" are not.
    """
    digits = sum(map(str.isdecimal, text))
    if not digits or digits > _MOST_DIGITS:
        raise _NotASum(f"a number has more than {_MOST_DIGITS} digits" if digits else "a number is missing")
    plain = re.sub(r"['’]", "", text)
    if "," in plain and "." in plain:
        decimal = max(",.", key=plain.rfind)
        plain = plain.replace("." if decimal == "," else ",", "").replace(decimal, ".")
    elif _GROUPED.fullmatch(text):
        plain = re.sub(r"\D", "", text)
    else:
        plain = plain.replace(",", ".")
    if plain.count(".") > 1 or not plain.isascii():
        raise _NotASum(f"{text[:_SHOWN]} is no number")
    return Fraction(plain)


class _Parser:
    """Recursive descent over the tokens; what stands in the text comes out normalised in ``read``."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise _NotASum(f"it is longer than {LONGEST} characters")
        self._tokens: list[tuple[str, str]] = []
        monies: dict[str, str] = {}
        text = text.strip().rstrip("=? ")
        at = 0
        while at < len(text):
            if not (found := _TOKEN.match(text, at)):
                raise _NotASum("it may hold only numbers, + - * / % ^ and parentheses")
            at, kind, word = found.end(), found.lastgroup or "", found.group().strip()
            if kind == "money":
                monies.setdefault(word.casefold(), word)
            else:
                self._tokens.append((kind, _SAME.get(word.lower(), word.lower())))
        if len(monies) > 1:
            raise _NotASum("it mixes currencies")
        self.money = next(iter(monies.values()), "")
        self.read = ""
        self.rounded = False
        self._at = self._depth = 0

    def value(self) -> Fraction:
        """Return the value of the whole."""
        if not self._tokens:
            raise _NotASum("it is empty")
        value = self._sum()
        if self._at < len(self._tokens):
            raise _NotASum("a sign between two numbers is missing, or a parenthesis is one too many")
        self.read = " ".join(word for _, word in self._tokens).replace("( ", "(").replace(" )", ")")
        return value

    def _next(self, *words: str) -> str:
        """Take the next token if it is one of these words, or of the kind that a word in <> names."""
        if self._at < len(self._tokens):
            kind, word = self._tokens[self._at]
            if word in words or f"<{kind}>" in words:
                self._at += 1
                return word
        return ""

    def _sum(self) -> Fraction:
        value = self._product()
        while sign := self._next("+", "-"):
            start = self._at
            other = self._product()
            if self._is_percent_alone(start):
                other *= value  # "250 + 19 %" means 19 % of the 250
            value = _bounded(value + other if sign == "+" else value - other)
        return value

    def _is_percent_alone(self, start: int) -> bool:
        return self._at == start + 2 and self._tokens[start + 1][1] in {"%", "prozent", "percent"}

    def _product(self) -> Fraction:
        value = self._signed()
        while sign := self._next("*", "/", "mod", "<of>"):
            value = _bounded(_PRODUCTS[sign](value, self._signed()))
        return value

    def _signed(self) -> Fraction:
        if self._next("-"):
            return -self._deeper(self._signed)
        return self._deeper(self._signed) if self._next("+") else self._power()

    def _power(self) -> Fraction:
        base = self._percent()
        return self._raised(base, self._deeper(self._signed)) if self._next("^") else base

    def _percent(self) -> Fraction:
        value = self._atom()
        while self._next("%", "<percent>"):
            if self._at < len(self._tokens) and self._tokens[self._at][0] == "number":
                self._tokens[self._at - 1] = ("sign", "mod")  # "17 % 5" is the remainder
                self._at -= 1
                return value
            value /= 100
        return value

    def _atom(self) -> Fraction:
        if self._next("<root>"):
            return self._raised(self._deeper(self._atom), Fraction(1, 2))
        if self._next("("):
            value = self._deeper(self._sum)
            if not self._next(")"):
                raise _NotASum("a parenthesis is not closed")
            return value
        if not (written := self._next("<number>")):
            raise _NotASum("a number is missing")
        value = number_of(written)
        self._tokens[self._at - 1] = ("number", _written(value)[1])
        return value

    def _raised(self, base: Fraction, exponent: Fraction) -> Fraction:
        if abs(exponent) > _LARGEST_POWER:
            raise _NotASum(f"an exponent is larger than {_LARGEST_POWER}")
        if not base and exponent < 0:
            raise _NotASum(_BY_ZERO)
        if exponent.denominator == 1:
            _bounded(base, times=abs(exponent.numerator))
            return _bounded(base**exponent.numerator)
        if base < 0:
            raise _NotASum("a negative number has no such root")
        with localcontext(prec=_SHOWN):
            root = Fraction(_decimal(base) ** _decimal(exponent)) if base else Fraction(0)
        self.rounded |= exponent != Fraction(1, 2) or root * root != base
        return root

    def _deeper(self, rule: Callable[[], Fraction]) -> Fraction:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _NotASum("it is nested too deeply")
        value = rule()
        self._depth -= 1
        return value


def _divided(left: Fraction, right: Fraction) -> Fraction:
    if not right:
        raise _NotASum(_BY_ZERO)
    return left / right


def _rest(left: Fraction, right: Fraction) -> Fraction:
    if not right:
        raise _NotASum(_BY_ZERO)
    return left % right


_PRODUCTS: Final[dict[str, Callable[[Fraction, Fraction], Fraction]]] = {
    "*": lambda left, right: left * right,
    "/": _divided,
    "mod": _rest,
    "of": lambda left, right: left * right,
    "von": lambda left, right: left * right,
}


def _bounded(value: Fraction, times: int = 1) -> Fraction:
    """Return a value of bearable size; as a power it would have ``times`` its digits."""
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if bits > 1 and bits * times > _MOST_DIGITS * 40:
        raise _NotASum("the numbers get too large")
    return value


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _written(value: Fraction) -> tuple[bool, str]:
    """Return whether the decimal is exact, and the decimal."""
    with localcontext(prec=_MOST_DIGITS):
        whole = _decimal(value)
        exact = Fraction(whole) == value
        if not exact:
            with localcontext(prec=_SHOWN):
                whole = +whole
        text = f"{whole.normalize():f}" if -_SHOWN < whole.adjusted() < _MOST_DIGITS else f"{whole.normalize():e}"
    return exact, text if whole else "0"
