"""What a measurement is made on: entries of any number with their vectors, and questions about them.

Two kinds: invented words (``bench.generate``), and recombined evaluation cases (``bench.recombine``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np

from bench import generate, recombine
from bench.blend import Blender, Mixture
from bench.cases import Pool
from bench.recalling import Asked
from bench.recombine import Recombiner
from vertraut.evals import CachedEmbedder, cache_path
from vertraut.memory import Embedder
from vertraut.memory.embedding import Vectors
from vertraut.memory.vectors import Passage

BLOCK = 4096
"""Passages whose vectors are made and stored at a time."""
PIECE = 40  # characters that a made passage of invented words is said to have

Block = tuple[list[Passage], Vectors]


class Life(Protocol):
    """Entries of a life: the same ones each time."""

    @property
    def size(self) -> int:
        """How many entries there are."""
        ...

    def write(self, path: Path) -> None:
        """Write the entries in the generic JSON Lines format."""
        ...

    def write_further(self, path: Path, count: int) -> None:
        """Write entries that come after them."""
        ...

    def texts(self) -> Iterator[str]:
        """Yield their texts."""
        ...

    def questions(self, count: int) -> list[Asked]:
        """Return questions to ask."""
        ...

    def blocks(self, embedder: Embedder) -> Iterator[Block]:
        """Yield passages with unit vectors, in order; the first entry is number 1."""
        ...


@dataclass(frozen=True, slots=True)
class Invented:
    """Entries of invented words, with vectors that lie as the engine's do."""

    size: int

    def write(self, path: Path) -> None:
        """Write the entries, where they are not there from another run."""
        if not path.exists():
            generate.write_entries(path, self.size)

    def write_further(self, path: Path, count: int) -> None:
        """Write entries that come after them."""
        generate.write_entries(path, self.size + count, first=self.size)

    def texts(self) -> Iterator[str]:
        """Yield their texts."""
        return generate.texts(self.size)

    def questions(self, count: int) -> list[Asked]:
        """Return questions to ask."""
        return [Asked(text) for text in generate.questions(count, self.size)]

    def blocks(self, embedder: Embedder) -> Iterator[Block]:
        """Yield one passage an entry."""
        random = np.random.default_rng(7)
        for start in range(1, self.size + 1, BLOCK):
            places = [Passage(seq, 0, PIECE) for seq in range(start, min(self.size + 1, start + BLOCK))]
            yield places, generate.vectors(len(places), embedder.center, random)


@dataclass(frozen=True, slots=True)
class Recombined:
    """Entries recombined from cases, with vectors blended from theirs."""

    pool: Pool
    size: int

    def write(self, path: Path) -> None:
        """Write the entries."""
        recombine.write_entries(path, self._entries())

    def write_further(self, path: Path, count: int) -> None:
        """Write entries that come after them."""
        further = Recombiner(self.pool, self.size, recombine.SEED + 1)
        recombine.write_entries(path, further.entries(count, first=self.size))

    def texts(self) -> Iterator[str]:
        """Yield their texts."""
        return (made.text for made in self._entries())

    def questions(self, count: int) -> list[Asked]:
        """Return real questions, as even as it can be over suites and languages."""
        return self.pool.questions(count, recombine.SEED)

    def blocks(self, embedder: Embedder) -> Iterator[Block]:
        """Yield the passages that the product would cut, with blended vectors."""
        blender, random = Blender(self.pool, real_vectors(self.pool, embedder)), np.random.default_rng(recombine.SEED)
        found = self._mixtures(blender)
        while portion := list(islice(found, BLOCK)):
            places = [place for place, _ in portion]
            yield places, blender.blended([mixture for _, mixture in portion], random)

    def _mixtures(self, blender: Blender) -> Iterator[tuple[Passage, Mixture]]:
        for made in self._entries():
            for start, stop, mixture in blender.mixtures(made):
                yield Passage(made.number + 1, start, stop), mixture

    def _entries(self) -> Iterator[recombine.Made]:
        return Recombiner(self.pool, self.size).entries()


def real_vectors(pool: Pool, engine: Embedder) -> Vectors:
    """Return the vectors of a pool's passages: those that an evaluation has kept, or computed now and kept likewise."""
    return CachedEmbedder(engine, cache_path()).passages(list(pool.passages))
