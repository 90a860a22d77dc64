"""Bars on standard error while something takes its time; they vanish when it is done. Without a terminal there are none.

Each step asks for an interrupt that Python dropped, so long work ends at its next step whatever happened to Ctrl-C.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vertraut.interfaces.cli.session import Session
from vertraut.interfaces.harmless import one_line

if TYPE_CHECKING:
    from rich.progress import Progress

    from vertraut.application import ImportProgress
    from vertraut.evals import EvalProgress
    from vertraut.memory import EmbeddingProgress

_NAME_SHOWN = 32


@contextmanager
def reading(session: Session) -> Iterator[Callable[[ImportProgress], None]]:
    """Show files as they are read: name, share of all bytes, entries a second, time left."""
    with _bar(session, "{task.fields[done]}", "{task.fields[rate]}") as progress:
        task = progress.add_task(session.say("import.reading"), total=None, done="", rate="")
        begun = time.monotonic()

        def update(now: ImportProgress) -> None:
            session.interrupts.check()
            rate = round(now.read / max(0.001, time.monotonic() - begun))
            size = session.say.size
            progress.update(
                task,
                description=_short(one_line(now.file)),
                completed=now.bytes_done,
                total=now.bytes_total,
                done=f"{size(now.bytes_done)}/{size(now.bytes_total)}",
                rate=session.say("import.rate", rate=rate),
            )

        yield update


@contextmanager
def embedding(session: Session) -> Iterator[Callable[[EmbeddingProgress], None]]:
    """Show how many entries have their vectors."""
    with _bar(session, "{task.fields[rate]}") as progress:
        task = progress.add_task(session.say("vectors.doing"), total=None, rate="")
        begun = time.monotonic()
        first: int | None = None

        def update(now: EmbeddingProgress) -> None:
            nonlocal first
            session.interrupts.check()
            first = now.done if first is None else first
            rate = round((now.done - first) / max(0.001, time.monotonic() - begun))
            text = session.say("import.rate", rate=rate) if rate else ""
            progress.update(task, completed=now.done, total=now.total, rate=text)

        yield update


@contextmanager
def counting(session: Session, label: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show how far something is that counts records."""
    with _bar(session) as progress:
        task = progress.add_task(session.say(label), total=total)

        def update(done: int) -> None:
            session.interrupts.check()
            progress.update(task, completed=done)

        yield update


@contextmanager
def evaluating(session: Session) -> Iterator[Callable[[EvalProgress], None]]:
    """Show the case that is run and what is being done with it."""
    with _bar(session) as progress:
        task = progress.add_task("", total=None)

        def update(now: EvalProgress) -> None:
            session.interrupts.check()
            doing = f"{_short(one_line(now.case))}: {session.say(f'eval.{now.doing}')}"
            progress.update(task, description=doing, completed=now.done, total=now.total)

        yield update


@contextmanager
def working(session: Session, label: str) -> Iterator[None]:
    """Show that something is going on whose end cannot be told."""
    with _bar(session) as progress:
        progress.add_task(session.say(label), total=None)
        yield


def _bar(session: Session, *texts: str) -> Progress:
    from rich.progress import (  # noqa: PLC0415  only for what takes its time
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        *(TextColumn(text, style="dim", markup=False) for text in texts),
        TimeRemainingColumn(compact=True),
        console=session.err,
        transient=True,
        disable=not session.err.is_terminal,
    )


def _short(name: str) -> str:
    return name if len(name) <= _NAME_SHOWN else f"…{name[1 - _NAME_SHOWN :]}"
