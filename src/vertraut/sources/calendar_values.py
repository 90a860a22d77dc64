"""The value types of iCalendar, read by the ``icalendar`` library: the only door to its parsers, typed, failing one way.

Everything here raises ``ValueError`` for a value that is not what it should be.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from icalendar.parser import Contentline, split_on_unescaped_comma, unescape_backslash
from icalendar.prop import vDDDTypes, vDuration, vUTCOffset
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_QUOTED = 40
_LONGEST_HEAD = 20_000
_REMEMBERED_HEAD = 300


def text_of(value: str) -> str:
    """Return a TEXT with its backslashes resolved."""
    resolved: str = unescape_backslash(value)
    return resolved.strip()


def texts_of(value: str) -> list[str]:
    """Return the texts of a list such as CATEGORIES."""
    return [each.strip() for each in split_on_unescaped_comma(value) if each.strip()]


def date_of(value: str) -> date:
    """Return a DATE, or a DATE-TIME: naive, or in UTC where it ends in Z."""
    found: Any = vDDDTypes.from_ical(value.strip().upper())  # type: ignore[no-untyped-call]  # the library has no types here
    if not isinstance(found, date):
        raise ValueError(f"not a date: {value[:_QUOTED]}")  # noqa: TRY004  a bad value, not a bad call
    return found


def duration_of(value: str) -> timedelta:
    """Return a DURATION."""
    found: timedelta = vDuration.from_ical(value.strip().upper())  # type: ignore[no-untyped-call]  # the library has no types here
    return found


def offset_of(value: str) -> str:
    """Return a UTC-OFFSET as "+0100" or, with seconds, "-000115"."""
    return vUTCOffset(vUTCOffset.from_ical(value)).to_ical()  # type: ignore[no-untyped-call]  # the library has no types here


def windows_zone(name: str) -> str:
    """Return the IANA name of a Windows time zone, or ""."""
    return WINDOWS_TO_OLSON.get(name, "")


def parameters_of(head: str) -> Mapping[str, str]:
    """Return the parameters of a content line from what stands before its value.

    Several values of one parameter are joined by a comma; RFC 6868 is resolved.
    """
    if len(head) > _LONGEST_HEAD:
        raise ValueError("parameters of this length are no parameters")
    return _cached_parameters(head) if len(head) <= _REMEMBERED_HEAD else _parameters(head)


def _parameters(head: str) -> Mapping[str, str]:
    _, params, _ = Contentline(f"{head}:").raw_parts()  # type: ignore[no-untyped-call]  # the library has no types here
    return {
        key.upper(): (",".join(value) if isinstance(value, list) else value).replace("\r\n", "\n")
        for key, value in params.items()
    }


_cached_parameters = lru_cache(maxsize=4096)(_parameters)
