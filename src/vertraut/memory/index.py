"""The projection of the ledger: entries by word, time, thread and author. Vectors follow through ``memory.embedding_work``.

``add`` and ``remove`` run inside the ledger's own transaction, so that what is acknowledged is findable at once. They are
functions of the record alone: building the index anew from the ledger gives the same index.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import apsw
import numpy as np
import numpy.typing as npt

from vertraut.errors import IndexOutdated
from vertraut.ledger import OWN_NAME, OWN_SOURCE, Entry, Record, blob_identity, entry_of
from vertraut.ledger.queries import row, rows, scalar
from vertraut.memory.columns import Numbers, columns_with_words
from vertraut.memory.language import SHORTEST, language_of
from vertraut.memory.schema import COUNT_REMOVAL, PRECISIONS, REMOVALS, TABLES, VECTOR_TABLES
from vertraut.memory.words import WORDS_VERSION, stemmer_version, terms, words

FALLBACK_LANGUAGE = "en"
"""Language of a short text at the start of a thread. Questions are stemmed in every language, so little hangs on it."""

SEARCHED_META = ("image_caption", "app", "repeats", "tags", "aliases")
"""What of an entry's ``meta`` can be found by words, besides its text, title, people, place and file names."""


EPOCH_DAY = date(1970, 1, 1).toordinal()
TAKING_PART = "SELECT value FROM entries, json_each(people) WHERE people <> ''"
"""SQL: the numbers of everybody who takes part in something."""

