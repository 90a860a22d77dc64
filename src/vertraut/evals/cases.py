"""Evaluation cases on disk: ``<suite>/<case>/entries.jsonl`` and ``questions.jsonl``; see ``docs/formats.md``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from vertraut.errors import BadCases
from vertraut.ledger import Entry


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the entries that answer it: none if nothing in memory does. ``asked_at`` is local time."""

    id: str
    text: str
    evidence: frozenset[str]
    threads: frozenset[str]
    type: str
    answerable: bool
    asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Case:
    """One person's entries (files and folders to import), the questions about them, and what these call an entry."""

    suite: str
    name: str
    entries: tuple[Path, ...]
    questions: tuple[Question, ...]
    name_of: Callable[[Entry], str]


def read_cases(folder: Path) -> list[Case]:
    """Read all cases below a folder, in order of name. Raises ``BadCases`` naming file and line."""
    paths = sorted(folder.glob("*/*/questions.jsonl"))
    if not paths:
        raise BadCases(folder, "there is no <suite>/<case>/questions.jsonl below it")
    return [_read_case(path) for path in paths]


def _read_case(path: Path) -> Case:
    entries = path.with_name("entries.jsonl")
    if not entries.is_file():
        raise BadCases(entries, "the file is missing")
    return Case(path.parent.parent.name, path.parent.name, (entries,), tuple(read_questions(path)), _own_id)


def _own_id(entry: Entry) -> str:
    if "id" not in entry.meta:
        raise BadCases(Path(entry.origin), "it has no id")
    return str(entry.meta["id"])


def read_questions(path: Path) -> Iterator[Question]:
    """Yield the questions of a file. Raises ``BadCases`` naming file and line."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield _question(json.loads(line.decode()))
            except UnicodeDecodeError as why:
                raise BadCases(path, f"line {number} is not UTF-8") from why
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as why:
                raise BadCases(path, f"line {number} is no question") from why


def _question(data: dict[str, Any]) -> Question:
    asked = data.get("asked_at")
    return Question(
        id=str(data["id"]),
        text=str(data["question"]),
        evidence=frozenset(map(str, data.get("evidence", ()))),
        threads=frozenset(map(str, data.get("threads", ()))),
        type=str(data.get("type", "")),
        answerable=bool(data.get("answerable", True)),
        asked_at=datetime.fromisoformat(asked) if asked else None,
    )
