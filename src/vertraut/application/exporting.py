"""Everything of a space in open formats, and back: JSON Lines of records, one file an attachment, a manifest with hashes.

The chain goes along, with the commitments of what was forgotten, so that a restored space is the same space and verifies.
The folder is as readable as a diary: it is not encrypted. See ``docs/formats.md``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from vertraut.clock import Precision, zone_of
from vertraut.errors import BadExport, LedgerBroken, StorageFailed
from vertraut.ledger import ENTRY_KINDS, Copied, Entry, Head, Ledger, Origin, Record, RecordKind, entry_of
from vertraut.ledger.chain import first_link
from vertraut.ledger.records import canonical_json
from vertraut.ledger.vault import file_errors
from vertraut.memory import Index

FORMAT = "vertraut-export"
VERSION = 1
MANIFEST = "manifest.json"
RECORDS_A_FILE = 50_000

_DAMAGED = (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError)
_LARGEST = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written: records, of those entries and attachments, and how many files and bytes."""

    folder: Path
    records: int
    entries: int
    attachments: int
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What the manifest of an export says: whose it is, where its chain ends, and the SHA-256 of each of its files."""

    origin: Origin
    head: Head
    files: Mapping[str, str]


class ExportedFiles:
    """The files of an export with their bytes, one after the other; each is read to its end before the next is asked for.

    The manifest comes last: it names the others with their hashes. The counts are right when everything was read.
    """

    def __init__(self, name: str, ledger: Ledger, now: datetime, progress: Callable[[int], None] | None = None) -> None:
        self.records = self.entries = self.size = 0
        self.files: dict[str, dict[str, Any]] = {}
        self.blobs: list[int] = []
        self._name = name
        self._ledger = ledger
        self._now = now
        self._progress = progress
        self._head = ledger.head()

    def __iter__(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Yield (name, bytes in parts)."""
        yield from self._record_files()
        for seq in self.blobs:
            yield _blob_name(seq), self._noted(_blob_name(seq), self._blob(seq))
        yield MANIFEST, iter((json.dumps(self._manifest(), ensure_ascii=False, indent=1).encode(),))

    def _record_files(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        lines = self._lines()
        waiting = next(lines, None)
        part = 0
        while waiting or part == 0:
            part += 1

            def portion(last: int = part * RECORDS_A_FILE) -> Iterator[bytes]:
                nonlocal waiting
                while waiting and waiting[0] <= last:
                    yield waiting[1]
                    waiting = next(lines, None)

            name = f"records-{part:05d}.jsonl"
            yield name, self._noted(name, portion())

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        for copied in self._ledger.copied():
            record = copied.record
            self._head = Head(record.seq, record.link)
            self.records += 1
            if record.content is not None:
                self.entries += record.kind == "entry"
                self.blobs += [record.seq] if record.kind == "blob" else []
            if self._progress and record.seq % 1000 == 0:
                self._progress(record.seq)
            yield record.seq, canonical_json(_line(copied)) + b"\n"

    def _blob(self, seq: int) -> Iterator[bytes]:
        yield self._ledger.get([seq])[seq].content or b""

    def _noted(self, name: str, parts: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the parts of a file, and keep its hash and size."""
        digest, size = hashlib.sha256(), 0
        for part in parts:
            digest.update(part)
            size += len(part)
            yield part
        self.files[name] = {"sha256": digest.hexdigest(), "bytes": size}
        self.size += size

    def _manifest(self) -> dict[str, Any]:
        origin = self._ledger.origin
        return {
            "format": FORMAT,
            "version": VERSION,
            "name": self._name,
            "space": origin.space_id,
            "identity_key": origin.identity_key.hex(),
            "exported": self._now.isoformat().replace("+00:00", "Z"),
            "records": self.records,
            "entries": self.entries,
            "attachments": len(self.blobs),
            "head": {"seq": self._head.seq, "link": self._head.link.hex()},
            "files": self.files,
        }


def is_export(folder: Path) -> bool:
    """Say whether a folder claims to be an export of ours."""
    try:
        with (folder / MANIFEST).open("rb") as file:
            return f'"{FORMAT}"'.encode() in file.read(4096)
    except OSError:
        return False


def export_space(
    name: str, ledger: Ledger, folder: Path, now: datetime, progress: Callable[[int], None] | None
) -> ExportReport:
    """Write a space to a folder that is empty or not there yet. Raises ``StorageFailed`` otherwise."""
    with file_errors(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise StorageFailed(folder, "the folder is not empty")
    files = ExportedFiles(name, ledger, now, progress)
    for each, parts in files:
        _write(folder / each, parts)
    return ExportReport(folder, files.records, files.entries, len(files.blobs), len(files.files) + 1, files.size)


def _write(path: Path, parts: Iterator[bytes]) -> None:
    with file_errors(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "xb", opener=_private) as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())


def restore_space(ledger: Ledger, index: Index, folder: Path, progress: Callable[[int], None] | None) -> Head:
    """Take an export over into an empty ledger: the same space, with the same numbers and the same chain.

    Raises ``BadExport`` naming the file (and line) that is missing, changed or unreadable, ``SpaceExists`` where the
    space is not empty; in both cases nothing is taken over.
    """
    manifest = _checked_manifest(folder)
    reading = _Reading(folder, manifest)

    def project(records: Sequence[Record]) -> None:
        index.add(records)
        if progress:
            progress(records[-1].seq)

    try:
        return ledger.restore(manifest.origin, iter(reading), project)
    except LedgerBroken as why:
        place = f"{reading.place}: " if reading.place else ""
        raise BadExport(folder, f"{place}{why.sentence.removesuffix('.')}") from why


def exported_entries(folder: Path) -> Iterator[Entry]:
    """Yield the entries of an export with their attachments, to be remembered beside others. Raises ``BadExport``."""
    manifest = _checked_manifest(folder)
    files = {digest: folder / name for name, digest in manifest.files.items() if name.startswith("blobs/")}
    for copied in _Reading(folder, manifest):
        if copied.record.kind == "entry" and copied.record.content is not None:
            entry = entry_of(copied.record.content)
            attachments = (
                replace(each, payload=files[each.sha256].read_bytes()) if each.sha256 in files else each
                for each in entry.attachments
            )
            yield replace(entry, attachments=tuple(attachments))


def _line(copied: Copied) -> dict[str, Any]:
    record = copied.record
    line: dict[str, Any] = {
        "seq": record.seq,
        "kind": record.kind,
        "recorded": record.recorded,
        "commitment": record.commitment.hex(),
        "link": record.link.hex(),
    }
    if copied.identity:
        line["identity"] = copied.identity.hex()
    if record.salt is not None and record.content is not None:
        line["salt"] = record.salt.hex()
        if record.kind == "blob":
            line["file"] = _blob_name(record.seq)
        else:
            line["content"] = json.loads(record.content)
    return line


def _blob_name(seq: int) -> str:
    return f"blobs/{seq:09d}"


def _read_manifest(folder: Path) -> _Manifest:
    try:
        data = json.loads((folder / MANIFEST).read_bytes())
        if data["format"] != FORMAT:
            raise BadExport(folder, "it is no export of Vertraut")
        if data["version"] > VERSION:
            raise BadExport(folder, "it was written by a later version")
        return _Manifest(
            Origin(str(data["space"]), bytes.fromhex(data["identity_key"])),
            Head(int(data["head"]["seq"]), bytes.fromhex(data["head"]["link"])),
            {str(name): str(about["sha256"]) for name, about in data["files"].items()},
        )
    except (OSError, *_DAMAGED) as why:
        raise BadExport(folder, f"{MANIFEST} cannot be read") from why


def _checked_manifest(folder: Path) -> _Manifest:
    """Return the manifest of an export whose files are all there, as they were written. Raises ``BadExport``."""
    manifest = _read_manifest(folder)
    for name, digest in manifest.files.items():
        _check_file(folder, name, digest)
    return manifest


def _check_file(folder: Path, name: str, digest: str) -> None:
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise BadExport(folder, f"{name} lies outside the folder")
        if not path.is_file():
            raise BadExport(folder, f"{name} is missing")
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, RuntimeError) as why:  # also a name that no file can have, or a circle of links
        raise BadExport(folder, f"{name!r} cannot be read") from why
    if found != digest:
        raise BadExport(folder, f"{name} was changed since it was exported")


class _Reading:
    """Reads the records of an export, and knows its ``place``: file and line, or "" when all were read."""

    def __init__(self, folder: Path, manifest: _Manifest) -> None:
        self.place = ""
        self._folder = folder
        self._manifest = manifest

    def __iter__(self) -> Iterator[Copied]:
        last = Head(0, first_link(self._manifest.origin.space_id))
        for name in sorted(name for name in self._manifest.files if name.startswith("records-")):
            with file_errors(self._folder / name), (self._folder / name).open("rb") as lines:
                for number, line in enumerate(lines, start=1):
                    self.place = f"{name}, line {number}"
                    copied = self._copied(line)
                    last = Head(copied.record.seq, copied.record.link)
                    yield copied
        self.place = ""
        if last != self._manifest.head:
            raise BadExport(self._folder, "its records do not end where the manifest says")

    def _copied(self, line: bytes) -> Copied:
        try:
            return self._record(json.loads(line))
        except _DAMAGED as why:
            raise BadExport(self._folder, f"{self.place} is no record") from why

    def _record(self, line: dict[str, Any]) -> Copied:
        record = Record(
            int(line["seq"]),
            line["kind"],
            int(line["recorded"]),
            bytes.fromhex(line["salt"]) if "salt" in line else None,
            self._content(line),
            bytes.fromhex(line["commitment"]),
            bytes.fromhex(line["link"]),
        )
        if record.kind not in get_args(RecordKind) or not (0 < record.seq <= _LARGEST and abs(record.recorded) <= _LARGEST):
            raise ValueError
        if record.kind == "entry" and record.content is not None:
            _check_entry(entry_of(record.content))
        return Copied(record, bytes.fromhex(line["identity"]) if "identity" in line else None)

    def _content(self, line: dict[str, Any]) -> bytes | None:
        if "file" not in line:
            return canonical_json(line["content"]) if "content" in line else None
        name = _blob_name(int(line["seq"]))
        if name not in self._manifest.files:
            raise BadExport(self._folder, f"{self.place} needs {name}, which {MANIFEST} does not name")
        with file_errors(self._folder / name):
            return (self._folder / name).read_bytes()


def _check_entry(entry: Entry) -> None:
    """Raise ``ValueError`` for what can be read as an entry, but never was one."""
    texts = [entry.source, entry.external_id, entry.text, entry.author, entry.thread, entry.thread_title, entry.title]
    texts += [entry.place, entry.origin, *(text for each in entry.people for text in (each.role, each.name, each.address))]
    texts += [text for each in entry.attachments for text in (each.name, each.media_type, each.sha256)]
    sizes = [each.size for each in entry.attachments]
    whens = [when for when in (entry.when, entry.end) if when]
    for when in whens:
        zone_of(when.zone)
    if not (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(size, int) for size in sizes)
        and all(when.precision in get_args(Precision) for when in whens)
        and entry.kind in ENTRY_KINDS
        and isinstance(entry.meta, dict)
    ):
        raise ValueError


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
