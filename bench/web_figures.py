"""What the web app took in a browser, against its budgets, as a table for a terminal and for the documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rich.table import Table

FIRST_PAGE: Final = 300.0
"""Milliseconds that the first page may take."""
INTERACTION: Final = 150.0
"""Milliseconds that an interaction may take, at p95."""
TRANSFER: Final = 150_000
"""Bytes that the first page may bring over the line."""

Budget = float | None
"""None for what has none."""

_PART: Final = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- /figures -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured many times, in ``unit``; ``missed`` counts the times at which it did not answer."""

    name: str
    values: Sequence[float]
    budget: Budget
    unit: str = "ms"
    missed: int = 0

    @property
    def middle(self) -> float:
        """The median."""
        return float(np.percentile(self.values, 50)) if self.values else 0.0

    @property
    def high(self) -> float:
        """The 95th percentile, which has the budget."""
        return float(np.percentile(self.values, 95)) if self.values else 0.0

    @property
    def met(self) -> bool:
        """Whether it always answered, and within its budget."""
        return bool(self.values) and not self.missed and (self.budget is None or self.high <= self.budget)

    def row(self) -> tuple[str, str, str, str, str]:
        """Return it in words: what, how often, median, 95th percentile, budget."""
        times = f"{len(self.values)}" + (f", {self.missed} without an answer" if self.missed else "")
        budget = "" if self.budget is None else f"≤ {self._shown(self.budget)}"
        if not self.values:
            return self.name, times, "–", "–", budget
        return self.name, times, self._shown(self.middle), self._shown(self.high), budget

    def _shown(self, value: float) -> str:
        return f"{value / 1000:,.1f} KB" if self.unit == "B" else f"{value:,.0f} ms"


def table(found: Iterable[Figure], title: str) -> Table:
    """Return figures as a table for a terminal; what misses its budget is marked."""
    made = Table(title=title, show_edge=False)
    for heading in ("", "times", "p50", "p95", "budget", ""):
        made.add_column(heading, justify="right" if heading else "left")
    for each in found:
        made.add_row(*each.row(), "" if each.met else "missed", style="" if each.met else "red")
    return made


def markdown(found: Iterable[Figure], note: str) -> str:
    """Return figures as a table for a document, with what is to be said about them below."""
    lines = ["| | times | p50 | p95 | budget |", "| --- | ---: | ---: | ---: | ---: |"]
    for each in found:
        name, times, middle, high, budget = each.row()
        lines.append(f"| {name} | {times} | {middle} | {high if each.met else f'**{high}**'} | {budget} |")
    return "\n".join([*lines, "", note, ""])


def placed(document: str, kind: str, part: str) -> str:
    """Return a document with a part put between the markers of its kind. Raises ``LookupError`` where there are none."""
    if kind not in {found[1] for found in _PART.findall(document)}:
        raise LookupError(kind)
    return _PART.sub(lambda found: f"{found[1]}{part}{found[3]}" if found[2] == kind else found[0], document)
