"""Imports what it is given, within a bound of memory, and says what that took and what was touched.

    python -m tests.stories.children.imports FOLDER PATH...

An audit hook sees every file that Python opens for writing or changes, and every attempt to reach the network.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from tests.stories.children.killed import opened

MOST_MEMORY = 3 << 30  # of addresses: the libraries alone map more than a gigabyte
CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.truncate", "shutil.unpack_archive"}


def watch(allowed: list[str], touched: list[str]) -> None:
    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(
            ("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.", "os.exec", "os.system")
        ):
            touched.append(f"{event} {arguments[:2]}")
        elif event == "open" and isinstance(arguments[0], str | bytes):
            flags = arguments[2] or 0
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                check(os.fsdecode(arguments[0]), event)
        elif event in CHANGES and isinstance(arguments[0], str | bytes):
            check(os.fsdecode(arguments[0]), event)

    def check(path: str, event: str) -> None:
        real = os.path.realpath(path)
        if not real.startswith(tuple(allowed)) and "__pycache__" not in real and ".coverage" not in real:
            touched.append(f"{event} {real}")

    sys.addaudithook(hook)


def main() -> None:
    folder, paths = Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]]
    touched: list[str] = []
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    with opened(folder / "home") as space:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        watch([str(folder / "home"), str(folder / "temporary"), os.devnull], touched)
        started = time.monotonic()
        report = space.import_paths(paths)
        spent = time.monotonic() - started
        faults, entries = space.verify().faults, space.stats().entries
    sys.stdout.write(
        json.dumps({
            "seconds": spent,
            "megabytes": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
            "touched": touched,
            "faults": faults,
            "entries": entries,
            "files": {
                file.name: {
                    "source": file.source, "read": file.read, "new": file.new,
                    "problems": [[each.place, each.code, each.reason, each.lost] for each in file.problems],
                }
                for file in report.files
            },
        })
    )  # fmt: skip


if __name__ == "__main__":
    main()
