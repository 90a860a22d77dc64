"""The documents say what is so: generated pages are fresh, links lead somewhere, examples run."""

from __future__ import annotations

import html
import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from vertraut.application import Space
from vertraut.application.demo import demo_questions
from vertraut.clock import When
from vertraut.evals.cases import read_cases
from vertraut.interfaces.cli import COMMANDS, GROUPS
from vertraut.ledger import Attachment, Entry
from vertraut.memory import Selection

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/*.md")])
NAMES = [path.relative_to(ROOT).as_posix() for path in PAGES]

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
MARKERS = re.compile(r"<!-- (/?)(figures|generated)(?:: (\w+))? -->")
SPOKEN_OF = re.compile(r"`vertraut ((?:(?:key|model|mcp|consent|token) )?[a-z]+)")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return [body for kind, body in FENCE.findall(text_of(name)) if kind == language]


def anchors(path: Path) -> set[str]:
    headings = HEADING.findall(FENCE.sub("", path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.fixture(scope="module")
def write_docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_docs", ROOT / "tools" / "write_docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["write_docs"] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_as_the_code_is(write_docs: ModuleType) -> None:
    for path, text in write_docs.generated().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is older than the code: run `make docs`"


def test_every_page_is_reached_from_the_readme() -> None:
    found, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        found.add(page)
        links = (page.parent / link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8")))
        waiting += {each.resolve() for each in links if each.suffix == ".md"} - found
    assert found == set(PAGES)


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for link in LINK.findall(FENCE.sub("", text_of(name))):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("name", NAMES)
def test_figures_and_generated_parts_stand_between_their_markers(name: str) -> None:
    kinds = [(closes, kind) for closes, kind, _ in MARKERS.findall(FENCE.sub("", text_of(name)))]
    assert kinds[1::2] == [("/", kind) for _, kind in kinds[::2]]


def examples() -> Iterator[tuple[str, str]]:
    for name in NAMES:
        for block in blocks(name, "console"):
            yield from ((name, line[2:]) for line in block.splitlines() if line.startswith("$ "))


@pytest.mark.parametrize(("name", "line"), list(examples()))
def test_examples_of_the_shell_exist(write_docs: ModuleType, name: str, line: str) -> None:
    program, *words = shlex.split(line)
    if program == "make":
        targets = [word for word in words if "=" not in word]
        assert all(re.search(rf"^{word}:", text_of("Makefile"), re.MULTILINE) for word in targets)
    elif program == "vertraut":
        groups = {group.name: group.commands for group in GROUPS}
        commands = {each.name: each for each in groups.get(words[0], COMMANDS)}
        command = commands[words[words[0] in groups]]
        known = {option for each in write_docs.parameters(command.run) for option in each.names}
        assert {word for word in words if word.startswith("-")} <= known
    else:
        assert program == "python"
        script = Path(words[1].replace(".", "/"), "__main__.py") if words[0] == "-m" else Path(words[0])
        assert (ROOT / script).is_file()


def test_every_command_that_is_spoken_of_exists() -> None:
    known = {each.name for each in COMMANDS} | {group.name for group in GROUPS}
    known |= {f"{group.name} {each.name}" for group in GROUPS for each in group.commands}
    spoken = {(name, command) for name in NAMES for command in SPOKEN_OF.findall(text_of(name))}
    assert {each for each in spoken if each[1] not in known} == set()


def test_the_picture_shows_the_demonstration() -> None:
    picture = text_of("docs/pictures/demo.svg")
    shown = html.unescape(picture).replace("\xa0", " ")
    assert len(picture) < 150_000
    assert [each.text for each in demo_questions() if each.text not in shown] == []
    assert set(re.findall(r"https?://[^\s\"')]+", picture)) == {"http://www.w3.org/2000/svg"}


@pytest.mark.slow
def test_the_example_of_the_readme_runs(tmp_path: Path) -> None:
    (example,) = blocks("README.md", "python")
    (tmp_path / "chat.jsonl").write_text(blocks("docs/formats.md", "jsonl")[0], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path, env={**os.environ}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "The spare key hangs behind the fuse box." in done.stdout.splitlines()[0]
    assert "no trace left: True" in done.stdout


@pytest.fixture
def export(space: Space, tmp_path: Path) -> Path:
    """Return an export with three entries, one of them with an attachment and one forgotten."""
    payload = b"Rezept: ein Kilo Mirabellen"
    attachment = Attachment("rezept.txt", "text/plain", len(payload), "0" * 64, payload)
    when = When.of_text("2025-08-03T10:00:00", "Europe/Berlin")
    _, _, third = space.remember(
        Entry("written", "1", "note", when, "Mirabellen „gelb“ 🍑\neinkochen", author="Jürgen", meta={"tags": ["Küche"]}),
        Entry("written", "2", "note", when, "mit Rezept", attachments=(attachment,)),
        Entry("written", "3", "note", when, "Dieses hier wird vergessen."),
    )
    space.forget(Selection(ids=(third,)))
    space.export(tmp_path / "export")
    return tmp_path / "export"


def read_export(folder: Path) -> subprocess.CompletedProcess[str]:
    (script,) = blocks("docs/formats.md", "python")
    command = [sys.executable, "-I", "-X", "utf8", "-c", script, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


def test_the_script_of_the_formats_reads_an_export(export: Path) -> None:
    done = read_export(export)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Jürgen  Mirabellen „gelb“ 🍑\neinkochen" in done.stdout
    assert "2025-08-03T08:00:00Z" in done.stdout
    assert "vergessen" not in done.stdout


@pytest.mark.parametrize("pattern", ["blobs/*", "records-*.jsonl"])
def test_the_script_of_the_formats_sees_a_change(export: Path, pattern: str) -> None:
    (path,) = export.glob(pattern)
    path.write_bytes(path.read_bytes().replace(b"R", b"Q").replace(b"Mirabelle", b"Mirabella"))
    assert "was changed" in read_export(export).stderr


def test_the_script_of_the_formats_checks_the_chain_itself(export: Path) -> None:
    import hashlib  # noqa: PLC0415  only here

    path = export / "records-00001.jsonl"
    content = path.read_bytes().replace(b"Mirabellen", b"Mirabella")
    path.write_bytes(content)
    manifest = json.loads((export / "manifest.json").read_bytes())
    manifest["files"][path.name]["sha256"] = hashlib.sha256(content).hexdigest()
    (export / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert "record 1 was changed" in read_export(export).stderr


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """Return a folder with the case that the formats show, and its run file beside it."""
    entries, questions, run = blocks("docs/formats.md", "jsonl")
    folder = tmp_path / "cases" / "suite" / "case"
    folder.mkdir(parents=True)
    (folder / "entries.jsonl").write_text(entries, encoding="utf-8")
    (folder / "questions.jsonl").write_text(questions, encoding="utf-8")
    second = {**json.loads(run), "question": "q2", "known": False}
    (tmp_path / "run.jsonl").write_text(run + json.dumps(second) + "\n", encoding="utf-8")
    return tmp_path / "cases"


def test_the_examples_of_the_formats_are_read(cases: Path, space: Space) -> None:
    (case,) = read_cases(cases)
    assert [question.answerable for question in case.questions] == [True, False]
    report = space.import_paths(case.entries)
    assert (report.read, report.new, [file.problems for file in report.files]) == (2, 2, [[]])
    assert {entry.meta["id"] for _, entry in space.entries()} == set(case.questions[0].evidence)


def test_the_scorer_of_the_benchmarks_scores(cases: Path) -> None:
    (script,) = blocks("docs/benchmarks.md", "python")
    command = [sys.executable, "-I", "-X", "utf8", "-c", script, str(cases), str(cases.with_name("run.jsonl"))]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    assert done.stdout.split() == [
        "suite", "recall@10", "100.0", "hit@5", "100.0", "t.hit@5", "100.0", "answered", "100.0", "unknown", "100.0",
    ]  # fmt: skip
