"""Taking files in: what sources read goes into the ledger batch by batch, each batch durable and findable at once.

An import that is interrupted loses at most the batch in hand. Running it again reads everything again and adds what is new,
because every entry has a stable identity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vertraut.clock import Clock
from vertraut.ledger import Draft, Entry, Ledger, Record, blob_identity, content_of
from vertraut.memory import Index
from vertraut.settings import Settings
from vertraut.sources import Problem, ReadOptions, discover

BATCH_CHARACTERS = 4_000_000
"""A batch also ends when its texts reach this size: memory stays bounded however long the entries are."""


@dataclass(slots=True)
class FileReport:
    """What became of one file: how many entries it held, and how many of them were new, known or forgotten before."""

    name: str
    source: str
    read: int = 0
    new: int = 0
    known: int = 0
    forgotten: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def skipped(self) -> int:
        """How many records could not be taken in."""
        return sum(1 for problem in self.problems if problem.lost)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, file by file, in the order of reading."""

    files: tuple[FileReport, ...]

    @property
    def new(self) -> int:
        """How many entries were added."""
        return sum(file.new for file in self.files)

    @property
    def read(self) -> int:
        """How many entries were read."""
        return sum(file.read for file in self.files)


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """Where an import stands. Bytes are of the files as they lie on the disk."""

    file: str
    bytes_done: int
    bytes_total: int
    read: int
    new: int


class Importer:
    """Imports into one space. ``again`` takes back what was forgotten before."""

    def __init__(self, ledger: Ledger, index: Index, clock: Clock, settings: Settings, *, again: bool = False) -> None:
        self._ledger = ledger
        self._index = index
        self._clock = clock
        self._settings = settings
        self._again = again

    def run(self, paths: Sequence[Path], progress: Callable[[ImportProgress], None] | None = None) -> ImportReport:
        """Read everything below the paths. Raises ``UnreadablePath`` for one that is not there, before anything is read."""
        options = ReadOptions(self._settings.zone, self._settings.attachment_limit)
        reports: list[FileReport] = []
        for reading in discover(paths, options):
            report = FileReport(reading.name, reading.source)
            reports.append(report)
            for batch in self._batches(reading.items, report):
                self.store(batch, report)
                if progress:
                    read, new = sum(each.read for each in reports), sum(each.new for each in reports)
                    progress(ImportProgress(report.name, reading.bytes_done(), reading.bytes_total, read, new))
        return ImportReport(tuple(reports))

    def store(self, entries: Sequence[Entry], report: FileReport) -> None:
        """Append one batch with its attachments and index, in one transaction."""
        drafts = [Draft("entry", content_of(entry), entry.identity, again=self._again) for entry in entries]
        carrying = {
            draft.content: entry
            for draft, entry in zip(drafts, entries, strict=True)
            if any(attachment.payload is not None for attachment in entry.attachments)
        }

        def project(records: Sequence[Record]) -> None:
            payloads = list(_blobs(carrying[record.content] for record in records if record.content in carrying))
            if payloads:
                self._ledger.append(payloads, self._clock.now())
            self._index.add(records)

        for receipt in self._ledger.append(drafts, self._clock.now(), then=project):
            report.new += receipt.standing == "new"
            report.known += receipt.standing == "known"
            report.forgotten += receipt.standing == "forgotten"

    def _batches(self, items: Iterable[Entry | Problem], report: FileReport) -> Iterator[list[Entry]]:
        batch: list[Entry] = []
        size = 0
        for item in items:
            if isinstance(item, Problem):
                report.problems.append(item)
                continue
            report.read += 1
            batch.append(item)
            size += len(item.text) + sum(attachment.size for attachment in item.attachments)
            if len(batch) >= self._settings.batch or size >= BATCH_CHARACTERS:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch


def _blobs(entries: Iterable[Entry]) -> Iterator[Draft]:
    for entry in entries:
        for attachment in entry.attachments:
            if attachment.payload is not None:
                yield Draft("blob", attachment.payload, blob_identity(attachment.sha256), again=True)
