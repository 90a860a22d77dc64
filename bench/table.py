"""What was measured, as tables: every size against the budgets, and how like real entries recombined ones are."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from bench.results import Result

BUDGETS = {  # DESIGN, section 13: two cores
    "import_rate": "≥ 5,000",
    "opening": "≤ 1,500 at 1M",
    "p50": "≤ 20 at 10k, ≤ 40 at 1M",
    "p95": "≤ 90 at 1M",
    "memory": "≤ 500 at 1M",
    "bytes_an_entry": "≤ 1,200",
}
ROWS = (
    ("import_rate", "import, findable by words (entries/s)", 1),
    ("embed_rate", "vectors, real engine (entries/s)", 1),
    ("opening", "opening (ms)", 1),
    ("first", "first recall after opening (ms)", 1),
    ("p50", "recall p50, warm (ms)", 1),
    ("p95", "recall p95, warm (ms)", 1),
    ("p50_importing", "… p50 while another process imports (ms)", 1),
    ("p95_importing", "… p95 while another process imports (ms)", 1),
    ("p50_embedding", "… p50 while it makes their vectors (ms)", 1),
    ("p95_embedding", "… p95 while it makes their vectors (ms)", 1),
    ("memory", "memory of the recalling process (MB)", 1e-6),
    ("memory_importing", "… after the import (MB)", 1e-6),
    ("bytes_an_entry", "disk beyond the text (bytes/entry)", 1),
    ("text_an_entry", "text (bytes/entry)", 1),
    ("passages_an_entry", "passages (per entry)", 1),
    ("yardstick_index_rate", "bm25s in memory: indexing (entries/s)", 1),
    ("yardstick_p50", "bm25s in memory: p50 (ms)", 1),
    ("yardstick_p95", "bm25s in memory: p95 (ms)", 1),
)


def cost_table(found: Sequence[Result]) -> Table:
    """Return one column a size; what was not measured at any size has no row."""
    table = Table(title="Speed and size", show_edge=False)
    table.add_column("")
    for result in found:
        entries = f"{result.figures.entries:,}"
        table.add_column(f"{entries}\n{result.figures.vectors} vectors", justify="right")
    table.add_column("budget", justify="right")
    for name, title, factor in ROWS:
        values = [getattr(result.figures, name) for result in found]
        if any(value is not None for value in values):
            shown = ("–" if value is None else _shown(value * factor) for value in values)
            table.add_row(title, *shown, BUDGETS.get(name, ""))
    return table


def likeness_table(result: Result) -> Table:
    """Return how like the cases the entries of one size are."""
    table = Table(title=f"Likeness of {result.figures.entries:,} recombined entries to the cases", show_edge=False)
    for heading in ("", "", "made", "expected", "ratio"):
        table.add_column(heading, justify="right" if heading else "left")
    for each in result.likeness:
        ratio = f"{each.made / each.expected:.2f}" if each.expected else "–"
        table.add_row(each.language, each.measure, _exact(each.made), _exact(each.expected), ratio)
    return table


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"


def _exact(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.4f}"
