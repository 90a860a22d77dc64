"""The command line in the test's own process (``run``) and as a program of its own (``program``), on a temporary home."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from vertraut.interfaces.cli import main

ENTRIES = [
    {
        "id": "1",
        "thread": "Küche",
        "at": "2025-03-08T14:30:00",
        "author": "Lena",
        "text": "Die neue Küche kommt am Dienstag.",
    },
    {
        "id": "2",
        "thread": "Küche",
        "at": "2025-03-08T14:32:00",
        "author": "Tobi",
        "text": "Dann brauchen wir den Elektriker.",
    },
    {"id": "3", "thread": "Küche", "at": "2025-03-08T14:33:00", "author": "Lena", "text": "Herr Maurer hat Zeit."},
    {
        "id": "4",
        "thread": "school",
        "at": "2024-11-02T08:10:00",
        "author": "Ms Grant",
        "text": "The museum trip is on Friday.",
    },
    {"id": "5", "thread": "school", "at": "2024-11-02", "author": "Lena", "text": "Thank you, Piet will be there."},
    {
        "id": "6",
        "thread": "calendar",
        "at": "2025-04-17T09:00:00",
        "kind": "event",
        "text": "",
        "meta": {"subject": "Zahnarzt Piet", "place": "Praxis Dr. Weiß", "end": "2025-04-17T09:30:00"},
    },
]

INTERRUPTIBLE = """
import faulthandler, signal
faulthandler.dump_traceback_later(100, exit=True)  # what does not end says where it is
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background of a shell
from vertraut.interfaces.cli import main
main()
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every test the same width, and let warnings stay errors."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("VERTRAUT_LANGUAGE", raising=False)
    monkeypatch.setattr(sys, "warnoptions", ["error"])


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Return a function that runs a command here; ``german=True`` asks for German."""
    hook, handlers = sys.excepthook, list(logging.getLogger().handlers)

    def call(*arguments: object, german: bool = False) -> Ended:
        monkeypatch.setenv("VERTRAUT_LANGUAGE", "de" if german else "en")
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(each) for each in arguments])
        captured = capsys.readouterr()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else 0, captured.out, captured.err)

    yield call
    sys.excepthook = hook
    logging.getLogger().handlers = handlers


@pytest.fixture
def program() -> Run:
    """Return a function that runs a command as a program of its own."""

    def call(*arguments: object, **environment: str) -> Ended:
        command = [sys.executable, "-m", "vertraut", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, env={**os.environ, **environment}, check=False, timeout=120)
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


@pytest.fixture
def started() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Return a function that starts a command as a program that can be interrupted; all are ended afterwards."""
    running: list[subprocess.Popen[bytes]] = []

    def start(*arguments: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", INTERRUPTIBLE, *map(str, arguments)]
        # Unbuffered, Python itself would swallow the news that a large write was cut short.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment))
        return running[-1]

    yield start
    for each in running:
        each.kill()
        each.communicate()


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    """Return a file with six entries."""
    path = tmp_path / "diary.jsonl"
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in ENTRIES), encoding="utf-8")
    return path


@pytest.fixture
def filled(run: Run, diary: Path) -> Path:
    """Return the file of six entries after they were imported into the usual space."""
    assert run("import", diary).code == 0
    return diary
