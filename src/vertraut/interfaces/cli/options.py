"""Options that several commands share, and what they mean for the rooms below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vertraut.clock import SystemClock

if TYPE_CHECKING:
    from vertraut.memory import Limits

LARGEST_NUMBER = 2**63 - 1


class Kind(StrEnum):
    """The kinds of entry, as ``vertraut.ledger.ENTRY_KINDS`` has them; a test compares the two."""

    MESSAGE = "message"
    MAIL = "mail"
    EVENT = "event"
    TASK = "task"
    NOTE = "note"
    CHAT = "chat"
    CALL = "call"
    PHOTO = "photo"
    NOTIFICATION = "notification"
    CONTACT = "contact"
    DOCUMENT = "document"


AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output and nothing else there.")]
InSpace = Annotated[
    str | None, typer.Option("--space", metavar="NAME", help="The space to use; without it the one of the settings.")
]
Froms = Annotated[
    list[str] | None, typer.Option("--from", metavar="NAME", help="Only by this author (a part of the name); repeatable.")
]
Kinds = Annotated[list[Kind] | None, typer.Option("--kind", help="Only this kind of entry; repeatable.")]
Threads = Annotated[
    list[str] | None,
    typer.Option("--thread", metavar="TITLE", help="Only in this thread (a part of its title); repeatable."),
]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="NAME", help="Only from this source, as `vertraut stats` names it; repeatable."),
]
After = Annotated[
    str | None,
    typer.Option(
        "--after", metavar="TIME", help="Only from the start of this time on (2025-03-08, 2025-03, 'last summer')."
    ),
]
Before = Annotated[str | None, typer.Option("--before", metavar="TIME", help="Only from before the start of this time.")]
People = Annotated[
    list[str] | None,
    typer.Option(
        "--with", metavar="NAME", help="Only where this person takes part: writes, is written to, is there; repeatable: all."
    ),
]
Places = Annotated[
    list[str] | None,
    typer.Option("--in", metavar="NAME", help="Only in this thread, from this source or at this place; repeatable: any."),
]
Phrases = Annotated[
    list[str] | None,
    typer.Option("--phrase", metavar="TEXT", help="Only what says exactly this, word for word; repeatable: all."),
]
Without = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="TEXT", help="Only what does not say this word or phrase; repeatable."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What entries must be, as the options of a command."""

    froms: Froms = None
    kinds: Kinds = None
    after: After = None
    before: Before = None
    threads: Threads = None
    sources: Sources = None
    people: People = None
    places: Places = None
    phrases: Phrases = None
    without: Without = None

    def limits(self, home_zone: str) -> Limits:
        """Return the limits that they ask for. Raises ``BadTime``."""
        from vertraut.memory import Limits  # noqa: PLC0415  numpy, which --help does without

        return Limits(
            kinds=tuple(kind.value for kind in self.kinds or ()),
            authors=_parts("--from", self.froms),
            threads=_parts("--thread", self.threads),
            sources=_parts("--source", self.sources),
            after=moment(self.after, SystemClock().now(), home_zone),
            before=moment(self.before, SystemClock().now(), home_zone),
            people=_parts("--with", self.people),
            places=_parts("--in", self.places),
            phrases=_parts("--phrase", self.phrases),
            without=_parts("--without", self.without),
        )


def with_conditions(*left_out: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of ``Conditions``, without some, in the place of its parameter ``only``."""
    options = [each for name, each in signature(Conditions, eval_str=True).parameters.items() if name not in left_out]

    def given_them(run: Callable[..., None]) -> Callable[..., None]:
        @wraps(run)
        def command(**given: Any) -> None:
            run(only=Conditions(**{each.name: given.pop(each.name) for each in options}), **given)

        own = signature(run, eval_str=True)
        shown = [each for mine in own.parameters.values() for each in (options if mine.name == "only" else [mine])]
        command.__signature__ = own.replace(parameters=shown)  # type: ignore[attr-defined]  # what typer reads
        command.__annotations__ = {each.name: each.annotation for each in shown}
        return command

    return given_them


def typed(text: str) -> str:
    """Return what was typed as proper Unicode: the shell may hand on bytes that are none."""
    return text.encode("utf-8", "replace").decode()


def moment(text: str | None, now: datetime, home_zone: str) -> datetime | None:
    """Return the start of the time that was typed, None where there is none. Raises ``BadTime``."""
    from vertraut.memory.filters import moment_of  # noqa: PLC0415  numpy, which --help does without

    return moment_of(typed(text), now, home_zone) if text is not None else None


def _parts(option: str, values: Sequence[str] | None) -> tuple[str, ...]:
    """Return the values of an option; an empty one, as from an unset shell variable, would fit everything."""
    for value in values or ():
        if not value.strip():
            raise typer.BadParameter("an empty value would select everything", param_hint=option)
    return tuple(map(typed, values or ()))
