"""What the ledger holds: entries and the other kinds of record, as values, and their one canonical form in bytes.

The bytes are what a record's commitment covers, so ``content_of`` must give the same bytes for the same entry for ever:
JSON in UTF-8, keys sorted, no white space, defaults left out. ``entry_of`` reads them back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from vertraut.clock import Precision, When

EntryKind = Literal[
    "message", "mail", "event", "task", "note", "chat", "call", "photo", "notification", "contact", "document"
]
ENTRY_KINDS: tuple[EntryKind, ...] = EntryKind.__args__  # type: ignore[attr-defined]  # typing exposes no public way

RecordKind = Literal[
    "entry", "blob", "forgetting", "receipt", "consent", "call", "sent", "persona", "token", "device", "feedback"
]
"""What a record is: remembered content, a forgetting and its receipt, or a line of the journal (``ledger.journal``)."""


OWN_SOURCE = "vertraut"
"""The source of what Vertraut itself wrote: conversations with it, and later whatever else it makes."""
OWN_NAME = "Vertraut"
"""The author of what Vertraut itself said there."""
EVIDENCE = "evidence"
"""The key in ``Entry.meta`` of our own entries (and in the content of "sent" records: "entries") of what they rest on."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part in an entry; ``role`` as the source says it: "from", "to", "cc", "attendee", "owner"."""

    role: str
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with an entry.

    ``payload`` is None where the file was not in the source, was too large to keep, or is not loaded: an entry that is
    read from the ledger names its attachments, their bytes are blob records of their own.
    """

    name: str
    media_type: str = "application/octet-stream"
    size: int = 0
    sha256: str = ""
    payload: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One remembered thing, verbatim. ``source`` and ``external_id`` together are its identity, for ever.

    ``thread`` is the source's stable name of the conversation, calendar or folder; ``thread_title`` what a person calls
    it. ``title`` is a subject, summary or note name. ``origin`` says where it was read: file and place in it. ``meta``
    holds what the source knows beyond this, as JSON values.
    """

    source: str
    external_id: str
    kind: EntryKind
    when: When
    text: str
    author: str = ""
    thread: str = ""
    thread_title: str = ""
    title: str = ""
    people: tuple[Person, ...] = ()
    place: str = ""
    end: When | None = None
    attachments: tuple[Attachment, ...] = ()
    origin: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> bytes:
        """What makes two readings the same entry."""
        return f"{self.source}\0{self.external_id}".encode("utf-8", "surrogatepass")


def said_by_us(entry: Entry) -> bool:
    """Say whether Vertraut itself said this: such an entry is no evidence of anything but that."""
    return entry.source == OWN_SOURCE and entry.author == OWN_NAME


def content_of(entry: Entry) -> bytes:
    """Return the canonical bytes of an entry."""
    content: dict[str, Any] = {
        "source": entry.source,
        "external_id": entry.external_id,
        "kind": entry.kind,
        "when": _when_json(entry.when),
        "text": entry.text,
        "author": entry.author,
        "thread": entry.thread,
        "thread_title": entry.thread_title,
        "title": entry.title,
        "place": entry.place,
        "origin": entry.origin,
        "end": _when_json(entry.end) if entry.end else None,
        "people": [_filled({"role": p.role, "name": p.name, "address": p.address}) for p in entry.people],
        "attachments": [
            {"name": a.name, "media_type": a.media_type, "size": a.size, "sha256": a.sha256} for a in entry.attachments
        ],
        "meta": dict(entry.meta),
    }
    return canonical_json(_filled(content))


def entry_of(content: bytes) -> Entry:
    """Read an entry back from its canonical bytes."""
    data = json.loads(content)
    return Entry(
        source=data["source"],
        external_id=data["external_id"],
        kind=data["kind"],
        when=_when_of(data["when"]),
        text=data.get("text", ""),
        author=data.get("author", ""),
        thread=data.get("thread", ""),
        thread_title=data.get("thread_title", ""),
        title=data.get("title", ""),
        people=tuple(Person(**each) for each in data.get("people", ())),
        place=data.get("place", ""),
        end=_when_of(data["end"]) if "end" in data else None,
        attachments=tuple(Attachment(**each) for each in data.get("attachments", ())),
        origin=data.get("origin", ""),
        meta=data.get("meta", {}),
    )


def blob_identity(sha256: str) -> bytes:
    """Return the identity of an attachment's bytes: the same file attached twice is kept once."""
    return f"blob\0{sha256}".encode()


def canonical_json(value: Any) -> bytes:
    """Return JSON in UTF-8 with sorted keys and no white space; lone surrogates become U+FFFD."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value or key in {"role", "text"}}


def _when_json(when: When) -> dict[str, Any]:
    data: dict[str, Any] = {"at": when.instant.isoformat().replace("+00:00", "Z"), "zone": when.zone}
    if when.precision != "second":
        data["precision"] = when.precision
    if when.assumed:
        data["assumed"] = True
    return data


def _when_of(data: Mapping[str, Any]) -> When:
    precision: Precision = data.get("precision", "second")
    instant = datetime.fromisoformat(data["at"]).astimezone(UTC)
    return When(instant, data["zone"], precision, data.get("assumed", False))
