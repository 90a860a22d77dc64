"""How sure recall is, drawn: how often it is right where it says so, and what recognising the unanswerable costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from tools.figures import BLUE, GREEN, INK, ORANGE, PINK, QUIET, SKY, STYLE

Floats = npt.NDArray[np.float64]
_LOOKS = ((BLUE, "o"), (ORANGE, "s"), (GREEN, "^"), (SKY, "P"), (PINK, "D"), (QUIET, "v"), (INK, "X"))
_LEAST, _GROUPS = 20, 6  # questions of a point; points of a line


@dataclass(frozen=True, slots=True)
class Sureness:
    """What was estimated for a suite's questions, (n,), and what was true of each, (n,)."""

    chances: Floats
    recalled: npt.NDArray[np.bool_]
    answerable: npt.NDArray[np.bool_]


def draw(suites: Mapping[str, Sureness], path: Path) -> None:
    """Write both curves of all suites as one SVG."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9.0, 3.9), layout="constrained")
        reliability, trade = figure.subplots(1, 2)
        _reliability(reliability, suites)
        _trade(trade, suites)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _reliability(axes: Axes, suites: Mapping[str, Sureness]) -> None:
    axes.plot([0, 1], [0, 1], color="#BBBBBB", linewidth=0.8, linestyle="--")
    for (name, suite), (colour, marker) in zip(suites.items(), _LOOKS, strict=True):
        order = np.argsort(suite.chances, kind="stable")
        groups = np.array_split(order, max(1, min(_GROUPS, len(order) // _LEAST)))
        said = [suite.chances[group].mean() for group in groups]
        true = [suite.recalled[group].mean() for group in groups]
        axes.plot(said, true, color=colour, marker=marker, markersize=4.5, linewidth=1.2, label=name)
    axes.set(xlim=(0.2, 1.02), ylim=(0.2, 1.02), xlabel="said: the answer is among the first ten", ylabel="true")
    axes.set_title("Sure and right", loc="left", fontsize=10)
    axes.legend(frameon=False, fontsize=8, loc="upper left")


def _trade(axes: Axes, suites: Mapping[str, Sureness]) -> None:
    for (name, suite), (colour, _) in zip(suites.items(), _LOOKS, strict=True):
        right, unknown = suite.chances[suite.recalled], suite.chances[~suite.answerable]
        if len(unknown):
            thresholds = np.unique(np.concatenate([[0.0], suite.chances, [1.01]]))
            lost = [(right < threshold).mean() for threshold in thresholds]
            caught = [(unknown < threshold).mean() for threshold in thresholds]
            axes.plot(lost, caught, color=colour, linewidth=1.4, label=name, drawstyle="steps-post")
    axes.axvline(0.1, color="#BBBBBB", linewidth=0.8, linestyle="--")
    axes.set(xlim=(0, 0.5), ylim=(0, 1.02), xlabel="recalled, yet not answered", ylabel="unanswerable, recognised")
    axes.set_title("What recognising the unanswerable costs", loc="left", fontsize=10)
