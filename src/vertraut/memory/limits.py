"""What recalled entries must be: limits on kind, people, thread, place, source, time, and on what they say word for word.

Most limits are conditions on the index. Who takes part, where it was and what an entry says exactly stand in the ledger
only: there the index of words tells which entries may fit, and those are read when somebody asks for them. So limits cost
about what the entries cost that are asked for, whatever the vault holds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import islice

import apsw

from vertraut.errors import BadFilter
from vertraut.ledger import Entry, entry_of
from vertraut.ledger.queries import rows
from vertraut.memory.phrases import Phrase, composed, folded
from vertraut.memory.searched import searched_text
from vertraut.memory.words import terms, words

READ_AT_ONCE = 200
FEW_TO_READ = 4_000
"""Up to so many entries that may fit are read just to count those that do."""
SPARSE = 20_000
"""Up to so many entries are sorted by time; more of them are met soon enough by going through all in order of time."""
_WORDS_LOOKED_UP = 32

_LIKE = "casefold({}) LIKE ? ESCAPE '\\'"
_NAMED = f"(title <> '' AND {_LIKE.format('title')}) OR casefold(name) = ?"
_ALL = "SELECT seq FROM entries"
_CONTENTS = """SELECT seq, plain(content) FROM records
  WHERE content IS NOT NULL AND seq IN (SELECT value FROM json_each(?))"""
_BY_AUTHOR = f"{_ALL} WHERE author IN (SELECT id FROM authors WHERE {_LIKE.format('name')})"
_BY_THREAD = f"{_ALL} WHERE thread IN (SELECT id FROM threads WHERE {_NAMED})"
_BY_SOURCE = f"{_ALL} WHERE thread IN (SELECT id FROM threads WHERE casefold(source) = ?)"
_BY_WORDS = "SELECT rowid FROM words WHERE words MATCH ?"


@dataclass(frozen=True, slots=True)
class Limits:
    """What recalled entries must be: every limit given must hold. Times are aware; ``before`` is exclusive.

    Of several kinds, authors, threads, sources or places one is enough; people, phrases and what they must be without count
    all. ``authors`` match a part of the author's name, case folded; ``threads`` a part of the thread's title or its whole
    name. ``people`` take part: as the author or in the thread's title (as above), or as whole words of the name or address
    of somebody in the entry. ``places`` are a thread, a source's whole name, or whole words of the entry's place.
    ``phrases`` stand in the entry word for word (see ``memory.phrases``), the words and phrases of ``without`` do not.
    What ``also`` holds must hold too.
    """

    kinds: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    threads: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    also: tuple[Limits, ...] = ()

    def __bool__(self) -> bool:
        """Say whether anything is limited at all."""
        return any(getattr(self, each.name) for each in fields(self) if each.name != "also") or any(self.also)

    def narrowed(self, other: Limits) -> Limits:
        """Return the limits of both: what they let through is never more than either does."""
        if not (self and other):
            return self or other
        return replace(self, also=(*self.also, other))

    @property
    def choosing(self) -> bool:
        """Whether they say what entries must be, not only what they must be without."""
        return any(replace(level, without=()) for level in self.levels())

    def levels(self) -> Iterator[Limits]:
        """Yield these limits without their ``also``, then those of it."""
        yield replace(self, also=())
        for each in self.also:
            yield from each.levels()


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Entries that only their content can decide on: it must show something, or must not."""

    entries: set[int]
    shown: Callable[[Entry], bool]
    wanted: bool = True


