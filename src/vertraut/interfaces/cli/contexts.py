"""The command that hands memory to a language model: ``context``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from vertraut.interfaces import shapes
from vertraut.interfaces.cli import options, recalling, render
from vertraut.interfaces.cli.asking import question_of
from vertraut.interfaces.cli.opening import opened
from vertraut.interfaces.cli.session import Session, session

if TYPE_CHECKING:
    from vertraut.memory import Context

MOST_TOKENS = 1_000_000


@options.with_conditions()
def context(
    question: recalling.Question,
    *,
    tokens: Annotated[
        int, typer.Option("--tokens", "-t", min=1, max=MOST_TOKENS, help="How many tokens it may have at most, estimated.")
    ] = 2000,
    only: options.Conditions,
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Print what memory holds about a question, for a language model to answer from: numbered, in order of time.

    What was found comes with what stands around it, each thing once, as much as the tokens allow. What others wrote is
    quoted as data: invisible characters are removed, further lines of an entry are indented.
    """
    with session(as_json=as_json, space=space) as here:
        limits = only.limits(here.settings.zone)
        with opened(here) as memory:
            found = memory.context(question_of(question), tokens=tokens, limits=limits)
        here.emit(shapes.context_shape(found))
        _show(found, here)
        recalling.remark_missing_vectors(found.recalled, here)


def _show(found: Context, here: Session) -> None:
    """Print the text as it is, not a line of it wrapped, and beside it how much that is."""
    if not found.recalled.hits:
        here.show(Text(here.say("recall.nothing"), render.DIM))
        return
    if not found.blocks:
        here.remark(here.say("context.too_few", budget=found.budget))
        return
    if not here.as_json:
        here.out.print(Text(found.text), soft_wrap=True)
    entries = here.say.count("entry", len(found.lines))
    here.remark(here.say("context.used", tokens=found.tokens, budget=found.budget, entries=entries))
