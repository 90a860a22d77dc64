"""The keys of a home: private, bound to their spaces, recoverable, and never lost half way through a change."""

from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import keyring
import keyring.backend
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest
from cryptography.exceptions import UnsupportedAlgorithm

from vertraut.errors import (
    AccessError,
    BadSetting,
    DiskFull,
    MasterKeyMissing,
    NoSuchSpace,
    PassphraseNeeded,
    SpaceExists,
    SpaceKeyDamaged,
    SpaceKeyMissing,
    StorageFailed,
    VaultBusy,
    VaultTooNew,
    VertrautError,
    WrongPassphrase,
)
from vertraut.ledger import keys as keys_module
from vertraut.ledger import master_places, passphrases
from vertraut.ledger.keys import KeyStatus, KeyStore
from vertraut.ledger.passphrases import PassphraseCost
from vertraut.ledger.private_files import base64_text

QUICK = PassphraseCost(memory=64, passes=1, lanes=1)


class Keyring(keyring.backend.KeyringBackend):
    """A keyring in memory; ``broken`` makes it refuse, as a locked one does."""

    priority: ClassVar[float] = 1

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.broken = False

    def get_password(self, service: str, username: str) -> str | None:
        self.check()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.check()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.check()
        del self.entries[service, username]

    def check(self) -> None:
        if self.broken:
            raise keyring.errors.KeyringLocked


class PlaintextKeyring(Keyring):
    """What nobody should keep a key in."""


def use(backend: Callable[[], keyring.backend.KeyringBackend]) -> None:
    keyring.set_keyring(backend())


@pytest.fixture(autouse=True)
def no_keyring() -> Iterator[None]:
    """Never the keyring of whoever runs the tests."""
    before = keyring.get_keyring()
    use(keyring.backends.fail.Keyring)
    yield
    keyring.set_keyring(before)


@pytest.fixture
def os_keyring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """A keyring that counts as the operating system's."""
    backend = Keyring()
    keyring.set_keyring(backend)
    monkeypatch.setattr(master_places, "OS_KEYRINGS", frozenset({Keyring.__module__}))
    return backend


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def store(home: Path, passphrase: str | None = None, method: str = "auto") -> KeyStore:
    ask = (lambda: passphrase) if passphrase is not None else None
    return KeyStore(home, ask, method, cost=QUICK)


def key_file(home: Path, name: str = "me") -> Path:
    return home / "spaces" / name / "key.json"


