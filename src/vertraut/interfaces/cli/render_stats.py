"""What a space holds, in numbers and bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from rich.bar import Bar
from rich.table import Table
from rich.text import Text

from vertraut.clock import When
from vertraut.interfaces.cli.render import DIM, NUMBER
from vertraut.interfaces.harmless import one_line
from vertraut.interfaces.language import Wording

if TYPE_CHECKING:
    from vertraut.application import Stats

_BAR = 40
_ROWS = 30


def overview(name: str, stats: Stats, spaces: tuple[str, ...], say: Wording) -> Iterator[Table | Text]:
    """Yield what there is: totals, then bars by year, kind, source and language."""
    if not stats.entries:
        yield Text(say("stats.empty", name=name))
    else:
        totals = [say.count(noun, number) for noun, number in (("entry", stats.entries), ("thread", stats.threads))]
        if stats.attachments:
            totals.append(say.count("attachment", stats.attachments))
        yield Text.assemble((name, f"bold {NUMBER}"), "  ", (say.listed(totals), "bold"))
        if stats.first and stats.last:
            yield Text(say.span(_day(stats.first, say), _day(stats.last, say)))
        yield _bars(stats, say)
    yield Text(_ledger_line(stats, say), DIM)
    if stats.embedded < stats.entries:
        missing = stats.entries - stats.embedded
        yield Text(say("vectors.missing", missing=missing, entries=say.count("entry", stats.entries)), DIM)
    yield Text(say("stats.spaces", names=", ".join(spaces)), DIM)


def _ledger_line(stats: Stats, say: Wording) -> str:
    records = say.count("record", stats.records)
    return say("stats.ledger", records=records, forgotten=stats.forgotten, size=say.size(stats.vault_bytes))


def _day(moment: datetime, say: Wording) -> When:
    return When(moment, say.home_zone, "day")


def _bars(stats: Stats, say: Wording) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(max_width=24, no_wrap=True, overflow="ellipsis")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    groups: tuple[tuple[str, Mapping[str, int], Callable[[str], str]], ...] = (
        ("stats.by_year", stats.by_year, str),
        ("stats.by_kind", stats.by_kind, lambda kind: say(f"kind.{kind}")),
        ("stats.by_source", stats.by_source, str),
        ("stats.by_language", stats.by_language, str),
    )
    for title, counts, spoken in groups:
        table.add_row("", "", "")
        table.add_row(Text(say(title), DIM), "", "")
        most = max(counts.values())
        rows = list(counts.items())
        for name, count in rows[-_ROWS:] if counts is stats.by_year else rows[:_ROWS]:
            bar = Bar(most, 0, count, width=_BAR, color=NUMBER)
            table.add_row(Text(one_line(spoken(name))), Text(say.number(count)), bar)
    table.add_row("", "", "")
    return table
