"""Whole columns of a query, in one step of SQLite for all of its rows.

Each step lets Python's other threads run, and has to wait until they let this one go on. A question looks at thousands of
rows: row by row, threads that recall at the same time spend more on handing over than on recalling.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import apsw
import numpy as np
import numpy.typing as npt

from vertraut.ledger.queries import Values, row

Numbers = npt.NDArray[np.int64]


def columns(connection: apsw.Connection, query: str, values: Values = (), *, count: int) -> list[Numbers]:
    """Return the ``count`` columns of a query for integers, none of them null, each (rows,)."""
    return [_numbers(text) for text in _joined(connection, query, values, [","] * count)]


def columns_with_words(
    connection: apsw.Connection, query: str, values: Values, *, count: int, words: Collection[int]
) -> list[Numbers | npt.NDArray[np.str_]]:
    """Return the same where the columns in ``words``, by place, hold text that is never empty and has no commas."""
    joined = _joined(connection, query, values, [","] * count)
    return [_texts(text) if n in words else _numbers(text) for n, text in enumerate(joined)]


def columns_with_blob(connection: apsw.Connection, query: str, values: Values, *, count: int) -> tuple[list[Numbers], bytes]:
    """Return columns of integers, and the bytes of one column more, the last one, behind each other."""
    *joined, blob = _joined(connection, query, values, [*[","] * count, ""])
    return [_numbers(text) for text in joined], blob or b""


def _joined(connection: apsw.Connection, query: str, values: Values, between: Sequence[str]) -> tuple[Any, ...]:
    names = [f"c{n}" for n in range(len(between))]
    parts = [
        f"group_concat({name})" if comma else f"CAST(group_concat({name}, '') AS BLOB)"
        for name, comma in zip(names, between, strict=True)
    ]
    return row(connection, f"WITH found({', '.join(names)}) AS ({query}) SELECT {', '.join(parts)} FROM found", values)


def _numbers(text: str | None) -> Numbers:
    return np.fromstring(text or "", np.int64, sep=",")


def _texts(text: str | None) -> npt.NDArray[np.str_]:
    return np.array(text.split(",") if text else [], np.str_)
