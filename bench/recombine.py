"""Lives of any size, recombined from real entries: as long as you like, in constant memory, the same for the same seed.

A made entry has a real one's frame (author, kind, time of day, place in a thread) and the beginning of that one's text. It
goes on with what stands at the same point in one or two others of its language, kind and length. Rare words and numbers are
drawn anew (``bench.rare``). Threads are begun anew when they are used up, half of them with new people. Each language has at
least a fifth of the entries, however few cases there are of it.
"""

from __future__ import annotations

import json
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import accumulate, groupby, islice
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.cases import Donor, Pool
from bench.rare import made_word

SEED = 20260102
A_DAY = 25
"""Entries of a day, as in the cases, until the years are full; a larger life has fuller days."""
YEARS = 15
LEAST_SHARE = 0.2  # of a language
LONGEST_BURST = 40  # entries of one thread in a row
LASTING_DAYS = 2
"""A thread that goes on for more days (a contact, an app) is not begun anew at once when its entries are used up …"""
LASTS = 4
"""… but after so many rounds."""
NEW_PEOPLE = 0.5
"""Share of new threads that have new people in them."""
KNOWN_EVERYWHERE = 5
"""Who writes in more threads of a case is the person itself or somebody close, and stays."""
ENOUGH = 20
"""Of so many others an entry's text goes on with one or two; where there are fewer alike, less alike ones do."""
_NO_NAMES = ("chat", "notification")  # their authors are programs

Piece = tuple[int, int, int]
"""A donor's place in the pool, and the first and last (exclusive) of its parts that were taken."""


class Made(NamedTuple):
    """One recombined entry."""

    number: int
    thread: str
    author: str
    at: str
    text: str
    meta: str
    frame: Donor
    pieces: tuple[Piece, ...]

    def line(self) -> str:
        """Return it in the generic JSON Lines format."""
        row = {"id": f"e{self.number}", "at": self.at, "author": self.author, "text": self.text, "kind": self.frame.kind}
        made = json.dumps({**row, "thread": self.thread}, ensure_ascii=False)
        return f'{made[:-1]}, "meta": {self.meta}}}\n' if self.meta else f"{made}\n"


@dataclass(slots=True)
class _Thread:
    """A real thread as a shape to be filled again and again: its bursts, and how often it was gone through."""

    number: int
    bursts: Sequence[range]
    members: Sequence[int] = field(repr=False)
    lasting: bool
    people: Sequence[str]
    round: int = 0
    next: int = 0
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the thread is called in this round."""
        return f"t{self.number}.{self.round // LASTS if self.lasting else self.round}"


class Recombiner:
    """Makes entries of a life that is to have ``size`` of them."""

    def __init__(self, pool: Pool, size: int, seed: int = SEED) -> None:
        self._pool = pool
        self._size = size
        self._random = Random(seed)
        self._others = _others(pool.donors)
        days = min(size / A_DAY, YEARS * 365)
        self._first_day = pool.last.toordinal() - int(days)
        self._a_day = size / max(days, 1)

    def entries(self, size: int | None = None, first: int = 0) -> Iterator[Made]:
        """Yield entries, as many as ``size``, by default the whole life; numbers and days start from ``first``."""
        stop = first + (self._size if size is None else size)
        for number, (thread, member) in zip(range(first, stop), self._frames(), strict=False):
            yield self._made(number, thread, member)

    def _made(self, number: int, thread: _Thread, member: int) -> Made:
        frame = self._pool.donors[member]
        rare = self._pool.rare[frame.language]
        template, pieces = self._recombined(member)
        text = rare.filled(template, self._random)
        meta = rare.filled(frame.meta, self._random)
        day = _iso(self._first_day + int(number / self._a_day))
        author = thread.names.get(frame.author, frame.author)
        return Made(number, thread.name, author, day + frame.clock, text, meta, frame, pieces)

    def _recombined(self, member: int) -> tuple[str, tuple[Piece, ...]]:
        """Return the template of an entry that begins as a frame's does, and what it is made of."""
        donors, random = self._pool.donors, self._random.random
        parts = donors[member].parts
        if not parts:
            return "", ((member, 0, 0),)
        others = self._others[member]
        second = others[int(random() * len(others))]
        first_cut = random()
        to = min(max(1, round(first_cut * len(parts))), max(1, len(parts) - 1))
        pieces: tuple[Piece, ...]
        if len(parts) > 2 and random() < 0.5:
            last, last_cut = others[int(random() * len(others))], first_cut + (1 - first_cut) * random()
            pieces = (member, 0, to), _middle(donors, second, first_cut, last_cut), _end(donors, last, last_cut)
        else:
            pieces = (member, 0, to), _end(donors, second, first_cut)
        text = "".join(["".join(donors[each].parts[start:stop]) for each, start, stop in pieces]).strip()
        while text in self._pool.originals:  # what follows is what stood there anyway
            other = others[int(random() * len(others))]
            pieces = *pieces, (other, 0, 1)
            text = f"{text} {''.join(donors[other].parts[:1])}".strip()
        return text, pieces

    def _frames(self) -> Iterator[tuple[_Thread, int]]:
        """Yield each entry's thread and its frame's place in the pool, for ever, one burst of a thread after another."""
        groups = _by_language(self._pool.donors, _threads(self._pool.donors))
        shares = list(accumulate(share for share, _ in groups))
        weights = [list(accumulate(len(thread.bursts) for thread in threads)) for _, threads in groups]
        random = self._random.random
        while True:
            group = bisect(shares, random() * shares[-1])
            thread = groups[group][1][bisect(weights[group], random() * weights[group][-1])]
            if thread.next == len(thread.bursts):
                self._begin_anew(thread)
            burst = thread.bursts[thread.next]
            thread.next += 1
            for place in burst:
                yield thread, thread.members[place]

    def _begin_anew(self, thread: _Thread) -> None:
        before = thread.name
        thread.round, thread.next = thread.round + 1, 0
        if thread.name != before:
            renamed = self._random.random() < NEW_PEOPLE
            number = (thread.round * 100_003 + thread.number) * 8
            made = enumerate(thread.people[:8])
            thread.names = {name: _renamed(name, number + n) for n, name in made} if renamed else {}


