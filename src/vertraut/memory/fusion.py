"""From signals to one order: a linear model over what is known of each candidate.

The weights come from ``tools/fit_fusion.py``, a logistic regression over questions with known evidence (none of them
LoCoMo). Each feature is named for what a person would call it, so that a hit can explain itself by its largest
contributions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from vertraut.memory.candidates import Candidates
from vertraut.memory.query import Query
from vertraut.memory.words import words

Matrix = npt.NDArray[np.float64]

_BEST_OF_THREAD = 3
_SHORTEST_NAME = 3

FEATURES = (
    "meaning",
    "words",
    "coverage",
    "coverage_strong",
    "meaning_near",
    "words_near",
    "coverage_near",
    "words_around",
    "meaning_thread",
    "words_thread",
    "author_named",
    "in_time",
    "is_event",
    "is_question",
    "by_assistant",
    "length",
)


@dataclass(frozen=True, slots=True)
class Weights:
    """The linear model: one weight a feature."""

    values: Mapping[str, float]

    def vector(self) -> npt.NDArray[np.float64]:
        """Return the weights in the order of ``FEATURES``."""
        return np.array([self.values.get(name, 0.0) for name in FEATURES])


@cache
def shipped_weights() -> Weights:
    """Return the weights that the package brings."""
    data = json.loads(files("vertraut.memory").joinpath("fusion.json").read_text(encoding="utf-8"))
    return Weights(data["weights"])


def features(query: Query, found: Candidates, authors: Mapping[int, str]) -> Matrix:
    """Return one row a candidate, in the order of ``found.seqs``, one column a feature."""
    # An entry whose vector is still to come is taken for an ordinary one of the candidates: neither near nor far.
    known = found.z[~np.isnan(found.z)]
    meaning = np.where(np.isnan(found.z), np.median(known) if len(known) else 0.0, found.z)
    score, covered = found.word_score(), found.coverage()
    named = _named_authors(query.text, authors)
    columns = {
        "meaning": meaning,
        "words": score,
        "coverage": covered,
        "coverage_strong": covered**2,
        **_near(found, meaning, score, covered),
        **_thread(found, meaning, score),
        "author_named": np.array([where.author in named for where in found.placed]),
        "in_time": np.array([_in_time(query, where.starts, where.ends) for where in found.placed]),
        "is_event": np.array([where.kind == "event" for where in found.placed]),
        "is_question": np.array([where.asks for where in found.placed]),
        "by_assistant": np.array([authors.get(where.author) == "assistant" for where in found.placed]),
        "length": np.log1p([where.size for where in found.placed]) - 5,
    }
    return np.column_stack([np.asarray(columns[name], float) for name in FEATURES])


def _near(found: Candidates, meaning: Matrix, score: Matrix, covered: Matrix) -> dict[str, Matrix]:
    """Return the best of the entries right before and after, and of those two away."""
    at = {seq: n for n, seq in enumerate(found.seqs)}
    names = ("meaning_near", "words_near", "coverage_near", "words_around")
    columns = {name: np.zeros(len(found.seqs)) for name in names}
    for seq, row in found.neighbours.items():
        if seq not in at:
            continue
        here, own = at[seq], row.index(seq)
        beside = [at[row[n]] for n in (own - 1, own + 1) if 0 <= n < len(row) and row[n] in at]
        around = [at[row[n]] for n in (own - 2, own + 2) if 0 <= n < len(row) and row[n] in at]
        for other in beside:
            columns["meaning_near"][here] = max(columns["meaning_near"][here], meaning[other])
            columns["words_near"][here] = max(columns["words_near"][here], score[other])
            columns["coverage_near"][here] = max(columns["coverage_near"][here], covered[other])
        for other in around:
            columns["words_around"][here] = max(columns["words_around"][here], score[other])
    return columns


def _thread(found: Candidates, meaning: Matrix, score: Matrix) -> dict[str, Matrix]:
    """Return how good the rest of each entry's thread is: the mean of its three best other entries."""
    members: dict[int, list[int]] = {}
    for n, where in enumerate(found.placed):
        members.setdefault(where.thread, []).append(n)
    columns = {"meaning_thread": np.zeros(len(found.seqs)), "words_thread": np.zeros(len(found.seqs))}
    for places in members.values():
        if len(places) == 1:
            continue
        for name, values in (("meaning_thread", np.maximum(meaning[places], 0.0)), ("words_thread", score[places])):
            top = np.sort(values)[::-1][: _BEST_OF_THREAD + 1]
            among = values >= top[-1] if len(top) > _BEST_OF_THREAD else np.ones(len(values), bool)
            others = np.where(among, top.sum() - values, top[:_BEST_OF_THREAD].sum())
            columns[name][places] = others / _BEST_OF_THREAD
    return columns


def _named_authors(question: str, authors: Mapping[int, str]) -> set[int]:
    """Return the authors of whose name a part of three letters or more stands in the question."""
    asked = {word for word in words(question) if len(word) >= _SHORTEST_NAME}
    asked |= {word.removesuffix("s") for word in asked}  # "Katrins Hund"
    return {number for number, name in authors.items() if not asked.isdisjoint(words(name))}


def _in_time(query: Query, starts: int, ends: int) -> float:
    """Return 1 where the entry's span meets a time that the question names, half for a hint, else 0."""
    best = 0.0
    for span in query.spans:
        if starts < span.end.timestamp() and ends >= span.start.timestamp():
            best = max(best, 1.0 if span.firm else 0.5)
    return best
