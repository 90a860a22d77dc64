from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from vertraut.models.catalog import ModelCard
from vertraut.models.messages import Task
from vertraut.models.routing import Dial, better, order


def card(name: str, price: float, quality: int, speed: float = 0.0) -> ModelCard:
    cost = Decimal(str(price))
    return ModelCard(name, "openai", name, input_price=cost, output_price=cost * 5, quality=quality, speed=speed)


LARGE = card("large", 4, 5, 50)
MIDDLE = card("middle", 2, 4, 70)
SMALL = card("small", 0.1, 3, 120)
TINY = replace(card("tiny", 0, 1, 26), tools=False)
ALL = (LARGE, MIDDLE, SMALL, TINY)


@pytest.mark.parametrize(
    ("dial", "task", "wanted"),
    [
        ("cheap", "answer", "tiny small middle large"),
        ("cheap", "check", "tiny small middle large"),
        ("fast", "answer", "small middle large tiny"),
        ("fast", "title", "small middle large tiny"),
        ("best", "answer", "large middle small tiny"),
        ("best", "title", "small middle large tiny"),
        ("best", "extract", "small middle large tiny"),
        ("best", "check", "small middle large tiny"),
    ],
)
def test_who_is_asked_first(dial: Dial, task: Task, wanted: str) -> None:
    assert [each.name for each in order(ALL, task, dial)] == wanted.split()
    assert order(tuple(reversed(ALL)), task, dial) == order(ALL, task, dial)


def test_what_is_switched_off_is_not_asked() -> None:
    assert order((replace(card("off", 0, 5), enabled=False), SMALL), "answer", "best") == (SMALL,)
    assert order((), "answer", "best") == ()


def test_where_tools_are_needed_only_those_who_can_use_them_are_asked() -> None:
    assert [each.name for each in order(ALL, "answer", "cheap", tools=True)] == ["small", "middle", "large"]
    assert order((TINY,), "answer", "best", tools=True) == (TINY,)


def test_the_one_that_was_put_first_is_first_whatever_the_dial_says() -> None:
    mine = replace(card("mine", 9, 2), first=True)
    for dial in ("cheap", "fast", "best"):
        assert order((*ALL, mine), "title", dial)[0] is mine


def test_unknown_speed_is_slow_and_equal_models_have_a_stable_order() -> None:
    unknown = card("unknown", 0, 5)
    assert order((unknown, TINY), "answer", "fast") == (TINY, unknown)
    twins = (card("b", 1, 3), card("a", 1, 3))
    assert [each.name for each in order(twins, "answer", "best")] == ["a", "b"]


def test_the_next_better_is_the_next_in_quality() -> None:
    assert [each.name for each in better(ALL, TINY)] == ["small", "middle", "large"]
    assert [each.name for each in better(ALL, MIDDLE)] == ["large"]
    assert better(ALL, LARGE) == ()
    assert [each.name for each in better((card("dear", 5, 4), MIDDLE), SMALL)] == ["middle", "dear"]
