"""Fitting: a listwise logistic regression for the linear model, LambdaMART (LightGBM) for the trees.

The trees over threads are fitted on what the trees over entries say of questions they have not seen, as it will be.
Each suite counts as ``SUITES`` says, those most like a person's own memory more, however many questions it has.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from tools.fitting import NEVER_TRAINED_ON
from tools.ranker.rows import Row

from vertraut.memory.signals import SIGNALS
from vertraut.memory.threads import THREAD_SIGNALS, signals_of_threads

Floats = npt.NDArray[np.float64]
SUITES = {"household": 1.0, "mixed": 2.0, "talks": 1.5, "german": 1.5, "longmemeval-pool": 1.5, "lifebench": 1.5}
LINEAR = (
    "meaning", "words", "coverage", "meaning_near", "words_near", "coverage_near", "in_time", "near_time", "not_yet",
    "assistant_asked", "assistant_unasked", "is_question", "length",
)  # fmt: skip
START = {"meaning": 1.5, "words": 2.4, "coverage_near": 1.3, "in_time": 1.5, "near_time": 2.8, "not_yet": -4.9}
"""The linear model that the first candidates are gathered with, so that the file does not depend on the one before it."""
EITHER_SIGN = frozenset({"assistant_asked", "assistant_unasked", "is_question", "length", "not_yet", "near_time"})
PENALTY = 1e-3
ROUNDS, LEAVES, LOOKED_AT = 600, 15, 150
SHARE = 2.0
PARTS = 5
TREES: dict[str, Any] = {
    "objective": "lambdarank", "lambdarank_truncation_level": 30, "num_leaves": LEAVES, "learning_rate": 0.05,
    "min_data_in_leaf": 200, "max_bin": 255, "seed": 0,
    # Many trees, each unlike the others: thresholds by chance, two fifths of the signals, three fifths of the questions.
    "extra_trees": True, "feature_fraction": 0.4, "bagging_by_query": True, "bagging_fraction": 0.6, "bagging_freq": 1,
    # With two threads, a busy machine gives other trees than an idle one, whatever "deterministic" says.
    "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1,
}  # fmt: skip
OVER_THREADS: dict[str, Any] = TREES | {"lambdarank_truncation_level": 12, "min_data_in_leaf": 50}


def usable(rows: Sequence[Row]) -> list[Row]:
    """Return the questions that may be fitted on and say something: their evidence is among the candidates."""
    return [row for row in rows if row.suite not in NEVER_TRAINED_ON and row.evidence.any() and not row.advice]


def fit_linear(rows: Sequence[Row], names: Sequence[str] = LINEAR) -> dict[str, float]:
    """Return the weight of each signal: evidence against the other candidates of its question, more being better."""
    used = usable(rows)
    columns = [SIGNALS.index(name) for name in names]
    matrix = np.vstack([row.matrix[:, columns] for row in used]).astype(float)
    spread = matrix.std(axis=0) + 1e-9
    matrix /= spread
    sizes = np.array([len(row.evidence) for row in used])
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    aim = np.concatenate([row.evidence / row.evidence.sum() for row in used])
    share = np.repeat(_shares(used), sizes)

    def loss(weights: Floats) -> tuple[float, Floats]:
        score = matrix @ weights
        score -= np.repeat(np.maximum.reduceat(score, first), sizes)
        total = np.repeat(np.log(np.add.reduceat(np.exp(score), first)), sizes)
        slope = share * (np.exp(score - total) - aim)
        lost = -float((share * aim) @ (score - total)) + PENALTY * float(weights @ weights)
        return lost, matrix.T @ slope + 2 * PENALTY * weights

    bounds = [(None, None) if name in EITHER_SIGN else (0.0, None) for name in names]
    start = np.zeros(len(names))
    done = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300})
    return dict(zip(names, (done.x / spread).round(4).tolist(), strict=True))


def linear_scores(row: Row, weights: dict[str, float]) -> Floats:
    """Return the linear model's score of each candidate, (n,)."""
    vector = np.array([weights.get(name, 0.0) for name in SIGNALS])
    score: Floats = row.matrix.astype(float) @ vector
    return score


