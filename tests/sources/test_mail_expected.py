"""Every mail and mailbox of the evaluation data, compared with what its expected.json says of it."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vertraut.ledger import Entry
from vertraut.sources.contract import Problem, ReadOptions, SourceFile
from vertraut.sources.mail import EmlSource, MboxSource

DATA = Path(os.environ.get("VERTRAUT_CASES_DATA") or Path(__file__).parents[3] / "shared" / "data")
EXPORTS = DATA / "exports"
EXPECTED = EXPORTS / "expected.json"

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(not EXPECTED.exists(), reason=f"there is no {EXPECTED}"),
]


def rows() -> Iterator[Any]:
    if EXPECTED.exists():
        for row in json.loads(EXPECTED.read_bytes())["files"]:
            if row["format"] in {"eml", "mbox"} and (EXPORTS / row["path"]).exists():
                yield pytest.param(row, id=row["path"])


def read(path: Path) -> tuple[list[Entry], list[Problem]]:
    data = path.read_bytes()
    file = SourceFile(path.name, len(data), data[:65536], io.BytesIO(data))
    (source,) = [source for source in (MboxSource(), EmlSource()) if source.recognises(file)]
    found = list(source.read(file, ReadOptions()))
    return [each for each in found if isinstance(each, Entry)], [each for each in found if isinstance(each, Problem)]


@pytest.mark.parametrize("row", list(rows()))
def test_is_read_as_expected(row: dict[str, Any]) -> None:
    entries, problems = read(EXPORTS / row["path"])

    wrong = [*check_whole(row, entries), *check_problems(row, problems)]
    if entries:
        wrong += check_mailbox(row, entries) if row["format"] == "mbox" else check_mail(row, entries[0])
    assert not wrong, "\n".join([row["path"], *wrong])


def check_whole(row: dict[str, Any], entries: list[Entry]) -> Iterator[str]:
    counts = row.get("items_any") or [row["items"]]
    if {"messages": len(entries)} not in counts:
        yield f"items: {len(entries)}, not {counts}"
    instants = sorted(entry.when.instant.strftime("%Y-%m-%dT%H:%M:%SZ") for entry in entries)
    for name, at in (("first", 0), ("last", -1)):
        if name in row and name not in row.get("loose", ()) and instants[at] != row[name]:
            yield f"{name}: {instants[at]}, not {row[name]}"


def check_problems(row: dict[str, Any], problems: list[Problem]) -> Iterator[str]:
    outcomes = row.get("outcome_any") or [row["outcome"]]
    expected = row.get("problems", [])
    known = {problem["code"] for problem in expected}
    surprises = [problem for problem in problems if problem.code not in known]
    if surprises and "partial" not in outcomes:
        yield f"problems: {surprises} where nothing is wrong"
    for each in expected:
        found = any(problem.code == each["code"] and is_at(problem.place, each["where"]) for problem in problems)
        if not found and not each.get("optional"):
            yield f"problems: {each} is missing among {problems}"


def is_at(place: str, where: dict[str, Any]) -> bool:
    ((kind, value),) = where.items()
    return place == ("file" if kind == "file" else f"{kind} {value}")


def check_mail(row: dict[str, Any], entry: Entry) -> Iterator[str]:
    loose, expected = row.get("loose", ()), row.get("details", {})
    people = {person.address for person in entry.people if person.role in {"from", "to"} and person.address}
    wanted = set(row.get("participants", ()))
    if "participants" not in loose and not wanted <= people <= wanted | set(row.get("participants_also_ok", ())):
        yield f"participants: {people}, not {wanted}"
    named = [attachment.name for attachment in entry.attachments if attachment.name]
    if not set(named) <= {*expected.get("attachments", named), *expected.get("attachments_also_ok", ())}:
        yield f"attachments: {named}, not {expected['attachments']}"
    if "attachments" in expected and len(named) != len(expected["attachments"]):
        yield f"attachments: {named}, not {expected['attachments']}"
    facts = facts_of(entry)
    for name in facts.keys() & expected.keys() - set(loose):
        if facts[name] != normal(expected[name]):
            yield f"{name}: {facts[name]!r}, not {normal(expected[name])!r}"
    yield from check_text(expected, loose, entry.text)


def facts_of(entry: Entry) -> dict[str, Any]:
    return {
        "subject": normal(entry.title or None),
        "message_id": None if entry.external_id.startswith("sha256:") else entry.external_id,
        "in_reply_to": entry.meta.get("in_reply_to"),
        "body_type": entry.meta.get("body_type"),
        "events_inside": entry.meta.get("events_inside"),
        "cc": [person.address for person in entry.people if person.role == "cc"],
        "new_text": normal(" ".join(entry.text[start:end] for start, end in entry.meta["new"])),
    }


def normal(value: Any) -> Any:
    """Collapse white space, and take an id out of its brackets."""
    if not isinstance(value, str):
        return value
    return " ".join(value.removeprefix("<").removesuffix(">").split())


def check_text(expected: dict[str, Any], loose: list[str], text: str) -> Iterator[str]:
    line = expected.get("text_first_line")
    if line and "text_first_line" not in loose and normal(line) not in {normal(each) for each in text.split("\n")}:
        yield f"text_first_line: {line!r} is not in {text[:200]!r}"
    for part in expected.get("text_must_contain", ()):
        if part not in text:
            yield f"text_must_contain: {part!r} is missing"
    for part in expected.get("text_must_not_contain", ()):
        if part in text:
            yield f"text_must_not_contain: {part!r} is there"


def check_mailbox(row: dict[str, Any], entries: list[Entry]) -> Iterator[str]:
    expected = row["details"]
    senders = Counter(next(person.address for person in entry.people if person.role == "from").lower() for entry in entries)
    ids = hashlib.sha256("\n".join(sorted(entry.external_id for entry in entries)).encode()).hexdigest()
    if ids != expected["message_ids_sha256"]:
        yield "message_ids_sha256: differs"
    if len(senders) != expected["distinct_senders"]:
        yield f"distinct_senders: {len(senders)}, not {expected['distinct_senders']}"
    for address, count in expected["top_senders"].items():
        if senders[address] != count:
            yield f"top_senders: {senders[address]} of {address}, not {count}"
    titles = [entry.title for entry in entries]
    if titles != expected.get("subjects", titles):
        yield f"subjects: {titles}, not {expected['subjects']}"
