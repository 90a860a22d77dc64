"""Which day it was on the clocks of a zone, for many instants at once: days are numbers since 1970, instants seconds in UTC.

A zone's offset is looked up once a week, and more closely only in the weeks in which clocks were changed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np

from vertraut.clock import zone_of
from vertraut.memory.columns import Numbers
from vertraut.memory.schema import EPOCH_DAY

DAY: Final = 86_400
_WEEK: Final = 7 * DAY
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY: Final = date.min.toordinal() - EPOCH_DAY
_LAST_DAY: Final = date.max.toordinal() - EPOCH_DAY
_FIRST: Final = (_FIRST_DAY + 2) * DAY
_LAST: Final = (_LAST_DAY - 2) * DAY
"""Between these every zone's clocks show a year from 1 to 9999."""


def local_days(instants: Numbers, zone: str) -> Numbers:
    """Return the day of each instant; beyond the years 1 to 9999 the first or last of them."""
    weeks, at = np.unique(instants // _WEEK, return_inverse=True)
    before = np.array([_offset(week * _WEEK, zone) for week in weeks.tolist()], np.int64)
    after = np.array([_offset((week + 1) * _WEEK, zone) for week in weeks.tolist()], np.int64)
    offsets = before[at]
    for n in np.flatnonzero(before != after).tolist():
        changed = _change(int(weeks[n]) * _WEEK, (int(weeks[n]) + 1) * _WEEK, zone)
        offsets[(at == n) & (instants >= changed)] = after[n]
    days: Numbers = np.clip((instants + offsets) // DAY, _FIRST_DAY, _LAST_DAY)
    return days


def midnights(days: Numbers, zone: str) -> Numbers:
    """Return the first instant of each day."""
    each, at = np.unique(days, return_inverse=True)
    place = zone_of(zone)

    def midnight(day: int) -> int:
        naive = day * DAY
        if not _FIRST < naive < _LAST:
            return naive
        local = datetime.combine(date.fromordinal(day + EPOCH_DAY), datetime.min.time(), place)
        return int(local.timestamp())

    found: Numbers = np.array([midnight(day) for day in each.tolist()], np.int64)[at]
    return found


def _offset(instant: int, zone: str) -> int:
    """Return how many seconds a zone's clocks are ahead of UTC."""
    moment = _EPOCH + timedelta(seconds=min(max(instant, _FIRST), _LAST))
    offset = moment.astimezone(zone_of(zone)).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _change(start: int, stop: int, zone: str) -> int:
    """Return the instant between two at which a zone's offset became another."""
    offset = _offset(start, zone)
    while stop - start > 1:
        middle = (start + stop) // 2
        if _offset(middle, zone) == offset:
            start = middle
        else:
            stop = middle
    return stop
