"""Nobody may do what no scope of theirs names."""

from __future__ import annotations

import pytest

from vertraut.errors import NotAllowed
from vertraut.governance import OWNER, SCOPES, Actor, Scope


@pytest.mark.parametrize("scope", SCOPES)
def test_denied_unless_named(scope: Scope) -> None:
    with pytest.raises(NotAllowed, match=f"The actor reader may not do this: it needs the scope '{scope}'"):
        Actor("reader", frozenset()).require(scope)
    Actor("reader", frozenset({scope})).require(scope)
    OWNER.require(scope)


def test_admin_holds_every_scope() -> None:
    assert all(Actor("phone", frozenset({"admin"})).allows(scope) for scope in SCOPES)
    assert not Actor("phone", frozenset({"recall"})).allows("admin")


def test_an_actor_without_a_scope() -> None:
    assert Actor("phone", frozenset({"ask", "remember"})).without("remember") == Actor("phone", frozenset({"ask"}))
    assert OWNER.without("remember").scopes == {"recall", "forget", "ask"}
