"""Forgets, says so, and waits to be killed.

    python -m tests.stories.children.forgets HOME NUMBERS VARIANT

Variants leave out one of the things that forgetting rests on: "whole" none; "no pragma" SQLite's secure_delete;
"no option" that of FTS5; "no checkpoint" the emptying of the WAL.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

from tests.stories.children.killed import opened

from vertraut.memory import Selection, forgetting


def main() -> None:
    home, numbers, variant = Path(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
    space = opened(home)
    match variant:
        case "no pragma":
            space._db.pragma("secure_delete", "OFF")
        case "no option":
            space._db.execute("INSERT INTO words (words, rank) VALUES ('secure-delete', 0)")
        case "no checkpoint":
            space._db.wal_autocheckpoint(0)
            vars(forgetting)["checkpoint_truncate"] = lambda *_: True
    receipt = space.forget(Selection(ids=tuple(numbers)))
    told = {
        "clean": receipt.proof.clean,
        "emptied": receipt.log_emptied,
        "kinds": sorted({f.kind for f in receipt.proof.found}),
    }
    sys.stdout.write(f"{json.dumps(told)}\n")
    sys.stdout.flush()
    signal.pause()


if __name__ == "__main__":
    main()
