"""From signals to one order: a linear model over what is known of each candidate.

The weights come from ``tools/fit_fusion.py``, a logistic regression over questions with known evidence (none of them
LoCoMo). Each feature is named for what a person would call it, so that a hit can explain itself by its largest
contributions.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from vertraut.memory.candidates import Candidates
from vertraut.memory.query import Query
from vertraut.memory.words import words

Matrix = npt.NDArray[np.float64]

ASSISTANT = "assistant"
"""The author that sources give to what an AI assistant said."""

_SHORTEST_NAME = 3

FEATURES = (
    "meaning",
    "words",
    "coverage",
    "meaning_near",
    "words_near",
    "in_time",
    "assistant_asked",
    "assistant_unasked",
    "is_question",
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


def features(query: Query, found: Candidates, authors: Mapping[str, frozenset[int]]) -> Matrix:
    """Return one row a candidate, in the order of ``found.seqs``, one column a feature.

    ``authors`` gives the authors that a word names, as ``Index.authors_by_word`` does.
    """
    # An entry whose vector is still to come is taken for an ordinary one of the candidates: neither near nor far.
    known = found.z[~np.isnan(found.z)]
    meaning = np.where(np.isnan(found.z), np.median(known) if len(known) else 0.0, found.z)
    score, covered = found.word_score(), found.coverage()
    assistants = authors.get(ASSISTANT, frozenset())
    by_assistant = np.array([where.author in assistants for where in found.placed], float)
    columns = {
        "meaning": meaning,
        "words": score,
        "coverage": covered,
        **_near(found, meaning, score),
        "in_time": np.array([_in_time(query, where.starts, where.ends) for where in found.placed]),
        "is_question": np.array([where.asks for where in found.placed]),
        "assistant_asked": by_assistant * query.to_assistant,
        "assistant_unasked": by_assistant * (not query.to_assistant),
        "length": np.log1p([where.size for where in found.placed]) - 5,
    }
    return np.column_stack([np.asarray(columns[name], float) for name in FEATURES])


def _near(found: Candidates, meaning: Matrix, score: Matrix) -> dict[str, Matrix]:
    """Return the better of the entries right before and after, by meaning and by words."""
    at = {seq: n for n, seq in enumerate(found.seqs)}
    columns = {"meaning_near": np.zeros(len(found.seqs)), "words_near": np.zeros(len(found.seqs))}
    for seq, row in found.neighbours.items():
        if seq not in at:
            continue
        here, own = at[seq], row.index(seq)
        others = [at[row[n]] for n in (own - 1, own + 1) if 0 <= n < len(row) and row[n] in at]
        columns["meaning_near"][here] = max([0.0, *meaning[others]])
        columns["words_near"][here] = max([0.0, *score[others]])
    return columns


def named_words(question: str, authors: Collection[str]) -> set[str]:
    """Return the words of a question that are an author's name, or its German genitive ("Katrins Hund")."""
    asked = {word for word in words(question) if len(word) >= _SHORTEST_NAME}
    asked |= {word.removesuffix("s") for word in asked}
    return {word for word in asked if word in authors}


def _in_time(query: Query, starts: int, ends: int) -> float:
    """Return 1 where the entry's span meets a time that the question names, half for a hint, else 0."""
    best = 0.0
    for span in query.spans:
        first = span.start.timestamp()
        if starts < span.end.timestamp() and (ends > first or starts >= first):
            best = max(best, 1.0 if span.firm else 0.5)
    return best