def write_entries(path: Path, entries: Iterator[Made]) -> None:
    """Write entries to a file."""
    with path.open("w", encoding="utf-8") as lines:
        while portion := "".join(made.line() for made in islice(entries, 1000)):
            lines.write(portion)


def _middle(donors: Sequence[Donor], member: int, start: float, stop: float) -> Piece:
    many = len(donors[member].parts)
    first = min(int(start * many), many - 1)
    return member, first, max(first + 1, int(stop * many))


def _end(donors: Sequence[Donor], member: int, start: float) -> Piece:
    many = len(donors[member].parts)
    return member, min(round(start * many), many - 1), many


def _others(donors: Sequence[Donor]) -> list[Sequence[int]]:
    """Return for each donor those that its text may go on with: the most alike of which there are enough."""
    alike: dict[tuple[object, ...], list[int]] = {}
    for place, donor in enumerate(donors):
        for key in _keys(donor):
            if donor.parts:
                alike.setdefault(key, []).append(place)
    return [_first_enough([alike.get(key, []) for key in _keys(donor)]) for donor in donors]


def _keys(donor: Donor) -> Sequence[tuple[object, ...]]:
    length = len(donor.parts).bit_length()
    return (donor.language, donor.kind, length), (donor.language, length), (donor.language,)


def _first_enough(choices: Sequence[Sequence[int]]) -> Sequence[int]:
    return next((found for found in choices if len(found) >= ENOUGH), choices[-1])


def _threads(donors: Sequence[Donor]) -> list[_Thread]:
    members: dict[tuple[int, str], list[int]] = {}
    writes: dict[tuple[int, str], set[str]] = {}
    for place, donor in enumerate(donors):
        members.setdefault((donor.case, donor.thread), []).append(place)
        writes.setdefault((donor.case, donor.author), set()).add(donor.thread)
    found = []
    for number, ((case, _), places) in enumerate(members.items()):
        days = [donors[place].day for place in places]
        authors = {donors[place].author for place in places if donors[place].kind not in _NO_NAMES}
        people = sorted(author for author in authors if author and len(writes[case, author]) <= KNOWN_EVERYWHERE)
        found.append(_Thread(number, _bursts(days), places, max(days) - min(days) > LASTING_DAYS, people))
    return found


def _bursts(days: Sequence[int]) -> list[range]:
    """Return what of a thread stands together: entries of one day."""
    found, at = [], 0
    for _, same in groupby(days):
        stop = at + len(list(same))
        found += [range(start, min(start + LONGEST_BURST, stop)) for start in range(at, stop, LONGEST_BURST)]
        at = stop
    return found


def _by_language(donors: Sequence[Donor], threads: Sequence[_Thread]) -> list[tuple[float, list[_Thread]]]:
    """Return the threads of each language with the share of entries that they are to have."""
    groups: dict[str, list[_Thread]] = {}
    for thread in threads:
        counted = Counter(donors[place].language for place in thread.members)
        groups.setdefault(counted.most_common(1)[0][0], []).append(thread)
    sizes = {language: sum(len(thread.members) for thread in spoken) for language, spoken in groups.items()}
    total = sum(sizes.values())
    small = {language for language, size in sizes.items() if size < LEAST_SHARE * total}
    rest = 1 - LEAST_SHARE * len(small)
    large = sum(size for language, size in sizes.items() if language not in small)
    found = []
    for language, spoken in sorted(groups.items()):
        share = LEAST_SHARE if language in small else rest * sizes[language] / large
        bursts = sum(len(thread.bursts) for thread in spoken)
        found.append((share * bursts / sizes[language], spoken))  # one draw gives a burst, however long
    return found


def _renamed(name: str, number: int) -> str:
    """Return another person's name: the first name stays."""
    return f"{name.split(maxsplit=1)[0]} {made_word(number).capitalize()}"


@lru_cache(maxsize=1 << 14)
def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()
