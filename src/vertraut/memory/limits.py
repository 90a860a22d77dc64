"""What recalled entries must be: limits on kind, author, thread, source and time, as conditions on the index."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime

import apsw

_LIKE = "casefold({}) LIKE ? ESCAPE '\\'"
_NAMED = f"(title <> '' AND {_LIKE.format('title')}) OR casefold(name) = ?"


@dataclass(frozen=True, slots=True)
class Limits:
    """What recalled entries must be: every limit given must hold. Times are aware; ``before`` is exclusive.

    ``authors`` match a part of the author's name, case folded; ``threads`` a part of the thread's title or its whole name.
    """

    kinds: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    threads: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    after: datetime | None = None
    before: datetime | None = None

    def __bool__(self) -> bool:
        """Say whether anything is limited at all."""
        return bool(self.kinds or self.authors or self.threads or self.sources or self.after or self.before)


def allowed(connection: apsw.Connection, limits: Limits) -> set[int]:
    """Return the number of every entry that the limits let through."""
    conditions, values = conditions_of(limits)
    query = "SELECT seq FROM entries WHERE " + " AND ".join(conditions)
    return {row[0] for row in connection.execute(query, values)}


def register_functions(connection: apsw.Connection) -> None:
    """Give a connection the SQL function that the conditions use."""
    connection.create_scalar_function("casefold", _casefold, 1, deterministic=True)


def conditions_of(limits: Limits) -> tuple[list[str], list[str | int]]:
    """Return limits as SQL conditions on ``entries``, with the values to bind."""
    conditions: list[str] = []
    values: list[str | int] = []

    def add(condition: str, *given: str | int) -> None:
        conditions.append(condition)
        values.extend(given)

    if limits.kinds:
        add("kind IN (SELECT value FROM json_each(?))", json.dumps(limits.kinds))
    if limits.sources:
        query = "thread IN (SELECT id FROM threads WHERE source IN (SELECT value FROM json_each(?)))"
        add(query, json.dumps(limits.sources))
    if limits.authors:
        like = " OR ".join([_LIKE.format("name")] * len(limits.authors))
        add(f"author IN (SELECT id FROM authors WHERE {like})", *map(_part, limits.authors))
    if limits.threads:
        like = " OR ".join([_NAMED] * len(limits.threads))
        given = (value for name in limits.threads for value in (_part(name), name.casefold()))
        add(f"thread IN (SELECT id FROM threads WHERE {like})", *given)
    if limits.after:
        after = math.floor(limits.after.timestamp())
        add("(starts >= ? OR ends > ?)", after, after)
    if limits.before:
        add("starts < ?", math.ceil(limits.before.timestamp()))
    return conditions, values


def _part(text: str) -> str:
    """Return the pattern of what holds a text; an empty text is in nothing but the empty one."""
    if not text:
        return ""
    escaped = text.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _casefold(*values: float | str | bytes | None) -> str:
    """Fold case for every script: SQLite's own ``lower`` knows ASCII only."""
    return str(values[0]).casefold()
