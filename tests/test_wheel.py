"""The built wheel, not the checkout: what is in it, and that it works where nothing else of the checkout is.

The wheel is installed into a virtual environment of its own. What it depends on is lent to it by the environment of the
tests, so that no network is needed; Vertraut itself is not.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[1]
NEEDED = (
    "vertraut/py.typed",
    "vertraut/memory/center.f32",
    "vertraut/memory/ranker.json",
    "vertraut/memory/confidence.json",
    "vertraut/models/known.toml",
    "vertraut/assistant/prompts/answer.md",
    "vertraut/interfaces/web/static/names.json",
    "vertraut/interfaces/web/static/icons.json",
    "vertraut/interfaces/web/static/sw.js",
    "vertraut/interfaces/web/templates/base.html",
    "vertraut/household/demo.json",
    "vertraut/household/questions.jsonl",
    "vertraut/household/chatgpt/conversations.json",
    "vertraut/household/mail/postfach.mbox",
    "vertraut/household/calendar/familie.ics",
    "vertraut/household/notes/Start.md",
    "vertraut/household/messages/sig-familie.jsonl",
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of programs of an environment that holds the wheel, and borrows what it depends on."""
    place = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    python = place / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "-q", "install"]
    subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True)
    (packages,) = place.glob("lib/python*/site-packages")
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python.parent


def environment(home: Path) -> dict[str, str]:
    own = {"HOME": str(home), "LANGUAGE": "en", "MASTER_KEY": "file"}
    return {
        "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(home), **{f"VERTRAUT_{name}": own[name] for name in own},
    }  # fmt: skip


def run(*command: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(
        words, env=environment(home), cwd=home, capture_output=True, check=False, encoding="utf-8", timeout=600
    )


def test_the_wheel_holds_what_it_needs_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert [name for name in NEEDED if name not in names] == []
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"vertraut"}
    assert [name for name in names if name.endswith((".pyc", ".db")) or "__pycache__" in name] == []
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert wheel.stat().st_size < 3_000_000


def test_the_wheel_holds_what_the_pages_load(wheel: Path) -> None:
    folder = "vertraut/interfaces/web/static"
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
        names = json.loads(archive.read(f"{folder}/names.json"))
        assert {"app.js", "app.css", "sw.js", "mark.svg"} <= set(names)
        assert [name for name in names.values() if f"{folder}/{name}" not in held] == []
        assert b"htmx" in archive.read(f"{folder}/{names['app.js']}")
        assert gzip.decompress(archive.read(f"{folder}/{names['app.css']}.gz")) == archive.read(
            f"{folder}/{names['app.css']}"
        )


def test_the_wheel_serves_the_start_page(programs: Path, tmp_path: Path) -> None:
    command = [str(programs / "vertraut"), "serve", "--port", "0"]
    with subprocess.Popen(
        command, env=environment(tmp_path), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        try:
            assert server.stdout
            link = next(line.strip() for line in server.stdout if b"/signin?link=" in line).decode()
            with httpx.Client(follow_redirects=True, trust_env=False, timeout=60) as client:
                page = client.get(link)
                assert (page.status_code, page.url.path) == (200, "/")
                loaded = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
                assert {client.get(urljoin(link, path)).status_code for path in loaded} == {200}
                assert len(loaded) >= 3
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0


def test_the_wheel_holds_the_whole_household(wheel: Path) -> None:
    package = ROOT / "src" / "vertraut"
    files = [path for path in (package / "household").rglob("*") if path.is_file()]
    household = {path.relative_to(package.parent).as_posix() for path in files}
    with zipfile.ZipFile(wheel) as archive:
        assert {name for name in archive.namelist() if name.startswith("vertraut/household/")} == household


def test_the_wheel_remembers_and_answers(programs: Path, tmp_path: Path) -> None:
    note = tmp_path / "cellar.md"
    note.write_text("# Cellar\n\nThe spare key hangs behind the fuse box.\n", encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    taken = run(programs / "vertraut", "import", note, home=home)
    assert (taken.returncode, taken.stderr) == (0, "")
    done = run(programs / "vertraut", "ask", "Where does the spare key hang?", home=home)
    assert (done.returncode, done.stderr) == (0, "")
    assert "“The spare key hangs behind the fuse box.” [1]" in done.stdout


def test_the_wheel_is_what_runs(programs: Path, tmp_path: Path) -> None:
    done = run(programs / "python", "-c", "import vertraut; print(vertraut.__file__)", home=tmp_path)
    assert Path(done.stdout.strip()).is_relative_to(programs.parent)
    version = run(programs / "vertraut", "--version", home=tmp_path)
    assert (version.returncode, version.stdout.split()[0]) == (0, "vertraut")
