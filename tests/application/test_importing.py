from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from vertraut.application import ImportProgress, Space
from vertraut.errors import DiskFull, UnreadablePath
from vertraut.ledger import Draft
from vertraut.memory import Selection
from vertraut.settings import Settings


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def rows(count: int, thread: str = "kitchen") -> list[dict[str, Any]]:
    return [
        {
            "id": f"{n}",
            "at": f"2025-03-01T12:{n % 60:02d}:00",
            "thread": thread,
            "author": "Lena",
            "text": f"Satz {thread} {n}",
        }
        for n in range(count)
    ]


def write_mail(path: Path, subject: str, file: bytes) -> Path:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Lena <lena@example.org>", "tobi@example.org", subject
    mail["Date"], mail["Message-ID"] = "Sat, 01 Mar 2025 12:00:00 +0100", f"<{subject}@example.org>"
    mail.set_content("Im Anhang das Menü.")
    mail.add_attachment(file, maintype="application", subtype="octet-stream", filename="menu.bin")
    path.write_bytes(mail.as_bytes())
    return path


@pytest.fixture
def settings(settings: Settings) -> Settings:
    from dataclasses import replace  # noqa: PLC0415  of use here only

    return replace(settings, batch=10, attachment_limit=1000)


def test_every_file_is_reported_with_what_became_of_its_entries(space: Space, tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    write_lines(folder / "a.jsonl", rows(25))
    write_lines(folder / "b.jsonl", [*rows(3, "bath"), *rows(2)])
    (folder / "c.xyz").write_bytes(b"\x00\x01\x02 nothing that anybody reads")
    report = space.import_paths([folder])
    counts = [(file.name, file.source, file.read, file.new, file.known, file.skipped) for file in report.files]
    assert counts == [
        ("chats/a.jsonl", "jsonl", 25, 25, 0, 0),
        ("chats/b.jsonl", "jsonl", 5, 3, 2, 0),
        ("chats/c.xyz", "", 0, 0, 0, 1),
    ]
    assert (report.read, report.new) == (30, 28)
    assert report.files[2].problems[0].code == "unknown-format"
    assert space.stats().entries == 28


def test_bad_lines_are_reported_and_the_good_ones_taken_in(space: Space, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    good = [json.dumps(row) for row in rows(3)]
    path.write_text("\n".join([good[0], "{broken", good[1], '{"text": "no date"}', good[2]]), encoding="utf-8")
    (file,) = space.import_paths([path]).files
    assert (file.read, file.new, file.skipped) == (3, 3, 2)
    assert [problem.place for problem in file.problems] == ["line 2", "line 4"]
    assert all("no date" not in problem.reason for problem in file.problems if problem.place == "line 2")


def test_the_second_time_everything_is_known(space: Space, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "chats" / "a.jsonl", rows(25))
    space.import_paths([path])
    head = space.ledger.head()
    report = space.import_paths([path, path.parent])
    assert (report.read, report.new) == (50, 0)
    assert [file.known for file in report.files] == [25, 25]
    assert space.ledger.head() == head


def test_what_was_forgotten_is_taken_back_only_on_request(space: Space, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", rows(5))
    space.import_paths([path])
    space.forget(Selection(ids=(2, 3)))
    (file,) = space.import_paths([path]).files
    assert (file.new, file.known, file.forgotten) == (0, 3, 2)
    (file,) = space.import_paths([path], again=True).files
    assert (file.new, file.known, file.forgotten) == (2, 3, 0)
    assert space.stats().entries == 5
    assert space.verify().faults == ()


def test_progress_counts_what_is_stored(space: Space, tmp_path: Path) -> None:
    paths = [write_lines(tmp_path / f"{name}.jsonl", rows(25, name)) for name in "ab"]
    seen: list[tuple[ImportProgress, int]] = []
    space.import_paths(paths, progress=lambda at: seen.append((at, space.stats().entries)))
    assert [at.read for at, _ in seen] == [10, 20, 30, 40, 50]
    assert all(at.new == stored == at.read for at, stored in seen)
    assert [at.file for at, _ in seen] == ["a.jsonl", "a.jsonl", "b.jsonl", "b.jsonl", "b.jsonl"]
    done = [at.bytes_done for at, _ in seen]
    assert done == sorted(done)
    assert done[-1] == seen[-1][0].bytes_total == sum(path.stat().st_size for path in paths)


def test_many_small_files_are_stored_together(space: Space, tmp_path: Path) -> None:
    for n in range(25):
        note = tmp_path / "notes" / f"2025-03-{n + 1:02d}.md"
        note.parent.mkdir(exist_ok=True)
        note.write_text(f"# Notiz {n}\nDer Quastenzwirbel", encoding="utf-8")
    seen: list[ImportProgress] = []
    report = space.import_paths([tmp_path / "notes"], progress=seen.append)
    assert [file.new for file in report.files] == [1] * 25
    assert [at.read for at in seen] == [10, 20, 25]


def test_a_batch_ends_also_where_its_texts_are_large(space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vertraut.application.importing.BATCH_CHARACTERS", 30)
    seen: list[int] = []
    space.import_paths([write_lines(tmp_path / "a.jsonl", rows(6))], progress=lambda at: seen.append(at.read))
    assert seen == [3, 6]


def test_attachments_up_to_the_limit_are_kept_once(space: Space, tmp_path: Path) -> None:
    paths = [write_mail(tmp_path / f"{n}.eml", f"{n}", file) for n, file in enumerate((b"a" * 900, b"a" * 900, b"b" * 1100))]
    space.import_paths(paths)
    numbers = [number for number, _ in space.entries()]
    assert [space.attachment(number, 0) for number in numbers] == [b"a" * 900, b"a" * 900, None]
    assert [space.show(number).kept for number in numbers] == [(0,), (0,), ()]
    assert [space.show(number).entry.attachments[0].size for number in numbers] == [900, 900, 1100]
    assert space.stats().attachments == 1
    assert space.attachment(numbers[0], 1) is None
    assert space.attachment(99, 0) is None


def test_a_path_that_is_not_there_stops_everything_before_it_begins(space: Space, tmp_path: Path) -> None:
    good = write_lines(tmp_path / "a.jsonl", rows(5))
    with pytest.raises(UnreadablePath, match=r"gone\.jsonl"):
        space.import_paths([good, tmp_path / "gone.jsonl"])
    assert space.stats().entries == 0


def test_a_path_that_is_not_there_stops_an_export_as_well(space: Space, tmp_path: Path) -> None:
    space.remember_text("Quastenzwirbel")
    space.export(tmp_path / "out")
    before = space.ledger.head()
    with pytest.raises(UnreadablePath):
        space.import_paths([tmp_path / "out", tmp_path / "gone.jsonl"], again=True)
    assert space.ledger.head() == before


def test_an_archive_is_read_in_place(space: Space, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "chats" / "a.jsonl", rows(5))
    with zipfile.ZipFile(tmp_path / "chats.zip", "w") as archive:
        archive.write(path, "a.jsonl")
    before = set(tmp_path.rglob("*"))
    assert space.import_paths([tmp_path / "chats.zip"]).new == 5
    assert {each for each in tmp_path.rglob("*") if "home" not in each.parts} == {
        each for each in before if "home" not in each.parts
    }


def test_what_was_stored_before_the_disk_is_full_stays(
    space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_lines(tmp_path / "a.jsonl", rows(25))
    append: Callable[..., Any] = space.ledger.append
    calls: list[int] = []

    def append_until_full(drafts: list[Draft], *rest: Any, **named: Any) -> Any:
        calls.append(len(drafts))
        if len(calls) == 3:
            raise DiskFull(space.path)
        return append(drafts, *rest, **named)

    monkeypatch.setattr(space.ledger, "append", append_until_full)
    with pytest.raises(DiskFull):
        space.import_paths([path])
    monkeypatch.undo()
    assert space.stats().entries == 20
    assert space.import_paths([path]).new == 5
    assert space.verify().faults == ()


def test_an_import_of_nothing_is_no_error(space: Space, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    report = space.import_paths([tmp_path / "empty"])
    assert (report.read, report.new) == (0, 0)
    assert space.import_paths([]).files == ()


def test_vertrauts_own_files_are_never_read(space: Space, settings: Settings, tmp_path: Path) -> None:
    """Closing a vault's file would drop the locks that SQLite holds on it."""
    write_lines(tmp_path / "a.jsonl", rows(5))
    for path in (tmp_path, settings.home, settings.home / "spaces" / "me", space.path):
        with pytest.raises(UnreadablePath, match="own vaults"):
            space.import_paths([tmp_path / "a.jsonl", path])
    assert space.stats().entries == 0
