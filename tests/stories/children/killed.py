"""Does work on a vault in processes of its own, kills each with SIGKILL at a random moment, and looks what is left.

    python -m tests.stories.children.killed WHAT FOLDER KILLS

A child says over a pipe what was acknowledged to it. Everything that must not be stops this process with an assertion.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.conftest import WordEmbedder

from vertraut.application import Space, open_space
from vertraut.memory import Limits, Selection, embedding_work
from vertraut.settings import Settings

ENTRIES, BATCH, THREADS = 3000, 50, 40
Acknowledge = Callable[[int], None]
Work = Callable[[Acknowledge], None]
CHANGES = {"os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.chmod", "os.truncate"}


def opened(home: Path) -> Space:
    settings = Settings(home=home, zone="Europe/Berlin", master_key="file", batch=BATCH, busy_seconds=20)
    return open_space("me", settings=settings, embedder=WordEmbedder())


def write_entries(path: Path, count: int) -> Path:
    lines = (
        json.dumps({
            "id": f"{n}", "at": f"2025-01-01T{n // 3600 % 24:02d}:{n // 60 % 60:02d}:{n % 60:02d}",
            "author": f"Person {n % 7}", "thread": f"thread{n % THREADS:02d}",
            "text": f"quaste{n}x liegt im faden{n % THREADS:02d}x",
        })
        for n in range(count)
    )  # fmt: skip
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def acknowledge(pipe: int, value: int) -> None:
    os.write(pipe, f"{value}\n".encode())


def killed(work: Work, acknowledged: int, delay: float) -> list[int]:
    """Start work, wait for so many acknowledgements, wait a little, kill; return all that was acknowledged."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        try:
            work(partial(acknowledge, writing))
        except BaseException as why:  # noqa: BLE001  the other side of a fork must not go on as the parent
            os.write(2, f"{type(why).__name__}: {why}\n".encode())
            os._exit(1)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as lines:
        seen = [int(line) for _, line in zip(range(acknowledged), lines, strict=False)]
        time.sleep(delay)
        os.kill(process, signal.SIGKILL)
        seen += [int(line) for line in lines if line.endswith("\n")]
    _, status = os.waitpid(process, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0, status
    return seen


def check_whole(space: Space, expected: int | None = None) -> int:
    """Check that all is sound, that nothing is there twice and no batch half; return the number of entries."""
    verified = space.verify()
    assert verified.faults == (), verified.faults
    names = Counter(entry.meta["id"] for _, entry in space.entries())
    assert not names or max(names.values()) == 1
    assert sorted(map(int, names)) == list(range(len(names)))
    assert len(names) % BATCH == 0
    assert expected is None or len(names) == expected
    return len(names)


def imports(folder: Path, kills: int, chance: random.Random) -> dict[str, object]:
    path = write_entries(folder / "entries.jsonl", ENTRIES)
    home, known, moments = folder / "home", 0, list[int]()

    def work(acknowledge: Acknowledge) -> None:
        opened(home).import_paths([path], progress=lambda at: acknowledge(at.read) if at.new else None)

    for _ in range(kills):
        seen = killed(work, chance.choice((0, 1, 1, 2)), chance.random() * 0.03)
        with opened(home) as space:
            there = check_whole(space)
            assert there >= max([known, *seen]), (there, known, seen)
            for n in {there - 1, *(read - 1 for read in seen)} - {-1}:
                assert f"{n}" in {hit.entry.meta["id"] for hit in space.recall(f"quaste{n}x").hits}
        moments.append(there)
        known = there
    with opened(home) as space:
        report = space.import_paths([path])
        assert report.new == ENTRIES - known
        check_whole(space, ENTRIES)
        head = space.ledger.head()
        assert head.seq == ENTRIES
        assert space.import_paths([path]).new == 0
        assert space.ledger.head() == head
    return {"moments": moments}


def embedding(folder: Path, kills: int, chance: random.Random) -> dict[str, object]:
    embedding_work.BATCH = 20
    path = write_entries(folder / "entries.jsonl", 1500)
    home, moments = folder / "home", list[int]()
    with opened(home) as space:
        space.import_paths([path])

    def work(acknowledge: Acknowledge) -> None:
        opened(home).embed(progress=lambda at: acknowledge(at.done))

    def check(space: Space) -> int:
        assert space.verify().faults == ()
        done = space.embedding_progress().done
        rows = space._db.execute("SELECT seq, id FROM passages ORDER BY id").fetchall()
        assert [row[0] for row in rows] == list(range(1, done + 1))
        assert len(space._vectors) == done
        assert space._vectors._held.ids.tolist() == [row[1] for row in rows]
        return done

    for _ in range(kills):
        seen = killed(work, chance.choice((0, 1, 3)), chance.random() * 0.02)
        with opened(home) as space:
            done = check(space)
            assert done >= max([0, *moments, *seen])
            moments.append(done)
    with opened(home) as space:
        assert space.embed().done == 1500
        assert check(space) == 1500
        assert space.recall("was liegt im faden07x?").hits
    return {"moments": moments}


def forgetting(folder: Path, kills: int, chance: random.Random) -> dict[str, object]:
    path = write_entries(folder / "entries.jsonl", 2000)
    home, gone, moments = folder / "home", set[int](), list[int]()
    with opened(home) as space:
        space.import_paths([path])
        space.embed()

    def work(acknowledge: Acknowledge) -> None:
        space = opened(home)
        for n in sorted(set(range(THREADS)) - gone):
            receipt = space.forget(Selection(limits=Limits(threads=(f"thread{n:02d}",))))
            assert receipt.proof.clean, receipt.proof.found[:3]
            acknowledge(n)

    for _ in range(kills):
        seen = killed(work, chance.choice((0, 0, 1)), chance.random() * 0.15)
        with opened(home) as space:
            assert space.verify().faults == ()
            left = Counter(int(entry.thread.removeprefix("thread")) for _, entry in space.entries())
            assert set(left.values()) <= {2000 // THREADS}, "a thread is forgotten in part"
            assert not left.keys() & {*gone, *seen}, "what was acknowledged as forgotten is there"
            gone = set(range(THREADS)) - left.keys()
            assert len(space._vectors) == space.stats().passages == sum(left.values())
            for n in gone:
                assert space.recall(f"faden{n:02d}x").word_weights == (0.0,)
        moments.append(len(gone))
        if len(gone) == THREADS:
            break
    with opened(home) as space:
        report = space.import_paths([path])
        assert report.new == 0
        assert sum(file.forgotten for file in report.files) == len(gone) * 2000 // THREADS
    return {"moments": moments}


def making(folder: Path, kills: int, chance: random.Random) -> dict[str, object]:
    """Make a space, and kill it before each single step on files that this takes, until it gets through."""
    moments: list[int] = []
    for step in range(1, 1000):
        home = folder / f"home{step}"

        def work(acknowledge: Acknowledge, home: Path = home, step: int = step) -> None:
            kill_before(step, home)
            with opened(home) as space:
                acknowledge(space.remember_text("quaste"))

        seen = killed(work, 1, 0)
        with opened(home) as space:
            assert space.verify().faults == ()
            assert not seen or space.recall("quaste").hits
            moments.append(space.stats().entries)
            assert space.remember_text("zwirbel")
        if seen:
            break
    return {"moments": moments}


def kill_before(step: int, home: Path) -> None:
    """Kill this process before its so-many-th change of a file in a home."""
    left = step

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        writes = event == "open" and arguments[2] and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if (writes or event in CHANGES) and str(arguments[0]).startswith(str(home)):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def main() -> None:
    what, folder, kills = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    folder.mkdir(parents=True)
    seed = int(os.environ.get("VERTRAUT_SEED", "0")) or random.randrange(1, 1 << 30)
    sys.stderr.write(f"seed {seed}\n")
    done = {"imports": imports, "embedding": embedding, "forgetting": forgetting, "making": making}[what]
    sys.stdout.write(json.dumps(done(folder, kills, random.Random(seed))))


if __name__ == "__main__":
    main()
