"""The keys of a home: one master key, and one key for each space that the master key wraps.

``master.json`` says where the master key is: in the keyring of the operating system, in ``master.key``, or in a person's
head. ``spaces/<name>/key.json`` holds the space's key, bound to its name. All are for their owner only and are replaced
in one step; a change of the master key may be cut off at any instant and leaves a home that opens, because until it is
through, every space's key is wrapped by both. No key is ever in a log, an error or a ``repr``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from filelock import FileLock, Timeout

from vertraut.errors import (
    AccessError,
    BadSetting,
    MasterKeyMissing,
    NoSuchSpace,
    PassphraseNeeded,
    SpaceExists,
    SpaceKeyDamaged,
    SpaceKeyMissing,
    VaultBusy,
    VertrautError,
    WrongPassphrase,
)
from vertraut.ledger.master_places import KeyFile, Keyring, Method, chosen_method
from vertraut.ledger.private_files import DAMAGED, base64_text, read_private, shred, write_private
from vertraut.ledger.vault import KEY_BYTES, file_errors, sync_folder

if TYPE_CHECKING:  # slow to import, and most homes do without
    pass

Passphrase = Callable[[], str]
T = TypeVar("T")


_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_KEY_FILE = "key.json"
_NONCE_BYTES = 12
_LOCK_SECONDS = 30
_MOST_MEMORY = 4 * 1024 * 1024
_MOST_PASSES = 100
_CODE_CHECK_BYTES = 3  # with the key 35 bytes, which are 56 characters in base 32, without padding
_MISREAD = str.maketrans("018", "OIB")


@dataclass(frozen=True, slots=True)
class PassphraseCost:
    """What it costs to turn a passphrase into a key, for us and for whoever guesses: memory in KiB (a power of two)."""

    memory: int = 65_536
    passes: int = 3
    lanes: int = 4


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """Where the master key of a home is; ``method`` is None while the home has none."""

    method: Method | None
    where: str
    kdf: str
    generation: int
    spaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Master:
    """What ``master.json`` says. ``retired`` is the method of the generation before, until its traces are removed."""

    home_id: str
    generation: int
    method: Method
    check: bytes = field(repr=False)
    kdf: Mapping[str, Any] | None = None
    retired: Method | None = None


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
        self._master_file = home / "master.json"
        self._folder = home / "spaces"
        self._passphrase = passphrase
        self._method = method
        self._cost = cost or PassphraseCost()
        self._known: tuple[bytes, bytes] | None = None  # a master key with its check

    def spaces(self) -> tuple[str, ...]:
        """Return the names of the spaces that have a key."""
        with file_errors(self._folder):
            found = self._folder.iterdir() if self._folder.is_dir() else ()
            return tuple(sorted(each.name for each in found if _NAME.fullmatch(each.name) and (each / _KEY_FILE).is_file()))

    def create_space(self, name: str, furnish: Callable[[Path, bytes], None] | None = None) -> bytes:
        """Make a space with a new key, and the home's master key if there is none yet; return the space's key.

        ``furnish`` is called with the space's folder under a temporary name and its key, to put the vault into it. The
        folder gets its name when that is done, so a space is there whole or not at all. Raises ``SpaceExists``.
        """
        folder = self._folder_of(name)
        if self._in_use(folder):
            raise SpaceExists(name)
        self._provide_master()
        self._opened(lambda _master, _key: None)
        key = os.urandom(KEY_BYTES)
        fresh = self._folder / f".{name}.{secrets.token_hex(8)}.new"
        try:
            with file_errors(fresh):
                self._folder.mkdir(mode=0o700, exist_ok=True)
                fresh.mkdir(mode=0o700)
            if furnish:
                furnish(fresh, key)
            with self._locked(), file_errors(folder):
                master, master_key = self._settled()
                _write_wraps(
                    fresh / _KEY_FILE, name, {master.generation: _wrapped(key, name, master.generation, master_key)}
                )
                if self._in_use(folder):
                    raise SpaceExists(name)
                fresh.rename(folder)
                sync_folder(self._folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return key

    def space_key(self, name: str) -> bytes:
        """Return the key of a space. Raises ``NoSuchSpace`` or an ``AccessError``."""
        path = self._folder_of(name) / _KEY_FILE
        self._wraps_of(name)  # a space that is not there is no reason to ask for a passphrase
        master, key = self._opened(lambda master, key: (master, self._unwrapped(path, name, master, key)))
        if master.retired:
            with suppress(VertrautError), self._locked():  # otherwise it is for the next who opens
                self._settled()
        return key

    def destroy_space_key(self, name: str) -> None:
        """Overwrite and remove the key of a space: nobody can open its vault any more. Raises ``NoSuchSpace``."""
        folder = self._folder_of(name)
        if not folder.is_dir():
            raise NoSuchSpace(name, self._home)
        with self._locked(), file_errors(folder):
            shred(folder / _KEY_FILE)

    def status(self) -> KeyStatus:
        """Return where the master key is, without asking for it."""
        if not self._master_file.exists():
            return KeyStatus(None, "", "", 0, self.spaces())
        master = self._read_master()
        place = self._place(master)
        kdf = str(master.kdf["name"]) if master.kdf else ""
        return KeyStatus(master.method, place.where if place else "", kdf, master.generation, self.spaces())

    def change_master(self, method: str, new_passphrase: Passphrase | None = None) -> None:
        """Replace the master key by a new one, kept with the same or another method, and wrap all space keys anew."""
        self._opened(lambda _master, _key: None)
        chosen = chosen_method(method)
        kdf, new_key = self._new_key(chosen, new_passphrase)
        with self._locked():
            old, old_key = self._settled()
            new = _Master(old.home_id, old.generation + 1, chosen, _check_of(new_key), kdf, retired=old.method)
            if place := self._place(new):
                place.put(new.generation, new_key)
            for name in self.spaces():
                path = self._folder_of(name) / _KEY_FILE
                wrapped = _wrapped(self._unwrapped(path, name, old, old_key), name, new.generation, new_key)
                _write_wraps(path, name, {**self._wraps_of(name), new.generation: wrapped})
            self._write_master(new)
            self._known = (new.check, new_key)
            self._settled()

    def recovery_code(self) -> str:
        """Return the master key as a code to print and lock away. It opens everything until the master key is changed."""
        return self._opened(lambda _master, key: _code_of(key))

    def restore_master(self, code: str) -> None:
        """Put the master key back from its recovery code, where the keyring, the file or the passphrase was lost."""
        key = _key_of(code)
        method = chosen_method("file" if self._method == "passphrase" else self._method)
        with self._locked():
            try:
                master = self._read_master()
                fits = hmac.compare_digest(master.check, _check_of(key))
            except MasterKeyMissing:
                master = _Master(secrets.token_hex(8), self._generation_opened_by(key), method, _check_of(key))
                fits = master.generation > 0
            if not fits:
                raise AccessError("This recovery code is of another home, or of an earlier master key.")
            master = replace(master, method=method, kdf=None)
            if place := self._place(master):
                place.put(master.generation, key)
            self._write_master(master)
            self._known = (master.check, key)

    def _opened(self, use: Callable[[_Master, bytes], T]) -> T:
        """Use the master key; again if another process changed it in between."""
        while True:
            master = self._read_master()
            try:
                return use(master, self._key_of_master(master))
            except AccessError:
                if self._read_master().generation == master.generation:
                    raise

    def _settled(self) -> tuple[_Master, bytes]:
        """Return the master key, after removing what is left of the one before. Needs the lock."""
        master = self._read_master()
        key = self._key_of_master(master)
        if master.retired:
            for name in self.spaces():
                with suppress(SpaceKeyDamaged):
                    wrapped = self._wraps_of(name).get(master.generation)
                    if wrapped:
                        _write_wraps(self._folder_of(name) / _KEY_FILE, name, {master.generation: wrapped})
            if place := self._place(replace(master, method=master.retired)):
                place.drop(master.generation - 1)
            master = replace(master, retired=None)
            self._write_master(master)
        return master, key

    def _provide_master(self) -> None:
        """Make a master key for a home that has none, and never for one that has lost its own."""
        if self._master_file.exists():
            return
        if self.spaces():
            raise MasterKeyMissing(str(self._master_file))
        method = chosen_method(self._method)
        kdf, key = self._new_key(method, self._passphrase)
        with self._locked():
            if self._master_file.exists():
                return
            master = _Master(secrets.token_hex(8), 1, method, _check_of(key), kdf)
            if place := self._place(master):
                place.put(1, key)
            self._write_master(master)
            self._known = (master.check, key)

    def _new_key(self, method: Method, passphrase: Passphrase | None) -> tuple[Mapping[str, Any] | None, bytes]:
        """Return a new master key, and how the passphrase becomes it where it comes from one."""
        if method != "passphrase":
            return None, os.urandom(KEY_BYTES)
        text, salt = _asked(passphrase), base64_text(os.urandom(16))
        try:
            kdf = {"name": "argon2id", "salt": salt, **asdict(self._cost)}
            return kdf, _stretched(text, kdf)
        except UnsupportedAlgorithm:  # an OpenSSL before 3.2
            kdf = {"name": "scrypt", "salt": salt, **asdict(self._cost)}
            return kdf, _stretched(text, kdf)

    def _key_of_master(self, master: _Master) -> bytes:
        if self._known and self._known[0] == master.check:
            return self._known[1]
        if place := self._place(master):
            key = place.get(master.generation)
            if key is None or not hmac.compare_digest(_check_of(key), master.check):
                raise MasterKeyMissing(f"{place.where} {'does not hold it' if key is None else 'holds another one'}")
        else:
            key = self._key_of_passphrase(master)
        self._known = (master.check, key)
        return key

    def _key_of_passphrase(self, master: _Master) -> bytes:
        text = _asked(self._passphrase)
        try:
            key = _stretched(text, master.kdf or {})
        except DAMAGED:
            raise MasterKeyMissing(f"{self._master_file} is damaged") from None
        except UnsupportedAlgorithm:
            raise AccessError("This Python's OpenSSL lacks Argon2id, which made this home's key.") from None
        if not hmac.compare_digest(_check_of(key), master.check):
            raise WrongPassphrase
        return key

    def _place(self, master: _Master) -> KeyFile | Keyring | None:
        match master.method:
            case "keyring":
                return Keyring(master.home_id)
            case "file":
                return KeyFile(self._home / "master.key")
            case "passphrase":
                return None

    def _folder_of(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            why = (
                "a name has up to 64 small letters, digits, dots, dashes and underscores, and starts with a letter or digit"
            )
            raise BadSetting("space", name[:80], why, "this request")
        return self._folder / name

    def _in_use(self, folder: Path) -> bool:
        return folder.is_dir() and any(folder.iterdir())

    def _wraps_of(self, name: str) -> dict[int, bytes]:
        folder = self._folder_of(name)
        path = folder / _KEY_FILE
        try:
            data = read_private(path)
            if data is None:
                raise SpaceKeyMissing(path) if self._in_use(folder) else NoSuchSpace(name, self._home)
            if data["space"] == name:
                return {int(each["generation"]): base64.b64decode(each["wrapped"]) for each in data["wraps"]}
        except DAMAGED:
            pass
        raise SpaceKeyDamaged(path)

    def _unwrapped(self, path: Path, name: str, master: _Master, master_key: bytes) -> bytes:
        key = _unwrapped(self._wraps_of(name).get(master.generation, b""), name, master.generation, master_key)
        if key is None:
            raise SpaceKeyDamaged(path)
        return key

    def _generation_opened_by(self, master_key: bytes) -> int:
        """Return the generation in which a master key wraps the key of every space, or 0."""
        common: set[int] | None = None
        for name in self.spaces():
            wraps = self._wraps_of(name).items()
            opened = {generation for generation, each in wraps if _unwrapped(each, name, generation, master_key)}
            common = opened if common is None else common & opened
        return max(common or {0})

    def _read_master(self) -> _Master:
        path = self._master_file
        try:
            data = read_private(path)
            if data is None:
                raise MasterKeyMissing(str(path))
            return _master_of(data)
        except DAMAGED as why:
            raise MasterKeyMissing(f"{path} is damaged") from why

    def _write_master(self, master: _Master) -> None:
        data = {each.name: getattr(master, each.name) for each in fields(master)}
        write_private(self._master_file, {**data, "check": base64_text(master.check)})

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


def _asked(passphrase: Passphrase | None) -> str:
    text = passphrase() if passphrase else ""
    if not text:
        raise PassphraseNeeded
    return text


def _stretched(passphrase: str, kdf: Mapping[str, Any]) -> bytes:
    """Turn a passphrase into a key. Raises ``UnsupportedAlgorithm`` where OpenSSL lacks the function."""
    text = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    salt, memory, passes, lanes = base64.b64decode(kdf["salt"]), int(kdf["memory"]), int(kdf["passes"]), int(kdf["lanes"])
    if memory > _MOST_MEMORY or passes > _MOST_PASSES:
        raise ValueError
    if kdf["name"] == "scrypt":  # uses n * 8 * 128 bytes
        return Scrypt(salt=salt, length=KEY_BYTES, n=memory, r=8, p=passes).derive(text)
    return Argon2id(salt=salt, length=KEY_BYTES, iterations=passes, lanes=lanes, memory_cost=memory).derive(text)


def _check_of(master_key: bytes) -> bytes:
    """Return what tells a right master key from a wrong one and does not betray it."""
    return hmac.digest(master_key, b"vertraut: check of a master key", "sha256")


def _wrapped(key: bytes, name: str, generation: int, master_key: bytes) -> bytes:
    """Encrypt a space's key so that it opens under this name and in this generation only."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _wrapping(master_key).encrypt(nonce, key, f"{name} {generation}".encode())


