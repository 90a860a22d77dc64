"""``import``: what it takes in, what it says about the rest, and how it is repeated, postponed and undone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.interfaces.conftest import Run

from vertraut.application import FileReport, ImportReport, Space
from vertraut.sources import Problem


def test_says_what_was_read_and_what_was_new(run: Run, diary: Path) -> None:
    done = run("import", diary)
    assert done.code == 0
    assert "diary.jsonl" in done.out
    assert "Remembered: 6 entries, findable by words." in done.out
    assert "Findable by meaning: 6 entries." in done.out
    assert done.err == ""


def test_importing_twice_changes_nothing(run: Run, filled: Path) -> None:
    done = run("import", filled, german=True)
    assert "bekannt" in done.out
    assert "Nichts Neues: alles hier ist schon bekannt." in done.out
    assert run("import", filled, "--json").json["known"] == 6


def test_json_holds_files_counts_and_vectors(run: Run, diary: Path) -> None:
    shape = run("import", diary, "--json").json
    file = shape["files"][0]
    assert (file["name"], file["source"], file["read"], file["new"]) == ("diary.jsonl", "jsonl", 6, 6)
    assert (shape["interrupted"], shape["new"], shape["entries"], shape["embedded"]) == (False, 6, 6, 6)


def test_vectors_can_wait(run: Run, diary: Path) -> None:
    later = run("import", diary, "--later")
    assert "Not findable by meaning yet: 6 of 6 entries" in later.err
    assert run("import", "--json").json["embedded"] == 6


def test_bad_lines_are_reported_with_place_code_and_reason(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    lines = ['{"text": "good", "at": "2025-01-01"}', '{"text": "bad", "at": "soon"}', "no json"]
    path.write_text("\n".join([*lines, *['{"text": "x"}'] * 30]), encoding="utf-8")
    done = run("import", path)
    assert done.code == 0
    assert "line 2" in done.out
    assert "no usable date" in done.out
    assert "… and 12 more" in done.out
    german = run("import", path, german=True)
    assert "kein brauchbares Datum" in german.out
    assert "übergangen" in german.out
    problems = run("import", path, "--json").json["files"][0]["problems"]
    assert len(problems) == 32
    first = problems[0]
    assert (first["place"], first["code"], first["lost"]) == ("line 2", "missing-or-bad-date", True)
    assert first["sentence"] == "no usable date"


def test_many_files_are_told_by_format(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number}.md").write_text(f"Note number {number} about something.\n", encoding="utf-8")
    (folder / "what.xyz").write_bytes(b"\x01\x02\x03")
    done = run("import", folder)
    assert "20 files" in done.out
    assert "not recognised" in done.out
    assert "Together" in done.out
    assert "unknown format" in done.out


def test_forgotten_entries_come_back_only_with_again(run: Run, filled: Path) -> None:
    assert run("forget", 1, "--yes").code == 0
    plain = run("import", filled)
    assert "Forgotten before and left so: 1 entry; --again takes them back." in plain.out
    again = run("import", filled, "--again", "--json").json
    assert (again["new"], again["known"]) == (1, 5)


def test_a_path_that_is_not_there_makes_no_space(run: Run, tmp_path: Path) -> None:
    done = run("import", tmp_path / "nowhere.mbox", german=True)
    assert done.code == 4
    assert "lässt sich nicht lesen" in done.err
    assert not (tmp_path / "home" / "spaces").exists()


def test_a_file_that_nobody_knows_is_a_row_and_no_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"\x00\x01\x02" * 100)
    done = run("import", tmp_path / "x.bin")
    assert done.code == 0
    assert "unknown format" in done.out
    assert "No entries were found." in done.out


def test_going_on_needs_a_space(run: Run) -> None:
    assert run("import").code == 3


def test_an_export_makes_the_same_space_again(run: Run, filled: Path, tmp_path: Path) -> None:
    head = run("verify", "--json").json["head"]
    assert run("export", tmp_path / "export").code == 0
    done = run("import", tmp_path / "export", "--space", "copy")
    assert "Restored: 6 records in an unbroken chain, 6 entries among them." in done.out
    assert run("verify", "--space", "copy", "--json").json["head"] == head
    restored = run("import", tmp_path / "export", "--space", "third", "--json").json
    assert (restored["restored"], restored["entries"], restored["embedded"]) == (True, 6, 6)


def test_an_export_joins_a_space_that_holds_something(run: Run, filled: Path, tmp_path: Path) -> None:
    run("export", tmp_path / "export")
    done = run("import", tmp_path / "export", "--later", "--json")
    assert done.code == 0
    assert json.loads(done.out)["new"] == 0


def test_an_export_comes_alone(run: Run, filled: Path, tmp_path: Path) -> None:
    run("export", tmp_path / "export")
    assert run("import", tmp_path / "export", filled, "--space", "copy").code == 2


def test_a_damaged_export_is_an_input_error(run: Run, filled: Path, tmp_path: Path) -> None:
    run("export", tmp_path / "export")
    records = tmp_path / "export" / "records-00001.jsonl"
    records.write_bytes(records.read_bytes()[:-20])
    done = run("import", tmp_path / "export", "--space", "copy", "--json")
    assert done.code == 4
    assert done.json["error"]["name"] == "BadExport"


def test_sizes_of_problems_stay_bounded_over_many_files(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    for number in range(25):
        (folder / f"{number:02}.jsonl").write_text("no json\n", encoding="utf-8")
    done = run("import", folder)
    assert "… and 5 files more with problems" in done.out
    assert len(run("import", folder, "--json").json["files"]) == 25


def test_what_was_kept_all_the_same_is_said(run: Run, diary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = Problem("line 9", "bad-date", "not a date: '31.2.'")
    kept = Problem("line 3", "unknown-timezone", "no zone is called 'Mars/Base'", lost=False)
    report = ImportReport((FileReport("family.ics", "ics", read=2, new=2, problems=[kept, lost]),))
    monkeypatch.setattr(Space, "import_paths", lambda *_, **__: report)
    done = run("import", diary, german=True)
    assert "unbekannte Zeitzone" in done.out
    assert "(trotzdem behalten)" in done.out
    assert done.out.index("line 9") < done.out.index("line 3")


def test_json_is_one_object_and_nothing_else(run: Run, diary: Path) -> None:
    done = run("import", diary, "--json")
    assert done.out.startswith("{")
    assert list(json.JSONDecoder().raw_decode(done.out))[1] == len(done.out.rstrip())
