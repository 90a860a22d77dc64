"""The source for iCalendar files (RFC 5545): events, tasks and journal notes, a repeated event as one entry.

The reading itself is ``calendar_reading``'s, loaded when the first calendar is read: its libraries take their time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vertraut.ledger import Entry
from vertraut.sources.contract import Problem, ReadOptions, SourceFile

_SUFFIXES = (".ics", ".ical", ".icalendar", ".ifb")
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*BEGIN:VCALENDAR\s", re.IGNORECASE)


class CalendarSource:
    """Reads iCalendar files."""

    name = "ics"
    title = "iCalendar file"
    patterns: tuple[str, ...] = ("*.ics",)

    def recognises(self, file: SourceFile) -> bool:
        """Say whether it is named as a calendar or begins as one. A mail that has a calendar inside is none."""
        return file.name.lower().endswith(_SUFFIXES) or bool(_BEGINNING.match(file.head.replace(b"\0", b"")))

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Entry | Problem]:
        """Yield the entries and problems of a file, in its order."""
        from vertraut.sources.calendar_reading import read_calendar  # noqa: PLC0415  only where there is a calendar

        return read_calendar(file, options)
