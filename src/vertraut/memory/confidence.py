"""How likely it is that what was asked for is among what was recalled: a small calibrated model over the best hits.

Fitted together with the ranking weights by ``tools/fit_fusion.py``; its trade-off stands in ``docs/benchmarks.md``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from vertraut.memory.recall import Recalled

LOOKED_AT = 5  # hits


def confidence(recalled: Recalled) -> float:
    """Return the estimated probability that the evidence is among the first hits, 0 to 1."""
    if not recalled.hits:
        return 0.0
    weights = _weights()
    logit = weights["bias"] + sum(weights[name] * value for name, value in confidence_features(recalled).items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def confidence_features(recalled: Recalled) -> dict[str, float]:
    """Return what the best hits say together. Needs at least one hit.

    ``nearest``: the best cosine; ``length``: of the question, since one that says more can be met better; ``names``: words
    that name an author, who is easily found without the answer; ``together``: share of the question's words, by weight,
    that the hits cover together; ``first``: share of the words other than names that the best hit covers.
    """
    hits = recalled.hits[:LOOKED_AT]
    weights, together = recalled.word_weights, frozenset[int]().union(*(hit.covers for hit in hits))
    plain = [n for n in range(len(weights)) if n not in recalled.names]
    cosines = [hit.signals["cosine"] for hit in hits if not math.isnan(hit.signals["cosine"])]
    return {
        "nearest": max(cosines, default=0.0),
        "length": math.log1p(len(recalled.question)),
        "names": float(len(recalled.names)),
        "together": sum(weights[n] for n in together) / max(sum(weights), 1e-9),
        "first": sum(n in hits[0].covers for n in plain) / max(len(plain), 1),
    }


@cache
def _weights() -> Mapping[str, float]:
    data = json.loads(files("vertraut.memory").joinpath("fusion.json").read_text(encoding="utf-8"))
    return dict(data["confidence"])


def known_from() -> float:
    """Return the confidence from which an answer is given: nine of ten answerable questions are answered."""
    return _weights()["threshold"]
