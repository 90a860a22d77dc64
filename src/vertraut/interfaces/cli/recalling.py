"""The commands that look things up: ``recall``, ``ask`` and ``show``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from vertraut.interfaces import shapes
from vertraut.interfaces.cli import options, render, render_entry
from vertraut.interfaces.cli.asking import question_of
from vertraut.interfaces.cli.attachments import save_attachments
from vertraut.interfaces.cli.opening import opened
from vertraut.interfaces.cli.session import Session, session

if TYPE_CHECKING:
    from vertraut.memory import Recalled

MOST_HITS = 1000
MOST_NEIGHBOURS = 100

Question = Annotated[list[str], typer.Argument(metavar="QUESTION", help="What to look for, in German or English.")]


@options.with_conditions()
def recall(
    question: Question,
    *,
    count: Annotated[int, typer.Option("--count", "-k", min=1, max=MOST_HITS, help="How many entries at most.")] = 10,
    explain: Annotated[bool, typer.Option("--explain", help="Show every signal and what it added to the score.")] = False,
    only: options.Conditions,
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Find the entries that have to do with a question, best first, and say why each was found."""
    with session(as_json=as_json, space=space) as here:
        limits = only.limits(here.settings.zone)
        with opened(here) as memory:
            found = memory.recall(question_of(question), count=count, limits=limits)
        here.emit(shapes.recall_shape(found))
        here.show(*(_explained(found, here) if explain else render.recalled(found, here.say)))
        if found.hits and found.query.text:
            here.remark(here.say("recall.sure", percent=round(100 * found.confidence)))
        remark_missing_vectors(found, here)


@options.with_conditions()
def ask(
    question: Question,
    *,
    only: options.Conditions,
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Answer a question by quoting what was remembered, or say that memory holds no answer.

    Every sentence carries the number of its evidence. Not knowing is an answer too: the exit code is 0.
    """
    with session(as_json=as_json, space=space) as here:
        limits = only.limits(here.settings.zone)
        with opened(here) as memory:
            answer = memory.ask(question_of(question), limits=limits)
        here.emit(shapes.answer_shape(answer))
        here.show(*render.answered(answer, here.say))
        remark_missing_vectors(answer.recalled, here)


def show(
    number: Annotated[
        int, typer.Argument(metavar="ID", min=1, max=options.LARGEST_NUMBER, help="The entry's number, as shown by recall.")
    ],
    *,
    around: Annotated[
        int, typer.Option("--around", min=0, max=MOST_NEIGHBOURS, help="How many neighbours to show before and after.")
    ] = 2,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="DIR", help="Write the attachments that were kept into this folder.")
    ] = None,
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Show an entry whole: its text, its people, where it came from, and what stands around it in its thread.

    Attachments get safe file names, and no file is ever overwritten.
    """
    with session(as_json=as_json, space=space) as here:
        with opened(here) as memory:
            shown = memory.show(number, reach=around)
            saved = save_attachments(memory, shown, save) if save else {}
        here.emit(shapes.shown_shape(shown, saved))
        here.show(*render_entry.whole(shown, here.say))
        for path in saved.values():
            here.remark(here.say("show.saved", name=str(path), size=here.say.size(path.stat().st_size)))
        if save and not saved:
            here.remark(here.say("show.nothing_to_save"))


def remark_missing_vectors(found: Recalled, here: Session) -> None:
    """Say how much cannot be found by meaning yet, where that is so."""
    if found.embedded < found.entries:
        missing = found.entries - found.embedded
        here.remark(here.say("vectors.missing", missing=missing, entries=here.say.count("entry", found.entries)))


def _explained(found: Recalled, here: Session) -> Iterator[RenderableType]:
    for number, hit in enumerate(found.hits, start=1):
        yield render.numbered(str(number), render.hit_lines(hit, here.say), len(str(len(found.hits))))
        yield render.explanation(hit, here.say)
        yield Text("")
