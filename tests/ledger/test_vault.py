"""The vault file: encrypted, private, refused when it is not what it should be, and never changed by a refusal."""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from vertraut.errors import (
    AccessError,
    DiskFull,
    SpaceExists,
    StorageFailed,
    VaultBusy,
    VaultMissing,
    VaultTruncated,
    VaultUnreadable,
)
from vertraut.ledger.vault import (
    backup,
    check_pages,
    checkpoint_truncate,
    file_errors,
    make_private,
    open_vault,
    plain_pages,
    storage_errors,
    transaction,
)
from vertraut.ledger.vault import copying as vault_copying

KEY = bytes(range(32))
MARKER = b"the rarest word of all: quixotimbre"
PAGE = 4096


def opened(path: Path, *, create: bool = False, read_only: bool = False, seconds: float = 5) -> apsw.Connection:
    return open_vault(path, KEY, busy_seconds=seconds, create=create, read_only=read_only)


def fill(connection: apsw.Connection, rows: int, size: int = 1000) -> None:
    with transaction(connection):
        connection.execute("CREATE TABLE IF NOT EXISTS things (content BLOB)")
        connection.executemany("INSERT INTO things VALUES (?)", ((os.urandom(size),) for _ in range(rows)))


def count(connection: apsw.Connection) -> int:
    number: int = connection.execute("SELECT count(*) FROM things").get
    return number


def fingerprints(folder: Path) -> dict[str, tuple[int, str]]:
    """What is in a folder: each file's rights and content."""
    return {
        each.name: (each.stat().st_mode, hashlib.sha256(each.read_bytes()).hexdigest()) for each in sorted(folder.iterdir())
    }


def start(code: str, *arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE)


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, check=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "me" / "vault.db"


@pytest.fixture
def closed(path: Path) -> Path:
    """A vault of some 60 pages that nobody holds."""
    with closing(opened(path, create=True)) as connection:
        fill(connection, 200)
    assert [each.name for each in path.parent.iterdir()] == ["vault.db"]
    return path


@pytest.fixture
def crashed(closed: Path) -> Path:
    """A vault whose last transaction is in its WAL only: the process that wrote it was killed."""
    code = """if True:
        import os, sys
        from pathlib import Path
        from vertraut.ledger.vault import open_vault, transaction
        connection = open_vault(Path(sys.argv[1]), bytes(range(32)), busy_seconds=5)
        connection.pragma("wal_autocheckpoint", 0)
        with transaction(connection):
            for _ in range(100):
                connection.execute("INSERT INTO things VALUES (?)", (os.urandom(1000),))
        os._exit(9)
    """
    assert run(code, closed).returncode == 9
    assert (closed.parent / "vault.db-wal").stat().st_size > 100_000
    return closed


