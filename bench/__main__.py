"""``python -m bench [--sizes 10000,100000] [--folder DIR]``: measure each size, print a table against the budgets.

Entries are invented, or with ``--from`` recombined from evaluation cases. Figures are kept in the folder, as
``results.json``.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bench.likeness import Likeness
from bench.results import Figures, Measurement, Result, code_version, digest, keep, kept, place
from bench.table import cost_table, likeness_table

REAL_UP_TO = 100_000
WIDTH = 160  # of a table that goes to a file


def main() -> None:
    """Measure and print."""
    given = _options()
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    given.folder.mkdir(parents=True, exist_ok=True)
    code, found = code_version(), []
    for size in (int(text) for text in given.sizes.split(",")):
        wanted = _measurement(size, given)
        result = kept(given.folder, wanted, code) if given.resume else None
        if result:
            console.print(f"{size:,} entries, {wanted.vectors} vectors: measured already, {result.date}")
        else:
            console.print(f"measuring {size:,} entries, {wanted.vectors} vectors …")
            result = _measured(wanted, given, code)
            keep(given.folder, result)
        found.append(result)
    for result in found:
        if result.likeness:
            console.print(likeness_table(result))
    console.print(cost_table(found))
    options = " ".join(sys.argv[1:]) or f"--sizes {given.sizes}"
    console.print(f"{datetime.now(UTC):%Y-%m-%d}, {_machine()}, python -m bench {options}", soft_wrap=True)
    if given.plot:
        from bench.plot import draw  # noqa: PLC0415  matplotlib, which measuring does without

        draw([result.figures for result in found], given.plot)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--folder", type=Path, default=Path(".bench"), help="where vaults, vectors and results are kept")
    parser.add_argument("--from", dest="cases", type=Path, help="folder of evaluation cases to recombine entries from")
    parser.add_argument(
        "--real-up-to",
        type=int,
        help=f"largest size whose vectors the engine computes; {REAL_UP_TO} for invented entries, 0 for recombined ones",
    )
    parser.add_argument("--while-importing", action="store_true", help="ask again while another process imports")
    parser.add_argument("--plot", type=Path, help="draw cost against size to this SVG file")
    parser.add_argument("--resume", action="store_true", help="take what was measured already with this version of the code")
    given = parser.parse_args()
    if given.real_up_to is None:
        given.real_up_to = 0 if given.cases else REAL_UP_TO
    return given


def _measurement(size: int, given: argparse.Namespace) -> Measurement:
    vectors = "real" if size <= given.real_up_to else "generated"
    cases = digest(given.cases.glob("*/*/*.jsonl")) if given.cases else ""
    return Measurement(size, vectors, cases, given.while_importing)


def _measured(wanted: Measurement, given: argparse.Namespace, code: str) -> Result:
    """Measure one size in a process of its own, so that memory is its own, in a vault of its own."""
    home = place(given.folder, "home", wanted.entries, recombined=bool(given.cases))
    shutil.rmtree(home, ignore_errors=True)
    command = [sys.executable, "-m", "bench.measure", str(wanted.entries), str(given.folder), wanted.vectors]
    command += ["--from", str(given.cases)] if given.cases else []
    command += ["--while-importing"] if wanted.while_importing else []
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    row = json.loads(done.stdout.splitlines()[-1])
    likeness = tuple(Likeness(**each) for each in row["likeness"])
    return Result(wanted, code, f"{datetime.now(UTC):%Y-%m-%d}", _machine(), Figures(**row["figures"]), likeness)


def _machine() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        name = next(line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor()
    return f"{name}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
