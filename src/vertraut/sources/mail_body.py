"""What a mail says and carries: its text, which part of it is new, its attachments and the events in it.

The plain text is taken verbatim where there is one, else the HTML as text. Attached mails and delivery reports follow
the mail's own text, so that recall finds their words; archives stay closed. Bounded in size; nothing here raises for
bad content: what was wrong comes as ``Flaw`` values.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from vertraut.ledger import Attachment
from vertraut.sources.contract import ProblemCode, ReadOptions
from vertraut.sources.html_text import HTML_LIMIT, HtmlText, html_text
from vertraut.sources.mail_charset import decoded
from vertraut.sources.mail_events import Event, events_in
from vertraut.sources.mail_headers import Headers, words
from vertraut.sources.mail_parts import DEPTH_LIMIT, PARTS_LIMIT, Leaf, Part, anatomy
from vertraut.sources.mail_quotes import new_ranges

TEXT_LIMIT = 5_000_000

_TEXT_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown"})
_RENDERINGS = frozenset({"text/x-amp-html", "text/watch-html", "text/x-watch-html"})
_REPORTS = frozenset(
    {"message/delivery-status", "message/disposition-notification", "message/feedback-report", "text/rfc822-headers"}
)
_UNNAMED_IGNORED = frozenset({"application/pgp-encrypted", "application/pgp-signature", "application/pkcs7-signature"})
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in a mail that could not be read as it stands; the mail is kept. ``place`` is "" for all of it."""

    place: str
    code: ProblemCode
    reason: str


@dataclass(frozen=True, slots=True)
class Body:
    """``new`` are the ranges of the text that its author wrote now; ``text_type`` is the media type it was read from."""

    text: str
    new: list[list[int]]
    text_type: str
    attachments: tuple[Attachment, ...]
    events: tuple[Event, ...]
    flaws: tuple[Flaw, ...]


def read_body(top: Part, options: ReadOptions) -> Body:
    """Read the body of a mail, given as its outermost part."""
    parts = anatomy(top)
    reading = _Reading(options)
    if parts.too_deep:
        reading.flaw("", "nested-too-deep", f"its parts are nested more than {DEPTH_LIMIT} levels deep")
    if parts.too_many:
        reading.flaw("", "too-large", f"it has more than {PARTS_LIMIT:,} parts; the others are left out")
    for leaf in parts.leaves:
        reading.take(leaf)
    chosen = [(leaf, reading.visible(leaf.part, text)) for leaf, text in _chosen(reading.texts)]
    own, apart = _joined(text for leaf, text in chosen if leaf.mail == 0)
    sections = [own, *reading.reports]
    for number, (mail, name) in enumerate(zip(parts.mails[1:], parts.names[1:], strict=True), 1):
        sections.append(_introduced(mail.headers, name, _joined(text for leaf, text in chosen if leaf.mail == number)[0]))
    text = "\n\n".join(section for section in sections if section)
    if len(text) > TEXT_LIMIT:
        reading.flaw("body", "too-large", f"only the first {TEXT_LIMIT:,} characters of its text are kept")
        text = text[:TEXT_LIMIT]
    return Body(
        text,
        new_ranges(text[: len(own)], apart),
        _text_type([leaf.part for leaf, _ in chosen or reading.texts if leaf.mail == 0]),
        tuple(reading.attachments),
        tuple(reading.events),
        tuple(reading.flaws),
    )


