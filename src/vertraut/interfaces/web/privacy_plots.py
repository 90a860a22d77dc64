"""Amounts as bars: a picture of percentages and pixels, which no browser has to compute and every width can show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vertraut.models.usage import Spent

HEIGHT: Final = 120
"""Pixels of the highest bar."""
_GAP: Final = 0.25  # of a bar's share of the width
_LEAST: Final = 2  # pixels, of a bar that is not nothing


@dataclass(frozen=True, slots=True)
class Amount:
    """What stands at one place: its tick (or ""), what it is called, and what was spent."""

    tick: str
    title: str
    spent: Spent


@dataclass(frozen=True, slots=True)
class Bar:
    """An amount as a bar: left edge, middle and width in percent, top and height in pixels."""

    amount: Amount
    x: float
    middle: float
    width: float
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars of money, or of tokens where nothing cost any. ``highest`` is None where there is nothing to draw."""

    bars: tuple[Bar, ...]
    money: bool
    highest: Amount | None

    @property
    def told(self) -> tuple[Amount, ...]:
        """What is worth a row of a table."""
        return tuple(bar.amount for bar in self.bars if bar.amount.spent.calls)


def plot(amounts: Sequence[Amount]) -> Plot:
    """Return amounts as bars, side by side in their order."""
    money = any(each.spent.cost for each in amounts)
    values = [float(each.spent.cost) if money else float(tokens(each.spent)) for each in amounts]
    most, share = max(values), 100 / len(amounts)
    bars = []
    for place, (amount, value) in enumerate(zip(amounts, values, strict=True)):
        height = max(round(HEIGHT * value / most), _LEAST) if value else 0
        left, width = (place + _GAP / 2) * share, (1 - _GAP) * share
        bars.append(Bar(amount, round(left, 3), round((place + 0.5) * share, 3), round(width, 3), HEIGHT - height, height))
    return Plot(tuple(bars), money, amounts[values.index(most)] if most else None)


def tokens(spent: Spent) -> int:
    """Return how many tokens were read and written."""
    return spent.input_tokens + spent.output_tokens
