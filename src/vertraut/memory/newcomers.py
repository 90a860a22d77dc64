"""What was remembered last, as something to ask about: titles of new entries, by kind. Quick whatever the vault holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

import apsw

from vertraut.ledger import OWN_SOURCE, Entry, entry_of
from vertraut.ledger.queries import rows, scalar

NewcomerKind = Literal["event", "mail", "note", "chat", "message"]

_LOOKED_AT: Final = 5000
_READ: Final = 12  # of a kind
_OF_A_KIND: Final = 4
_SHORTEST, _LONGEST = 4, 60
_NEWEST: Final = """
SELECT plain(records.content) FROM (
  SELECT seq, row_number() OVER (PARTITION BY kind ORDER BY seq DESC) AS place FROM (
    SELECT seq, kind FROM entries WHERE thread NOT IN (SELECT id FROM threads WHERE source = ?) ORDER BY seq DESC LIMIT ?
  )
) AS newest JOIN records USING (seq) WHERE place <= ? AND records.content IS NOT NULL ORDER BY seq DESC"""
_ANY: Final = "SELECT EXISTS (SELECT 1 FROM entries WHERE thread NOT IN (SELECT id FROM threads WHERE source = ?))"
_OLDEST: Final = "SELECT seq FROM entries WHERE thread NOT IN (SELECT id FROM threads WHERE source = ?) ORDER BY seq LIMIT 1"
_ANY_OWN_SINCE: Final = """
SELECT EXISTS (SELECT 1 FROM threads CROSS JOIN entries ON entries.thread = threads.id WHERE source = ? AND seq > ?)"""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Something to ask about: of what kind, and what it is called; of a message, who wrote it."""

    kind: NewcomerKind
    name: str = field(repr=False)


def newcomers(connection: apsw.Connection) -> list[Newcomer]:
    """Return some of what was remembered last, kinds taking turns, each name once."""
    by_kind: dict[NewcomerKind, dict[str, Newcomer]] = {"event": {}, "mail": {}, "note": {}, "chat": {}, "message": {}}
    for (content,) in rows(connection, _NEWEST, (OWN_SOURCE, _LOOKED_AT, _READ)):
        found = _newcomer(entry_of(content))
        if found and len(by_kind[found.kind]) < _OF_A_KIND:
            by_kind[found.kind].setdefault(found.name.casefold(), found)
    columns = [list(each.values()) for each in by_kind.values()]
    return [column[n] for n in range(_OF_A_KIND) for column in columns if n < len(column)]


def any_brought(connection: apsw.Connection) -> bool:
    """Say whether anything is remembered beside conversations with Vertraut."""
    return bool(scalar(connection, _ANY, (OWN_SOURCE,)))


def any_asked(connection: apsw.Connection) -> bool:
    """Say whether a conversation with Vertraut holds something newer than the first of what was brought."""
    oldest = scalar(connection, _OLDEST, (OWN_SOURCE,))
    return oldest is not None and bool(scalar(connection, _ANY_OWN_SINCE, (OWN_SOURCE, oldest)))


def _newcomer(entry: Entry) -> Newcomer | None:
    name = " ".join(_name(entry).split())
    if sum(map(str.isalpha, name)) < _SHORTEST or len(name) > _LONGEST or set(name) & set('"„“”«»:'):
        return None
    match entry.kind:
        case "event" | "mail" | "note" | "chat" | "message":
            return Newcomer(entry.kind, name)
        case _:
            return None


def _name(entry: Entry) -> str:
    match entry.kind:
        case "message":
            return entry.author
        case "mail" | "chat":
            return entry.thread_title or entry.title
        case _:
            return entry.title
