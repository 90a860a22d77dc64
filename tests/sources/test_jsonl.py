"""One object a line, one entry a line; a bad line costs only itself."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest

from vertraut.ledger import Entry, Person
from vertraut.sources import jsonl
from vertraut.sources.contract import Problem, ReadOptions, SourceFile
from vertraut.sources.jsonl import JsonlSource


def file(raw: bytes, name: str = "entries.jsonl") -> SourceFile:
    return SourceFile(name, len(raw), raw[:65536], io.BytesIO(raw))


def read(raw: bytes) -> list[Entry | Problem]:
    return list(JsonlSource().read(file(raw), ReadOptions("Europe/Berlin")))


def line(**fields: Any) -> bytes:
    return json.dumps({"text": "x", "at": "2025-03-08T14:30:00"} | fields, ensure_ascii=False).encode() + b"\n"


def entry(**fields: Any) -> Entry:
    (found,) = read(line(**fields))
    assert isinstance(found, Entry)
    return found


def problem(raw: bytes) -> tuple[str, str, bool]:
    (found,) = (item for item in read(raw) if isinstance(item, Problem))
    return found.place, found.code, found.lost


def test_a_line_becomes_an_entry_with_all_that_is_known_of_it() -> None:
    meta = {
        "subject": "Ihre Hauptuntersuchung", "place": "Werkstatt", "end": "2025-03-08T15:00:00", "app": "Mail",
        "with": "Jan Ebert, Lotta", "to": ["Tobias <tobias@example.org>", "Sandra"], "from": "info@example.org",
    }  # fmt: skip
    found = entry(id="e7", thread="werkstatt", author="Jan", text="Bitte abholen.", kind="mail", meta=meta)
    assert (found.source, found.kind, found.author, found.text) == ("jsonl", "mail", "Jan", "Bitte abholen.")
    assert (found.thread, found.title, found.place) == ("werkstatt", "Ihre Hauptuntersuchung", "Werkstatt")
    assert found.people == (
        Person("from", "", "info@example.org"), Person("to", "Tobias", "tobias@example.org"), Person("to", "Sandra"),
        Person("with", "Jan Ebert"), Person("with", "Lotta"),
    )  # fmt: skip
    assert (str(found.when), str(found.end)) == ("2025-03-08T14:30:00+01:00", "2025-03-08T15:00:00+01:00")
    assert found.meta == meta | {"id": "e7"}
    assert found.origin == "entries.jsonl, line 1"


@pytest.mark.parametrize(
    ("at", "when", "zone", "assumed"),
    [
        ("2025-07-08T14:30:00", "2025-07-08T14:30:00+02:00", "Europe/Berlin", True),
        ("2025-07-08T14:30:00-05:00", "2025-07-08T14:30:00-05:00", "-05:00", False),
        ("2025-07-08T14:30Z", "2025-07-08T14:30:00+00:00", "+00:00", False),
        ("2025-07-08", "2025-07-08", "Europe/Berlin", True),
        ("2025-07", "2025-07", "Europe/Berlin", True),
    ],
)
def test_times_are_kept_as_exactly_as_they_are_known(at: str, when: str, zone: str, assumed: bool) -> None:
    found = entry(at=at)
    assert (str(found.when), found.when.zone, found.when.assumed) == (when, zone, assumed)


def test_the_identity_is_of_what_the_line_says() -> None:
    same = {entry(id="1").identity, entry(id="1", kind="note").identity, entry(id="1", meta={"a": 1}).identity}
    assert len(same) == 1
    others = [entry(id="2"), entry(id="1", text="y"), entry(id="1", author="x"), entry(id="1", thread="x")]
    assert len({each.identity for each in others} | same) == 5
    assert entry(id=1).identity == entry(id="1").identity


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (line(text=None), "no-text"),
        (line(text=" "), "no-text"),
        (line(at=None), "missing-or-bad-date"),
        (line(at="gestern"), "missing-or-bad-date"),
        (line(at="2025-02-30"), "missing-or-bad-date"),
        (line(at="0001-01-01T00:00:00+14:00"), "missing-or-bad-date"),
        (line(at=1_700_000_000), "missing-or-bad-date"),
        (line(at="9999-12-31"), "implausible-date"),
        (line(kind="gossip"), "bad-schema"),
        (line(kind=["note"]), "bad-schema"),
        (b"[1, 2]\n", "bad-schema"),
        (b'"text at"\n', "bad-schema"),
        (b'{"text": "x"\n', "bad-schema"),
        (b'{"text": "x", "at": NaN, }\n', "bad-schema"),
        (b'{"meta": ' + b"[" * 5000 + b"]" * 5000 + b"}\n", "nested-too-deep"),
        (b'{"meta": ' + b'{"a":' * 5000 + b"\n", "nested-too-deep"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_read(raw: bytes, code: str) -> None:
    found = read(line(id="1") + raw + b"\n" + line(id="2"))
    assert [type(item) for item in found] == [Entry, Problem, Entry]
    assert problem(line() + raw + line()) == ("line 2", code, True)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"meta": [1]}, "bad-schema"),
        ({"meta": {"end": "später"}}, "bad-dtend"),
        ({"meta": {"end": ["x"]}}, "bad-dtend"),
        ({"meta": {"end": "2025-03-07"}}, "end-before-start"),
    ],
)
def test_what_is_wrong_beside_the_text_does_not_lose_it(fields: dict[str, Any], code: str) -> None:
    raw = line(**fields)
    assert problem(raw) == ("line 1", code, False)
    (kept,) = (item for item in read(raw) if isinstance(item, Entry))
    assert kept.end is None


@pytest.mark.parametrize("wild", [b"NaN", b"1e999", b"-Infinity", b"9" * 5000])
def test_a_number_out_of_all_bounds_is_left_out(wild: bytes) -> None:
    raw = b'{"text": "x", "at": "2025-03-08", "meta": {"a": ' + wild + b', "b": 1e3}}\n'
    assert problem(raw) == ("line 1", "bad-number", False)
    (kept,) = (item for item in read(raw) if isinstance(item, Entry))
    assert kept.meta == {"a": None, "b": 1000.0}


def test_an_event_may_end_on_the_day_it_begins() -> None:
    assert str(entry(at="2025-03-08T14:00", meta={"end": "2025-03-08"}).end) == "2025-03-08"


def test_stray_bytes_nuls_and_broken_pairs_are_repaired() -> None:
    assert problem(b'{"text": "gr\xfcn", "at": "2025-01-01"}\n') == ("line 1", "bad-encoding", False)
    assert problem(b'{"text": "a\\u0000b", "at": "2025-01-01"}\n') == ("line 1", "nul-byte", False)
    assert problem(line().replace(b"\n", b"") + b"\0" * 4096) == ("line 1", "nul-byte", False)
    (whole,) = read(b'{"text": "\\ud83d x \\ud83d\\ude00 \\\\ud83d", "at": "2025-01-01", "meta": {"k\\udc00": ["\\udc00"]}}')
    assert isinstance(whole, Entry)
    assert whole.text == "\ufffd x 😀 \\ud83d"
    assert whole.meta == {"k\ufffd": ["\ufffd"]}


def test_blank_lines_marks_and_other_line_ends_do_not_matter() -> None:
    raw = b"\xef\xbb\xbf" + line().replace(b"\n", b"\r\n") + b"\n  \n" + line().rstrip()
    assert [item.origin for item in read(raw) if isinstance(item, Entry)] == [
        "entries.jsonl, line 1",
        "entries.jsonl, line 4",
    ]
    assert all(isinstance(item, Entry) for item in read(raw))


def test_a_photo_without_words_is_kept_for_what_else_is_known() -> None:
    assert entry(text="", kind="photo", meta={"place": "Cospudener See"}).place == "Cospudener See"


def test_a_line_without_end_is_passed_over_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "LONGEST_LINE", 1_000_000)
    raw = line() + b'{"text": "' + b"x" * 50_000_000 + b'"}\n' + line()
    source = file(raw)
    tracemalloc.start()
    found = list(JsonlSource().read(source, ReadOptions()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [item.place if isinstance(item, Problem) else item.text for item in found] == ["x", "line 2", "x"]
    assert peak < 10_000_000


@pytest.mark.parametrize(
    ("name", "head", "ours"),
    [
        ("a.jsonl", b"anything", True),
        ("A.NDJSON", b"", True),
        ("a.jsonl", b"\xff\xfe{\0", False),
        ("a.txt", b'{"text": "x", "at": "2025-01-01"}\n{', True),
        ("a.json", b'{"text": "x"}\n', False),
        ("a.json", b'[{"text": "x", "at": "2025-01-01"}]', False),
        ("a.json", b"[" * 60_000, False),
        ("a.json", b'{"a":' * 10_000, False),
    ],
)
def test_only_this_format_is_claimed(name: str, head: bytes, ours: bool) -> None:
    assert JsonlSource().recognises(file(head, name)) is ours
