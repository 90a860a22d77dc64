"""Vectors of recombined entries: the real vectors of the passages that they were made of, blended and turned a little.

A blend of unit vectors lies nearer to the middle of all of them than any of them does, so its distance from the middle of
its language is made as large again as theirs. A small part of another passage's direction comes in, so that no two are
equal.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from bench.cases import Pool
from bench.recombine import Made, Piece
from vertraut.memory.embedding import Vectors
from vertraut.memory.passages import passages

PIECES = 4  # of a passage; what more there are is left out
TURNED = 0.25
"""How much of another passage's direction comes in, as a share of the distance from the middle."""

Rows = npt.NDArray[np.intp]

Mixture = list[tuple[int, float]]
"""Real passages by their place in the pool, with their weights."""


class Blender:
    """Blends the vectors of a pool's passages."""

    def __init__(self, pool: Pool, real: Vectors) -> None:
        """``real`` holds one unit vector for each of ``pool.passages``."""
        self._pool = pool
        languages = sorted(pool.rare)
        spoken = [languages.index(donor.language) for donor in pool.donors for _ in donor.passages]
        self._language = np.array(spoken, np.intp)
        middles = [real[self._language == number].mean(axis=0) for number in range(len(languages))]
        self._middle: Vectors = np.stack(middles).astype(np.float32)
        self._away: Vectors = real - self._middle[self._language]
        self._distance: Vectors = np.linalg.norm(self._away, axis=1)
        self._of_language = [np.flatnonzero(self._language == number) for number in range(len(languages))]

    def mixtures(self, made: Made) -> Iterator[tuple[int, int, Mixture]]:
        """Yield for each passage of an entry its place in the text, and what it is made of."""
        pieces, size = self._placed(made.pieces), len(made.text)
        if not made.text:
            found = self._mixture(pieces, 0.0, 1.0)
            yield from [(0, 0, found)] if found else []
            return
        for start, stop in passages(made.text):
            if found := self._mixture(pieces, start / size, stop / size):
                yield start, stop, found

    def blended(self, mixtures: list[Mixture], random: np.random.Generator) -> Vectors:
        """Return one unit vector a mixture."""
        rows = np.zeros((len(mixtures), PIECES), np.intp)
        weights = np.zeros((len(mixtures), PIECES), np.float32)
        for n, mixture in enumerate(mixtures):
            total = sum(weight for _, weight in mixture) or 1.0
            for k, (row, weight) in enumerate(mixture[:PIECES]):
                rows[n, k], weights[n, k] = row, weight / total
        away = np.zeros((len(mixtures), self._away.shape[1]), np.float32)
        for k in range(PIECES):
            away += weights[:, k, None] * self._away[rows[:, k]]
        language = self._language[rows[:, 0]]
        other = self._others(language, random)
        distance = (weights * self._distance[rows]).sum(axis=1, keepdims=True)
        away = _sized(_sized(away, distance) + TURNED * _sized(self._away[other], distance), distance)
        return _sized(self._middle[language] + away, 1.0)

    def _others(self, language: Rows, random: np.random.Generator) -> Rows:
        """Return a passage at random of the same language for each."""
        found = np.empty(len(language), np.intp)
        for number, rows in enumerate(self._of_language):
            here = np.flatnonzero(language == number)
            if len(here):
                found[here] = random.choice(rows, len(here))
        return found

    def _placed(self, pieces: tuple[Piece, ...]) -> list[tuple[float, float, Piece]]:
        """Return where in the text each piece stands, as shares of the text."""
        donors = self._pool.donors
        sizes = [(donors[n].ends[stop] - donors[n].ends[start]) * donors[n].size for n, start, stop in pieces]
        total, at, found = sum(sizes) or 1.0, 0.0, []
        for piece, size in zip(pieces, sizes, strict=True):
            found.append((at / total, (at + size) / total, piece))
            at += size
        return found or []

    def _mixture(self, pieces: list[tuple[float, float, Piece]], start: float, stop: float) -> Mixture:
        """Return the real passages in the middle of what each piece gives to a part of the text."""
        found: Mixture = []
        for first, last, (member, part, end) in pieces:
            left, right = max(first, start), min(last, stop)
            donor = self._pool.donors[member]
            if not donor.passages or (right <= left and len(pieces) > 1):
                continue
            share = ((left + right) / 2 - first) / max(last - first, 1e-9)
            at = donor.ends[part] + share * (donor.ends[end] - donor.ends[part])
            place = min(bisect_left(donor.passages, at), len(donor.passages) - 1)
            found.append((donor.row + place, max(right - left, 1e-6)))
        return found


def _sized(vectors: Vectors, length: Vectors | float) -> Vectors:
    """Return vectors in their directions with these lengths."""
    own = np.linalg.norm(vectors, axis=1, keepdims=True)
    sized: Vectors = (vectors * (length / np.maximum(own, 1e-9))).astype(np.float32)
    return sized
