"""What is said before the model speaks: help in a crisis, or a gentle reminder in a long session.

Nothing here counts how much anybody uses Vertraut: a reminder needs only when the present stretch began, and the last one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from vertraut.assistant.boundaries.crisis import crisis_in, help_text
from vertraut.assistant.boundaries.situation import Language, Opening, Situation

LONG_SESSION = timedelta(minutes=90)
BETWEEN_REMINDERS = timedelta(hours=1)
PAUSE = timedelta(minutes=30)
"""A silence that ends a stretch of use."""

_REMINDER: dict[Language, str] = {
    "de": "Eine kleine Erinnerung: Das Gespräch dauert schon {length}. Eine Pause tut oft gut; hier läuft nichts weg.",
    "en": "A gentle reminder: we have been at this for {length}. A break often does good; nothing here runs away.",
}
_LENGTHS: dict[Language, tuple[str, str]] = {
    "de": ("über anderthalb Stunden", "über {hours} Stunden"),
    "en": ("more than an hour and a half", "more than {hours} hours"),
}


def opening(situation: Situation) -> Opening | None:
    """Return what to say first, if anything; help in a crisis goes before everything else."""
    if kind := crisis_in(situation.text):
        return Opening("crisis", help_text(kind, situation.language, situation.country))
    if situation.started is None or situation.now is None:
        return None
    used = situation.now - situation.started
    last = situation.reminded
    if used < LONG_SESSION or (last is not None and situation.now - last < BETWEEN_REMINDERS):
        return None
    first, later = _LENGTHS[situation.language]
    hours = used // timedelta(hours=1)
    length = first if hours < 2 else later.format(hours=hours)  # noqa: PLR2004  "over one hour" would be less than it was
    return Opening("long_session", _REMINDER[situation.language].format(length=length))


def continuous_since(times: Iterable[datetime], now: datetime) -> datetime:
    """Return since when somebody has been here without a longer pause, given when they spoke, in any order."""
    start = now
    for time in sorted(times, reverse=True):
        if start - time > PAUSE:
            break
        start = min(start, time)
    return start
