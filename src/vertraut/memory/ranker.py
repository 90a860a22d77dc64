"""From signals to one order: a linear model over all candidates, trees over the best of them, then trees over threads.

The linear model carries over to lives unlike those it was fitted on; the trees know which signals count only together.
Whole threads are judged last, by what their entries have in sum: they order the ten best, and bring up the best entry of
each further thread. All come from ``tools/ranker`` (``make ranker``), fitted on questions with known evidence, none of
them LoCoMo.
A wish for advice is ranked by a few weights of its own: what answers it is what a person likes, owns and does, and that
shares few words with the wish.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from vertraut.memory.candidates import Candidates
from vertraut.memory.query import Query
from vertraut.memory.signals import (
    FAMILIES,
    SIGNALS,
    Authors,
    Column,
    own_signals,
    signals_among,
    signals_beside,
    signals_of_thread,
)
from vertraut.memory.threads import THREAD_SIGNALS, signals_of_threads

Matrix = npt.NDArray[np.float64]

LOOKED_AT = 150
"""So many of the linear model's best go through the trees."""
CHOSEN = 10
"""So many entries are chosen by their own scores; behind them, the best of each further thread comes first."""

ADVICE = {"meaning": 1.0, "thread_two": 1.0, "thread_coverage": 1.0, "assistant_unasked": -6.0, "not_yet": -4.0}
MOST_LEAVES = 16
_BEHIND = 1000.0


@dataclass(frozen=True, slots=True)
class Splits:
    """All splits of all trees that look at one signal, merged: what they leave of the trees' leaves for each value."""

    signal: int
    """Column of the matrix."""
    thresholds: npt.NDArray[np.float64]
    """In order, (k,)."""
    remaining: npt.NDArray[np.uint16]
    """Leaves of each tree, as bits, that remain for a value above the first k thresholds, (k + 1, T)."""


@dataclass(frozen=True, slots=True)
class Trees:
    """T regression trees of up to 16 leaves each, whose sum is a score.

    A tree has one bit a leaf, from left to right. A split that does not hold takes away the leaves on its left side; the
    lowest leaf that remains is the tree's (QuickScorer, Lucchese et al., SIGIR 2015).
    """

    splits: tuple[Splits, ...]
    values: npt.NDArray[np.float64]
    """What each leaf adds, (T, leaves)."""

    def scores(self, matrix: Matrix) -> Column:
        """Return the score of each row, (n,)."""
        leaves = np.full((len(matrix), len(self.values)), 0xFFFF, np.uint16)
        for split in self.splits:
            leaves &= split.remaining[np.searchsorted(split.thresholds, matrix[:, split.signal])]
        total: Column = self.values[np.arange(len(self.values)), _LOWEST_BIT[leaves]].sum(axis=1)
        return total


@dataclass(frozen=True, slots=True)
class Model:
    """What ``tools/ranker`` writes: a weight for each signal that the linear model uses, and the trees."""

    weights: Mapping[str, float]
    trees: Trees
    share: float
    """What the score of the trees counts against that of the linear model."""
    threads: Trees
    """Over ``THREAD_SIGNALS``."""

    def linear(self, columns: Mapping[str, Column]) -> Column:
        """Return the linear model's score over those of its signals that are given, (n,)."""
        score: Column = np.sum([columns[name] * weight for name, weight in self.weights.items() if name in columns], axis=0)
        return score


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates with their signals and their score, before anything is chosen."""

    query: Query
    found: Candidates
    matrix: Matrix
    """A row a candidate, a column a signal, in the order of ``SIGNALS``; 0 for what is known among the best only."""
    own: Column
    """The score of each entry."""
    of_thread: Column
    """The score of each entry's thread; 0 where threads are not judged."""
    model: Model

    @property
    def scores(self) -> Column:
        """Return the score of each entry with its thread's."""
        return self.own + self.of_thread

    def order(self) -> list[int]:
        """Return the places of the candidates, best first; of equals the earlier remembered first.

        The best are chosen by what they are themselves, and ordered by that and their threads together.
        """
        order = np.lexsort((self.found.places.seqs, -self.own))
        best = order[:CHOSEN]
        by_both: list[int] = best[np.argsort(-self.scores[best], kind="stable")].tolist()
        return [*by_both, *order[CHOSEN:].tolist()]

    def seqs(self, places: list[int]) -> list[int]:
        """Return the entry numbers of candidates by their places."""
        numbers: list[int] = self.found.places.seqs[places].tolist()
        return numbers

    def parts(self, places: list[int]) -> list[dict[str, float]]:
        """Return for each of these candidates what each family of signals added to its score.

        That is by how much the score falls if the family's signals are those of an ordinary one of the best: the medians.
        """
        if not places:
            return []
        ordinary = np.median(self.matrix[self.order()[:LOOKED_AT]], axis=0)  # elsewhere some signals are not known
        families = [family for family in FAMILIES if family != "question"]
        threads = self.of_thread[self.order()[:LOOKED_AT]]
        rows = np.repeat(self.matrix[places], len(families) + 1, axis=0).reshape(len(places), len(families) + 1, -1)
        for n, family in enumerate(families):
            columns = [_COLUMN[name] for name in FAMILIES[family]]
            rows[:, n, columns] = ordinary[columns]
        scores = _scores(self.query, self.model, rows.reshape(-1, len(SIGNALS))).reshape(len(places), -1)
        added = scores[:, -1:] - scores[:, :-1]
        added[:, families.index("thread")] += self.of_thread[places] - np.median(threads)
        return [dict(zip(families, row, strict=True)) for row in added.tolist()]


