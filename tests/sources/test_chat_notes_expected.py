"""Chats, notes, archives and JSON of the evaluation data give what their expected rows say, and hostile ones do no harm.

Every file is read in a process of its own that reports its memory and every attempt to write or to reach a network.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from vertraut.sources.markdown import front_matter_tags, inline_tags, prose_lines

DATA = Path(os.environ.get("VERTRAUT_CASES_DATA") or Path(__file__).parents[3] / "shared" / "data")
EXPORTS = DATA / "exports"
FORMATS = {"chatgpt-json", "chatgpt-zip", "markdown-vault", "zip", "json"}
SECONDS, MEGABYTES = 10, 300
FIGURES = {"conversations", "messages", "messages_all_branches", "notes", "daily_notes"}

READER = """
import json, os, re, resource, sys
from pathlib import Path
from vertraut.sources import Problem, ReadOptions, discover

forbidden = []

def watch(event, arguments):
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event.startswith(("socket.", "os.mkdir", "os.rename", "os.remove", "subprocess.")):
        forbidden.append(f"{event} {arguments[0]}")

sys.addaudithook(watch)
for reading in discover([Path(sys.argv[1])], ReadOptions("Europe/Berlin")):
    for item in reading.items:
        row = {"file": reading.name}
        if isinstance(item, Problem):
            row |= {"place": item.place, "code": item.code, "lost": item.lost, "reason": item.reason}
        else:
            row |= {"id": item.external_id, "author": item.author, "thread": item.thread, "title": item.thread_title,
                    "instant": item.when.instant.isoformat()[:19] + "Z", "when": str(item.when), "text": item.text,
                    "meta": dict(item.meta)}
        print(json.dumps(row))
