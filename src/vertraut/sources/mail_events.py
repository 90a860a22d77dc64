"""The events of an invitation that came with a mail: just enough to say what was agreed and when.

Reading calendars as such is the business of the iCalendar source. Bounded; None for what is no calendar.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TypedDict

from icalendar import Calendar
from icalendar import Event as CalendarEvent

from vertraut.clock import zone_of

_SIZE_LIMIT = 1_000_000
_COMPONENTS_LIMIT = 500
_EVENTS_LIMIT = 100


class Event(TypedDict):
    """``start`` is an instant in UTC ending in "Z", or a date."""

    uid: str
    start: str
    summary: str


def events_in(data: bytes, home: str) -> list[Event] | None:
    """Return the events of an iCalendar text; times without a zone are read in the ``home`` zone."""
    if len(data) > _SIZE_LIMIT or data.upper().count(b"BEGIN:") > _COMPONENTS_LIMIT:
        return None
    try:
        calendar = Calendar.from_ical(data)
        events = calendar.walk("VEVENT")[:_EVENTS_LIMIT]
        return [event for each in events if isinstance(each, CalendarEvent) and (event := _event(each, home))]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        return None  # whatever the parser stumbles over, the mail around the invitation is kept


def _event(event: CalendarEvent, home: str) -> Event | None:
    start = getattr(event.get("DTSTART"), "dt", None)
    if not isinstance(start, date):
        return None
    if isinstance(start, datetime):
        start = start if start.tzinfo else start.replace(tzinfo=zone_of(home))
        written = start.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    else:
        written = start.isoformat()
    return {"uid": str(event.get("UID", "")), "start": written, "summary": str(event.get("SUMMARY", ""))}
