"""The command that shows what a memory is good for: ``demo``."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from vertraut.interfaces import shapes
from vertraut.interfaces.cli import options, progress, render, serving
from vertraut.interfaces.cli.importing import find_by_meaning
from vertraut.interfaces.cli.opening import renew_index
from vertraut.interfaces.cli.session import Session, session
from vertraut.interfaces.cli.texts import TEXTS
from vertraut.interfaces.harmless import one_line
from vertraut.interfaces.language import Wording

if TYPE_CHECKING:
    from vertraut.application import Space
    from vertraut.application.demo import DemoQuestion


def demo(
    question: Annotated[
        list[str] | None, typer.Argument(metavar="QUESTION", help="Ask the household this instead of the usual questions.")
    ] = None,
    *,
    app: Annotated[bool, typer.Option("--app", help="Open the household in the web app instead.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Remember a year of an invented household, and ask it questions: four that it can answer, and one that nobody can.

    The household lives in a home of its own, the folder `demo` inside this home, and never mixes with what is yours.
    """
    with session(as_json=as_json) as here:
        from vertraut.application import demo as household  # noqa: PLC0415  numpy and SQLite, which --help does without

        own = [household.DemoQuestion(options.typed(" ".join(question)))] if question else []
        with household.open_demo(here.settings) as memory:
            there = replace(here, say=Wording(here.say.language, memory.settings.zone, TEXTS))
            renew_index(memory, there)
            with progress.reading(there) as update:
                household.remember_household(memory, update)
            find_by_meaning(memory, there)
            if not own:
                _introduce(memory, there)
            if app:
                from vertraut.interfaces import server  # noqa: PLC0415  the doors, which --help does without

                serving.run(there, memory, server.listening(memory.settings.port))
                return
            answers = [_answer(memory, each, household.EVENING, there) for each in own or household.demo_questions()]
        here.emit({"home": str(memory.settings.home), "answers": answers})
        if not own:
            here.show(*_next_steps(here))


def _introduce(memory: Space, here: Session) -> None:
    say = here.say
    counts = memory.stats().by_kind
    here.show(Text(say("demo.title"), "bold"))
    here.show(Text(say("demo.in_memory", parts=say.listed([say.count(kind, counts[kind]) for kind in counts])), render.DIM))


def _answer(memory: Space, question: DemoQuestion, evening: datetime, here: Session) -> shapes.Shape:
    answer = memory.ask(question.text, now=evening)
    here.show(Text(""))
    if not question.answerable:
        here.show(Text(here.say("demo.unknowable"), render.DIM))
    here.show(Text(one_line(question.text), "bold cyan"), *render.answered(answer, here.say))
    return shapes.answer_shape(answer)


def _next_steps(here: Session) -> list[Text | Table]:
    say = here.say
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_row(f'  vertraut demo "{say("demo.next_question")}"', Text(say("demo.next_ask"), render.DIM))
    table.add_row(f"  vertraut import {say('demo.next_path')}", Text(say("demo.next_import"), render.DIM))
    table.add_row('  vertraut ask "…"', Text(say("demo.next_own"), render.DIM))
    return [Text(""), Text(say("demo.next"), "bold"), table]
