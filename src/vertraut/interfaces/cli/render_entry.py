"""One entry whole, as a person reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from vertraut.interfaces.cli.render import DIM, NUMBER, entry_lines
from vertraut.interfaces.harmless import harmless, one_line
from vertraut.interfaces.language import Wording

if TYPE_CHECKING:
    from vertraut.application import Shown
    from vertraut.ledger import Entry

_LONGEST_META = 300
_TECHNICAL = frozenset({"body_type", "new", "sequence"})  # of use to programs, which read --json
_PEOPLE_SHOWN = 40


def whole(shown: Shown, say: Wording) -> Iterator[Table | Text]:
    """Yield an entry's title, its facts, its text and its neighbours."""
    entry = shown.entry
    heading = one_line(entry.title or entry.thread_title) or say(f"kind.{entry.kind}")
    yield Text.assemble((heading, "bold"), " ", (f"#{shown.id}", NUMBER))
    yield facts_table([(say(f"show.{name}"), value) for name, value in _facts(shown, say) if value])
    yield Text("")
    text = harmless(entry.text).strip("\n")
    yield Text(text) if text else Text(say("show.no_text"), DIM)
    if len(shown.around) > 1:
        yield Text("")
        yield Text(say("show.around"), DIM)
        yield entry_lines(list(shown.around.items()), say, here=shown.id)


def facts_table(rows: list[tuple[str, str]]) -> Table:
    """Return names and values, one pair a line."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(Text(name, DIM), Text(value))
    return table


def _facts(shown: Shown, say: Wording) -> Iterator[tuple[str, str]]:
    entry = shown.entry
    yield "kind", say(f"kind.{entry.kind}")
    yield "when", _when(entry, say)
    yield "author", one_line(say.author(entry.author, entry.kind))
    yield "thread", one_line(entry.thread_title or entry.thread)
    yield "place", one_line(entry.place)
    yield "people", "\n".join(_people(entry))
    yield "attachments", "\n".join(_attachments(shown, say))
    yield "more", "\n".join(_meta(entry.meta))
    yield "source", " · ".join(one_line(part) for part in (entry.source, entry.origin) if part)
    yield "remembered", say.moment(shown.remembered)


def _when(entry: Entry, say: Wording) -> str:
    text = say.span(entry.when, entry.end or entry.when)
    if entry.when.assumed and entry.when.precision == "second":
        text += f" ({say('show.zone_assumed', zone=entry.when.zone)})"
    return text


def _people(entry: Entry) -> Iterator[str]:
    for person in entry.people[:_PEOPLE_SHOWN]:
        address = f"<{person.address}>" if person.address and person.name else person.address
        yield one_line(" ".join(part for part in (f"{person.role}:", person.name, address) if part))
    if len(entry.people) > _PEOPLE_SHOWN:
        yield f"+ {len(entry.people) - _PEOPLE_SHOWN}"


def _attachments(shown: Shown, say: Wording) -> Iterator[str]:
    for place, attachment in enumerate(shown.entry.attachments):
        about = [one_line(attachment.media_type), say.size(attachment.size)]
        if place not in shown.kept:
            about.append(say("show.not_kept"))
        yield f"{one_line(attachment.name)} ({', '.join(part for part in about if part)})"


def _meta(meta: Mapping[str, Any]) -> Iterator[str]:
    for name, value in meta.items():
        if name in _TECHNICAL:
            continue
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield f"{one_line(name)}: {one_line(text)[:_LONGEST_META]}"
