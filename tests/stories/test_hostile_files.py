"""Whatever lies in a folder: an import stays within its bounds, says what it did not take, and takes the good rest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., dict[str, Any]]
MEGABYTES, SECONDS = 400, 60
GOOD = [{"id": f"{n}", "at": f"2025-03-08T12:00:{n:02d}", "author": "Lena", "text": f"quaste{n}x"} for n in range(50)]


def good_lines() -> str:
    return "".join(json.dumps(row) + "\n" for row in GOOD)


def zipped(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("conversations.json", "w") as file:
        for _ in range(600):
            file.write(b" " * (1 << 20))
        file.write(b"[]")


def bomb_in_bombs(path: Path) -> None:
    bomb(path.with_suffix(".inner"))
    zipped(path, **{f"{n}.zip": path.with_suffix(".inner").read_bytes() for n in range(3)})
    path.with_suffix(".inner").unlink()


def leading_out(path: Path) -> None:
    names = ("../../escaped.jsonl", "/tmp/absolute.jsonl", "a/../../b.jsonl", "C:\\windows.jsonl", "..\\..\\back.jsonl")
    zipped(path, **dict.fromkeys(names, good_lines().encode()), **{"good.jsonl": good_lines().encode()})


def linking_out(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("link.jsonl")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("good.jsonl", good_lines())


def cut_archive(path: Path) -> None:
    zipped(path, **{"good.jsonl": good_lines().encode() * 50})
    path.write_bytes(path.read_bytes()[:-300])


def spoiled_archive(path: Path) -> None:
    zipped(path, **{"a.jsonl": os.urandom(5000).hex().encode(), "good.jsonl": good_lines().encode()})
    content = bytearray(path.read_bytes())
    content[200:400] = b"\0" * 200
    path.write_bytes(content)


def deep_mail(path: Path) -> None:
    head = "From: a@example.org\r\nTo: b@example.org\r\nSubject: deep\r\nDate: Sat, 08 Mar 2025 12:00:00 +0100\r\n"
    levels = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(3000))
    path.write_text(
        f"{head}MIME-Version: 1.0\r\n{levels}Content-Type: text/plain\r\n\r\nquaste at the bottom\r\n", newline=""
    )


def endless_rules(path: Path) -> None:
    event = "BEGIN:VEVENT\r\nUID:{0}\r\nDTSTART:20250101T000000Z\r\nRRULE:{1}\r\nSUMMARY:{0}\r\nEND:VEVENT\r\n"
    rules = (
        "FREQ=SECONDLY",
        "FREQ=YEARLY;INTERVAL=0",
        "FREQ=DAILY;COUNT=99999999999",
        "FREQ=MINUTELY;BYSECOND=" + "0," * 9000,
    )
    events = "".join(event.format(f"rule{n}", rule) for n, rule in enumerate(rules)) + event.format(
        "good", "FREQ=WEEKLY;COUNT=3"
    )
    path.write_text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n", newline="")


def deep_front_matter(path: Path) -> None:
    path.write_text("---\nx: " + "[" * 50_000 + "\n---\n# good\nquaste", encoding="utf-8")


def growing_front_matter(path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    path.write_text("---\n" + "\n".join(lines) + "\n---\n# good\nquaste", encoding="utf-8")


HOSTILE: dict[str, Callable[[Path], object]] = {
    "bomb.zip": bomb,
    "bombs.zip": bomb_in_bombs,
    "leading_out.zip": leading_out,
    "linking_out.zip": linking_out,
    "cut.zip": cut_archive,
    "spoiled.zip": spoiled_archive,
    "not_a.zip": lambda path: path.write_bytes(b"PK\x03\x04" + b"\0" * 500),
    "deep.json": lambda path: path.write_text("[" * 100_000 + "]" * 100_000),
    "deep.jsonl": lambda path: path.write_text(
        '{"at": "2025-03-08", "text": "x", "meta": ' + '{"a":' * 50_000 + "\n" + good_lines()
    ),
    "one_line.jsonl": lambda path: path.write_text(
        '{"at": "2025-03-08", "text": "' + "x" * 30_000_000 + '"}\n' + good_lines()
    ),
    "no_end.jsonl": lambda path: path.write_text(good_lines() + '{"at": "2025-03-08", "text": "' + "y" * 1_000_000),
    "numbers.jsonl": lambda path: path.write_text(
        '{"at": "2025-03-08", "text": "x", "meta": {"n": ' + "9" * 20_000 + "}}\n" + good_lines()
    ),
    "years.jsonl": lambda path: path.write_text(
        '{"at": "9999-12-31", "text": "x"}\n{"at": "0001-01-01", "text": "y"}\n' + good_lines()
    ),
    "broken.jsonl": lambda path: path.write_bytes(b'\xff\xfe{"at": \xed\xa0\x80\n' + good_lines().encode()),
    "nul.jsonl": lambda path: path.write_text('{"at": "2025-03-08", "text": "a\\u0000b\\ud800c"}\n' + good_lines()),
    "bytes.eml": lambda path: path.write_bytes(bytes(range(256)) * 2000),
    "deep.eml": deep_mail,
    "endless.ics": endless_rules,
    "deep.md": deep_front_matter,
    "growing.md": growing_front_matter,
    "stars.md": lambda path: path.write_text("# good\n" + "*" * 200_000 + "[[" * 100_000 + "#" * 100_000),
    "nothing.mbox": lambda path: path.write_bytes(b""),
    "commands.jsonl": lambda path: path.write_text(
        json.dumps({"at": "2025-03-08", "text": "$(touch /tmp/x); <script>; =cmd|' /C calc'!A0; {{7*7}}; %n%n; ../../x"})
        + "\n"
    ),
}


def check_bounded(done: dict[str, Any]) -> None:
    assert done["touched"] == []
    assert done["faults"] == []
    assert done["megabytes"] < MEGABYTES
    assert done["seconds"] < SECONDS


@pytest.mark.slow
def test_a_folder_of_hostile_files_gives_up_its_good_rest(child: Run, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, make in HOSTILE.items():
        make(folder / name)
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "link.jsonl").symlink_to("/etc/passwd")
    (folder / "circle").symlink_to(folder)
    (folder / "zz_good.jsonl").write_text(good_lines().replace("quaste", "zwirbel"), encoding="utf-8")
    before = {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}
    done = child("imports", tmp_path, folder)
    assert {path: path.lstat().st_mtime_ns for path in folder.rglob("*")} == before
    assert not list(Path("/tmp").glob("*escaped.jsonl"))
    check_bounded(done)
    files = done["files"]
    assert files["folder/zz_good.jsonl"]["new"] == 50
    for name in ("deep", "one_line", "no_end", "numbers", "broken", "years", "nul"):
        about = files[f"folder/{name}.jsonl"]
        assert about["read"] >= 50, name
        assert about["problems"] or name in {"nul", "numbers"}, name
    for name, code in (
        ("bomb.zip", "too-large"), ("bombs.zip", "unsupported-entry"), ("leading_out.zip", "unsafe-name"),
        ("deep.json", "nested-too-deep"), ("bytes.eml", "unknown-format"), ("pipe.jsonl", "unreadable"),
        ("link.jsonl", "unsupported-entry"), ("deep.md", "bad-front-matter"),
    ):  # fmt: skip
        problems = [problem for shown, about in files.items() if name in shown for problem in about["problems"]]
        assert code in {problem[1] for problem in problems}, (name, problems)
        assert all(place and len(reason) < 300 for place, _, reason, _ in problems)
    assert len(files["folder/leading_out.zip"]["problems"]) >= 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["bomb.zip", "bombs.zip", "deep.json", "one_line.jsonl", "deep.eml", "endless.ics", "growing.md"]
)
def test_the_greediest_files_alone_are_bounded(child: Run, tmp_path: Path, name: str) -> None:
    HOSTILE[name](tmp_path / name)
    check_bounded(child("imports", tmp_path, tmp_path / name))


@pytest.mark.cases
@pytest.mark.slow
def test_the_hostile_files_of_the_evaluation_are_bounded(child: Run, tmp_path: Path, cases_data: Path) -> None:
    folder = tmp_path / "folder"
    maker = cases_data.parent / "tools" / "make_hostile.py"
    if not maker.exists():
        pytest.skip("the script that makes the hostile files is not there")
    subprocess.run([sys.executable, str(maker), str(folder)], check=True, capture_output=True)
    (folder / "zz_good.jsonl").write_text(good_lines(), encoding="utf-8")
    done = child("imports", tmp_path, folder, cases_data / "exports" / "hostile")
    check_bounded(done)
    files = done["files"]
    assert files["folder/zz_good.jsonl"]["new"] == 50
    expected = json.loads((cases_data / "exports" / "expected.json").read_text(encoding="utf-8"))["files"]
    for row in expected:
        name = Path(row["path"]).name
        problems = row.get("problems", [])
        if row["path"].startswith("hostile/") and row["outcome"] == "reject":
            codes = {problem[1] for shown, about in files.items() if name in shown for problem in about["problems"]}
            assert codes & {problem["code"] for problem in problems}, (name, codes)
    assert not list(tmp_path.parent.rglob("vertraut_escaped.txt"))
    assert not Path("/vertraut_absolute.txt").exists()
