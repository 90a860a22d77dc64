"""How an entry is written for a language model: number, day and time, who and where in one line, then what was said.

A line that begins an entry begins with its number in brackets, and nothing else does: further lines of an entry are
indented. The few words between are in the language of the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vertraut.clock import When, zone_of
from vertraut.ledger import Entry, EntryKind
from vertraut.memory.marks import Range
from vertraut.memory.quoting import quoted, quoted_line

LEFT_OUT = "…"
INDENT = "    "

_NAME, _TITLE, _MORE = 60, 80, 200  # characters
_PEOPLE = 3
_REPLY = re.compile(r"^\s*(?:(?:re|aw|fwd?|wg)\s*:\s*)+", re.IGNORECASE)
_SETTLED = {"", "CONFIRMED"}  # what a calendar says of an event that takes place


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    weekdays: tuple[str, ...]
    kinds: Mapping[EntryKind, str]
    to: str
    people: str
    quotes: str
    attached: str
    image: str
    repeats: str
    status: str


WORDS: Mapping[str, Words] = {
    "en": Words(
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        kinds={
            "message": "message", "mail": "mail", "event": "event", "task": "task", "note": "note", "chat": "AI chat",
            "call": "call", "photo": "photo", "notification": "notification", "contact": "contact", "document": "document",
        },
        to="to", people="with", quotes="“{}”", attached="attached", image="image", repeats="repeats", status="status",
    ),
    "de": Words(
        weekdays=("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
        kinds={
            "message": "Nachricht", "mail": "E-Mail", "event": "Termin", "task": "Aufgabe", "note": "Notiz",
            "chat": "KI-Chat", "call": "Anruf", "photo": "Foto", "notification": "Mitteilung", "contact": "Kontakt",
            "document": "Dokument",
        },
        to="an", people="mit", quotes="„{}“", attached="Anhang", image="Bild", repeats="wiederholt", status="Status",
    ),
}  # fmt: skip


def heading(entry: Entry, words: Words) -> str:
    """Return the line above a block: what kind of thing its thread is, and its title."""
    title = quoted_line(thread_title(entry), _TITLE)
    kind = words.kinds[entry.kind]
    return f"# {kind} {words.quotes.format(title)}" if title else f"# {kind}"


def thread_title(entry: Entry) -> str:
    """Return what a person would call the thread of an entry."""
    return entry.thread_title or entry.title or entry.thread


def day_of(when: When, zone: str, words: Words) -> str:
    """Return the day with its weekday on the clocks of a zone; a month or year where no more is known."""
    if when.precision in ("month", "year"):
        return str(when)
    local = local_time(when, zone)
    return f"{words.weekdays[local.weekday()]} {local.date()}"


def head(entry: Entry, zone: str, words: Words, *, kind: bool) -> str:
    """Return what stands between an entry's number and its text; its kind only where that is not the one of the heading."""
    parts = [_times(entry, zone, words)]
    if kind:
        parts.append(words.kinds[entry.kind])
    people = _people(entry, words)
    author = quoted_line(entry.author, _NAME)
    parts.append(f"{author} {people}".strip() if people else author)
    if _bare(entry.title) not in ("", _bare(thread_title(entry))):
        parts.append(words.quotes.format(quoted_line(entry.title, _TITLE)))
    if entry.place:
        parts.append(quoted_line(entry.place, _TITLE))
    return ", ".join(part for part in parts if part)


def body(entry: Entry, parts: Sequence[Range], whole: Range, words: Words) -> str:
    """Return the shown parts of a text as a model reads them, further lines indented, with what else belongs to it.

    ``whole`` spans everything that could be shown: what is missing inside of it is marked.
    """
    said = f" {LEFT_OUT} ".join(quoted(entry.text[start:stop]) for start, stop in parts)
    if parts and parts[0][0] > whole[0]:
        said = f"{LEFT_OUT} {said}"
    if parts and parts[-1][1] < whole[1]:
        said = f"{said} {LEFT_OUT}"
    extra = "; ".join(_extras(entry, words))
    return "\n".join(part for part in (said, f"({extra})" if extra else "") if part).replace("\n", f"\n{INDENT}")


def _times(entry: Entry, zone: str, words: Words) -> str:
    """Return when an entry is or was, and until when it lasts."""
    day = day_of(entry.when, zone, words)
    start = f"{day}{_clock(entry.when, zone)}"
    if entry.end is None or entry.end == entry.when:
        return start
    last, clock = day_of(entry.end, zone, words), _clock(entry.end, zone)
    if last == day:
        return f"{start}–{clock.strip()}" if clock else start
    return f"{start} – {last}{clock}"


def _clock(when: When, zone: str) -> str:
    return f" {local_time(when, zone):%H:%M}" if when.precision == "second" else ""


def local_time(when: When, zone: str) -> datetime:
    """Return an instant on the clocks of a zone; without one, or of a day or more, its first moment where it was written."""
    try:
        return when.instant.astimezone(zone_of(zone)) if zone and when.precision == "second" else when.local
    except OverflowError:
        return when.local


def _people(entry: Entry, words: Words) -> str:
    """Return to whom a mail or call went, or who takes part in an event; in a conversation their own lines say it."""
    roles, label = (("to",), words.to) if entry.kind in ("mail", "call") else (("attendee", "with"), words.people)
    if entry.kind in ("message", "chat"):
        return ""
    named = (quoted_line(person.name or person.address, _NAME) for person in entry.people if person.role in roles)
    names = [name for name in dict.fromkeys(named) if name and name != entry.author]
    more = f" +{len(names) - _PEOPLE}" if len(names) > _PEOPLE else ""
    return f"{label} {', '.join(names[:_PEOPLE])}{more}" if names else ""


def _extras(entry: Entry, words: Words) -> Iterator[str]:
    if files := [quoted_line(each.name, _NAME) for each in entry.attachments[:_PEOPLE]]:
        yield f"{words.attached}: {', '.join(files)}"
    for name, label in (("image_caption", words.image), ("repeats", words.repeats), ("status", words.status)):
        value = entry.meta.get(name)
        if isinstance(value, str) and value.upper() not in _SETTLED:
            yield f"{label}: {quoted_line(value, _MORE)}"


def _bare(title: str) -> str:
    """Return a title without "Re:", to compare it with others."""
    return _REPLY.sub("", title[: _TITLE * 4]).strip().casefold()