def edit(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def modes(home: Path) -> dict[str, str]:
    return {str(each.relative_to(home)): oct(stat.S_IMODE(each.stat().st_mode)) for each in sorted(home.rglob("*"))}


class TestSpaces:
    def test_a_space_has_a_key_of_its_own(self, home: Path) -> None:
        mine, ours = store(home).create_space("me"), store(home).create_space("family")
        assert len(mine) == len(ours) == 32
        assert mine != ours
        assert store(home).space_key("me") == mine
        assert store(home).space_key("family") == ours
        assert store(home).spaces() == ("family", "me")

    def test_a_home_that_was_never_used_has_no_spaces(self, home: Path) -> None:
        assert store(home).spaces() == ()
        assert not home.exists()

    def test_everything_is_for_the_owner_only(self, home: Path) -> None:
        store(home).create_space("me")
        found = modes(home)
        assert found.pop("spaces") == found.pop("spaces/me") == "0o700"
        assert set(found) >= {"master.json", "master.key", "spaces/me/key.json"}
        assert set(found.values()) == {"0o600"}
        assert stat.S_IMODE(home.stat().st_mode) == 0o700

    def test_takes_the_rights_of_others_to_files_that_were_put_back(self, home: Path) -> None:
        store(home).create_space("me")
        for name in ("master.json", "master.key", "spaces/me/key.json"):
            (home / name).chmod(0o644)
        store(home).space_key("me")
        assert "0o644" not in modes(home).values()

    def test_a_space_is_made_once(self, home: Path) -> None:
        key = store(home).create_space("me")
        with pytest.raises(SpaceExists):
            store(home).create_space("me")
        assert store(home).space_key("me") == key

    def test_a_folder_with_something_in_it_is_not_taken_over(self, home: Path) -> None:
        store(home).create_space("other")
        (home / "spaces" / "me").mkdir()
        (home / "spaces" / "me" / "vault.db").write_bytes(b"x")
        with pytest.raises(SpaceExists):
            store(home).create_space("me")
        with pytest.raises(SpaceKeyMissing):
            store(home).space_key("me")

    def test_a_space_gets_its_name_when_it_is_complete(self, home: Path) -> None:
        seen: list[tuple[Path, bytes]] = []

        def furnish(folder: Path, key: bytes) -> None:
            assert store(home).spaces() == ()
            (folder / "vault.db").write_bytes(b"a vault")
            seen.append((folder, key))

        key = store(home).create_space("me", furnish)
        assert seen[0][1] == key == store(home).space_key("me")
        assert (home / "spaces" / "me" / "vault.db").read_bytes() == b"a vault"
        assert [each.name for each in (home / "spaces").iterdir()] == ["me"]

    def test_a_space_that_could_not_be_furnished_is_not_there(self, home: Path) -> None:
        def furnish(folder: Path, _key: bytes) -> None:
            raise DiskFull(folder)

        with pytest.raises(DiskFull):
            store(home).create_space("me", furnish)
        assert list((home / "spaces").iterdir()) == []

    def test_of_two_that_make_a_space_at_once_one_wins(self, home: Path) -> None:
        won: list[bytes] = []
        with pytest.raises(SpaceExists):
            store(home).create_space("me", lambda _folder, _key: won.append(store(home).create_space("me")))
        assert store(home).space_key("me") == won[0]
        assert [each.name for each in (home / "spaces").iterdir()] == ["me"]

    @pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../me", "Me", "-me", "mé", "a" * 65, "me\n", "a b"])
    def test_a_name_that_could_do_harm(self, home: Path, name: str) -> None:
        for ask in (store(home).create_space, store(home).space_key, store(home).destroy_space_key):
            with pytest.raises(BadSetting, match="space"):
                ask(name)
        assert not home.exists()

    @pytest.mark.parametrize("name", ["a", "0", "me", "the-family_2.0", "a" * 64])
    def test_a_good_name(self, home: Path, name: str) -> None:
        assert store(home).create_space(name) == store(home).space_key(name)

    def test_a_space_that_was_never_made(self, home: Path) -> None:
        with pytest.raises(NoSuchSpace):
            store(home).space_key("me")
        store(home).create_space("other")
        with pytest.raises(NoSuchSpace):
            store(home).space_key("me")
        with pytest.raises(NoSuchSpace):
            store(home).destroy_space_key("me")

    def test_a_key_that_was_destroyed(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        store(home).create_space("me")
        folder = home / "spaces" / "me"
        (folder / "vault.db").write_bytes(b"x")
        (folder / ".key.json.new").write_bytes(key_file(home).read_bytes())
        wrapped = json.loads(key_file(home).read_text())["wraps"][0]["wrapped"].encode()
        last: list[bytes] = []
        unlink = Path.unlink

        def look_before(path: Path, missing_ok: bool = False) -> None:
            last.append(path.read_bytes())
            unlink(path, missing_ok=missing_ok)

        monkeypatch.setattr(Path, "unlink", look_before)
        store(home).destroy_space_key("me")
        assert [each.name for each in folder.iterdir()] == ["vault.db"]
        assert len([each for each in last if each and wrapped not in each]) >= 2
        assert not any(wrapped in each for each in last)
        with pytest.raises(SpaceKeyMissing):
            store(home).space_key("me")
        store(home).destroy_space_key("me")


class TestDamage:
    def test_keys_that_were_swapped_between_spaces(self, home: Path) -> None:
        store(home).create_space("me")
        store(home).create_space("family")
        mine, ours = key_file(home, "me").read_bytes(), key_file(home, "family").read_bytes()
        key_file(home, "me").write_bytes(ours)
        key_file(home, "family").write_bytes(mine)
        for name in ("me", "family"):
            with pytest.raises(SpaceKeyDamaged):
                store(home).space_key(name)
            edit(key_file(home, name), space=name)
            with pytest.raises(SpaceKeyDamaged):
                store(home).space_key(name)

    @pytest.mark.parametrize(
        "content",
        [b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b"{}", b'{"version": 1, "space": "me", "wraps": []}', b"[" * 5000],
    )
    def test_a_damaged_key_file(self, home: Path, content: bytes) -> None:
        store(home).create_space("me")
        key_file(home).write_bytes(content)
        with pytest.raises(SpaceKeyDamaged):
            store(home).space_key("me")
        assert key_file(home).read_bytes() == content

    def test_a_changed_wrap(self, home: Path) -> None:
        store(home).create_space("me")
        for wrapped in ("", "AAAA", "A" * 80, "not base 64"):
            edit(key_file(home), wraps=[{"generation": 1, "wrapped": wrapped}])
            with pytest.raises(SpaceKeyDamaged):
                store(home).space_key("me")

    def test_a_key_of_another_home(self, home: Path, tmp_path: Path) -> None:
        store(home).create_space("me")
        store(tmp_path / "other").create_space("me")
        key_file(home).write_bytes(key_file(tmp_path / "other").read_bytes())
        with pytest.raises(SpaceKeyDamaged):
            store(home).space_key("me")

    def test_a_missing_key_file_beside_a_vault(self, home: Path) -> None:
        store(home).create_space("me")
        key_file(home).with_name("vault.db").write_bytes(b"x")
        key_file(home).unlink()
        with pytest.raises(SpaceKeyMissing) as caught:
            store(home).space_key("me")
        assert caught.value.path == key_file(home)

    def test_a_missing_master_key_is_never_replaced_by_a_new_one(self, home: Path) -> None:
        store(home).create_space("me")
        for name in ("master.key", "master.json"):
            (home / name).unlink()
            with pytest.raises(MasterKeyMissing, match=name):
                store(home).space_key("me")
            with pytest.raises(MasterKeyMissing, match=name):
                store(home).create_space("other")
        assert not (home / "master.json").exists()
        assert store(home).spaces() == ("me",)

    @pytest.mark.parametrize("name", ["master.key", "master.json"])
    @pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"version": 1}', b"\x00" * 100])
    def test_a_damaged_master_key(self, home: Path, name: str, content: bytes) -> None:
        store(home).create_space("me")
        (home / name).write_bytes(content)
        with pytest.raises(MasterKeyMissing):
            store(home).space_key("me")

    def test_a_master_key_of_another_home(self, home: Path, tmp_path: Path) -> None:
        store(home).create_space("me")
        store(tmp_path / "other").create_space("me")
        (home / "master.key").write_bytes((tmp_path / "other" / "master.key").read_bytes())
        with pytest.raises(MasterKeyMissing, match="holds another one"):
            store(home).space_key("me")

    @pytest.mark.parametrize("change", [{"method": "magic"}, {"check": 7}, {"retired": "magic"}, {"generation": "x"}])
    def test_a_master_file_that_makes_no_sense(self, home: Path, change: dict[str, Any]) -> None:
        store(home).create_space("me")
        edit(home / "master.json", **change)
        with pytest.raises(MasterKeyMissing, match="is damaged"):
            store(home).space_key("me")

    @pytest.mark.parametrize("name", ["master.json", "spaces/me/key.json", "master.key"])
    def test_files_of_a_later_version(self, home: Path, name: str) -> None:
        store(home).create_space("me")
        edit(home / name, version=2)
        with pytest.raises(VaultTooNew):
            store(home).space_key("me")

    def test_a_place_that_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "home").write_text("a file")
        with pytest.raises(StorageFailed):
            store(tmp_path / "home").create_space("me")

    def test_a_full_disk_leaves_what_was_there(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        key = store(home).create_space("me")

        def full(_handle: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(DiskFull):
            store(home).change_master("file")
        monkeypatch.undo()
        assert store(home).space_key("me") == key
        assert not list(home.rglob("*.new"))


class TestPassphrases:
    def test_a_home_with_a_passphrase(self, home: Path) -> None:
        key = store(home, "correct horse", "passphrase").create_space("me")
        assert store(home, "correct horse").space_key("me") == key
        assert not (home / "master.key").exists()
        assert store(home).status() == KeyStatus("passphrase", "", "argon2id", 1, ("me",))

    def test_it_is_needed_and_must_be_right(self, home: Path) -> None:
        with pytest.raises(PassphraseNeeded):
            store(home, None, "passphrase").create_space("me")
        assert not home.exists()
        store(home, "correct horse", "passphrase").create_space("me")
        with pytest.raises(PassphraseNeeded):
            store(home).space_key("me")
        with pytest.raises(PassphraseNeeded):
            store(home, "").space_key("me")
        with pytest.raises(WrongPassphrase):
            store(home, "Correct horse").space_key("me")
        with pytest.raises(NoSuchSpace):
            store(home).space_key("other")

    def test_it_is_asked_for_once(self, home: Path) -> None:
        asked: list[int] = []

        def ask() -> str:
            asked.append(1)
            return "correct horse"

        keys = KeyStore(home, ask, "passphrase", cost=QUICK)
        keys.create_space("me")
        keys.create_space("family")
        keys.space_key("me")
        assert len(asked) == 1

    def test_it_may_be_typed_on_another_keyboard(self, home: Path) -> None:
        key = store(home, "Gru\u0308n", "passphrase").create_space("me")
        assert store(home, "Gr\u00fcn").space_key("me") == key

    def test_what_it_costs_is_kept_with_the_home(self, home: Path) -> None:
        key = store(home, "correct horse", "passphrase").create_space("me")
        assert KeyStore(home, lambda: "correct horse").space_key("me") == key
        kdf = json.loads((home / "master.json").read_text())["kdf"]
        assert (kdf["memory"], kdf["passes"], kdf["lanes"]) == (64, 1, 1)
        KeyStore(home, lambda: "correct horse").change_master("passphrase", lambda: "correct horse")
        kdf = json.loads((home / "master.json").read_text())["kdf"]
        assert (kdf["memory"], kdf["passes"], kdf["lanes"]) == (65_536, 3, 4)
        assert store(home, "correct horse").space_key("me") == key

    @pytest.mark.parametrize(
        "change", [{"memory": 10**9}, {"passes": 10**9}, {"memory": 0}, {"salt": ""}, {"salt": 3}, {"passes": None}]
    )
    def test_costs_that_make_no_sense(self, home: Path, change: dict[str, Any]) -> None:
        store(home, "correct horse", "passphrase").create_space("me")
        kdf = json.loads((home / "master.json").read_text())["kdf"]
        edit(home / "master.json", kdf={**kdf, **change})
        with pytest.raises(MasterKeyMissing, match="is damaged"):
            store(home, "correct horse").space_key("me")

    def test_an_openssl_without_argon2(self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def lacking(**_: object) -> None:
            raise UnsupportedAlgorithm("no Argon2id here")

        store(tmp_path / "made elsewhere", "correct horse", "passphrase").create_space("me")
        monkeypatch.setattr(passphrases, "Argon2id", lacking)
        key = store(home, "correct horse", "passphrase").create_space("me")
        assert store(home).status().kdf == "scrypt"
        with pytest.raises(AccessError, match="lacks Argon2id"):
            store(tmp_path / "made elsewhere", "correct horse").space_key("me")
        monkeypatch.undo()
        assert store(home, "correct horse").space_key("me") == key
        with pytest.raises(WrongPassphrase):
            store(home, "correct mule").space_key("me")


class TestKeyrings:
    def test_a_real_one_is_preferred(self, home: Path, os_keyring: Keyring) -> None:
        key = store(home).create_space("me")
        assert store(home).space_key("me") == key
        assert not (home / "master.key").exists()
        assert [service for service, _ in os_keyring.entries] == ["vertraut"]
        status = store(home).status()
        assert status.method == "keyring"
        assert "service vertraut" in status.where

    def test_a_home_stays_with_its_method(self, home: Path, os_keyring: Keyring) -> None:
        store(home, None, "file").create_space("me")
        store(home, None, "keyring").create_space("family")
        assert store(home).status().method == "file"
        assert not os_keyring.entries

    @pytest.mark.parametrize(
        "backend",
        [
            keyring.backends.fail.Keyring,
            keyring.backends.null.Keyring,
            keyring.backends.chainer.ChainerBackend,
            PlaintextKeyring,
            Keyring,
        ],
    )
    def test_what_is_no_keyring_of_the_system_does_not_count(
        self, home: Path, backend: Callable[[], keyring.backend.KeyringBackend]
    ) -> None:
        use(backend)
        store(home).create_space("me")
        assert store(home).status().method == "file"

    def test_one_that_does_not_answer_does_not_count(self, home: Path, os_keyring: Keyring) -> None:
        os_keyring.broken = True
        store(home).create_space("me")
        assert store(home).status().method == "file"

    def test_one_that_forgets_does_not_count(self, home: Path, os_keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Keyring, "set_password", lambda *_: None)
        store(home).create_space("me")
        assert store(home).status().method == "file"

    def test_any_that_works_may_be_chosen_but_one_in_plain_text(self, home: Path, tmp_path: Path) -> None:
        use(Keyring)
        store(home, None, "keyring").create_space("me")
        assert store(home).status().method == "keyring"
        for backend in (PlaintextKeyring, keyring.backends.null.Keyring, keyring.backends.fail.Keyring):
            use(backend)
            with pytest.raises(BadSetting, match="no keyring that works"):
                store(tmp_path / "other", None, "keyring").create_space("me")
        assert not (tmp_path / "other").exists()

    def test_one_that_is_locked_or_lost_its_entry(self, home: Path, os_keyring: Keyring) -> None:
        key = store(home).create_space("me")
        os_keyring.broken = True
        with pytest.raises(MasterKeyMissing, match="KeyringLocked"):
            store(home).space_key("me")
        os_keyring.broken = False
        assert store(home).space_key("me") == key
        for damaged in ("!", "AAAA"):
            os_keyring.entries = dict.fromkeys(os_keyring.entries, damaged)
            with pytest.raises(MasterKeyMissing):
                store(home).space_key("me")
        os_keyring.entries.clear()
        with pytest.raises(MasterKeyMissing, match="does not hold it"):
            store(home).space_key("me")

    def test_a_method_that_does_not_exist(self, home: Path) -> None:
        with pytest.raises(BadSetting, match="magic"):
            store(home, None, "magic").create_space("me")


class TestRecovery:
    @pytest.mark.parametrize("method", ["file", "keyring", "passphrase"])
    def test_a_master_key_that_was_lost(self, home: Path, os_keyring: Keyring, method: str) -> None:
        keys = store(home, "correct horse", method)
        mine, ours = keys.create_space("me"), keys.create_space("family")
        code = keys.recovery_code()
        assert len(code) == 14 * 4 + 13
        os_keyring.entries.clear()
        (home / "master.key").unlink(missing_ok=True)
        store(home, None, "file").restore_master(code)
        assert store(home).space_key("me") == mine
        assert store(home).space_key("family") == ours
        assert store(home).status().method == "file"

    def test_restores_into_the_keyring_too(self, home: Path, os_keyring: Keyring) -> None:
        key = store(home).create_space("me")
        code = store(home).recovery_code()
        os_keyring.entries.clear()
        store(home).restore_master(code)
        assert store(home).status().method == "keyring"
        assert store(home).space_key("me") == key

    @pytest.mark.parametrize("generations", [1, 3])
    def test_a_home_that_lost_every_trace_of_its_master_key(self, home: Path, generations: int) -> None:
        keys = store(home)
        mine, ours = keys.create_space("me"), keys.create_space("family")
        for _ in range(generations - 1):
            keys.change_master("file")
        code = keys.recovery_code()
        (home / "master.json").unlink()
        (home / "master.key").unlink()
        store(home).restore_master(code)
        assert (store(home).space_key("me"), store(home).space_key("family")) == (mine, ours)
        assert store(home).status().generation == generations

    def test_it_may_be_typed_as_people_type(self, home: Path) -> None:
        key = store(home).create_space("me")
        code = store(home).recovery_code()
        (home / "master.key").unlink()
        typed = code.lower().replace("-", " ").replace("o", "0").replace("i", "1").replace("b", "8")
        store(home).restore_master(f"  {typed}\n")
        assert store(home).space_key("me") == key

    def test_a_code_that_is_not_right(self, home: Path, tmp_path: Path) -> None:
        store(home).create_space("me")
        store(tmp_path / "other").create_space("me")
        code = store(home).recovery_code()
        other = "B" if code[0] == "A" else "A"
        before = (home / "master.key").read_bytes()
        for wrong in ("", "x", "ä" * 56, other + code[1:], code[:-1], code + "AAAA", code[5:] + "-" + code[:4]):
            with pytest.raises(AccessError, match="is not right") as caught:
                store(home).restore_master(wrong)
            assert not wrong or wrong not in str(caught.value)
        with pytest.raises(AccessError, match="another home"):
            store(home).restore_master(store(tmp_path / "other").recovery_code())
        store(home).change_master("file")
        (home / "master.json").unlink()
        with pytest.raises(AccessError, match="earlier master key"):
            store(home).restore_master(code)
        assert (home / "master.key").read_bytes() != before
        with pytest.raises(AccessError, match="another home"):
            store(tmp_path / "third").restore_master(code)


class Killed(BaseException):
    """Stands for the end of the process: nothing of ours catches it."""


class TestChangingTheMasterKey:
    methods = ("file", "keyring", "passphrase")

    @pytest.mark.parametrize("old", methods)
    @pytest.mark.parametrize("new", methods)
    def test_from_any_method_to_any(self, home: Path, os_keyring: Keyring, old: str, new: str) -> None:
        keys = store(home, "old passphrase", old)
        mine, ours = keys.create_space("me"), keys.create_space("family")
        before = {path.name: path.read_bytes() for path in (key_file(home), key_file(home, "family"))}
        code = keys.recovery_code()
        keys.change_master(new, lambda: "new passphrase")
        for each in (keys, store(home, "new passphrase")):
            assert (each.space_key("me"), each.space_key("family")) == (mine, ours)
        assert store(home).status().method == new
        assert store(home).status().generation == 2
        assert keys.recovery_code() != code
        self.check_only_one_generation_is_left(home, os_keyring, new)
        assert key_file(home).read_bytes() not in before.values()
        if new == "passphrase":
            with pytest.raises(WrongPassphrase):
                store(home, "old passphrase").space_key("me")

    def check_only_one_generation_is_left(self, home: Path, os_keyring: Keyring, method: str) -> None:
        assert len(os_keyring.entries) == (method == "keyring")
        assert (home / "master.key").exists() == (method == "file")
        if method == "file":
            assert len(json.loads((home / "master.key").read_text())["keys"]) == 1
        for name in ("me", "family"):
            assert len(json.loads(key_file(home, name).read_text())["wraps"]) == 1
        assert json.loads((home / "master.json").read_text())["retired"] is None

    def test_a_new_passphrase_is_needed(self, home: Path) -> None:
        key = store(home).create_space("me")
        with pytest.raises(PassphraseNeeded):
            store(home).change_master("passphrase")
        assert store(home).space_key("me") == key

    def test_the_old_passphrase_is_needed(self, home: Path) -> None:
        store(home, "old passphrase", "passphrase").create_space("me")
        before = (home / "master.json").read_bytes()
        with pytest.raises(WrongPassphrase):
            store(home, "guessed").change_master("file")
        assert (home / "master.json").read_bytes() == before

    def test_a_space_that_cannot_be_opened_stops_it_before_anything_is_lost(self, home: Path) -> None:
        key = store(home).create_space("me")
        store(home).create_space("family")
        key_file(home, "family").write_text("{}")
        with pytest.raises(SpaceKeyDamaged):
            store(home).change_master("file")
        assert store(home).space_key("me") == key

    @pytest.mark.parametrize("old", methods)
    @pytest.mark.parametrize("new", methods)
    def test_a_kill_at_any_instant_loses_nothing(
        self, tmp_path: Path, os_keyring: Keyring, monkeypatch: pytest.MonkeyPatch, old: str, new: str
    ) -> None:
        """The process ends before, then after, its first, second, … change of the disk or the keyring."""
        monkeypatch.setattr(os, "fsync", lambda _handle: None)
        moments = 0
        for after in (False, True):
            for number in range(100):
                home = tmp_path / f"{after}-{number}"
                os_keyring.entries.clear()
                keys = store(home, "old passphrase", old)
                mine, ours = keys.create_space("me"), keys.create_space("family")
                with monkeypatch.context() as patch:
                    kill_at(patch, number, after=after)
                    try:
                        keys.change_master(new, lambda: "new passphrase")
                    except Killed:
                        moments += 1
                    else:
                        break
                opened = self.open_with_either(home, "me")
                assert opened.space_key("me") == mine
                assert opened.space_key("family") == ours
                opened.change_master("file")
                assert store(home).space_key("me") == mine
                assert store(home).space_key("family") == ours
                assert len(json.loads((home / "master.key").read_text())["keys"]) == 1
                assert len(json.loads(key_file(home).read_text())["wraps"]) == 1
                assert not list(home.rglob("*.new"))
        assert moments >= 12

    def open_with_either(self, home: Path, name: str) -> KeyStore:
        try:
            store(home, "old passphrase").space_key(name)
        except WrongPassphrase:
            return store(home, "new passphrase")
        return store(home, "old passphrase")

    def test_what_a_kill_left_is_removed_by_the_next_who_opens(
        self, home: Path, os_keyring: Keyring, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keys = store(home)
        keys.create_space("me")
        keys.create_space("family")

        def kill(*_: object) -> None:
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(Keyring, "delete_password", kill)
            patch.setattr(os_keyring, "delete_password", kill)
            with pytest.raises(Killed):
                keys.change_master("file")
        assert len(os_keyring.entries) > 0
        store(home).space_key("me")
        self.check_only_one_generation_is_left(home, os_keyring, "file")

    def test_others_that_are_open_follow(self, home: Path, os_keyring: Keyring) -> None:
        server = store(home, "new passphrase")
        mine = server.create_space("me")
        for method in ("file", "passphrase", "keyring"):
            store(home, "new passphrase").change_master(method, lambda: "new passphrase")
            assert server.space_key("me") == mine
            ours = server.create_space(f"with-{method}")
            assert store(home, "new passphrase").space_key(f"with-{method}") == ours

    def test_one_that_reads_while_it_is_changed(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The master key is changed between the reading of master.json and of key.json."""
        reader = store(home)
        mine = reader.create_space("me")
        once: list[int] = []
        read = KeyStore._key_of_master

        def change_behind(self: KeyStore, master: Any) -> bytes:
            if self is reader and not once:
                once.append(1)
                store(home).change_master("file")
            return read(self, master)

        monkeypatch.setattr(KeyStore, "_key_of_master", change_behind)
        assert reader.space_key("me") == mine

    def test_processes_take_turns(self, home: Path) -> None:
        key = store(home).create_space("me")
        code = """if True:
            import sys
            from pathlib import Path
            from vertraut.ledger.keys import KeyStore
            for number in range(5):
                KeyStore(Path(sys.argv[1]), None, "file").change_master("file")
                KeyStore(Path(sys.argv[1]), None, "file").create_space(f"{sys.argv[2]}{number}")
        """
        processes = [subprocess.Popen([sys.executable, "-c", code, str(home), name]) for name in ("a", "b")]
        assert [process.wait() for process in processes] == [0, 0]
        assert store(home).status().generation == 11
        assert len(store(home).spaces()) == 11
        assert store(home).space_key("me") == key
        for name in store(home).spaces():
            store(home).space_key(name)

    def test_one_that_never_ends_is_not_waited_for_for_ever(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        store(home).create_space("me")
        monkeypatch.setattr(keys_module, "_LOCK_SECONDS", 0.05)
        with store(home)._locked(), pytest.raises(VaultBusy):
            store(home).change_master("file")


def kill_at(patch: pytest.MonkeyPatch, number: int, *, after: bool) -> None:
    """Let the process end at its ``number``-th change: before it, or right after it."""
    steps = iter(range(1000))

    def deadly(change: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            now = next(steps) == number
            if now and not after:
                raise Killed
            result = change(*arguments, **options)
            if now:
                raise Killed
            return result

        return wrapped

    for owner, name in (
        (Path, "replace"),
        (Path, "unlink"),
        (os, "fsync"),
        (Keyring, "set_password"),
        (Keyring, "delete_password"),
    ):
        patch.setattr(owner, name, deadly(getattr(owner, name)))


class TestSecrecy:
    def test_no_key_is_shown_or_logged(self, home: Path, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        keys = store(home, "correct horse", "passphrase")
        key = keys.create_space("me")
        keys.change_master("file")
        shown = repr(keys) + repr(keys.status()) + repr(keys._file.read()) + caplog.text
        shown += (home / "master.json").read_text() + key_file(home).read_text()
        for secret in (key, keys._known[1] if keys._known else b""):
            for form in (secret.hex(), repr(secret), base64_text(secret)):
                assert form not in shown
        assert "correct horse" not in shown

    def test_errors_do_not_hold_what_was_typed(self, home: Path) -> None:
        store(home, "correct horse", "passphrase").create_space("me")
        for wrong in (lambda: store(home, "battery staple").space_key("me"), lambda: store(home).restore_master("battery")):
            with pytest.raises(VertrautError) as caught:
                wrong()
            assert "battery" not in str(caught.value) + caught.value.way_out

    def test_keyring_is_not_imported_where_it_is_not_needed(self, home: Path) -> None:
        store(home).create_space("me")
        code = """if True:
            import sys
            from pathlib import Path
            from vertraut.ledger.keys import KeyStore
            KeyStore(Path(sys.argv[1])).space_key("me")
            assert "keyring" not in sys.modules
        """
        assert subprocess.run([sys.executable, "-c", code, str(home)], check=False).returncode == 0
