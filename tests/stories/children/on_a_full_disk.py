"""Imports until no file may grow any more, and says what happened and what can still be done.

    python -m tests.stories.children.on_a_full_disk FOLDER LARGEST_FILE_IN_BYTES

With 0 nothing but the disk itself limits the files.
"""

from __future__ import annotations

import json
import random
import resource
import sys
from pathlib import Path

from tests.stories.children.killed import check_whole, opened, write_entries

from vertraut.application import ImportProgress
from vertraut.errors import DiskFull, VertrautError
from vertraut.memory.language import language_of


def main() -> None:
    folder, largest = Path(sys.argv[1]), int(sys.argv[2])
    path = write_entries(folder.parent / "entries.jsonl", 6000)
    if largest:
        language_of("A text of some length, so that the model of languages is unpacked before.", "en")
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    acknowledged = 0

    def progress(at: ImportProgress) -> None:
        nonlocal acknowledged
        acknowledged = at.read

    said: VertrautError | None = None
    with opened(folder / "home") as space:
        try:
            space.import_paths([path], progress=progress)
        except DiskFull as full:
            said = full
        same = check_whole(space)
        found = [hit.entry.meta["id"] for hit in space.recall(f"quaste{acknowledged - 1}x").hits]
    with opened(folder / "home") as space:
        again = check_whole(space)
        try:
            space.remember_text(random.Random(0).randbytes(1_000_000).hex())  # what nothing makes much smaller
            refused = False
        except DiskFull:
            refused = True
    sys.stdout.write(
        json.dumps({
            "said": said.sentence if said else "", "way_out": said.way_out if said else "", "acknowledged": acknowledged,
            "there": [same, again], "found": found, "refused": refused,
        })
    )  # fmt: skip


if __name__ == "__main__":
    main()
