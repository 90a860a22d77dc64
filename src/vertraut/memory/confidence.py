"""How likely it is that an answer is among the first ten: a small calibrated model over the question and the best hits.

Fitted by ``tools/fit_confidence.py``; how true it is, stands in ``docs/recall.md``. German questions and all others have a
threshold each, because one for both would leave too much unanswered in one of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from vertraut.memory.ranker import Ranking
from vertraut.memory.signals import SIGNALS, Column
from vertraut.memory.words import question_language

LOOKED_AT = 5  # hits
UNMEASURED = 0.86
"""Taken for the best cosine while the vectors of what was recalled are still to come: an ordinary good one."""
ORDINARY = 13.0
"""Taken for the best score of a wish for advice, which is ranked on a scale of its own: an ordinary one."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the confidence is judged by besides the scores; of candidates in the order of ``Ranking.matrix``."""

    matrix: npt.NDArray[np.floating]
    """The candidates' signals, (n, signals)."""
    cosines: npt.NDArray[np.floating]
    """Of each candidate's best passage to the question, (n,); nan where there is no vector yet."""
    held: npt.NDArray[np.floating]
    """The share of the question's words, those aside that name an author, that each candidate holds, (n,)."""
    held_by_rarity: npt.NDArray[np.floating]
    """The same by how rare the words are, (n,)."""
    length: int
    """Of the question, in characters."""
    advice: bool


def grounds_of(ranked: Ranking, names: Collection[int]) -> Grounds:
    """Return what a ranking's confidence is judged by; ``names`` tells which of the question's words name an author."""
    words = [n for n in range(len(ranked.found.words)) if n not in names]
    weights = ranked.found.weights[words]
    stands = ranked.found.scores[words] > 0
    held, by_rarity = stands.sum(axis=0) / max(len(words), 1), weights @ stands / (weights.sum() or 1.0)
    return Grounds(ranked.matrix, ranked.found.cosine, held, by_rarity, len(ranked.query.text), ranked.query.advice)


def confidence_features(grounds: Grounds, scores: Column) -> dict[str, float] | None:
    """Return what the question and the best candidates by ``scores``, (n,), say together; None without a candidate.

    ``score`` and ``nearest``: the best score and cosine. ``length`` of the question: one that says more is met better.
    ``held``, ``held_by_rarity``: how much of the question the best candidate holds; ``held_around`` with what stands beside,
    at most. ``words``: the most that its words score anywhere. Of the best candidate: whether it is ``by_another`` than the
    question names, how well it is met in meaning right beside it (``beside``), whether it is ``in_time``. ``when`` and
    ``who``: what is asked for.
    """
    if not len(scores):
        return None
    best = np.argsort(-scores, kind="stable")[:LOOKED_AT]
    first = best[0]
    cosines = grounds.cosines[best]
    signals = dict(zip(SIGNALS, grounds.matrix[first].tolist(), strict=True))
    return {
        "score": ORDINARY if grounds.advice else float(scores[first]),
        "nearest": float(np.nanmax(cosines)) if np.isfinite(cosines).any() else UNMEASURED,
        "length": math.log1p(grounds.length),
        "held": float(grounds.held[first]),
        "held_by_rarity": float(grounds.held_by_rarity[first]),
        "held_around": float(grounds.matrix[best, _COLUMN["coverage_near"]].max()),
        "words": float(grounds.matrix[:, _COLUMN["words"]].max()),
        "by_another": signals["not_named"],
        "beside": signals["meaning_near"],
        "in_time": signals["in_time"],
        "when": signals["asks_when"],
        "who": signals["asks_who"],
    }


def confidence(features: Mapping[str, float] | None) -> float:
    """Return the estimated probability that there is an answer and that it is among the first ten hits, 0 to 1."""
    if features is None:
        return 0.0
    weights = _model()["weights"]
    logit = weights["bias"] + sum(weights[name] * value for name, value in features.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def known_from(question: str) -> float:
    """Return the confidence from which a question is answered: nine of ten answerable ones are."""
    return _model()["known_from"][question_language(question)]


@cache
def _model() -> Mapping[str, Mapping[str, float]]:
    text = files("vertraut.memory").joinpath("confidence.json").read_text(encoding="utf-8")
    model: dict[str, dict[str, float]] = json.loads(text)
    return model


_COLUMN = {name: n for n, name in enumerate(SIGNALS)}
