"""What models are fitted on and measured by: the sample household, written lives, and a folder of other cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vertraut.evals.cases import Case, read_cases
from vertraut.evals.household import household_case

LIVES = Path(__file__).parent / "lives"
UNSEEN_LIVES = Path(__file__).parent / "unseen_lives"
UNSEEN = "unseen"
"""The suite of written lives that nothing is fitted on: what recall is worth to somebody the ranker has never met."""
NEVER_TRAINED_ON = frozenset({"locomo", UNSEEN})
"""Suites that are measured, nothing else. LoCoMo's licence forbids that anything which ships is made from it."""

ELSEWHERE = "elsewhere"
"""The suite of questions asked in a life that they are not about: no memory answers them."""
_EACH = 9  # of a life's questions, one in so many is asked elsewhere


def fitting_cases(folder: Path | None) -> list[Case]:
    """Return every case, in a fixed order. Raises ``BadCases`` naming file and line."""
    lives = read_cases(LIVES)
    unseen = [replace(life, suite=UNSEEN) for life in read_cases(UNSEEN_LIVES)]
    return [household_case(), *lives, *_elsewhere(lives), *unseen, *(read_cases(folder) if folder else [])]


def _elsewhere(lives: Sequence[Case]) -> list[Case]:
    """Return each life with questions about the next one."""
    cases = []
    for life, other in zip(lives, [*lives[1:], lives[0]], strict=True):
        asked = [question for question in other.questions if question.answerable][::_EACH]
        unknown = [replace(each, evidence=frozenset(), threads=frozenset(), answerable=False) for each in asked]
        cases.append(replace(life, suite=ELSEWHERE, questions=tuple(unknown)))
    return cases
