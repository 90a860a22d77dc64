"""Where in a life a page is: a part of time and a choice, as addresses that lead there and to what is close by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Depends, Query

from vertraut.memory import Chosen, Facet, Period

LONGEST: Final = 500
"""Characters of what is typed, and of a name."""
MOST: Final = 20

_FIELDS: Final[dict[Facet, str]] = {"kind": "kinds", "person": "people", "source": "sources", "place": "places"}

Given = Annotated[list[Annotated[str, Query(max_length=LONGEST)]], Query(max_length=MOST)]


@dataclass(frozen=True, slots=True)
class Spot:
    """A part of time with a choice."""

    chosen: Chosen
    period: Period

    def __str__(self) -> str:
        """Return its address."""
        return self.path + self.query

    @property
    def path(self) -> str:
        """Its address without the choice."""
        period = self.period
        parts = ("/life", f"{period.year:04d}", f"{period.month:02d}", f"{period.day:02d}")
        return "/".join(parts[: 1 + sum(map(bool, (period.year, period.month, period.day)))])

    @property
    def query(self) -> str:
        """The choice in the address, with its question mark."""
        return f"?{urlencode(self.fields)}" if self.fields else ""

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The choice as the fields of a form."""
        return ([("q", self.chosen.typed)] if self.chosen.typed else []) + self.kept

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The same without what is typed."""
        fields = [(str(facet), value) for facet in _FIELDS for value in self.values(facet)]
        return [*fields, ("own", "1")] if self.chosen.own else fields

    def values(self, facet: Facet) -> tuple[str, ...]:
        """Return what is chosen of a facet."""
        values: tuple[str, ...] = getattr(self.chosen, _FIELDS[facet])
        return values

    def at(self, period: Period) -> Spot:
        """Return the same choice in another part of time."""
        return replace(self, period=period)

    def toggled(self, facet: Facet, value: str) -> Spot:
        """Return it with a name of a facet chosen, or without it where it is."""
        values = self.values(facet)
        others = tuple(each for each in values if each != value) if value in values else (*values, value)
        changed: dict[str, Any] = {_FIELDS[facet]: others}
        return replace(self, chosen=replace(self.chosen, **changed))

    def with_own(self, *, own: bool) -> Spot:
        """Return it with our own conversations, or without."""
        return replace(self, chosen=replace(self.chosen, own=own))

    def without_words(self) -> Spot:
        """Return it without what is typed."""
        return replace(self, chosen=replace(self.chosen, typed=""))

    def without_choice(self) -> Spot:
        """Return the part of time with all there is."""
        return Spot(Chosen(), self.period)

    def way_here(self) -> Iterator[Spot]:
        """Yield all of time, the year and the month that this is a part of."""
        period = self.period
        if period.level != "all":
            yield from self.at(period.wider).way_here()
            yield self.at(period.wider)


def chosen_of(
    q: Annotated[str, Query(max_length=LONGEST)] = "",
    kind: Given = [],  # noqa: B006  never changed: FastAPI makes a new one for each request
    person: Given = [],  # noqa: B006
    source: Given = [],  # noqa: B006
    place: Given = [],  # noqa: B006
    *,
    own: bool = False,
) -> Chosen:
    """Return the choice in an address."""
    typed = q if q.strip() else ""
    return Chosen(tuple(kind), tuple(person), tuple(source), tuple(place), typed, own)


ByChosen = Annotated[Chosen, Depends(chosen_of)]
