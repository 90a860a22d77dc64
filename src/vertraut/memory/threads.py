"""What is known of whole threads once their entries have scores: the signals by which threads are put in order.

Evidence of one thing often lies in several threads, a message here, an appointment there, and of each of them a person wants
to see the best. A thread is judged by its best entry, by how much of all candidates' scores it holds, and by what it has
close in time to the best hits of all.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from vertraut.memory.signals import DAY, SIGNALS, Column, Matrix

THREADS_LOOKED_AT = 60
_WORST = -15.0  # of a score below the best: what the trees did not look at lies there
_NEAR = 30  # of the best hits, those that lend their time
_HOUR, _LONG, _FAINT = DAY / 24, 9000 * DAY, 40.0
_WIDTHS = {"near_hits_hour": _HOUR, "near_hits_hours": 3 * _HOUR, "near_hits_day": DAY}
_HIGHEST = ("meaning", "words", "coverage_near")

OF_THREADS = (
    "score", "score_two", "score_three", "score_share", "score_share_soft", "in_ten", "in_fifty", "entries",
    *_WIDTHS, "time_to_first", "time_to_ten", *(f"highest_{name}" for name in _HIGHEST),
    "question_spread", "question_gap_five", "question_gap_twenty",
)  # fmt: skip
THREAD_SIGNALS = (*SIGNALS, *OF_THREADS)
"""Those of a thread's best entry, then its own."""


def signals_of_threads(
    starts: npt.NDArray[np.int64], threads: npt.NDArray[np.int64], matrix: Matrix, scores: Column
) -> tuple[npt.NDArray[np.intp], Matrix]:
    """Return the best candidate of each thread, by place, the best thread first, (t,), and the signals, (t, signals).

    Of candidates are given when they begin, their threads, their signals and their scores; no more than
    ``THREADS_LOOKED_AT`` threads are judged.
    """
    order = np.argsort(-scores, kind="stable")
    below = np.maximum(scores[order] - scores[order[0]], _WORST)
    _, first, group = np.unique(threads[order], return_index=True, return_inverse=True)
    by_best = np.argsort(first)[:THREADS_LOOKED_AT]
    known = {**_of_scores(below, group), **_of_times(starts[order], below, group)}
    for name in _HIGHEST:
        known[f"highest_{name}"] = _highest(matrix[order, _COLUMN[name]], group)
    best = order[first[by_best]]
    own = np.stack([known[name] for name in OF_THREADS], axis=1)
    return best, np.hstack([matrix[best], own[by_best]])


def _of_scores(below: Column, group: npt.NDArray[np.intp]) -> Mapping[str, Column]:
    """Return what a thread's entries have of all scores, given from the best entry down, (t,)."""
    share, soft, sizes = _share(below), _share(below / 2), np.bincount(group)
    return {
        "score": _mean_of_best(below, group, sizes, 1),
        "score_two": _mean_of_best(below, group, sizes, 2),
        "score_three": _mean_of_best(below, group, sizes, 3),
        "score_share": np.log(np.bincount(group, share) + 1e-9),
        "score_share_soft": np.log(np.bincount(group, soft) + 1e-9),
        "in_ten": np.bincount(group[:10], minlength=len(sizes)).astype(float),
        "in_fifty": np.bincount(group[:50], minlength=len(sizes)).astype(float),
        "entries": sizes.astype(float),
        "question_spread": np.full(len(sizes), -(share @ np.log(share + 1e-12))),
        "question_gap_five": np.full(len(sizes), below[min(5, len(below) - 1)]),
        "question_gap_twenty": np.full(len(sizes), below[min(20, len(below) - 1)]),
    }


def _of_times(starts: npt.NDArray[np.int64], below: Column, group: npt.NDArray[np.intp]) -> Mapping[str, Column]:
    """Return how near a thread's entries come to the best hits in time, themselves left out, (t,)."""
    best = min(_NEAR, len(below))
    apart = np.abs(starts[:, None] - starts[:best]).astype(float)
    apart[np.arange(best), np.arange(best)] = np.inf
    soft = _share(below / 2)[:best]
    near = {name: np.exp(-np.minimum(apart / width, _FAINT)) @ soft for name, width in _WIDTHS.items()}
    for name, most in (("time_to_first", 1), ("time_to_ten", 10)):
        near[name] = -np.log1p(np.minimum(apart[:, :most].min(axis=1), _LONG) / _HOUR)
    return {name: _highest(values, group) for name, values in near.items()}


def _share(below: Column) -> Column:
    share: Column = np.exp(below)
    share /= share.sum()
    return share


def _mean_of_best(below: Column, group: npt.NDArray[np.intp], sizes: npt.NDArray[np.intp], most: int) -> Column:
    """Return the mean of each group's first values, (groups,)."""
    inside = np.argsort(group, kind="stable")
    place = np.empty(len(group), np.intp)
    place[inside] = np.arange(len(group)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    taken = place < most
    return np.bincount(group[taken], below[taken], minlength=len(sizes)) / np.minimum(sizes, most)


def _highest(values: Column, group: npt.NDArray[np.intp]) -> Column:
    """Return the largest value of each group, (groups,)."""
    highest = np.full(int(group.max()) + 1, -np.inf)
    np.maximum.at(highest, group, values)
    return highest


_COLUMN = {name: n for n, name in enumerate(SIGNALS)}
