from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from vertraut.models.prompts import load_prompt


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    name = f"prompts_{abs(hash(request.node.name))}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, name, raising=False)
    return name


def write(tmp_path: Path, package: str, text: str) -> Path:
    path = tmp_path / package / "answer.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_prompt_has_a_version_and_places(tmp_path: Path, package: str) -> None:
    path = write(tmp_path, package, "---\nversion: 12\n---\nBe brief, as {{JSON}}.\n\nToday is {day}. {question}\n")
    prompt = load_prompt(package, "answer")
    assert (prompt.version, prompt.sha256) == (12, hashlib.sha256(path.read_bytes()).hexdigest())
    assert prompt.places == {"day", "question"}
    assert prompt.text(day="Monday", question="{why}?") == "Be brief, as {JSON}.\n\nToday is Monday. {why}?"
    assert prompt.stable == "Be brief, as {JSON}.\n\nToday is "
    assert prompt.text(day="Tuesday", question="").startswith(prompt.stable)


@pytest.mark.parametrize("values", [{}, {"day": "Monday"}, {"day": "1", "question": "2", "mood": "3"}])
def test_exactly_its_places_must_be_filled(tmp_path: Path, package: str, values: dict[str, str]) -> None:
    write(tmp_path, package, "---\nversion: 1\n---\n{day} {question}")
    with pytest.raises(ValueError, match="places"):
        load_prompt(package, "answer").text(**values)


@pytest.mark.parametrize(
    "text",
    ["Be brief.", "---\nversion: x\n---\nHi", "---\nauthor: 1\n---\nHi", "---\nversion: 1\nHi", "---\nversion: 1\n---\n{}"],
)
def test_a_prompt_that_is_not_as_it_should_be(tmp_path: Path, package: str, text: str) -> None:
    write(tmp_path, package, text)
    with pytest.raises(ValueError, match="prompt answer"):
        load_prompt(package, "answer")
