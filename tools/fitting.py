"""What models are fitted on and measured by: the sample household, the written lives, and a folder of other cases."""

from __future__ import annotations

from pathlib import Path

from vertraut.evals.cases import Case, read_cases
from vertraut.evals.household import household_case

LIVES = Path(__file__).parent / "lives"
NEVER_TRAINED_ON = frozenset({"locomo"})
"""Suites whose licence forbids that anything which ships is made from them. They are measured, nothing else."""


def fitting_cases(folder: Path | None) -> list[Case]:
    """Return every case, in a fixed order. Raises ``BadCases`` naming file and line."""
    return [household_case(), *read_cases(LIVES), *(read_cases(folder) if folder else [])]
