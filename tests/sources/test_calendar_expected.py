"""Every calendar of the evaluation data, read as its row in expected.json says."""

from __future__ import annotations

import io
import json
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from vertraut.ledger import Entry
from vertraut.sources.calendar import CalendarSource
from vertraut.sources.calendar_occurrences import OCCURRENCES_LIMIT, occurrences
from vertraut.sources.contract import Problem, ReadOptions, SourceFile

pytestmark = pytest.mark.cases

DATA = Path(os.environ.get("VERTRAUT_CASES_DATA") or Path(__file__).parents[3] / "shared" / "data")
EXPORTS = DATA / "exports"

DISPUTED = {
    "america_new_york_forward_reference.ics": "the file does name and define the zone (lines 4 and 8): 12:00Z, not local",
}


def rows() -> list[dict[str, Any]]:
    expected = EXPORTS / "expected.json"
    if not expected.exists():
        return []
    return [row for row in json.loads(expected.read_text("utf-8"))["files"] if row["format"] == "ics"]


def marked(row: dict[str, Any]) -> Any:
    reason = DISPUTED.get(Path(row["path"]).name)
    marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
    return pytest.param(row, id=row["path"], marks=marks)


def read(row: dict[str, Any]) -> tuple[list[Entry], list[Problem]]:
    path = EXPORTS / row["path"]
    content = path.read_bytes()
    file = SourceFile(row["path"], len(content), content[: 1 << 16], io.BytesIO(content))
    assert CalendarSource().recognises(file)
    found = list(CalendarSource().read(file, ReadOptions()))
    return [e for e in found if isinstance(e, Entry)], [p for p in found if isinstance(p, Problem)]


def outcome(entries: list[Entry], problems: list[Problem]) -> str:
    if not problems:
        return "ok"
    return "partial" if entries else "reject"


def shown(entry: Entry) -> tuple[str, str]:
    if entry.when.precision == "day":
        return "date", str(entry.when)
    if entry.when.assumed:
        return "local", entry.when.local.replace(tzinfo=None).isoformat(timespec="seconds")
    return "utc", entry.when.instant.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def place(where: dict[str, Any]) -> str:
    return "file" if where.get("file") else f"line {where['line']}"


def unless_missing() -> None:
    if not rows():
        pytest.skip(f"no evaluation data in {DATA}")


def test_the_data_is_there() -> None:
    unless_missing()
    assert len(rows()) > 50


@pytest.mark.parametrize("row", [marked(row) for row in rows()])
def test_a_calendar_is_read_as_expected(row: dict[str, Any]) -> None:
    entries, problems = read(row)
    events = [entry for entry in entries if entry.kind == "event"]
    kinds = Counter(entry.kind for entry in entries)

    found = {"events": kinds["event"], "todos": kinds["task"], "journals": kinds["note"]}
    assert {name: found[name] for name in row["items"]} == row["items"]
    assert outcome(entries, problems) in row.get("outcome_any", [row["outcome"]])
    reported = {(each.place, each.code) for each in problems}
    allowed = {(place(each["where"]), each["code"]) for each in row.get("problems", ())}
    required = {(place(each["where"]), each["code"]) for each in row.get("problems", ()) if not each.get("optional")}
    assert required <= reported <= allowed
    if "first" in row:
        times = sorted(shown(entry)[1] for entry in events)
        styles = {shown(entry)[0] for entry in events}
        assert (times[0], times[-1]) == (row["first"], row["last"])
        assert (styles.pop() if len(styles) == 1 else "mixed") == row["time"]


def uid(entry: Entry) -> str:
    found = entry.meta.get("uid", entry.external_id)
    return "" if found.startswith("sha256:") else found


@pytest.mark.parametrize("row", [pytest.param(row, id=row["path"]) for row in rows()])
def test_recurrences_are_counted_as_expected(row: dict[str, Any]) -> None:
    entries, _ = read(row)
    events = [entry for entry in entries if entry.kind == "event"]
    overrides = [entry for entry in events if "recurrence_id" in entry.meta]
    recurring = [entry for entry in events if entry not in overrides and {"rrule", "rdates"} & set(entry.meta)]
    details = row["details"]

    if "recurring" in details:
        assert len(recurring) == details["recurring"]
        assert len(overrides) == details["overrides"]
        assert len({uid(entry) for entry in events} - {""}) == details["distinct_uids"]
    if "occurrences" in details:
        window = details["occurrences"]
        found = occurrences(events, datetime.fromisoformat(window["from"]), datetime.fromisoformat(window["to"]))
        assert len(found) == window["count"]


def test_the_choir_meets_as_counted_by_eye() -> None:
    unless_missing()
    row = next(row for row in rows() if row["path"].endswith("own/lena.ics"))
    entries, _ = read(row)
    choir = [entry for entry in entries if uid(entry) == "2@lena"]

    found = occurrences(choir, datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))

    assert len(found) == row["details"]["occurrences_by_eye"]["count"]
    assert [str(each.start) for each in found if each.start.local.month == 3 and each.start.local.day == 18] == [
        "2025-03-18T19:00:00+01:00",
    ]


def test_endless_rules_answer_a_week_at_once_and_bounded() -> None:
    unless_missing()
    row = next(row for row in rows() if row["path"] == "hostile/endless_rrules.ics")
    entries, _ = read(row)

    week = occurrences(entries, datetime(2025, 6, 9, tzinfo=UTC), datetime(2025, 6, 16, tzinfo=UTC))
    counts = Counter(each.entry.external_id for each in week)

    assert counts["normal"] == 1
    assert counts["yearly"] == 0
    assert counts["minutely"] == OCCURRENCES_LIMIT
    assert counts["secondly"] == OCCURRENCES_LIMIT
    normal = next(entry for entry in entries if entry.external_id == "normal")
    assert [
        each.start.instant.isoformat()
        for each in occurrences([normal], datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    ] == [date.replace("Z", "+00:00") for date in row["details"]["occurrences_by_eye"]["dates"]]
