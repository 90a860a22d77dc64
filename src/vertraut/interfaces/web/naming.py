"""What is called by a short name below, in words: sources, and instants that stand for days."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from vertraut.clock import When, zone_of
from vertraut.interfaces.language import Wording


def source_name(source: str, say: Wording) -> str:
    """Return what a source is called: a reader of ours by its words, another one by its own name."""
    key = f"forget.source.{source}"
    return say(key) if key in say.texts else source


def day_of(instant: datetime, say: Wording) -> str:
    """Return the day of an instant."""
    return say.date(When(instant, say.home_zone, "day"))


def end_of_time(instant: datetime, say: Wording, *, after: bool = False) -> str:
    """Return where a time begins, or with ``after`` the last of it: a midnight as a day, else to the minute."""
    try:
        if instant.astimezone(zone_of(say.home_zone)).time() != time():
            return say.moment(instant)
        return day_of(instant - timedelta(microseconds=1) if after else instant, say)
    except OverflowError:  # at the very ends of the calendar
        return str(instant.year)
