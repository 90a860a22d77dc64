"""Who may come in to a space, for its person: the tokens of programs and the devices that are signed in.

Every method needs the scope "admin".
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from vertraut.clock import Clock
from vertraut.governance import Actor, Device, Devices, Scope, TokenInfo, Tokens
from vertraut.ledger import Journal


class Doors:
    """The ways into a space."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._tokens = Tokens(journal, clock)
        self._devices = Devices(journal, clock)

    def tokens(self, actor: Actor) -> tuple[TokenInfo, ...]:
        """Return the tokens that were not revoked, the expired ones among them, oldest first."""
        actor.require("admin")
        return self._tokens.list()

    def make_token(self, actor: Actor, name: str, scopes: Collection[Scope], expires: datetime | None) -> str:
        """Make a token and return its secret, which nobody can be told again. Raises ``TokenNameTaken``."""
        actor.require("admin")
        return self._tokens.create(name, scopes, expires)[0]

    def revoke_token(self, actor: Actor, name: str) -> None:
        """Let nobody in with this token from now on. Raises ``NoSuchToken``."""
        actor.require("admin")
        self._tokens.revoke(name)

    def devices(self, actor: Actor) -> tuple[Device, ...]:
        """Return the devices that are signed in, oldest first."""
        actor.require("admin")
        return self._devices.list()

    def link(self, actor: Actor) -> str:
        """Return a secret with which one device may sign in, once, soon."""
        actor.require("admin")
        return self._devices.link()

    def sign_out(self, actor: Actor, number: int) -> None:
        """Let a device in no more. Raises ``NoSuchDevice``."""
        actor.require("admin")
        self._devices.sign_out(number)

    def sign_out_others(self, actor: Actor, but: int) -> int:
        """Let all devices but one in no more; return how many those were."""
        others = [each.number for each in self.devices(actor) if each.number != but]
        for number in others:
            self._devices.sign_out(number)
        return len(others)
