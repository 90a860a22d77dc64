"""What a ranker is worth on questions it was not fitted on: five parts, each ranked by what the other four gave.

A suite of several cases is parted by case, one of a single case by question. LoCoMo and the unseen lives are ranked
by what all the others gave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from tools.fitting import NEVER_TRAINED_ON
from tools.ranker import fit
from tools.ranker.rows import Row

from vertraut.memory.ranker import ADVICE, CHOSEN
from vertraut.memory.signals import SIGNALS
from vertraut.memory.threads import signals_of_threads

Floats = npt.NDArray[np.float64]
Scorer = Callable[[Row], tuple[Floats, Floats]]
"""Gives the score of each candidate and that of its thread."""
DEPTH = 50
MEASURES = ("hit@5", "hit@10", "recall@10", "all@10", "t.hit@5", "t.hit@10", "t.all@10", "t.ndcg@10")
_TOP, _FEW = 10, 5


def held_out(rows: Sequence[Row], fitted: Callable[[Sequence[Row]], Scorer]) -> list[tuple[Row, list[int]]]:
    """Return each question that has evidence with its candidates in order, by a ranker that never saw it."""
    return [(row, _shown(row, *scores)) for row, scores in scored(rows, fitted) if row.sought]


def scored(rows: Sequence[Row], fitted: Callable[[Sequence[Row]], Scorer]) -> Iterator[tuple[Row, tuple[Floats, Floats]]]:
    """Yield each question with the scores of its candidates and of their threads, by a ranker that never saw it."""
    part_of = fit.parts(rows)
    scorers = [fitted([row for row in rows if part_of[id(row)] != part]) for part in range(fit.PARTS)]
    everything = fitted(rows)
    for row in rows:
        yield row, (everything if row.suite in NEVER_TRAINED_ON else scorers[part_of[id(row)]])(row)


def ranker(left_out: Sequence[str] = (), *, trees: bool = True, threads: bool = True) -> Callable[[Sequence[Row]], Scorer]:
    """Return how to fit the ranker that ships, without some signals, without its trees or without those over threads."""

    def fitted(rows: Sequence[Row]) -> Scorer:
        weights = fit.fit_linear(rows, [name for name in fit.LINEAR if name not in left_out])
        entries = fit.fit_trees(rows, weights, left_out) if trees else None
        whole = fit.fit_threads(rows) if threads else None

        def score(row: Row) -> tuple[Floats, Floats]:
            if row.advice:
                advice: Floats = row.matrix.astype(float) @ np.array([ADVICE.get(name, 0.0) for name in SIGNALS])
                return advice, np.zeros(len(advice))
            scores = fit.entry_scores(row, weights, entries, left_out)
            if whole is None or not len(scores):
                return scores, np.zeros(len(scores))
            best, signals = signals_of_threads(row.starts, row.threads, row.matrix.astype(float), scores)
            judged = np.asarray(whole.predict(signals), float)
            of = dict(zip(row.threads[best].tolist(), judged.tolist(), strict=True))
            return scores, np.array([of.get(thread, judged.min() - 1) for thread in row.threads.tolist()])

        return score

    return fitted


def figures(ranked: Sequence[tuple[Row, list[int]]], group: Callable[[Row], str]) -> dict[str, Floats]:
    """Return the means of ``MEASURES`` over the questions of each group, in percent."""
    found: dict[str, list[list[float]]] = defaultdict(list)
    for row, shown in ranked:
        found[group(row)].append(_measured(row, shown))
    return {name: 100 * np.mean(values, axis=0) for name, values in found.items()}


def _shown(row: Row, scores: Floats, of_thread: Floats) -> list[int]:
    """Return candidates as recall lists them: its best ten, then the best of each further thread, then the others."""
    order = np.argsort(-scores, kind="stable")
    best = order[:CHOSEN]
    best = best[np.argsort(-(scores + of_thread)[best], kind="stable")]
    threads = row.threads.tolist()
    seen = {threads[n] for n in best}
    new: list[int] = []
    more: list[int] = []
    for n in order[CHOSEN:].tolist():
        (more if threads[n] in seen else new).append(n)
        seen.add(threads[n])
    return [*best.tolist(), *sorted(new, key=lambda n: -of_thread[n]), *more][:DEPTH]


def _measured(row: Row, shown: list[int]) -> list[float]:
    right = row.evidence[shown]
    ranked = list(dict.fromkeys(row.threads[shown].tolist()))
    gain = sum(1 / np.log2(n + 2) for n, thread in enumerate(ranked[:_TOP]) if thread in row.right_threads)
    ideal = sum(1 / np.log2(n + 2) for n in range(min(len(row.right_threads), _TOP))) or 1.0
    return [
        float(right[:_FEW].any()), float(right[:_TOP].any()), right[:_TOP].sum() / row.sought,
        float(right[:_TOP].sum() == row.sought), float(not row.right_threads.isdisjoint(ranked[:_FEW])),
        float(not row.right_threads.isdisjoint(ranked[:_TOP])), float(row.right_threads <= set(ranked[:_TOP])), gain / ideal,
    ]  # fmt: skip
