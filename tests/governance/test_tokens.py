from __future__ import annotations

from datetime import timedelta

import pytest
from tests.conftest import NOW, MemoryJournal

from vertraut.application import Space
from vertraut.clock import FixedClock
from vertraut.errors import NoSuchToken, TokenNameTaken
from vertraut.governance import Actor, Tokens
from vertraut.ledger import Journal


@pytest.fixture
def tokens(journal: MemoryJournal, clock: FixedClock) -> Tokens:
    return Tokens(journal, clock)


def test_a_token_lets_its_actor_in_with_its_scopes(tokens: Tokens) -> None:
    secret, made = tokens.create("phone", {"ask", "recall"})
    assert secret.startswith("vt_")
    assert tokens.verify(secret) == Actor("phone", frozenset({"recall", "ask"}))
    assert (made.name, made.scopes, made.created, made.expires) == ("phone", ("recall", "ask"), NOW, None)


@pytest.mark.parametrize("secret", ["", "vt_", "vt_" + "a" * 43, "vt_ü" + "a" * 42, "x" * 10_000])
def test_nothing_else_lets_anybody_in(tokens: Tokens, secret: str) -> None:
    tokens.create("phone", {"recall"})
    assert tokens.verify(secret) is None
    assert not tokens.seen(secret)


def test_the_secret_is_kept_nowhere(tokens: Tokens, journal: MemoryJournal) -> None:
    secret, made = tokens.create("phone", {"recall"})
    kept = repr([line.content for _, line in journal.lines])
    assert secret not in kept + repr(made)
    assert secret.removeprefix("vt_") not in kept
    assert made.digest not in repr(made)


def test_an_expired_token_lets_nobody_in(journal: MemoryJournal) -> None:
    secret, _ = Tokens(journal, FixedClock(NOW)).create("phone", {"recall"}, NOW + timedelta(days=1))
    assert Tokens(journal, FixedClock(NOW + timedelta(hours=23))).verify(secret)
    assert Tokens(journal, FixedClock(NOW + timedelta(days=1))).verify(secret) is None


def test_a_revoked_token_lets_nobody_in_wherever_it_was_revoked(space: Space) -> None:
    def of(journal: Journal) -> Tokens:
        return Tokens(journal, space.clock)

    with space.opened_again() as elsewhere:
        here, there = of(space.journal), of(elsewhere.journal)
        secret, _ = there.create("phone", {"recall"})
        assert here.verify(secret)
        there.revoke("phone")
        assert here.seen(secret)
        assert here.verify(secret) is None
        assert not here.seen(secret)
    with pytest.raises(NoSuchToken):
        here.revoke("phone")


def test_a_name_is_free_again_once_its_token_is_revoked(tokens: Tokens) -> None:
    first, _ = tokens.create("phone", {"recall"})
    with pytest.raises(TokenNameTaken):
        tokens.create("phone", {"recall"})
    tokens.revoke("phone")
    second, _ = tokens.create("phone", {"ask"})
    assert tokens.verify(first) is None
    assert tokens.verify(second) == Actor("phone", frozenset({"ask"}))
    assert [each.name for each in tokens.list()] == ["phone"]


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "line\nbreak"])
def test_names_are_short_and_plain(tokens: Tokens, name: str) -> None:
    with pytest.raises(ValueError, match="1 to 64"):
        tokens.create(name, {"recall"})


def test_nobody_is_called_like_the_owner(tokens: Tokens) -> None:
    with pytest.raises(TokenNameTaken):
        tokens.create("owner", {"recall"})
