"""A mail taken apart: its MIME parts in order, found without recursion and bounded in depth and number.

Parts are ranges of the one message, so that nesting costs no copies. What MIME forbids and mail programs do all the same
(a missing boundary, a second Content-Type, an unknown transfer encoding) is read as they do. Never raises.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from vertraut.sources.mail_charset import decoded
from vertraut.sources.mail_headers import Headers, base64_bytes, read_headers, words

DEPTH_LIMIT = 50
PARTS_LIMIT = 1000
_NAME_LIMIT = 255

_MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})
_CONTENT_FIELDS = ("content-type", "content-disposition", "content-transfer-encoding")
_UNSAFE_IN_NAMES = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: a range of ``raw`` from after its headers."""

    headers: Headers
    raw: bytes = field(repr=False)
    end: int
    usual_type: str = "text/plain"
    _content: Message = field(default_factory=Message, repr=False)

    def __post_init__(self) -> None:
        self._content.set_default_type(self.usual_type)
        for name in _CONTENT_FIELDS:
            if value := self.headers.get(name):
                self._content[name] = value

    @property
    def type(self) -> str:
        """The media type in lower case."""
        return self._content.get_content_type()

    @property
    def disposition(self) -> str:
        """What to do with the part: "inline", "attachment", or "" where it does not say."""
        return self._content.get_content_disposition() or ""

    @property
    def filename(self) -> str:
        """The decoded file name, without the folders that a sender may have put before it."""
        name = self.parameter("filename", "content-disposition") or self.parameter("name")
        last = next((piece for piece in reversed(re.split(r"[/\\]", words(name)[0])) if piece.strip(" .")), "")
        return _UNSAFE_IN_NAMES.sub("", last).strip()[:_NAME_LIMIT]

    def parameter(self, name: str, header: str = "content-type") -> str:
        """Return a parameter of a content field, from however many pieces (RFC 2231); "" where it is missing."""
        try:
            value = self._content.get_param(name, "", header)
        except (ValueError, TypeError, IndexError):  # pieces that are numbered in a way that cannot be put in order
            return ""
        if isinstance(value, str):
            return value.strip()
        charset, _, text = value
        return decoded(text.encode("latin-1", "replace"), charset or "")[0].strip()

    def payload(self) -> bytes:
        """Return the content without its transfer encoding."""
        data = self.raw[self.headers.body : self.end]
        match self.headers.get("content-transfer-encoding").partition(";")[0].strip().lower():
            case "base64":
                return base64_bytes(data)
            case "quoted-printable":
                return quopri.decodestring(data)
            case "x-uuencode" | "uuencode" | "x-uue" | "uue" as encoding:
                message = Message()
                message["content-transfer-encoding"] = encoding
                message.set_payload(data.decode("ascii", "surrogateescape"))
                content = message.get_payload(decode=True)
                return content if isinstance(content, bytes) else data
            case _:
                return data


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that holds content. ``mail`` numbers the mail it belongs to: 0 for the outer one, then the attached ones.

    ``choice`` numbers the multipart/alternative around it, 0 without one.
    """

    part: Part
    mail: int = 0
    choice: int = 0


@dataclass(slots=True)
class Anatomy:
    """What a mail consists of. ``mails`` holds each attached mail as the part whose headers it has."""

    leaves: list[Leaf] = field(default_factory=list)
    mails: list[Part] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    too_deep: bool = False
    too_many: bool = False


def part_of(raw: bytes, start: int, end: int, usual_type: str = "text/plain") -> Part:
    """Read the headers of the part that lies between two offsets."""
    headers = read_headers(raw, start, end)
    return Part(headers, raw, max(end, headers.body), usual_type)


def anatomy(top: Part) -> Anatomy:
    """Take a mail apart, in the order of its parts."""
    found = Anatomy(mails=[top], names=[""])
    stack = [(Leaf(top), 0)]
    choices = 0
    while stack:
        leaf, depth = stack.pop()
        inner = list(_inner(leaf.part, PARTS_LIMIT + 1))
        if not inner:
            found.leaves.append(leaf)
        elif depth == DEPTH_LIMIT:
            found.too_deep = True
        else:
            mail, choice = leaf.mail, leaf.choice
            if leaf.part.type in _MESSAGES:
                found.mails.append(inner[0])
                found.names.append(leaf.part.filename)
                mail, choice = len(found.mails) - 1, 0
            elif leaf.part.type == "multipart/alternative":
                choices += 1
                choice = choices
            stack += [(Leaf(part, mail, choice), depth + 1) for part in reversed(inner)]
        if len(found.leaves) + len(stack) > PARTS_LIMIT:
            found.too_many = True
            del stack[: len(found.leaves) + len(stack) - PARTS_LIMIT]
    return found


def _inner(part: Part, limit: int) -> Iterator[Part]:
    """Yield the parts inside a multipart or an attached mail, at most ``limit``; nothing for other parts."""
    if part.type in _MESSAGES:
        data = part.payload()
        if data.strip():
            yield part_of(data, 0, len(data))
    elif part.type.startswith("multipart/") and (boundary := part.parameter("boundary")):
        usual = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
        ranges = _between(part.raw, b"--" + boundary.rstrip().encode("utf-8", "replace"), part.headers.body, part.end)
        for _, (start, end) in zip(range(limit), ranges, strict=False):
            yield part_of(part.raw, start, end, usual)


def _between(raw: bytes, delimiter: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the pieces between delimiter lines lie; without a closing one the last piece ends with the part."""
    piece = -1
    at = raw.find(delimiter, start, end)
    while at >= 0:
        after = at + len(delimiter)
        rest = raw[after : min(after + 80, end)].partition(b"\n")[0].strip() if _starts_line(raw, at, start) else b"?"
        if rest in {b"", b"--"}:
            if piece >= 0:
                yield piece, max(piece, at - (2 if raw[at - 2 : at] == b"\r\n" else 1))
            if rest:
                return
            line_end = raw.find(b"\n", after, end)
            piece = end if line_end < 0 else line_end + 1
        at = raw.find(delimiter, after, end)
    if 0 <= piece < end:
        yield piece, end


def _starts_line(raw: bytes, at: int, start: int) -> bool:
    return at == start or raw[at - 1 : at] == b"\n"
