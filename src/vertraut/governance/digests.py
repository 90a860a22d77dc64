"""What is kept of secrets: digests, of which a secret of 256 random bits cannot be guessed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Protocol, TypeVar


class Holder(Protocol):
    """Whoever is known by a secret."""

    @property
    def digest(self) -> str:
        """What is kept of it."""
        ...


H = TypeVar("H", bound=Holder)


def digest_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def holder_of(secret: str, among: Iterable[H]) -> H | None:
    """Return who is known by a secret. All of them are compared, whichever fits: how long it takes tells nothing."""
    digest, found = digest_of(secret), None
    for each in among:
        found = each if hmac.compare_digest(each.digest, digest) else found
    return found
