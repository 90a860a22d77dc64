from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vertraut.errors import BadCases
from vertraut.evals import CachedEmbedder, EvalProgress, run_cases
from vertraut.evals.cases import read_cases
from vertraut.evals.household import household_case
from vertraut.evals.runs import remembered
from vertraut.memory import Embedder
from vertraut.memory.embedding import Vectors

ENTRIES = [
    {"id": "a", "at": "2025-03-01T12:00:00", "author": "Lena", "text": "Der Klempner heißt Quastenzwirbel", "thread": "t"},
    {"id": "b", "at": "2025-03-02T12:00:00", "author": "Tobi", "text": "The ceiling will be blue", "thread": "u"},
]
QUESTIONS = [
    {"id": "q1", "question": "Wie heißt der Klempner?", "evidence": ["a"], "asked_at": "2025-04-01T08:00:00", "lang": "de"},
    {"id": "q2", "question": "What colour?", "evidence": ["b"], "threads": ["u"], "type": "single", "answerable": True},
    {"id": "q3", "question": "Wer war König?", "answerable": False, "asked_at": None},
]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def write(path: Path, rows: Sequence[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        write(tmp_path / "cases" / "suite" / name / "entries.jsonl", ENTRIES)
        write(tmp_path / "cases" / "suite" / name / "questions.jsonl", QUESTIONS)
    return tmp_path / "cases"


def test_a_run_has_a_line_for_every_question(cases: Path, tmp_path: Path, embedder: Embedder) -> None:
    out = tmp_path / "run.jsonl"
    seen: list[EvalProgress] = []
    assert run_cases(cases, out, embedder=embedder, count=1, progress=seen.append) == 6
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(line["case"], line["question"]) for line in lines] == [
        (case, question) for case in ("suite/one", "suite/two") for question in ("q1", "q2", "q3")
    ]
    assert lines[0]["ranked"] == ["a"]
    assert all(set(line) == {"case", "question", "ranked", "ms", "confidence", "known"} for line in lines)
    assert all(line["ms"] > 0 and 0 <= line["confidence"] <= 1 for line in lines)
    assert {at.doing for at in seen} == {"remembering", "embedding", "asking"}
    assert seen[-1] == EvalProgress("suite/two", "asking", 3, 3)


def test_a_run_without_anybody_watching_is_the_same(cases: Path, tmp_path: Path, embedder: Embedder) -> None:
    ranked = []
    for name in "ab":
        run_cases(cases, tmp_path / name, embedder=embedder)
        ranked.append([json.loads(line)["ranked"] for line in (tmp_path / name).read_text().splitlines()])
    assert ranked[0] == ranked[1]


def test_nothing_of_a_case_stays_behind_in_the_clear(
    cases: Path, tmp_path: Path, temporary: Path, embedder: Embedder
) -> None:
    run_cases(cases, tmp_path / "run.jsonl", embedder=embedder)
    assert list(temporary.iterdir()) == []
    for path in (tmp_path / "cache").rglob("*"):
        assert path.is_dir() or b"Quastenzwirbel" not in path.read_bytes()


def test_a_question_is_asked_at_its_time_or_after_the_newest_entry(
    cases: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from vertraut.application import Space  # noqa: PLC0415  of use here only

    asked: list[datetime | None] = []
    recall = Space.recall

    def watch(self: Space, question: str, **named: Any) -> Any:
        asked.append(named["now"])
        return recall(self, question, **named)

    monkeypatch.setattr(Space, "recall", watch)
    run_cases(cases, tmp_path / "run.jsonl", embedder=embedder)
    newest = datetime(2025, 3, 2, 12, tzinfo=UTC)
    assert asked[:3] == [datetime(2025, 4, 1, 8, tzinfo=UTC), newest, newest]


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("no json", "line 2"),
        ('{"question": "without an id"}', "line 2"),
        ('{"id": "q", "question": "when?", "asked_at": "yesterday"}', "line 2"),
        ('{"id": "q", "question": "when?", "evidence": 5}', "line 2"),
        ('["a", "list"]', "line 2"),
        ("5", "line 2"),
        ("[" * 100_000, "line 2"),
    ],
)
def test_a_line_that_is_no_question_is_named(cases: Path, line: str, place: str) -> None:
    path = cases / "suite" / "one" / "questions.jsonl"
    path.write_text(f"{json.dumps(QUESTIONS[0])}\n{line}\n", encoding="utf-8")
    with pytest.raises(BadCases, match=place) as caught:
        read_cases(cases)
    assert caught.value.path == path


