"""The header block of a mail, whatever is wrong with it: its fields, their words, addresses, dates and message ids.

Broken lines, unknown charsets and odd spellings cost at most the field they stand in, never the mail. Values come
unfolded and bounded in length; nothing here raises for bad content.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from vertraut.sources.mail_charset import Doubt, decoded

HEADER_LIMIT = 1_000_000
_VALUE_LIMIT = 100_000

_BLANK_LINE = re.compile(rb"\n\r?\n")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_COMMON_FIELD = re.compile(
    rb"(?:from|to|cc|bcc|sender|subject|date|message-id|received|references|in-reply-to|reply-to|return-path|"
    rb"delivered-to|mime-version|content-[a-z-]+|list-[a-z-]+|x-[a-z0-9-]+)[ \t]*:",
    re.IGNORECASE,
)
_JUNK_LIMIT = 20
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bq])\?(.{0,2000}?)\?=(?![0-9A-F]{2})", re.IGNORECASE | re.DOTALL)
_BRACKETED = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of a header block, in order: names in lower case, values unfolded but with their encoded words.

    ``body`` is where the body starts. ``junk`` are the numbers, from 1, of lines that are no header; ``guessed`` the
    names of fields whose bytes are not UTF-8; ``cut`` says that the block was longer than ``HEADER_LIMIT``.
    """

    fields: tuple[tuple[str, str], ...]
    body: int
    junk: tuple[int, ...] = ()
    guessed: tuple[str, ...] = ()
    cut: bool = False

    def get(self, name: str) -> str:
        """Return the value of the first field of a name, or ""."""
        return next((value for field, value in self.fields if field == name), "")

    def all(self, name: str) -> list[str]:
        """Return the values of all fields of a name."""
        return [value for field, value in self.fields if field == name]


def read_headers(raw: bytes, start: int = 0, end: int | None = None) -> Headers:
    """Read the header block that starts at ``start``, up to its blank line or to a line that begins the body."""
    end = len(raw) if end is None else end
    if raw.startswith((b"\n", b"\r\n"), start):
        return Headers((), raw.index(b"\n", start) + 1)
    reach = min(end, start + HEADER_LIMIT)
    blank = _BLANK_LINE.search(raw, start, reach)
    stop, body = (blank.start() + 1, blank.end()) if blank else (reach, reach)
    lines = raw[start:stop].split(b"\n")
    fields, junk, used = _fields([line.rstrip(b"\r") for line in lines])
    if used < len(lines):
        body = start + sum(len(line) + 1 for line in lines[:used])
    guessed = tuple(name for name, _, doubt in fields if doubt)
    kept = tuple((name, _UNPRINTABLE.sub("", value)[:_VALUE_LIMIT].strip()) for name, value, _ in fields)
    return Headers(kept, body, tuple(junk), guessed, cut=not blank and reach < end)


def _fields(lines: list[bytes]) -> tuple[list[tuple[str, str, Doubt]], list[int], int]:
    """Return fields, junk lines and how many lines were used: fewer than all where the body follows unannounced."""
    fields: list[tuple[bytes, list[bytes]]] = []
    junk: list[int] = []
    used = len(lines)
    for number, line in enumerate(lines):
        if line[:1] in {b" ", b"\t"} and fields:
            fields[-1][1].append(line.strip())
        elif found := _FIELD.match(line):
            fields.append((found[1], [found[2]]))
        elif number == 0 and line.startswith((b"From ", b">From ")):
            continue
        elif line and len(junk) < _JUNK_LIMIT and any(map(_COMMON_FIELD.match, lines[number + 1 : number + 50])):
            junk.append(number + 1)
        elif line:
            used = number
            break
    return [(name.decode().lower(), *decoded(b" ".join(parts), "")) for name, parts in fields], junk, used


def words(value: str) -> tuple[str, Doubt]:
    """Return a value with its encoded words (RFC 2047) decoded and its white space in order."""
    if "=?" not in value:
        return value.replace("\t", " ").strip(), ""
    pieces: list[str] = []
    doubt: Doubt = ""
    for text, charset in _runs(value):
        if isinstance(text, str):
            pieces.append(text)
        else:
            piece, problem = decoded(text, charset)
            pieces.append(piece)
            doubt = problem or doubt
    return re.sub(r"[\t\r\n]+", " ", _UNPRINTABLE.sub("", "".join(pieces))).strip(), doubt


def _runs(value: str) -> Iterator[tuple[str | bytes, str]]:
    """Yield plain text, and the joined bytes of adjacent words of one charset: characters may be torn between them."""
    data, charset, last = b"", "", 0
    for word in _WORD.finditer(value):
        between = value[last : word.start()]
        name = word[1].partition("*")[0].lower()
        if data and (name != charset or between.strip()):
            yield data, charset
            data = b""
        if between.strip() or not last:
            yield between, ""
        data, charset, last = data + _word_bytes(word[2], word[3]), name, word.end()
    if data:
        yield data, charset
    yield value[last:], ""


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8")
    if encoding in "qQ":
        return quopri.decodestring(data, header=True)
    return base64_bytes(data)


def base64_bytes(data: bytes) -> bytes:
    """Decode base64, passing over foreign characters and mending a lost end."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def message_id(value: str) -> str:
    """Return the id of a Message-ID field without its brackets, or ""."""
    found = _BRACKETED.search(value)
    return re.sub(r"\s+", "", found[1] if found else value.partition(" ")[0]).strip("<>")


def message_ids(value: str) -> list[str]:
    """Return the bracketed ids of a References or In-Reply-To field."""
    return [identity for each in _BRACKETED.findall(value) if (identity := re.sub(r"\s+", "", each))]
