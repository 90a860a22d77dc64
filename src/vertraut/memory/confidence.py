"""How likely it is that what was asked for is among what was recalled: a small calibrated model over the best hits.

There is one model for German questions and one for all others: the cosines of the embedding engine lie differently for
them, and one threshold for both would answer too much in German or too little in English. Fitted together with the ranking
weights by ``tools/fit_fusion.py``; its trade-off stands in ``docs/benchmarks.md``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from vertraut.memory.recall import Recalled
from vertraut.memory.words import question_language

LOOKED_AT = 5  # hits
UNMEASURED = 0.86
"""Taken for the best cosine while the vectors of what was recalled are still to come: an ordinary good one."""


def confidence(recalled: Recalled) -> float:
    """Return the estimated probability that the evidence is among the first hits, 0 to 1."""
    if not recalled.hits:
        return 0.0
    weights = _weights(recalled.question)
    signals = confidence_features(recalled)
    logit = weights["bias"] + sum(weights[name] * value for name, value in signals.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def confidence_features(recalled: Recalled) -> dict[str, float]:
    """Return what the best hits say together. Needs at least one hit.

    ``nearest``: the best cosine; ``length`` of the question: one that says more is met better; ``names``: how many of its
    words name an author, who is easily found without the answer; ``first``: share of its other words that the best hit
    holds.
    """
    hits = recalled.hits[:LOOKED_AT]
    cosines = [hit.signals["cosine"] for hit in hits if hit.signals["cosine"]]
    plain = [n for n in range(len(recalled.word_weights)) if n not in recalled.names]
    return {
        "nearest": max(cosines, default=UNMEASURED),
        "length": math.log1p(len(recalled.question)),
        "names": float(len(recalled.names)),
        "first": sum(n in hits[0].covers for n in plain) / max(len(plain), 1),
    }


def known_from(question: str) -> float:
    """Return the confidence from which a question is answered: nine of ten answerable ones are."""
    return _weights(question)["threshold"]


def _weights(question: str) -> Mapping[str, float]:
    return _models()[question_language(question)]


@cache
def _models() -> Mapping[str, Mapping[str, float]]:
    data = json.loads(files("vertraut.memory").joinpath("fusion.json").read_text(encoding="utf-8"))
    models: dict[str, dict[str, float]] = data["confidence"]
    return models
