"""The HTTP door is tried through the whole server."""

from __future__ import annotations

import pytest
from tests.interfaces.server.conftest import Served, served

from vertraut.application import Space
from vertraut.clock import When
from vertraut.ledger import Entry

__all__ = ["Served", "served"]


@pytest.fixture
def memory(space: Space) -> Space:
    """Return a space with a few entries of two threads."""

    def entry(number: int, thread: str, at: str, author: str, text: str) -> Entry:
        return Entry("test", str(number), "message", When.of_text(at, "Europe/Berlin"), text, author=author, thread=thread)

    space.remember(
        entry(1, "Küche", "2025-03-08T14:30:00", "Lena", "Die neue Küche kommt am Dienstag."),
        entry(2, "Küche", "2025-03-08T14:32:00", "Tobi", "Dann brauchen wir den Elektriker."),
        entry(3, "Küche", "2025-03-08T14:33:00", "Lena", "Herr Maurer hat am Dienstag Zeit für die Küche."),
        entry(4, "school", "2024-11-02T08:10:00", "Ms Grant", "The museum trip is on Friday."),
    )
    return space