def test_blank_lines_between_questions_are_passed_over(cases: Path) -> None:
    path = cases / "suite" / "one" / "questions.jsonl"
    path.write_text(f"\n{json.dumps(QUESTIONS[0])}\n\n", encoding="utf-8")
    assert [question.id for question in read_cases(cases)[0].questions] == ["q1"]


def test_questions_that_are_not_utf8_are_named(cases: Path) -> None:
    path = cases / "suite" / "one" / "questions.jsonl"
    path.write_bytes(b'{"id": "q", "question": "gr\xfc\xdfe"}\n')
    with pytest.raises(BadCases, match="UTF-8"):
        read_cases(cases)


def test_what_is_missing_is_named(cases: Path, tmp_path: Path) -> None:
    (cases / "suite" / "two" / "entries.jsonl").unlink()
    with pytest.raises(BadCases, match=r"two/entries\.jsonl: the file is missing"):
        read_cases(cases)
    with pytest.raises(BadCases, match="below it"):
        read_cases(tmp_path / "nowhere")


def test_an_entry_that_cannot_be_taken_in_spoils_the_case(cases: Path, tmp_path: Path, embedder: Embedder) -> None:
    write(cases / "suite" / "one" / "entries.jsonl", [*ENTRIES, {"id": "c", "text": "without a date"}])
    with pytest.raises(BadCases, match="line 3"):
        run_cases(cases, tmp_path / "run.jsonl", embedder=embedder)


def test_an_entry_without_a_name_spoils_the_case(cases: Path, tmp_path: Path, embedder: Embedder) -> None:
    write(cases / "suite" / "one" / "entries.jsonl", [*ENTRIES, {"at": "2025-03-03", "text": "without an id"}])
    with pytest.raises(BadCases, match="line 3: it has no id"):
        run_cases(cases, tmp_path / "run.jsonl", embedder=embedder)


def test_every_answer_of_the_household_is_in_the_household(embedder: Embedder) -> None:
    case = household_case()
    assert len(case.questions) == 160
    with remembered(case, embedder, lambda _: None) as (space, names):
        known = set(names.values())
        assert names.keys() == {number for number, _ in space.entries()}
        for question in case.questions:
            assert question.evidence <= known, question.id
            assert bool(question.evidence) == question.answerable


# vectors kept between runs


class Counting:
    """An engine that counts what it is asked for."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.center = embedder.name, embedder.center
        self._embedder = embedder
        self.texts: list[str] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self._embedder.passages(texts)

    def question(self, text: str) -> Vectors:
        return self._embedder.question(text)


def test_vectors_are_computed_once(tmp_path: Path, embedder: Embedder) -> None:
    engine = Counting(embedder)
    cached = CachedEmbedder(engine, tmp_path / "cache" / "vectors.db")
    first = cached.passages(["eins", "zwei", "eins"])
    assert engine.texts == ["eins", "zwei"]
    assert np.array_equal(first, embedder.passages(["eins", "zwei", "eins"]))
    again = CachedEmbedder(engine, tmp_path / "cache" / "vectors.db")
    assert np.array_equal(again.passages(["zwei", "drei \ud800"])[0], first[1])
    assert engine.texts == ["eins", "zwei", "drei \ud800"]
    assert np.array_equal(again.question("eins"), embedder.question("eins"))


def test_vectors_of_another_engine_are_computed_anew(tmp_path: Path, embedder: Embedder) -> None:
    engine = Counting(embedder)
    CachedEmbedder(engine, tmp_path / "vectors.db").passages(["eins"])
    engine.name = "other/1"
    CachedEmbedder(engine, tmp_path / "vectors.db").passages(["eins"])
    assert engine.texts == ["eins", "eins"]
