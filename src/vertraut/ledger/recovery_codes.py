"""A master key as a code to print and lock away: groups of letters and digits that survive being read aloud and mistyped."""

from __future__ import annotations

import base64
import hashlib
from contextlib import suppress

from vertraut.errors import AccessError
from vertraut.ledger.vault import KEY_BYTES

_CHECK_BYTES = 3  # with the key 35 bytes, which are 56 characters in base 32, without padding
_MISREAD = str.maketrans("018", "OIB")


def code_of(key: bytes) -> str:
    """Return the code of a key."""
    text = base64.b32encode(key + _check(key)).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def key_of(code: str) -> bytes:
    """Return the key of a code. Raises ``AccessError`` where it was mistyped."""
    text = "".join(code.split()).replace("-", "").upper().translate(_MISREAD)
    with suppress(ValueError):
        raw = base64.b32decode(text)
        key, check = raw[:KEY_BYTES], raw[KEY_BYTES:]
        if check == _check(key):
            return key
    raise AccessError("This recovery code is not right.", "Compare it with your copy: 14 groups of 4 letters and digits.")


def _check(key: bytes) -> bytes:
    return hashlib.sha256(b"vertraut: recovery code" + key).digest()[:_CHECK_BYTES]
