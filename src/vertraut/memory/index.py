"""The projection of the ledger: entries by word, time, thread and author. Vectors follow through ``memory.embedding_work``.

``add`` and ``remove`` run inside the ledger's own transaction, so that what is acknowledged is findable at once. They are
functions of the record alone: building the index anew from the ledger gives the same index.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import apsw

from vertraut.errors import IndexOutdated
from vertraut.ledger import OWN_NAME, OWN_SOURCE, Record, entry_of
from vertraut.ledger.queries import row, rows, scalar
from vertraut.memory.columns import columns_with_words
from vertraut.memory.filing import Filing
from vertraut.memory.language import FALLBACK_LANGUAGE
from vertraut.memory.places import Placed, Places
from vertraut.memory.requests import LONGEST_REQUEST, is_request
from vertraut.memory.schema import COUNT_REMOVAL, REMOVALS, TABLES, VECTOR_TABLES
from vertraut.memory.words import words, words_version

_LANGUAGES = 4
_PLACED = """SELECT seq, thread, author, kind, starts, ends, language, size, asks FROM entries
  WHERE seq IN (SELECT value FROM json_each(?))"""
_NEIGHBOURS = """
WITH wanted AS MATERIALIZED (
  SELECT value ->> 0 AS seq, value ->> 1 AS thread, value ->> 2 AS starts FROM json_each(?1)
)
SELECT json_group_array(json_array(seq,
  (SELECT json_group_array(seq) FROM (SELECT seq FROM entries
    WHERE thread = wanted.thread AND (starts, seq) < (wanted.starts, wanted.seq)
    ORDER BY starts DESC, seq DESC LIMIT ?2)),
  (SELECT json_group_array(seq) FROM (SELECT seq FROM entries
    WHERE thread = wanted.thread AND (starts, seq) > (wanted.starts, wanted.seq)
    ORDER BY starts, seq LIMIT ?2))))