def _unwrapped(wrapped: bytes, name: str, generation: int, master_key: bytes) -> bytes | None:
    with suppress(InvalidTag, ValueError):
        nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        return _wrapping(master_key).decrypt(nonce, sealed, f"{name} {generation}".encode())
    return None


def _wrapping(master_key: bytes) -> AESGCM:
    return AESGCM(hmac.digest(master_key, b"vertraut: wrapping of space keys", "sha256"))


def _code_of(key: bytes) -> str:
    text = base64.b32encode(key + _code_check(key)).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _key_of(code: str) -> bytes:
    text = "".join(code.split()).replace("-", "").upper().translate(_MISREAD)
    with suppress(ValueError):
        raw = base64.b32decode(text)
        key, check = raw[:KEY_BYTES], raw[KEY_BYTES:]
        if check == _code_check(key):
            return key
    raise AccessError("This recovery code is not right.", "Compare it with your copy: 14 groups of 4 letters and digits.")


def _code_check(key: bytes) -> bytes:
    return hashlib.sha256(b"vertraut: recovery code" + key).digest()[:_CODE_CHECK_BYTES]


def _master_of(data: Mapping[str, Any]) -> _Master:
    if data["method"] not in get_args(Method) or data["retired"] not in {None, *get_args(Method)}:
        raise ValueError
    check = base64.b64decode(data["check"])
    return _Master(str(data["home_id"]), int(data["generation"]), data["method"], check, data["kdf"], data["retired"])


def _write_wraps(path: Path, name: str, wraps: Mapping[int, bytes]) -> None:
    rows = [{"generation": generation, "wrapped": base64_text(wrapped)} for generation, wrapped in sorted(wraps.items())]
    write_private(path, {"space": name, "wraps": rows})
