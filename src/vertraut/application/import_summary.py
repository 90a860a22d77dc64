"""What an import did, small enough to be kept and shown: counts by file, or by format where files are many, and problems.

However much an import found to complain about, a summary names a bounded part of it and counts the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from vertraut.application.importing import FileReport, ImportReport

MOST_FILES: Final = 12
MOST_PROBLEMS: Final = 20
MOST_FILES_WITH_PROBLEMS: Final = 20

_LONGEST_NAME = 200
_LONGEST_TEXT = 160


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One file (``files`` is 1), or all files of a format; ``source`` is "" where no source can read them."""

    name: str
    source: str
    files: int
    read: int
    new: int
    known: int
    forgotten: int
    skipped: int


@dataclass(frozen=True, slots=True)
class SummaryProblem:
    """What could not be taken in as it stands; see ``vertraut.sources.Problem``."""

    place: str
    code: str
    reason: str
    lost: bool


@dataclass(frozen=True, slots=True)
class FileProblems:
    """The problems of a file, those that lost something first, and how many more there are."""

    name: str
    problems: tuple[SummaryProblem, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """The rows, their sum, and the files with problems; ``more_files`` have problems too."""

    rows: tuple[SummaryRow, ...]
    total: SummaryRow
    troubled: tuple[FileProblems, ...]
    more_files: int

    @classmethod
    def of_json(cls, data: dict[str, Any]) -> Self:
        """Read one back."""
        troubled = (
            FileProblems(each["name"], tuple(SummaryProblem(**one) for one in each["problems"]), each["more"])
            for each in data["troubled"]
        )
        rows = tuple(SummaryRow(**each) for each in data["rows"])
        return cls(rows, SummaryRow(**data["total"]), tuple(troubled), data["more_files"])


def summary_of(report: ImportReport) -> ImportSummary:
    """Return the summary of a report."""
    files = report.files
    troubled = [file for file in files if file.problems]
    return ImportSummary(
        tuple(_rows(files)),
        _row("", "", files),
        tuple(_problems(file) for file in troubled[:MOST_FILES_WITH_PROBLEMS]),
        max(0, len(troubled) - MOST_FILES_WITH_PROBLEMS),
    )


def _rows(files: Sequence[FileReport]) -> list[SummaryRow]:
    if len(files) <= MOST_FILES:
        return [_row(file.name[-_LONGEST_NAME:], file.source, [file]) for file in files]
    groups: dict[str, list[FileReport]] = {}
    for file in files:
        groups.setdefault(file.source, []).append(file)
    return [_row("", source, group) for source, group in groups.items()]


def _row(name: str, source: str, files: Sequence[FileReport]) -> SummaryRow:
    counts = (sum(getattr(file, count) for file in files) for count in ("read", "new", "known", "forgotten", "skipped"))
    return SummaryRow(name, source, len(files), *counts)


def _problems(file: FileReport) -> FileProblems:
    worst = sorted(file.problems, key=lambda each: not each.lost)[:MOST_PROBLEMS]
    shown = (SummaryProblem(each.place[:_LONGEST_TEXT], each.code, each.reason[:_LONGEST_TEXT], each.lost) for each in worst)
    return FileProblems(file.name[-_LONGEST_NAME:], tuple(shown), max(0, len(file.problems) - MOST_PROBLEMS))
