"""One mail to one entry: who, when, about what, in which thread; and everything that was wrong with it as problems."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from vertraut.clock import When
from vertraut.ledger import Entry, Person
from vertraut.sources.contract import Problem, ReadOptions
from vertraut.sources.mail_addresses import addresses
from vertraut.sources.mail_body import Body, Flaw, read_body
from vertraut.sources.mail_dates import PLAUSIBLE_YEARS, date_of, envelope_date
from vertraut.sources.mail_headers import HEADER_LIMIT, Headers, message_id, message_ids, words
from vertraut.sources.mail_parts import Part, part_of

NAME = "mail"
_PEOPLE_LIMIT = 2000
_TITLE_LIMIT = 2000

_ROLES = ("from", "sender", "to", "cc", "bcc", "reply-to")
_SHOWN_FIELDS = ("subject", *_ROLES)
_REPLY_PREFIX = re.compile(r"(?:\s*(?:re|aw|antw|antwort|wg|fwd?|sv|vs|tr|rv)(?:\s?[\[(]\d+[\])])?\s*:)+\s*", re.IGNORECASE)
_EXPUNGED = 0x0008
"""The flag of X-Mozilla-Status for a mail that was deleted but is still in the file."""

_UNKNOWN_DATE = When(datetime(1970, 1, 1, tzinfo=UTC), "+00:00", "year")


def read_mail(raw: bytes, origin: str, place: str, envelope: bytes, options: ReadOptions) -> Iterator[Entry | Problem]:
    """Yield the entry of a mail, then its problems.

    ``place`` is what problems call the mail in its file ("" for a file of its own), ``envelope`` its mbox "From " line.
    A mail that its person deleted and Thunderbird has not yet removed from the file yields nothing.
    """
    top = part_of(raw, 0, len(raw))
    headers = top.headers
    if _is_expunged(headers):
        return
    body = read_body(top, options)
    when, dated, date_flaws = _when(headers, envelope.decode("latin-1"), options.home_zone)
    people = _people(headers)
    sender = next((person for role in ("from", "sender") for person in people if person.role == role), None)
    subject = words(headers.get("subject"))[0][:_TITLE_LIMIT]
    identity = message_id(headers.get("message-id")) or _fallback_identity(top)
    replied = message_ids(headers.get("in-reply-to"))
    referred = message_ids(headers.get("references"))
    yield Entry(
        source=NAME,
        external_id=identity,
        kind="mail",
        when=when,
        text=body.text,
        author=(sender.name or sender.address) if sender else "",
        thread=next(iter([*referred, *replied]), identity),
        thread_title=_REPLY_PREFIX.sub("", subject),
        title=subject,
        people=people,
        attachments=body.attachments,
        origin=origin,
        meta=_meta(headers, body, dated, replied),
    )
    for flaw in dict.fromkeys([*date_flaws, *_header_flaws(headers, sender), *body.flaws]):
        yield Problem(_place(place, flaw.place), flaw.code, flaw.reason, lost=False)


def _place(mail: str, inside: str) -> str:
    return ", ".join(filter(None, (mail, inside))) or "file"


def _is_expunged(headers: Headers) -> bool:
    status = headers.get("x-mozilla-status")
    return bool(re.fullmatch(r"[0-9A-Fa-f]{1,8}", status)) and bool(int(status, 16) & _EXPUNGED)


def _when(headers: Headers, envelope: str, home: str) -> tuple[When, str, list[Flaw]]:
    """Return the date of a mail, where it comes from if not from its Date field, and what is wrong with that."""
    written = headers.get("date")
    if when := date_of(written, home):
        year = when.local.year
        wrong = [] if year in PLAUSIBLE_YEARS else [Flaw("header Date", "implausible-date", f"the year is {year}")]
        return when, "", wrong
    reason = f"the date {written[:40]!r} cannot be read" if written else "there is no date"
    flaws = [Flaw("header Date", "missing-or-bad-date", reason)]
    for received in headers.all("received"):
        if when := date_of(received.rpartition(";")[2], home):
            return when, "from Received header", flaws
    if when := envelope_date(envelope):
        return when, "from envelope", flaws
    return _UNKNOWN_DATE, "unknown", flaws


def _people(headers: Headers) -> tuple[Person, ...]:
    """Return who takes part; a Sender only where it is somebody else than From."""
    people = dict.fromkeys(
        Person(role, name, address) for role in _ROLES for value in headers.all(role) for name, address in addresses(value)
    )
    authors = {person.address for person in people if person.role == "from"}
    others = (person for person in people if person.role != "sender" or person.address not in authors)
    return tuple(islice(others, _PEOPLE_LIMIT))


def _fallback_identity(top: Part) -> str:
    """Return an identity for a mail without Message-ID: the same for every copy, whatever its line endings."""
    content = b"\n".join(top.raw[top.headers.body : top.end].splitlines()).strip()
    fields = [" ".join(top.headers.get(name).split()) for name in ("date", "from", "to", "subject")]
    stable = json.dumps([*fields, hashlib.sha256(content).hexdigest()])
    return f"sha256:{hashlib.sha256(stable.encode()).hexdigest()}"


def _meta(headers: Headers, body: Body, dated: str, replied: list[str]) -> dict[str, Any]:
    """Return what a mail says beyond the fields of an entry; ``new`` are the ranges of its text that are new."""
    labels = words(headers.get("x-gmail-labels"))[0]
    meta = {
        "body_type": body.text_type,
        "date": dated,
        "in_reply_to": replied[0] if replied else "",
        "events_inside": list(body.events),
        "labels": [name for label in labels.split(",") if (name := label.strip(' "'))],
        "bulk": bool(headers.get("list-unsubscribe") or headers.get("list-id")),
    }
    return {"new": body.new, **{key: value for key, value in meta.items() if value}}


def _header_flaws(headers: Headers, sender: Person | None) -> Iterator[Flaw]:
    if not sender:
        yield Flaw("header From", "missing-or-bad-sender", "there is no sender")
    for name, value in headers.fields:
        if name not in _SHOWN_FIELDS:
            continue
        place = f"header {name.title()}"
        if name in headers.guessed:
            yield Flaw(place, "bad-encoding", "its bytes are not UTF-8; they were read as Windows-1252")
        match words(value)[1]:
            case "unknown-charset":
                yield Flaw(place, "unknown-charset", "it is written in an unknown charset")
            case "bad-encoding":
                yield Flaw(place, "bad-encoding", "it does not fit the charset that it declares")
    for line in headers.junk:
        yield Flaw(f"line {line}", "bad-header-line", "it is no header and was left out")
    if headers.cut:
        yield Flaw("header", "too-large", f"only the first {HEADER_LIMIT:,} bytes of it are read")
