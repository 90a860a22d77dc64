"""The hash chain: what makes a change of the past visible, and forgetting possible all the same.

A record commits to its content by SHA-256 over a random salt and the content. Its link is SHA-256 over the previous link,
its place, kind, time and commitment. Removing salt and content together leaves every link as it was and makes the
commitment say nothing about what it once covered.
"""

from __future__ import annotations

import hashlib

SALT_BYTES = 16
_DOMAIN = b"vertraut ledger 1"


def first_link(space_id: str) -> bytes:
    """Return the link before the first record of a space."""
    return hashlib.sha256(_DOMAIN + space_id.encode()).digest()


def commitment_of(salt: bytes, content: bytes) -> bytes:
    """Return the commitment of a content, 32 bytes."""
    return hashlib.sha256(salt + content).digest()


def next_link(previous: bytes, seq: int, kind: str, recorded: int, commitment: bytes) -> bytes:
    """Return the link of a record, 32 bytes. ``recorded`` is in microseconds since 1970."""
    name = kind.encode()
    packed = seq.to_bytes(8) + recorded.to_bytes(8, signed=True) + len(name).to_bytes(1) + name
    return hashlib.sha256(previous + packed + commitment).digest()
