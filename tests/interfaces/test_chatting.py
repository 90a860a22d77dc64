"""``vertraut chat``: one message, or a talk that comes through a pipe."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest
from tests.interfaces.conftest import Run

from vertraut.clock import When
from vertraut.interfaces.cli.chatting import _excerpt
from vertraut.interfaces.cli.session import session
from vertraut.ledger import Entry
from vertraut.memory.context import Line


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
    assert done.out.count("[1] 8 March 2025") == 2
    assert "nie gesagt" not in done.out + done.err
    for remark in (
        "Quoted without a language model.",
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


def test_a_cited_place_far_down_in_a_long_text_is_shown() -> None:
    text = f"{'Vorrede. ' * 200}Die Küche kommt am Dienstag. Viele Grüße"
    entry = Entry("notes", "1", "note", When.of_datetime(datetime(2025, 3, 8, tzinfo=UTC), "UTC", "UTC"), text)
    start = text.index("Die Küche")
    shown = _excerpt(Line(1, 1, entry, ((start, start + 28),), "", 0, gap=False))
    assert shown == "… Die Küche kommt am Dienstag. Viele Grüße"
    assert _excerpt(Line(1, 1, entry, ((0, 8),), "", 0, gap=False)).endswith(" Vorrede. Vorred …")


@pytest.mark.parametrize(
    ("answers", "agreed"), [(["j"], True), (["YES"], True), (["vielleicht", "nein"], False), ([""], False)]
)
def test_agreeing_in_both_languages(answers: list[str], agreed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    given = iter(answers)
    monkeypatch.setattr("typer.prompt", lambda _text, default, **_: next(given) or default)
    with session(as_json=False) as here:
        assert here.agrees("Vergessen?") is agreed


def test_ctrl_c_ends_an_answer_but_not_the_talk(run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    terminal = io.StringIO("Wann kommt die neue Küche?\n/neu\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    monkeypatch.setattr("vertraut.application.Space.recall", stopped)
    done = run("chat", german=True)
    assert done.code == 0
    assert "Angehalten; nichts davon wird behalten." in done.err
    assert "Ein neues Gespräch." in done.err
