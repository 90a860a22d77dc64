"""What a person could ask about first: titles of what memory holds near now. Quick whatever the vault holds."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

import apsw

from vertraut.ledger import OWN_SOURCE, Entry, entry_of
from vertraut.ledger.queries import rows

SubjectKind = Literal["coming", "past", "mail", "note"]

_LOOKED_AT: Final = 300
_READ: Final = 6  # of a kind, until one has a title that can be asked about
_SHORTEST, _LONGEST = 4, 60
_DATED: Final = re.compile(r"^\d{4}-\d\d-\d\d[ _-]*")
_NEAR: Final = """
SELECT entries.seq, kind, starts > ?1 FROM entries JOIN threads ON threads.id = thread
WHERE source <> ?2 AND entries.seq IN (
  SELECT seq FROM (SELECT seq FROM entries WHERE starts > ?1 ORDER BY starts LIMIT ?3)
  UNION ALL SELECT seq FROM (SELECT seq FROM entries WHERE starts <= ?1 ORDER BY starts DESC LIMIT ?3))
ORDER BY abs(starts - ?1), entries.seq"""
_KINDS: Final[dict[tuple[str, bool], SubjectKind]] = {
    ("event", True): "coming",
    ("mail", False): "mail",
    ("note", False): "note",
    ("event", False): "past",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to ask about: what kind of thing, and its title."""

    kind: SubjectKind
    title: str = field(repr=False)


def subjects(connection: apsw.Connection, now: datetime, count: int) -> list[Subject]:
    """Return up to ``count`` subjects of different kinds, of each kind the one that is nearest to ``now``."""
    near: dict[SubjectKind, list[int]] = {}
    for seq, kind, ahead in rows(connection, _NEAR, (math.floor(now.timestamp()), OWN_SOURCE, _LOOKED_AT)):
        if subject := _KINDS.get((kind, bool(ahead))):
            near.setdefault(subject, []).append(seq)
    found: dict[str, Subject] = {}
    for subject in _KINDS.values():
        title = next(_titles(connection, near.get(subject, [])[:_READ]), "")
        if title:
            found.setdefault(title.casefold(), Subject(subject, title))
    return list(found.values())[:count]


def _titles(connection: apsw.Connection, seqs: list[int]) -> Iterator[str]:
    """Yield the titles of entries that say what they are about, in their order."""
    query = "SELECT seq, plain(content) FROM records WHERE content IS NOT NULL AND seq IN (SELECT value FROM json_each(?))"
    entries = {seq: entry_of(content) for seq, content in rows(connection, query, (json.dumps(seqs),))}
    for seq in seqs:
        if seq in entries and (title := _title(entries[seq])):
            yield title


def _title(entry: Entry) -> str:
    """Return a title that can stand in a question: short, with a word in it, and no mere date."""
    title = _DATED.sub("", " ".join(entry.title.split()))
    letters = sum(map(str.isalpha, title))
    return title if letters >= _SHORTEST and len(title) <= _LONGEST and not set(title) & set('"„“”«»') else ""
