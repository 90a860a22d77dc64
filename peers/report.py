"""Results summed up: a table for people, ``peers.json`` for the rest."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table

from peers.adapters import PEERS
from peers.results import Result
from peers.scoring import Score, mean, score, scored_questions, threads_of
from vertraut.evals.cases import Case


@dataclass(frozen=True, slots=True)
class Summary:
    """A peer on a suite: means over its questions with evidence, sums over its cases. Times in ms, build in seconds."""

    score: Score
    p50: float
    p95: float
    index_bytes: int
    build_seconds: float
    entries: int
    questions: int
    version: str


Suites = Mapping[str, Mapping[str, Summary]]
"""Summaries by suite and peer, both in order."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its heading, its value, and whether more of it is better."""

    heading: str
    value: Callable[[Summary], float]
    more: bool = False


COLUMNS = (
    Column("recall @10", lambda each: 100 * each.score.recall, more=True),
    Column("hit @10", lambda each: 100 * each.score.hit, more=True),
    Column("thread hit@5", lambda each: 100 * each.score.thread_hit, more=True),
    Column("thread all@10", lambda each: 100 * each.score.thread_all, more=True),
    Column("p50 ms", lambda each: each.p50),
    Column("p95 ms", lambda each: each.p95),
    Column("index MB", lambda each: each.index_bytes / 1e6),
    Column("build s", lambda each: each.build_seconds),
)
"""What the table shows, qualities in per cent."""

_MANY = 100


def summaries(results: Iterable[tuple[Case, str, Result]]) -> dict[str, dict[str, Summary]]:
    """Sum up results by suite and peer. Only a peer that has all measured cases of a suite can be compared on it."""
    threads = cache(threads_of)
    cases: dict[str, dict[str, list[tuple[Case, Result]]]] = {}
    for case, name, result in results:
        cases.setdefault(case.suite, {}).setdefault(name, []).append((case, result))
    found: dict[str, dict[str, Summary]] = {}
    for suite, peers in cases.items():
        most = max(map(len, peers.values()))
        whole = {name: peers[name] for name in PEERS if len(peers.get(name, ())) == most}
        found[suite] = {name: _summary(measured, threads) for name, measured in whole.items()}
    return found


def table(suite: str, peers: Mapping[str, Summary]) -> Table:
    """Return one suite as a table for the terminal, the best of each column bold."""
    shown = Table(title=_title(suite, peers), box=None, padding=(0, 1), pad_edge=False)
    shown.add_column("", no_wrap=True)
    for column in COLUMNS:
        shown.add_column(column.heading.replace(" ", "\n"), justify="right", no_wrap=True)
    shown.add_column("version", no_wrap=True)
    for name, cells in _cells(peers, "[bold]{}[/]").items():
        shown.add_row(PEERS[name].title, *cells)
    return shown


def markdown(suites: Suites) -> str:
    """Return all suites as tables in Markdown, the best of each column bold."""
    parts = []
    for suite, peers in suites.items():
        heads = ["", *(column.heading for column in COLUMNS), "version"]
        rules = ["---", *["---:"] * len(COLUMNS), "---"]
        rows = [[PEERS[name].title, *cells] for name, cells in _cells(peers, "**{}**").items()]
        lines = "\n".join(f"| {' | '.join(row)} |" for row in (heads, rules, *rows))
        parts.append(f"{_title(suite, peers)}\n\n{lines}\n")
    return "\n".join(parts)


def as_json(suites: Suites) -> dict[str, Any]:
    """Return everything as JSON values, with where and when it was measured. Shares are from 0 to 1."""
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "peers": {name: asdict(about) for name, about in PEERS.items()},
        "suites": {suite: {name: asdict(summary) for name, summary in peers.items()} for suite, peers in suites.items()},
    }


def _summary(measured: Iterable[tuple[Case, Result]], threads: Callable[[Case], Mapping[str, str]]) -> Summary:
    scores, times, figures = [], [], []
    for case, result in measured:
        figures.append(result.figures)
        thread_of = threads(case)
        for question in scored_questions(case):
            answer = result.answers[question.id]
            scores.append(score(answer.ranked, question, thread_of))
            times.append(answer.ms)
    p50, p95 = (float(np.percentile(times, share, method="inverted_cdf")) for share in (50, 95))
    return Summary(
        score=mean(scores),
        p50=p50,
        p95=p95,
        index_bytes=sum(each.index_bytes for each in figures),
        build_seconds=round(sum(each.build_seconds for each in figures), 3),
        entries=sum(each.entries for each in figures),
        questions=len(scores),
        version=figures[0].version,
    )


def _title(suite: str, peers: Mapping[str, Summary]) -> str:
    one = next(iter(peers.values()))
    return f"{suite}: {one.entries:,} entries, {one.questions:,} questions with evidence"


def _cells(peers: Mapping[str, Summary], marked: str) -> dict[str, list[str]]:
    """Return the cells of each peer; ``marked`` is how the best of a column is written."""
    best = [_short((max if column.more else min)(map(column.value, peers.values()))) for column in COLUMNS]
    found = {}
    for name, summary in peers.items():
        cells = (_short(column.value(summary)) for column in COLUMNS)
        found[name] = [marked.format(cell) if cell == top else cell for cell, top in zip(cells, best, strict=True)]
        found[name].append(summary.version)
    return found


def _short(value: float) -> str:
    """Return three digits or so, which is as exact as it is."""
    digits = 0 if value >= _MANY else 1 if value >= 1 else 2
    return f"{value:,.{digits}f}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())
