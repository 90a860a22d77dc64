"""Threads judged as a whole: what is known of them, and how they order what recall lists."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from vertraut.application import Space
from vertraut.clock import When
from vertraut.ledger import Entry
from vertraut.memory.candidates import Candidates
from vertraut.memory.query import Query
from vertraut.memory.ranker import CHOSEN, Ranking, shipped_model
from vertraut.memory.recall import _broadened
from vertraut.memory.signals import SIGNALS, Matrix
from vertraut.memory.threads import THREAD_SIGNALS, THREADS_LOOKED_AT, signals_of_threads

HOUR = 3600


def judged(
    starts: list[int], threads: list[int], scores: list[float], meaning: list[float] | None = None
) -> tuple[list[int], dict[str, list[float]]]:
    """Return the best entry of each thread and each signal of the threads."""
    matrix: Matrix = np.zeros((len(starts), len(SIGNALS)))
    matrix[:, SIGNALS.index("meaning")] = meaning or [0.0] * len(starts)
    best, signals = signals_of_threads(np.array(starts), np.array(threads), matrix, np.array(scores))
    assert signals.shape == (len(best), len(THREAD_SIGNALS))
    assert np.isfinite(signals).all()
    return best.tolist(), dict(zip(THREAD_SIGNALS, signals.T.tolist(), strict=True))


def test_threads_come_by_their_best_entry() -> None:
    best, known = judged([0, 0, 0, 0], [7, 3, 7, 9], [1.0, 2.0, 3.0, -1000.0])
    assert best == [2, 1, 3]
    assert known["score"] == [0.0, -1.0, -15.0]
    assert known["score_two"] == [-1.0, -1.0, -15.0]
    assert known["entries"] == [2.0, 1.0, 1.0]
    assert known["in_ten"] == known["entries"]


def test_what_a_thread_holds_of_all_scores() -> None:
    _, known = judged([0, 0, 0], [1, 2, 1], [0.0, 0.0, 0.0])
    assert known["score_share"] == pytest.approx([np.log(2 / 3), np.log(1 / 3)])
    assert known["question_spread"] == pytest.approx([np.log(3)] * 2)


def test_a_thread_is_near_a_hit_in_time_by_any_of_its_entries() -> None:
    days = 24 * HOUR
    _, known = judged([0, 50 * days, HOUR, 90 * days], [1, 2, 2, 3], [5.0, 4.0, -3.0, 4.0])
    near = dict(zip([1, 2, 3], known["time_to_first"], strict=True))
    assert near[2] == pytest.approx(-np.log(2))  # an hour from the best hit
    assert near[3] < near[2]
    first, second, third = known["near_hits_hours"]
    assert second > third
    assert first < second  # the best hit does not count as near to itself


def test_a_thread_has_the_highest_of_its_entries_and_the_signals_of_its_best() -> None:
    _, known = judged([0, 0, 0], [1, 1, 2], [3.0, 1.0, 2.0], [0.5, 4.0, 1.0])
    assert known["meaning"] == [0.5, 1.0]
    assert known["highest_meaning"] == [4.0, 1.0]


def test_no_more_threads_are_judged_than_can_matter() -> None:
    many = 4 * THREADS_LOOKED_AT
    best, known = judged([0] * many, list(range(many)), [-float(n) / 100 for n in range(many)])
    assert best == list(range(THREADS_LOOKED_AT))
    assert known["question_gap_twenty"][0] == pytest.approx(-0.2)


def test_a_single_candidate_is_judged() -> None:
    best, known = judged([5], [1], [-3.0])
    assert best == [0]
    assert known["score"] == [0.0]
    assert known["near_hits_day"] == pytest.approx([0.0])


def ranked(own: list[float], of_thread: list[float], threads: list[int]) -> Ranking:
    seqs = np.arange(len(own))
    found = SimpleNamespace(places=SimpleNamespace(seqs=seqs, threads=np.array(threads)))
    matrix: Matrix = np.zeros((len(own), len(SIGNALS)))
    query = cast("Query", None)
    return Ranking(query, cast("Candidates", found), matrix, np.array(own), np.array(of_thread), shipped_model())


def test_threads_order_the_best_entries_and_bring_no_other_among_them() -> None:
    own = [-float(n) for n in range(CHOSEN + 2)]
    of_thread = [0.0] * (CHOSEN + 2)
    of_thread[3], of_thread[CHOSEN] = 2.5, 100.0
    assert ranked(own, of_thread, [0] * len(own)).order() == [0, 3, 1, 2, *range(4, CHOSEN + 2)]


def test_further_threads_come_by_their_own_scores_and_what_is_left_behind_them() -> None:
    ranking = ranked([-float(n) for n in range(6)], [0.0, 1.0, 1.0, 3.0, 2.0, 3.0], [7, 1, 1, 3, 2, 3])
    assert _broadened(list(range(1, 6)), ranking, [0]) == [3, 4, 1, 2, 5]


def test_the_threads_of_a_person_are_judged_by_what_they_say(space: Space) -> None:
    when = When.of_text("2025-03-01T12:00", "Europe/Berlin")
    space.remember(
        *(Entry("jsonl", f"{n}", "message", when, f"Herd Nummer {n}", thread=f"{n % 3}") for n in range(9)),
        Entry("jsonl", "x", "message", when, "Anderes", thread="x"),
    )
    found = space._recall.ranked("Herd", space.clock.now(), "Europe/Berlin")
    by_thread = dict(zip(found.found.places.threads.tolist(), found.of_thread.tolist(), strict=True))
    assert len(by_thread) == 4
    assert len(set(by_thread.values())) > 1
    assert [by_thread[thread] for thread in found.found.places.threads.tolist()] == found.of_thread.tolist()
    assert found.scores.tolist() == (found.own + found.of_thread).tolist()