def fit_trees(rows: Sequence[Row], weights: dict[str, float], left_out: Collection[str] = ()) -> lightgbm.Booster:
    """Return trees over the candidates at the linear model's top, as they will be used."""
    used = usable(rows)
    tops = [np.sort(np.argsort(-linear_scores(row, weights), kind="stable")[:LOOKED_AT]) for row in used]
    columns = [n for n, name in enumerate(SIGNALS) if name not in left_out]
    data = lightgbm.Dataset(
        np.vstack([row.matrix[top][:, columns] for row, top in zip(used, tops, strict=True)]),
        np.concatenate([row.evidence[top] for row, top in zip(used, tops, strict=True)]).astype(int),
        group=[len(top) for top in tops],
        weight=np.concatenate([np.full(len(top), each * 1000) for top, each in zip(tops, _shares(used), strict=True)]),
        feature_name=[SIGNALS[n] for n in columns],
    )
    return lightgbm.train(TREES, data, ROUNDS)


def entry_scores(
    row: Row, weights: dict[str, float], trees: lightgbm.Booster | None, left_out: Collection[str] = ()
) -> Floats:
    """Return the score of each candidate, (n,), as ``vertraut.memory.ranker`` gives it."""
    linear = linear_scores(row, weights)
    if trees is None:
        return linear
    columns = [n for n, name in enumerate(SIGNALS) if name not in left_out]
    best = np.argsort(-linear, kind="stable")[:LOOKED_AT]
    scores = linear - 1000
    scores[best] = linear[best] + SHARE * np.asarray(trees.predict(row.matrix[best][:, columns]), float)
    return scores


def fit_threads(rows: Sequence[Row]) -> lightgbm.Booster:
    """Return trees over the best threads of each question, by the scores that the others' questions give its entries."""
    part_of = parts(rows)
    matrices: list[Floats] = []
    right: list[npt.NDArray[np.bool_]] = []
    asked: list[Row] = []
    for part in sorted(set(part_of.values())):
        others = [row for row in rows if part_of[id(row)] != part]
        weights = fit_linear(others)
        trees = fit_trees(others, weights)
        for row in usable([row for row in rows if part_of[id(row)] == part]):
            scores = entry_scores(row, weights, trees)
            best, signals = signals_of_threads(row.starts, row.threads, row.matrix.astype(float), scores)
            matrices.append(signals)
            right.append(np.isin(row.threads[best], list(row.right_threads)))
            asked.append(row)
    shares = zip(_shares(asked), matrices, strict=True)
    data = lightgbm.Dataset(
        np.vstack(matrices),
        np.concatenate(right).astype(int),
        group=[len(matrix) for matrix in matrices],
        weight=np.concatenate([np.full(len(matrix), share * 1000) for share, matrix in shares]),
        feature_name=list(THREAD_SIGNALS),
    )
    return lightgbm.train(OVER_THREADS, data, ROUNDS)


def parts(rows: Sequence[Row]) -> dict[int, int]:
    """Return the part of each question, by its identity: by case where a suite has several, else by question."""
    cases: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.case not in cases[row.suite]:
            cases[row.suite].append(row.case)
    return {id(row): (cases[row.suite].index(row.case) if len(cases[row.suite]) > 1 else row.number) % PARTS for row in rows}


def as_json(booster: lightgbm.Booster) -> list[dict[str, Any]]:
    """Return trees in the form of ``ranker.json``: splits as [signal, threshold, leaves on the left as bits], leaves."""
    dumped = booster.dump_model()
    names = dumped["feature_names"]
    trees = []
    for tree in dumped["tree_info"]:
        splits: list[list[Any]] = []
        leaves: list[float] = []
        _walk(tree["tree_structure"], names, splits, leaves)
        trees.append({"splits": splits, "leaves": leaves})
    return trees


def _walk(node: dict[str, Any], names: Sequence[str], splits: list[list[Any]], leaves: list[float]) -> int:
    """Collect splits and leaves, these from left to right, and return the leaves below a node as bits."""
    if "leaf_value" in node:
        leaves.append(round(node["leaf_value"], 5))
        return 1 << (len(leaves) - 1)
    split = [names[node["split_feature"]], round(node["threshold"], 6), 0]
    splits.append(split)
    split[2] = _walk(node["left_child"], names, splits, leaves)
    return int(split[2]) | _walk(node["right_child"], names, splits, leaves)


def _shares(rows: Sequence[Row]) -> Floats:
    count = Counter(row.suite for row in rows)
    return np.array([SUITES[row.suite] / count[row.suite] for row in rows])
