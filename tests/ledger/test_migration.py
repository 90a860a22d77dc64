"""The steps of a vault's schema: each is run once, whole or not at all, and one in a strange form is noticed."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from vertraut.errors import VaultTooNew, VaultUnreadable
from vertraut.ledger.migration import Migration, migrate
from vertraut.ledger.vault import open_vault

KEY = bytes(range(32))


def opened(path: Path, *, create: bool = False) -> apsw.Connection:
    return open_vault(path, KEY, busy_seconds=5, create=create)


def start(code: str, *arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE)


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, check=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "me" / "vault.db"


class TestMigrating:
    first = Migration("people", "CREATE TABLE people (name TEXT); INSERT INTO people VALUES ('Ida')")
    second = Migration("years", "ALTER TABLE people ADD COLUMN year INTEGER; UPDATE people SET year = 1843")

    def test_runs_what_is_missing_once(self, path: Path) -> None:
        with closing(opened(path, create=True)) as connection:
            migrate(connection, [])
            migrate(connection, [self.first])
            migrate(connection, [self.first])
            assert connection.pragma("user_version") == 1
            migrate(connection, [self.first, self.second])
            assert connection.pragma("user_version") == 2
            assert connection.execute("SELECT * FROM people").fetchall() == [("Ida", 1843)]

    def test_a_vault_of_a_later_version_is_left_alone(self, path: Path) -> None:
        with closing(opened(path, create=True)) as connection:
            migrate(connection, [self.first, self.second])
        before = path.read_bytes()
        with closing(opened(path)) as connection, pytest.raises(VaultTooNew, match=r"schema 2.*up to 1"):
            migrate(connection, [self.first])
        assert path.read_bytes() == before

    def test_statements_that_return_rows_do_not_stop_a_migration(self, path: Path) -> None:
        with closing(opened(path, create=True)) as connection:
            migrate(
                connection, [Migration("look", "SELECT 1 UNION SELECT 2; CREATE TABLE a (x); SELECT 3; CREATE TABLE b (x)")]
            )
            assert connection.execute("SELECT count(*) FROM sqlite_schema").get == 3  # with the list of migrations

    def test_a_kill_in_the_middle_leaves_the_old_version(self, path: Path) -> None:
        with closing(opened(path, create=True)) as connection:
            migrate(connection, [self.first])
        code = """if True:
            import os, sys
            from pathlib import Path
            from vertraut.ledger.vault import open_vault
            from vertraut.ledger.migration import Migration, migrate
            connection = open_vault(Path(sys.argv[1]), bytes(range(32)), busy_seconds=5)
            connection.create_scalar_function("die", lambda: os._exit(9))
            first = Migration("people", "CREATE TABLE people (name TEXT); INSERT INTO people VALUES ('Ida')")
            fatal = Migration("fatal", "DELETE FROM people; PRAGMA user_version = 7; SELECT die()")
            migrate(connection, [first, fatal])
        """
        assert run(code, path).returncode == 9
        with closing(opened(path)) as connection:
            assert connection.pragma("user_version") == 1
            migrate(connection, [self.first, self.second])
            assert connection.execute("SELECT * FROM people").fetchall() == [("Ida", 1843)]

    def test_a_migration_that_fails_leaves_the_old_version(self, path: Path) -> None:
        with closing(opened(path, create=True)) as connection:
            with pytest.raises(apsw.SQLError):
                migrate(connection, [self.first, Migration("wrong", "DELETE FROM people; SELECT nonsense()")])
            assert connection.pragma("user_version") == 1
            assert connection.execute("SELECT name FROM people").get == "Ida"

    def test_processes_that_open_a_new_vault_at_once_do_not_clash(self, path: Path) -> None:
        code = """if True:
            import sys
            from contextlib import suppress
            from pathlib import Path
            from vertraut.errors import SpaceExists
            from vertraut.ledger.vault import open_vault
            from vertraut.ledger.migration import Migration, migrate
            path = Path(sys.argv[1])
            with suppress(SpaceExists):
                open_vault(path, bytes(range(32)), busy_seconds=20, create=True).close()
            connection = open_vault(path, bytes(range(32)), busy_seconds=20)
            steps = [Migration(f"step {n}", f"CREATE TABLE t{n} (x); INSERT INTO t{n} VALUES (1)") for n in range(20)]
            migrate(connection, steps)
            assert connection.execute("SELECT sum(x) FROM t19").get == 1
        """
        processes = [start(code, path) for _ in range(3)]
        assert [process.communicate() and process.returncode for process in processes] == [0, 0, 0]
        assert [each.name for each in path.parent.iterdir()] == ["vault.db"]


class TestStrangeForms:
    people = Migration("people", "CREATE TABLE people (name TEXT); INSERT INTO people VALUES ('Ida')")
    index = Migration("index", "CREATE TABLE letters (letter TEXT)", "DROP TABLE IF EXISTS letters")
    more = Migration("more", "ALTER TABLE letters ADD COLUMN upper TEXT", "SELECT 1")
    other_index = Migration("index", "CREATE TABLE letters (letter TEXT, place INTEGER)", "DROP TABLE IF EXISTS letters")

    def columns(self, connection: apsw.Connection) -> list[str]:
        return [name for (name,) in connection.execute("SELECT name FROM pragma_table_info('letters')")]

    def test_what_can_be_made_again_is(self, path: Path) -> None:
        with closing(opened(path, create=True)) as connection:
            migrate(connection, [self.people, self.other_index, self.more])
            connection.execute("INSERT INTO letters VALUES ('a', 1, 'A')")
            migrate(connection, [self.people, self.index, self.more])
            assert self.columns(connection) == ["letter", "upper"]
            assert connection.execute("SELECT count(*) FROM letters").get == 0
            assert connection.execute("SELECT name FROM people").get == "Ida"
            connection.execute("INSERT INTO letters VALUES ('b', 'B')")
            migrate(connection, [self.people, self.index, self.more])
            assert connection.execute("SELECT count(*) FROM letters").get == 1

    def test_of_the_first_vaults_nobody_noted_the_form(self, path: Path) -> None:
        with closing(opened(path, create=True)) as connection:
            connection.execute(self.people.script + ";" + self.other_index.script + "; PRAGMA user_version = 2")
            migrate(connection, [self.people, self.index, self.more])
            assert self.columns(connection) == ["letter", "upper"]
            assert connection.execute("SELECT name FROM people").get == "Ida"

    def test_what_cannot_is_left_alone(self, path: Path) -> None:
        other = Migration("people", "CREATE TABLE people (name TEXT, year INTEGER)")
        with closing(opened(path, create=True)) as connection:
            migrate(connection, [other, self.index])
        before = path.read_bytes()
        with closing(opened(path)) as connection, pytest.raises(VaultUnreadable, match="no version of Vertraut"):
            migrate(connection, [self.people, self.index])
        assert path.read_bytes() == before
