"""How likely it is that an answer is among the first ten: a small calibrated model over the question and the best hits.

There is one model for German questions and one for all others: the cosines of the embedding engine lie differently for
them, and one threshold for both would answer too much in German or too little in English. Fitted by
``tools/fit_confidence.py``; how true it is, stands in ``docs/recall.md``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from vertraut.memory.words import question_language

if TYPE_CHECKING:
    from vertraut.memory.recall import Hit

LOOKED_AT = 5  # hits
UNMEASURED = 0.86
"""Taken for the best cosine while the vectors of what was recalled are still to come: an ordinary good one."""


def confidence(features: Mapping[str, float] | None, question: str) -> float:
    """Return the estimated probability that there is an answer and that it is among the first ten hits, 0 to 1."""
    if features is None:
        return 0.0
    weights = _weights(question)
    logit = weights["bias"] + sum(weights[name] * value for name, value in features.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def confidence_features(
    question: str, hits: Sequence[Hit], weights: Sequence[float], names: Collection[int]
) -> dict[str, float] | None:
    """Return what the question and the best hits say together; None without a hit.

    ``weights`` tells how rare each of the question's words is, 0 for one that stands nowhere, ``names`` which of them name
    an author, who is easily found without the answer. ``nearest``: the best cosine; ``length`` of the question: one that
    says more is met better; ``named``: whether somebody is named; ``first``: share of the other words that the best hit
    holds; ``rare``: the same by how rare they are.
    """
    if not hits:
        return None
    cosines = [hit.signals["cosine"] for hit in hits[:LOOKED_AT] if hit.signals["cosine"]]
    rarest = max(weights, default=0.0) or 1.0
    rare = {n: weight or rarest for n, weight in enumerate(weights) if n not in names}
    held = hits[0].covers.intersection(rare)
    return {
        "nearest": max(cosines, default=UNMEASURED),
        "length": math.log1p(len(question)),
        "named": float(bool(names)),
        "first": len(held) / max(len(rare), 1),
        "rare": sum(rare[n] for n in held) / (sum(rare.values()) or 1.0),
    }


def known_from(question: str) -> float:
    """Return the confidence from which a question is answered: nine of ten answerable ones are."""
    return _weights(question)["threshold"]


def _weights(question: str) -> Mapping[str, float]:
    return _models()[question_language(question)]


@cache
def _models() -> Mapping[str, Mapping[str, float]]:
    text = files("vertraut.memory").joinpath("confidence.json").read_text(encoding="utf-8")
    models: dict[str, dict[str, float]] = json.loads(text)
    return models