@dataclass(slots=True)
class _Reading:
    """What was found in the parts so far."""

    options: ReadOptions
    texts: list[tuple[Leaf, str]] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    flaws: dict[Flaw, None] = field(default_factory=dict)

    def flaw(self, place: str, code: ProblemCode, reason: str) -> None:
        self.flaws[Flaw(place, code, reason)] = None

    def take(self, leaf: Leaf) -> None:
        """Sort a part by its type; a named part is an attachment whatever else it is."""
        part, name = leaf.part, leaf.part.filename
        if _is_text(part):
            self.texts.append((leaf, self._decoded(part)))
            if name:
                self._attach(part, name)
        elif part.type in _REPORTS and part.disposition != "attachment":
            self.reports.append(self._decoded(part).strip())
        elif name or not (part.type in _UNNAMED_IGNORED or (leaf.choice and part.type in _RENDERINGS)):
            self._attach(part, name)
        if part.type == "text/calendar":
            self._invite(part)
        if part.type == "application/pgp-encrypted" or _is_sealed(part):
            self.flaw("body", "encrypted", "its text is encrypted")

    def visible(self, part: Part, text: str) -> HtmlText:
        """Return what a reader of a text part sees."""
        if part.type != "text/html":
            return HtmlText(text.strip("\n"))
        read = html_text(text)
        if read.cut:
            self.flaw("body", "too-large", f"only the first {HTML_LIMIT:,} characters of the HTML are kept")
        return read

    def _decoded(self, part: Part) -> str:
        data = part.payload()
        charset = part.parameter("charset")
        if not charset and part.type == "text/html" and (found := _META_CHARSET.search(data, 0, 2000)):
            charset = found[1].decode("ascii")
        text, doubt = decoded(data, charset)
        if doubt == "unknown-charset":
            self.flaw("header Content-Type", doubt, f"the charset {charset[:40]} is unknown")
        elif doubt:
            self.flaw("body", doubt, f"some bytes are no {charset[:40] or 'UTF-8'}; the text was read as well as possible")
        if "\0" in text:
            self.flaw("body", "nul-byte", "NUL bytes in the text were left out")
        return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")

    def _attach(self, part: Part, name: str) -> None:
        data = part.payload()
        if not data and not name:
            return
        kept = data if len(data) <= self.options.attachment_limit else None
        self.attachments.append(Attachment(name, part.type, len(data), hashlib.sha256(data).hexdigest(), kept))

    def _invite(self, part: Part) -> None:
        events = events_in(part.payload(), self.options.home_zone)
        if events is None:
            self.flaw("body", "not-icalendar", "an invitation in it cannot be read")
        self.events += events or ()


def _is_text(part: Part) -> bool:
    """Say whether a part is text to read; a multipart whose parts cannot be found is read as it stands."""
    if part.disposition == "attachment":
        return False
    return part.type in _TEXT_TYPES or part.type.startswith("multipart/")


def _is_sealed(part: Part) -> bool:
    return part.type in _SEALED and part.parameter("smime-type").lower() not in {"signed-data", "certs-only"}


def _text_type(parts: Sequence[Part]) -> str:
    types = {part.type for part in parts if part.type in _TEXT_TYPES}
    return "text/html" if types == {"text/html"} else "text/plain" if types else ""


def _chosen(texts: Sequence[tuple[Leaf, str]]) -> list[tuple[Leaf, str]]:
    """Keep what is not blank; of alternatives that say the same, the plain ones where there are any."""
    said = [(leaf, text) for leaf, text in texts if text.strip()]
    plain = {leaf.choice for leaf, _ in said if leaf.part.type == "text/plain"}
    return [
        (leaf, text) for leaf, text in said if not leaf.choice or leaf.choice not in plain or leaf.part.type == "text/plain"
    ]


def _joined(texts: Iterable[HtmlText]) -> tuple[str, list[tuple[int, int]]]:
    """Join texts with a blank line between them, and shift their ranges."""
    pieces: list[str] = []
    apart: list[tuple[int, int]] = []
    length = 0
    for each in texts:
        if not each.text.strip():
            continue
        apart += [(length + start, length + end) for start, end in each.apart]
        pieces.append(each.text)
        length += len(each.text) + 2
    return "\n\n".join(pieces), apart


def _introduced(headers: Headers, file_name: str, text: str) -> str:
    """Put a line before the text of an attached mail that says what follows, and its most telling header fields."""
    shown = ((name, words(headers.get(name.lower()))[0]) for name in ("From", "Date", "To", "Subject"))
    fields = (f"{name}: {value}" for name, value in shown if value)
    title = f"Attached message {file_name}".rstrip()
    return "\n".join([f"---------- {title} ----------", *fields, "", text]).rstrip()
