"""Actors and their scopes. Nobody may do anything that no scope of theirs names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from vertraut.errors import NotAllowed

Scope = Literal["recall", "remember", "forget", "ask", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, an agent or a client with a token. The scope "admin" holds every other one."""

    name: str
    scopes: frozenset[Scope]

    def allows(self, scope: Scope) -> bool:
        """Say whether this actor may do what the scope names."""
        return scope in self.scopes or "admin" in self.scopes

    def require(self, scope: Scope) -> None:
        """Raise ``NotAllowed`` unless this actor may do what the scope names."""
        if not self.allows(scope):
            raise NotAllowed(self.name, scope)

    def without(self, scope: Scope) -> Actor:
        """Return the same actor, who may not do what the scope names; of "admin" the other scopes are left."""
        held = frozenset(SCOPES) - {"admin"} if "admin" in self.scopes else self.scopes
        return replace(self, scopes=held - {scope})


OWNER = Actor("owner", frozenset(SCOPES))
"""Who holds the key of the space: the command line and Python programs of its person."""
