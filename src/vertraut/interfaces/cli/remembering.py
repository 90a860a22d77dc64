"""The command that remembers a note: ``remember``."""

from __future__ import annotations

import sys
from typing import Annotated, Final

import typer
from rich.text import Text

from vertraut.interfaces.cli import options
from vertraut.interfaces.cli.opening import opened
from vertraut.interfaces.cli.session import session

_LONGEST: Final = 1_000_000


def remember(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="TEXT", help="What to remember; without it, standard input is read.")
    ] = None,
    *,
    title: Annotated[str, typer.Option("--title", help="A short title.")] = "",
    author: Annotated[str, typer.Option("--author", metavar="NAME", help="Who says it.")] = "",
    thread: Annotated[str, typer.Option("--thread", metavar="NAME", help="The notebook that it belongs to.")] = "notes",
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Remember a text as a note of now. Files are remembered with `import`.

    Other programs of this machine can see what a command is called with: pipe in what they should not.
    """
    text = options.typed(" ".join(words) if words else sys.stdin.read(_LONGEST + 1)).strip()
    if not text or len(text) > _LONGEST:
        raise typer.BadParameter(f"it must have between 1 and {_LONGEST:,} characters", param_hint="TEXT")
    with session(as_json=as_json, space=space) as here, opened(here, create=True) as memory:
        number = memory.remember_text(
            text, title=options.typed(title), author=options.typed(author), thread=options.typed(thread) or "notes"
        )
        memory.embed()
        here.emit({"id": number})
        here.show(Text(here.say("remember.done", number=str(number))))
