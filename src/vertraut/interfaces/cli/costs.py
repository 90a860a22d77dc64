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

_HEADINGS = ("costs.money", "costs.calls", "costs.all_tokens", "costs.time")
_BAR = 40
_LONGEST_NAME = 28
_MONTHS, _ROWS = 24, 20
_UNITS = (("s", 1), ("min", 60), ("h", 3600))
_MOST_OF_A_UNIT = 60


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
            Text(_sum(found.total, here.say), "bold"), Text(_tokens(found.total, here.say), DIM), _tables(found, here.say)
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
    time = _time(spent.seconds, say)
    return say("costs.tokens", read=spent.input_tokens, written=spent.output_tokens, time=time, calls=failed)


def _time(seconds: float, say: Wording) -> str:
    """Return a length of time in the smallest unit that keeps it below sixty, else in hours."""
    name, length = next((unit for unit in _UNITS if round(seconds / unit[1], 1) < _MOST_OF_A_UNIT), _UNITS[-1])
    return f"{say.decimal(seconds / length)}\N{NO-BREAK SPACE}{name}"


def _tables(found: Costs, say: Wording) -> Table:
    """Return money, calls, tokens and time of each group, with bars of money, or of calls where nothing cost any."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(max_width=_LONGEST_NAME, overflow="fold")
    for _ in _HEADINGS:
        table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1, no_wrap=True)
    headings = [Text(say(heading), DIM) for heading in _HEADINGS]
    groups: tuple[tuple[str, Mapping[str, Spent]], ...] = (
        ("costs.by_month", dict(list(found.by_month.items())[-_MONTHS:])),
        ("costs.by_model", found.by_model),
        ("costs.by_purpose", found.by_purpose),
        ("costs.by_actor", found.by_actor),
    )
    for title, group in groups:
        table.add_row()
        table.add_row(Text(say(title), DIM), *headings)
        lengths = {name: float(spent.cost) if found.total.cost else float(spent.calls) for name, spent in group.items()}
        most = max(lengths.values())
        for name, spent in list(group.items())[: _ROWS if title != "costs.by_month" else None]:
            bar = Bar(most or 1.0, 0, lengths[name], width=_BAR, color=NUMBER)
            table.add_row(one_line(name), *_cells(spent, say), bar)
    table.add_row()
    return table


def _cells(spent: Spent, say: Wording) -> tuple[str, str, str, str]:
    """Return what stands below the headings."""
    tokens = say.number(spent.input_tokens + spent.output_tokens)
    return dollars(spent.cost, say), say.number(spent.calls), tokens, _time(spent.seconds, say)
