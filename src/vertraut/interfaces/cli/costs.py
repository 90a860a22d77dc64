"""The command ``costs``: what language models took, in money, tokens and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.bar import Bar
from rich.table import Table
from rich.text import Text

from vertraut.interfaces.cli import options
from vertraut.interfaces.cli.render import DIM, NUMBER
from vertraut.interfaces.cli.render_models import dollars
from vertraut.interfaces.cli.session import session
from vertraut.interfaces.harmless import one_line
from vertraut.interfaces.language import Wording
from vertraut.interfaces.shapes import Shape

if TYPE_CHECKING:
    from vertraut.models import Costs, Spent

_BAR = 40
_MONTHS, _ROWS = 24, 20


def costs(*, as_json: options.AsJson = False, space: options.InSpace = None) -> None:
    """Show what language models took, by month, model, purpose and who asked."""
    from vertraut.models import costs as added_up  # noqa: PLC0415  what --help does without

    with session(as_json=as_json, space=space) as here:
        with here.open() as memory:
            found = added_up(memory.journal.read("call"))
        here.emit(costs_shape(found))
        if not found.total.calls:
            here.show(Text(here.say("costs.none")))
            return
        here.show(
            Text(_sum(found.total, here.say), "bold"), Text(_tokens(found.total, here.say), DIM), _bars(found, here.say)
        )
        if here.settings.model_ceiling:
            here.show(Text(here.say("costs.ceiling", dollars=here.settings.model_ceiling), DIM))


def costs_shape(found: Costs) -> Shape:
    """Return {"total", "by_month", "by_model", "by_purpose", "by_actor"}: one sum, and sums by name.

    A sum is {"calls", "failed", "input_tokens", "output_tokens", "cost", "seconds"}; cost is US dollars as text.
    """
    groups = {
        "by_month": found.by_month,
        "by_model": found.by_model,
        "by_purpose": found.by_purpose,
        "by_actor": found.by_actor,
    }
    sums = {title: {name: _sum_shape(spent) for name, spent in group.items()} for title, group in groups.items()}
    return {"total": _sum_shape(found.total), **sums}


def _sum_shape(spent: Spent) -> Shape:
    return {**asdict(spent), "cost": f"{spent.cost:f}", "seconds": round(spent.seconds, 3)}


def _sum(spent: Spent, say: Wording) -> str:
    return say("costs.total", dollars=dollars(spent.cost, say), calls=say.count("model_call", spent.calls))


def _tokens(spent: Spent, say: Wording) -> str:
    failed = say.count("model_call", spent.failed)
    return say("costs.tokens", read=spent.input_tokens, written=spent.output_tokens, calls=failed)


def _bars(found: Costs, say: Wording) -> Table:
    """Return bars of money, or of calls where nothing cost any."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(max_width=32, no_wrap=True, overflow="ellipsis")
    for _ in range(2):
        table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    groups: tuple[tuple[str, Mapping[str, Spent]], ...] = (
        ("costs.by_month", dict(list(found.by_month.items())[-_MONTHS:])),
        ("costs.by_model", found.by_model),
        ("costs.by_purpose", found.by_purpose),
        ("costs.by_actor", found.by_actor),
    )
    for title, group in groups:
        table.add_row()
        table.add_row(Text(say(title), DIM))
        lengths = {name: float(spent.cost) if found.total.cost else float(spent.calls) for name, spent in group.items()}
        most = max(lengths.values())
        for name, spent in list(group.items())[: _ROWS if title != "costs.by_month" else None]:
            bar = Bar(most or 1.0, 0, lengths[name], width=_BAR, color=NUMBER)
            table.add_row(one_line(name), dollars(spent.cost, say), say.count("model_call", spent.calls), bar)
    table.add_row()
    return table