class TestOpening:
    def test_makes_a_vault_and_opens_it_again(self, path: Path) -> None:
        with closing(opened(path, create=True)) as connection:
            fill(connection, 3)
        with closing(opened(path)) as connection:
            assert count(connection) == 3

    def test_sets_what_durability_and_forgetting_rest_on(self, path: Path) -> None:
        with closing(opened(path, create=True, seconds=1.5)) as connection:
            found = {
                name: connection.pragma(name)
                for name in (
                    "journal_mode", "synchronous", "secure_delete", "foreign_keys", "temp_store", "busy_timeout",
                    "query_only", "page_size", "cipher",
                )
            }  # fmt: skip
        assert found == {
            "journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "temp_store": 2,
            "busy_timeout": 1500, "query_only": 0, "page_size": PAGE, "cipher": "chacha20",
        }  # fmt: skip

    def test_everything_is_for_the_owner_only(self, path: Path) -> None:
        with closing(opened(path, create=True)) as connection:
            fill(connection, 3)
            modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
            assert modes == {"vault.db": 0o600, "vault.db-wal": 0o600, "vault.db-shm": 0o600}
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_takes_the_rights_of_others_to_a_vault_that_was_put_back(self, closed: Path) -> None:
        closed.chmod(0o644)
        opened(closed).close()
        assert stat.S_IMODE(closed.stat().st_mode) == 0o600

    def test_nothing_is_written_in_the_clear(self, path: Path) -> None:
        with closing(opened(path, create=True)) as connection:
            with transaction(connection):
                connection.execute("CREATE TABLE quixotimbre (content BLOB)")
                connection.execute("INSERT INTO quixotimbre VALUES (?)", (MARKER * 500,))
            connection.wal_checkpoint()
            with transaction(connection):
                connection.execute("INSERT INTO quixotimbre VALUES (?)", (MARKER * 500,))
            files = {each.name: each.read_bytes() for each in path.parent.iterdir()}
        assert set(files) == {"vault.db", "vault.db-wal", "vault.db-shm"}
        assert min(len(content) for content in files.values()) > len(MARKER) * 500
        assert not any(b"quixotimbre" in content for content in files.values())
        assert not files["vault.db"].startswith(b"SQLite")

    def test_read_only_reads_and_does_not_write(self, closed: Path) -> None:
        before = fingerprints(closed.parent)
        with closing(opened(closed, read_only=True)) as connection:
            assert count(connection) == 200
            with pytest.raises(StorageFailed), transaction(connection):
                connection.execute("DELETE FROM things")
        assert fingerprints(closed.parent) == before

    def test_is_fast(self, closed: Path) -> None:
        def milliseconds() -> float:
            start = time.perf_counter()
            opened(closed).close()
            return (time.perf_counter() - start) * 1000

        assert min(milliseconds() for _ in range(5)) < 20

    def test_a_key_of_another_length_is_a_mistake_of_ours(self, path: Path) -> None:
        with pytest.raises(ValueError, match="32 bytes"):
            open_vault(path, b"short", busy_seconds=1, create=True)
        assert not path.exists()


