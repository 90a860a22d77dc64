"""How many different words a collection has, and how many it would have if it went on: Heaps' law, from its own counts.

Words are index terms as recall counts them. Smaller samples are foretold exactly (each term is met with the probability of
its count), larger ones by the power law whose exponent is the share of terms met once: new terms come at the rate V1/n.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from vertraut.ledger import Entry
from vertraut.memory.searched import searched_text
from vertraut.memory.words import terms

RANKS = (10, 100, 1000)
"""Places of the frequency list at which two collections are compared."""


@dataclass(slots=True)
class Vocabulary:
    """The terms of one language: how often each occurs, and in how many entries."""

    entries: int = 0
    occurrences: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)

    def add(self, found: Sequence[str]) -> None:
        """Count the terms of an entry."""
        self.entries += 1
        self.occurrences.update(found)
        self.documents.update(set(found))

    @property
    def tokens(self) -> int:
        """Return how many terms there are, repetitions counted."""
        return self.occurrences.total()

    @property
    def exponent(self) -> float:
        """Return the exponent of Heaps' law at this size: the share of terms met once."""
        once = sum(1 for count in self.occurrences.values() if count == 1)
        return once / max(len(self.occurrences), 1)

    def expected(self, tokens: int) -> float:
        """Return how many different terms so many tokens of this collection would have."""
        if tokens >= self.tokens:
            return len(self.occurrences) * float((tokens / max(self.tokens, 1)) ** self.exponent)
        counts = np.fromiter(self.occurrences.values(), float, len(self.occurrences))
        return float((1 - (1 - tokens / self.tokens) ** counts).sum())

    def rare_share(self, upto: int) -> float:
        """Return the share of terms that stand in at most so many entries."""
        return sum(1 for count in self.documents.values() if count <= upto) / max(len(self.documents), 1)

    def document_shares(self) -> list[float]:
        """Return the share of entries that hold the 10th, 100th and 1000th most frequent term; 0 where there is none."""
        counts = sorted(self.documents.values(), reverse=True)
        return [counts[rank - 1] / self.entries if rank <= len(counts) else 0.0 for rank in RANKS]


def vocabularies(entries: Iterable[tuple[Entry, str]]) -> dict[str, Vocabulary]:
    """Count the terms of entries with their languages, each language by itself."""
    found: dict[str, Vocabulary] = {}
    for entry, language in entries:
        found.setdefault(language, Vocabulary()).add(terms(searched_text(entry), language))
    return found
