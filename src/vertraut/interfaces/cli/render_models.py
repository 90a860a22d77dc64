"""Language models as tables: what they can do and cost, and how they did when they were tried out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from rich.table import Table

from vertraut.interfaces.harmless import one_line
from vertraut.interfaces.language import Wording
from vertraut.interfaces.language.errors import explained

if TYPE_CHECKING:
    from vertraut.models import Known, ModelCard, Trial


def card_table(cards: Sequence[ModelCard], lacking: Collection[str], say: Wording) -> Table:
    """Return the models that are set up; ``lacking`` names those that need a key and have none."""
    table = _table(say, "name", "provider", "where", "price", "context", "speed", "tools", "schema", "quality", "state")
    for card in cards:
        table.add_row(
            one_line(card.name),
            card.provider if card.model == card.name else f"{card.provider} {one_line(card.model.rpartition('/')[2])}",
            say("model.outside" if card.outside else "model.inside"),
            _prices(card.input_price, card.output_price, say) if card.outside else "",
            say.number(card.context),
            _speed(card.speed, say),
            _mark(card.tools),
            _mark(card.schema),
            say.number(card.quality),
            _state(card, say, lacking=card.name in lacking),
        )
    return table


def known_table(models: Sequence[Known], say: Wording) -> Table:
    """Return well-known models."""
    table = _table(say, "provider", "model", "price", "context", "quality")
    for each in models:
        prices = _prices(each.input_price, each.output_price, say)
        table.add_row(each.provider, each.model, prices, say.number(each.context), say.number(each.quality))
    return table


def trial_table(trials: Sequence[Trial], say: Wording) -> Table:
    """Return how models did."""
    table = _table(say, "name", "first_token", "speed", "schema", "tools", "failure")
    for each in trials:
        table.add_row(
            one_line(each.name),
            "" if each.first_token is None else f"{say.decimal(each.first_token, 2)} s",
            _speed(each.speed, say),
            "" if each.failure else _mark(each.schema),
            "" if each.failure else _mark(each.tools),
            one_line(explained(each.failure, say.language)[0]) if each.failure else "",
        )
    return table


def dollars(amount: Decimal, say: Wording) -> str:
    """Return an amount of US dollars, small ones more exactly."""
    return say.dollars(amount)


def _table(say: Wording, *columns: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    for name in columns:
        side: Literal["left", "right"] = "right" if name in {"context", "speed", "price"} else "left"
        table.add_column(say(f"model.{name}"), justify=side, overflow="fold", no_wrap=name in {"context", "state"})
    return table


def _state(card: ModelCard, say: Wording, *, lacking: bool) -> str:
    place = [say("model.first")] if card.first else [] if card.enabled else [say("model.off")]
    return "\n".join([*place, say("model.no_key")] if lacking else place)


def _prices(input_price: Decimal | None, output_price: Decimal | None, say: Wording) -> str:
    if input_price is None or output_price is None:
        return "?"
    return f"{say.decimal(float(input_price), 2)} / {say.decimal(float(output_price), 2)}"


def _speed(speed: float, say: Wording) -> str:
    return say.decimal(speed, 0 if speed >= 10 else 1) if speed else "?"  # noqa: PLR2004  two digits are enough


def _mark(able: bool) -> str:
    return "✓" if able else "–"
