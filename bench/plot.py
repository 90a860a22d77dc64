"""Cost against size on one plot: small multiples on a shared logarithmic axis, with the budgets of DESIGN, section 13.

Lines are labelled where they end; colours are those of Okabe and Ito, which the colour-blind can tell apart, and no line is
told from another by its colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter, NullLocator
from tools.figures import BLUE, INK, ORANGE, STYLE

from bench.results import Figures

_SMALLEST = 1000
_MILLION = 1_000_000
_ROOM, _ROOM_LOGARITHMIC = 1.2, 4.0  # above the highest value
_LABEL_GAP = 0.12  # of a panel's height, between labels at the right
_NAME_ROOM = 0.2  # of a panel's height, beside a line that is not to run through the name of a budget

Value = Callable[[Figures], float | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a panel: its label, what it shows, its colour and dashes."""

    label: str
    value: Value
    colour: str
    dashes: str = "-"


@dataclass(frozen=True, slots=True)
class Budget:
    """What a cost may be, up to a size."""

    label: str
    most: float
    upto: int
    since: int = _SMALLEST


@dataclass(frozen=True, slots=True)
class Panel:
    """One cost with its unit, its lines and its budgets."""

    title: str
    lines: tuple[Line, ...]
    budgets: tuple[Budget, ...]
    least: float = 0.0
    """Where its axis begins; a logarithmic one begins above 0."""


PANELS = (
    Panel(
        "Recall p50, warm [ms]",
        (
            Line("alone", lambda each: each.p50, BLUE),
            Line("while importing", lambda each: each.p50_importing, ORANGE, "--"),
        ),
        (Budget("budget: 20", 20, 10_000), Budget("budget: 40", 40, _MILLION, since=10_000)),
    ),
    Panel(
        "Recall p95, warm [ms]",
        (
            Line("alone", lambda each: each.p95, BLUE),
            Line("while importing", lambda each: each.p95_importing, ORANGE, "--"),
        ),
        (Budget("budget: 90", 90, _MILLION),),
    ),
    Panel(
        "Memory of the recalling process [MB]",
        (Line("memory", lambda each: each.memory / 1e6, BLUE),),
        (Budget("budget: 500", 500, _MILLION),),
    ),
    Panel(
        "Opening the vault [ms]",
        (Line("opening", lambda each: each.opening, BLUE),),
        (Budget("budget: 1,500", 1500, _MILLION),),
        least=0.5,
    ),
    Panel(
        "Disk [bytes/entry]",
        (
            Line("with the text", lambda each: each.bytes_an_entry + each.text_an_entry, ORANGE, "--"),
            Line("beyond the text", lambda each: each.bytes_an_entry, BLUE),
        ),
        (Budget("budget beyond the text: 1,200", 1200, 3 * _MILLION),),
    ),
)


def draw(found: Sequence[Figures], path: Path) -> None:
    """Draw the figures of one or more sizes to an SVG file."""
    ordered = sorted(found, key=lambda each: each.entries)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.6, 10.4), layout="constrained")
        axes = figure.subplots(len(PANELS), 1, sharex=True)
        for axis, panel in zip(axes, PANELS, strict=True):
            _draw_panel(axis, panel, ordered)
        _size_axis(axes[-1], ordered)
        figure.suptitle(
            f"Cost against size: {_shown(ordered[0].entries)} to {_shown(ordered[-1].entries)} entries in one vault"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _draw_panel(axis: Axes, panel: Panel, found: Sequence[Figures]) -> None:
    last = found[-1].entries
    highest, ends, drawn = max(budget.most for budget in panel.budgets), [], []
    for line in panel.lines:
        points = [(each.entries, value) for each in found if (value := line.value(each)) is not None]
        if points:
            sizes, values = zip(*points, strict=True)
            axis.plot(sizes, values, line.dashes, color=line.colour, marker="o", markersize=4, linewidth=1.8)
            highest = max(highest, *values)
            drawn += points
            ends.append((float(values[-1]), f"{line.label} {_shown(values[-1])}", line.colour))
    axis.set_title(panel.title, loc="left", fontsize=10, fontweight="bold", color=INK)
    if panel.least:
        axis.set_yscale("log")
        axis.yaxis.set_major_locator(LogLocator(10))
        axis.yaxis.set_minor_locator(NullLocator())
    axis.set_ylim(panel.least, highest * (_ROOM_LOGARITHMIC if panel.least else _ROOM))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _shown(value)))
    axis.grid(axis="y", color="#E4E4E4", linewidth=0.6)
    axis.set_axisbelow(True)
    for budget in panel.budgets:
        if budget.since < last or last <= _SMALLEST:  # one that begins behind all that was measured says nothing here
            _draw_budget(axis, budget, drawn)
    _label_ends(axis, last, ends)


def _draw_budget(axis: Axes, budget: Budget, drawn: Sequence[tuple[int, float]]) -> None:
    """Draw a budget as a thin line with a cap at the size up to which it holds; its name at its beginning, off the lines."""
    to_share = (axis.transData + axis.transAxes.inverted()).transform
    line = float(to_share((budget.since, budget.most))[1])
    gaps = [float(to_share(point)[1]) - line for point in drawn if point[0] == budget.since]
    beneath = any(0 <= gap < _NAME_ROOM for gap in gaps) and not any(-_NAME_ROOM < gap < 0 for gap in gaps)
    axis.plot([budget.since, budget.upto], [budget.most] * 2, color=INK, linewidth=0.9, dashes=(5, 3))
    axis.plot([budget.upto], [budget.most], marker="|", markersize=9, color=INK)
    axis.annotate(
        budget.label, (budget.since, budget.most), (0, -3 if beneath else 3), textcoords="offset points",
        va="top" if beneath else "bottom", fontsize=8, color=INK,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85}, zorder=4,
    )  # fmt: skip


def _label_ends(axis: Axes, size: int, ends: Sequence[tuple[float, str, str]]) -> None:
    """Write each line's name and last value at its end, moved apart where they would touch."""
    to_share = (axis.transData + axis.transAxes.inverted()).transform
    wanted = sorted((float(to_share((size, value))[1]), label, colour) for value, label, colour in ends)
    below = -1.0
    for share, label, colour in wanted:
        below = max(share, below + _LABEL_GAP)
        axis.annotate(
            label, (size, below), (7, 0), xycoords=("data", "axes fraction"),
            textcoords="offset points", va="center", fontsize=8.5, color=colour, annotation_clip=False,
        )  # fmt: skip


def _size_axis(axis: Axes, found: Sequence[Figures]) -> None:
    sizes = [each.entries for each in found]
    axis.set_xscale("log")
    axis.set_xlim(min(_SMALLEST, sizes[0]) * 0.8, sizes[-1] * 1.15)
    axis.xaxis.set_major_locator(FixedLocator(sizes))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _shown(value)))
    axis.set_xlabel("entries in the vault")


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"
