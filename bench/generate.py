"""Made-up lives of any size: short entries in threads, with a vocabulary that grows as it does in life.

Word frequencies follow Zipf's law and the vocabulary Heaps' law (about 8·√tokens new words), so that document frequencies,
which decide what a question costs, are like those of real collections. Everything follows from the seed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vertraut.memory.embedding import Vectors

SEED = 20260101
_WORDS = 14  # of a mean entry
_AUTHORS = 60
_THREAD = 40  # entries
_ZIPF = 1.07
_SYLLABLES = [a + b for a in "b d f g h k l m n p r s t v w z st sch br kl".split() for b in "a e i o u ei au".split()]
_START = datetime(2015, 1, 1, tzinfo=UTC)


def word(rank: int) -> str:
    """Return the word of a frequency rank: pronounceable, unique, longer the rarer."""
    number, letters = rank + 200, ""
    while number:
        number, digit = divmod(number, len(_SYLLABLES))
        letters += _SYLLABLES[digit]
    return letters


def texts(count: int) -> Iterator[str]:
    """Yield the texts of that many entries."""
    random = np.random.default_rng(SEED)
    seen = 0
    for start in range(0, count, 1000):
        lengths = np.clip(random.lognormal(np.log(_WORDS) - 0.18, 0.6, min(1000, count - start)), 2, 120).astype(int)
        vocabulary = int(2000 + 8 * np.sqrt(seen + 1))
        ranks = _zipf(random, vocabulary, int(lengths.sum()))
        seen += len(ranks)
        at = 0
        for length in lengths.tolist():
            yield " ".join(word(rank) for rank in ranks[at : at + length].tolist()) + "."
            at += length


def write_entries(path: Path, count: int, first: int = 0) -> None:
    """Write entries in the generic JSON Lines format; ``first`` leaves out those before it.

    They are notes: messages would be embedded in the context of one another, which says nothing where words are invented.
    """
    random = np.random.default_rng(SEED + 1)
    authors = [word(5000 + n).capitalize() for n in range(_AUTHORS)]
    with path.open("w", encoding="utf-8") as lines:
        for number, text in enumerate(texts(count)):
            at = _START + timedelta(minutes=5 * number)
            thread = number // _THREAD
            author = authors[int(random.integers(0, 3)) + thread % (_AUTHORS - 3)]
            if number < first:
                continue
            row = {"id": f"e{number}", "at": at.isoformat(), "author": author, "text": text, "kind": "note"}
            lines.write(json.dumps({**row, "thread": f"t{thread}"}) + "\n")


def questions(count: int, entries: int) -> list[str]:
    """Return questions about entries spread over the whole: four to six of an entry's words, some of them common."""
    random = np.random.default_rng(SEED + 2)
    wanted = set(random.choice(entries, size=count, replace=False).tolist())
    found = []
    for number, text in enumerate(texts(entries)):
        if number in wanted:
            parts = text.rstrip(".").split()
            picked = random.permutation(parts)[: int(random.integers(4, 7))]
            found.append(" ".join(picked.tolist()) + "?")
    return found


def vectors(count: int, center: Vectors, random: np.random.Generator) -> Vectors:
    """Return unit vectors that lie around a centre as e5's do: cosine to it about 0.87, to each other about 0.76."""
    noise = random.standard_normal((count, len(center)), np.float32)
    noise *= 0.55 / np.linalg.norm(noise, axis=1, keepdims=True)
    found: Vectors = (center / np.linalg.norm(center) + noise).astype(np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def _zipf(random: np.random.Generator, vocabulary: int, count: int) -> npt.NDArray[np.intp]:
    weights = 1 / np.arange(1, vocabulary + 1) ** _ZIPF
    cumulative = np.cumsum(weights)
    ranks: npt.NDArray[np.intp] = np.searchsorted(cumulative, random.random(count) * cumulative[-1])
    return ranks
