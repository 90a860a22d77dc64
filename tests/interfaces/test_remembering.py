"""``vertraut remember`` keeps a note, from words or from standard input."""

from __future__ import annotations

import io
import sys

import pytest
from tests.interfaces.conftest import Run


def test_a_note_is_remembered_and_found(run: Run) -> None:
    done = run("remember", "Die", "Leiter", "steht im Keller.", "--title", "Leiter", "--author", "Lena", german=True)
    assert done.out == "Gemerkt als Eintrag 1.\n"
    shown = run("show", 1, "--json").json
    assert (shown["entry"]["text"], shown["entry"]["title"]) == ("Die Leiter steht im Keller.", "Leiter")
    assert (shown["entry"]["author"], shown["entry"]["thread"], shown["entry"]["kind"]) == ("Lena", "notes", "note")
    found = run("recall", "Leiter", "--json").json
    assert (found["entries"], found["embedded"]) == (1, 1)


def test_a_note_can_be_piped_in(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("Erste Zeile\nzweite\n"))
    assert run("remember", "--json").json == {"id": 1}
    assert run("show", 1, "--json").json["entry"]["text"] == "Erste Zeile\nzweite"


@pytest.mark.parametrize("text", ["", " \n", "x" * 1_000_001])
def test_what_is_no_note_is_wrong_usage(run: Run, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    assert run("remember").code == 2
