"""What a ranker is worth on questions it was not fitted on: five parts, each ranked by what the other four gave.

A suite of several cases is parted by case, one of a single case by question. LoCoMo is ranked by what all the others gave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from tools.ranker.fit import LOOKED_AT, SHARE, fit_linear, fit_trees, linear_scores
from tools.ranker.rows import NEVER_TRAINED_ON, Row

from vertraut.memory.ranker import ADVICE
from vertraut.memory.signals import SIGNALS

Floats = npt.NDArray[np.float64]
Scorer = Callable[[Row], Floats]
PARTS = 5
BROAD = 10
DEPTH = 50
MEASURES = ("hit@5", "hit@10", "recall@10", "all@10", "t.hit@5", "t.hit@10", "t.all@10", "t.ndcg@10")
_TOP, _FEW = 10, 5


def held_out(rows: Sequence[Row], fit: Callable[[Sequence[Row]], Scorer]) -> list[tuple[Row, Floats]]:
    """Return each question that has evidence with the scores of its candidates by a ranker that never saw it."""
    part_of = _parts(rows)
    scorers = [fit([row for row in rows if part_of[id(row)] != part]) for part in range(PARTS)]
    everything = fit(rows)
    asked = [row for row in rows if row.sought]
    return [(row, (everything if row.suite in NEVER_TRAINED_ON else scorers[part_of[id(row)]])(row)) for row in asked]


def linear_and_trees(left_out: Sequence[str] = (), *, trees: bool = True) -> Callable[[Sequence[Row]], Scorer]:
    """Return how to fit the ranker that ships, without some signals or without its trees."""

    def fit(rows: Sequence[Row]) -> Scorer:
        from tools.ranker.fit import LINEAR  # noqa: PLC0415  read when called: ablations replace it

        weights = fit_linear(rows, [name for name in LINEAR if name not in left_out])
        booster = fit_trees(rows, weights, left_out) if trees else None
        columns = [n for n, name in enumerate(SIGNALS) if name not in left_out]

        def score(row: Row) -> Floats:
            if row.advice:
                advice: Floats = row.matrix.astype(float) @ np.array([ADVICE.get(name, 0.0) for name in SIGNALS])
                return advice
            linear = linear_scores(row, weights)
            if booster is None:
                return linear
            best = np.argsort(-linear, kind="stable")[:LOOKED_AT]
            total = linear - 1000
            total[best] = linear[best] + SHARE * np.asarray(booster.predict(row.matrix[best][:, columns]), float)
            return total

        return score

    return fit


def figures(ranked: Sequence[tuple[Row, Floats]], group: Callable[[Row], str]) -> dict[str, Floats]:
    """Return the means of ``MEASURES`` over the questions of each group, in percent."""
    found: dict[str, list[list[float]]] = defaultdict(list)
    for row, scores in ranked:
        found[group(row)].append(_measured(row, scores))
    return {name: 100 * np.mean(values, axis=0) for name, values in found.items()}


def _measured(row: Row, scores: Floats) -> list[float]:
    order = np.argsort(-scores, kind="stable")
    threads = row.threads.tolist()
    seen = {threads[n] for n in order[:BROAD]}
    new: list[int] = []
    more: list[int] = []
    for n in order[BROAD:].tolist():
        (more if threads[n] in seen else new).append(n)
        seen.add(threads[n])
    shown = [*order[:BROAD].tolist(), *new, *more][:DEPTH]
    right = row.evidence[shown]
    ranked = list(dict.fromkeys(threads[n] for n in shown))
    gain = sum(1 / np.log2(n + 2) for n, thread in enumerate(ranked[:_TOP]) if thread in row.right_threads)
    ideal = sum(1 / np.log2(n + 2) for n in range(min(len(row.right_threads), _TOP))) or 1.0
    return [
        float(right[:_FEW].any()), float(right[:_TOP].any()), right[:_TOP].sum() / row.sought,
        float(right[:_TOP].sum() == row.sought), float(not row.right_threads.isdisjoint(ranked[:_FEW])),
        float(not row.right_threads.isdisjoint(ranked[:_TOP])), float(row.right_threads <= set(ranked[:_TOP])), gain / ideal,
    ]  # fmt: skip


def _parts(rows: Sequence[Row]) -> dict[int, int]:
    cases: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.case not in cases[row.suite]:
            cases[row.suite].append(row.case)
    return {
        id(row): (cases[row.suite].index(row.case) if len(cases[row.suite]) >= PARTS else row.number) % PARTS for row in rows
    }
