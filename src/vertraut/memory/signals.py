"""What is known of each candidate of a question, as numbers: the signals that the ranker weighs.

Four groups, in this order: of the entry itself, of what stands beside it, of it among the other candidates (its place, its
thread, how like the best it is, in meaning and in time), and of the question. Each signal belongs to a family that a person
would understand; hits explain themselves by family.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt

from vertraut.memory.candidates import Candidates
from vertraut.memory.query import Query
from vertraut.memory.vectors import dots
from vertraut.memory.words import words

Matrix = npt.NDArray[np.float64]
Column = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Authors = Mapping[str, frozenset[int]]

ASSISTANT = "assistant"
"""The author that sources give to what an AI assistant said."""

KINDS = ("message", "mail", "event", "note", "call", "photo", "notification", "chat")
DAY = 86_400.0
_SHORTEST_NAME = 3
_MOMENTS = {"hits_within_hours": DAY / 8, "hits_within_days": DAY, "hits_within_weeks": 7 * DAY}
_BEST, _MOMENT_BEST = (1, 3, 10), 20
_FAR = -3.0
_FAINT = 40.0  # widths apart: nothing is left, and NumPy is slow below the smallest numbers

FAMILIES = {
    "meaning": ("meaning", "meaning_place", "meaning_gap"),
    "words": ("words", "coverage", "words_place", "words_gap"),
    "beside": (
        "meaning_near", "words_near", "coverage_near", "meaning_before", "meaning_after", "beside_place", "beside_gap",
    ),
    "time": ("in_time", "near_time", "not_yet", "recent"),
    "author": ("by_named", "not_named", "assistant_asked", "assistant_unasked", "author_weight", "author_share"),
    "form": ("is_question", "length", *(f"kind_{kind}" for kind in KINDS)),
    "alike": (
        *(f"{how}_{best}" for best in _BEST for how in ("like_best", "like_any")), *_MOMENTS, "time_to_best",
    ),
    "thread": ("thread_best", "thread_two", "thread_three", "thread_coverage", "thread_weight", "thread_size"),
    "together": ("place", "gap"),
    "question": (
        "asks_words", "asks_parts", "asks_best", "asks_german", "asks_named", "asks_time", "asks_when", "asks_number",
        "asks_who", "asks_where", "asks_me",
    ),
}  # fmt: skip
SIGNALS = tuple(name for names in FAMILIES.values() for name in names)


def own_signals(query: Query, found: Candidates, authors: Authors) -> dict[str, Column]:
    """Return the signals of each entry itself, (n,), in the order of ``found.places``.

    ``authors`` gives the authors that a word names, as ``Index.authors_by_word`` does.
    """
    places = found.places
    starts, kinds, author = places.starts.astype(float), places.kinds, places.authors
    said = np.isin(author, list(authors.get(ASSISTANT, ()))).astype(float)
    named = {number for word in named_words(query.text, authors) for number in authors[word]}
    by_named = np.isin(author, list(named)).astype(float)
    age = query.now.timestamp() - starts
    return {
        "meaning": filled_meaning(found),
        "words": found.word_score(),
        "coverage": found.coverage(),
        "in_time": _in_time(query, found, 0.0),
        "near_time": _in_time(query, found, DAY),
        "not_yet": ((age < -DAY) & (kinds != "event")).astype(float),
        "recent": -np.log1p(np.maximum(age, 0) / (30 * DAY)),
        "by_named": by_named,
        "not_named": (1 - by_named) * bool(named),
        "assistant_asked": said * query.to_assistant,
        "assistant_unasked": said * (not query.to_assistant),
        "is_question": places.asks.astype(float),
        "length": np.log1p(places.sizes) - 5,
        **{f"kind_{kind}": (kinds == kind).astype(float) for kind in KINDS},
    }


def signals_beside(found: Candidates, own: Mapping[str, Column]) -> dict[str, Column]:
    """Return what the entries right before and after each candidate say: the better of both, and of words all together."""
    order = np.argsort(found.places.seqs)
    numbers = found.places.seqs[order]
    at = np.minimum(np.searchsorted(numbers, found.beside), len(order) - 1)
    first, second = order[at[(numbers[at] == found.beside).all(axis=1)]].T
    before, after = np.full(len(order), -1), np.full(len(order), -1)
    before[second], after[first] = first, second
    meaning_before, meaning_after = _of(own["meaning"], before), _of(own["meaning"], after)
    stands = found.scores > 0
    beside = stands | _of(stands, before).astype(bool) | _of(stands, after).astype(bool)
    return {
        "meaning_before": meaning_before,
        "meaning_after": meaning_after,
        "meaning_near": np.maximum(0, np.maximum(meaning_before, meaning_after)),
        "words_near": np.maximum(_of(own["words"], before), _of(own["words"], after)),
        "coverage_near": found.weights @ beside / max(float(found.weights.sum()), 1e-9),
    }


def signals_of_thread(found: Candidates, known: Mapping[str, Column], first: Column) -> dict[str, Column]:
    """Return what the other candidates of each one's thread say, given a first score of each, (n,)."""
    thread = np.unique(found.places.threads, return_inverse=True)[1]
    count = int(thread.max()) + 1
    meaning, person = known["meaning"], known["assistant_unasked"] == 0
    stands = np.zeros((len(found.words), count), bool)
    for word in range(len(found.words)):
        stands[word, thread[found.scores[word] > 0]] = True
    covered = found.weights @ stands / max(float(found.weights.sum()), 1e-9)
    share = _share(first)
    return {
        "thread_best": _mean_of_best(meaning, thread, count, 1)[thread],
        "thread_two": _mean_of_best(np.where(person, meaning, _FAR), thread, count, 2)[thread],
        "thread_three": _mean_of_best(meaning, thread, count, 3)[thread],
        "thread_coverage": covered[thread],
        "thread_weight": np.bincount(thread, weights=share)[thread] - share,
        "thread_size": np.log1p(np.bincount(thread))[thread],
    }


