"""Entries as lists show them: under their day, by what one recognises them, with the words marked that were looked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from vertraut.clock import When
from vertraut.interfaces.language import Wording
from vertraut.ledger import Entry, EntryKind
from vertraut.memory import Hit, Listed, Period

ICONS: Final[dict[EntryKind, str]] = {
    "message": "message-circle", "mail": "mail", "event": "calendar-days", "task": "list-checks", "note": "notebook-pen",
    "chat": "bot", "call": "phone", "photo": "image", "notification": "bell", "contact": "contact",
    "document": "file-text",
}  # fmt: skip

LONGEST_TITLE: Final = 120
Piece = tuple[str, bool]
"""A part of a text, and whether it is marked."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An entry in a list. ``heading`` is what it stands under, where another one does than the entry before it."""

    number: int
    entry: Entry
    time: str
    pieces: tuple[Piece, ...]
    goes_on: bool
    title: tuple[Piece, ...] = ()
    heading: Period | None = None

    @property
    def icon(self) -> str:
        """The picture of its kind."""
        return ICONS[self.entry.kind]


def moments(listed: Sequence[Listed], say: Wording, under: str = "") -> Iterator[Moment]:
    """Yield entries of a list; ``under`` is the day (as ``day_key`` gives it) that the entry before them stands under."""
    for each in listed:
        heading = None if each.begun or day_key(each.day) == under else each.day
        under = under if each.begun else day_key(each.day)
        pieces = tuple(cut(each.entry.text, told_anew(each.entry, each.passage), each.marks))
        time = say("life.since", date=day_of(each.entry.when, say)) if each.begun else clock_of(each.entry.when, say)
        title = tuple(cut(each.entry.title, (0, min(len(each.entry.title), LONGEST_TITLE)), each.title_marks))
        yield Moment(each.number, each.entry, time, pieces, each.passage[1] < len(each.entry.text), title, heading)


def meant(hits: Sequence[Hit], say: Wording) -> Iterator[Moment]:
    """Yield recalled entries, each with its day."""
    for hit in hits:
        pieces = tuple(cut(hit.entry.text, told_anew(hit.entry, hit.passage), hit.marks))
        title = ((hit.entry.title[:LONGEST_TITLE], False),) if hit.entry.title else ()
        yield Moment(hit.id, hit.entry, say.date(hit.entry.when), pieces, hit.passage[1] < len(hit.entry.text), title)


def day_key(period: Period) -> str:
    """Return a day, month or year in a form for addresses."""
    return f"{period.year}-{period.month}-{period.day}"


def cut(text: str, passage: tuple[int, int], marks: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    """Yield the parts of a passage of a text, those with marks apart."""
    at, end = passage
    for start, stop in marks:
        if at <= start and stop <= end:
            if at < start:
                yield text[at:start], False
            yield text[start:stop], True
            at = stop
    if at < end:
        yield text[at:end], False


def told_anew(entry: Entry, passage: tuple[int, int]) -> tuple[int, int]:
    """Return a passage without the title with which it begins, as those of events and notes do."""
    start, stop = passage
    lead = entry.text[start:stop]
    untitled = lead.lstrip("# \n").removeprefix(entry.title) if entry.title and not start else lead
    return stop - len(untitled.lstrip()), stop


def period_name(period: Period, say: Wording) -> str:
    """Return a part of time in words; all of it is the name of the page."""
    if period.level == "all":
        return say("life.title")
    return say.date(When.of_date(period.first, "UTC", period.level))


def clock_of(when: When, say: Wording) -> str:
    """Return the time of day on the person's clocks; "" where it is not known."""
    return say.moment(when.instant).rpartition(", ")[2] if when.precision == "second" else ""


def day_of(when: When, say: Wording) -> str:
    """Return the day of a time on the person's clocks, as exactly as it is known."""
    return say.moment(when.instant).rpartition(", ")[0] if when.precision == "second" else say.date(when)
