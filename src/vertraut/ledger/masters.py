"""The master key of a home, as ``master.json`` tells of it: where it is, how to tell that it is the right one."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_args

from vertraut.errors import MasterKeyMissing
from vertraut.ledger.master_places import KeyFile, Keyring, Method
from vertraut.ledger.passphrases import Stretching
from vertraut.ledger.private_files import DAMAGED, base64_text, read_private, write_private


@dataclass(frozen=True, slots=True)
class Master:
    """What ``master.json`` says. ``retired`` is the method of the generation before, until its traces are removed."""

    home_id: str
    generation: int
    method: Method
    check: bytes = field(repr=False)
    kdf: Stretching | None = None
    retired: Method | None = None

    def fits(self, key: bytes) -> bool:
        """Say whether a key is this master key."""
        return hmac.compare_digest(self.check, check_of(key))


class MasterFile:
    """The ``master.json`` of a home, and the place that it names."""

    def __init__(self, home: Path) -> None:
        self.path = home / "master.json"
        self._key_file = home / "master.key"

    def exists(self) -> bool:
        """Say whether the home has a master key."""
        return self.path.exists()

    def read(self) -> Master:
        """Return what it says. Raises ``MasterKeyMissing``."""
        try:
            data = read_private(self.path)
            if data is None:
                raise MasterKeyMissing(str(self.path))
            return _master_of(data)
        except DAMAGED as why:
            raise MasterKeyMissing(f"{self.path} is damaged") from why

    def write(self, master: Master) -> None:
        """Replace what it says. Needs the lock."""
        data = {each.name: getattr(master, each.name) for each in fields(master)}
        write_private(self.path, {**data, "check": base64_text(master.check)})

    def place(self, master: Master) -> KeyFile | Keyring | None:
        """Return where the key is kept; None is a person's head."""
        match master.method:
            case "keyring":
                return Keyring(master.home_id)
            case "file":
                return KeyFile(self._key_file)
            case "passphrase":
                return None


def check_of(master_key: bytes) -> bytes:
    """Return what tells a right master key from a wrong one and does not betray it."""
    return hmac.digest(master_key, b"vertraut: check of a master key", "sha256")


def _master_of(data: Mapping[str, Any]) -> Master:
    if data["method"] not in get_args(Method) or data["retired"] not in {None, *get_args(Method)}:
        raise ValueError
    check = base64.b64decode(data["check"])
    return Master(str(data["home_id"]), int(data["generation"]), data["method"], check, data["kdf"], data["retired"])
