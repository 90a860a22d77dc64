"""A long life for the web app's timeline: made-up entries of several kinds, sources, people and places over fifteen years.

Texts are those of ``bench.generate``. Busy and quiet days follow each other as they do in life, one person wrote almost half
of everything, and some events are known to the day only. Everything follows from the seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np

from bench import generate
from vertraut.clock import When
from vertraut.ledger import Entry, Person
from vertraut.ledger.records import EntryKind

YEARS: Final = 15
LAST: Final = date(2026, 8, 31)

_SEED: Final = 20260102
_ZONE: Final = "Europe/Berlin"
_PEOPLE, _PLACES = 300, 120
_ALL_DAY: Final = 0.2  # of the events


@dataclass(frozen=True, slots=True)
class _Sort:
    """What entries of one kind are like: their share, source, and how many make a thread."""

    kind: EntryKind
    source: str
    share: float
    thread: int
    placed: float = 0.0


_SORTS: Final = (
    _Sort("message", "jsonl", 0.62, 60),
    _Sort("mail", "mail", 0.2, 4),
    _Sort("event", "ics", 0.08, 400, placed=0.7),
    _Sort("chat", "chatgpt", 0.06, 12),
    _Sort("note", "markdown", 0.04, 25, placed=0.1),
)


def entries(count: int) -> Iterator[Entry]:
    """Yield that many entries, in order of time."""
    random = np.random.default_rng(_SEED)
    moments = _moments(count, random)
    people = [generate.word(5000 + n).capitalize() for n in range(_PEOPLE)]
    places = [generate.word(9000 + n).capitalize() for n in range(_PLACES)]
    kinds = random.choice(len(_SORTS), size=count, p=[each.share for each in _SORTS])
    written = [0] * len(_SORTS)
    for number, (text, moment, kind) in enumerate(zip(generate.texts(count), moments, kinds.tolist(), strict=True)):
        sort = _SORTS[kind]
        thread = written[kind] // sort.thread
        written[kind] += 1
        author, other = (people[_rank(random, _PEOPLE)] for _ in range(2))
        titled = sort.kind in {"mail", "event", "note"}
        yield Entry(
            source=sort.source,
            external_id=f"e{number}",
            kind=sort.kind,
            when=_when(moment, sort.kind, random),
            text=text,
            author=author,
            thread=f"{sort.kind}-{thread}",
            thread_title=f"{people[thread % _PEOPLE]} {thread}",
            title=" ".join(text.split()[:4]).rstrip(".") if titled else "",
            people=(Person("to", other),) if sort.kind in {"mail", "event"} else (),
            place=places[_rank(random, _PLACES)] if random.random() < sort.placed else "",
        )


def _moments(count: int, random: np.random.Generator) -> list[datetime]:
    """Return points in time, in order: days differ in how much happens on them, and nothing happens at night."""
    days = YEARS * 365
    weights = random.lognormal(0, 0.8, days) * np.linspace(0.3, 1.7, days)
    chosen = np.sort(random.choice(days, size=count, p=weights / weights.sum()))
    seconds = np.clip(random.normal(14 * 3600, 4 * 3600, count), 5 * 3600, 21 * 3600).astype(int)
    first = datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC) - timedelta(days=days)
    times = zip(chosen.tolist(), seconds.tolist(), strict=True)
    return sorted(first + timedelta(days=day + 1, seconds=second) for day, second in times)


def _when(moment: datetime, kind: EntryKind, random: np.random.Generator) -> When:
    if kind == "event" and random.random() < _ALL_DAY:
        return When.of_date(moment.date(), _ZONE)
    return When.of_datetime(moment, _ZONE, _ZONE)


def _rank(random: np.random.Generator, count: int) -> int:
    """Return a place among that many, the first ones far more often."""
    return min(int(random.pareto(0.9)), count - 1)
