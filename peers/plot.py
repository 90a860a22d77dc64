"""Quality against latency as a picture: one panel a suite, recall@10 over p50 on a logarithmic axis, area as index size.

Every disc is named beside it, so that none is told by its colour alone; the colours are those of Okabe and Ito, which the
colour-blind can tell apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import hypot, pi, sqrt
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullFormatter
from matplotlib.transforms import Bbox, BboxBase
from tools.figures import BLUE, GREEN, INK, ORANGE, PINK, QUIET, SKY, STYLE

from peers.adapters import PEERS, Kind
from peers.report import Suites, Summary

KINDS: Mapping[Kind, tuple[str, str]] = {
    "vertraut": (ORANGE, "Vertraut"),
    "words": (GREEN, "words"),
    "vectors": (SKY, "vectors"),
    "hybrid": (BLUE, "words and vectors"),
    "memory": (PINK, "memory package"),
}
"""The colour of each kind, and what it is called."""

LARGEST, SMALLEST = 700.0, 20.0
"""Areas of discs in square points; they are true to the size of the index, but for very small ones."""

_LARGE = 10_000_000  # bytes; from here on, tenths of a megabyte say nothing
_WIDTH, _HEIGHT = 6.0, 4.6  # of a panel, in inches
_DPI = 72  # so that a pixel is a point
_OFFSET: dict[str, Any] = {"xytext": (0, 0), "textcoords": "offset points"}
_AROUND = (
    (1.0, 0.0, "left"), (0.0, 1.0, "center"), (0.0, -1.0, "center"), (-1.0, 0.0, "right"),
    (0.7, 0.7, "left"), (0.7, -0.7, "left"), (-0.7, 0.7, "right"), (-0.7, -0.7, "right"),
)  # fmt: skip
_REACH = (3, 10, 20, 32, 46, 62)  # points between a disc and its label
_LINE = 4  # half the height of a label, in points


@dataclass(frozen=True, slots=True)
class Point:
    """One peer in a panel: milliseconds, per cent, square points."""

    label: str
    kind: Kind
    x: float
    y: float
    area: float


def points(peers: Mapping[str, Summary]) -> list[Point]:
    """Return the points of a panel, the largest first so that none lies hidden below another."""
    largest = max(summary.index_bytes for summary in peers.values())
    found = [
        Point(
            f"{PEERS[name].title}, {_size(summary.index_bytes)}",
            PEERS[name].kind,
            summary.p50,
            100 * summary.score.recall,
            max(SMALLEST, LARGEST * summary.index_bytes / largest),
        )
        for name, summary in peers.items()
    ]
    return sorted(found, key=lambda point: -point.area)


def draw(suites: Suites, path: Path) -> None:
    """Draw one or more suites to an SVG file."""
    columns = min(2, len(suites))
    rows = -(-len(suites) // columns)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(_WIDTH * columns, _HEIGHT * rows + 0.9), dpi=_DPI, layout="constrained")
        figure.suptitle(
            "Quality, latency and size: higher is better, further left is quicker, a smaller disc is a smaller index"
        )
        axes = figure.subplots(rows, columns, squeeze=False).flatten()
        for axis, (suite, peers) in zip(axes, suites.items(), strict=False):
            _draw_panel(axis, suite, peers)
        for axis in axes[len(suites) :]:
            axis.set_axis_off()
        handles = [Line2D([], [], marker="o", ls="", color=colour, label=name) for colour, name in KINDS.values()]
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)
        figure.draw_without_rendering()  # only now is it known where everything lies
        for axis, peers in zip(axes, suites.values(), strict=False):
            _label(axis, points(peers))
        figure.savefig(path, format="svg", facecolor="white", metadata={"Date": None, "Creator": None})


def _draw_panel(axis: Axes, suite: str, peers: Mapping[str, Summary]) -> None:
    found, one = points(peers), next(iter(peers.values()))
    x, y = [point.x for point in found], [point.y for point in found]
    colours = [KINDS[point.kind][0] for point in found]
    axis.scatter(x, y, [point.area for point in found], colours, alpha=0.8, edgecolors="white", linewidths=1)
    title = f"{suite}: {one.entries:,} entries, {one.questions:,} questions"
    axis.set_title(title, loc="left", fontsize=10, fontweight="bold", color=INK)
    axis.set_xscale("log")
    axis.set_xlim(min(x) / 3, max(x) * 6)
    room = 0.12 * (max(y) - min(y) + 10)
    axis.set_ylim(min(y) - room, max(y) + room)
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.set_xlabel("p50 of a question [ms]")
    axis.set_ylabel("recall@10 of entries [%]")
    axis.grid(color="#E4E4E4", linewidth=0.6)
    axis.set_axisbelow(True)


def _label(axis: Axes, found: Sequence[Point]) -> None:
    """Name each disc as near to it as it goes without covering another disc or name."""
    taken = [_disc(axis, point) for point in found]
    for point in sorted(found, key=lambda point: -point.y):
        weight = "bold" if point.kind == "vertraut" else "normal"
        label = axis.annotate(
            point.label, (point.x, point.y), **_OFFSET, va="center", fontsize=8.5, weight=weight, color=INK
        )
        for offset, side in _offsets(point):
            label.set(position=offset, horizontalalignment=side)
            box = label.get_window_extent()
            if _holds(axis.bbox, box) and all(Bbox.intersection(box, other) is None for other in taken):
                break
        taken.append(box)
        if hypot(*offset) > _radius(point) + _REACH[1]:
            line = {"arrowstyle": "-", "color": QUIET, "lw": 0.6, "shrinkA": 0, "shrinkB": _radius(point)}
            axis.annotate("", (point.x, point.y), **(_OFFSET | {"xytext": offset}), arrowprops=line)


def _offsets(point: Point) -> Iterator[tuple[tuple[float, float], str]]:
    """Yield where a label may stand, nearest first: points from the centre of the disc, and which of its ends is there."""
    for reach in _REACH:
        far = _radius(point) + reach
        for x, y, side in _AROUND:
            yield (x * far, y * (far + _LINE)), side


def _radius(point: Point) -> float:
    return sqrt(point.area / pi)


def _disc(axis: Axes, point: Point) -> Bbox:
    x, y = axis.transData.transform((point.x, point.y))
    radius = _radius(point)
    return Bbox([[x - radius, y - radius], [x + radius, y + radius]])


def _holds(outer: BboxBase, inner: BboxBase) -> bool:
    return bool(outer.x0 <= inner.x0 and inner.x1 <= outer.x1 and outer.y0 <= inner.y0 and inner.y1 <= outer.y1)


def _size(count: int) -> str:
    return f"{count / 1e6:,.0f} MB" if count > _LARGE else f"{count / 1e6:,.1f} MB"
