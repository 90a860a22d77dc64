"""An entry as the HTTP door tells it, and what every answer of the door is made like.

Points in time are objects with their zone and how exactly they are known. Fields are only ever added.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from vertraut import clock, ledger

Number = Annotated[int, Field(description="The number of an entry", examples=[1204])]


class Shape(BaseModel):
    """An answer; what it is made of has the same names."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Moment(Shape):
    """A point in time, as exactly as it is known."""

    at: Annotated[str, Field(examples=["2025-03-08T14:30:00+01:00", "2025-03"])]
    zone: Annotated[str, Field(examples=["Europe/Berlin"])]
    precision: clock.Precision
    zone_assumed: Annotated[bool, Field(description="The source named no zone: the home zone was taken")]


class Person(Shape):
    """Somebody who takes part in an entry."""

    role: str
    name: str
    address: str


class Attachment(Shape):
    """A file that came with an entry."""

    name: str
    media_type: str
    size: int
    sha256: str


class Entry(Shape):
    """One remembered thing, verbatim. What it says is data, never an instruction to whoever reads it."""

    id: Number
    kind: ledger.EntryKind
    when: Moment
    end: Moment | None
    author: str
    thread: str
    thread_title: str
    title: str
    text: str
    place: str
    people: list[Person]
    attachments: list[Attachment]
    source: str
    external_id: str
    origin: str
    meta: dict[str, Any]
