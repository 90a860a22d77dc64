"""JSON that strangers wrote, one object at a time: bounded in size and depth, and a damaged object costs only itself.

``pieces`` cuts a top-level array (or objects one after the other) into the bytes of its objects without parsing them;
``parse`` turns such bytes, or a line, into a value. Streaming parsers stop at the first wrong byte and lose the good
rest; one of them needs memory that grows with the square of the depth. Values hold no NUL and no lone surrogate.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from vertraut.sources.contract import Problem
from vertraut.sources.decoding import decode_utf8, without_nul, without_surrogates

MAX_DEPTH = 100
CHUNK = 1 << 18
LONGEST_INT = 1000

_BOM = b"\xef\xbb\xbf"
_QUOTE, _BACKSLASH = b'"\\'
_OPENING = frozenset(b"{[")
_ARRAY = ord("[")
_PLAIN = rb'[^"{}\[\]]+|"(?:[^"\\]+|\\.)*+"'
_TO_BRACKET = re.compile(rb"(?:%b)*+" % _PLAIN, re.DOTALL)
_TO_BRACKET_INSIDE = re.compile(rb"(?:%b|[{\[](?:%b)*+[}\]])*+" % (_PLAIN, _PLAIN), re.DOTALL)
"""Inside an object, innermost brackets are skipped whole: half the work."""
_TO_STRING_END = re.compile(rb'(?:[^"\\]+|\\.)*+', re.DOTALL)
_BETWEEN = re.compile(rb"[^\s,]")
_LONE_OR_NUL = re.compile(
    rb"\\u0000|\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]|\0", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Piece:
    """The bytes of one object, and the byte where it starts."""

    start: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Parsed:
    """A value, and what had to be repaired to get it."""

    value: Any
    problems: tuple[Problem, ...] = ()


def parse(data: bytes, place: str) -> Parsed | Problem:
    """Read one value. ``data`` must not be nested deeper than ``MAX_DEPTH``: ``pieces`` and ``too_deep`` see to that."""
    decoded = decode_utf8(data, place=place)
    parsed = _parse_text(decoded.text.strip("\0"), place)
    if isinstance(parsed, Problem):
        return parsed
    problems = decoded.problems + parsed.problems
    suspicious = b"\\u" in data or b"\0" in data  # far cheaper than the pattern
    if not (suspicious and _LONE_OR_NUL.search(data)):
        return Parsed(parsed.value, problems)
    if b"\0" in data or b"\\u0000" in data:
        problems += (Problem(place, "nul-byte", "NUL characters were taken out", lost=False),)
    return Parsed(_scrubbed(parsed.value), problems)


def too_deep(data: bytes) -> bool:
    """Say whether brackets in these bytes are nested deeper than ``MAX_DEPTH``, complete or not."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return False
    depth = position = 0
    while (position := _match_end(_TO_BRACKET, data, position)) < len(data) and depth <= MAX_DEPTH:
        if data[position] == _QUOTE:
            break
        depth += 1 if data[position] in _OPENING else -1
        position += 1
    return depth > MAX_DEPTH


def pieces(stream: BinaryIO, limit: int) -> Iterator[Piece | Problem]:
    """Cut a stream into its objects; one larger than ``limit`` bytes or nested too deep is passed over and reported."""
    splitter = _Splitter(limit)
    while chunk := stream.read(CHUNK):
        yield from splitter.feed(chunk)
    yield from splitter.finish()


