"""Opening the space that a command is about, ready to be searched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vertraut.interfaces.cli import progress
from vertraut.interfaces.cli.session import Session

if TYPE_CHECKING:
    from vertraut.application import Space


@contextmanager
def opened(here: Session, *, create: bool = False) -> Iterator[Space]:
    """Open the command's space with an index of this version. Raises ``NoSuchSpace`` where it may not be made."""
    with here.open(create=create) as memory:
        renew_index(memory, here)
        yield memory


def renew_index(memory: Space, here: Session) -> None:
    """Build the index anew from the ledger where another version of Vertraut built it."""
    if memory.index_outdated:
        with progress.counting(here, "rebuild.doing", memory.ledger.head().seq) as update:
            count = memory.rebuild(progress=update, vectors=False)
        here.remark(here.say("rebuild.outdated", entries=here.say.count("entry", count)))