def promise(query: Query, authors: Authors, model: Model) -> Callable[[Candidates], Column]:
    """Return the score of candidates of which nothing but their own signals is known."""
    return lambda found: model.linear(own_signals(query, found, authors)) if len(found) else np.zeros(0)


def ranking(query: Query, found: Candidates, authors: Authors, model: Model) -> Ranking:
    """Rank candidates. The linear model orders all of them, the trees those at its top anew."""
    if not len(found):
        return Ranking(query, found, np.zeros((0, len(SIGNALS))), np.zeros(0), np.zeros(0), model)
    known = own_signals(query, found, authors)
    known |= signals_beside(found, known)
    first = model.linear(known)
    known |= signals_of_thread(found, known, first)
    best = np.argsort(-first, kind="stable")[:LOOKED_AT]
    among = signals_among(query, found, known, first, best)
    matrix = np.zeros((len(first), len(SIGNALS)))
    for n, name in enumerate(SIGNALS):
        if name in known:
            matrix[:, n] = known[name]
        else:
            matrix[best, n] = among[name]
    if query.advice:
        return Ranking(query, found, matrix, _scores(query, model, matrix), np.zeros(len(found)), model)
    scores = first - _BEHIND
    scores[best] = _scores(query, model, matrix[best])
    return Ranking(query, found, matrix, scores, _thread_scores(found, matrix, scores, model.threads), model)


@cache
def shipped_model() -> Model:
    """Return the model that the package brings."""
    return read_model(json.loads(files("vertraut.memory").joinpath("ranker.json").read_text(encoding="utf-8")))


def read_model(data: Mapping[str, Any]) -> Model:
    """Return a model from its file's content; see ``docs/recall.md``."""
    return Model(data["weights"], _trees(data["trees"], SIGNALS), data["share"], _trees(data["threads"], THREAD_SIGNALS))


def _trees(trees: Sequence[Mapping[str, Any]], signals: Sequence[str]) -> Trees:
    column = {name: n for n, name in enumerate(signals)}
    values = np.zeros((len(trees), MOST_LEAVES))
    found: dict[int, list[tuple[float, int, int]]] = {}
    for n, tree in enumerate(trees):
        values[n, : len(tree["leaves"])] = tree["leaves"]
        for name, threshold, left in tree["splits"]:
            found.setdefault(column[name], []).append((threshold, n, 0xFFFF ^ left))
    return Trees(tuple(_merged(signal, found[signal], len(trees)) for signal in sorted(found)), values)


def _merged(signal: int, splits: list[tuple[float, int, int]], trees: int) -> Splits:
    """Merge splits on one signal, given as (threshold, tree, leaves that remain above it)."""
    numbers, tree, left = (np.array(each) for each in zip(*splits, strict=True))
    thresholds, at = np.unique(numbers, return_inverse=True)
    remaining = np.full((len(thresholds) + 1, trees), 0xFFFF, np.uint16)
    np.bitwise_and.at(remaining, (at + 1, tree), left.astype(np.uint16))
    return Splits(signal, thresholds, np.bitwise_and.accumulate(remaining, axis=0))


def _thread_scores(found: Candidates, matrix: Matrix, scores: Column, model: Trees) -> Column:
    """Return the score of each candidate's thread, (n,); threads that are not looked at come behind the others."""
    best, signals = signals_of_threads(found.places.starts, found.places.threads, matrix, scores)
    judged = model.scores(signals)
    threads = found.places.threads[best]
    order = np.argsort(threads)
    at = np.minimum(np.searchsorted(threads[order], found.places.threads), len(threads) - 1)
    known = threads[order][at] == found.places.threads
    return np.where(known, judged[order][at], judged.min() - 1)


def _scores(query: Query, model: Model, matrix: Matrix) -> Column:
    if query.advice:
        advice: Column = matrix @ np.array([ADVICE.get(name, 0.0) for name in SIGNALS])
        return advice
    linear: Column = matrix @ np.array([model.weights.get(name, 0.0) for name in SIGNALS])
    return linear + model.share * model.trees.scores(matrix)


_COLUMN = {name: n for n, name in enumerate(SIGNALS)}
_LOWEST_BIT = np.array([MOST_LEAVES - 1, *((n & -n).bit_length() - 1 for n in range(1, 1 << MOST_LEAVES))], np.uint8)
