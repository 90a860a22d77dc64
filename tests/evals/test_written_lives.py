"""Written lives are well formed: a question that cites a wrong entry would teach the ranker, or measure it, wrongly."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tools import fit_confidence
from tools.fitting import LIVES, NEVER_TRAINED_ON, UNSEEN_LIVES, fitting_cases

SHORT = 40  # characters; people do say "ok, mach ich" twice
CASES = sorted(path.parent for folder in (LIVES, UNSEEN_LIVES) for path in folder.glob("*/*/questions.jsonl"))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_every_question_cites_entries_that_are_there(folder: Path) -> None:
    entries = {entry["id"]: entry for entry in lines(folder / "entries.jsonl")}
    questions = lines(folder / "questions.jsonl")
    assert len({question["id"] for question in questions}) == len(questions)
    for question in questions:
        cited = [entries[name] for name in question["evidence"]]
        assert bool(cited) == question["answerable"] == (question["type"] != "unanswerable"), question["id"]
        assert sorted({entry["thread"] for entry in cited}) == question["threads"], question["id"]
        told_later = [entry for entry in cited if entry["at"] > question["asked_at"] and entry["kind"] != "event"]
        assert not told_later, question["id"]


def test_no_two_entries_or_questions_say_the_same() -> None:
    texts = Counter(entry["text"] for folder in CASES for entry in lines(folder / "entries.jsonl"))
    asked = Counter(question["question"] for folder in CASES for question in lines(folder / "questions.jsonl"))
    assert not [text for text, count in (texts | asked).items() if count > 1 and len(text) > SHORT]


def test_lives_are_as_their_readme_says() -> None:
    assert {folder.parent.name for folder in CASES} == {"mixed", "talks"}
    languages = Counter(question["lang"] for folder in CASES for question in lines(folder / "questions.jsonl"))
    assert min(languages["de"], languages["en"]) > len(CASES) * 30


def test_nothing_is_fitted_on_the_unseen_lives() -> None:
    unseen = {path.parent.name for path in UNSEEN_LIVES.glob("*/*/questions.jsonl")}
    suites = {case.suite for case in fitting_cases(None) if case.name in unseen}
    assert unseen
    assert suites <= NEVER_TRAINED_ON
    assert suites.isdisjoint(fit_confidence.SUITES)
