"""How good a ranking is: of entries, and of threads, where each thread stands at the place of its best entry."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vertraut.evals.cases import Case, Question


@dataclass(frozen=True, slots=True)
class Score:
    """One question, or the mean over several. All are shares, from 0 to 1."""

    recall: float
    """How much of the evidence is among the first ten entries."""
    hit: float
    """Whether any of it is."""
    thread_hit: float
    """Whether a thread with evidence is among the first five threads."""
    thread_all: float
    """Whether all threads with evidence are among the first ten."""


def score(ranked: Sequence[str], question: Question, thread_of: Mapping[str, str]) -> Score:
    """Score one ranking. The question must have evidence."""
    first = set(list(dict.fromkeys(ranked))[:10])
    threads = list(dict.fromkeys(thread_of[entry] for entry in ranked))
    return Score(
        recall=len(question.evidence & first) / len(question.evidence),
        hit=float(not question.evidence.isdisjoint(first)),
        thread_hit=float(not question.threads.isdisjoint(threads[:5])),
        thread_all=float(question.threads.issubset(threads[:10])),
    )


def mean(scores: Iterable[Score]) -> Score:
    """Return the mean of scores, of which there must be one."""
    each = list(scores)
    return Score(
        recall=sum(score.recall for score in each) / len(each),
        hit=sum(score.hit for score in each) / len(each),
        thread_hit=sum(score.thread_hit for score in each) / len(each),
        thread_all=sum(score.thread_all for score in each) / len(each),
    )


def threads_of(case: Case) -> dict[str, str]:
    """Return the thread of every entry of a case."""
    lines = (line for path in case.entries for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return {str(entry["id"]): str(entry["thread"]) for entry in map(json.loads, lines)}


def scored_questions(case: Case) -> list[Question]:
    """Return the questions that count: those with evidence."""
    return [question for question in case.questions if question.answerable and question.evidence]
