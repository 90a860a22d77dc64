"""Fit the ranker: ``python -m tools.ranker [CASES] [--rows FILE] [--ablate]`` (``make ranker``).

CASES is a folder of evaluation cases (``docs/formats.md``); the sample household is always one more suite. Gathers each
question's candidates, fits the linear model, gathers again with it (what stands beside the best depends on it), fits the
trees over entries and those over threads, writes ``memory/ranker.json`` and prints what it is worth on questions that it
was not fitted on. Nothing is fitted on LoCoMo or the unseen lives. The same cases give the same file, to the byte, with
the same versions of LightGBM, NumPy and the engine.
"""

from __future__ import annotations

import argparse
import json
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from tools.ranker.fit import LINEAR, SHARE, START, as_json, fit_linear, fit_threads, fit_trees
from tools.ranker.heldout import MEASURES, figures, held_out, ranker
from tools.ranker.rows import Row, collected

import vertraut
from vertraut.memory.ranker import shipped_model
from vertraut.memory.signals import FAMILIES, SIGNALS

TARGET = Path(vertraut.__file__).parent / "memory" / "ranker.json"


def main() -> None:
    """Fit, write and report."""
    parser = argparse.ArgumentParser(prog="ranker", description=__doc__)
    parser.add_argument("cases", type=Path, nargs="?", help="folder of evaluation cases")
    parser.add_argument(
        "--rows", type=Path, help="keep the signals in this file, or take them from it; writes no model then"
    )
    parser.add_argument("--ablate", action="store_true", help="report what each family of signals is worth")
    given = parser.parse_args()
    console = Console(width=150)
    if given.rows and given.rows.exists():
        rows: list[Row] = pickle.loads(given.rows.read_bytes())
    else:
        rows = _fitted(given.cases, console)
        if given.rows:
            given.rows.write_bytes(pickle.dumps(rows))
    _report(rows, console, ablate=given.ablate)


def _fitted(cases: Path | None, console: Console) -> list[Row]:
    """Fit on the cases, write the model, and return the signals that the trees were fitted on."""
    _write(START)
    weights = fit_linear(collected(cases, console))
    _write(weights)
    rows = collected(cases, console)
    weights = fit_linear(rows)
    _write(weights, as_json(fit_trees(rows, weights)), as_json(fit_threads(rows)))
    console.print(f"{TARGET}: {TARGET.stat().st_size:,} bytes, {len(LINEAR)} weights, {len(SIGNALS)} signals")
    return rows


def _write(weights: dict[str, float], trees: Sequence[dict[str, Any]] = (), threads: Sequence[dict[str, Any]] = ()) -> None:
    model = {"weights": weights, "share": SHARE, "trees": trees, "threads": threads}
    TARGET.write_text(json.dumps(model, separators=(",", ":")) + "\n", encoding="utf-8")
    shipped_model.cache_clear()


def _report(rows: list[Row], console: Console, *, ablate: bool) -> None:
    variants = {
        "all": ranker(),
        "threads not judged": ranker(threads=False),
        "linear model alone": ranker(trees=False, threads=False),
    }
    if ablate:
        surroundings = FAMILIES["beside"] + FAMILIES["alike"] + FAMILIES["thread"]
        for family, names in {**FAMILIES, "beside, alike and thread": surroundings}.items():
            variants[f"threads not judged, without {family}"] = ranker(names, threads=False)
    tables: dict[str, Table] = {}
    for name, fit in variants.items():
        for suite, values in sorted(figures(held_out(rows, fit), lambda row: row.suite).items()):
            table = tables.setdefault(suite, Table(suite, *MEASURES, show_edge=False))
            table.add_row(name, *(f"{value:.1f}" for value in values))
    for table in tables.values():
        console.print(table, "")


if __name__ == "__main__":
    main()