status = Path("/proc/self/status")  # getrusage counts what the parent had before this process began
peak = re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1] if status.exists() else 0
peak = int(peak) or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"forbidden": forbidden, "megabytes": peak / 1024}))
"""

pytestmark = pytest.mark.cases


@dataclass(frozen=True)
class Taken:
    """What came out of one path."""

    entries: list[dict[str, Any]]
    problems: list[dict[str, Any]]

    @property
    def outcome(self) -> str:
        if not self.problems:
            return "ok"
        return "partial" if self.entries else "reject"

    @property
    def main(self) -> list[dict[str, Any]]:
        return [entry for entry in self.entries if "branch" not in entry["meta"]]

    @property
    def daily(self) -> list[dict[str, Any]]:
        return [entry for entry in self.entries if entry["meta"].get("daily")]


def rows() -> list[Any]:
    if not EXPORTS.is_dir():
        return [pytest.param({}, marks=pytest.mark.skip(f"the evaluation data is not at {DATA}"))]
    listed = json.loads((EXPORTS / "expected.json").read_text("utf-8"))["files"]
    return [pytest.param(row, id=row["path"]) for row in listed if row["format"] in FORMATS]


def path_of(row: dict[str, Any], folder: Path) -> Path:
    path = EXPORTS / row["path"]
    return path if path.exists() else make_hostile(folder, path.name)


def make_hostile(folder: Path, *names: str) -> Path:
    made = folder / "hostile"
    tool = DATA.parent / "tools" / "make_hostile.py"
    subprocess.run([sys.executable, str(tool), str(made), *names], check=True, capture_output=True)
    return made / names[0] if names else made


def take(path: Path, folder: Path) -> Taken:
    """Read a path in a new process; what hostile files must not do is checked for every file."""
    empty = folder / "working"
    empty.mkdir()
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-B", "-c", READER, str(path)], cwd=empty, capture_output=True, text=True, check=False
    )
    assert not done.stderr
    assert done.returncode == 0
    *found, behaviour = map(json.loads, done.stdout.splitlines())
    assert time.monotonic() - began < SECONDS
    assert behaviour["megabytes"] < MEGABYTES
    assert not behaviour["forbidden"]
    assert not list(empty.iterdir())
    return Taken([each for each in found if "id" in each], [each for each in found if "code" in each])


@pytest.mark.parametrize("row", rows())
def test_an_export_gives_what_its_row_says(row: dict[str, Any], tmp_path: Path) -> None:
    path = path_of(row, tmp_path)
    taken = take(path, tmp_path)
    assert taken.outcome in row.get("outcome_any", [row["outcome"]])
    assert any(figures_agree(items, taken, row) for items in row.get("items_any", [row["items"]]))
    check_times_and_people(row, taken)
    check_problems(row, taken, path)
    check_details(row, taken, tmp_path)


def figures_agree(items: dict[str, Any], taken: Taken, row: dict[str, Any]) -> bool:
    """Compare counts. A conversation in which nobody said anything leaves no entry, so conversations are an upper bound."""
    assert items.keys() <= FIGURES
    found = {
        "messages": len(taken.main),
        "messages_all_branches": len(taken.entries),
        "notes": len(taken.entries),
        "daily_notes": len(taken.daily),
    }
    threads = len({entry["thread"] for entry in taken.entries})
    names = items.keys() - {"conversations", *row.get("loose", ())}
    return all(found[name] == items[name] for name in names) and threads <= items.get("conversations", threads)


def check_times_and_people(row: dict[str, Any], taken: Taken) -> None:
    times = (
        [entry["when"] for entry in taken.daily] if row.get("time") == "date" else [entry["instant"] for entry in taken.main]
    )
    found = {"first": min(times, default=None), "last": max(times, default=None)}
    found["participants"] = sorted({entry["author"] for entry in taken.main})
    for name in found.keys() & row.keys() - set(row.get("loose", ())):
        assert found[name] == row[name]


def check_problems(row: dict[str, Any], taken: Taken, path: Path) -> None:
    reported = {(problem["place"], problem["code"]) for problem in taken.problems}
    reported |= {(problem["file"].partition("/")[2], problem["code"]) for problem in taken.problems}
    for problem in row.get("problems", ()):
        match problem["where"]:
            case {"entry": name}:
                place = f"entry {name}"
            case {"byte": "end"}:
                place = f"byte {path.stat().st_size}"
            case {"note": note}:
                place = note
            case {"file": True}:
                place = "file"
            case other:
                pytest.fail(f"a place of a new kind: {other}")
        assert (place, problem["code"]) in reported or problem.get("optional")
    assert {problem["code"] for problem in taken.problems} <= {problem["code"] for problem in row.get("problems", ())}


def check_details(row: dict[str, Any], taken: Taken, folder: Path) -> None:
    details = {name: value for name, value in row.get("details", {}).items() if name not in row.get("loose", ())}
    silent = {
        name.strip('"') for name, _, rest in (trap.partition('" ') for trap in row.get("traps", ())) if "no visible" in rest
    }
    if "titles" in details:
        assert {entry["title"] for entry in taken.entries} == set(details["titles"]) - silent
    if "conversation_ids" in details:
        found = {entry["thread"] for entry in taken.entries}
        assert found <= set(details["conversation_ids"])
        assert len(found) == len(details["conversation_ids"]) - len(silent)
    for number, other in enumerate(details.get("same_conversations_in", ())):
        place = folder / str(number)
        place.mkdir()
        assert [entry["id"] for entry in take(EXPORTS / other, place).entries] == [entry["id"] for entry in taken.entries]
    if row["format"] == "markdown-vault":
        check_vault(details, taken)


def check_vault(details: dict[str, Any], taken: Taken) -> None:
    metas = {entry["meta"]["path"]: entry["meta"] for entry in taken.entries}
    assert sorted(metas) == details["notes"]
    links = [link for meta in metas.values() for link in meta.get("links", ())]
    assert len(links) == details["wikilinks"]
    assert sum(len(meta.get("embeds", ())) for meta in metas.values()) == details["embeds"]
    known = {name for path in metas for name in (path.removesuffix(".md"), PurePosixPath(path).stem)}
    assert sorted(set(links) - known) == details["unresolved_links"]
    inline = Counter(tag for entry in taken.entries for tag in inline_tags("\n".join(prose_lines(entry["text"]))))
    in_front = Counter(tag for meta in metas.values() for tag in front_matter_tags(meta.get("front_matter", {})))
    assert inline == details["inline_tags"]
    assert in_front == details["front_matter_tags"]
    assert {tag for meta in metas.values() for tag in meta.get("tags", ())} == inline.keys() | in_front.keys()
    assert {path: meta["aliases"] for path, meta in metas.items() if "aliases" in meta} == details["aliases"]


@pytest.mark.skipif(not EXPORTS.is_dir(), reason=f"the evaluation data is not at {DATA}")
def test_no_hostile_file_does_harm(tmp_path: Path) -> None:
    hostile = make_hostile(tmp_path)
    assert take(hostile, tmp_path).problems
