"""A process may be killed at any instant: what was acknowledged is there, whole and once, and the next one goes on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., dict[str, Any]]


@pytest.mark.slow
def test_an_import_killed_fifty_times_loses_nothing_and_repeats_nothing(child: Run, tmp_path: Path) -> None:
    moments = child("killed", "imports", tmp_path / "work", 50)["moments"]
    assert len(set(moments)) > 10  # it was killed at many stages, and got on in between


@pytest.mark.slow
def test_embedding_killed_again_and_again_makes_every_vector_once(child: Run, tmp_path: Path) -> None:
    moments = child("killed", "embedding", tmp_path / "work", 20)["moments"]
    assert len(set(moments)) > 3


@pytest.mark.slow
def test_forgetting_killed_again_and_again_is_done_or_not_done(child: Run, tmp_path: Path) -> None:
    moments = child("killed", "forgetting", tmp_path / "work", 20)["moments"]
    assert len(set(moments)) > 3


@pytest.mark.slow
def test_a_space_killed_while_it_is_made_can_be_made_again(child: Run, tmp_path: Path) -> None:
    moments = child("killed", "making", tmp_path / "work", 0)["moments"]
    assert len(moments) > 10  # so many steps on files
    assert moments[-1] == 1


@pytest.mark.slow
def test_the_command_itself_may_be_killed(environment: Mapping[str, str], tmp_path: Path) -> None:
    path = tmp_path / "entries.jsonl"
    rows = ({"id": f"{n}", "at": "2025-03-08", "author": "Lena", "text": f"quaste{n}x"} for n in range(4000))
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    log = tmp_path / "home" / "spaces" / "me" / "vault.db-wal"

    def vertraut(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "vertraut", *arguments]
        quick = {**environment, "VERTRAUT_BATCH": "100"}
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=quick, text=True)

    with vertraut("import", str(path)) as process:
        deadline = time.monotonic() + 60
        while not (log.exists() and log.stat().st_size > 500_000) and time.monotonic() < deadline:
            assert process.poll() is None
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    with vertraut("stats", "--json") as process:
        entries = json.loads(process.communicate(timeout=60)[0])["space"]["entries"]
    assert 0 < entries <= 4000
    assert entries % 100 == 0
    with vertraut("verify", "--json") as process:
        assert json.loads(process.communicate(timeout=60)[0])["faults"] == []
    assert process.returncode == 0
