"""What is in a space, looked up by number, thread or name: nothing is searched for, and nothing changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from vertraut.application.inspection import Shown, Stats, forgotten_lines, shown, stats, vault_bytes
from vertraut.application.opening import Opening
from vertraut.errors import IndexOutdated
from vertraut.ledger import Entry, RecordKind, entry_of
from vertraut.ledger.vault import storage_errors
from vertraut.memory import Choice, Choosable, choices
from vertraut.memory.conversations import Conversation, conversations
from vertraut.memory.newcomers import Newcomer, any_asked, any_brought, newcomers
from vertraut.memory.subjects import Subject, subjects


class Catalogue(Opening):
    """An opening of a space in which can be looked up what there is."""

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """Yield all entries by number, in the order in which they were remembered."""
        with storage_errors(self.path, self._db):
            for record in self.ledger.read():
                if record.kind == "entry" and record.content is not None:
                    yield record.seq, entry_of(record.content)

    def show(self, number: int, *, reach: int = 2) -> Shown:
        """Return an entry whole, with up to ``reach`` neighbours before and after. Raises ``NoSuchEntry``."""
        with self._reading():
            return shown(self.ledger, self._index, number, reach)

    def thread(self, source: str, name: str, *, last: int) -> list[tuple[int, Entry]]:
        """Return the newest ``last`` entries of a thread with their numbers, in order of time."""
        with self._reading():
            records = self.ledger.get(self._index.newest_of_thread(source, name, last)).values()
            found = [(record.seq, entry_of(record.content)) for record in records if record.content is not None]
        return sorted(found, key=lambda each: (each[1].when.instant, each[0]))

    def numbered(self, numbers: Sequence[int]) -> dict[int, Entry]:
        """Return entries by number, in this order; what is none, or forgotten, is left out."""
        with self._reading():
            records = self.ledger.get(numbers)
        there = (records[number] for number in numbers if number in records)
        return {each.seq: entry_of(each.content) for each in there if each.kind == "entry" and each.content is not None}

    def choices(self, what: Choosable, containing: str = "", *, most: int) -> list[Choice]:
        """Return up to ``most`` authors, threads, sources or kinds whose name holds a text, with their entries counted."""
        with self._reading():
            return choices(self._db, what, containing, most=most)

    def conversations(self, count: int, after: str = "") -> list[Conversation]:
        """Return the conversations with Vertraut in which something was said last, or those behind the place of one."""
        with self._reading():
            return conversations(self._db, count, after)

    def subjects(self, count: int) -> list[Subject]:
        """Return up to ``count`` things near now that a person could ask about first."""
        with self._reading():
            return subjects(self._db, self.clock.now(), count)

    def newcomers(self) -> list[Newcomer]:
        """Return some of what was remembered last, to ask about."""
        with self._reading():
            return newcomers(self._db)

    def any_brought(self) -> bool:
        """Say whether anything is remembered beside conversations with Vertraut."""
        with self._reading():
            return any_brought(self._db)

    def any_asked(self) -> bool:
        """Say whether something was asked of Vertraut after the first of what was brought."""
        with self._reading():
            return any_asked(self._db)

    def is_empty(self) -> bool:
        """Say whether nothing is remembered beside conversations with Vertraut.

        Raises ``IndexOutdated`` where that cannot be told.
        """
        with self._reading():
            self._index.check_version()
            return not any_brought(self._db)

    def authors(self) -> frozenset[str]:
        """Return the names of everybody who wrote something."""
        with self._reading():
            return frozenset(self._index.author_names().values())

    def attachment(self, number: int, place: int) -> bytes | None:
        """Return the bytes of an entry's attachment by its place, from 0; None where they were not kept."""
        with self._reading():
            blob = self._index.blobs_of(number).get(place)
            record = self.ledger.get([blob]).get(blob) if blob is not None else None
        return record.content if record else None

    def stats(self) -> Stats:
        """Return what is in the space: counts by kind, source and year, sizes."""
        with self._reading():
            return stats(self._db, self.ledger, self._index, self.path)

    def forgotten_lines(self, kind: RecordKind) -> int:
        """Return how many lines of a kind of the journal were forgotten with what they quoted."""
        with self._reading():
            return forgotten_lines(self._db, kind)

    @property
    def vault_bytes(self) -> int:
        """The size of the vault."""
        return vault_bytes(self.path)

    @property
    def index_outdated(self) -> bool:
        """Say whether another version built the index, so that nothing is found in it before ``rebuild``."""
        with suppress(IndexOutdated):
            self._index.check_version()
            return False
        return True
