"""What a person wants forgotten, as an address of the page says it: the same for the form, for links and for the dialog."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal, get_args
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from vertraut.ledger import EntryKind
from vertraut.memory import Limits, Selection
from vertraut.memory.filters import span_of

PLACE: Final = "/forget"
MOST: Final = 1_000
"""Entries, or names of a kind, in one address."""

Number = Annotated[int, Field(ge=1, le=2**63 - 1)]
Name = Annotated[str, Field(max_length=1_000)]
Kind = Literal["", EntryKind]
Picked = Literal["entry", "author", "thread"]
"""What is chosen one by one and can be dropped again."""


class Wish(BaseModel, frozen=True):
    """What to forget: of the entries, authors, threads, sources and kinds one each must fit, and both ends of the time.

    Authors, threads and sources are whole names. Times are as somebody types them; ``until`` is inclusive.
    """

    entry: tuple[Number, ...] = Field((), max_length=MOST)
    author: tuple[Name, ...] = Field((), max_length=MOST)
    thread: tuple[Name, ...] = Field((), max_length=MOST)
    source: tuple[Name, ...] = Field((), max_length=MOST)
    kind: tuple[Kind, ...] = Field((), max_length=MOST)
    after: Annotated[str, Field(max_length=200)] = ""
    until: Annotated[str, Field(max_length=200)] = ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters that say it, each value once, without those that say nothing."""
        given = ((name, getattr(self, name)) for name in Wish.model_fields)
        several = [(name, value if isinstance(value, tuple) else (value,)) for name, value in given]
        return [(name, str(each)) for name, values in several for each in dict.fromkeys(values) if str(each).strip()]

    @property
    def address(self) -> str:
        """Where the page shows it."""
        return f"{PLACE}?{urlencode(self.pairs)}" if self.pairs else PLACE

    def values(self, name: str) -> tuple[str, ...]:
        """Return what is given for a parameter."""
        return tuple(value for each, value in self.pairs if each == name)

    def selection(self, now: datetime, zone: str) -> Selection:
        """Return it as memory understands it. Raises ``BadTime``."""
        limits = Limits(
            kinds=self.values("kind"),
            sources=self.values("source"),
            after=span_of(self.after, now, zone)[0] if self.after.strip() else None,
            before=span_of(self.until, now, zone)[1] if self.until.strip() else None,
        )
        numbers = tuple(map(int, self.values("entry")))
        return Selection(numbers, limits, threads=self.values("thread"), authors=self.values("author"))


class Asked(Wish, frozen=True):
    """What the page is asked to show: a wish, what was picked or dropped just now ("author:Name"), how much was seen."""

    pick: Annotated[str, Field(max_length=1_100)] = ""
    drop: Annotated[str, Field(max_length=1_100)] = ""
    show: bool = False
    seen: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0

    @property
    def picker(self) -> Picked | None:
        """Which of the pickers was used just now."""
        name = (self.pick or self.drop).partition(":")[0]
        return next((each for each in get_args(Picked) if each == name), None)

    @property
    def wish(self) -> Wish:
        """What is wanted after that."""
        given = {name: getattr(self, name) for name in Wish.model_fields}
        name, value = self.picker, (self.pick or self.drop).partition(":")[2]
        if name == "entry":
            given[name] = ()
        elif name:
            others = tuple(each for each in given[name] if each != value)
            given[name] = (*others, value)[-MOST:] if self.pick else others
        return Wish(**given)


class Agreed(Wish, frozen=True):
    """A wish that its person agreed to, for ever, with the seal of what they were shown."""

    seal: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    sure: Literal["yes"]
