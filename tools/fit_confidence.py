"""Fit how sure recall is: ``python -m tools.fit_confidence CASES [PICTURE]`` writes ``confidence.json`` and its table.

A logistic regression on whether evidence is among the first ten entries, over what ``memory.confidence`` names. The
threshold of a language is the highest at which nine of ten answerable questions whose evidence was recalled are still
answered, every suite weighing as it does in the fit. All figures printed are held out: five parts (by case where a suite
has several, else by question), each judged by what the other four gave, on scores of rankers that had not seen its
questions either. LoCoMo and the unseen lives are measured only, never fitted on.
"""

from __future__ import annotations

import argparse
import json
import pickle
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
from tools.ranker import fit as ranker_fit
from tools.ranker.heldout import ranker, scored
from tools.ranker.rows import Row, collected

import vertraut
from vertraut.memory.confidence import confidence_features

Floats = npt.NDArray[np.float64]
SUITES = {
    "household": 1.5, "mixed": 2.5, "talks": 1.5, "german": 1.0, "longmemeval-pool": 0.7, "lifebench": 0.7,
    "elsewhere": 0.25,
}  # fmt: skip
NAMES = {
    "german": "German family",
    "household": "Sample household",
    "mixed": "Written lives",
    "talks": "Written talks",
    "lifebench": "LifeBench",
    "longmemeval-pool": "LongMemEval",
    "locomo": "LoCoMo",
}
ANSWERED = 0.9
ENOUGH = 5  # questions in a cell of the table
PENALTY = 2e-3
FIRST = 10
LEVELS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
TARGET = Path(vertraut.__file__).parent / "memory" / "confidence.json"


@dataclass(frozen=True, slots=True)
class Judged:
    """One recall: what its confidence is judged by, and what was true."""

    suite: str
    part: int
    language: str
    features: dict[str, float]
    answerable: bool
    recalled: bool


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights of the features, and a threshold for each language."""

    weights: dict[str, float]
    bias: float
    known_from: dict[str, float]

    def chance(self, row: Judged) -> float:
        """Return the model's probability that evidence is among the first ten."""
        return float(1 / (1 + np.exp(-self.bias - sum(self.weights[name] * value for name, value in row.features.items()))))

    def known(self, row: Judged) -> bool:
        """Say whether the question would be answered."""
        return self.chance(row) >= self.known_from[row.language]


def main() -> None:
    """Fit, write and report."""
    parser = argparse.ArgumentParser(prog="fit_confidence", description=__doc__)
    parser.add_argument("cases", type=Path, help="folder of evaluation cases")
    parser.add_argument("picture", type=Path, nargs="?", help="draw the curves into this file")
    parser.add_argument("--rows", type=Path, help="take the candidates' signals from this file of tools.ranker")
    given = parser.parse_args()
    console = Console(width=120)
    rows = judged(pickle.loads(given.rows.read_bytes()) if given.rows else collected(given.cases, console))
    made = fit(rows)
    model = {"weights": {**made.weights, "bias": made.bias}, "known_from": made.known_from}
    TARGET.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    parts = [fit([row for row in rows if row.part != part]) for part in range(ranker_fit.PARTS)]
    _report(rows, parts, console)
    if given.picture:
        draw({name: _sureness(rows, parts, suite) for suite, name in NAMES.items()}, given.picture)


def judged(rows: Sequence[Row]) -> list[Judged]:
    """Return what each question's recall is judged by, as a ranker that has not seen the question scores it."""
    part_of = ranker_fit.parts(rows)
    found: list[Judged] = []
    for row, (scores, _) in scored(rows, ranker(threads=False)):
        if features := confidence_features(row.grounds, scores):
            recalled = bool(row.evidence[np.argsort(-scores, kind="stable")[:FIRST]].any())
            found.append(Judged(row.suite, part_of[id(row)], row.language, features, bool(row.sought), recalled))
    return found


def fit(rows: Sequence[Judged]) -> Fitted:
    """Fit the weights, then the thresholds."""
    rows = [row for row in rows if row.suite in SUITES]
    names = list(rows[0].features)
    plain = np.array([[row.features[name] for name in names] for row in rows])
    middle, spread = plain.mean(axis=0), plain.std(axis=0) + 1e-9
    matrix = np.hstack([(plain - middle) / spread, np.ones((len(rows), 1))])
    truth = np.array([row.recalled for row in rows], float)
    share = np.array([SUITES[row.suite] / sum(other.suite == row.suite for other in rows) for row in rows])
    punished = np.append(np.ones(len(names)), 0.0)

    def loss(weights: Floats) -> tuple[float, Floats]:
        score = matrix @ weights
        lost = float(share @ (np.logaddexp(0, score) - truth * score)) + PENALTY * float(punished @ weights**2)
        return lost, matrix.T @ (share * (1 / (1 + np.exp(-score)) - truth)) + 2 * PENALTY * punished * weights

    found = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x
    weights = found[:-1] / spread
    bias = round(float(found[-1] - weights @ middle), 5)
    made = Fitted(dict(zip(names, weights.round(5).tolist(), strict=True)), bias, {})
    return Fitted(made.weights, bias, {language: _threshold(rows, made, language) for language in ("de", "en")})


def _threshold(rows: Sequence[Judged], made: Fitted, language: str) -> float:
    right = [row for row in rows if row.recalled and row.language == language]
    share = np.array([SUITES[row.suite] / sum(other.suite == row.suite for other in right) for row in right])
    chances = np.array([made.chance(row) for row in right])
    order = np.argsort(chances)
    lost = np.cumsum(share[order]) / share.sum()
    return round(float(chances[order][np.searchsorted(lost, 1 - ANSWERED)]) - 5e-5, 4)


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
            suite, str(len(recalled)), f"{np.mean(recalled):.1%}" if recalled else "–",
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
