"""The secrets of models: a card says where its secret is; here it is fetched, kept and removed.

None is ever written to a file of ours, shown or logged.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vertraut.errors import ModelUnavailable
from vertraut.models.catalog import ModelCard

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "vertraut models"
_LONGEST = 10_000


def secret_of(card: ModelCard) -> str:
    """Return the secret that a card's key refers to, "" without one. Raises ``ModelUnavailable`` if it is not there."""
    kind, _, place = card.key.partition(":")
    match kind:
        case "":
            return ""
        case "env":
            secret = os.environ.get(place, "")
        case "file":
            secret = _first_line(card.name, Path(place).expanduser())
        case _:
            with _keyring(card.name) as ring:
                secret = ring.get_password(_SERVICE, place) or ""
    if not secret.strip():
        raise ModelUnavailable(card.name, f"its key is not there ({card.key})")
    return secret.strip()


def keep_secret(name: str, secret: str) -> str:
    """Put the secret of a model into the keyring of the operating system and return the reference to it."""
    place = f"{name}.{secrets.token_hex(4)}"  # several homes may have models of the same name
    with _keyring(name) as ring:
        ring.set_password(_SERVICE, place, secret)
    return f"keyring:{place}"


def drop_secret(card: ModelCard) -> None:
    """Remove the secret of a card from the keyring, if that is where it is."""
    kind, _, place = card.key.partition(":")
    if kind == "keyring":
        with _keyring(card.name) as ring:
            if ring.get_password(_SERVICE, place) is not None:
                ring.delete_password(_SERVICE, place)


def _first_line(name: str, path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise ModelUnavailable(name, f"others may read the file of its key (chmod 600 {path})")
            return file.readline(_LONGEST)
    except UnicodeDecodeError:
        raise ModelUnavailable(name, "the file of its key is not text") from None
    except OSError as why:
        reason = why.strerror or type(why).__name__
        raise ModelUnavailable(name, f"the file of its key cannot be read ({reason})") from None


@contextmanager
def _keyring(name: str) -> Iterator[KeyringBackend]:
    """Give the keyring in use. Raises ``ModelUnavailable`` where it does not answer."""
    import keyring  # noqa: PLC0415  slow to import, and most models do without
    from keyring.errors import KeyringError  # noqa: PLC0415  as above

    try:
        yield keyring.get_keyring()
    except (KeyringError, OSError, RuntimeError) as why:
        raise ModelUnavailable(name, f"the keyring of this machine does not answer ({type(why).__name__})") from None
