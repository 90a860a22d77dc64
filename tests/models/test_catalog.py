from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from vertraut.models.catalog import ModelCard, Tokens, cost_of, known, known_models

NOW = datetime(2026, 9, 1, tzinfo=UTC)
HAIKU = ModelCard(
    "haiku", "anthropic", "claude-haiku-4-5", "https://api.anthropic.com", input_price=Decimal(1), output_price=Decimal(5)
)


@pytest.mark.parametrize(
    ("url", "outside"),
    [
        ("http://127.0.0.1:8080/v1", False),
        ("http://127.8.9.1/v1", False),
        ("http://localhost:11434/v1", False),
        ("http://[::1]:8080/v1", False),
        ("https://api.openai.com/v1", True),
        ("http://192.168.1.7:11434/v1", True),
        ("http://0.0.0.0:8080/v1", True),
        ("http://127.0.0.1@evil.example/v1", True),
        ("http://127.0.0.1.evil.example/v1", True),
        ("http://localhost.evil.example/v1", True),
        ("http://[::1/v1", True),
        ("", True),
    ],
)
def test_what_is_not_surely_on_this_machine_is_outside(url: str, outside: bool) -> None:
    assert ModelCard("m", "openai-compatible", "m", url).outside is outside


def test_a_file_is_inside_and_what_forwards_is_outside() -> None:
    assert not ModelCard("m", "gguf", "m.gguf").outside
    here = ModelCard("m", "ollama", "qwen3:8b", "http://127.0.0.1:11434/v1")
    assert not here.outside
    assert replace(here, forwards=True).outside
    assert replace(here, model="gpt-oss:120b-cloud").outside
    assert replace(here, model="kimi-k2:cloud").outside


def test_well_known_models_have_prices_contexts_and_a_place_among_their_own() -> None:
    for each in known_models():
        assert each.input_price
        assert each.output_price
        assert each.context > 100_000
        assert 1 <= each.quality <= 5
        assert each.speed
    assert {each.provider for each in known_models()} == {"anthropic", "openai", "google", "mistral"}


def test_a_model_of_the_same_name_elsewhere_has_no_known_price() -> None:
    model = known_models()[0].model
    assert known("openai-compatible", model).input_price is None
    assert known("anthropic", "nobody-knows-this").output_price is None


def test_what_a_call_costs() -> None:
    assert cost_of(HAIKU, Tokens(1_000_000, 100_000), NOW) == Decimal("1.5")
    own = replace(HAIKU, input_price=Decimal(3))
    assert cost_of(own, Tokens(1_000_000, 100_000), NOW) == Decimal("3.5")


def test_what_comes_from_the_cache_of_prompts_costs_less() -> None:
    fresh = cost_of(HAIKU, Tokens(10_000, 100), NOW)
    cached = cost_of(HAIKU, Tokens(10_000, 100, cache_read_tokens=9_000), NOW)
    assert cached < fresh / 2


def test_what_is_on_this_machine_costs_nothing() -> None:
    assert cost_of(replace(HAIKU, url="http://127.0.0.1:1/v1"), Tokens(1000, 1000), NOW) == 0
    assert not replace(HAIKU, url="http://127.0.0.1:1/v1").paid
    assert HAIKU.paid