def signals_among(
    query: Query, found: Candidates, known: Mapping[str, Column], first: Column, best: Places
) -> dict[str, Column]:
    """Return what depends on the other candidates, of the ``best``, the best first, (best,)."""
    columns = {"place": -np.log1p(np.arange(len(best))), "gap": first[best] - first[best[0]]}
    for name, column in (("meaning", "meaning"), ("words", "words"), ("beside", "coverage_near")):
        columns[f"{name}_place"] = _place(known[column])[best]
        columns[f"{name}_gap"] = known[column][best] - known[column].max()
    share = _share(first)
    author = np.unique(found.places.authors, return_inverse=True)[1]
    return {
        **columns,
        **_alike(found, best, share),
        "author_weight": (np.bincount(author, weights=share)[author] - share)[best],
        "author_share": (np.bincount(author)[author] / len(author))[best],
        **{name: np.full(len(best), value) for name, value in _of_question(query, known).items()},
    }


def filled_meaning(found: Candidates) -> Column:
    """Return each candidate's similarity, (n,).

    One whose vector is still to come is taken for an ordinary candidate if it holds none of the question's words, and for
    the nearest if it holds them all: what says the same is near, and must not be hidden by what was embedded before it.
    """
    unknown = np.isnan(found.z)
    known = found.z[~unknown]
    if not len(known):
        return np.zeros(len(found))
    ordinary = float(np.median(known))
    filled: Column = np.where(unknown, ordinary + found.coverage() * (float(known.max()) - ordinary), found.z)
    return filled


def named_words(question: str, authors: Collection[str]) -> set[str]:
    """Return the words of a question that are an author's name, or its German genitive ("Katrins Hund")."""
    asked = {word for word in words(question) if len(word) >= _SHORTEST_NAME}
    asked |= {word.removesuffix("s") for word in asked}
    return {word for word in asked if word in authors}


def _in_time(query: Query, found: Candidates, tolerance: float) -> Column:
    """Return 1 where an entry's span meets a time that the question names, half for a hint, else 0."""
    starts, ends = found.places.starts, found.places.ends
    best = np.zeros(len(starts))
    for span in query.spans:
        first, last = span.start.timestamp() - tolerance, span.end.timestamp() + tolerance
        meets = (starts < last) & ((ends > first) | (starts >= first))
        best = np.maximum(best, meets * (1.0 if span.firm else 0.5))
    return best


def _of(values: npt.NDArray[np.generic], places: npt.NDArray[np.int_]) -> Matrix:
    """Return the values at these places of the last axis, 0 where a place is -1."""
    taken: Matrix = np.where(places >= 0, values[..., places], 0).astype(float)
    return taken


def _place(values: Column) -> Column:
    """Return the place of each value from the largest, 0, on: minus its logarithm, so that more is better."""
    places = np.empty(len(values))
    places[np.argsort(-values, kind="stable")] = np.arange(len(values))
    return -np.log1p(places)


def _alike(found: Candidates, best: Places, share: Column) -> dict[str, Column]:
    """Return how near each of the best, the best first, is to the others at the top, in meaning and in time."""
    rank = np.arange(len(best))
    vectors = found.vectors[best]
    near = dots(vectors, vectors[: _BEST[-1]]).astype(float)
    itself = rank[:, None] == rank[: near.shape[1]]
    columns: dict[str, Column] = {}
    for top in _BEST:
        others = np.where(itself, 0.0, near)[:, :top]
        columns[f"like_best_{top}"] = others.sum(axis=1) / np.maximum((~itself[:, :top]).sum(axis=1), 1)
        columns[f"like_any_{top}"] = np.where(itself, -1.0, near)[:, :top].max(axis=1)
    starts = found.places.starts[best].astype(float)
    apart = np.abs(starts[:, None] - starts[:_MOMENT_BEST])
    apart[rank[:_MOMENT_BEST], rank[:_MOMENT_BEST]] = np.inf
    for name, width in _MOMENTS.items():
        columns[name] = np.exp(-np.minimum(apart / width, _FAINT)) @ share[best[:_MOMENT_BEST]]
    columns["time_to_best"] = -np.log1p(np.minimum(apart[:, :3].min(axis=1), 9000 * DAY) / DAY)
    return columns


def _share(first: Column) -> Column:
    """Return each candidate's share of all, by a first score."""
    share: Column = np.exp(first - first.max())
    share /= share.sum()
    return share


def _mean_of_best(values: Column, group: npt.NDArray[np.intp], groups: int, best: int) -> Column:
    """Return the mean of the largest values of each group, (groups,)."""
    order = np.lexsort((-values, group))
    sizes = np.bincount(group, minlength=groups)
    place = np.arange(len(values)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    taken = order[place < best]
    sums = np.bincount(group[taken], weights=values[taken], minlength=groups)
    return sums / np.minimum(sizes, best)


def _of_question(query: Query, known: Mapping[str, Column]) -> dict[str, float]:
    values = {
        "asks_words": len(query.words),
        "asks_parts": len(query.parts),
        "asks_best": known["meaning"].max(),
        "asks_german": query.german,
        "asks_named": (known["by_named"] + known["not_named"]).max(),
        "asks_time": bool(query.spans),
        **{f"asks_{form}": form in query.forms for form in ("when", "number", "who", "where", "me")},
    }
    return {name: float(value) for name, value in values.items()}
