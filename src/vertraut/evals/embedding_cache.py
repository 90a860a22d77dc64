"""Passage vectors kept between evaluation runs, by engine and text. Questions are embedded each time: that is measured."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import apsw
import numpy as np
from platformdirs import user_cache_path

from vertraut.memory import Embedder
from vertraut.memory.embedding import Vectors


def cache_path() -> Path:
    """Return where vectors of evaluation texts are kept: the platform's cache folder."""
    return user_cache_path("vertraut", appauthor=False) / "evaluation-vectors.db"


class CachedEmbedder:
    """An ``Embedder`` that remembers passages in a file. The file holds hashes and vectors, no text."""

    def __init__(self, engine: Embedder, path: Path) -> None:
        self.name = engine.name
        self.center = engine.center
        self._engine = engine
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._db = apsw.Connection(str(path))
        self._db.set_busy_timeout(60_000)
        self._db.pragma("journal_mode", "wal")
        self._db.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of texts, computing only those not seen before."""
        keys = [hashlib.sha256(f"{self.name}\0{text}".encode("utf-8", "replace")).digest() for text in texts]
        known = {key: self._known(key) for key in keys}
        missing = list(dict.fromkeys(key for key in keys if known[key] is None))
        if missing:
            first = dict(zip(keys, texts, strict=True))
            made = self._engine.passages([first[key] for key in missing])
            rows = [(key, vector.astype(np.float32).tobytes()) for key, vector in zip(missing, made, strict=True)]
            with self._db:
                self._db.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
            known.update(rows)
        return np.frombuffer(b"".join(known[key] or b"" for key in keys), np.float32).reshape(len(texts), -1)

    def question(self, text: str) -> Vectors:
        """Return the unit vector of a question."""
        return self._engine.question(text)

    def _known(self, key: bytes) -> bytes | None:
        row = self._db.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None
