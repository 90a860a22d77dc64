from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from vertraut.errors import ModelUnavailable
from vertraut.models.catalog import ModelCard
from vertraut.models.credentials import drop_secret, keep_secret, secret_of

SECRET = "not-a-real-key-0815"
CARD = ModelCard("haiku", "anthropic", "claude-haiku-4-5")


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as the library has it
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class LockedRing(Ring):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(SECRET)


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, mine = keyring.get_keyring(), Ring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(f"{SECRET}\nand a remark\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_no_key_is_no_secret() -> None:
    assert secret_of(CARD) == ""


def test_a_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", f" {SECRET}\n")
    assert secret_of(replace(CARD, key="env:MY_KEY")) == SECRET
    monkeypatch.setenv("MY_KEY", "")
    with pytest.raises(ModelUnavailable, match="its key is not there"):
        secret_of(replace(CARD, key="env:MY_KEY"))


def test_a_secret_in_a_file(key_file: Path) -> None:
    assert secret_of(replace(CARD, key=f"file:{key_file}")) == SECRET


def test_a_file_that_others_may_read_is_not_taken(key_file: Path) -> None:
    key_file.chmod(0o640)
    with pytest.raises(ModelUnavailable, match="chmod 600"):
        secret_of(replace(CARD, key=f"file:{key_file}"))


def test_a_file_that_is_not_there_or_no_text(key_file: Path) -> None:
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        secret_of(replace(CARD, key=f"file:{key_file}.gone"))
    key_file.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ModelUnavailable, match="not text"):
        secret_of(replace(CARD, key=f"file:{key_file}"))


def test_a_secret_in_the_keyring_is_kept_found_and_dropped(ring: Ring) -> None:
    first, second = keep_secret("haiku", SECRET), keep_secret("haiku", "another")
    assert first != second
    assert SECRET not in first
    card = replace(CARD, key=first)
    assert secret_of(card) == SECRET
    drop_secret(card)
    drop_secret(card)
    drop_secret(CARD)
    assert list(ring.kept.values()) == ["another"]
    with pytest.raises(ModelUnavailable, match="not there"):
        secret_of(card)


def test_a_locked_keyring_says_so_and_nothing_more(ring: Ring) -> None:
    keyring.set_keyring(LockedRing())
    with pytest.raises(ModelUnavailable, match="keyring of this machine does not answer") as caught:
        secret_of(replace(CARD, key="keyring:haiku.1"))
    assert SECRET not in caught.value.sentence
