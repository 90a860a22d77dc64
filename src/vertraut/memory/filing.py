"""Filing: how an entry becomes rows of the index, and how its rows go.

Runs inside transactions that others open. What is filed is a function of the records alone: filing them all again gives the
same rows, so the language of a short text and the title of a thread follow when what they hung on goes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

import apsw

from vertraut.ledger import Entry, Record, blob_identity, entry_of
from vertraut.ledger.queries import rows, scalar
from vertraut.memory.language import FALLBACK_LANGUAGE, SHORTEST, language_of
from vertraut.memory.places import Placed
from vertraut.memory.schema import COUNT_REMOVAL, EPOCH_DAY, PRECISIONS, TAKING_PART
from vertraut.memory.searched import searched_text
from vertraut.memory.words import terms, words_version

_COUNT_LANGUAGE = (
    "INSERT INTO languages VALUES (?, ?) ON CONFLICT (language) DO UPDATE SET entries = entries + excluded.entries"
)


class Filing:
    """Writes the rows of one vault's entries."""

    def __init__(self, connection: apsw.Connection, find: Callable[[bytes], int | None]) -> None:
        """``find`` gives the number of the record with an identity: the ledger's."""
        self._db = connection
        self._find = find

    def add(self, records: Iterable[Record]) -> None:
        """File what is an entry among records."""
        last = 0
        languages: dict[int, str] = {}
        counts: Counter[str] = Counter()
        for record in records:
            last = record.seq
            if record.kind == "entry" and record.content is not None:
                counts[self._put(record.seq, entry_of(record.content), languages)] += 1
        self._db.executemany(_COUNT_LANGUAGE, counts.items())
        if last:
            self._db.execute("INSERT OR REPLACE INTO index_state VALUES ('words', ?, ?)", (last, words_version()))

    def remove(self, records: Sequence[Record], placed: Mapping[int, Placed]) -> None:
        """Take entries out, with every term that only they held; ``placed`` says where they stand."""
        for record in records:
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

    def _put(self, seq: int, entry: Entry, languages: dict[int, str]) -> str:
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
        query = """SELECT plain(content), threads.id FROM threads JOIN records
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
        text = searched_text(entry_of(scalar(self._db, "SELECT plain(content) FROM records WHERE seq = ?", (seq,))))
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


def _thread_title(entry: Entry) -> str:
    return entry.thread_title or entry.title


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp() // 1)
