"""The disk fills up in the midst of an import: it says so, keeps what was acknowledged, and goes on when there is room."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.stories.children.killed import check_whole, opened

Run = Callable[..., dict[str, Any]]
LARGEST = 1_200_000


def check_said(told: dict[str, Any], home: Path) -> None:
    assert told["said"].startswith("The disk is full: ")
    assert str(home) in told["said"]
    assert "Free some space" in told["way_out"]
    assert 0 < told["acknowledged"] < 6000
    assert told["there"][0] == told["there"][1] >= told["acknowledged"]
    assert f"{told['acknowledged'] - 1}" in told["found"]
    assert told["refused"]


def check_goes_on(folder: Path, entries: Path, before: int) -> None:
    with opened(folder / "home") as space:
        assert check_whole(space) == before
        assert space.import_paths([entries]).new == 6000 - before
        check_whole(space, 6000)
        assert space.embed().done == 6000


@pytest.mark.slow
def test_a_file_that_may_not_grow_is_a_full_disk(child: Run, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    told = child("on_a_full_disk", folder, LARGEST)
    check_said(told, folder)
    check_goes_on(folder, tmp_path / "entries.jsonl", told["there"][0])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a file system of four megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root can mount a small file system, and not everywhere")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
def test_a_disk_without_room_is_a_full_disk(child: Run, small_disk: Path, tmp_path: Path) -> None:
    (small_disk / "filler").write_bytes(b"x" * 1_000_000)
    told = child("on_a_full_disk", small_disk, 0)
    check_said(told, small_disk)
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    (small_disk / "filler").unlink()
    check_goes_on(small_disk, tmp_path / "entries.jsonl", told["there"][0])


Vertraut = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def vertraut(environment: Mapping[str, str]) -> Vertraut:
    """Return what runs a command, with files that may not grow beyond a limit."""

    def run(*arguments: object, limit: int = 0) -> subprocess.CompletedProcess[str]:
        limited = ["prlimit", f"--fsize={limit}:{limit}"] if limit else []
        command = [*limited, sys.executable, "-m", "vertraut", *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)

    return run


def write_entries(path: Path, text: str) -> Path:
    rows = ({"id": f"{n}", "at": "2025-03-08", "text": text.format(n)} for n in range(3000))
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def check_full(done: subprocess.CompletedProcess[str], place: Path) -> None:
    assert done.returncode == 7, done.stderr
    assert "The disk is full" in done.stderr
    assert str(place) in done.stderr.replace("\n", "")
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_commands_say_so_with_an_exit_code_of_their_own(vertraut: Vertraut, tmp_path: Path) -> None:
    path = write_entries(tmp_path / "entries.jsonl", "quaste{}x")
    check_full(vertraut("import", "--later", path, limit=500_000), tmp_path / "home")
    assert json.loads(vertraut("verify", "--json").stdout)["sound"]
    assert vertraut("import", "--later", path).returncode == 0
    for command in ("export", "backup"):
        check_full(vertraut(command, tmp_path / command, limit=500_000), tmp_path / command)
    assert json.loads(vertraut("verify", "--json").stdout)["entries"] == 3000


@pytest.mark.slow
def test_a_temporary_folder_without_room_is_named(vertraut: Vertraut, tmp_path: Path, temporary: Path) -> None:
    path = write_entries(tmp_path / "entries.jsonl", "quaste{}x and so many words that its language can be told")
    check_full(vertraut("import", "--later", path, limit=500_000), temporary)
