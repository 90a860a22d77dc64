"""What calls of models took, by the day: months to look back on, and one month by model, purpose and actor.

Days and months are of UTC, as the ceiling's are. Reads of the journal only what is new since it last looked.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from vertraut.ledger import Journal
from vertraut.models.usage import Spent, dearest_first

_Kind = tuple[date, str, str, str]


@dataclass(frozen=True, slots=True)
class Month:
    """What a month's calls took in all, by day in order, and by what else they can be told apart, dearest first."""

    total: Spent = field(default_factory=Spent)
    by_day: dict[date, Spent] = field(default_factory=dict)
    by_model: dict[str, Spent] = field(default_factory=dict)
    by_purpose: dict[str, Spent] = field(default_factory=dict)
    by_actor: dict[str, Spent] = field(default_factory=dict)


class Accounts:
    """The accounts of a space. May be used from any thread."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._looking = threading.Lock()
        self._seen = 0
        self._spent: dict[_Kind, Spent] = {}

    def months(self) -> dict[str, Spent]:
        """Return what each month took in which a model was asked ("2026-09"), in order."""
        found: dict[str, Spent] = {}
        for (day, *_), spent in self._all():
            found.setdefault(f"{day:%Y-%m}", Spent()).merge(spent)
        return dict(sorted(found.items()))

    def month(self, name: str) -> Month:
        """Return what a month took."""
        found = Month()
        for (day, model, purpose, actor), spent in self._all():
            if f"{day:%Y-%m}" == name:
                found.total.merge(spent)
                for group, key in ((found.by_model, model), (found.by_purpose, purpose), (found.by_actor, actor)):
                    group.setdefault(key, Spent()).merge(spent)
                found.by_day.setdefault(day, Spent()).merge(spent)
        return Month(
            found.total,
            dict(sorted(found.by_day.items())),
            *map(dearest_first, (found.by_model, found.by_purpose, found.by_actor)),
        )

    def _all(self) -> Iterable[tuple[_Kind, Spent]]:
        with self._looking:
            for line in self._journal.read("call", self._seen):
                call, self._seen = line.content, line.seq
                kind = (line.at.date(), f"{call['provider']}/{call['model']}", call["purpose"], call["actor"])
                self._spent.setdefault(kind, Spent()).add(call)
            return list(self._spent.items())
