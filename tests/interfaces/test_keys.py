"""``key``: where the master key is, changing it, and getting it back."""

from __future__ import annotations

import getpass
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.interfaces.conftest import Run

PASSPHRASE = "correct horse battery"


@pytest.fixture
def locked(run: Run, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lock the filled home with a passphrase that a file holds; return the file."""
    secret = tmp_path / "passphrase.txt"
    secret.write_text(f"{PASSPHRASE}\nsecond line\n", encoding="utf-8")
    assert run("key", "passphrase", "--new-file", secret).code == 0
    monkeypatch.setenv("VERTRAUT_PASSPHRASE_FILE", str(secret))
    return secret


def typing(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Sit a person at the terminal who types these."""
    every: Iterator[str] = iter(answers)
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr(getpass, "getpass", lambda _: next(every))


def test_where_the_key_is(run: Run, filled: Path, tmp_path: Path) -> None:
    for command in (["key"], ["key", "status"]):
        done = run(*command)
        assert done.code == 0
        assert "in a file" in done.out
        assert str(tmp_path / "home" / "master.key") in done.out
    shape = run("key", "status", "--json").json
    assert (shape["method"], shape["generation"], shape["spaces"]) == ("file", 1, ["me"])
    assert run("key", "--json").json == shape


def test_a_home_without_a_key(run: Run) -> None:
    assert "There is no master key yet" in run("key").out
    for command in (["passphrase"], ["rotate"], ["use", "file"], ["recovery", "--yes"]):
        assert run("key", *command).code == 3


def test_rotation_keeps_everything_readable(run: Run, filled: Path) -> None:
    done = run("key", "rotate", german=True)
    assert done.out.startswith("Der Hauptschlüssel wurde geändert.\n")
    assert run("key", "status", "--json").json["generation"] == 2
    assert run("recall", "Küche").code == 0


def test_a_passphrase_from_a_file_opens_the_home(run: Run, locked: Path) -> None:
    assert run("key", "status", "--json").json["method"] == "passphrase"
    assert run("recall", "Küche").code == 0
    assert run("key", "rotate").code == 0
    assert run("recall", "Küche").code == 0


def test_the_wrong_and_the_missing_passphrase(run: Run, locked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked.write_text("wrong\n", encoding="utf-8")
    wrong = run("recall", "Küche", "--json", german=True)
    assert wrong.code == 5
    assert wrong.json["error"]["sentence"] == "Die Passphrase stimmt nicht."
    monkeypatch.delenv("VERTRAUT_PASSPHRASE_FILE")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    missing = run("recall", "Küche")
    assert missing.code == 5
    assert "VERTRAUT_PASSPHRASE_FILE" in missing.err


def test_an_empty_passphrase_is_none(run: Run, filled: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    assert run("key", "passphrase", "--new-file", tmp_path / "empty").code == 2
    assert run("key", "--json").json["method"] == "file"


def test_the_passphrase_file_itself_may_be_wrong(run: Run, locked: Path) -> None:
    locked.write_bytes(b"\xff\xfe\xfd")
    assert run("recall", "Küche").code == 7
    locked.unlink()
    assert run("recall", "Küche").code == 7


def test_a_passphrase_is_typed(run: Run, locked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VERTRAUT_PASSPHRASE_FILE")
    typing(monkeypatch, PASSPHRASE)
    assert run("recall", "Küche").code == 0
    typing(monkeypatch, "wrong")
    assert run("recall", "Küche").code == 5


def test_a_new_passphrase_is_typed_twice_alike(run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typing(monkeypatch, "one", "other", "same", "same")
    done = run("key", "passphrase")
    assert done.code == 0
    assert "These were not the same." in done.err
    typing(monkeypatch, "same")
    assert run("stats").code == 0


def test_a_new_home_with_a_passphrase(run: Run, diary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERTRAUT_MASTER_KEY", "passphrase")
    typing(monkeypatch, "same", "same")
    assert run("import", diary, "--later").code == 0
    typing(monkeypatch, "same")
    assert run("key", "use", "file").code == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert run("stats").code == 0


def test_a_recovery_code_brings_a_lost_key_back(
    run: Run, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = run("key", "recovery", "--yes", "--json").json["recovery_code"]
    (tmp_path / "home" / "master.key").unlink()
    lost = run("recall", "Küche", german=True)
    assert lost.code == 5
    assert "Der Hauptschlüssel fehlt" in lost.err
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{code[:-1]}\n"))
    wrong = run("key", "restore", german=True)
    assert wrong.code == 5
    assert "Dieser Wiederherstellungscode stimmt nicht." in wrong.err
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{code}\n"))
    assert run("key", "restore").out.startswith("The master key is back.\n")
    assert run("recall", "Küche").code == 0


def test_a_recovery_code_is_printed_only_when_meant(run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert run("key", "recovery").code == 2
    typing(monkeypatch)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "n")
    assert run("key", "recovery").code == 130
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "Ja")
    done = run("key", "recovery")
    assert len(done.out.strip().split("-")) == 14
    assert "key rotate" in done.err