FROM wanted"""
_RIGHT_BEFORE = """
SELECT seq, before FROM (
  SELECT seq, (SELECT seq FROM entries AS earlier WHERE earlier.thread = entries.thread
    AND (earlier.starts, earlier.seq) < (entries.starts, entries.seq)
    AND earlier.starts >= entries.starts - ?2 AND earlier.seq < entries.seq
    ORDER BY earlier.starts DESC, earlier.seq DESC LIMIT 1) AS before
  FROM entries WHERE seq IN (SELECT value FROM json_each(?1))
) WHERE before IS NOT NULL"""
_NO_TALK = f"""AND NOT (thread IN (SELECT id FROM threads WHERE source = '{OWN_SOURCE}')
  AND (asks OR author IN (SELECT id FROM authors WHERE name = '{OWN_NAME}')))"""
_SAID_TO_US = f"""SELECT seq, plain(content) FROM entries JOIN records USING (seq)
  WHERE seq IN (SELECT value FROM json_each(?)) AND NOT asks AND size <= {LONGEST_REQUEST} AND content IS NOT NULL
  AND thread IN (SELECT id FROM threads WHERE source = '{OWN_SOURCE}')
  AND author NOT IN (SELECT id FROM authors WHERE name = '{OWN_NAME}')"""
_WAITING = f"""SELECT coalesce((SELECT upto FROM index_state WHERE name = 'vectors'), 0),
  (SELECT coalesce(max(seq), 0) FROM entries), {REMOVALS}, (SELECT count(*) FROM passages_due)"""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """How many entries had no vectors, when these were the newest with and without."""

    upto: int
    newest: int
    removals: int
    count: int


class Index:
    """The index of one vault. One instance a connection; writing happens inside transactions that others open."""

    def __init__(self, connection: apsw.Connection, find: Callable[[bytes], int | None]) -> None:
        """``find`` gives the number of the record with an identity: the ledger's."""
        self._db = connection
        self._filing = Filing(connection, find)
        self._authors: dict[str, frozenset[int]] = {}
        self._authors_state: object = None
        self._waiting: _Waiting | None = None

    def add(self, records: Iterable[Record]) -> None:
        """Make records findable by word, time, thread and author. Raises ``IndexOutdated``."""
        self.check_version()
        self._filing.add(records)

    def remove(self, records: Iterable[Record]) -> None:
        """Take entries out, with every term that only they held. Give them with their content still there."""
        self.check_version()
        gone = [record for record in records if record.kind == "entry" and record.content is not None]
        self._filing.remove(gone, self.placed([record.seq for record in gone]))

    def clear(self, *, vectors: bool) -> None:
        """Drop everything derived, inside an open transaction; with ``vectors`` what embedding made, too."""
        self._db.execute("INSERT INTO words (words) VALUES ('delete-all')")
        self._db.execute("DELETE FROM index_state WHERE name = 'words'")
        self._db.execute(COUNT_REMOVAL)
        for table in TABLES:
            self._db.execute(f"DELETE FROM {table}")
        if vectors:
            self.clear_vectors()

    def clear_vectors(self) -> None:
        """Drop what embedding made, inside an open transaction."""
        self._db.execute("DELETE FROM index_state WHERE name = 'vectors'")
        for table in VECTOR_TABLES:
            self._db.execute(f"DELETE FROM {table}")
        self._db.execute(COUNT_REMOVAL)

    def check_version(self) -> None:
        """Raise ``IndexOutdated`` where another version of the term rules built the index."""
        row = self._db.execute("SELECT version FROM index_state WHERE name = 'words'").fetchone()
        if row and row[0] != words_version():
            raise IndexOutdated

    def count(self) -> int:
        """Return the number of entries."""
        count: int = self._db.execute("SELECT coalesce(sum(entries), 0) FROM languages").get
        return count

    def waiting(self) -> int:
        """Return the number of entries whose vectors are still to come; only what changed since the last look is counted."""
        upto, newest, removals, due = row(self._db, _WAITING)
        seen = self._waiting
        if seen is None or seen.removals != removals or seen.upto > upto:
            count = self._between(upto, newest)
        else:
            done = self._between(seen.upto, min(upto, seen.newest))
            count = seen.count - done + self._between(max(seen.newest, upto), newest)
        self._waiting = _Waiting(upto, newest, removals, count)
        return count + int(due)

    def _between(self, after: int, upto: int) -> int:
        """Return the number of entries with numbers above ``after``, up to ``upto``."""
        count: int = scalar(self._db, "SELECT count(*) FROM entries WHERE seq > ? AND seq <= ?", (after, upto))
        return count

    def placed(self, seqs: Collection[int]) -> dict[int, Placed]:
        """Return where entries stand; what is no entry, or forgotten, is left out."""
        found = (column.tolist() for column in self._columns(seqs, _PLACED))
        return {values[0]: Placed(*values) for values in zip(*found, strict=True)}

    def places(self, seqs: Collection[int], *, talk: bool = True) -> Places:
        """Return where entries stand, by column; what is no entry, or forgotten, is left out.

        Without ``talk`` so are our own answers, and questions and requests that were put to us: they are no evidence of
        anything.
        """
        if not talk:
            said = rows(self._db, _SAID_TO_US, (json.dumps(list(seqs)),))
            seqs = set(seqs) - {seq for seq, content in said if is_request(entry_of(content).text)}
        return Places(*self._columns(seqs, f"{_PLACED} {'' if talk else _NO_TALK} ORDER BY seq"))

    def _columns(self, seqs: Collection[int], query: str) -> list[Any]:
        words = {Places.__slots__.index(name) for name in ("kinds", "languages")}
        wanted = (json.dumps(list(seqs)),)
        return columns_with_words(self._db, query, wanted, count=len(Places.__slots__), words=words)

    def neighbours(self, where: Placed, reach: int) -> list[int]:
        """Return up to ``reach`` entries before and after one in its thread, in order of time, itself included."""
        return self.surroundings([(where.seq, where.thread, where.starts)], reach)[where.seq]

    def surroundings(self, where: Iterable[tuple[int, int, int]], reach: int) -> dict[int, list[int]]:
        """Return the same by number for many, given as (number, thread, start)."""
        wanted = json.dumps(list(where))
        found = json.loads(scalar(self._db, _NEIGHBOURS, (wanted, reach)))
        return {seq: [*reversed(before), seq, *after] for seq, before, after in found}

    def right_before(self, seqs: Iterable[int], seconds: int) -> dict[int, int]:
        """Return for each entry the one before it in its thread, at most ``seconds`` earlier.

        Only what was remembered before it counts, so that this does not depend on what is remembered later.
        """
        return dict(rows(self._db, _RIGHT_BEFORE, (json.dumps(list(seqs)), seconds)))

    def newest_of_thread(self, source: str, name: str, count: int) -> list[int]:
        """Return the numbers of the newest entries of a thread, newest first."""
        query = """
            SELECT seq FROM entries WHERE thread = (SELECT id FROM threads WHERE source = ? AND name = ?)
            ORDER BY starts DESC, seq DESC LIMIT ?
        """
        return [seq for (seq,) in self._db.execute(query, (source, name, count))]

    def author_names(self) -> dict[int, str]:
        """Return the names of all authors by number."""
        return dict(self._db.execute("SELECT id, name FROM authors"))

    def authors_by_word(self) -> Mapping[str, frozenset[int]]:
        """Return for each word of an author's name, case folded, the authors that have it. Kept until authors change."""
        state = self._db.execute("SELECT count(*), max(id) FROM authors").fetchone()
        if self._authors_state != state:
            found: dict[str, set[int]] = {}
            for number, name in self.author_names().items():
                for word in words(name):
                    found.setdefault(word, set()).add(number)
            self._authors = {word: frozenset(numbers) for word, numbers in found.items()}
            self._authors_state = state
        return self._authors

    def languages(self) -> list[str]:
        """Return the languages that a question's words may stand in, most frequent first.

        Detection mistakes short texts, so a language counts from one entry in a hundred on.
        """
        counted = rows(self._db, "SELECT language, entries FROM languages WHERE entries > 0")
        total = sum(count for _, count in counted)
        found = sorted(((count, language) for language, count in counted if count * 100 >= total), reverse=True)
        return [language for _, language in found[:_LANGUAGES]] or [FALLBACK_LANGUAGE]

    def blobs_of(self, seq: int) -> dict[int, int]:
        """Return the blob records of an entry's attachments, by the attachment's place."""
        return dict(self._db.execute("SELECT place, blob FROM attachments WHERE seq = ?", (seq,)))
