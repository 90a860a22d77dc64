"""``vertraut chat``: one message, or a talk that comes through a pipe."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from tests.interfaces.conftest import Run


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_one_message_is_answered_with_its_source(run: Run, filled: Path) -> None:
    done = run("chat", "Wann kommt die neue Küche?")
    assert done.code == 0
    assert "„Die neue Küche kommt am Dienstag.“ [1]" in done.out
    assert "[1] 8 March 2025" in done.out
    assert "#1" in done.out


def test_the_answer_as_json(run: Run, filled: Path) -> None:
    shape = run("chat", "Wann kommt die neue Küche?", "--json").json
    assert (shape["model"], shape["known"]) == ("quotes", True)
    assert [each["number"] for each in shape["evidence"]] == [1]
    assert len(shape["remembered"]) == 2


def test_off_the_record_keeps_nothing(run: Run, filled: Path) -> None:
    assert run("chat", "Wann kommt die neue Küche?", "--off-the-record", "--json").json["remembered"] == []
    assert run("stats", "--json").json["space"]["entries"] == 6


def test_a_talk_with_its_commands(run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ["Wann kommt die neue Küche?", "/why", "/7", "/forget 1", "/off the record", "Danke!", "/on", "/forget", "/new"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join([*said, "/nonsense", "/help", "/quit", "nie gesagt"])))
    done = run("chat")
    assert done.code == 0
    assert "Die neue Küche kommt am Dienstag." in done.out
    assert "Gern geschehen." in done.out
    assert "nie gesagt" not in done.out + done.err
    for remark in (
        "Answered by: quotes",
        "There is no evidence number 7.",
        "Off the record",
        "On the record again.",
        "Say which evidence",
        "Forgetting is agreed to in a terminal",
        "A new conversation.",
        "/nonsense is no command",
        "/off the record  keep nothing",
        "Bye.",
    ):
        assert remark in done.err, remark
    assert run("stats", "--json").json["space"]["entries"] == 8


def test_german(run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("/warum\n/hilfe\n/aus\n/an\n/neu\n/ende\n"))
    done = run("chat", german=True)
    assert "Die letzte Antwort beruht auf nichts im Gedächtnis." in done.err
    assert "Bis dann." in done.err