class Permitted:
    """The entries that limits let through, at one moment of a vault.

    Made quickly, also where much is permitted; entries are read as they are asked for. Use it within the transaction that
    it was made in, on a connection with ``register_functions``. Raises ``BadFilter`` for an empty name and for a phrase
    without a word.
    """

    def __init__(self, connection: apsw.Connection, limits: Limits) -> None:
        self._db = connection
        self._within: set[int] | None = None
        self._doubts: list[_Doubt] = []
        self._decided: dict[int, bool] = {}
        spoken = rows(connection, "SELECT language FROM languages WHERE entries > 0")
        self._languages = [row[0] for row in spoken]
        for level in limits.levels():
            self._add(level)

    def parted(self, seqs: Iterable[int]) -> tuple[list[int], list[int]]:
        """Return those of some entries that are let through, and those that have to be read for that, in their order."""
        within = [seq for seq in seqs if self._within is None or seq in self._within]
        doubtful = set[int]().union(*(doubt.entries for doubt in self._doubts))
        return [seq for seq in within if seq not in doubtful], [seq for seq in within if seq in doubtful]

    def all(self) -> set[int]:
        """Return every entry, however long that takes."""
        within = self._seqs(_ALL) if self._within is None else self._within
        return set(self.first(within)) if self._doubts else within

    def few(self, most: int) -> set[int] | None:
        """Return every entry if those are at most so many and that is soon told, else None."""
        bound = max(most, FEW_TO_READ) if self._doubts else most
        maybe = self._seqs(f"{_ALL} LIMIT ?", bound + 1) if self._within is None else self._within
        found = self.all() if len(maybe) <= bound else None
        return found if found is not None and len(found) <= most else None

    def first(self, seqs: Iterable[int], most: int | None = None) -> list[int]:
        """Return those of some entries that are let through, in their order; no more than ``most``."""
        rest = iter(seqs) if self._within is None else filter(self._within.__contains__, seqs)
        found: list[int] = []
        while (most is None or len(found) < most) and (portion := list(islice(rest, READ_AT_ONCE))):
            found += self._of(portion)
        return found[:most]

    def newest(self, count: int, now: datetime) -> list[int]:
        """Return the entries that began last; those that are still to come at ``now`` follow, the next one first."""
        moment = math.floor(now.timestamp())
        found = self.first(self._ordered("starts <= ? ORDER BY starts DESC, seq DESC", moment), count)
        return found + self.first(self._ordered("starts > ? ORDER BY starts, seq", moment), count - len(found))

    def _ordered(self, order: str, moment: int) -> Iterator[int]:
        query, values = f"{_ALL} WHERE {order}", (moment,)
        if self._within is None or len(self._within) > SPARSE:
            return (row[0] for row in self._db.execute(query, values))
        query = f"SELECT seq FROM json_each(?) CROSS JOIN entries ON seq = value WHERE {order}"
        return (row[0] for row in self._db.execute(query, (json.dumps(sorted(self._within)), *values)))

    def _of(self, seqs: Sequence[int]) -> list[int]:
        doubtful = (seq for seq in seqs if any(seq in doubt.entries for doubt in self._doubts))
        if unread := [seq for seq in doubtful if seq not in self._decided]:
            self._decided.update(dict.fromkeys(unread, False))  # also where there is no content to read
            for seq, content in rows(self._db, _CONTENTS, (json.dumps(unread),)):
                self._decided[seq] = self._fits(seq, entry_of(content))
        return [seq for seq in seqs if self._decided.get(seq, True)]

    def _fits(self, seq: int, entry: Entry) -> bool:
        return all(doubt.shown(entry) == doubt.wanted for doubt in self._doubts if seq in doubt.entries)

    def _narrow(self, seqs: set[int]) -> None:
        self._within = seqs if self._within is None else self._within & seqs

    def _add(self, limits: Limits) -> None:
        conditions, values = _conditions_of(limits)
        if conditions:
            self._narrow(self._seqs(f"{_ALL} WHERE " + " AND ".join(conditions), *values))
        for name in (*limits.people, *limits.places):
            if not name.strip():
                raise BadFilter(name)
        for name in limits.people:
            sure = self._seqs(_BY_AUTHOR, _part(name)) | self._in_thread(name)
            self._take_or_read(sure, self._holding(name), _takes_part(Phrase.of(name)))
        if limits.places:
            found = [self._in_thread(place) | self._seqs(_BY_SOURCE, place.casefold()) for place in limits.places]
            maybe = set[int]().union(*map(self._holding, limits.places))
            self._take_or_read(set[int]().union(*found), maybe, _at_one_of(list(map(Phrase.of, limits.places))))
        for phrase in limits.phrases:
            self._take_or_read(set(), self._saying(phrase), _says(Phrase.of(phrase)))
        for phrase in limits.without:
            self._doubts.append(_Doubt(self._saying(phrase), _says(Phrase.of(phrase)), wanted=False))

    def _take_or_read(self, sure: set[int], maybe: set[int], shown: Callable[[Entry], bool]) -> None:
        self._narrow(sure | maybe)
        self._doubts.append(_Doubt(maybe - sure, shown))

    def _in_thread(self, name: str) -> set[int]:
        return self._seqs(_BY_THREAD, _part(name), name.casefold())

    def _saying(self, phrase: str) -> set[int]:
        if not words(composed(phrase)):
            raise BadFilter(phrase)
        return self._holding(phrase)

    def _holding(self, text: str) -> set[int]:
        """Return the entries that hold the words of a text one after the other, whatever their endings."""
        stems = (terms(composed(text), language)[:_WORDS_LOOKED_UP] for language in self._languages)
        variants = dict.fromkeys(" ".join(each).replace('"', '""') for each in stems if each)
        match = " OR ".join(f'"{variant}"' for variant in variants)
        return self._seqs(_BY_WORDS, match) if match else set()

    def _seqs(self, query: str, *values: str | int) -> set[int]:
        return {row[0] for row in rows(self._db, query, values)}


