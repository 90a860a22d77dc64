"""Reading from a vault with the types that its strict tables promise, which SQLite's interface cannot know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw

Values = Sequence[int | float | str | bytes | None]


def rows(connection: apsw.Connection, query: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """Return all rows of a query."""
    return connection.execute(query, values).fetchall()


def row(connection: apsw.Connection, query: str, values: Values = ()) -> tuple[Any, ...]:
    """Return the one row of a query that always has one."""
    found: tuple[Any, ...] | None = connection.execute(query, values).fetchone()
    if found is None:
        raise LookupError(query)
    return found


def scalar(connection: apsw.Connection, query: str, values: Values = ()) -> Any:
    """Return the first column of the first row, None if there is none."""
    return connection.execute(query, values).get
