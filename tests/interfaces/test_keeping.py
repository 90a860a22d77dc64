"""``stats``, ``verify``, ``rebuild``, ``export`` and ``backup``."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.interfaces.conftest import Run

from vertraut.application import Space, Verified, open_space
from vertraut.ledger import Head
from vertraut.settings import load_settings


def test_numbers_and_bars(run: Run, filled: Path) -> None:
    done = run("stats")
    assert done.out.startswith("me  6 entries and 3 threads\n2 November 2024 to 17 April 2025\n")
    assert "By year" in done.out
    assert "█" in done.out
    assert "Spaces in this home: me" in done.out
    german = run("stats", german=True).out
    assert "2. November 2024 bis 17. April 2025" in german
    assert "Nachricht" in german


def test_stats_as_json(run: Run, filled: Path) -> None:
    shape = run("stats", "--json").json
    assert shape["spaces"] == ["me"]
    assert shape["space"]["by_kind"] == {"message": 5, "event": 1}
    assert shape["space"]["by_year"] == {"2024": 2, "2025": 4}
    assert (shape["space"]["entries"], shape["space"]["embedded"]) == (6, 6)


def test_a_new_home_is_told_how_to_begin(run: Run) -> None:
    done = run("stats", german=True)
    assert (done.code, done.err) == (0, "")
    assert "Hier ist noch nichts." in done.out
    assert run("stats", "--json").json == {"space": None, "spaces": []}
    assert run("stats", "--space", "work").code == 3


def test_other_spaces_are_listed(run: Run, diary: Path) -> None:
    run("import", diary, "--space", "work", "--later")
    assert run("stats").out == "Spaces in this home: work\n"
    waiting = run("stats", "--space", "work")
    assert "Not findable by meaning yet: 6 of 6 entries" in waiting.out


def test_an_empty_space(run: Run, space: Space) -> None:
    assert run("stats").out.startswith("The space me is empty.\n")


def test_a_sound_space(run: Run, filled: Path) -> None:
    done = run("verify")
    assert done.code == 0
    assert done.out.startswith("Sound: every page, every record and the index.\n")
    assert run("verify", german=True).out.startswith("Unversehrt:")
    shape = run("verify", "--json").json
    assert (shape["sound"], shape["records"], shape["faults"]) == (True, 6, [])


def test_faults_end_with_a_code_of_their_own(run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Verified(Head(6, b"a" * 32), 6, 6, 6, ("2 entries cannot be found by words.",))
    monkeypatch.setattr(Space, "verify", lambda *_, **__: found)
    done = run("verify")
    assert done.code == 6
    assert "2 entries cannot be found by words." in done.out
    assert run("verify", "--json").json["sound"] is False


def test_rebuild_keeps_recall_as_it_is(run: Run, filled: Path) -> None:
    before = run("recall", "Küche", "--json").json["hits"]
    done = run("rebuild")
    assert "The index was made anew for 6 entries." in done.out
    assert "Findable by meaning: 6 entries." in done.out
    after = run("recall", "Küche", "--json").json["hits"]
    assert [hit["id"] for hit in after] == [hit["id"] for hit in before]
    assert run("rebuild", "--keep-vectors", "--json").json == {"entries": 6, "embedded": 6}


def test_an_export_says_where_it_is(run: Run, filled: Path, tmp_path: Path) -> None:
    done = run("export", tmp_path / "out")
    assert f"Exported to {tmp_path}/out: 6 records, 6 entries and 0 attachments" in " ".join(done.out.split())
    assert "not encrypted" in done.err
    assert (tmp_path / "out" / "manifest.json").exists()
    assert run("export", tmp_path / "other", "--json").json["entries"] == 6
    again = run("export", tmp_path / "out", german=True)
    assert again.code == 7
    assert "ließ sich nicht lesen oder schreiben" in again.err


def test_a_backup_is_never_written_over_a_file(run: Run, filled: Path, tmp_path: Path) -> None:
    done = run("backup", tmp_path / "copy.db")
    assert done.code == 0
    assert "key.json" in done.err
    assert run("backup", tmp_path / "copy.db").code == 7
    shape = run("backup", tmp_path / "second.db", "--json").json
    assert shape["bytes"] == (tmp_path / "second.db").stat().st_size


def test_an_index_of_another_version_is_made_anew_by_whoever_asks_next(run: Run, filled: Path) -> None:
    before = run("recall", "Küche", "--json").json["hits"]
    with open_space(settings=load_settings()) as space:
        space._db.execute("UPDATE migrations SET fingerprint = x'00' WHERE name = 'index'")
    done = run("recall", "Küche", "--json")
    assert done.json["hits"][0]["id"] == before[0]["id"]
    assert "Another version of Vertraut had built the index: it was made anew for 6 entries." in done.err
    assert "made anew" not in run("recall", "Küche").err
    assert run("verify").code == 0