def allowed(connection: apsw.Connection, limits: Limits) -> set[int]:
    """Return the number of every entry that the limits let through, however many have to be read for that."""
    return Permitted(connection, limits).all()


def register_functions(connection: apsw.Connection) -> None:
    """Give a connection the SQL function that the conditions use."""
    connection.create_scalar_function("casefold", _casefold, 1, deterministic=True)


def _conditions_of(limits: Limits) -> tuple[list[str], list[str | int]]:
    """Return what of limits can be said in SQL on ``entries``: conditions, with the values to bind.

    It is not all: people, places, phrases, ``without`` and ``also`` are for ``Permitted``.
    """
    conditions: list[str] = []
    values: list[str | int] = []

    def add(condition: str, *given: str | int) -> None:
        conditions.append(condition)
        values.extend(given)

    if limits.kinds:
        add("kind IN (SELECT value FROM json_each(?))", json.dumps(limits.kinds))
    if limits.sources:
        query = "thread IN (SELECT id FROM threads WHERE source IN (SELECT value FROM json_each(?)))"
        add(query, json.dumps(limits.sources))
    if limits.authors:
        like = " OR ".join([_LIKE.format("name")] * len(limits.authors))
        add(f"author IN (SELECT id FROM authors WHERE {like})", *map(_part, limits.authors))
    if limits.threads:
        like = " OR ".join([_NAMED] * len(limits.threads))
        given = (value for name in limits.threads for value in (_part(name), name.casefold()))
        add(f"thread IN (SELECT id FROM threads WHERE {like})", *given)
    if limits.after:
        after = math.floor(limits.after.timestamp())
        add("(starts >= ? OR ends > ?)", after, after)
    if limits.before:
        add("starts < ?", math.ceil(limits.before.timestamp()))
    return conditions, values


def _takes_part(name: Phrase) -> Callable[[Entry], bool]:
    return lambda entry: any(name.stands_in(folded(text)) for each in entry.people for text in (each.name, each.address))


def _at_one_of(places: Sequence[Phrase]) -> Callable[[Entry], bool]:
    return lambda entry: any(place.stands_in(folded(entry.place)) for place in places)


def _says(phrase: Phrase) -> Callable[[Entry], bool]:
    return lambda entry: phrase.stands_in(folded(searched_text(entry)))


def _part(text: str) -> str:
    """Return the pattern of what holds a text; an empty text is in nothing but the empty one."""
    if not text:
        return ""
    escaped = text.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _casefold(*values: float | str | bytes | None) -> str:
    """Fold case for every script: SQLite's own ``lower`` knows ASCII only."""
    return str(values[0]).casefold()
