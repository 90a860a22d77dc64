"""Objects are cut out of a stream exactly where a parser would see them, whatever the chunks."""

from __future__ import annotations

import io
import json
import time
import tracemalloc
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vertraut.sources import json_values
from vertraut.sources.contract import Problem
from vertraut.sources.json_values import Piece, pieces, too_deep

LEAVES = st.none() | st.booleans() | st.integers() | st.text('a"\\{}[]ü😀 ,\n', max_size=8)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('a"\\}', max_size=3), inner, max_size=3)
)
OBJECTS = st.dictionaries(st.text(max_size=3), VALUES, max_size=3)


def cut(raw: bytes, limit: int = 1_000_000) -> list[Piece | Problem]:
    return list(pieces(io.BytesIO(raw), limit))


def told(raw: bytes, limit: int = 1_000_000) -> list[Any]:
    return [(item.place, item.code) if isinstance(item, Problem) else json.loads(item.data) for item in cut(raw, limit)]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(OBJECTS, max_size=4), chunk=st.integers(1, 40), indent=st.sampled_from([None, 1]), escaped=st.booleans()
)
def test_objects_come_out_whole_whatever_the_chunks(
    values: list[dict[str, Any]], chunk: int, indent: int | None, escaped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_values, "CHUNK", chunk)
    raw = json.dumps(values, indent=indent, ensure_ascii=escaped).encode()
    found = cut(raw)
    assert all(isinstance(item, Piece) and raw[item.start :].startswith(item.data) for item in found)
    assert told(raw) == values


@pytest.mark.parametrize(
    ("raw", "items"),
    [
        (b'{"a": 1}\n{"b": 2}', [{"a": 1}, {"b": 2}]),
        (b'\xef\xbb\xbf[{"a": 1}]', [{"a": 1}]),
        (b"[]", []),
        (b'[{"a": 1}, 7, {"b": 2}, "{"]', [{"a": 1}, {"b": 2}, ("byte 9", "bad-schema")]),
        (b'[{"a": 1}, {"b": "', [{"a": 1}, ("byte 18", "truncated")]),
        (b'[{"a": 1}', [{"a": 1}, ("byte 9", "truncated")]),
        (b'[{"a": "\\', [("byte 9", "truncated")]),
        (b"", [("file", "bad-schema")]),
        (b"text", [("file", "bad-schema")]),
        (b'[{"a": 1}]]}}, {"b": 2}', [{"a": 1}, {"b": 2}]),
        (b"[[1], {}]", [[1], {}]),
    ],
)
def test_what_is_no_clean_list_is_read_as_far_as_it_goes(raw: bytes, items: list[Any]) -> None:
    assert told(raw) == items


def test_what_is_too_large_or_too_deep_is_passed_over() -> None:
    large, deep = b'{"a": "' + b"x" * 2000 + b'"}', b'{"a":' * 200 + b"1" + b"}" * 200
    assert told(b"[" + large + b"," + deep + b',{"b": 1}]', 1000) == [
        ("byte 1", "too-large"),
        (f"byte {2 + len(large)}", "nested-too-deep"),
        {"b": 1},
    ]
    assert told(large[:-2], 1000) == [("byte 0", "too-large"), (f"byte {len(large) - 2}", "truncated")]


def test_memory_is_bounded_by_one_object() -> None:
    stream = io.BytesIO(b'[{"a": "' + b"x" * 20_000_000 + b'"},' + b"[" * 50_000 + b"]" * 50_000 + b',{"b": 1}]')
    began = time.process_time()
    tracemalloc.start()
    found = [item.code if isinstance(item, Problem) else item.data for item in pieces(stream, 100_000)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == ["too-large", "nested-too-deep", b'{"b": 1}']
    assert peak < 5_000_000
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    ("raw", "deep"),
    [
        (b"[" * 101, True),
        (b"[" * 100 + b"]" * 100 + b"[]" * 100, False),
        (b"[]" * 500, False),
        (b'"' + b"[" * 500 + b'"', False),
        (b'"' + b"[" * 500, False),
        (b'{"a":' * 200, True),
    ],
)
def test_depth_is_seen_without_parsing(raw: bytes, deep: bool) -> None:
    assert too_deep(raw) is deep