class TestRefusing:
    def test_a_missing_vault_is_not_replaced_by_an_empty_one(self, tmp_path: Path) -> None:
        with pytest.raises(VaultMissing):
            opened(tmp_path / "vault.db")
        assert not list(tmp_path.iterdir())

    def test_a_new_vault_never_takes_the_place_of_a_file(self, closed: Path) -> None:
        before = fingerprints(closed.parent)
        with pytest.raises(SpaceExists, match="'me'"):
            opened(closed, create=True)
        assert fingerprints(closed.parent) == before

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            pytest.param(b"", "it is empty", id="empty"),
            pytest.param(b"x", "it is empty", id="one byte"),
            pytest.param(b"xy", "it is no vault", id="two bytes"),
            pytest.param(b"Dear diary, " * 1000, "it is no vault", id="text"),
            pytest.param(bytes(hashlib.shake_256(b"noise").digest(8192)), "it is no vault", id="noise"),
        ],
    )
    def test_a_foreign_file(self, tmp_path: Path, content: bytes, reason: str) -> None:
        path = tmp_path / "vault.db"
        path.write_bytes(content)
        path.chmod(0o755)
        before = fingerprints(tmp_path)
        with pytest.raises(VaultUnreadable, match=reason):
            opened(path)
        assert fingerprints(tmp_path) == before

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(VaultUnreadable, match="not a file"):
            opened(tmp_path)

    @pytest.mark.parametrize("mode", ["delete", "wal"])
    def test_a_plain_sqlite_file(self, tmp_path: Path, mode: str) -> None:
        path = tmp_path / "vault.db"
        with closing(apsw.Connection(str(path))) as connection:
            connection.pragma("journal_mode", mode)
            fill(connection, 3)
        before = fingerprints(tmp_path)
        with pytest.raises(VaultUnreadable, match="not encrypted"):
            opened(path)
        assert fingerprints(tmp_path) == before

    def test_another_key(self, closed: Path) -> None:
        before = fingerprints(closed.parent)
        with pytest.raises(VaultUnreadable, match="another key"):
            open_vault(closed, bytes(32), busy_seconds=1)
        assert fingerprints(closed.parent) == before

    def test_another_key_leaves_what_a_crash_left(self, crashed: Path) -> None:
        before = fingerprints(crashed.parent)
        with pytest.raises(VaultUnreadable, match="another key"):
            open_vault(crashed, bytes(32), busy_seconds=1)
        after = fingerprints(crashed.parent)
        assert [after[name] for name in ("vault.db", "vault.db-wal")] == [
            before[name] for name in ("vault.db", "vault.db-wal")
        ]
        with closing(opened(crashed)) as connection:
            assert count(connection) == 300

    @pytest.mark.parametrize("size", [100, PAGE - 1, PAGE, PAGE + 1, 20 * PAGE, -PAGE, -1])
    def test_a_file_that_was_cut_off(self, closed: Path, size: int) -> None:
        whole = closed.stat().st_size
        cut = size % whole
        os.truncate(closed, cut)
        before = fingerprints(closed.parent)
        with pytest.raises(VaultTruncated) as caught:
            opened(closed)
        assert caught.value.found == cut
        assert caught.value.expected == (whole if cut >= PAGE else PAGE)
        assert fingerprints(closed.parent) == before

    def test_pages_that_are_only_in_the_wal_are_not_missing(self, crashed: Path) -> None:
        with closing(opened(crashed)) as connection:
            assert count(connection) == 300
            check_pages(connection)

    @pytest.mark.parametrize("size", [PAGE, 20 * PAGE, -PAGE])
    @pytest.mark.parametrize("index_of_wal", [True, False])
    def test_a_file_that_was_cut_off_beside_its_wal(self, crashed: Path, size: int, index_of_wal: bool) -> None:
        os.truncate(crashed, size % crashed.stat().st_size)
        if not index_of_wal:
            (crashed.parent / "vault.db-shm").unlink()
        before = fingerprints(crashed.parent)
        with pytest.raises(VaultTruncated):
            opened(crashed)
        after = fingerprints(crashed.parent)
        assert [after[name] for name in ("vault.db", "vault.db-wal")] == [
            before[name] for name in ("vault.db", "vault.db-wal")
        ]

    @pytest.mark.parametrize("keep", [0, 32, 5000, 60_000, -1])
    def test_a_wal_that_was_cut_off_loses_its_last_transaction_only(self, crashed: Path, keep: int) -> None:
        wal = crashed.parent / "vault.db-wal"
        os.truncate(wal, keep % wal.stat().st_size)
        with closing(opened(crashed)) as connection:
            assert count(connection) == 200
            check_pages(connection)

    def test_left_over_frames_of_the_wal_do_not_stand_in_for_missing_pages(self, closed: Path) -> None:
        """The WAL was started anew: its first frames are of now, those behind them have long been in the file."""
        with closing(opened(closed)) as connection:
            fill(connection, 300)
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_RESTART)
            fill(connection, 1, size=10)
            shutil.copytree(closed.parent, closed.parent.parent / "copy")
        copy = closed.parent.parent / "copy" / "vault.db"
        os.truncate(copy, copy.stat().st_size - 10 * PAGE)
        with pytest.raises(VaultTruncated):
            opened(copy)

    def test_a_damaged_first_page(self, closed: Path) -> None:
        damage(closed, 50)
        before = fingerprints(closed.parent)
        with pytest.raises(VaultUnreadable, match="first page is damaged"):
            opened(closed)
        assert fingerprints(closed.parent) == before

    def test_a_damaged_page_is_noticed_when_it_is_touched(self, closed: Path) -> None:
        damage(closed, 30 * PAGE + 77)
        with closing(opened(closed)) as connection:
            with pytest.raises(VaultUnreadable), storage_errors(closed, connection):
                connection.execute("SELECT content FROM things").fetchall()
            for quick in (True, False):
                with pytest.raises(VaultUnreadable):
                    check_pages(connection, quick=quick)
            with pytest.raises(VaultUnreadable):
                list(plain_pages(connection))

    def test_an_index_that_disagrees_with_its_table(self, path: Path) -> None:
        with closing(opened(path, create=True)) as connection:
            connection.execute("CREATE TABLE a (x, y); CREATE INDEX b ON a (x); INSERT INTO a VALUES ('private', 1)")
            check_pages(connection)
            connection.pragma("writable_schema", "ON")
            connection.execute("UPDATE sqlite_schema SET sql = 'CREATE INDEX b ON a (y)' WHERE name = 'b'")
        with closing(opened(path)) as connection:
            check_pages(connection, quick=True)
            with pytest.raises(VaultUnreadable, match="it is damaged") as caught:
                check_pages(connection)
        assert "private" not in str(caught.value)

    def test_what_was_added_behind_the_end_is_no_harm(self, closed: Path) -> None:
        with closed.open("ab") as file:
            file.write(b"x" * 5000)
        with closing(opened(closed)) as connection:
            check_pages(connection)


