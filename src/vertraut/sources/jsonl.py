"""Vertraut's own plain format: UTF-8 text, one JSON object a line, one object an entry.

    {"id": "17", "thread": "kitchen", "at": "2025-03-08T14:30:00+01:00", "author": "Lena", "text": "…", "kind": "message",
     "meta": {"subject": "…", "place": "…", "end": "2025-03-08T15:00:00", "with": ["Tobi"], "to": "…", "from": "…"}}

``text`` and ``at`` must be there. ``at`` is ISO 8601: a time with offset, a time in the person's home zone, or only a day.
``kind`` is one of the kinds of entry, "message" where it is missing. ``id`` need only be unique in its file.
``meta`` is kept as it is; of it become ``subject`` the title, ``place`` or ``location`` the place, ``end`` the end, and
``with``, ``to`` and ``from`` (a list, or a text with commas) the people. A bad line is reported, the others are read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from typing import Any, BinaryIO

from vertraut.clock import When
from vertraut.errors import BadTime
from vertraut.ledger import ENTRY_KINDS, Entry, Person
from vertraut.sources.contract import Problem, ProblemCode, ReadOptions, SourceFile
from vertraut.sources.json_values import parse, too_deep

LONGEST_LINE = 20_000_000
LATEST_YEAR = 9000

_BOM = b"\xef\xbb\xbf"
_ROLES = ("from", "to", "with")
_COMMAS = re.compile(r"\s*[,;]\s*")

Complaint = tuple[ProblemCode, str]


class JsonlSource:
    """Reads one object a line."""

    name = "jsonl"
    title = "JSON lines"
    patterns: tuple[str, ...] = ("*.jsonl", "*.ndjson")

    def recognises(self, file: SourceFile) -> bool:
        """Say whether the name says so, or the first line is an object with ``text`` and ``at``."""
        if file.name.lower().endswith((".jsonl", ".ndjson")):
            return b"\0" not in file.head[:64]
        first = file.head.removeprefix(_BOM).lstrip().partition(b"\n")[0]
        if not first.startswith(b"{") or too_deep(first):
            return False
        parsed = parse(first, "line 1")
        return not isinstance(parsed, Problem) and {"text", "at"} <= parsed.value.keys()

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Entry | Problem]:
        """Yield one entry a line, or what is wrong with it."""
        for number, line in _lines(file.stream):
            place = f"line {number}"
            if line is None:
                yield Problem(place, "too-large", f"the line is longer than {LONGEST_LINE:,} bytes")
            elif line.strip(b"\0 \t\r\n"):
                yield from _read_line(line, place, file.name, options.home_zone)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield lines with their numbers; None for one that is too long, which is passed over unread."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(_BOM)
        if len(line) <= LONGEST_LINE:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(1 << 20)
        yield number, None


def _read_line(line: bytes, place: str, file_name: str, home: str) -> Iterator[Entry | Problem]:
    if too_deep(line):
        yield Problem(place, "nested-too-deep", "too many brackets inside one another")
        return
    parsed = parse(line, place)
    if isinstance(parsed, Problem):
        yield parsed
        return
    yield from parsed.problems
    record = parsed.value
    when = _wrong(record) or _when(record.get("at"), home)
    if isinstance(when, tuple):
        yield Problem(place, *when)
        return
    meta, problem = _meta(record)
    end, wrong_end = _end(meta, when, home)
    for complaint in filter(None, (problem, wrong_end)):
        yield Problem(place, *complaint, lost=False)
    yield _entry(record, meta, when, end, f"{file_name}, {place}")


def _wrong(record: Any) -> Complaint | None:
    """Say why a record cannot be kept, its date apart."""
    if not isinstance(record, dict):
        return "bad-schema", "not a JSON object"
    text, kind = record.get("text"), record.get("kind", "message")
    if not isinstance(text, str) or not (text.strip() or record.get("meta")):
        return "no-text", "there is no text in it"
    return None if kind in ENTRY_KINDS else ("bad-schema", f"there is no kind {kind!r:.40}")


def _when(at: Any, home: str) -> When | Complaint:
    if not isinstance(at, str):
        return "missing-or-bad-date", "there is no date in it"
    try:
        when = When.of_text(at, home)
    except BadTime:
        return "missing-or-bad-date", f"not a date: {at!r:.40}"
    return when if when.instant.year <= LATEST_YEAR else ("implausible-date", f"not a date of this world: {at!r:.40}")


def _meta(record: Mapping[str, Any]) -> tuple[dict[str, Any], Complaint | None]:
    """Return what is kept beside the entry: ``meta`` as it is, and the id that the file gave."""
    given = record.get("meta")
    meta = dict(given) if isinstance(given, dict) else {}
    if number := _text_of(record.get("id")):
        meta["id"] = number
    return meta, None if given is None or isinstance(given, dict) else ("bad-schema", "meta is no JSON object")


def _end(meta: Mapping[str, Any], when: When, home: str) -> tuple[When | None, Complaint | None]:
    given = meta.get("end")
    if given is None or given == "":
        return None, None
    try:
        end = When.of_text(str(given), home)
    except BadTime:
        return None, ("bad-dtend", f"the end is not a date: {given!r:.40}")
    if end.end < when.instant:
        return None, ("end-before-start", f"the end lies before the start: {end}")
    return end, None


def _entry(record: Mapping[str, Any], meta: Mapping[str, Any], when: When, end: When | None, origin: str) -> Entry:
    thread, author = _text_of(record.get("thread")), _text_of(record.get("author"))
    parts = (_text_of(record.get("id")), thread, record["at"], author, record["text"])
    return Entry(
        source=JsonlSource.name,
        external_id=hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32],
        kind=record.get("kind", "message"),
        when=when,
        text=record["text"],
        author=author,
        thread=thread,
        title=_text_of(meta.get("subject")),
        people=_people(meta) if meta else (),
        place=_text_of(meta.get("place")) or _text_of(meta.get("location")),
        end=end,
        origin=origin,
        meta=meta,
    )


def _people(meta: Mapping[str, Any]) -> tuple[Person, ...]:
    return tuple(_person(role, name) for role in _ROLES for name in _names(meta.get(role)))


def _names(value: Any) -> list[str]:
    if isinstance(value, str):
        return [name for name in _COMMAS.split(value.strip()) if name]
    return [name for name in value if isinstance(name, str) and name] if isinstance(value, list) else []


def _person(role: str, written: str) -> Person:
    if "@" not in written:
        return Person(role, written)
    name, address = parseaddr(written)
    return Person(role, name, address) if address else Person(role, written)


def _text_of(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
