"""Contents as they lie in the vault: smaller, the same when read, and told when damaged."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertraut.application import Space
from vertraut.errors import LedgerBroken
from vertraut.ledger.stored import dictionary, plain, stored

TEXT = "Tobi bringt am Freitag den neuen Herd, der alte geht zum Wertstoffhof."


def test_the_dictionary_is_the_one_that_vaults_were_written_with() -> None:
    assert hashlib.sha256(dictionary()).hexdigest() == "5dfd9c8cbda1bf5d4acc7d42a82be1523af4ef98c3be84670e127f26f3be3719"


@given(st.binary(max_size=500))
def test_every_content_is_read_as_it_was_written(content: bytes) -> None:
    assert plain("entry", stored("entry", content)) == content
    assert plain("entry", stored("entry", b"\x01" + content)) == b"\x01" + content
    assert plain("blob", stored("blob", content)) == content == stored("blob", content)


def test_an_entry_takes_less_room_than_it_says(space: Space) -> None:
    space.remember_text(TEXT)
    lying, content = space._db.execute("SELECT content, plain(content) FROM records WHERE kind = 'entry'").get
    assert TEXT.encode() in content
    assert len(lying) < 0.6 * len(content)
    assert space.verify().records == 1


def test_what_would_not_be_inflated_again_is_not_deflated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vertraut.ledger.stored._MOST", 100)
    for size in (99, 100, 101, 5000):
        content = b"{" + b"a" * (size - 1)
        assert plain("entry", stored("entry", content)) == content


def _cut(lying: bytes) -> bytes:
    return lying[:-2]


def _turned(lying: bytes) -> bytes:
    return lying[:9] + bytes([lying[9] ^ 1]) + lying[10:]


def _bomb(_: bytes) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"\x01" + b"".join(deflate.compress(bytes(1 << 20)) for _ in range(300)) + deflate.flush()


@pytest.mark.parametrize("damage", [_cut, _turned, _bomb])
def test_damage_is_told_as_damage_of_the_record(space: Space, damage: Callable[[bytes], bytes]) -> None:
    space.remember_text("erst")
    space.remember_text(TEXT)
    lying = space._db.execute("SELECT content FROM records WHERE seq = 2").get
    space._db.execute("UPDATE records SET content = ? WHERE seq = 2", (damage(lying),))
    with pytest.raises(LedgerBroken, match="2"):
        space.verify()


def test_what_older_programs_wrote_in_plain_is_read_beside_it(space: Space) -> None:
    space.remember_text(TEXT)
    space._db.execute("UPDATE records SET content = plain(content)")
    space.remember_text("Und der Herd ist da.")
    assert space.verify().records == 2
    assert {hit.entry.text for hit in space.recall("Herd").hits} == {TEXT, "Und der Herd ist da."}
