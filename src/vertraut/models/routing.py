"""Which model is asked first, which next: a plain function of the cards, the task and the dial."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

from vertraut.models.catalog import ModelCard
from vertraut.models.messages import Task

Dial = Literal["cheap", "fast", "best"]

_ADEQUATE = 3
"""The quality that is enough for tasks where more of it changes little: titles, extraction, checks."""


def _cheap(card: ModelCard) -> Any:
    return card.typical_cost, -card.quality, -card.speed


def _fast(card: ModelCard) -> Any:
    return -card.speed, card.typical_cost, -card.quality


def _best(card: ModelCard) -> Any:
    return -card.quality, card.typical_cost, -card.speed


def _adequate(card: ModelCard) -> Any:
    enough = card.quality >= _ADEQUATE
    return (False, *_cheap(card)) if enough else (True, *_best(card))


_BY_DIAL: Final[dict[Dial, Callable[[ModelCard], Any]]] = {"cheap": _cheap, "fast": _fast, "best": _best}


def order(cards: Sequence[ModelCard], task: Task, dial: Dial, *, tools: bool = False) -> tuple[ModelCard, ...]:
    """Return the enabled models in the order in which they are asked; those that cannot use tools only if none can."""
    able = [card for card in cards if card.enabled]
    if tools and any(card.tools for card in able):
        able = [card for card in able if card.tools]
    key = _adequate if dial == "best" and task != "answer" else _BY_DIAL[dial]
    return tuple(sorted(able, key=lambda card: (not card.first, key(card), card.name)))


def better(cards: Sequence[ModelCard], than: ModelCard) -> tuple[ModelCard, ...]:
    """Return the models of higher quality than one whose answer was not good enough, the next better first."""
    return tuple(
        sorted((card for card in cards if card.quality > than.quality), key=lambda card: (card.quality, _cheap(card)))
    )
