"""Exit codes: what a script can tell from how a command ended. The only place that maps errors to them."""

from __future__ import annotations

from typing import Final

from vertraut.errors import AccessError, InputError, ModelError, RequestError, StorageError, VaultError, VertrautError

INTERNAL: Final = 1
USAGE: Final = 2  # given by typer itself: an unknown option, a missing argument
REQUEST: Final = 3
INPUT: Final = 4
ACCESS: Final = 5
VAULT: Final = 6
STORAGE: Final = 7
MODEL: Final = 8
INTERRUPTED: Final = 130  # 128 + SIGINT, as shells count
UNHEARD: Final = 141  # 128 + SIGPIPE: whoever read the output went away

_BY_KIND: Final[tuple[tuple[type[VertrautError], int], ...]] = (
    (RequestError, REQUEST),
    (InputError, INPUT),
    (AccessError, ACCESS),
    (VaultError, VAULT),
    (StorageError, STORAGE),
    (ModelError, MODEL),
)


def exit_code(error: VertrautError) -> int:
    """Return the exit code for an error, by the branch of the tree in ``vertraut.errors`` that it stands on."""
    return next((code for kind, code in _BY_KIND if isinstance(error, kind)), INTERNAL)
