"""The keys of a home's spaces: each in the space's folder, wrapped by the master key and bound to the space's name.

While the master key is being changed, a key is wrapped by both: ``key.json`` holds its wraps by generation.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vertraut.errors import BadSetting, NoSuchSpace, SpaceKeyDamaged, SpaceKeyMissing
from vertraut.ledger.private_files import DAMAGED, base64_text, read_private, shred, write_private
from vertraut.ledger.vault import file_errors

KEY_FILE = "key.json"

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_NONCE_BYTES = 12


class SpaceKeys:
    """The spaces of one home, by name, with their wrapped keys."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._folder = home / "spaces"

    def names(self) -> tuple[str, ...]:
        """Return the names of the spaces that have a key."""
        with file_errors(self._folder):
            found = self._folder.iterdir() if self._folder.is_dir() else ()
            return tuple(sorted(each.name for each in found if _NAME.fullmatch(each.name) and (each / KEY_FILE).is_file()))

    def folder_of(self, name: str) -> Path:
        """Return the folder of a space, which need not be there. Raises ``BadSetting`` for what is no name."""
        if not _NAME.fullmatch(name):
            why = (
                "a name has up to 64 small letters, digits, dots, dashes and underscores, and starts with a letter or digit"
            )
            raise BadSetting("space", name[:80], why, "this request")
        return self._folder / name

    def wraps_of(self, name: str) -> dict[int, bytes]:
        """Return the key of a space as each generation wraps it. Raises ``NoSuchSpace`` or an ``AccessError``."""
        folder = self.folder_of(name)
        path = folder / KEY_FILE
        try:
            data = read_private(path)
            if data is None:
                raise SpaceKeyMissing(path) if in_use(folder) else NoSuchSpace(name, self._home)
            if data["space"] == name:
                return {int(each["generation"]): base64.b64decode(each["wrapped"]) for each in data["wraps"]}
        except DAMAGED:
            pass
        raise SpaceKeyDamaged(path)

    def write(self, name: str, wraps: Mapping[int, bytes]) -> None:
        """Replace the wraps of a space's key. Needs the lock."""
        write_wraps(self.folder_of(name), name, wraps)

    def key_of(self, name: str, generation: int, master_key: bytes) -> bytes:
        """Return the key of a space. Raises ``SpaceKeyDamaged`` where this master key does not open it."""
        key = unwrapped(self.wraps_of(name).get(generation, b""), name, generation, master_key)
        if key is None:
            raise SpaceKeyDamaged(self.folder_of(name) / KEY_FILE)
        return key

    def destroy(self, name: str) -> None:
        """Overwrite and remove the key of a space. Needs the lock."""
        folder = self.folder_of(name)
        with file_errors(folder):
            shred(folder / KEY_FILE)

    def generation_opened_by(self, master_key: bytes) -> int:
        """Return the generation in which a master key wraps the key of every space, or 0."""
        common: set[int] | None = None
        for name in self.names():
            wraps = self.wraps_of(name).items()
            opened = {generation for generation, each in wraps if unwrapped(each, name, generation, master_key)}
            common = opened if common is None else common & opened
        return max(common or {0})


def in_use(folder: Path) -> bool:
    """Say whether there is anything in a folder."""
    return folder.is_dir() and any(folder.iterdir())


def write_wraps(folder: Path, name: str, wraps: Mapping[int, bytes]) -> None:
    """Write the wraps of a space's key into its folder, whatever that is called by now."""
    rows = [{"generation": generation, "wrapped": base64_text(wrapped)} for generation, wrapped in sorted(wraps.items())]
    write_private(folder / KEY_FILE, {"space": name, "wraps": rows})


def wrapped(key: bytes, name: str, generation: int, master_key: bytes) -> bytes:
    """Encrypt a space's key so that it opens under this name and in this generation only."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _wrapping(master_key).encrypt(nonce, key, f"{name} {generation}".encode())


def unwrapped(wrap: bytes, name: str, generation: int, master_key: bytes) -> bytes | None:
    """Return the key in a wrap; None where this master key, name or generation does not open it."""
    with suppress(InvalidTag, ValueError):
        nonce, sealed = wrap[:_NONCE_BYTES], wrap[_NONCE_BYTES:]
        return _wrapping(master_key).decrypt(nonce, sealed, f"{name} {generation}".encode())
    return None


def _wrapping(master_key: bytes) -> AESGCM:
    return AESGCM(hmac.digest(master_key, b"vertraut: wrapping of space keys", "sha256"))
