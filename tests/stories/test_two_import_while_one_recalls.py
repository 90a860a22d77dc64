"""Several processes use one vault at once, from its making on: nobody fails, nothing is lost."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.stories.children.together import A_FILE, opened

Run = Callable[..., dict[str, Any]]
SECONDS = 60 if os.environ.get("VERTRAUT_LONG") else 8
ROLES = ("a", "b", "recalling", "inspecting")


@pytest.mark.slow
def test_two_import_while_one_recalls_and_one_looks_after_it_all(child: Run, tmp_path: Path) -> None:
    with ThreadPoolExecutor(len(ROLES)) as together:
        running = [together.submit(child, "together", role, tmp_path, SECONDS, seconds=SECONDS + 120) for role in ROLES]
        a, b, recalling, inspecting = (each.result() for each in running)
    assert recalling["asked"] > SECONDS
    assert inspecting["done"] > 0
    with opened(tmp_path / "home") as space:
        assert space.verify().faults == ()
        names = Counter(entry.meta["id"] for _, entry in space.entries())
        expected = {f"{each['role']}{n}-{m}" for each in (a, b) for n in range(each["files"]) for m in range(A_FILE)}
        assert set(names) == expected
        assert max(names.values()) == 1
        progress = space.embed()
        assert progress.done == progress.total == len(expected)
        assert space._db.execute("SELECT count(*) FROM passages").get == len(expected) == len(space._vectors)
