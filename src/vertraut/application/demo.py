"""The sample household: remembered in a home of its own below the person's, so that it never mixes with their keys.

Its files come with the package; ``household/README.md`` says who these people are.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from vertraut.application.importing import ImportProgress, ImportReport
from vertraut.application.space import Space, open_space
from vertraut.ledger import Entry
from vertraut.ledger.vault import file_errors
from vertraut.memory import Embedder
from vertraut.settings import FILE_NAME, Settings

SPACE: Final = "demo"
ZONE: Final = "Europe/Berlin"
EVENING: Final = datetime(2026, 8, 31, 18, tzinfo=UTC)
"""When the household is asked: on the last evening of its year."""

_FOLDERS = ("chatgpt", "mail", "calendar", "notes", "messages")


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """A question to the household; an unanswerable one has no answer anywhere in it."""

    text: str
    answerable: bool = True


def open_demo(settings: Settings, *, embedder: Embedder | None = None) -> Space:
    """Open the demonstration's space, and make its home first if it is not there."""
    demo = replace(settings, home=settings.home / "demo", space=SPACE, zone=ZONE, master_key="file")
    path = demo.home / FILE_NAME
    if not path.exists():
        with file_errors(path):
            demo.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_text(f'space = "{SPACE}"\nzone = "{ZONE}"\nmaster_key = "file"\n', encoding="utf-8")
    return open_space(SPACE, settings=demo, embedder=embedder)


def remember_household(
    space: Space, progress: Callable[[ImportProgress], None] | None = None, *, again: bool = False
) -> ImportReport:
    """Take the household's files in; what is known already stays as it is. ``again`` takes back what was forgotten."""
    return space.import_paths(_folders(), progress=progress, again=again)


def household_numbers(space: Space) -> tuple[int, ...]:
    """Return the numbers of the household's entries that are remembered, in order."""
    numbers = (space.ledger.find(identity) for identity in _identities())
    found = space.ledger.get([number for number in numbers if number is not None])
    return tuple(sorted(number for number, record in found.items() if record.content is not None))


@cache
def _identities() -> tuple[bytes, ...]:
    """Return what makes the household's entries these and no others."""
    from vertraut.sources import ReadOptions, discover  # noqa: PLC0415  every reader, which recall does without

    items = (item for reading in discover(_folders(), ReadOptions(ZONE)) for item in reading.items)
    return tuple(item.identity for item in items if isinstance(item, Entry))


def demo_questions() -> tuple[DemoQuestion, ...]:
    """Return the questions that the demonstration asks, in their order."""
    data = json.loads((_household() / "demo.json").read_text(encoding="utf-8"))
    return tuple(DemoQuestion(each["question"], each["answerable"]) for each in data["questions"])


def _folders() -> list[Path]:
    return [_household() / name for name in _FOLDERS]


def _household() -> Path:
    return Path(str(files("vertraut"))) / "household"
