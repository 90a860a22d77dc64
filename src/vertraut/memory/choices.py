"""What there is to choose from: authors, threads, sources and kinds, each with how many entries it has, largest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import apsw

from vertraut.ledger.queries import rows

Choosable = Literal["author", "thread", "source", "kind"]

LONGEST: Final = 200
"""Characters of a name that is offered: a longer one is nobody's to choose from a list."""

_BOUND: Final = f"name <> '' AND length(name) <= {LONGEST}"
_QUERIES: Final[Mapping[Choosable, str]] = {
    "author": f"""SELECT name, name, '', (SELECT count(*) FROM entries WHERE author = id) AS number FROM authors
      WHERE {_BOUND} AND instr(casefold(name), ?1)""",
    "thread": f"""SELECT name, substr(iif(title = '', name, title), 1, {LONGEST}), source,
      (SELECT count(*) FROM entries WHERE thread = id) AS number FROM threads
      WHERE {_BOUND} AND (instr(casefold(title), ?1) OR instr(casefold(name), ?1))""",
    "source": f"""SELECT source AS name, source, '', count(*) AS number FROM threads JOIN entries ON thread = id
      WHERE {_BOUND.replace("name", "source")} AND instr(casefold(source), ?1) GROUP BY 1""",
    "kind": "SELECT kind AS name, kind, '', count(*) AS number FROM entries WHERE instr(kind, ?1) GROUP BY 1",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of them: the name that selects it, what it is called, for a thread its source, and how many entries it has."""

    name: str
    title: str
    source: str
    entries: int


def choices(connection: apsw.Connection, what: Choosable, containing: str = "", *, most: int) -> list[Choice]:
    """Return up to ``most`` of what there is whose name holds a text, case folded, on a connection that has ``casefold``."""
    query = f"{_QUERIES[what]} ORDER BY number DESC, name LIMIT ?2"
    return [Choice(*found) for found in rows(connection, query, (containing.casefold(), most))]
