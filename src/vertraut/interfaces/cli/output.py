"""The two streams that a command writes to: text for a person, or one JSON object for a program."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Mapping
from typing import Any, Final, NoReturn

import typer
from rich.console import Console

from vertraut.interfaces.cli import exits

WIDTH_OF_FILES: Final = 100
"""Columns of output that goes to a file or a pipe."""

_ACTING: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal may act on, and JSON does not escape by itself."""


class Output(Console):
    """A stream on which nothing that is printed is read as markup, emoji codes or numbers to be coloured."""

    def __init__(self, *, stderr: bool = False) -> None:
        stream = sys.stderr if stderr else sys.stdout
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
        width = None if stream.isatty() or "COLUMNS" in os.environ else WIDTH_OF_FILES
        super().__init__(stderr=stderr, width=width, markup=False, emoji=False, highlight=False)

    def json_object(self, shape: Mapping[str, Any]) -> None:
        """Print an object, readable, and harmless where it ends up in a terminal."""
        if self.encoding.startswith("utf"):
            text = json.dumps(shape, ensure_ascii=False, indent=1)
            text = _ACTING.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
        else:
            text = json.dumps(shape, indent=1)
        self.out(text, highlight=False)

    def on_broken_pipe(self) -> NoReturn:
        """End quietly: whoever read the output has seen enough."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())
        raise typer.Exit(exits.UNHEARD)
