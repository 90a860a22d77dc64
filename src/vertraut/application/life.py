"""A life to look through: its timeline, what typed words may mean in it, and what stands around an entry in its thread.

It belongs to one opening of a space; ``application.pooled_life`` is the same for a server, with the actor who asks.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from vertraut.clock import Clock
from vertraut.memory import Chosen, Facet, Hit, Look, Names, Neighbours, Period, Portion, Recall, Side, Timeline


class Life:
    """The life in one opening of a space."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[None]],
        timeline: Timeline,
        recall: Recall,
        clock: Clock,
        zone: str,
    ) -> None:
        """Within ``reading`` the vault is seen as it is at one moment."""
        self._reading = reading
        self._timeline = timeline
        self._recall = recall
        self._clock = clock
        self._zone = zone

    def warm_up(self) -> None:
        """Load what looking at the timeline needs, so that nobody has to wait for it."""
        with self._reading():
            self._timeline.warm_up()

    def look(self, chosen: Chosen, period: Period) -> Look:
        """Return what is chosen of a part of time: counts, names, the first entries. Raises ``BadFilter``, ``BadTime``."""
        with self._reading():
            return self._timeline.look(chosen, period, self._clock.now())

    def further(self, chosen: Chosen, period: Period, after: str) -> Portion:
        """Return the entries behind a portion. Raises ``ValueError`` for an ``after`` that no portion had."""
        with self._reading():
            return self._timeline.further(chosen, period, after, self._clock.now())

    def names(self, chosen: Chosen, period: Period, facet: Facet, *, most: int, containing: str = "") -> Names:
        """Return the names of a facet that hold a text, with how many of the chosen entries each has."""
        with self._reading():
            return self._timeline.names(chosen, period, facet, self._clock.now(), most=most, containing=containing)

    def meant(self, chosen: Chosen, *, count: int) -> list[Hit]:
        """Return up to ``count`` entries that what is typed may mean, best first. Raises ``BadQuery``, ``BadFilter``."""
        now = self._clock.now()
        with self._reading():
            hits = self._recall.recall(chosen.typed, now, self._zone, count=2 * count, limits=chosen.limits).hits
            fitting = self._timeline.lets_through(chosen, [hit.id for hit in hits], now)
        return [hit for hit in hits if hit.id in fitting][:count]

    def neighbours(self, number: int, side: Side, *, count: int) -> Neighbours:
        """Return what stands right before or behind an entry in its thread. Raises ``NoSuchEntry``."""
        with self._reading():
            return self._timeline.neighbours(number, side, count)