def damage(path: Path, offset: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes((byte ^ 1,)))


class TestSecrecyOfTheKey:
    def test_a_sqlite_that_cannot_encrypt_is_refused_and_the_error_does_not_hold_the_key(
        self, closed: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Plain(apsw.Connection):
            def __init__(self, name: str, flags: int) -> None:
                super().__init__(name, flags=flags, vfs="unix")

        monkeypatch.setattr(apsw, "Connection", Plain)
        with pytest.raises(StorageFailed, match="cannot encrypt") as caught:
            opened(closed)
        told = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
        assert caught.value.__context__ is None
        assert KEY.hex() not in told

    def test_sqlite_logs_nothing_of_the_key(self, closed: Path) -> None:
        code = """if True:
            import sys
            from pathlib import Path
            import apsw
            apsw.config(apsw.SQLITE_CONFIG_LOG, lambda code, text: print(code, text))
            from vertraut.errors import VertrautError
            from vertraut.ledger.vault import open_vault
            open_vault(Path(sys.argv[1]), bytes(range(32)), busy_seconds=1)
            for path, key in ((sys.argv[1], bytes(range(1, 33))), (sys.argv[2], bytes(range(32)))):
                try:
                    open_vault(Path(path), key, busy_seconds=1)
                except VertrautError as why:
                    print(why)
        """
        foreign = closed.with_name("foreign.db")
        foreign.write_bytes(b"Dear diary, " * 1000)
        told = run(code, closed, foreign).stdout
        assert b"another key" in told
        assert b"it is no vault" in told
        assert bytes(range(4, 8)).hex().encode() not in told


class TestWriting:
    def test_a_failed_transaction_changes_nothing(self, closed: Path) -> None:
        def change_one_s_mind(connection: apsw.Connection) -> None:
            with transaction(connection):
                connection.execute("DELETE FROM things")
                raise KeyError

        with closing(opened(closed)) as connection:
            with pytest.raises(KeyError):
                change_one_s_mind(connection)
            assert count(connection) == 200

    def test_a_mistake_in_our_own_sql_keeps_its_name(self, closed: Path) -> None:
        with closing(opened(closed)) as connection, pytest.raises(apsw.SQLError), transaction(connection, closed):
            connection.execute("DELETE FROM nothing")

    def test_a_full_vault_is_rolled_back_and_can_be_read(self, closed: Path) -> None:
        with closing(opened(closed)) as connection:
            connection.pragma("max_page_count", connection.pragma("page_count") + 5)
            with pytest.raises(DiskFull):
                fill(connection, 100)
            assert not connection.in_transaction
            assert count(connection) == 200
            check_pages(connection)
            fill(connection, 3)
            assert count(connection) == 203

    def test_a_disk_that_takes_no_more(self, closed: Path) -> None:
        code = """if True:
            import os, resource, sys
            from pathlib import Path
            from vertraut.errors import DiskFull
            from vertraut.ledger.vault import backup, check_pages, open_vault, transaction
            path = Path(sys.argv[1])
            connection = open_vault(path, bytes(range(32)), busy_seconds=5)
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
            for attempt in range(2):
                try:
                    with transaction(connection):
                        for _ in range(4000):
                            connection.execute("INSERT INTO things VALUES (?)", (os.urandom(1000),))
                except DiskFull as why:
                    assert why.path == path
                else:
                    sys.exit("it was not noticed")
                assert not connection.in_transaction
                assert connection.execute("SELECT count(*) FROM things").get == 200
                check_pages(connection)
            try:
                backup(connection, path.parent / "copy.db", bytes(range(32)))
            except DiskFull as why:
                assert why.path == path.parent / "copy.db"
            else:
                sys.exit("it was not noticed")
            assert sorted(os.listdir(path.parent)) == ["vault.db", "vault.db-shm", "vault.db-wal"]
        """
        assert closed.stat().st_size > 200_000
        assert run(code, closed).returncode == 0
        with closing(opened(closed)) as connection:
            assert count(connection) == 200

    def test_a_vault_that_another_holds_for_too_long(self, closed: Path) -> None:
        with closing(opened(closed)) as first, closing(opened(closed, seconds=0.05)) as second, transaction(first):
            with pytest.raises(VaultBusy, match="more than 0 seconds"), transaction(second):
                pytest.fail("two writers at once")
            assert count(second) == 200

    def test_processes_write_at_once_without_an_error(self, path: Path) -> None:
        opened(path, create=True).close()
        code = """if True:
            import sys, time
            from pathlib import Path
            from vertraut.ledger.vault import open_vault, transaction
            from vertraut.ledger.migration import Migration, migrate
            end, written = time.monotonic() + 1.5, 0
            while time.monotonic() < end:
                connection = open_vault(Path(sys.argv[1]), bytes(range(32)), busy_seconds=20)
                migrate(connection, [Migration("things", "CREATE TABLE things (content)")])
                for _ in range(10):
                    with transaction(connection):
                        connection.execute("INSERT INTO things VALUES (?)", (bytes(500),))
                    written += 1
                connection.close()
            print(written)
        """
        processes = [start(code, path) for _ in range(2)]
        written = [int(process.communicate()[0]) for process in processes]
        assert all(process.returncode == 0 for process in processes)
        with closing(opened(path)) as connection:
            assert count(connection) == sum(written)
            assert min(written) >= 10
            check_pages(connection)


class TestNamingErrors:
    @pytest.mark.parametrize(
        ("error", "named"),
        [
            (apsw.FullError, DiskFull),
            (apsw.BusyError, VaultBusy),
            (apsw.LockedError, VaultBusy),
            (apsw.NotADBError, VaultUnreadable),
            (apsw.CorruptError, VaultUnreadable),
            (apsw.IOError, StorageFailed),
            (apsw.CantOpenError, StorageFailed),
            (apsw.ReadOnlyError, StorageFailed),
            (apsw.PermissionsError, StorageFailed),
            (apsw.SQLError, apsw.SQLError),
            (apsw.ConstraintError, apsw.ConstraintError),
        ],
    )
    def test_of_sqlite(self, tmp_path: Path, error: type[apsw.Error], named: type[Exception]) -> None:
        with pytest.raises(named), storage_errors(tmp_path / "vault.db"):
            raise error

    def test_of_the_file_system(self, tmp_path: Path) -> None:
        with pytest.raises(StorageFailed, match="No such file"), file_errors(tmp_path / "a"):
            (tmp_path / "a").read_bytes()
        with pytest.raises(DiskFull), file_errors(tmp_path / "full"):
            Path("/dev/full").write_bytes(b"x")

    def test_of_rights_that_cannot_be_taken_away(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise PermissionError

        path = tmp_path / "a"
        path.touch(0o644)
        monkeypatch.setattr(Path, "chmod", refuse)
        with pytest.raises(AccessError, match="can be read by others"):
            make_private(path)


class TestCopying:
    def test_a_copy_is_consistent_while_others_write(self, closed: Path, tmp_path: Path) -> None:
        target = tmp_path / "copy.db"
        stop = threading.Event()

        def keep_writing() -> None:
            with closing(opened(closed)) as connection:
                while not stop.is_set():
                    fill(connection, 5)

        writer = threading.Thread(target=keep_writing)
        with closing(opened(closed)) as connection:
            fill(connection, 3000)
            writer.start()
            try:
                backup(connection, target, KEY)
            finally:
                stop.set()
                writer.join()
            whole = count(connection)
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert sorted(each.name for each in tmp_path.iterdir()) == ["copy.db", "me"]
        with closing(opened(target)) as copy:
            check_pages(copy)
            assert 3200 <= count(copy) <= whole
            assert count(copy) % 5 == 0

    def test_a_copy_holds_what_is_only_in_the_wal(self, crashed: Path, tmp_path: Path) -> None:
        with closing(opened(crashed)) as connection:
            backup(connection, tmp_path / "copy.db", KEY)
        with closing(opened(tmp_path / "copy.db")) as copy:
            assert count(copy) == 300

    def test_a_copy_never_replaces_a_file(self, closed: Path, tmp_path: Path) -> None:
        target = tmp_path / "copy.db"
        target.write_text("mine")
        with closing(opened(closed)) as connection, pytest.raises(StorageFailed, match="File exists"):
            backup(connection, target, KEY)
        assert target.read_text() == "mine"
        assert sorted(each.name for each in tmp_path.iterdir()) == ["copy.db", "me"]

    def test_a_file_that_appears_meanwhile_is_not_replaced(
        self, closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = tmp_path / "copy.db"
        copied = vault_copying._copy

        def copy(connection: apsw.Connection, temporary: Path, named: Path, key: bytes) -> None:
            copied(connection, temporary, named, key)
            target.write_text("mine")

        monkeypatch.setattr(vault_copying, "_copy", copy)
        for hard_links in (True, False):
            if not hard_links:
                monkeypatch.setattr(os, "link", refuse_links)
            with closing(opened(closed)) as connection, pytest.raises(StorageFailed, match="File exists"):
                backup(connection, target, KEY)
            assert target.read_text() == "mine"
            assert sorted(each.name for each in tmp_path.iterdir()) == ["copy.db", "me"]
            target.unlink()

    def test_a_file_system_without_hard_links(self, closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "link", refuse_links)
        with closing(opened(closed)) as connection:
            backup(connection, tmp_path / "copy.db", KEY)
        opened(tmp_path / "copy.db").close()
        assert sorted(each.name for each in tmp_path.iterdir()) == ["copy.db", "me"]

    def test_a_damaged_vault_is_named_not_its_copy(self, closed: Path, tmp_path: Path) -> None:
        damage(closed, 30 * PAGE + 77)
        with closing(opened(closed)) as connection, pytest.raises(VaultUnreadable) as caught:
            backup(connection, tmp_path / "copy.db", KEY)
        assert caught.value.path == closed
        assert [each.name for each in tmp_path.iterdir()] == ["me"]


def readable(connection: apsw.Connection, offset: int) -> bool:
    """Say whether there is a sound page at a place of the vault's file. To be called inside a transaction."""
    try:
        return connection.read("main", 0, offset, PAGE)[0]
    except (apsw.CorruptError, apsw.NotADBError):
        return False


def refuse_links(*_: object) -> None:
    raise PermissionError


class TestBarePages:
    @pytest.fixture
    def connection(self, path: Path) -> Iterator[apsw.Connection]:
        with closing(opened(path, create=True)) as connection:
            fill(connection, 50)
            yield connection

    def remember_and_delete(self, connection: apsw.Connection) -> None:
        with transaction(connection):
            connection.execute("INSERT INTO things VALUES (?)", (MARKER * 300,))
        with transaction(connection):
            connection.execute("DELETE FROM things WHERE rowid > 50")

    def test_a_deleted_thing_is_in_no_page(self, connection: apsw.Connection) -> None:
        self.remember_and_delete(connection)
        assert checkpoint_truncate(connection, 1)
        pages = list(plain_pages(connection))
        assert len(pages) == connection.pragma("page_count")
        assert connection.pragma("freelist_count") > 0
        assert not any(MARKER in page for page in pages)
        assert sum(not any(page[: PAGE - 32]) for page in pages) >= connection.pragma("freelist_count") - 1

    def test_without_secure_deletion_it_would_be_found(self, connection: apsw.Connection) -> None:
        connection.pragma("secure_delete", "OFF")
        self.remember_and_delete(connection)
        assert checkpoint_truncate(connection, 1)
        assert any(MARKER in page for page in plain_pages(connection))

    def test_superseded_pages_of_the_wal_are_looked_at_too(self, connection: apsw.Connection) -> None:
        self.remember_and_delete(connection)
        assert any(MARKER in page for page in plain_pages(connection))
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_RESTART)
        fill(connection, 1, size=10)
        assert any(MARKER in page for page in plain_pages(connection))

    def test_torn_frames_of_the_wal_are_passed_over(self, crashed: Path) -> None:
        damage(crashed.with_name("vault.db-wal"), 32 + 24 + 100)
        with closing(opened(crashed)) as connection:
            assert len(list(plain_pages(connection))) > connection.pragma("page_count")

    def test_pages_that_a_checkpoint_had_to_leave_out_are_holes_and_no_damage(
        self, connection: apsw.Connection, path: Path
    ) -> None:
        assert checkpoint_truncate(connection, 1)
        connection.wal_autocheckpoint(0)
        fill(connection, 40)
        with closing(opened(path)) as reader:
            reader.execute("BEGIN")
            assert count(reader) == 90
            with transaction(connection):  # newer than what the reader sees, so it cannot go to the file yet
                connection.execute("UPDATE things SET content = ? WHERE rowid = 70", (MARKER * 30,))
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            places = range(0, path.stat().st_size, PAGE)
            holes = [at for at in places if not readable(reader, at)]
            frames = (path.with_name("vault.db-wal").stat().st_size - 32) // (24 + PAGE)
            pages = list(plain_pages(connection))
            assert holes
            assert len(pages) == len(places) - len(holes) + frames
            assert sum(MARKER in page for page in pages) == 1
            reader.execute("ROLLBACK")
        assert checkpoint_truncate(connection, 1)
        pages = list(plain_pages(connection))
        assert len(pages) == connection.pragma("page_count")
        assert sum(MARKER in page for page in pages) == 1

    def test_they_are_what_sqlite_itself_sees(self, connection: apsw.Connection) -> None:
        assert checkpoint_truncate(connection, 1)
        image = connection.serialize("main")
        usable = PAGE - 32  # the rest holds the nonce and the tag of the encryption
        bare = [page[:usable] for page in plain_pages(connection)]
        assert bare == [image[at : at + usable] for at in range(0, len(image), PAGE)]

    def test_looking_may_stop_early(self, connection: apsw.Connection) -> None:
        assert len(list(itertools.islice(plain_pages(connection), 2))) == 2
        fill(connection, 1)

    def test_memory_does_not_grow_with_the_vault(self, path: Path) -> None:
        code = """if True:
            import os, resource, sys
            from pathlib import Path
            from vertraut.ledger.vault import open_vault, plain_pages, transaction
            connection = open_vault(Path(sys.argv[1]), bytes(range(32)), busy_seconds=5, create=True)
            with transaction(connection):
                connection.execute("CREATE TABLE things (content)")
                for _ in range(40):
                    connection.execute("INSERT INTO things VALUES (?)", (bytes(1_000_000),))
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            assert sum(1 for _ in plain_pages(connection)) > 10_000
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
        """
        told = run(code, path).stdout
        unit = 1 if sys.platform == "darwin" else 1024
        assert int(told) * unit < 8_000_000


class TestEmptyingTheWal:
    def test_it_waits_for_readers(self, closed: Path) -> None:
        with closing(opened(closed)) as connection, closing(opened(closed)) as reader:
            fill(connection, 10)
            reader.execute("BEGIN")
            count(reader)
            fill(connection, 10)
            assert not checkpoint_truncate(connection, 0.05)
            assert connection.pragma("busy_timeout") == 5000
            release = threading.Timer(0.1, lambda: reader.execute("ROLLBACK"))
            release.start()
            assert checkpoint_truncate(connection, 20)
            release.join()
        with closing(opened(closed)) as connection:
            assert count(connection) == 220

    def test_it_empties_the_wal(self, closed: Path) -> None:
        with closing(opened(closed)) as connection:
            fill(connection, 10)
            assert checkpoint_truncate(connection, 1)
            assert closed.with_name("vault.db-wal").stat().st_size == 0
            assert checkpoint_truncate(connection, 1)
