"""Entries as a person reads them: where and when, what was said with the words that matched, and why it was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vertraut.interfaces.harmless import one_line
from vertraut.interfaces.language import Wording
from vertraut.interfaces.language.hits import reasons_of

if TYPE_CHECKING:
    from vertraut.ledger import Entry
    from vertraut.memory import Answer, Hit, Recalled

DIM: Final = "dim"
NUMBER: Final = "cyan"
FOUND: Final = "bold magenta"

_REPEATS_NAMED = 6
_TITLE_SHOWN = 80
_THREAD_SHOWN = 40
_REPLY = re.compile(r"^(?:(?:re|aw|fwd?|wg)\s*:\s*)+", re.IGNORECASE)


def grid(*widths: int) -> Table:
    """Return a table without lines: columns of fixed widths, then one that takes what is left."""
    table = Table.grid(padding=(0, 1, 0, 0), expand=True)
    for width in widths:
        table.add_column(width=width, no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    return table


def lined_table() -> Table:
    """Return a table with a line below its heading and nothing else around it."""
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style=DIM, show_edge=False)


def origin_line(number: int, entry: Entry, say: Wording) -> Text:
    """Return date, author, thread and number of an entry, in one line."""
    thread = one_line(entry.thread_title or entry.title or entry.thread)
    author = one_line(say.author(entry.author, entry.kind))
    parts = [author] if author else [say(f"kind.{entry.kind}")]
    if thread and _bare(thread) != _bare(author):
        parts.append(_cut(thread, _THREAD_SHOWN))
    line = Text().append(say.date(entry.when), "bold")
    for part in parts:
        line.append(" · ", DIM).append(part)
    return line.append(" · ", DIM).append(f"#{number}", NUMBER)


def hit_origin(hit: Hit, say: Wording) -> Text:
    """Return the origin line of a hit, with the numbers of the entries that it stands for."""
    line = origin_line(hit.id, hit.entry, say)
    if not hit.repeats:
        return line
    named, more = hit.repeats[:_REPEATS_NAMED], len(hit.repeats) - _REPEATS_NAMED
    also = say("recall.also", numbers=", ".join(f"#{number}" for number in named))
    line.append(" · ", DIM).append(also, DIM)
    return line.append(f" {say('more', count=more)}", DIM) if more > 0 else line


def title_line(entry: Entry) -> Text | None:
    """Return the title and place of an entry, as far as its origin line and its text do not say them; None if they do."""
    said = _bare(entry.title) == _bare(entry.thread_title or entry.title)
    said = said or one_line(entry.text).lstrip("# ").startswith(one_line(entry.title))
    title = "" if said else one_line(entry.title)
    parts = [part for part in (_cut(title), _cut(one_line(entry.place))) if part]
    return Text(" · ".join(parts), "italic") if parts else None


def passage_text(hit: Hit) -> Text:
    """Return the matching part of an entry on running lines, its matching words highlighted."""
    text, (start, stop) = hit.entry.text, hit.passage
    shown = Text().append("… " if start > 0 else "", DIM)
    at = start
    for begin, end in hit.marks:
        if begin >= at and end <= stop:
            shown.append(one_line(text[at:begin])).append(one_line(text[begin:end]), FOUND)
            at = end
    shown.append(one_line(text[at:stop]))
    return shown.append(" …", DIM) if stop < len(text) else shown


def reasons_line(hit: Hit, say: Wording) -> Text:
    """Return why a hit was found, in words, most telling first."""
    return Text(" · ".join(reasons_of(hit, say)), DIM)


def hit_lines(hit: Hit, say: Wording) -> Iterator[Text]:
    """Yield the lines of a hit."""
    yield hit_origin(hit, say)
    if title := title_line(hit.entry):
        yield title
    if (passage := passage_text(hit)).plain.strip():
        yield passage
    if hit.reasons:
        yield reasons_line(hit, say)


def recalled(found: Recalled, say: Wording) -> Iterator[Table | Text]:
    """Yield what was recalled, numbered, with an empty line between hits."""
    if not found.hits:
        yield Text(say("recall.nothing"), DIM)
    width = len(str(len(found.hits)))
    for number, hit in enumerate(found.hits, start=1):
        if number > 1:
            yield Text("")
        yield numbered(str(number), hit_lines(hit, say), width)


def numbered(label: str, lines: Iterable[Text], width: int) -> Table:
    """Return lines with a label before the first."""
    table = grid(width)
    for place, line in enumerate(lines):
        table.add_row(Text(label, DIM, justify="right") if place == 0 else "", line)
    return table


def explanation(hit: Hit, say: Wording) -> Padding:
    """Return what each family of signals added to a hit's score, against an ordinary candidate of the question."""
    table = lined_table()
    table.add_column(say("recall.signal"))
    table.add_column(say("recall.value"), justify="right")
    table.add_column(say("recall.adds"), justify="right")
    for part in sorted(hit.parts, key=lambda part: -part.contribution):
        table.add_row(say(f"signal.{part.signal}"), say.decimal(part.value, 2), say.decimal(part.contribution, 2))
    table.add_row(Text(say("recall.score"), "bold"), "", Text(say.decimal(hit.score, 2), "bold"))
    return Padding(table, (0, 0, 0, 3))


def answered(answer: Answer, say: Wording) -> Iterator[Table | Text]:
    """Yield the sentences that answer with their numbers, then the evidence; or that there is no answer."""
    if not answer.known:
        yield Text(say("ask.unknown"), "bold")
        if answer.quotes:
            yield Text(say("ask.nearest"), DIM)
            yield from _evidence(answer, say, dimmed=True)
        return
    for quote in answer.quotes:
        yield Text.assemble((say("quote", text=one_line(quote.text)), "bold"), " ", (f"[{quote.number}]", NUMBER))
    yield Text("")
    yield from _evidence(answer, say, dimmed=False)


def _evidence(answer: Answer, say: Wording, *, dimmed: bool) -> Iterator[Table]:
    for quote in answer.quotes:
        line = hit_origin(quote.hit, say)
        label = f"[{quote.number}]"
        lines = [line]
        if dimmed:
            line = Text(line.plain, DIM)
            lines = [line, Text(one_line(quote.text), DIM)]
        elif title := title_line(quote.hit.entry):
            lines.append(title)
        yield numbered(label, lines, len(label))


def _bare(title: str) -> str:
    return _REPLY.sub("", one_line(title)).strip().casefold()


def _cut(text: str, longest: int = _TITLE_SHOWN) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def entry_lines(entries: Sequence[tuple[int, Entry]], say: Wording, *, here: int | None = None) -> Table:
    """Return entries one a line: number, date, author and the beginning of what they say."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, max_width=20, overflow="ellipsis")
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for number, entry in entries:
        style = "bold" if number == here else ""
        says = one_line(entry.text or entry.title)
        author = one_line(say.author(entry.author, entry.kind))
        cells = (say.date(entry.when), author or say(f"kind.{entry.kind}"), says[:300])
        table.add_row(Text(f"#{number}", NUMBER), *(Text(cell, style) for cell in cells))
    return table
