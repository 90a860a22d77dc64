"""The tables of the index: everything here is derived from the ledger and can be dropped and made again.

``words`` is contentless in the old sense (content=''): rows are taken out by handing FTS5 the very terms that were put
in, which with its secure-delete option leaves no trace of them in its pages. A table with contentless_delete=1 left them
there (measured, DESIGN section 6).
"""

from __future__ import annotations

from datetime import date

SCHEMA = """
CREATE TABLE index_state (
  name TEXT PRIMARY KEY,       -- 'words', 'vectors' or 'removals'
  upto INTEGER NOT NULL,       -- ledger sequence number up to which it is built; how many removals
  version TEXT NOT NULL        -- what built it
) STRICT, WITHOUT ROWID;
CREATE TABLE threads (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  UNIQUE (source, name)
) STRICT;
CREATE TABLE authors (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: that is how a change of authors is noticed
  name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE people (          -- who takes part in entries, as those say it
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  UNIQUE (name, address)
) STRICT;
CREATE TABLE places (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE languages (
  language TEXT PRIMARY KEY,
  entries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE entries (
  seq INTEGER PRIMARY KEY,     -- of its ledger record
  thread INTEGER NOT NULL,
  author INTEGER NOT NULL,
  kind TEXT NOT NULL,
  starts INTEGER NOT NULL,     -- seconds since 1970, UTC
  ends INTEGER NOT NULL,       -- first second after it; starts for a point in time
  language TEXT NOT NULL,
  size INTEGER NOT NULL,       -- characters of its text
  asks INTEGER NOT NULL,       -- 1 where the text ends with a question mark
  known INTEGER NOT NULL,      -- how exactly its time is known, by its place in PRECISIONS
  day INTEGER NOT NULL,        -- of what is not known to the second: its first day in its own zone, since 1970; else 0
  place INTEGER NOT NULL,      -- 0 where it names none
  people TEXT NOT NULL         -- who takes part besides its author, by number: a JSON array; '' for nobody
) STRICT;
CREATE INDEX entries_thread ON entries (thread, starts, seq);
CREATE INDEX entries_starts ON entries (starts);
CREATE INDEX entries_author ON entries (author);
CREATE TABLE attachments (
  seq INTEGER NOT NULL,        -- of the entry
  place INTEGER NOT NULL,      -- among its attachments, from 0
  blob INTEGER NOT NULL,       -- of the blob record
  PRIMARY KEY (seq, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachments_blob ON attachments (blob);
CREATE VIRTUAL TABLE words USING fts5 (terms, content='', tokenize='ascii');
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
CREATE VIRTUAL TABLE word_frequencies USING fts5vocab (words, row);
CREATE TABLE passages (
  id INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,        -- of the entry
  start INTEGER NOT NULL,      -- offsets in the entry's text, in characters
  stop INTEGER NOT NULL,
  vector BLOB NOT NULL         -- int8, one a dimension
) STRICT;
CREATE INDEX passages_seq ON passages (seq);
CREATE TABLE passage_codes (
  block INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: a changed block is a new one
  ids BLOB NOT NULL,           -- int64, one a passage
  codes BLOB NOT NULL          -- one bit a dimension: the sign of the centred vector
) STRICT;
INSERT INTO index_state SELECT 'words', 0, 'none' WHERE EXISTS (SELECT 1 FROM records);  -- so that it is built anew
"""

DROP_INDEX = """
DROP TABLE IF EXISTS word_frequencies;
DROP TABLE IF EXISTS words;
DROP TABLE IF EXISTS index_state;
DROP TABLE IF EXISTS threads;
DROP TABLE IF EXISTS authors;
DROP TABLE IF EXISTS people;
DROP TABLE IF EXISTS places;
DROP TABLE IF EXISTS languages;
DROP TABLE IF EXISTS entries;
DROP TABLE IF EXISTS attachments;
DROP TABLE IF EXISTS passages;
DROP TABLE IF EXISTS passage_codes;
"""

CONTEXT_SCHEMA = """
ALTER TABLE passages ADD COLUMN context INTEGER NOT NULL DEFAULT 0;  -- the entry whose words went into the vector; 0: none
CREATE INDEX passages_context ON passages (context) WHERE context > 0;
CREATE TABLE passages_due (
  seq INTEGER PRIMARY KEY      -- an entry whose vectors went with the words of another
) STRICT;
"""

DROP_CONTEXT = "DROP TABLE IF EXISTS passages_due;"

TABLES = ("threads", "authors", "people", "places", "languages", "entries", "attachments")
PRECISIONS = ("second", "day", "month", "year")
VECTOR_TABLES = ("passages", "passage_codes", "passages_due")

REMOVALS = "coalesce((SELECT upto FROM index_state WHERE name = 'removals'), 0)"
"""SQL: how often vectors were taken out of the vault. As long as it stays, what was loaded stays true."""
COUNT_REMOVAL = f"INSERT OR REPLACE INTO index_state VALUES ('removals', {REMOVALS} + 1, '')"

EPOCH_DAY = date(1970, 1, 1).toordinal()
"""The day from which ``entries.day`` counts."""
TAKING_PART = "SELECT value FROM entries, json_each(people) WHERE people <> ''"
"""SQL: the numbers of everybody who takes part in something."""
