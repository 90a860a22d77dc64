"""The keys of a home: one master key, and one key for each space that the master key wraps.

``master.json`` says where the master key is: in the keyring of the operating system, in ``master.key``, or in a person's
head. ``spaces/<name>/key.json`` holds the space's key, bound to its name. All are for their owner only and are replaced
in one step; a change of the master key may be cut off at any instant and leaves a home that opens, because until it is
through, every space's key is wrapped by both. No key is ever in a log, an error or a ``repr``.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from filelock import FileLock, Timeout

from vertraut.errors import (
    AccessError,
    MasterKeyMissing,
    NoSuchSpace,
    SpaceExists,
    SpaceKeyDamaged,
    VaultBusy,
    VertrautError,
    WrongPassphrase,
)
from vertraut.ledger.master_places import Method, chosen_method
from vertraut.ledger.masters import Master, MasterFile, check_of
from vertraut.ledger.passphrases import Passphrase, PassphraseCost, Stretching, asked, newly_stretched, stretched
from vertraut.ledger.private_files import DAMAGED
from vertraut.ledger.recovery_codes import code_of, key_of
from vertraut.ledger.space_keys import SpaceKeys, in_use, wrapped, write_wraps
from vertraut.ledger.vault import KEY_BYTES, file_errors, sync_folder

T = TypeVar("T")

_LOCK_SECONDS = 30


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """Where the master key of a home is; ``method`` is None while the home has none."""

    method: Method | None
    where: str
    kdf: str
    generation: int
    spaces: tuple[str, ...]


class KeyStore:
    """The keys of one home. ``passphrase`` is called where the home has one, at most once a generation.

    ``method`` says where a home that has no master key yet keeps its own: "auto" is the keyring of the operating system
    if there is a real one that works, else a file.
    """

    def __init__(
        self,
        home: Path,
        passphrase: Passphrase | None = None,
        method: str = "auto",
        *,
        cost: PassphraseCost | None = None,
    ) -> None:
        self._home = home
        self._file = MasterFile(home)
        self._spaces = SpaceKeys(home)
        self._passphrase = passphrase
        self._method = method
        self._cost = cost or PassphraseCost()
        self._known: tuple[bytes, bytes] | None = None  # a master key with its check

    def spaces(self) -> tuple[str, ...]:
        """Return the names of the spaces that have a key."""
        return self._spaces.names()

    def create_space(self, name: str, furnish: Callable[[Path, bytes], None] | None = None) -> bytes:
        """Make a space with a new key, and the home's master key if there is none yet; return the space's key.

        ``furnish`` is called with the space's folder under a temporary name and its key, to put the vault into it. The
        folder gets its name when that is done, so a space is there whole or not at all. Raises ``SpaceExists``.
        """
        folder = self._spaces.folder_of(name)
        if in_use(folder):
            raise SpaceExists(name)
        self._provide_master()
        self._opened(lambda _master, _key: None)
        key = os.urandom(KEY_BYTES)
        fresh = folder.with_name(f".{name}.{secrets.token_hex(8)}.new")
        try:
            with file_errors(fresh):
                folder.parent.mkdir(mode=0o700, exist_ok=True)
                fresh.mkdir(mode=0o700)
            if furnish:
                furnish(fresh, key)
            with self._locked(), file_errors(folder):
                master, master_key = self._settled()
                write_wraps(fresh, name, {master.generation: wrapped(key, name, master.generation, master_key)})
                if in_use(folder):
                    raise SpaceExists(name)
                fresh.rename(folder)
                sync_folder(folder.parent)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return key

    def space_key(self, name: str) -> bytes:
        """Return the key of a space. Raises ``NoSuchSpace`` or an ``AccessError``."""
        self._spaces.wraps_of(name)  # a space that is not there is no reason to ask for a passphrase
        master, key = self._opened(lambda master, key: (master, self._spaces.key_of(name, master.generation, key)))
        if master.retired:
            with suppress(VertrautError), self._locked():  # otherwise it is for the next who opens
                self._settled()
        return key

    def destroy_space_key(self, name: str) -> None:
        """Overwrite and remove the key of a space: nobody can open its vault any more. Raises ``NoSuchSpace``."""
        if not self._spaces.folder_of(name).is_dir():
            raise NoSuchSpace(name, self._home)
        with self._locked():
            self._spaces.destroy(name)

    def status(self) -> KeyStatus:
        """Return where the master key is, without asking for it."""
        if not self._file.exists():
            return KeyStatus(None, "", "", 0, self.spaces())
        master = self._file.read()
        place = self._file.place(master)
        kdf = str(master.kdf["name"]) if master.kdf else ""
        return KeyStatus(master.method, place.where if place else "", kdf, master.generation, self.spaces())

    def change_master(self, method: str, new_passphrase: Passphrase | None = None) -> None:
        """Replace the master key by a new one, kept with the same or another method, and wrap all space keys anew."""
        self._opened(lambda _master, _key: None)
        chosen = chosen_method(method)
        kdf, new_key = self._new_key(chosen, new_passphrase)
        with self._locked():
            old, old_key = self._settled()
            new = Master(old.home_id, old.generation + 1, chosen, check_of(new_key), kdf, retired=old.method)
            if place := self._file.place(new):
                place.put(new.generation, new_key)
            for name in self.spaces():
                wrap = wrapped(self._spaces.key_of(name, old.generation, old_key), name, new.generation, new_key)
                self._spaces.write(name, {**self._spaces.wraps_of(name), new.generation: wrap})
            self._file.write(new)
            self._known = (new.check, new_key)
            self._settled()

    def recovery_code(self) -> str:
        """Return the master key as a code to print and lock away. It opens everything until the master key is changed."""
        return self._opened(lambda _master, key: code_of(key))

    def restore_master(self, code: str) -> None:
        """Put the master key back from its recovery code, where the keyring, the file or the passphrase was lost."""
        key = key_of(code)
        method = chosen_method("file" if self._method == "passphrase" else self._method)
        with self._locked():
            try:
                master = self._file.read()
                fits = master.fits(key)
            except MasterKeyMissing:
                master = Master(secrets.token_hex(8), self._spaces.generation_opened_by(key), method, check_of(key))
                fits = master.generation > 0
            if not fits:
                raise AccessError("This recovery code is of another home, or of an earlier master key.")
            master = replace(master, method=method, kdf=None)
            if place := self._file.place(master):
                place.put(master.generation, key)
            self._file.write(master)
            self._known = (master.check, key)

    def _opened(self, use: Callable[[Master, bytes], T]) -> T:
        """Use the master key; again if another process changed it in between."""
        while True:
            master = self._file.read()
            try:
                return use(master, self._key_of_master(master))
            except AccessError:
                if self._file.read().generation == master.generation:
                    raise

    def _settled(self) -> tuple[Master, bytes]:
        """Return the master key, after removing what is left of the one before. Needs the lock."""
        master = self._file.read()
        key = self._key_of_master(master)
        if master.retired:
            for name in self.spaces():
                with suppress(SpaceKeyDamaged):
                    wrap = self._spaces.wraps_of(name).get(master.generation)
                    if wrap:
                        self._spaces.write(name, {master.generation: wrap})
            if place := self._file.place(replace(master, method=master.retired)):
                place.drop(master.generation - 1)
            master = replace(master, retired=None)
            self._file.write(master)
        return master, key

    def _provide_master(self) -> None:
        """Make a master key for a home that has none, and never for one that has lost its own."""
        if self._file.exists():
            return
        if self.spaces():
            raise MasterKeyMissing(str(self._file.path))
        method = chosen_method(self._method)
        kdf, key = self._new_key(method, self._passphrase)
        with self._locked():
            if self._file.exists():
                return
            master = Master(secrets.token_hex(8), 1, method, check_of(key), kdf)
            if place := self._file.place(master):
                place.put(1, key)
            self._file.write(master)
            self._known = (master.check, key)

    def _new_key(self, method: Method, passphrase: Passphrase | None) -> tuple[Stretching | None, bytes]:
        """Return a new master key, and how the passphrase becomes it where it comes from one."""
        if method == "passphrase":
            return newly_stretched(asked(passphrase), self._cost)
        return None, os.urandom(KEY_BYTES)

    def _key_of_master(self, master: Master) -> bytes:
        if self._known and self._known[0] == master.check:
            return self._known[1]
        if place := self._file.place(master):
            key = place.get(master.generation)
            if key is None or not master.fits(key):
                raise MasterKeyMissing(f"{place.where} {'does not hold it' if key is None else 'holds another one'}")
        else:
            key = self._key_of_passphrase(master)
        self._known = (master.check, key)
        return key

    def _key_of_passphrase(self, master: Master) -> bytes:
        text = asked(self._passphrase)
        try:
            key = stretched(text, master.kdf or {})
        except DAMAGED:
            raise MasterKeyMissing(f"{self._file.path} is damaged") from None
        except UnsupportedAlgorithm:
            raise AccessError("This Python's OpenSSL lacks Argon2id, which made this home's key.") from None
        if not master.fits(key):
            raise WrongPassphrase
        return key

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other processes from changing the keys of this home."""
        with file_errors(self._home):
            self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self._home / "keys.lock", timeout=_LOCK_SECONDS, mode=0o600)
            try:
                lock.acquire()
            except Timeout as why:
                raise VaultBusy(self._home, _LOCK_SECONDS) from why
        try:
            yield
        finally:
            lock.release()
