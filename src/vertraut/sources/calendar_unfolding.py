"""The bytes of an iCalendar file as content lines: ends of lines found, folded ones joined, in whatever encoding it is.

A line that is too long comes cut, and says so; memory stays bounded. What a line says is left to ``calendar_lines``.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

LINE_LIMIT = 1_000_000
"""Bytes of one content line, unfolded. Longer ones are reported and left out."""


def content_lines(stream: BinaryIO, head: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Yield the content lines from where the stream stands: their place, bytes, and whether those are all there.

    The place is the number of the first physical line, from 1. ``head`` is the beginning of the file; it tells the encoding
    and the line ends.
    """
    number = start = size = 0
    parts: list[bytes] = []
    whole = True
    for data, complete in _physical_lines(stream, head):
        number += 1
        if not data:
            continue
        if parts and data[0] in b" \t":
            size += len(data)
            whole = whole and complete and size <= LINE_LIMIT
            if whole:
                parts.append(data[1:])
            continue
        if parts:
            yield start, b"".join(parts), whole
        start, size, parts, whole = number, len(data), [data], complete
    if parts:
        yield start, b"".join(parts), whole


def _physical_lines(stream: BinaryIO, head: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield the lines in an encoding that contains ASCII, without their ends, and whether they are all there.

    Old programs end lines with CR alone; where there is any LF, a CR is none.
    """
    encoding = _wide_encoding(head)
    start = head.decode(encoding or "latin-1", "ignore")
    ending = "\r" if "\r" in start and "\n" not in start else "\n"
    if encoding is None and ending == "\n":
        yield from _bounded(stream.readline, b"\n")
        return
    text = io.TextIOWrapper(stream, encoding or "latin-1", errors="replace", newline=ending)
    try:
        yield from _bounded(lambda size: text.readline(size).encode("utf-8" if encoding else "latin-1"), ending.encode())
    finally:
        text.detach()


def _bounded(readline: Callable[[int], bytes], ending: bytes) -> Iterator[tuple[bytes, bool]]:
    while data := readline(LINE_LIMIT + 1):
        complete = len(data) <= LINE_LIMIT or data.endswith(ending)
        rest = data
        while not complete and rest and not rest.endswith(ending):
            rest = readline(LINE_LIMIT)
        yield data.rstrip(b"\r\n"), complete


def _wide_encoding(head: bytes) -> str | None:
    """Return the encoding of a file that is not in one that contains ASCII."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    match head[:2]:
        case b"B\0" | b"b\0":
            return "utf-16-le"
        case b"\0B" | b"\0b":
            return "utf-16-be"
        case _:
            return None
