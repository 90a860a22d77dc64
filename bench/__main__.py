"""``python -m bench [--sizes 10000,100000] [--folder DIR]``: measure each size, print a table against the budgets."""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

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
    ("memory", "memory of the recalling process (MB)", 1e-6),
    ("bytes_an_entry", "disk beyond the text (bytes/entry)", 1),
    ("text_an_entry", "text (bytes/entry)", 1),
    ("yardstick_index_rate", "bm25s in memory: indexing (entries/s)", 1),
    ("yardstick_p50", "bm25s in memory: p50 (ms)", 1),
    ("yardstick_p95", "bm25s in memory: p95 (ms)", 1),
)
REAL_UP_TO = 100_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--folder", type=Path, default=Path(".bench"), help="where vaults and vectors are kept")
    parser.add_argument("--real-up-to", type=int, default=REAL_UP_TO, help="largest size whose vectors the engine computes")
    given = parser.parse_args()
    console = Console()
    found = []
    for size in (int(text) for text in given.sizes.split(",")):
        kind = "real" if size <= given.real_up_to else "generated"
        console.print(f"measuring {size:,} entries, {kind} vectors …")
        found.append(_measure(size, given.folder, kind))
    console.print(_table(found))
    console.print(f"{datetime.now(UTC):%Y-%m-%d}, {_machine()}, python -m bench --sizes {given.sizes}")


def _measure(size: int, folder: Path, kind: str) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / f"home-{size}", ignore_errors=True)
    command = [sys.executable, "-m", "bench.measure", str(size), str(folder), kind]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _table(found: list[dict[str, Any]]) -> Table:
    table = Table(title="Speed and size", show_edge=False)
    table.add_column("")
    for figures in found:
        table.add_column(f"{figures['entries']:,}\n{figures['vectors']} vectors", justify="right")
    table.add_column("budget", justify="right")
    for name, title, factor in ROWS:
        values = (figures[name] * factor for figures in found)
        shown = (f"{value:,.0f}" if value >= 100 else f"{value:,.1f}" for value in values)
        table.add_row(title, *shown, BUDGETS.get(name, ""))
    return table


def _machine() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        name = next(line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor()
    return f"{name}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
