"""A life to look through, as a server gives it: every call with the actor who asks, on an opening lent for it."""

from __future__ import annotations

from vertraut.application.pool import SpacePool
from vertraut.governance import Actor
from vertraut.memory import Chosen, Facet, Hit, Look, Names, Neighbours, Period, Portion, Side


class PooledLife:
    """The life in a served space; every method needs the scope "recall" and raises ``NotAllowed`` without it."""

    def __init__(self, pool: SpacePool) -> None:
        self._pool = pool

    def look(self, actor: Actor, chosen: Chosen, period: Period) -> Look:
        """See ``Life.look``."""
        actor.require("recall")
        with self._pool.lent() as space:
            return space.life.look(chosen, period)

    def further(self, actor: Actor, chosen: Chosen, period: Period, after: str) -> Portion:
        """See ``Life.further``."""
        actor.require("recall")
        with self._pool.lent() as space:
            return space.life.further(chosen, period, after)

    def names(self, actor: Actor, chosen: Chosen, period: Period, facet: Facet, *, most: int, containing: str = "") -> Names:
        """See ``Life.names``."""
        actor.require("recall")
        with self._pool.lent() as space:
            return space.life.names(chosen, period, facet, most=most, containing=containing)

    def meant(self, actor: Actor, chosen: Chosen, *, count: int) -> list[Hit]:
        """See ``Life.meant``."""
        actor.require("recall")
        with self._pool.lent() as space:
            return space.life.meant(chosen, count=count)

    def neighbours(self, actor: Actor, number: int, side: Side, *, count: int) -> Neighbours:
        """See ``Life.neighbours``."""
        actor.require("recall")
        with self._pool.lent() as space:
            return space.life.neighbours(number, side, count=count)

    def attachment(self, actor: Actor, number: int, place: int) -> bytes | None:
        """Return the bytes of an entry's attachment by its place, from 0; None where they were not kept."""
        actor.require("recall")
        with self._pool.lent() as space:
            return space.attachment(number, place)
