"""Whatever a person names is walked in order; each file goes to its source, or the person is told why not."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from vertraut.errors import UnreadablePath
from vertraut.ledger import Entry
from vertraut.sources import FileReading, Planned, Problem, ReadOptions, SourceFile, discover, discovery, plan
from vertraut.sources.jsonl import JsonlSource

LINE = '{"text": "Hallo", "at": "2025-03-08"}\n'
CHAT = json.dumps([
    {"id": "c", "mapping": {"m": {"parent": None, "message": {
        "author": {"role": "user"}, "create_time": 1_746_984_004, "content": {"content_type": "text", "parts": ["Frage"]}}}}}
])  # fmt: skip


def write(path: Path, text: str | bytes = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def pack(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return path


def told(*paths: Path) -> list[tuple[str, str, list[str]]]:
    """Return name, source, and for each item its text or code."""
    return [
        (each.name, each.source, [item.code if isinstance(item, Problem) else item.text for item in each.items])
        for each in discover(paths, ReadOptions("Europe/Berlin"))
    ]


def test_files_folders_and_archives_are_read_in_order(tmp_path: Path) -> None:
    write(tmp_path / "f" / "b.jsonl", LINE)
    write(tmp_path / "f" / "a" / "z.md", "---\ndate: 2025-01-01\n---\nNotiz")
    pack(tmp_path / "f" / "c.zip", {"y.jsonl": LINE, "x/conversations.json": CHAT})
    single = write(tmp_path / "single.ndjson", LINE)
    assert told(tmp_path / "f", single) == [
        ("f/a/z.md", "markdown", ["Notiz"]),
        ("f/b.jsonl", "jsonl", ["Hallo"]),
        ("f/c.zip/x/conversations.json", "chatgpt", ["Frage"]),
        ("f/c.zip/y.jsonl", "jsonl", ["Hallo"]),
        ("single.ndjson", "jsonl", ["Hallo"]),
    ]
    assert told(tmp_path / "f", single) == told(tmp_path / "f", single)


def test_what_nobody_can_read_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    write(folder / "claude" / "conversations.json", '[{"uuid": "1", "chat_messages": []}]')
    write(folder / "data.csv", "a;b")
    write(folder / "deep.json", "[" * 100_000)
    write(folder / "empty.jsonl")
    write(folder / "no.zip", "no zip")
    (folder / "none").mkdir()
    pack(folder / "nothing.zip", {})
    write(folder / "photo.jpg", b"\xff\xd8\xff")
    os.mkfifo(folder / "pipe.md")
    assert told(folder) == [
        ("f/claude/conversations.json", "", ["unknown-format"]),
        ("f/data.csv", "", ["unknown-format"]),
        ("f/deep.json", "", ["nested-too-deep"]),
        ("f/empty.jsonl", "", ["empty-file"]),
        ("f/no.zip", "", ["unreadable"]),
        ("f/nothing.zip", "", ["empty-file"]),
        ("f/photo.jpg", "", ["unknown-format"]),
        ("f/pipe.md", "", ["unreadable"]),
    ]
    assert told(folder / "none") == [("none", "", ["empty-file"])]


def test_companions_of_an_export_are_no_complaint(tmp_path: Path) -> None:
    companions = (
        "chat.html",
        "user.json",
        "message_feedback.json",
        "shared_conversations.json",
        "dalle/file-1.webp",
        "file-2.dat",
    )
    files = {"conversations-000.json": CHAT} | dict.fromkeys(companions, "[]")
    assert told(pack(tmp_path / "a.zip", files)) == [("a.zip/conversations-000.json", "chatgpt", ["Frage"])]
    for name, text in files.items():
        write(tmp_path / "folder" / name, text)
    assert told(tmp_path / "folder") == [("folder/conversations-000.json", "chatgpt", ["Frage"])]
    assert told(write(tmp_path / "elsewhere" / "user.json", "[]")) == [("user.json", "", ["unknown-format"])]


def make_vault(folder: Path) -> Path:
    write(folder / ".obsidian" / "app.json", "{}")
    write(folder / ".trash" / "weg.md", "weg")
    write(folder / "Orte" / "Küche.md", "---\ndate: 2025-01-01\n---\nKüche")
    write(folder / "leer.md")
    write(folder / "bild.png", b"\x89PNG")
    write(folder / "tafel.canvas", "{}")
    return folder


def ids(*paths: Path) -> set[str]:
    return {
        item.external_id for each in discover(paths, ReadOptions()) for item in each.items if isinstance(item, Entry)
    }  # fmt: skip


def test_a_vault_is_the_same_vault_wherever_it_lies(tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "Dokumente" / "vault")
    assert [name for name, _, _ in told(vault)] == ["vault/Orte/Küche.md", "vault/leer.md"]
    packed, inside = tmp_path / "a.zip", tmp_path / "b.zip"
    for target, prefix in ((packed, ""), (inside, "sub/vault/")):
        with zipfile.ZipFile(target, "w") as archive:
            for path in sorted(vault.rglob("*")):
                if path.is_file():
                    archive.write(path, prefix + path.relative_to(vault).as_posix())
    assert len(ids(vault)) == 2
    assert ids(vault) == ids(tmp_path / "Dokumente") == ids(packed) == ids(inside)
    assert [name for name, _, _ in told(inside)] == ["b.zip/sub/vault/Orte/Küche.md", "b.zip/sub/vault/leer.md"]


def test_a_name_is_the_same_however_a_machine_writes_its_umlauts(tmp_path: Path) -> None:
    one = write(tmp_path / "a" / "Ku\u0308che 2025-01-01.md", "x")
    two = write(tmp_path / "b" / "K\xfcche 2025-01-01.md", "x")
    assert ids(one) == ids(two)


def test_links_do_not_lead_out(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside" / "secret.jsonl", LINE)
    folder = tmp_path / "f"
    write(folder / "a.jsonl", LINE)
    (folder / "inner").symlink_to(folder / "a.jsonl")
    (folder / "loop").symlink_to(folder)
    (folder / "out").symlink_to(outside.parent)
    (folder / "out.jsonl").symlink_to(outside)
    (folder / "self").symlink_to(folder / "self")
    assert [each for each in told(folder) if each[0] != "f/self"] == [
        ("f/a.jsonl", "jsonl", ["Hallo"]),
        ("f/out", "", ["unsupported-entry"]),
        ("f/out.jsonl", "", ["unsupported-entry"]),
    ]
    (tmp_path / "named").symlink_to(folder / "a.jsonl")
    assert told(tmp_path / "named") == [("named", "jsonl", ["Hallo"])]


def test_a_path_that_is_not_there_stops_everything_before_it_begins(tmp_path: Path) -> None:
    good = write(tmp_path / "a.jsonl", LINE)
    with pytest.raises(UnreadablePath) as error:
        discover([good, tmp_path / "gone"], ReadOptions())
    assert error.value.path == tmp_path / "gone"


def test_bad_members_are_told_and_the_good_ones_read(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "a.zip", {"../x.jsonl": LINE, "__MACOSX/._a.jsonl": "x", ".hidden/a.jsonl": LINE, "gut.jsonl": LINE}
    )
    assert told(path) == [("a.zip", "", ["unsafe-name"]), ("a.zip/gut.jsonl", "jsonl", ["Hallo"])]


def test_a_damaged_member_costs_only_itself(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"a.jsonl": LINE * 100, "b.jsonl": LINE})
    raw = bytearray(path.read_bytes())
    raw[42:46] = b"\xff" * 4
    path.write_bytes(raw)
    assert told(path) == [("a.zip/a.jsonl", "", ["unreadable"]), ("a.zip/b.jsonl", "jsonl", ["Hallo"])]


def test_a_checksum_that_is_wrong_at_the_end_loses_nothing_before_it(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    lines = b"".join(b'{"text": "%d", "at": "2025-03-08"}\n' % number for number in range(20_000))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("a.jsonl", lines)
    path.write_bytes(path.read_bytes().replace(b'{"text": "19999"', b'{"text": "x9999"'))
    ((_, source, items),) = told(path)
    assert source == "jsonl"
    assert items[:2] == ["0", "1"]
    assert items[-1] == "unreadable"
    assert len(items) > 15_000


def test_an_error_while_reading_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: JsonlSource, _file: SourceFile, _options: ReadOptions) -> Iterator[Entry]:
        raise OSError(5, "Input/output error")
        yield

    monkeypatch.setattr(JsonlSource, "read", broken)
    assert told(write(tmp_path / "a.jsonl", LINE)) == [("a.jsonl", "jsonl", ["unreadable"])]


def test_a_file_that_goes_away_after_planning_is_told(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{name}.jsonl", LINE) for name in "ab"]
    archive = pack(tmp_path / "c.zip", {"a.jsonl": LINE})
    readings = discover([*paths, archive], ReadOptions())
    paths[1].unlink()
    archive.write_bytes(b"gone")
    found = [(each.name, [item.code for item in each.items if isinstance(item, Problem)]) for each in readings]
    assert found == [("a.jsonl", []), ("b.jsonl", ["unreadable"]), ("c.zip/a.jsonl", ["unreadable"])]


def test_progress_counts_the_bytes_on_the_disk(tmp_path: Path) -> None:
    sizes = {"a.jsonl": LINE * 5000, "b.jsonl": LINE * 10}
    paths = [write(tmp_path / name, text) for name, text in sizes.items()]
    archive = pack(tmp_path / "c.zip", {"c.jsonl": LINE * 1000})
    work = plan([*paths, archive])
    packed = work.items[-1]
    assert isinstance(packed, Planned)
    assert packed.weight < packed.size
    assert work.weight == sum(len(text) for text in sizes.values()) + packed.weight
    seen = []
    for reading in discover([*paths, archive], ReadOptions()):
        assert reading.bytes_total == work.weight
        seen += [reading.bytes_done() for _ in reading.items]
        seen.append(reading.bytes_done())
    assert seen == sorted(seen)
    assert seen[-1] == work.weight
    assert 0 < seen[0] < work.weight


def test_only_one_file_is_open_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [write(tmp_path / f"{n}.jsonl", LINE) for n in range(5)]
    streams: list[BinaryIO] = []
    real = discovery._head

    def watched(stream: BinaryIO) -> bytes:
        streams.append(stream)
        return real(stream)

    monkeypatch.setattr(discovery, "_head", watched)
    for number, reading in enumerate(discover(paths, ReadOptions())):
        assert isinstance(reading, FileReading)
        assert [stream.closed for stream in streams] == [True] * number + [False]
    assert all(stream.closed for stream in streams)


def test_a_folder_without_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "f" / "locked" / "a.jsonl", LINE)
    write(tmp_path / "f" / "open.jsonl", LINE)
    real = Path.iterdir

    def guarded(path: Path) -> Iterator[Path]:
        if path.name == "locked":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "iterdir", guarded)
    assert told(tmp_path / "f") == [("f/locked", "", ["unreadable"]), ("f/open.jsonl", "jsonl", ["Hallo"])]
