"""A zip from a stranger cannot write, fill the memory, or stop the import of what is good in it."""

from __future__ import annotations

import contextlib
import io
import random
import stat
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from vertraut.sources import archive
from vertraut.sources.archive import Member, members, modified, open_member, open_zip
from vertraut.sources.contract import Problem


def write(path: Path, *files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as packed:
        for name, data in files:
            packed.writestr(name, data)
    return path


def listed(path: Path) -> list[Member | Problem]:
    opened = open_zip(path)
    if isinstance(opened, Problem):
        return [opened]
    with opened:
        return list(members(opened, path.stat().st_size))


def codes(path: Path) -> list[str]:
    return [item.code if isinstance(item, Problem) else item.name for item in listed(path)]


def content(path: Path, number: int = 0) -> bytes:
    opened = open_zip(path)
    assert not isinstance(opened, Problem)
    with opened, open_member(opened, number) as stream:
        return stream.read()


def test_members_are_listed_and_read_in_place(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("ordner/b.md", (2025, 3, 8, 14, 30, 0))
    path = write(tmp_path / "a.zip", ("a.txt", b"eins"), ("ordner/", b""), (info, b"zwei"))
    assert [(each.name, each.size, each.number) for each in listed(path) if isinstance(each, Member)] == [
        ("a.txt", 4, 0),
        ("ordner/b.md", 4, 2),
    ]
    assert content(path, 2) == b"zwei"
    with zipfile.ZipFile(path) as opened:
        moment = modified(opened, 2)
    assert moment is not None
    assert moment.isoformat() == "2025-03-08T14:30:00"
    assert list(tmp_path.iterdir()) == [path]


def test_a_member_can_be_sought_and_told(tmp_path: Path) -> None:
    data = random.Random(1).randbytes(400_000)
    path = write(tmp_path / "a.zip", ("a.bin", data))
    with zipfile.ZipFile(path) as opened, open_member(opened, 0) as stream:
        assert stream.read(300_000) == data[:300_000]
        assert stream.seek(10) == 10
        assert stream.read(5) == data[10:15]
        assert stream.seek(-5, io.SEEK_END) == 399_995
        assert stream.read() == data[-5:]
        assert stream.tell() == 400_000
        assert stream.readable()
        assert stream.seekable()


@pytest.mark.parametrize(
    "name",
    ["../x", "/x", "a/../../x", "..", "C:/x", "c:x", "a\\b", "..\\x", "x" * 1001, "a/" * 101 + "x", "../dir/"],
)
def test_names_that_lead_out_are_refused_by_name(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "a.zip", (name, b"x"), ("gut.txt", b"x"))
    problem, good = listed(path)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.place) == ("unsafe-name", f"entry {name[:200]}")
    assert isinstance(good, Member)


def test_a_name_with_nul_is_refused_and_shown_harmlessly(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip", ("gut.txtXevil", b"x"))
    path.write_bytes(path.read_bytes().replace(b"gut.txtX", b"gut.txt\0"))
    (problem,) = listed(path)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.place) == ("unsafe-name", "entry gut.txt\ufffdevil")


def test_links_locked_nested_and_exotic_members_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    path = write(tmp_path / "a.zip", (link, b"/etc/passwd"), ("innen.ZIP", b"PK"))
    assert codes(path) == ["unsupported-entry", "unsupported-entry"]
    assert codes(write(tmp_path / "b.zip", ("x", b"x" * 100), method=zipfile.ZIP_BZIP2)) == ["unsupported-entry"]
    locked = write(tmp_path / "c.zip", ("x", b"x"), method=zipfile.ZIP_STORED)
    raw = bytearray(locked.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    locked.write_bytes(raw)
    assert codes(locked) == ["encrypted"]


def bomb(path: Path, megabytes: int, *, names: tuple[str, ...] = ("conversations.json",)) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            with packed.open(name, "w", force_zip64=True) as file:
                for _ in range(megabytes):
                    file.write(bytes(1 << 20))
        packed.writestr("gut.txt", "gut")
    return path


def test_a_bomb_is_refused_at_once_and_its_neighbours_read(tmp_path: Path) -> None:
    path = bomb(tmp_path / "a.zip", 60)
    began = time.monotonic()
    assert codes(path) == ["too-large", "gut.txt"]
    assert time.monotonic() - began < 1


def test_many_small_bombs_are_one_bomb(tmp_path: Path) -> None:
    path = bomb(tmp_path / "a.zip", 20, names=("a", "b", "c", "d"))
    assert codes(path) == ["a", "b", "too-large", "too-large", "gut.txt"]


def test_a_table_that_gives_every_member_the_whole_archive_is_a_bomb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "FREE_OF_RATIO", 100)
    path = write(tmp_path / "a.zip", *((f"{n}", b"x") for n in range(5)), method=zipfile.ZIP_STORED)
    size = path.stat().st_size
    with zipfile.ZipFile(path) as opened:
        for info in opened.infolist():
            info.file_size, info.compress_size = size * 150, size * 1000
        assert [type(each) for each in members(opened, size)] == [Member, *[Problem] * 4]


def test_a_size_that_lies_gives_no_more_than_it_says(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip", ("x", bytes(50_000_000)))
    raw = path.read_bytes()
    path.write_bytes(raw.replace(struct.pack("<L", 50_000_000), struct.pack("<L", 1000)))
    with zipfile.ZipFile(path) as opened, open_member(opened, 0) as stream:
        tracemalloc.start()
        with pytest.raises(OSError, match="damaged"):
            stream.read()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 5_000_000


def test_more_members_than_a_person_has_are_refused_before_they_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.zip", *((f"{n}.md", b"") for n in range(50)))
    monkeypatch.setattr(archive, "MOST_MEMBERS", 49)
    assert codes(path) == ["too-large"]
    monkeypatch.setattr(archive, "MOST_MEMBERS", 50)
    assert len(codes(path)) == 50
    monkeypatch.setattr(archive, "LARGEST_TABLE", 1000)
    assert codes(path) == ["too-large"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "unreadable"),
        (b"<html>", "unreadable"),
        (b"PK\x03\x04" + bytes(100), "truncated"),
        (b"PK\x05\x06" + b"\xff" * 18, "too-large"),
    ],
)
def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path, raw: bytes, code: str) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(raw)
    assert codes(path) == [code]


def test_a_name_in_utf8_that_does_not_say_so_is_read_as_it_was_meant(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip", ("Kochstraße.md", b"x"))
    raw = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        flags = raw.index(mark) + place
        raw[flags : flags + 2] = b"\0\0"
    path.write_bytes(raw)
    assert codes(path) == ["Kochstraße.md"]
    assert content(path) == b"x"


def test_a_member_whose_bytes_are_damaged_is_an_error_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip", ("x", b"text " * 1000))
    raw = bytearray(path.read_bytes())
    raw[45] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(OSError, match="damaged"):
        content(path)


def test_flipped_bytes_never_break_more_than_the_archive(tmp_path: Path) -> None:
    good = write(tmp_path / "good.zip", ("a.txt", b"eins" * 50), ("b/c.txt", b"zwei" * 50)).read_bytes()
    chance = random.Random(7)
    path = tmp_path / "bad.zip"
    for cut in (*range(0, len(good), 7), *[None] * 300):
        raw = bytearray(good[:cut])
        if cut is None:
            for _ in range(chance.randint(1, 4)):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
        path.write_bytes(raw)
        for item in listed(path):
            if isinstance(item, Member):
                with contextlib.suppress(OSError):
                    content(path, item.number)
