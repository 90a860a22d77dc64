"""What models are fitted on and measured by: the sample household, the written lives, and a folder of other cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vertraut.evals.cases import Case, read_cases
from vertraut.evals.household import household_case

LIVES = Path(__file__).parent / "lives"
NEVER_TRAINED_ON = frozenset({"locomo"})
"""Suites whose licence forbids that anything which ships is made from them. They are measured, nothing else."""


ELSEWHERE = "elsewhere"
"""The suite of questions asked in a life that they are not about: no memory answers them."""
_EACH = 9  # of a life's questions, one in so many is asked elsewhere


def fitting_cases(folder: Path | None) -> list[Case]:
    """Return every case, in a fixed order. Raises ``BadCases`` naming file and line."""
    lives = read_cases(LIVES)
    return [household_case(), *lives, *_elsewhere(lives), *(read_cases(folder) if folder else [])]


def _elsewhere(lives: Sequence[Case]) -> list[Case]:
    """Return each life with questions about the next one."""
    cases = []
    for life, other in zip(lives, [*lives[1:], lives[0]], strict=True):
        asked = [question for question in other.questions if question.answerable][::_EACH]
        unknown = [replace(each, evidence=frozenset(), threads=frozenset(), answerable=False) for each in asked]
        cases.append(replace(life, suite=ELSEWHERE, questions=tuple(unknown)))
    return cases
