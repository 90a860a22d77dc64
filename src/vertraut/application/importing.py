"""Taking files in: what sources read goes into the ledger batch by batch, each batch durable and findable at once.

An import that is interrupted loses at most the batch in hand. Running it again reads everything again and adds what is new,
because every entry has a stable identity.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from vertraut.application.exporting import exported_entries, is_export
from vertraut.clock import Clock, When, zone_of
from vertraut.errors import UnreadablePath
from vertraut.ledger import Draft, Entry, Ledger, Receipt, Record, blob_identity, content_of, entry_of
from vertraut.memory import Index
from vertraut.settings import Settings

if TYPE_CHECKING:
    from vertraut.sources import FileReading, Problem

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

    def run(
        self, paths: Sequence[Path], progress: Callable[[ImportProgress], None] | None = None, *, received: bool = False
    ) -> ImportReport:
        """Read everything below the paths. Raises ``UnreadablePath`` for one that is not there, before anything is read.

        ``received`` says that they lie where we put them ourselves, inside the home.
        """
        if not received:
            self._check_apart(paths)
        return self._run(self._readings(paths), progress)

    def run_bytes(self, name: str, data: bytes) -> ImportReport:
        """Read one file that is in memory; nothing of it is written in the clear."""
        from vertraut.sources import ReadOptions, read_bytes  # noqa: PLC0415  every reader, which recall does without

        options = ReadOptions(self._settings.zone, self._settings.attachment_limit)
        now = self._clock.now().astimezone(zone_of(self._settings.zone)).replace(tzinfo=None)
        return self._run([read_bytes(name, data, options, now)], None)

    def _run(self, readings: Iterable[FileReading], progress: Callable[[ImportProgress], None] | None) -> ImportReport:
        from vertraut.sources import Problem  # noqa: PLC0415  as above

        reports: list[FileReport] = []
        batch = _Batch(self._settings.batch)
        read = new = 0
        for reading in readings:
            report = FileReport(reading.name, reading.source)
            reports.append(report)
            for item in reading.items:
                if isinstance(item, Problem):
                    report.problems.append(item)
                    continue
                report.read += 1
                batch.add(item, report)
                if batch.full:
                    read, new = read + len(batch.entries), new + self._take_in(batch)
                    if progress:
                        progress(ImportProgress(report.name, reading.bytes_done(), reading.bytes_total, read, new))
        if batch.entries:
            read, new = read + len(batch.entries), new + self._take_in(batch)
            if progress:
                progress(ImportProgress(report.name, reading.bytes_total, reading.bytes_total, read, new))
        return ImportReport(tuple(reports))

    def _readings(self, paths: Sequence[Path]) -> Iterator[FileReading]:
        """Yield what is to be read: exports of another space, then files of any known format."""
        from vertraut.sources import FileReading, ReadOptions, discover  # noqa: PLC0415  as above

        exports = [path for path in paths if is_export(path)]
        others = [path for path in paths if path not in exports]
        rest = discover(others, ReadOptions(self._settings.zone, self._settings.attachment_limit)) if others else ()
        for folder in exports:
            size = sum(path.stat().st_size for path in folder.glob("records-*.jsonl"))
            yield FileReading(folder.name, "vertraut", exported_entries(folder), size, lambda: 0)
        yield from rest

    def store(self, entries: Sequence[Entry]) -> list[Receipt]:
        """Append entries with their attachments and index, in one transaction, and return what became of each."""
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

        receipts = self._ledger.append(drafts, self._clock.now(), then=project)
        return self._with_revisions(entries, receipts)

    def _with_revisions(self, entries: Sequence[Entry], receipts: list[Receipt]) -> list[Receipt]:
        """Remember what came again under its old identity but says something else: a moved appointment, a reused id.

        What was remembered stays as it was; the revision is an entry of its own, whose identity is that of its content.
        """
        known = self._ledger.get([receipt.seq for receipt in receipts if receipt.standing == "known"])
        revised = {
            n: replace(entry, external_id=f"{entry.external_id}@{_substance(entry)}")
            for n, (entry, receipt) in enumerate(zip(entries, receipts, strict=True))
            if (record := known.get(receipt.seq)) and record.content and _differs(entry, entry_of(record.content))
        }
        if revised:
            for n, receipt in zip(revised, self.store(list(revised.values())), strict=True):
                receipts[n] = receipt
        return receipts

    def _check_apart(self, paths: Sequence[Path]) -> None:
        """Keep away from our own vaults: closing the file of one that is open would drop SQLite's locks on it."""
        home = self._settings.home.resolve()
        for path in paths:
            real = path.resolve()
            if real.is_relative_to(home) or home.is_relative_to(real):
                raise UnreadablePath(path, "Vertraut keeps its own vaults there")

    def _take_in(self, batch: _Batch) -> int:
        """Store what a batch holds, note it in the reports of its files, and return how many entries were new."""
        receipts = self.store(batch.entries)
        for report, receipt in zip(batch.reports, receipts, strict=True):
            report.new += receipt.standing == "new"
            report.known += receipt.standing == "known"
            report.forgotten += receipt.standing == "forgotten"
        batch.clear()
        return sum(receipt.standing == "new" for receipt in receipts)


def _differs(entry: Entry, known: Entry) -> bool:
    return known.external_id == entry.external_id and _substance(known) != _substance(entry)


def _substance(entry: Entry) -> str:
    """Return a short hash of what an entry says, without what may differ between two exports of the same."""
    times = ("" if "date" in entry.meta else _moment(entry.when), _moment(entry.end))  # "date": it was only guessed
    says = (entry.text, entry.title, *times, entry.place, entry.author, entry.meta.get("status"))
    return hashlib.sha256(repr(says).encode("utf-8", "replace")).hexdigest()[:16]


def _moment(when: When | None) -> str:
    """Return a time without what follows from the home zone, which a person may change."""
    if when is None:
        return ""
    return when.local.replace(tzinfo=None).isoformat() if when.assumed else when.instant.isoformat()


class _Batch:
    """Entries that are stored together, of one file or of many small ones: what costs time is the commit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.clear()

    def clear(self) -> None:
        self.entries: list[Entry] = []
        self.reports: list[FileReport] = []
        self._characters = 0

    def add(self, entry: Entry, report: FileReport) -> None:
        self.entries.append(entry)
        self.reports.append(report)
        self._characters += len(entry.text) + sum(attachment.size for attachment in entry.attachments)

    @property
    def full(self) -> bool:
        return len(self.entries) >= self._limit or self._characters >= BATCH_CHARACTERS


def _blobs(entries: Iterable[Entry]) -> Iterator[Draft]:
    for entry in entries:
        for attachment in entry.attachments:
            if attachment.payload is not None:
                yield Draft("blob", attachment.payload, blob_identity(attachment.sha256), again=True)
