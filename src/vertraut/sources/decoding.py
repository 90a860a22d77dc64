"""Bytes of unknown encoding become text, without losing a character that can be saved.

A byte order mark decides; then the pattern of NUL bytes (UTF-16 without a mark); then UTF-8, in which every stray byte
is read as Windows-1252, so that one wrong byte does not spoil the good umlauts beside it. No text that leaves here holds
NUL or half a surrogate pair. What had to be repaired is a ``Problem`` that loses nothing.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from vertraut.sources.contract import Problem

REPLACEMENT = "\ufffd"

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096
_STRAY = re.compile("[\udc80-\udcff]")
_NULS = re.compile("\0+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_TORN_END = re.compile(rb"(?:[\xe0-\xef][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{1,2})\Z")
"""A character cut off by the end; a lead byte alone is more likely a Windows-1252 letter."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and what had to be repaired in it."""

    text: str
    problems: tuple[Problem, ...] = ()


def decode(data: bytes) -> Decoded:
    """Decode a whole small file; problems name the byte, or the file for NULs."""
    mark, encoding = _encoding_of(data)
    body = data[len(mark) :]
    decoded = decode_utf8(body, len(mark)) if encoding == "utf-8" else _decode_wide(body, encoding, len(mark))
    text = without_nul(decoded.text)
    if text == decoded.text:
        return decoded
    nul = Problem("file", "nul-byte", f"{decoded.text.count(chr(0)):,} NUL characters were taken out", lost=False)
    return Decoded(text, (*decoded.problems, nul))


def decode_utf8(data: bytes, offset: int = 0, place: str = "") -> Decoded:
    """Decode UTF-8 with repair. The problem's place is ``place`` or the byte, counted from ``offset``."""
    try:
        return Decoded(data.decode())
    except UnicodeDecodeError as why:
        first = why.start
    torn = _TORN_END.search(data, max(0, len(data) - 3))
    whole = data[: torn.start()] if torn else data
    text, strays = _STRAY.subn(_windows_letter, whole.decode("utf-8", "surrogateescape"))
    reason = f"bytes that are not UTF-8 ({strays + len(data) - len(whole):,}) were read as Windows-1252"
    problem = Problem(place or f"byte {offset + first}", "bad-encoding", reason, lost=False)
    return Decoded(text + (REPLACEMENT if torn else ""), (problem,))


def without_nul(text: str) -> str:
    """Take NULs off both ends and put one replacement character for each run of them inside."""
    return _NULS.sub(REPLACEMENT, text.strip("\0")) if "\0" in text else text


def without_surrogates(text: str) -> str:
    """Put a replacement character for every half of a surrogate pair that stands alone."""
    return text if text.isascii() else _SURROGATES.sub(REPLACEMENT, text)


def _windows_letter(found: re.Match[str]) -> str:
    return bytes([ord(found[0]) - 0xDC00]).decode("cp1252", "replace")


def _decode_wide(body: bytes, encoding: str, offset: int) -> Decoded:
    try:
        return Decoded(body.decode(encoding))
    except UnicodeDecodeError as why:
        problem = Problem(f"byte {offset + why.start}", "bad-encoding", f"not valid {encoding.upper()}", lost=False)
        return Decoded(body.decode(encoding, "replace"), (problem,))


def _encoding_of(data: bytes) -> tuple[bytes, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return mark, encoding
    sample = data[:_SAMPLE]
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if half and odd > half * 0.4 and even < half * 0.1:
        return b"", "utf-16-le"
    if half and even > half * 0.4 and odd < half * 0.1:
        return b"", "utf-16-be"
    return b"", "utf-8"
