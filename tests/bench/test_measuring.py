from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bench.cases import Pool
from bench.recalling import SPACE, Asked, measured_apart
from bench.recombine import Recombiner, write_entries

from vertraut.application import open_space
from vertraut.settings import Settings

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def bench(*arguments: str) -> str:
    command = [sys.executable, "-m", "bench", *arguments]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True).stdout


def test_a_size_is_measured_once_and_then_taken_from_the_results(
    cases_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "bench"
    options = ["--sizes", "60", "--folder", str(folder), "--from", str(cases_folder), "--resume"]
    first = bench(*options, "--plot", str(tmp_path / "cost.svg"))
    assert "Likeness of 60 recombined entries" in first
    assert "recall p50, warm (ms)" in first
    assert (tmp_path / "cost.svg").stat().st_size > 1000
    (result,) = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert result["figures"]["entries"] == 60
    assert result["figures"]["p50"] > 0
    assert not list(folder.glob("*.jsonl"))
    assert "measured already" in bench(*options)


def test_questions_are_answered_while_another_process_imports(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    settings = Settings(home=tmp_path / "home", zone="UTC", master_key="file")
    write_entries(tmp_path / "entries.jsonl", Recombiner(pool, 20).entries())
    write_entries(tmp_path / "further.jsonl", Recombiner(pool, 20).entries(20, first=20))
    with open_space(SPACE, settings=settings) as space:
        space.import_paths([tmp_path / "entries.jsonl"])
    found = measured_apart(
        settings, [Asked("Wer hat die Fenster geputzt?"), Asked("Who talked?")], tmp_path / "further.jsonl"
    )
    assert len(found.times) == 2
    assert found.opening > 0
    assert found.memory_importing >= found.memory > 1_000_000
    with open_space(SPACE, settings=settings) as space:
        assert space.embedding_progress().done == space.embedding_progress().total == 40
