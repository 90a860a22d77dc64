"""What an import did: a table by file, or by format where files are many, and what was not taken in as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vertraut.interfaces.cli.render import DIM, lined_table
from vertraut.interfaces.harmless import one_line
from vertraut.interfaces.language import Wording

if TYPE_CHECKING:
    from vertraut.application import FileReport, ImportReport

MOST_PROBLEMS = 20
"""Problems shown of one file; --json has them all."""

_MOST_FILES = 12
_MOST_FILES_WITH_PROBLEMS = 20
_COUNTS = ("read", "new", "known", "forgotten", "skipped")


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    format: str
    counts: tuple[int, ...]


def summary(report: ImportReport, say: Wording) -> Iterator[Table | Padding | Text]:
    """Yield the table, the problems, and what it comes to in a sentence."""
    if report.files:
        yield _table(report.files, say)
        yield Text("")
    yield from _problems(report.files, say)
    forgotten = sum(file.forgotten for file in report.files)
    if forgotten:
        yield Text(say("import.were_forgotten", entries=say.count("entry", forgotten)))
    if report.new:
        yield Text(say("import.done", new=say.count("entry", report.new)), "bold")
    elif not forgotten:
        yield Text(say("import.nothing_new" if report.read else "import.nothing_read"), "bold")


def _table(files: Sequence[FileReport], say: Wording) -> Table:
    by_file = len(files) <= _MOST_FILES
    rows = [_row(file.name, file.source, [file], say) for file in files] if by_file else _by_source(files, say)
    total = _row(say("import.all"), "", files, say)
    shown = [place for place, name in enumerate(_COUNTS) if name in {"read", "new"} or total.counts[place]]
    table = lined_table()
    table.add_column(say("import.file"), overflow="fold")
    table.add_column(say("import.source"))
    for place in shown:
        table.add_column(say(f"import.{_COUNTS[place]}"), justify="right")
    for row in [*rows, *([total] if len(rows) > 1 else [])]:
        style = "bold" if row is total else ""
        cells = [row.name, row.format, *(say.number(row.counts[place]) for place in shown)]
        table.add_row(*(Text(cell, style) for cell in cells))
    return table


def _by_source(files: Sequence[FileReport], say: Wording) -> list[_Row]:
    groups: dict[str, list[FileReport]] = {}
    for file in files:
        groups.setdefault(file.source, []).append(file)
    return [_row(say.count("file", len(group)), source, group, say) for source, group in groups.items()]


def _row(name: str, source: str, files: Sequence[FileReport], say: Wording) -> _Row:
    counts = tuple(sum(getattr(file, count) for file in files) for count in _COUNTS)
    known = source or ("" if name == say("import.all") else say("import.unknown_source"))
    return _Row(one_line(name), known, counts)


def _problems(files: Sequence[FileReport], say: Wording) -> Iterator[Table | Padding | Text]:
    with_problems = [file for file in files if file.problems]
    if with_problems:
        yield Text(say("import.problems"))
    for file in with_problems[:_MOST_FILES_WITH_PROBLEMS]:
        yield Text(f"  {one_line(file.name)}", DIM)
        yield Padding(_problem_table(file, say), (0, 0, 0, 4))
        if len(file.problems) > MOST_PROBLEMS:
            yield Text(f"    {say('more', count=len(file.problems) - MOST_PROBLEMS)}", DIM)
    if len(with_problems) > _MOST_FILES_WITH_PROBLEMS:
        rest = with_problems[_MOST_FILES_WITH_PROBLEMS:]
        yield Text(f"  {say('import.more_files', files=say.count('file', len(rest)))}", DIM)
    if with_problems:
        yield Text("")


def _problem_table(file: FileReport, say: Wording) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(max_width=40, overflow="fold")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for problem in sorted(file.problems, key=lambda each: not each.lost)[:MOST_PROBLEMS]:
        reason = one_line(problem.reason)
        if not problem.lost:
            reason += f" ({say('import.kept_all_the_same')})"
        table.add_row(Text(one_line(problem.place)), Text(say.problem(problem.code)), Text(reason, DIM))
    return table
