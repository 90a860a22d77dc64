"""Where entries stand, one by one and in columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vertraut.memory.columns import Numbers


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an entry stands: its thread and author by number, its span in seconds since 1970, its language."""

    seq: int
    thread: int
    author: int
    kind: str
    starts: int
    ends: int
    language: str
    size: int
    asks: int


@dataclass(frozen=True, slots=True)
class Places:
    """The same of many entries by column, each (n,), in the order of their numbers."""

    seqs: Numbers
    threads: Numbers
    authors: Numbers
    kinds: npt.NDArray[np.str_]
    starts: Numbers
    ends: Numbers
    languages: npt.NDArray[np.str_]
    sizes: Numbers
    asks: Numbers

    def joined(self, other: Places) -> Places:
        """Return these with others behind them."""
        columns: list[Any] = [np.concatenate([getattr(self, name), getattr(other, name)]) for name in self.__slots__]
        return Places(*columns)
