"""What every peer is given and what it answers with. Each is one small module in ``peers.adapters``.

An adapter has ``build``, a context manager that takes a case in and gives what can be asked. It runs in a process of its own
with a temporary home, so it may leave behind what it likes.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Protocol

from vertraut.evals.cases import Case
from vertraut.ledger import Entry
from vertraut.memory import Embedder
from vertraut.memory.embedding import Vectors

RANKED = 50
"""Entries that a peer is asked for."""

CHUNKS = 4 * RANKED
"""Chunks that are asked for where a peer ranks chunks: several may be of one entry."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of an entry with a vector of its own; nearly all entries have one. ``id`` is "entry/number"."""

    id: str
    words: str
    """What can be found by words: the day, who, title, this part of the text, place, people, names of files, tags."""
    vector: Vectors
    """The vector that Vertraut would store: of who, title and this part of the text."""


@dataclass(frozen=True, slots=True)
class Document:
    """An entry as a peer sees it. ``words`` is as in ``Chunk``, but with the whole text."""

    id: str
    entry: Entry
    words: str
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything of one case. ``language`` is the one most of its texts are in: "english" or "german"."""

    case: Case
    documents: tuple[Document, ...]
    language: str

    @property
    def chunks(self) -> list[Chunk]:
        """The chunks of all entries, in order."""
        return [chunk for document in self.documents for chunk in document.chunks]


@dataclass(frozen=True, slots=True)
class Built:
    """A case taken in. ``ask`` ranks ids of entries, best first, asked at a time; embedding the question is part of it."""

    ask: Callable[[str, datetime], Sequence[str]]
    size: Callable[[], int]
    """Returns the bytes that the index takes on the disk; called when everything was asked."""


class Adapter(Protocol):
    """A module of ``peers.adapters``."""

    def build(self, corpus: Corpus, folder: Path, engine: Embedder, /) -> AbstractContextManager[Built]:
        """Take in a case, in an empty ``folder``."""
        ...


def entries_of(chunks: Iterable[str]) -> list[str]:
    """Return the entries of ranked chunks, each at the place of its best one."""
    return list(islice(dict.fromkeys(chunk.rpartition("/")[0] for chunk in chunks), RANKED))


def bytes_below(folder: Path) -> int:
    """Return what the files below a folder take, once SQLite's write-ahead logs are moved into their databases."""
    with tempfile.TemporaryDirectory(prefix="peers-size-") as copy:
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        for log in list(Path(copy).rglob("*-wal")):
            with closing(sqlite3.connect(log.with_name(log.name.removesuffix("-wal")))) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return sum(path.stat().st_size for path in Path(copy).rglob("*") if path.is_file())
