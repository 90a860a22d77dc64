"""How a passphrase becomes a key: slowly, for us and for whoever guesses."""

from __future__ import annotations

import base64
import os
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from vertraut.errors import PassphraseNeeded
from vertraut.ledger.private_files import base64_text
from vertraut.ledger.vault import KEY_BYTES

Passphrase = Callable[[], str]
Stretching = Mapping[str, Any]
"""How a passphrase was made a key, as ``master.json`` keeps it: the function, its salt and its cost."""

_MOST_MEMORY = 4 * 1024 * 1024
_MOST_PASSES = 100


@dataclass(frozen=True, slots=True)
class PassphraseCost:
    """What it costs to turn a passphrase into a key, for us and for whoever guesses: memory in KiB (a power of two)."""

    memory: int = 65_536
    passes: int = 3
    lanes: int = 4


def asked(passphrase: Passphrase | None) -> str:
    """Ask for the passphrase. Raises ``PassphraseNeeded`` where there is nobody to ask, or no answer."""
    text = passphrase() if passphrase else ""
    if not text:
        raise PassphraseNeeded
    return text


def newly_stretched(passphrase: str, cost: PassphraseCost) -> tuple[Stretching, bytes]:
    """Turn a new passphrase into a key, and return how that was done with it."""
    salt = base64_text(os.urandom(16))
    try:
        kdf = {"name": "argon2id", "salt": salt, **asdict(cost)}
        return kdf, stretched(passphrase, kdf)
    except UnsupportedAlgorithm:  # an OpenSSL before 3.2
        kdf = {"name": "scrypt", "salt": salt, **asdict(cost)}
        return kdf, stretched(passphrase, kdf)


def stretched(passphrase: str, kdf: Stretching) -> bytes:
    """Turn a passphrase into a key.

    Raises ``UnsupportedAlgorithm`` where OpenSSL lacks the function, one of ``DAMAGED`` for what is no ``kdf`` of ours.
    """
    text = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    salt, memory, passes, lanes = base64.b64decode(kdf["salt"]), int(kdf["memory"]), int(kdf["passes"]), int(kdf["lanes"])
    if memory > _MOST_MEMORY or passes > _MOST_PASSES:
        raise ValueError
    if kdf["name"] == "scrypt":  # uses n * 8 * 128 bytes
        return Scrypt(salt=salt, length=KEY_BYTES, n=memory, r=8, p=passes).derive(text)
    return Argon2id(salt=salt, length=KEY_BYTES, iterations=passes, lanes=lanes, memory_cost=memory).derive(text)
