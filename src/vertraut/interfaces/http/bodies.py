"""What the HTTP door is sent: one model a request, each bounded, unknown fields refused, with an example that works."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from vertraut.ledger import EntryKind
from vertraut.memory import Limits, Selection
from vertraut.memory.filters import moment_of

LARGEST_NUMBER: Final = 2**63 - 1
DEEPEST: Final = 1000
"""The last hit that can be paged to."""

Question = Annotated[str, Field(max_length=10_000)]
Some = Annotated[str, StringConstraints(max_length=300, pattern=r"\S")]
SomeWords = Annotated[list[Some], Field(max_length=32)]
Label = Annotated[str, Field(max_length=300)]
Time = Annotated[
    str, Field(max_length=100, description="A date, month or year, or a time in words", examples=["2025-03", "last summer"])
]
EntryNumber = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]


def _like(**example: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


class Conditions(BaseModel):
    """What entries must be: every condition given must hold. ``before`` is exclusive."""

    model_config = _like(kinds=["mail"], authors=["Lena"], after="2025-03")

    kinds: Annotated[list[EntryKind], Field(max_length=32)] = []
    authors: SomeWords = []
    threads: SomeWords = []
    sources: SomeWords = []
    after: Time | None = None
    before: Time | None = None
    people: SomeWords = []
    places: SomeWords = []
    phrases: SomeWords = []
    without: SomeWords = []

    def limits(self, now: datetime, zone: str) -> Limits:
        """Return the limits they are, asked at ``now``. Raises ``BadTime``."""
        words = {name: tuple(value) for name, value in self if isinstance(value, list)}
        after, before = (moment_of(text, now, zone) if text is not None else None for text in (self.after, self.before))
        return Limits(**words, after=after, before=before)


class Asking(BaseModel):
    """A question, with conditions for what may answer it."""

    model_config = _like(question="When does the new kitchen arrive?", limits={"after": "2025"})

    question: Question
    limits: Conditions = Conditions()


class Recalling(Asking):
    """A question, and which page of hits is wanted."""

    model_config = _like(question="kitchen from:Lena", count=5)

    count: Annotated[int, Field(ge=1, le=100)] = 10
    offset: Annotated[int, Field(ge=0, le=DEEPEST)] = 0


class Filling(Asking):
    """A question, and how many tokens a language model may be given about it."""

    model_config = _like(question="What did the electrician promise?", tokens=1000)

    tokens: Annotated[int, Field(ge=1, le=100_000)] = 2000


class Speaking(BaseModel):
    """What a person says to the assistant. An empty ``conversation`` begins one."""

    model_config = _like(text="When does the new kitchen arrive?", remember=False)

    text: Annotated[str, Field(max_length=50_000)]
    conversation: Annotated[str, Field(max_length=100)] = ""
    remember: Annotated[bool, Field(description="False: off the record, nothing of the turn is kept")] = True


class Remembering(BaseModel):
    """A note."""

    model_config = _like(text="The spare key hangs behind the fuse box.", title="Keys")

    text: Annotated[str, StringConstraints(max_length=1_000_000, pattern=r"\S")]
    title: Label = ""
    author: Label = ""
    thread: Annotated[str, StringConstraints(max_length=300, pattern=r"\S")] = "notes"


class Forgetting(BaseModel):
    """What to forget: entries by number, or all that meet the conditions."""

    model_config = _like(ids=[7])

    ids: Annotated[list[EntryNumber], Field(max_length=10_000)] = []
    limits: Conditions = Conditions()

    def selection(self, now: datetime, zone: str) -> Selection:
        """Return the selection it is. Raises ``BadTime``."""
        return Selection(tuple(self.ids), self.limits.limits(now, zone))
