"""Tokens: what a client shows to be let in as an actor. Only the SHA-256 of a token's secret is kept, never the secret.

They are lines of the journal, so what another process makes, or revokes, holds for the next request. A secret has 256 random
bits: guessing is hopeless, and a plain hash of it tells nothing.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from vertraut.clock import Clock
from vertraut.errors import NoSuchToken, TokenNameTaken
from vertraut.governance.actors import OWNER, SCOPES, Actor, Scope
from vertraut.governance.digests import digest_of, holder_of
from vertraut.ledger import Journal, JournalLine

PREFIX: Final = "vt_"
NAME: Final = re.compile(r"[\w.-]{1,64}")
"""What a token may be called: its name stands in logs and accounts."""

_SECRET: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """A token that was not revoked, without its secret. ``expires`` is None for one that never does."""

    name: str
    scopes: tuple[Scope, ...]
    created: datetime
    expires: datetime | None
    digest: str = field(repr=False)


class Tokens:
    """The tokens of a space. May be used from any thread."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._valid: dict[str, TokenInfo] = {}
        self._read_up_to = 0
        self._lock = threading.Lock()

    def create(self, name: str, scopes: Collection[Scope], expires: datetime | None = None) -> tuple[str, TokenInfo]:
        """Make a token and return its secret, which nobody can be told again. Raises ``TokenNameTaken``."""
        if not NAME.fullmatch(name):
            raise ValueError("a token's name is 1 to 64 letters, digits, '.', '_' or '-'")
        if name == OWNER.name or name in {each.name for each in self.list()}:
            raise TokenNameTaken(name)
        secret = PREFIX + secrets.token_urlsafe(32)
        content = {
            "name": name,
            "scopes": [scope for scope in SCOPES if scope in scopes],
            "expires": expires.isoformat() if expires else "",
            "digest": digest_of(secret),
        }
        self._journal.write("token", content)
        return secret, next(each for each in self.list() if each.name == name)

    def verify(self, secret: str) -> Actor | None:
        """Return who shows this secret; None for one that is unknown, expired or revoked."""
        token = self._matching(secret, self.list())
        if token is None or (token.expires and token.expires <= self._clock.now()):
            return None
        return Actor(token.name, frozenset(token.scopes))

    def seen(self, secret: str) -> bool:
        """Say whether the secret was good when the journal was last read, which is not read for this."""
        return self._matching(secret, tuple(self._valid.values())) is not None

    def list(self) -> tuple[TokenInfo, ...]:
        """Return the tokens that were not revoked, the expired ones among them, oldest first."""
        with self._lock:
            for line in self._journal.read("token", after=self._read_up_to):
                self._take(line)
            return tuple(self._valid.values())

    def revoke(self, name: str) -> None:
        """Let nobody in with this token from now on. Raises ``NoSuchToken``."""
        if name not in {each.name for each in self.list()}:
            raise NoSuchToken(name)
        self._journal.write("token", {"revoked": name})

    def _take(self, line: JournalLine) -> None:
        """Bring what is known up to a line. The list is replaced, never changed: ``seen`` reads it without the lock."""
        said = line.content
        gone = said.get("revoked")
        valid = {digest: token for digest, token in self._valid.items() if token.name != gone}
        if gone is None:
            scopes = tuple(scope for scope in SCOPES if scope in said["scopes"])
            expires = datetime.fromisoformat(said["expires"]) if said["expires"] else None
            valid[said["digest"]] = TokenInfo(said["name"], scopes, line.at, expires, said["digest"])
        self._valid, self._read_up_to = valid, line.seq

    @staticmethod
    def _matching(secret: str, tokens: tuple[TokenInfo, ...]) -> TokenInfo | None:
        return holder_of(secret, tokens) if _SECRET.fullmatch(secret) else None
