"""One of several processes that use a vault at once: imports, recalls, or does everything else, until its time is up.

python -m tests.stories.children.together ROLE FOLDER SECONDS
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import WordEmbedder

from vertraut.application import Space, open_space
from vertraut.ledger import content_of
from vertraut.settings import Settings

A_FILE = 300


def opened(home: Path) -> Space:
    settings = Settings(home=home, zone="Europe/Berlin", master_key="file", batch=100, busy_seconds=30)
    return open_space("me", settings=settings, embedder=WordEmbedder())


def write_file(folder: Path, role: str, number: int) -> Path:
    path = folder / f"{role}{number}.jsonl"
    rows = (
        {
            "id": f"{role}{number}-{n}", "at": "2025-03-08T12:00:00", "author": role, "thread": f"{role}{number % 5}",
            "text": f"quaste{role}{number}x{n} und ein gemeinsames wort",
        }
        for n in range(A_FILE)
    )  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def importing(space: Space, folder: Path, role: str, going_on: Callable[[], bool]) -> dict[str, object]:
    done = 0
    with space.embedding_in_background():
        while going_on() or not done:
            report = space.import_paths([write_file(folder, role, done)])
            assert report.new == report.read == A_FILE
            last = f"quaste{role}{done}x{A_FILE - 1}"
            assert any(last in hit.entry.text for hit in space.recall(last).hits)  # acknowledged is findable at once
            done += 1
    return {"role": role, "files": done}


def recalling(space: Space, going_on: Callable[[], bool]) -> dict[str, object]:
    asked, most = 0, 0
    while going_on():
        found = space.recall(f"gemeinsames wort quastea{random.randrange(9)}x{random.randrange(A_FILE)}")
        assert found.entries >= most  # nothing that was there goes away
        assert found.entries == 0 or found.hits
        assert all(content_of(hit.entry) for hit in found.hits)
        asked, most = asked + 1, found.entries
    return {"role": "recalling", "asked": asked}


def inspecting(space: Space, going_on: Callable[[], bool]) -> dict[str, object]:
    done = 0
    while going_on():
        stats = space.stats()
        assert sum(stats.by_kind.values()) == stats.entries == sum(stats.by_year.values())
        verified = space.verify()
        assert verified.faults == (), verified.faults
        assert verified.entries >= stats.entries
        if stats.entries:
            shown = space.show(random.randrange(1, stats.entries + 1))
            assert shown.id in shown.around
        space.backup(space.settings.home.parent / f"copy{done}.db")
        done += 1
    return {"role": "inspecting", "done": done}


def main() -> None:
    role, folder, seconds = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    deadline = time.monotonic() + seconds
    with opened(folder / "home") as space:
        if role == "recalling":
            result = recalling(space, lambda: time.monotonic() < deadline)
        elif role == "inspecting":
            result = inspecting(space, lambda: time.monotonic() < deadline)
        else:
            result = importing(space, folder, role, lambda: time.monotonic() < deadline)
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
