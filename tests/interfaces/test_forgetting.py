"""``forget``: first a list, then for ever, with a receipt."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.interfaces.conftest import Run

from vertraut.application import Space
from vertraut.ledger import Head
from vertraut.memory import ForgettingReceipt, Found, Proof


def count(run: Run) -> int:
    return int(run("stats", "--json").json["space"]["entries"])


def test_lists_what_would_go_and_stops(run: Run, filled: Path) -> None:
    done = run("forget", "--thread", "Küche")
    assert done.code == 0
    assert done.out.startswith("This would be forgotten for ever: 3 entries\n")
    assert "#2  8 March 2025, 14:32  Tobi" in done.out
    assert "The same command with --yes removes it." in done.err
    assert count(run) == 6
    assert run("forget", "--thread", "Küche", german=True).out.startswith("Das würde endgültig vergessen: 3 Einträge\n")


def test_a_preview_as_json(run: Run, filled: Path) -> None:
    shape = run("forget", 1, 4, "--json").json
    assert shape["forgotten"] is False
    assert [entry["id"] for entry in shape["would_forget"]["entries"]] == [1, 4]


def test_forgets_and_shows_the_receipt(run: Run, filled: Path) -> None:
    done = run("forget", "--from", "Lena", "--before", "2025", "--yes")
    assert done.code == 0
    assert done.out.startswith("Forgotten for ever.\n")
    assert "1 entry and 1 passage with its vector" in done.out
    assert "nothing: no trace is left" in done.out
    assert count(run) == 5
    assert run("forget", 5).code == 3


def test_a_receipt_as_json(run: Run, filled: Path) -> None:
    before = run("verify", "--json").json["head"]
    receipt = run("forget", "--thread", "school", "--yes", "--json", german=True).json
    assert (receipt["forgotten"], receipt["entries"], receipt["before"]) == (True, 2, before)
    assert receipt["proof"]["clean"]
    assert receipt["proof"]["found"] == []
    assert receipt["proof"]["patterns"] > 0
    assert run("verify", "--json").json["head"]["seq"] == receipt["after"]["seq"] + 1  # the receipt itself is kept


def test_files_outside_that_still_say_it_are_named(
    run: Run, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(filled.parent))
    done = run("forget", 1, "--yes", german=True)
    assert done.code == 0
    assert "Diese Dateien außerhalb von Vertraut enthalten es noch" in done.err
    assert str(filled) in done.err


def test_traces_that_are_left_are_a_fault(run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = tuple(Found(f"vault byte {place}", "stem") for place in range(25))
    receipt = ForgettingReceipt(
        1, 1, 0, Head(6, b"a" * 32), Head(7, b"b" * 32), log_emptied=False, proof=Proof(3, 4096, 2, found)
    )
    monkeypatch.setattr(Space, "forget", lambda *_: receipt)
    done = run("forget", 1, "--yes")
    assert done.code == 6
    assert "vault byte 0: word" in done.out
    assert "… and 5 more" in done.out
    assert "1 entry and 1 attachment" in done.out
    assert "Traces are left." in done.err
    assert "could not be emptied yet" in done.err
    assert run("forget", 1, "--yes", "--json").json["proof"]["clean"] is False


def test_what_cannot_be_forgotten(run: Run, filled: Path) -> None:
    assert run("forget").code == 3
    assert run("forget", 99, "--yes").code == 3
    assert run("forget", "--thread", "nothing like this").code == 3
    assert run("forget", "--thread", "", "--yes").code == 2
    assert count(run) == 6


def test_long_lists_are_cut(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    line = '{{"id": "{0}", "thread": "t", "at": "2025-01-01", "author": "A", "text": "Number {0}"}}\n'
    path.write_text("".join(line.format(number) for number in range(25)), encoding="utf-8")
    run("import", path, "--later")
    done = run("forget", "--thread", "t")
    assert "25 entries" in done.out
    assert "… and 5 more" in done.out
    assert "Number 19" in done.out
    assert "Number 20" not in done.out
