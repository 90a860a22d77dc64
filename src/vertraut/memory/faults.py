"""What in the index does not fit the ledger."""

from __future__ import annotations

from collections.abc import Iterator

import apsw

from vertraut.ledger import Head
from vertraut.ledger.queries import rows, scalar
from vertraut.memory.schema import TAKING_PART
from vertraut.memory.words import words_version

_CHECKS = (
    (
        "{} entries of the ledger are missing in the index.",
        "SELECT count(*) FROM records WHERE kind = 'entry' AND content IS NOT NULL AND seq NOT IN (SELECT seq FROM entries)",
    ),
    (
        "{} entries of the index are not in the ledger.",
        """SELECT count(*) FROM entries WHERE seq NOT IN
        (SELECT seq FROM records WHERE kind = 'entry' AND content IS NOT NULL)""",
    ),
    (
        "{} entries cannot be found by words.",
        "SELECT count(*) FROM entries WHERE seq NOT IN (SELECT id FROM words_docsize)",
    ),
    (
        "{} entries can be found by words, but are not there.",
        "SELECT count(*) FROM words_docsize WHERE id NOT IN (SELECT seq FROM entries)",
    ),
    (
        "{} entries have no thread or no author.",
        """SELECT count(*) FROM entries
        WHERE thread NOT IN (SELECT id FROM threads) OR author NOT IN (SELECT id FROM authors)""",
    ),
    (
        "{} entries name a place or people that are not there.",
        f"""SELECT (SELECT count(*) FROM entries WHERE place NOT IN (SELECT id FROM places) AND place <> 0)
        + (SELECT count(*) FROM ({TAKING_PART}) WHERE value NOT IN (SELECT id FROM people))""",
    ),
    (
        "{} people or places are in no entry.",
        f"""SELECT (SELECT count(*) FROM places WHERE id NOT IN (SELECT place FROM entries))
        + (SELECT count(*) FROM people WHERE id NOT IN ({TAKING_PART}))""",
    ),
    (
        "{} attachments are not in the ledger.",
        """SELECT count(*) FROM attachments WHERE blob NOT IN
        (SELECT seq FROM records WHERE kind = 'blob' AND content IS NOT NULL)""",
    ),
    (
        "{} passages belong to no entry.",
        "SELECT count(*) FROM passages WHERE seq NOT IN (SELECT seq FROM entries)",
    ),
    (
        "The index counts {} entries more or less than there are.",
        "SELECT abs((SELECT coalesce(sum(entries), 0) FROM languages) - (SELECT count(*) FROM entries))",
    ),
    (
        "{} parts of the index are ahead of the ledger.",
        "SELECT count(*) FROM index_state WHERE name <> 'removals' AND upto > ?",
    ),
)


def faults(connection: apsw.Connection, head: Head) -> Iterator[str]:
    """Yield what in a vault's index does not fit its ledger, which ends at ``head``, as sentences."""
    versions = {found[0] for found in rows(connection, "SELECT version FROM index_state WHERE name = 'words'")}
    if versions - {words_version()}:
        yield "The word index was built by another version of Vertraut."
    for sentence, query in _CHECKS:
        count = scalar(connection, query, (head.seq,) if "?" in query else ())
        if count:
            yield sentence.format(count)
