"""Ctrl-C at the worst moments of an import, as a signal to a real process: it ends at once, and says what was kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.interfaces.conftest import Run

from vertraut.interfaces.cli.interrupts import noting

BATCH = 50

PRESSED = """
import contextlib, faulthandler, signal, sys, weakref
faulthandler.dump_traceback_later(50, exit=True)  # what does not end says where it is
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background of a shell
from vertraut.application import Space
from vertraut.application.importing import Importer
from vertraut.interfaces.cli import main
from vertraut.memory import Index

def press(*_):
    signal.raise_signal(signal.SIGINT)

def press_where_python_drops_it():
    gone = set()
    kept = weakref.ref(gone, press)
    del gone

def pressed(press, kind, name, turn, *, before=False, where=lambda *_: True):
    whole, turns = getattr(kind, name), []
    def instead(*given, **named):
        turns.extend([1] * where(*given))
        now = where(*given) and len(turns) == turn
        if now and before:
            press()
        result = whole(*given, **named)
        if now and not before:
            press()
        return result
    setattr(kind, name, instead)

def of_a_transaction(manager, *_):
    return manager.gen.gi_code.co_name == "transaction"

def in_a_callback():
    pressed(press_where_python_drops_it, Importer, "_take_in", 3)

def while_writing():
    pressed(press, Index, "add", 3)

def before_the_commit():
    kind = contextlib._GeneratorContextManager
    pressed(press, kind, "__exit__", 3, before=True, where=of_a_transaction)

def again_while_counting():
    pressed(press, Space, "embedding_progress", 2, before=True)

def again_while_closing():
    pressed(press, Space, "close", 1, before=True)

for place in sys.argv.pop(1).split():
    globals()[place]()
main()
"""


def pressed(places: str, path: Path) -> subprocess.CompletedProcess[bytes]:
    """Import a file with batches of 50 entries and press Ctrl-C at these places."""
    command = [sys.executable, "-c", PRESSED, places, "import", str(path), "--later", "--json"]
    environment = {**os.environ, "VERTRAUT_BATCH": str(BATCH), "VERTRAUT_LANGUAGE": "en"}
    return subprocess.run(command, capture_output=True, env=environment, check=False, timeout=60)


@pytest.fixture
def long(run: Run, diary: Path, tmp_path: Path) -> Path:
    """Return a file of twenty batches, and a space that has six other entries already."""
    assert run("import", diary, "--later").code == 0
    path = tmp_path / "long.jsonl"
    line = '{{"id": "{0}", "thread": "t", "at": "2025-01-01", "author": "A", "text": "Number {0} of many"}}\n'
    path.write_text("".join(line.format(number) for number in range(20 * BATCH)), encoding="utf-8")
    return path


@pytest.mark.parametrize(("place", "batches"), [("in_a_callback", 3), ("while_writing", 2), ("before_the_commit", 2)])
def test_an_import_ends_wherever_ctrl_c_meets_it(run: Run, long: Path, place: str, batches: int) -> None:
    done = pressed(place, long)
    said = done.stderr.decode()
    assert done.returncode == 130, said
    assert "Stopped. Kept:" in said
    assert "Traceback" not in said
    shape = json.loads(done.stdout)
    assert (shape["interrupted"], shape["entries"]) == (True, 6 + batches * BATCH)
    verified = run("verify", "--json").json
    assert (verified["sound"], verified["entries"]) == (True, shape["entries"])


@pytest.mark.parametrize("places", ["while_writing again_while_counting", "before_the_commit again_while_closing"])
def test_ctrl_c_again_ends_at_once_and_leaves_whole_batches(run: Run, long: Path, places: str) -> None:
    done = pressed(places, long)
    said = done.stderr.decode()
    assert done.returncode == 130, said
    assert "Interrupted." in said
    assert "Traceback" not in said
    verified = run("verify", "--json").json
    assert (verified["sound"], verified["entries"]) == (True, 6 + 2 * BATCH)
    assert run("import", long, "--later", "--json").json["new"] == 18 * BATCH


def test_interrupts_that_are_ignored_or_caught_elsewhere_stay_so(monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", reported.append)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with noting() as interrupts:
            signal.raise_signal(signal.SIGINT)
            assert not interrupts.noted
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with pytest.raises(KeyboardInterrupt), noting() as interrupts:
            signal.raise_signal(signal.SIGINT)
        assert interrupts.noted
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        assert sys.unraisablehook == reported.append
    finally:
        signal.signal(signal.SIGINT, before)
    assert reported == []
