"""How all pictures drawn from figures look, in the colours of Okabe and Ito, which the colour-blind can tell apart."""

from __future__ import annotations

from typing import Any

BLUE, ORANGE, GREEN, SKY, PINK, INK, QUIET = "#0072B2", "#D55E00", "#009E73", "#56B4E9", "#CC79A7", "#222222", "#767676"

STYLE: dict[Any, Any] = {  # matplotlib's type for the names is a list of all of them
    "svg.fonttype": "none",
    "svg.hashsalt": "vertraut",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Helvetica", "Arial"],
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": QUIET,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "text.color": INK,
}
