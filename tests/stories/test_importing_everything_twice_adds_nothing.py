"""Everything may be imported again: what is known stays as it is, to the last byte of the ledger."""

from __future__ import annotations

import mailbox
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from vertraut.application import ImportReport, Space
from vertraut.application.demo import remember_household


def check_known(space: Space, first: ImportReport, second: ImportReport) -> None:
    assert second.new == 0
    assert [(file.name, file.source, file.read) for file in second.files] == [
        (file.name, file.source, file.read) for file in first.files
    ]
    assert all(file.known == file.read for file in second.files)
    assert [file.problems for file in second.files] == [file.problems for file in first.files]
    assert space.verify().faults == ()


def test_the_household_is_the_same_after_a_second_import(space: Space) -> None:
    first = remember_household(space)
    assert first.new == first.read == 708
    assert [problem for file in first.files for problem in file.problems] == []
    space.embed()
    head, stats = space.ledger.head(), space.stats()
    check_known(space, first, remember_household(space))
    assert space.ledger.head() == head
    assert replace(space.stats(), vault_bytes=0) == replace(stats, vault_bytes=0)
    assert space.embed().done == 708


def test_the_household_is_known_in_another_order_and_from_another_place(
    space: Space, household: Path, tmp_path: Path
) -> None:
    remember_household(space)
    head = space.ledger.head()
    copied = shutil.copytree(household, tmp_path / "copy")
    folders = [copied / name for name in ("notes", "messages", "mail", "chatgpt", "calendar")]
    assert space.import_paths(folders).new == 0
    assert space.ledger.head() == head


def test_the_household_is_known_when_it_comes_as_an_archive(space: Space, household: Path, tmp_path: Path) -> None:
    folders = ("chatgpt", "mail", "calendar", "messages")
    space.import_paths([household / name for name in folders])
    for name in folders:
        archive = shutil.make_archive(str(tmp_path / name), "zip", household / name)
        assert space.import_paths([Path(archive)]).new == 0, name


def test_the_household_is_known_under_other_file_names(space: Space, household: Path, tmp_path: Path) -> None:
    remember_household(space)
    head = space.ledger.head()
    for number, path in enumerate(sorted((household / "messages").iterdir())):
        shutil.copy(path, tmp_path / f"chat {number}.jsonl")
        assert space.import_paths([tmp_path / f"chat {number}.jsonl"]).new == 0
    (tmp_path / "mails").mkdir()
    with closing(mailbox.mbox(shutil.copy(household / "mail" / "postfach.mbox", tmp_path))) as mails:
        for number, mail in enumerate(mails):
            (tmp_path / "mails" / f"{number}.eml").write_bytes(mail.as_bytes().replace(b"\n>From ", b"\nFrom "))
    shutil.copy(household / "calendar" / "familie.ics", tmp_path / "other.ics")
    shutil.copy(household / "chatgpt" / "conversations.json", tmp_path / "conversations-2.json")
    report = space.import_paths([tmp_path / name for name in ("mails", "other.ics", "conversations-2.json")])
    assert report.read > 100
    assert [file for file in report.files if file.new] == []
    assert space.ledger.head() == head


def test_a_changed_note_is_a_new_entry_and_the_old_one_stays(space: Space, tmp_path: Path) -> None:
    note = tmp_path / "notes" / "2025-03-08.md"
    note.parent.mkdir()
    note.write_text("# Samstag\nDer Quastenzwirbel ist da.", encoding="utf-8")
    space.import_paths([note.parent])
    note.write_text("# Samstag\nDer Quastenzwirbel ist wieder weg.", encoding="utf-8")
    assert space.import_paths([note.parent]).new == 1
    assert {entry.text.split()[-1] for _, entry in space.entries()} == {"da.", "weg."}


@pytest.mark.cases
@pytest.mark.slow
def test_every_export_is_the_same_after_a_second_import(space: Space, cases_data: Path) -> None:
    folders = sorted(each for each in (cases_data / "exports").iterdir() if each.is_dir() and "licences" not in each.name)
    first = space.import_paths(folders)
    head = space.ledger.head()
    check_known(space, first, space.import_paths(folders))
    assert space.ledger.head() == head
