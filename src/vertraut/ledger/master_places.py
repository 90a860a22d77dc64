"""Where a master key can be kept: in a file for its owner only, or in the keyring of the operating system."""

from __future__ import annotations

import base64
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

from vertraut.errors import BadSetting, MasterKeyMissing
from vertraut.ledger.private_files import DAMAGED, base64_text, read_private, shred, write_private
from vertraut.ledger.vault import KEY_BYTES, file_errors

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

Method = Literal["keyring", "file", "passphrase"]
SERVICE = "vertraut"
OS_KEYRINGS = frozenset(f"keyring.backends.{name}" for name in ("SecretService", "Windows", "kwallet", "libsecret", "macOS"))


class KeyFile:
    """Master keys in a file, by generation: two of them only while the master key is being changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.where = str(path)

    def get(self, generation: int) -> bytes | None:
        """Return the key of a generation, None if it is not there."""
        return self._all().get(generation)

    def put(self, generation: int, key: bytes) -> None:
        """Keep the key of a generation."""
        self._write({**self._all(), generation: key})

    def drop(self, generation: int) -> None:
        """Remove the key of a generation."""
        keys = self._all()
        keys.pop(generation, None)
        if keys:
            self._write(keys)
        else:
            with file_errors(self._path):
                shred(self._path)

    def _all(self) -> dict[int, bytes]:
        with suppress(*DAMAGED):
            data = read_private(self._path) or {"keys": {}}
            return {int(name): base64.b64decode(key) for name, key in data["keys"].items()}
        return {}

    def _write(self, keys: Mapping[int, bytes]) -> None:
        write_private(self._path, {"keys": {str(generation): base64_text(key) for generation, key in keys.items()}})


class Keyring:
    """Master keys in the keyring of the operating system, one entry a generation."""

    def __init__(self, home_id: str) -> None:
        self._home_id = home_id
        self.where = f"the keyring of this machine (service {SERVICE}, user {home_id})"

    def get(self, generation: int) -> bytes | None:
        """Return the key of a generation, None if it is not there."""
        with _keyring(self.where) as keyring, suppress(ValueError):
            text = keyring.get_password(SERVICE, f"{self._home_id}.{generation}")
            return base64.b64decode(text) if text else None
        return None

    def put(self, generation: int, key: bytes) -> None:
        """Keep the key of a generation."""
        with _keyring(self.where) as keyring:
            keyring.set_password(SERVICE, f"{self._home_id}.{generation}", base64_text(key))

    def drop(self, generation: int) -> None:
        """Remove the key of a generation."""
        if self.get(generation) is not None:
            with _keyring(self.where) as keyring:
                keyring.delete_password(SERVICE, f"{self._home_id}.{generation}")


@contextmanager
def _keyring(where: str) -> Iterator[KeyringBackend]:
    """Give the keyring in use, and name what it raises; some let through what their own libraries raise."""
    import keyring  # noqa: PLC0415  slow to import, and most homes do without
    from keyring.errors import KeyringError  # noqa: PLC0415  as above

    foreign = (("secretstorage.exceptions", "SecretStorageException"), ("jeepney.wrappers", "DBusErrorResponse"))
    loaded = (getattr(sys.modules[module], name) for module, name in foreign if module in sys.modules)
    try:
        yield keyring.get_keyring()
    except (KeyringError, OSError, RuntimeError, *loaded) as why:
        raise MasterKeyMissing(f"{where} does not answer ({type(why).__name__})") from None


def _keyring_works(*, of_system: bool) -> bool:
    """Write to the keyring and read it back. ``of_system``: only one of the operating system's own will do."""
    probe, value = Keyring(f"probe-{secrets.token_hex(8)}"), os.urandom(KEY_BYTES)
    with suppress(MasterKeyMissing):
        with _keyring("") as backend:
            first = next(iter(getattr(backend, "backends", ())), backend)  # a chain writes to its first
        if "plaintext" in type(first).__name__.lower() or (of_system and type(first).__module__ not in OS_KEYRINGS):
            return False
        probe.put(0, value)
        found = probe.get(0)
        probe.drop(0)
        return found == value
    return False


def chosen_method(method: str) -> Method:
    """Return the method that a setting means on this machine. Raises ``BadSetting``."""
    if method == "auto":
        return "keyring" if _keyring_works(of_system=True) else "file"
    if method == "keyring" and not _keyring_works(of_system=False):
        raise BadSetting("master_key", method, "this machine has no keyring that works", "this request")
    for each in get_args(Method):
        if each == method:
            return cast(Method, each)
    raise BadSetting("master_key", method, "it must be auto, keyring, file or passphrase", "this request")
