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

FEATURES = ("score", "margin", "meaning", "meaning_fifth", "words", "coverage", "covered_together", "unknown_words")


def confidence(recalled: Recalled) -> float:
    """Return the estimated probability that the evidence is among the first hits, 0 to 1."""
    if not recalled.hits:
        return 0.0
    weights = _weights()
    signals = confidence_features(recalled)
    logit = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in signals.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def confidence_features(recalled: Recalled) -> dict[str, float]:
    """Return what the best hits say together. Needs at least one hit."""
    hits = recalled.hits[:5]
    first = hits[0]
    weights = recalled.word_weights
    together = frozenset().union(*(hit.covers for hit in hits))
    known = sum(weights)
    return {
        "score": first.score,
        "margin": first.score - hits[-1].score,
        "meaning": max(hit.signals["meaning"] for hit in hits),
        "meaning_fifth": hits[-1].signals["meaning"],
        "words": max(hit.signals["words"] for hit in hits),
        "coverage": max(hit.signals["coverage"] for hit in hits),
        "covered_together": sum(weights[n] for n in together) / known if known else 0.0,
        "unknown_words": sum(1 for weight in weights if weight == 0) / len(weights) if weights else 0.0,
    }


@cache
def _weights() -> Mapping[str, float]:
    data = json.loads(files("vertraut.memory").joinpath("fusion.json").read_text(encoding="utf-8"))
    return dict(data["confidence"])
