"""What ``docs/openai.md`` says is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.interfaces.openai.conftest import KITCHEN, Asked, Script

from vertraut.interfaces.openai import naming, refusals

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "openai.md").read_text(encoding="utf-8")


def answer(asked: Asked) -> str:
    return f"{KITCHEN} [{asked.number(KITCHEN)}]"


def test_its_example_runs(base: str, script: Script, capsys: pytest.CaptureFixture[str]) -> None:
    script.answers = [answer]
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    adapted = (
        example.replace("http://127.0.0.1:7777/v1", base).replace("vt_…", "vt_owner").replace("the new kitchen", "die Küche")
    )
    exec(compile(adapted, "openai.md", "exec"), {})
    said = capsys.readouterr().out
    assert "Lena" in said
    assert KITCHEN in said


def test_it_names_every_model_and_every_code_of_an_error() -> None:
    for name in (*naming._OWN, naming.EMBEDDINGS, *(form[3] for form in refusals._FORMS)):
        assert f"`{name}`" in PAGE
