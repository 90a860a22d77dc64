"""Mail from mbox files and single messages (.eml, Maildir): one entry a mail, whatever is wrong with it.

Both readers share the identity ``mail`` and the Message-ID, so that the same mail read from two files is one entry. An
mbox is streamed, memory is bounded by one mail. A date is never invented silently: where the Date field cannot be read,
the entry says where its date comes from, and the problem is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from vertraut.ledger import Entry
from vertraut.sources.contract import Problem, ReadOptions, SourceFile
from vertraut.sources.mail_entry import NAME, read_mail

MESSAGE_LIMIT = 50_000_000
_CHUNK = 1 << 20
_BOM = b"\xef\xbb\xbf"

_ESCAPED_FROM = re.compile(rb">+From ")
_DATED_FROM = re.compile(rb"From +(?:\S.*\s)?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s.*\d:\d\d.*\b\d{4}\b")
_ADDRESSED_FROM = re.compile(rb"From +(?:\S+@\S+|-|MAILER-DAEMON)(?:\s|$)")
_FIELD_LINE = re.compile(rb"[!-9;-~]+[ \t]*:|>?From ")
_MAIL_FIELD = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|received|return-path|delivered-to|mime-version|x-mozilla-status)[ \t]*:",
    re.IGNORECASE,
)
_OTHER_NAMES = re.compile(r"\.[A-Za-z0-9]{1,8}$")


class MboxSource:
    """Reads mailboxes in the mbox format, as Thunderbird, Google Takeout, Apple Mail and mutt write them."""

    name = NAME
    title = "mbox mailbox"
    patterns: tuple[str, ...] = ("*.mbox", "*.mbx", "mbox", "Inbox")

    def recognises(self, file: SourceFile) -> bool:
        """Say whether the head starts with a "From " line and a header; the less it shows, the more the name must say."""
        base = file.name.rpartition("/")[2].lower()
        named = base.endswith((".mbox", ".mbx")) or base in {"mbox", "mbx"}
        if not file.size:
            return named
        first, _, rest = file.head.removeprefix(_BOM).lstrip(b"\r\n").partition(b"\n")
        if base.endswith(".eml") or not first.startswith(b"From "):
            return False
        dated, headed = bool(_DATED_FROM.match(first[:500])), bool(_FIELD_LINE.match(rest))
        return (dated and headed) or (dated and named) or (headed and (named or not _OTHER_NAMES.search(base)))

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Entry | Problem]:
        """Yield an entry a mail, numbered in the file's order from 1."""
        number = 0
        for number, (envelope, raw) in enumerate(_messages(file.stream), 1):
            place = f"message {number}"
            if raw is None:
                yield _too_large(place)
            else:
                yield from read_mail(raw, f"{file.name}, {place}", place, envelope, options)
        if not number:
            yield Problem("file", "empty-file", "there is no mail in it", lost=False)


class EmlSource:
    """Reads files that hold one mail each: .eml as mail programs save it, and the files of a Maildir."""

    name = NAME
    title = "mail message"
    patterns: tuple[str, ...] = ("*.eml",)

    def recognises(self, file: SourceFile) -> bool:
        """Say whether the head is a mail's header; for a file without a mail's name, a strict look at it decides."""
        base = file.name.rpartition("/")[2].lower()
        named = base.endswith(".eml")
        if not file.size:
            return named
        maildir = ":2," in base or file.name.rpartition("/")[0].rpartition("/")[2] in {"cur", "new"}
        if not (named or maildir or not _OTHER_NAMES.search(base)):
            return False
        lines = re.split(rb"\r?\n", file.head.removeprefix(_BOM).lstrip(b"\r\n"))
        block = lines[: lines.index(b"")] if b"" in lines else lines
        known = {found[0].lower().rstrip(b" \t:") for line in block if (found := _MAIL_FIELD.match(line))}
        if named:
            return bool(known)
        well_formed = all(_FIELD_LINE.match(line) or line[:1] in b" \t" for line in block[:-1])
        return len(known) > 2 and b"from" in known and well_formed and not block[0].startswith(b"From ")  # noqa: PLR2004

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Entry | Problem]:
        """Yield the one entry of the file."""
        raw = file.stream.read(MESSAGE_LIMIT + 1).removeprefix(_BOM)
        if len(raw) > MESSAGE_LIMIT:
            yield _too_large("file")
        elif not raw.strip():
            yield Problem("file", "empty-file", "there is no mail in it", lost=False)
        else:
            first = raw.lstrip(b"\r\n").partition(b"\n")[0]
            envelope = first if first.startswith(b"From ") else b""
            yield from read_mail(raw.lstrip(b"\r\n"), file.name, "", envelope, options)


def _too_large(place: str) -> Problem:
    return Problem(place, "too-large", f"a mail of more than {MESSAGE_LIMIT // 1_000_000} MB")


def _messages(stream: BinaryIO) -> Iterator[tuple[bytes, bytes | None]]:
    """Yield the "From " line and the bytes of each mail of an mbox; None in place of one that is too large."""
    envelope: bytes | None = None
    mail = bytearray()
    after_blank = fresh = True
    lines = _lines(stream)
    line = next(lines, b"").removeprefix(_BOM)
    while line:
        following = next(lines, b"")
        if fresh and line.startswith(b"From ") and _separates(line, following, after_blank):
            if envelope is not None:
                yield envelope, _whole(mail)
            envelope, mail = line.strip(), bytearray()
        elif envelope is not None and len(mail) <= MESSAGE_LIMIT:
            mail += line[1:] if fresh and line.startswith(b">") and _ESCAPED_FROM.match(line) else line
        after_blank = fresh and line in {b"\n", b"\r\n"}
        fresh = line.endswith(b"\n")
        line = following
    if envelope is not None:
        yield envelope, _whole(mail)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a stream with their ends; one of more than a megabyte comes in pieces."""
    pending = b""
    while chunk := stream.read(_CHUNK):
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            yield line + b"\n"
        if len(pending) > _CHUNK:
            yield pending
            pending = b""
    if pending:
        yield pending


def _separates(line: bytes, following: bytes, after_blank: bool) -> bool:
    """Say whether a "From " line starts a mail: not every writer escapes such lines in a text, or leaves one blank."""
    dated = bool(_DATED_FROM.match(line[:500]))
    headed = bool(_FIELD_LINE.match(following))
    if after_blank:
        return dated or (headed and bool(_ADDRESSED_FROM.match(line)))
    return dated and headed


def _whole(mail: bytearray) -> bytes | None:
    """Return a mail without the blank line that separates it from the next."""
    if len(mail) > MESSAGE_LIMIT:
        return None
    if mail.endswith((b"\n\n", b"\n\r\n")):
        del mail[mail.rindex(b"\n", 0, -1) + 1 :]
    return bytes(mail)
