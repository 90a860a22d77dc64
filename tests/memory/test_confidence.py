"""What the confidence is judged by."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import numpy as np
import pytest

import vertraut.memory.recall as recalling
from vertraut.application import Space
from vertraut.clock import When
from vertraut.ledger import Entry
from vertraut.memory.confidence import ORDINARY, UNMEASURED, Grounds, confidence, confidence_features, known_from
from vertraut.memory.signals import SIGNALS

WHEN = When(datetime(2025, 3, 1, 12, tzinfo=UTC), "Europe/Berlin")
SCORES = np.array([4.0, 9.0, 1.0])


def entry(text: str, identity: str, **changes: Any) -> Entry:
    return replace(Entry("jsonl", identity, "message", WHEN, text, author="Lena", thread=identity), **changes)


def grounds(*, cosines: tuple[float, ...] = (0.8, 0.9, 0.7), advice: bool = False) -> Grounds:
    matrix = np.zeros((3, len(SIGNALS)))
    matrix[:, SIGNALS.index("coverage_near")] = 0.2, 0.4, 0.6
    matrix[:, SIGNALS.index("words")] = 0.1, 0.2, 0.7
    matrix[1, SIGNALS.index("in_time")] = 1
    return Grounds(matrix, np.array(cosines), np.array([0.0, 0.5, 1.0]), np.array([0.0, 0.25, 1.0]), 30, advice)


def test_the_best_by_score_is_looked_at() -> None:
    features = confidence_features(grounds(), SCORES)
    assert features is not None
    assert (features["score"], features["nearest"], features["in_time"]) == (9, 0.9, 1)
    assert (features["held"], features["held_by_rarity"]) == (0.5, 0.25)
    assert (features["held_around"], features["words"]) == (0.6, 0.7)


def test_without_candidates_nothing_is_sure() -> None:
    assert confidence_features(grounds(), np.zeros(0)) is None
    assert confidence(None) == 0


def test_what_is_not_embedded_yet_counts_as_ordinary() -> None:
    features = confidence_features(grounds(cosines=(np.nan, np.nan, np.nan)), SCORES)
    assert features is not None
    assert features["nearest"] == UNMEASURED


def test_advice_is_scored_on_another_scale() -> None:
    features = confidence_features(grounds(advice=True), SCORES)
    assert features is not None
    assert features["score"] == ORDINARY


def test_the_model_knows_every_feature() -> None:
    model = json.loads(files("vertraut.memory").joinpath("confidence.json").read_text(encoding="utf-8"))
    features = confidence_features(grounds(), SCORES)
    assert features is not None
    assert model["weights"].keys() == {*features, "bias"}
    assert 0 < known_from("Wann war das?") < 1
    assert 0 < known_from("When was that?") < 1


def test_who_is_named_is_not_what_is_held(space: Space) -> None:
    space.remember(entry("Der Schlüssel hängt am Brett", "a", author="Quastenzwirbel"))
    space.embed()
    named = space.recall("Hat Quastenzwirbel den Schlüssel verloren?").judged
    unnamed = space.recall("Ist der Schlüssel verloren?").judged
    assert named is not None
    assert unnamed is not None
    assert named["held"] == unnamed["held"] == 0.5


def test_embedding_beside_looking_up_words_finds_the_same(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    space.remember(*(entry(f"Der Klempner kommt am {day}. Mai wegen Rohr {day}", f"{day}") for day in range(1, 9)))
    space.embed()
    alone = space.recall("Wann kommt der Klempner wegen Rohr 7?")
    monkeypatch.setattr(recalling, "_MANY", 0)
    beside = space.recall("Wann kommt der Klempner wegen Rohr 7?")
    assert [hit.id for hit in alone.hits] == [hit.id for hit in beside.hits]
    assert alone.confidence == beside.confidence
