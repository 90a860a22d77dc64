"""Everything of a space in open formats, and back: JSON Lines of records, one file an attachment, a manifest with hashes.

The chain goes along, with the commitments of what was forgotten, so that a restored space is the same space and verifies.
The folder is as readable as a diary: it is not encrypted. See ``docs/formats.md``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from vertraut.errors import BadExport, LedgerBroken, StorageFailed
from vertraut.ledger import Copied, Head, Ledger, Origin, Record
from vertraut.ledger.records import canonical_json
from vertraut.ledger.vault import file_errors
from vertraut.memory import Index

FORMAT = "vertraut-export"
VERSION = 1
MANIFEST = "manifest.json"
RECORDS_A_FILE = 50_000


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written: records, of those entries and attachments, and how many files and bytes."""

    folder: Path
    records: int
    entries: int
    attachments: int
    files: int
    size: int


class _Writer:
    """Writes the files of an export and keeps their hashes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, dict[str, Any]] = {}

    def write(self, name: str, parts: Iterator[bytes]) -> None:
        path = self.folder / name
        digest, size = hashlib.sha256(), 0
        with file_errors(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(path, "xb", opener=_private) as file:
                for part in parts:
                    file.write(part)
                    digest.update(part)
                    size += len(part)
                file.flush()
                os.fsync(file.fileno())
        self.files[name] = {"sha256": digest.hexdigest(), "bytes": size}


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
    writer = _Writer(folder)
    counts = {"records": 0, "entry": 0, "blob": 0}
    head = Head(0, b"")

    def lines() -> Iterator[tuple[int, bytes]]:
        nonlocal head
        for copied in ledger.copied():
            record = copied.record
            head = Head(record.seq, record.link)
            counts["records"] += 1
            if record.content is not None and record.kind in counts:
                counts[record.kind] += 1
            if record.kind == "blob" and record.content is not None:
                writer.write(_blob_name(record.seq), iter((record.content,)))
            if progress and record.seq % 1000 == 0:
                progress(record.seq)
            yield record.seq, canonical_json(_line(copied)) + b"\n"

    _write_in_parts(writer, lines())
    origin = ledger.origin
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "name": name,
        "space": origin.space_id,
        "identity_key": origin.identity_key.hex(),
        "exported": now.isoformat().replace("+00:00", "Z"),
        "records": counts["records"],
        "entries": counts["entry"],
        "attachments": counts["blob"],
        "head": {"seq": head.seq, "link": head.link.hex()},
        "files": writer.files,
    }
    files = dict(writer.files)
    writer.write(MANIFEST, iter((json.dumps(manifest, ensure_ascii=False, indent=1).encode(),)))
    size = sum(about["bytes"] for about in files.values())
    return ExportReport(folder, counts["records"], counts["entry"], counts["blob"], len(writer.files), size)


def restore_space(ledger: Ledger, index: Index, folder: Path, progress: Callable[[int], None] | None) -> Head:
    """Take an export over into an empty ledger: the same space, with the same numbers and the same chain.

    Raises ``BadExport`` naming the file (and line) that is missing, changed or unreadable, ``SpaceExists`` where the
    space is not empty; in both cases nothing is taken over.
    """
    manifest = _manifest(folder)
    names = sorted(name for name in manifest["files"] if name.startswith("records-"))
    for name, about in manifest["files"].items():
        _check_file(folder, name, about)
    origin = Origin(manifest["space"], bytes.fromhex(manifest["identity_key"]))

    def project(records: Sequence[Record]) -> None:
        index.add(records)
        if progress:
            progress(records[-1].seq)

    try:
        head = ledger.restore(origin, _read(folder, names), project)
    except LedgerBroken as why:
        raise BadExport(folder, why.sentence) from why
    if (head.seq, head.link.hex()) != (manifest["head"]["seq"], manifest["head"]["link"] or head.link.hex()):
        raise BadExport(folder, "its records do not end where the manifest says")
    return head


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


def _write_in_parts(writer: _Writer, lines: Iterator[tuple[int, bytes]]) -> None:
    waiting = next(lines, None)
    part = 0
    while waiting or part == 0:
        part += 1

        def portion(last: int = part * RECORDS_A_FILE) -> Iterator[bytes]:
            nonlocal waiting
            while waiting and waiting[0] <= last:
                yield waiting[1]
                waiting = next(lines, None)

        writer.write(f"records-{part:05d}.jsonl", portion())


def _blob_name(seq: int) -> str:
    return f"blobs/{seq:09d}"


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
        known = manifest["format"] == FORMAT and manifest["version"] <= VERSION
        manifest["files"], manifest["head"]["link"], bytes.fromhex(manifest["identity_key"]), str(manifest["space"])
    except (OSError, ValueError, KeyError, TypeError) as why:
        raise BadExport(folder, f"{MANIFEST} cannot be read") from why
    if not known:
        raise BadExport(folder, "it was written by a later version")
    return dict(manifest)


def _check_file(folder: Path, name: str, about: dict[str, Any]) -> None:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise BadExport(folder, f"{name} lies outside the folder")
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as why:
        raise BadExport(folder, f"{name} is missing") from why
    if digest != about.get("sha256"):
        raise BadExport(folder, f"{name} was changed since it was exported")


def _read(folder: Path, names: Sequence[str]) -> Iterator[Copied]:
    for name in names:
        with (folder / name).open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    yield _copied(folder, json.loads(line))
                except (ValueError, KeyError, TypeError, OSError) as why:
                    raise BadExport(folder, f"{name}, line {number} is no record") from why


def _copied(folder: Path, line: dict[str, Any]) -> Copied:
    content: bytes | None = None
    if "file" in line:
        content = (folder / _blob_name(int(line["seq"]))).read_bytes()
    elif "content" in line:
        content = canonical_json(line["content"])
    record = Record(
        int(line["seq"]),
        line["kind"],
        int(line["recorded"]),
        bytes.fromhex(line["salt"]) if "salt" in line else None,
        content,
        bytes.fromhex(line["commitment"]),
        bytes.fromhex(line["link"]),
    )
    return Copied(record, bytes.fromhex(line["identity"]) if "identity" in line else None)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
