"""What calls of models took: one line of the journal each, added up by month, model, purpose and actor. No words in it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from typing import Any, Literal

from vertraut.clock import Clock
from vertraut.ledger import Journal, JournalLine
from vertraut.models.messages import Task

Outcome = Literal["answered", "cancelled", "failed"]


@dataclass(frozen=True, slots=True)
class Call:
    """One call, also a failed one: who had it made, for what, of which model, and what it took (US dollars, seconds)."""

    actor: str
    purpose: str
    task: Task
    provider: str
    model: str
    input_tokens: int
    output_tokens: int
    cost: Decimal
    seconds: float
    first_token: float | None
    outcome: Outcome

    def content(self) -> Mapping[str, Any]:
        """Return what the journal keeps of it."""
        return {**asdict(self), "cost": str(self.cost)}


@dataclass(slots=True)
class Spent:
    """Calls, added up."""

    calls: int = 0
    failed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal = Decimal(0)
    seconds: float = 0.0

    def add(self, content: Mapping[str, Any]) -> None:
        """Add a call as the journal keeps it."""
        self.calls += 1
        self.failed += content["outcome"] == "failed"
        self.input_tokens += content["input_tokens"]
        self.output_tokens += content["output_tokens"]
        self.cost += Decimal(content["cost"])
        self.seconds += content["seconds"]

    def merge(self, other: Spent) -> None:
        """Add calls that were added up already."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


@dataclass(frozen=True, slots=True)
class Costs:
    """What calls took in all, and by what they can be told apart; months are of UTC, in order, the rest dearest first."""

    total: Spent = field(default_factory=Spent)
    by_month: dict[str, Spent] = field(default_factory=dict)
    by_model: dict[str, Spent] = field(default_factory=dict)
    by_purpose: dict[str, Spent] = field(default_factory=dict)
    by_actor: dict[str, Spent] = field(default_factory=dict)


def costs(lines: Iterable[JournalLine]) -> Costs:
    """Return what the calls of a journal took."""
    found = Costs()
    for line in lines:
        call = line.content
        found.total.add(call)
        model = f"{call['provider']}/{call['model']}"
        for group, name in (
            (found.by_month, month_of(line)),
            (found.by_model, model),
            (found.by_purpose, call["purpose"]),
            (found.by_actor, call["actor"]),
        ):
            group.setdefault(name, Spent()).add(call)
    return Costs(found.total, found.by_month, *map(dearest_first, (found.by_model, found.by_purpose, found.by_actor)))


def month_of(line: JournalLine) -> str:
    """Return the month of a line as 2026-09."""
    return f"{line.at:%Y-%m}"


class Spending:
    """What each actor has spent this month (of UTC). Reads of the journal only what is new since it last looked."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._looking = threading.Lock()
        self._seen = 0
        self._spent: dict[tuple[str, str], Decimal] = {}

    def of(self, actor: str) -> Decimal:
        """Return US dollars."""
        with self._looking:
            for line in self._journal.read("call", self._seen):
                key = (line.content["actor"], month_of(line))
                self._spent[key] = self._spent.get(key, Decimal(0)) + Decimal(line.content["cost"])
                self._seen = line.seq
            return self._spent.get((actor, f"{self._clock.now():%Y-%m}"), Decimal(0))


def dearest_first(group: dict[str, Spent]) -> dict[str, Spent]:
    """Return sums by name, those of most money first, then those of most calls."""
    return dict(sorted(group.items(), key=lambda item: (-item[1].cost, -item[1].calls, item[0])))
