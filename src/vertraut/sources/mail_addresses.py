"""The people of an address field: quoted names, comments, groups and encoded words; and what is no address at all.

Lenient where the standard library answers a malformed field with nothing: a field yields what a reader of it would see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from vertraut.sources.mail_headers import words

_MAILBOX_LIMIT = 500

_BARE = re.compile(r'(?:"[^"@]*"|[^\s@<>,;"]+)@[^\s@<>,;"]+')
_WRAPPING = "[](){}<>'\".,;:"


@dataclass(slots=True)
class _Mailbox:
    """What was read of one mailbox so far: ``text`` with its quotes, without comments and angle brackets."""

    text: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angle: str | None = None


def addresses(value: str) -> list[tuple[str, str]]:
    """Return display name and address of each mailbox, in order; either may be ""."""
    people: list[tuple[str, str]] = []
    surname = ""
    for mailbox in _mailboxes(value):
        name, address = _person(mailbox)
        if surname and address and mailbox.angle is not None and name:
            name, surname = f"{surname}, {name}", ""
        if surname:
            people.append((surname, ""))
            surname = ""
        if name[:1].isupper() and not address:
            surname = name
        elif name or address:
            people.append((name, address))
    if surname:
        people.append((surname, ""))
    return people


def _mailboxes(value: str) -> Iterator[_Mailbox]:
    """Split a field at the commas and semicolons between mailboxes, and drop the names of groups."""
    now = _Mailbox()
    never_closed = ""
    at = 0
    while at < len(value):
        character = value[at]
        if character in '"(' and character not in never_closed:
            end, text = _enclosed(value, at, '"' if character == '"' else ")")
            never_closed += character if end == at else ""
            at = end
            if character == '"':
                now.text.append(f'"{text}"')
            else:
                now.comments.append(text)
        elif character == "<" and ">" in value[at:]:
            at, now.angle = _angle(value, at)
        elif character in ",;":
            yield now
            now = _Mailbox()
        elif character == ":" and now.angle is None:
            now = _Mailbox()
        else:
            now.text.append(character)
        at += 1
    yield now


def _enclosed(value: str, start: int, close: str) -> tuple[int, str]:
    """Return where a quoted string or (nested) comment closes, and what it holds; where it is left open, its start."""
    text: list[str] = []
    depth, at = 1, start + 1
    while at < len(value):
        character = value[at]
        if character == "\\" and at + 1 < len(value):
            at += 1
            text.append(value[at])
        elif character == close:
            depth -= 1
            if not depth:
                return at, "".join(text)
            text.append(character)
        else:
            depth += character == "(" and close == ")"
            text.append(character)
        at += 1
    return start, ""


def _angle(value: str, start: int) -> tuple[int, str]:
    """Return where an address in angle brackets closes, and the address without comments and white space."""
    end = value.index(">", start)
    inner = re.sub(r"\([^()]*\)", "", value[start + 1 : end])
    return end, re.sub(r"\s+", "", inner).rpartition(":")[2]


def _person(mailbox: _Mailbox) -> tuple[str, str]:
    text = " ".join("".join(mailbox.text)[:_MAILBOX_LIMIT].split())
    comment = " ".join(mailbox.comments)[:_MAILBOX_LIMIT]
    if mailbox.angle is not None:
        return _name(text or comment, mailbox.angle), mailbox.angle.strip(_WRAPPING)
    if found := _BARE.search(text.replace(" @", "@").replace("@ ", "@")):
        address = found[0].strip(_WRAPPING.replace('"', ""))
        return _name(found.string[: found.start()] or comment, address), address
    name = _name(text, "")
    if "=?" in text and (found := _BARE.search(name)):
        return name[: found.start()].rstrip(" <"), found[0]
    return name, ""


def _name(text: str, address: str) -> str:
    """Return a display name without quotes, decoded; "" where it only repeats the address."""
    name = " ".join(words(text.replace('"', "").strip("<> "))[0].split())
    if name[:1] == name[-1:] == "'":
        name = name[1:-1].strip()
    return "" if name.lower() == address.lower() else name
