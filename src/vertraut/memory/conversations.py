"""The conversations that a person had with Vertraut: threads of our own source, the one spoken in last first."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import apsw

from vertraut.ledger import OWN_SOURCE
from vertraut.ledger.queries import rows

_PLACE: Final = re.compile(r"(-?\d{1,15})\.(\d{1,15})")
_FIRST: Final = (1 << 62, 0)
_NEWEST: Final = """
SELECT name, title, last, id FROM (
  SELECT name, title, id, (SELECT starts FROM entries WHERE thread = threads.id ORDER BY starts DESC LIMIT 1) AS last
  FROM threads WHERE source = ?
) WHERE (last, id) < (?, ?) ORDER BY last DESC, id DESC LIMIT ?"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation: its name for ever, what its first turn asked, when something was said in it last.

    ``place`` is where the list goes on behind it.
    """

    name: str
    title: str = field(repr=False)
    last: datetime
    place: str


def conversations(connection: apsw.Connection, count: int, after: str = "") -> list[Conversation]:
    """Return the newest conversations, or those behind a ``place``; one that cannot be read is the beginning."""
    found = _PLACE.fullmatch(after)
    start = (int(found[1]), int(found[2])) if found else _FIRST
    return [
        Conversation(name, title, datetime.fromtimestamp(last, UTC), f"{last}.{number}")
        for name, title, last, number in rows(connection, _NEWEST, (OWN_SOURCE, *start, count))
    ]
