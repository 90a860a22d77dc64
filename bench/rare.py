"""Rare words without end: what stands where a rare word of a real entry stood.

The words that a language has once or twice are drawn anew each time from ranks whose frequencies fall like Zipf-Mandelbrot's
law. The law's two parameters are such that as many draws as there were rare words give as many different ones, and twenty
times as many as Heaps' law foretells. The first ranks are the real rare words; beyond them words are made from syllables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np
import numpy.typing as npt

from bench.generate import word

RAREST = 2
"""A word that occurs at most so often is drawn anew."""

LOWER, CAPITAL, NUMBER = "\ue000", "\ue001", "\ue002"
"""What stands in a template for a rare word, for one with a capital, and for one with a digit."""

_SLOT = re.compile(f"[{LOWER}{CAPITAL}{NUMBER}]")
_THREE_SYLLABLES = 20_000  # made words are longer than nearly all real ones that they could be taken for
_FORESEEN = 100  # times the size of the cases
_EXACT, _POINTS = 4096, 4096  # ranks summed one by one, and points for those beyond
_FARTHEST = 1e30
_STEPS = 60  # of a bisection
_SCATTERING = 618_033_988_749_894_847  # the golden section: multiples of it lie far from each other

Floats = npt.NDArray[np.float64]


def without_marks(text: str) -> str:
    """Return a text without the characters that mark slots."""
    return _SLOT.sub("", text)


def slot(written: str) -> str:
    """Return what stands in a template for a rare word as it was written."""
    if any(letter.isdigit() for letter in written):
        return NUMBER
    return CAPITAL if written[:1].isupper() else LOWER


@dataclass(frozen=True, slots=True)
class Law:
    """Frequencies of ranks 0, 1, 2, …: rank r or a later one has probability (1 + r/scale)**-slope."""

    slope: float
    scale: float

    def rank(self, chance: float) -> int:
        """Return the rank that a number above 0 and up to 1 draws."""
        return int(self.scale * (chance ** (-1 / self.slope) - 1))

    def part(self, share: float) -> Law:
        """Return the law of a part of the words: that share of the draws gives that share of the different ones."""
        return Law(self.slope, self.scale * max(share, 1e-3))

    def different(self, draws: float) -> float:
        """Return how many different ranks so many draws are expected to give."""
        ranks = np.arange(_EXACT + 1, dtype=float)
        exact = -np.diff(self._beyond(ranks))
        far = np.geomspace(_EXACT, _FARTHEST, _POINTS)
        chances = self.slope / self.scale * (1 + far / self.scale) ** (-self.slope - 1)
        rest = np.trapezoid(-np.expm1(-draws * chances), far)
        return float(-np.expm1(-draws * exact).sum() + rest)

    def _beyond(self, ranks: Floats) -> Floats:
        found: Floats = (1 + ranks / self.scale) ** -self.slope
        return found


def fitted(draws: int, different: int, later: float) -> Law:
    """Return the law by which ``draws`` give ``different`` ranks, and ``_FORESEEN`` times as many ``later`` ranks."""

    def scaled(slope: float) -> Law:
        return Law(slope, _solved(lambda scale: Law(slope, scale).different(draws) - different, 1e-3, 1e9))

    slope = _solved(lambda each: later - scaled(each).different(draws * _FORESEEN), 0.2, 8.0)
    return scaled(slope)


def law_of(counts: Sequence[int], vocabulary: int, exponent: float) -> Law:
    """Return the law for a language's rare words from their counts, its vocabulary and its exponent of Heaps' law."""
    if not counts:
        return Law(1.0, 1.0)
    grown = len(counts) + vocabulary * (_FORESEEN**exponent - 1)
    return fitted(sum(counts), min(len(counts), sum(counts) - 1) or 1, grown)


@dataclass(frozen=True, slots=True)
class Rare:
    """Words that are drawn by a law. The first ranks are ``real`` ones; ``made`` makes the word of any other rank."""

    real: Sequence[str] = field(repr=False)
    law: Law
    made: Callable[[int], str] = field(repr=False)

    def drawn(self, random: Random) -> str:
        """Return a word."""
        rank = self.law.rank(1.0 - random.random())
        return self.real[rank] if rank < len(self.real) else self.made(rank)


@dataclass(frozen=True, slots=True)
class RareWords:
    """The rare words of one language, and what is written with digits."""

    words: Rare
    numbers: Rare

    def filled(self, template: str, random: Random) -> str:
        """Return a template with a word or number in every slot."""
        return _SLOT.sub(lambda found: self._drawn(found.group(), random), template)

    def _drawn(self, mark: str, random: Random) -> str:
        if mark == NUMBER:
            return self.numbers.drawn(random)
        word = self.words.drawn(random)
        return word.capitalize() if mark == CAPITAL else word


def rare_words(written: Sequence[tuple[str, int]], vocabulary: int, exponent: float, kin: tuple[int, int]) -> RareWords:
    """Return a language's rare words from those that were written, with their counts, most frequent first.

    ``vocabulary`` and ``exponent`` (of Heaps' law) are those of all its words. ``kin`` is the number of this language and
    how many there are: words that are made for them differ.
    """
    law = law_of([count for _, count in written], vocabulary, exponent)
    numbers = [(word, count) for word, count in written if slot(word) == NUMBER]
    words = [word for word, _ in written if slot(word) != NUMBER]
    share = sum(count for _, count in numbers) / max(sum(count for _, count in written), 1)
    forms = [word for word, _ in numbers] or ["000"]
    return RareWords(
        Rare(words, law.part(1 - share), lambda rank: made_word(rank * kin[1] + kin[0])),
        Rare(forms, law.part(share), lambda rank: renumbered(forms[rank % len(forms)], rank)),
    )


def made_word(number: int) -> str:
    """Return a word that there is not, another one for every number."""
    return word(_THREE_SYLLABLES + number)


def renumbered(written: str, rank: int) -> str:
    """Return the number of a rank in the same form: the same digits for the same rank, scattered ones for the next."""
    digits = iter(f"{(rank + 1) * _SCATTERING % 10**18:018d}")
    return "".join(next(digits, letter) if letter.isdigit() else letter for letter in written)


def _solved(rising: Callable[[float], float], low: float, high: float) -> float:
    """Return where a rising function of a positive number is 0, by bisection of its logarithm; else the nearer end."""
    for _ in range(_STEPS):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return float(np.sqrt(low * high))
