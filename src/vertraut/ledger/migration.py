"""The steps of a vault's schema: running those it lacks, and noticing those that were run in another form."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import apsw

from vertraut.errors import VaultTooNew, VaultUnreadable
from vertraut.ledger.queries import rows
from vertraut.ledger.vault import path_of, storage_errors, transaction


@dataclass(frozen=True, slots=True)
class Migration:
    """One step. A step that was released never changes; what is new comes behind.

    ``undo`` is for a step whose tables hold nothing but what can be made again from the others: SQL that drops them,
    whichever of them are there.
    """

    name: str
    script: str
    undo: str = ""

    @property
    def fingerprint(self) -> bytes:
        """Return 32 bytes that tell the script from every other one."""
        return hashlib.sha256(self.script.encode()).digest()


_TABLE = """
CREATE TABLE IF NOT EXISTS migrations (
  number INTEGER PRIMARY KEY,  -- from 0, in the order they were run
  name TEXT NOT NULL,
  fingerprint BLOB NOT NULL    -- of the script that was run
) STRICT
"""


def migrate(connection: apsw.Connection, migrations: Sequence[Migration]) -> None:
    """Run the migrations that the vault lacks, in order, each in a transaction of its own.

    The schema's version is the number of migrations that were run. Processes that migrate at once take turns. Where one
    was run in another form than it has here, all with an ``undo`` are undone and run again.
    Raises ``VaultTooNew`` for a vault with more migrations than these, and ``VaultUnreadable`` where one without an
    ``undo`` was run in another form.
    """
    with storage_errors(path_of(connection), connection):
        version = _version(connection)
        if version > len(migrations):
            raise VaultTooNew(path_of(connection), version, len(migrations))
        if _unlike(connection, migrations[:version]):
            _renew(connection, migrations)
        while (version := _version(connection)) < len(migrations):
            with transaction(connection):
                if _version(connection) == version:  # else another process was first
                    connection.execute(migrations[version].script).fetchall()
                    _note(connection, version, migrations[version])
                    connection.pragma("user_version", version + 1)


def _renew(connection: apsw.Connection, migrations: Sequence[Migration]) -> None:
    """Undo and run again what can be; a step of which no form was noted and that cannot be undone is taken as it is."""
    with transaction(connection):
        done = migrations[: _version(connection)]
        unlike = _unlike(connection, done)
        if not unlike:  # another process was first
            return
        if any(noted and not step.undo for step, noted in unlike):
            raise VaultUnreadable(path_of(connection), "no version of Vertraut made tables of this form")
        for step in reversed(done):
            connection.execute(step.undo).fetchall()
        for number, step in enumerate(done):
            if step.undo:
                connection.execute(step.script).fetchall()
            _note(connection, number, step)


def _unlike(connection: apsw.Connection, done: Sequence[Migration]) -> list[tuple[Migration, bytes | None]]:
    """Return the steps that were not run in the form they have here, each with the form that was noted, if one was."""
    noted: dict[int, bytes] = {}
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").get:
        noted = dict(rows(connection, "SELECT number, fingerprint FROM migrations"))
    return [(step, noted.get(number)) for number, step in enumerate(done) if noted.get(number) != step.fingerprint]


def _note(connection: apsw.Connection, number: int, step: Migration) -> None:
    connection.execute(_TABLE)
    connection.execute("INSERT OR REPLACE INTO migrations VALUES (?, ?, ?)", (number, step.name, step.fingerprint))


def _version(connection: apsw.Connection) -> int:
    version: int = connection.pragma("user_version")
    return version