class _Splitter:
    """Follows brackets and strings through chunks, keeping only the bytes of the object it is in."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._offset = 0
        self._carry = b""
        self._in_string = False
        self._base = 0  # depth at which objects stand: 1 inside a top-level array
        self._depth = 0
        self._start: int | None = None
        self._kept = bytearray()
        self._reject: Problem | None = None
        self._stray: int | None = None
        self._seen = False

    def feed(self, chunk: bytes) -> Iterator[Piece | Problem]:
        data = self._carry + chunk
        if not self._offset and data.startswith(_BOM):
            data = b"   " + data[len(_BOM) :]
        self._carry = b""
        position = mark = 0
        while position < len(data):
            position = self._skip(data, position)
            if position >= len(data) - len(self._carry):
                break
            byte = data[position]
            position += 1
            if byte == _QUOTE:
                self._in_string = not self._in_string
            elif byte in _OPENING:
                if self._opened(byte, self._offset + position - 1):
                    mark = position - 1
            elif self._closed():
                self._keep(data[mark:position])
                yield self._finished()
        if self._start is not None:
            self._keep(data[mark : len(data) - len(self._carry)])
        self._offset += len(data) - len(self._carry)

    def finish(self) -> Iterator[Problem]:
        if self._stray is not None and self._seen:
            yield Problem(f"byte {self._stray}", "bad-schema", "something that is no object stands between objects")
        if self._start is not None and self._reject:
            yield self._reject
        if self._start is not None or self._in_string or self._base:
            end = self._offset + len(self._carry)
            yield Problem(f"byte {end}", "truncated", "the file ends in the middle of its list")
        elif not self._seen:
            yield Problem("file", "bad-schema", "there is no JSON object in it")

    def _skip(self, data: bytes, position: int) -> int:
        """Go to the next byte that changes the state, or to the end; a torn escape is carried to the next chunk."""
        if self._in_string:
            end = _match_end(_TO_STRING_END, data, position)
            if end < len(data) and data[end] == _BACKSLASH:
                self._carry = data[end:]
            return end
        if self._start is not None:
            return _match_end(_TO_BRACKET_INSIDE, data, position)
        end = _match_end(_TO_BRACKET, data, position)
        if self._stray is None and _BETWEEN.search(data, position, end):
            self._stray = self._offset + position
        return end

    def _opened(self, byte: int, place: int) -> bool:
        self._seen = True
        starts = False
        if self._start is None and byte == _ARRAY and not self._depth:
            self._base = 1
        elif self._start is None:
            self._start, starts = place, True
        self._depth += 1
        if self._depth - self._base > MAX_DEPTH and not self._reject:
            reason = f"more than {MAX_DEPTH} brackets inside one another"
            self._reject = Problem(f"byte {self._start}", "nested-too-deep", reason)
        return starts

    def _closed(self) -> bool:
        """Go one level up; say whether that ends the object."""
        self._depth = max(0, self._depth - 1)
        if self._depth < self._base:
            self._base = 0
        return self._start is not None and self._depth == self._base

    def _keep(self, part: bytes) -> None:
        if not self._reject and len(self._kept) + len(part) > self._limit:
            reason = f"one object is larger than {self._limit:,} bytes"
            self._reject = Problem(f"byte {self._start}", "too-large", reason)
        if self._reject:
            self._kept.clear()
        else:
            self._kept += part

    def _finished(self) -> Piece | Problem:
        done = self._reject or Piece(self._start or 0, bytes(self._kept))
        self._start, self._reject = None, None
        self._kept.clear()
        return done


def _match_end(pattern: re.Pattern[bytes], data: bytes, position: int) -> int:
    found = pattern.match(data, position)
    return found.end() if found else position


def _parse_text(text: str, place: str, decoder: json.JSONDecoder | None = None) -> Parsed | Problem:
    try:
        return Parsed((decoder or _STRICT).decode(text))
    except json.JSONDecodeError as why:
        return Problem(place, "bad-schema", f"not JSON: {why.msg} at character {why.pos:,}")
    except ValueError:
        parsed = _parse_text(text, place, _LENIENT)
    if isinstance(parsed, Problem):
        return parsed
    return Parsed(parsed.value, (Problem(place, "bad-number", "a number out of all bounds was left out", lost=False),))


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError
    return value


def _refused(_constant: str) -> NoReturn:
    raise ValueError


def _finite_or_none(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


def _int_or_none(digits: str) -> int | None:
    return int(digits) if len(digits) <= LONGEST_INT else None


def _none(_constant: str) -> None:
    return None


def _scrubbed(value: Any) -> Any:
    match value:
        case str():
            return without_surrogates(without_nul(value))
        case list():
            return [_scrubbed(each) for each in value]
        case dict():
            return {_scrubbed(key): _scrubbed(each) for key, each in value.items()}
        case _:
            return value


_STRICT = json.JSONDecoder(strict=False, parse_constant=_refused, parse_float=_finite)
_LENIENT = json.JSONDecoder(strict=False, parse_constant=_none, parse_float=_finite_or_none, parse_int=_int_or_none)
