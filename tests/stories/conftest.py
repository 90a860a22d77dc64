"""What the stories share: the sample household, the evaluation data, and processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from vertraut.application import Space
from vertraut.application.demo import remember_household

ROOT = Path(__file__).parents[2]
Run = Callable[..., dict[str, Any]]
Environment = Mapping[str, str]


@pytest.fixture
def household() -> Path:
    return Path(str(files("vertraut"))) / "household"


@pytest.fixture
def family(space: Space) -> Space:
    """Return a space that remembers the sample household, with vectors."""
    remember_household(space)
    space.embed()
    return space


@pytest.fixture
def cases_data() -> Path:
    """Return the folder of the evaluation data, or skip."""
    folder = Path(os.environ.get("VERTRAUT_CASES_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"there is no evaluation data in {folder}")
    return folder


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give this process and its children a temporary folder of their own, which the proof of forgetting looks into."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def environment() -> Environment:
    """Return the environment of child processes: the clean one, without what watches this process."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}


@pytest.fixture
def child(environment: Environment) -> Run:
    """Return what runs a module of ``children`` in a process of its own and gives back what it prints as JSON."""

    def run(name: str, *arguments: object, seconds: float = 300) -> dict[str, Any]:
        command = [sys.executable, "-m", f"tests.stories.children.{name}", *map(str, arguments)]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        printed: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return printed

    return run
