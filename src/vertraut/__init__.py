"""Vertraut: a personal memory on a machine of one's own. ``open_space`` opens one; everything else follows from it.

    with vertraut.open_space() as memory:
        memory.import_paths([Path("mail.mbox")])
        for quote in memory.ask("When does the train leave?").quotes: ...

Names are imported when they are first used, so that ``import vertraut`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vertraut.application import ImportReport, Space, open_space
    from vertraut.clock import When
    from vertraut.errors import VertrautError
    from vertraut.ledger import Attachment, Entry, Person
    from vertraut.memory import Answer, Context, ForgettingReceipt, Hit, Limits, Quote, Reason, Recalled, Selection
    from vertraut.settings import Settings, load_settings

__all__ = [
    "Answer",
    "Attachment",
    "Context",
    "Entry",
    "ForgettingReceipt",
    "Hit",
    "ImportReport",
    "Limits",
    "Person",
    "Quote",
    "Reason",
    "Recalled",
    "Selection",
    "Settings",
    "Space",
    "VertrautError",
    "When",
    "load_settings",
    "open_space",
]

_ROOMS = {
    "application": ("ImportReport", "Space", "open_space"),
    "clock": ("When",),
    "errors": ("VertrautError",),
    "ledger": ("Attachment", "Entry", "Person"),
    "memory": ("Answer", "Context", "ForgettingReceipt", "Hit", "Limits", "Quote", "Reason", "Recalled", "Selection"),
    "settings": ("Settings", "load_settings"),
}


def __getattr__(name: str) -> Any:
    """Import a public name from its room."""
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(f"vertraut.{room}"), name)
    raise AttributeError(f"module 'vertraut' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the public names."""
    return list(__all__)