_LANGUAGES = 4
_COUNT_LANGUAGE = (
    "INSERT INTO languages VALUES (?, ?) ON CONFLICT (language) DO UPDATE SET entries = entries + excluded.entries"
)

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
_WAITING = f"""SELECT coalesce((SELECT upto FROM index_state WHERE name = 'vectors'), 0),
  (SELECT coalesce(max(seq), 0) FROM entries), {REMOVALS}, (SELECT count(*) FROM passages_due)"""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """How many entries had no vectors, when these were the newest with and without."""

    upto: int
    newest: int
    removals: int
    count: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an entry stands: its thread and author by number, its span in seconds since 1970, its language."""

    seq: int
    thread: int
    author: int
    kind: str
    starts: int
    ends: int
    language: str
    size: int
    asks: int


@dataclass(frozen=True, slots=True)
class Places:
    """The same of many entries by column, each (n,), in the order of their numbers."""

    seqs: Numbers
    threads: Numbers
    authors: Numbers
    kinds: npt.NDArray[np.str_]
    starts: Numbers
    ends: Numbers
    languages: npt.NDArray[np.str_]
    sizes: Numbers
    asks: Numbers

    def joined(self, other: Places) -> Places:
        """Return these with others behind them."""
        columns: list[Any] = [np.concatenate([getattr(self, name), getattr(other, name)]) for name in self.__slots__]
        return Places(*columns)


class Index:
    """The index of one vault. One instance a connection; writing happens inside transactions that others open."""

    def __init__(self, connection: apsw.Connection, find: Callable[[bytes], int | None]) -> None:
        """``find`` gives the number of the record with an identity: the ledger's."""
        self._db = connection
        self._find = find
        self._authors: dict[str, frozenset[int]] = {}
        self._authors_state: object = None
        self._waiting: _Waiting | None = None

    def add(self, records: Iterable[Record]) -> None:
        """Make records findable by word, time, thread and author. Raises ``IndexOutdated``."""
        self.check_version()
        last = 0
        languages: dict[int, str] = {}
        counts: Counter[str] = Counter()
        for record in records:
            last = record.seq
            if record.kind == "entry" and record.content is not None:
                counts[self._add_entry(record.seq, entry_of(record.content), languages)] += 1
        self._db.executemany(_COUNT_LANGUAGE, counts.items())
        if last:
            self._db.execute("INSERT OR REPLACE INTO index_state VALUES ('words', ?, ?)", (last, words_version()))

    def remove(self, records: Iterable[Record]) -> None:
        """Take entries out, with every term that only they held. Give them with their content still there."""
        self.check_version()
        gone = [record for record in records if record.kind == "entry" and record.content is not None]
        placed = self.placed([record.seq for record in gone])
        for record in gone:
            where = placed.get(record.seq)
            if where is None or record.content is None:
                continue
            text = " ".join(terms(searched_text(entry_of(record.content)), where.language))
            self._db.execute("INSERT INTO words (words, rowid, terms) VALUES ('delete', ?, ?)", (record.seq, text))
        counts = Counter(where.language for where in placed.values())
        self._db.executemany(_COUNT_LANGUAGE, ((language, -count) for language, count in counts.items()))
        numbers = json.dumps(sorted(placed))
        for table in ("entries", "attachments"):
            self._db.execute(f"DELETE FROM {table} WHERE seq IN (SELECT value FROM json_each(?))", (numbers,))
        self._db.execute(COUNT_REMOVAL)
        self._db.execute("DELETE FROM threads WHERE id NOT IN (SELECT thread FROM entries)")
        self._db.execute("DELETE FROM authors WHERE id NOT IN (SELECT author FROM entries)")
        self._db.execute("DELETE FROM places WHERE id NOT IN (SELECT place FROM entries)")
        self._db.execute(f"DELETE FROM people WHERE id NOT IN ({TAKING_PART})")
        self._name_threads({where.thread for where in placed.values()})
        first: dict[int, int] = {}
        for where in placed.values():
            first[where.thread] = min(where.seq, first.get(where.thread, where.seq))
        for thread, seq in first.items():
            self._pass_language_on(thread, seq)

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

        Without ``talk`` so are our own answers, and questions that were put to us: they are no evidence of anything.
        """
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

    def _add_entry(self, seq: int, entry: Entry, languages: dict[int, str]) -> str:
        thread = self._thread(entry)
        author = self._number("authors", entry.author)
        language = language_of(entry.text, languages.get(thread) or self._last_language(thread))
        languages[thread] = language
        starts = _seconds(entry.when.instant)
        asks = entry.text.rstrip().endswith("?")
        ends = _seconds(entry.end.end) if entry.end else _seconds(entry.when.end)
        where = (thread, author, entry.kind, starts, max(starts, ends), language, len(entry.text), asks)
        query = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        self._db.execute(query, (seq, *where, *self._filed(entry)))
        text = " ".join(terms(searched_text(entry), language))
        self._db.execute("INSERT INTO words (rowid, terms) VALUES (?, ?)", (seq, text))
        for place, attachment in enumerate(entry.attachments):
            blob = self._find(blob_identity(attachment.sha256)) if attachment.sha256 else None
            if blob is not None:
                there = "INSERT INTO attachments SELECT ?, ?, seq FROM records WHERE seq = ? AND content IS NOT NULL"
                self._db.execute(there, (seq, place, blob))
        return language

    def _filed(self, entry: Entry) -> tuple[int, int, int, str]:
        """Return how exactly an entry's time is known, its day, place and people, as its row holds them."""
        known = PRECISIONS.index(entry.when.precision)
        day = entry.when.local.toordinal() - EPOCH_DAY if known else 0
        place = self._number("places", entry.place) if entry.place else 0
        others = {(each.name, each.address) for each in entry.people if each.name or each.address}
        others.discard((entry.author, ""))
        people = [self._person(name, address) for name, address in sorted(others)]
        return known, day, place, json.dumps(people, separators=(",", ":")) if people else ""

    def _person(self, name: str, address: str) -> int:
        number = scalar(self._db, "SELECT id FROM people WHERE name = ? AND address = ?", (name, address))
        if number is None:
            number = scalar(self._db, "INSERT INTO people (name, address) VALUES (?, ?) RETURNING id", (name, address))
        return int(number)

    def _thread(self, entry: Entry) -> int:
        name = entry.thread or entry.external_id
        query = "SELECT id FROM threads WHERE source = ? AND name = ?"
        number = scalar(self._db, query, (entry.source, name))
        if number is None:
            insert = "INSERT INTO threads (source, name, title) VALUES (?, ?, ?) RETURNING id"
            number = scalar(self._db, insert, (entry.source, name, _thread_title(entry)))
        return int(number)

    def _name_threads(self, threads: Collection[int]) -> None:
        """Call threads what the first of their entries calls them, as building the index anew would."""
        query = """SELECT content, threads.id FROM threads JOIN records
          ON records.seq = (SELECT min(entries.seq) FROM entries WHERE thread = threads.id)
          WHERE threads.id IN (SELECT value FROM json_each(?))"""
        found = rows(self._db, query, (json.dumps(sorted(threads)),))
        titles = ((_thread_title(entry_of(content)), number) for content, number in found)
        self._db.executemany("UPDATE threads SET title = ? WHERE id = ?", titles)

    def _pass_language_on(self, thread: int, after: int) -> None:
        """Give short entries behind a removed one the language of the one that they follow now."""
        query = "SELECT language FROM entries WHERE thread = ? AND seq < ? ORDER BY seq DESC LIMIT 1"
        before = rows(self._db, query, (thread, after))
        language = before[0][0] if before else FALLBACK_LANGUAGE
        query = "SELECT seq, size, language FROM entries WHERE thread = ? AND seq > ? ORDER BY seq"
        for seq, size, own in rows(self._db, query, (thread, after)):
            if size >= SHORTEST or own == language:
                language = own
            else:
                self._change_language(seq, own, language)

    def _change_language(self, seq: int, old: str, new: str) -> None:
        text = searched_text(entry_of(scalar(self._db, "SELECT content FROM records WHERE seq = ?", (seq,))))
        removing = "INSERT INTO words (words, rowid, terms) VALUES ('delete', ?, ?)"
        self._db.execute(removing, (seq, " ".join(terms(text, old))))
        self._db.execute("INSERT INTO words (rowid, terms) VALUES (?, ?)", (seq, " ".join(terms(text, new))))
        self._db.execute("UPDATE entries SET language = ? WHERE seq = ?", (new, seq))
        self._db.executemany(_COUNT_LANGUAGE, ((old, -1), (new, 1)))

    def _number(self, table: str, name: str) -> int:
        number = scalar(self._db, f"SELECT id FROM {table} WHERE name = ?", (name,))
        if number is None:
            number = scalar(self._db, f"INSERT INTO {table} (name) VALUES (?) RETURNING id", (name,))
        return int(number)

    def _last_language(self, thread: int) -> str:
        query = "SELECT language FROM entries WHERE thread = ? ORDER BY seq DESC LIMIT 1"
        return scalar(self._db, query, (thread,)) or FALLBACK_LANGUAGE


def words_version() -> str:
    """Return what the word index depends on: our rules and the stemmer's."""
    return f"{WORDS_VERSION}/snowball {stemmer_version()}"


def searched_text(entry: Entry) -> str:
    """Return everything of an entry that can be found by words."""
    people = (f"{person.name} {person.address}" for person in entry.people)
    files = (attachment.name for attachment in entry.attachments)
    extra = (entry.meta.get(name) for name in SEARCHED_META)
    parts = [entry.author, entry.title, entry.text, entry.place, *people, *files, *_texts(extra)]
    return " ".join(part for part in parts if part)


def _thread_title(entry: Entry) -> str:
    return entry.thread_title or entry.title


def _texts(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Sequence):
            yield from (each for each in value if isinstance(each, str))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp() // 1)
