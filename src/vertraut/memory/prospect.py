"""What a selection would forget, counted: enough to decide on, however much it is. No entry is read for it.

A prospect's seal stands for exactly its entries: forgetting that is given one refuses to take any others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import apsw

from vertraut.ledger.queries import row, rows, scalar

MOST_AUTHORS: Final = 6

_THESE: Final = "entries WHERE seq IN (SELECT value FROM json_each(?))"
_BY_SOURCE: Final = f"SELECT source, count(*) FROM threads JOIN (SELECT thread FROM {_THESE}) ON thread = id GROUP BY 1"
_BY_AUTHOR: Final = f"""SELECT name, count(*) FROM authors JOIN (SELECT author FROM {_THESE}) ON author = id
  WHERE name <> '' GROUP BY 1"""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would go: ``numbers`` are the entries, newest first; ``resting`` those that go because they rest on others.

    ``by_kind``, ``by_source`` and ``by_author`` (only the first few of ``authors``) are largest first. ``sent`` counts the
    kept copies of what left the machine, ``passages`` the vectors.
    """

    numbers: tuple[int, ...]
    resting: frozenset[int]
    by_kind: Mapping[str, int]
    by_source: Mapping[str, int]
    by_author: Mapping[str, int]
    authors: int
    first: datetime
    last: datetime
    attachments: int
    passages: int
    sent: int
    seal: str


def prospect_of(
    connection: apsw.Connection, seqs: Collection[int], *, resting: Collection[int], attachments: int, sent: int
) -> Prospect:
    """Return what is to be said of these entries, of which there is at least one."""
    these = (json.dumps(sorted(seqs)),)

    def counts(query: str) -> dict[str, int]:
        return dict(rows(connection, f"{query} ORDER BY 2 DESC, 1", these))

    first, last = row(connection, f"SELECT min(starts), max(starts) FROM {_THESE}", these)
    authors = counts(_BY_AUTHOR)
    return Prospect(
        numbers=tuple(seq for (seq,) in rows(connection, f"SELECT seq FROM {_THESE} ORDER BY starts DESC, seq DESC", these)),
        resting=frozenset(resting),
        by_kind=counts(f"SELECT kind, count(*) FROM {_THESE} GROUP BY 1"),
        by_source=counts(_BY_SOURCE),
        by_author=dict(list(authors.items())[:MOST_AUTHORS]),
        authors=len(authors),
        first=datetime.fromtimestamp(first, UTC),
        last=datetime.fromtimestamp(last, UTC),
        attachments=attachments,
        passages=scalar(connection, f"SELECT count(*) FROM passages WHERE seq IN (SELECT seq FROM {_THESE})", these),
        sent=sent,
        seal=seal_of(seqs),
    )


def seal_of(seqs: Collection[int]) -> str:
    """Return what stands for exactly these entries."""
    return hashlib.sha256(json.dumps(sorted(seqs)).encode()).hexdigest()
