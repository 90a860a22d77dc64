"""The date of a mail: what RFC 5322 allows and what is written instead (ISO 8601, German months, missing zones).

What cannot be read is None, never a guess.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz

from vertraut.clock import When

PLAUSIBLE_YEARS = range(1965, 2101)
"""The first electronic mail was sent in 1965; a later year than 2100 is a broken clock."""

_COMMENT = re.compile(r"\([^()]*\)")
_DAY_NAME = re.compile(r"^[^\W\d_]+\.?\s*,\s*")
_COLON_ZONE = re.compile(r"([+-]\d\d):(\d\d)$")
_OFFSET = re.compile(r"[+-]\d{4}\b")
_ZONE_NAME = re.compile(r"\d\s+([A-Za-z]{1,5})\b(?=$|\s+\d{4}$)")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}),?\s+(\d{1,2}:\d\d(?::\d\d)?)\s*([+-]\d{4})?")
_ENVELOPE_DATE = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\d{4}\b")
_WORD = re.compile(r"\.?\s([^\W\d_]{3,})\.?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_ZONES = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "MET": 1, "CEST": 2,
    "MESZ": 2, "MEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "AST": -4,
    "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
_MONTHS = {
    "mär": "Mar", "mae": "Mar", "mrz": "Mar", "mai": "May", "okt": "Oct", "dez": "Dec", "jän": "Jan", "jun": "Jun",
    "jul": "Jul", "jan": "Jan", "feb": "Feb", "apr": "Apr", "aug": "Aug", "sep": "Sep", "nov": "Nov",
}  # fmt: skip
_DAY_END = 24


def date_of(text: str, home: str) -> When | None:
    """Return the instant that a date field names; without a zone it is read in the ``home`` zone."""
    for _ in range(3):
        text = _COMMENT.sub(" ", text)
    text = re.sub(r"\s*:\s*", ":", " ".join(text.split()))
    if not text or len(text) > 200:  # noqa: PLR2004  no date is longer, and nothing longer is worth reading
        return None
    try:
        moment = _iso(text) or _dotted(text) or _rfc(text)
        return When.of_datetime(moment, home) if moment else None
    except (ValueError, OverflowError):
        return None


def envelope_date(line: str) -> When | None:
    """Return the date at the end of an mbox "From " line, which is in UTC (RFC 4155)."""
    found = _ENVELOPE_DATE.search(line)
    return date_of(found[0], "UTC") if found else None


def _iso(text: str) -> datetime | None:
    return datetime.fromisoformat(re.sub(r"\s+([+-]\d)", r"\1", text)) if _ISO.match(text) else None


def _dotted(text: str) -> datetime | None:
    found = _DOTTED.fullmatch(_DAY_NAME.sub("", text))
    if not found:
        return None
    day, month, year, clock, offset = found.groups()
    return datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}T{clock:0>5}{offset or ''}")


def _rfc(text: str) -> datetime | None:
    text = _COLON_ZONE.sub(r"\1\2", text)
    parsed = parsedate_tz(text) or parsedate_tz(_WORD.sub(_english, _DAY_NAME.sub("", text)))
    if not parsed:
        return None
    year, month, day, hour, minute, second = parsed[:6]
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=_zone(text, parsed[9] or 0))


def _english(month: re.Match[str]) -> str:
    return f" {_MONTHS.get(month[1][:3].lower(), month[1])}"


def _zone(text: str, seconds: int) -> tzinfo | None:
    """Return the zone of a parsed date: ``parsedate_tz`` says 0 for UTC and for a zone it does not know."""
    if _OFFSET.search(text) or seconds:
        return timezone(timedelta(seconds=seconds)) if seconds else UTC
    named = _ZONE_NAME.search(text)
    hours = _ZONES.get(named[1].upper()) if named else None
    return None if hours is None else timezone(timedelta(hours=hours))
