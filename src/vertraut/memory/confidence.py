"""How likely it is that what was asked for is among what was recalled: a small calibrated model over the best hits.

Fitted together with the ranking weights by ``tools/fit_fusion.py``; its trade-off stands in ``docs/benchmarks.md``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from vertraut.memory.embedding import Embedder
from vertraut.memory.recall import Hit, Recalled

LOOKED_AT = 5  # hits
LONGEST = 600  # characters of a hit that are compared


def confidence(recalled: Recalled, embedder: Embedder) -> float:
    """Return the estimated probability that the evidence is among the first hits, 0 to 1."""
    if not recalled.hits:
        return 0.0
    weights = _weights()
    signals = confidence_features(recalled, embedder)
    logit = weights["bias"] + sum(weights[name] * value for name, value in signals.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def confidence_features(recalled: Recalled, embedder: Embedder) -> dict[str, float]:
    """Return what the best hits say together. Needs at least one hit.

    ``about``: how near they are on average to what is asked, all names left out on both sides, because a person is easily
    found without the answer; ``nearest``: the best of them; ``length`` of the question: one that says more is met better;
    ``covered``: the largest share of its words, by weight, that one of them holds.
    """
    hits = recalled.hits[:LOOKED_AT]
    texts = [_compared(hit) for hit in hits]
    cosines = embedder.passages(texts) @ embedder.question(recalled.nameless)
    return {
        "about": float(cosines.mean()),
        "nearest": float(cosines.max()),
        "length": math.log1p(len(recalled.question)),
        "covered": max(hit.signals["coverage"] for hit in hits),
    }


def _compared(hit: Hit) -> str:
    start, stop = hit.nearest or (0, LONGEST)
    return hit.entry.text[start:stop][:LONGEST] or hit.entry.title or hit.entry.place or hit.entry.kind


@cache
def _weights() -> Mapping[str, float]:
    data = json.loads(files("vertraut.memory").joinpath("fusion.json").read_text(encoding="utf-8"))
    return dict(data["confidence"])


def known_from() -> float:
    """Return the confidence from which an answer is given: nine of ten answerable questions are answered."""
    return _weights()["threshold"]
