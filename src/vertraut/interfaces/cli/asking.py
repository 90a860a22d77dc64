"""A question as it comes from a shell: ``-word`` is no option there, and quotes that the shell took away are put back."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from typer.core import TyperCommand, TyperOption

from vertraut.interfaces.cli.options import typed

_EXCLUSION = re.compile(r"-(?:[^\W\d_](?!\d*\Z)|[\"„“»«])")
"""A letter alone, also with a number (``-k5``), is an option."""


class AskingCommand(TyperCommand):
    """A command that takes a question in which ``-word`` leaves something out."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments with those words behind all options, where they are words."""
        options = (each for each in self.params if isinstance(each, TyperOption) and not each.is_flag)
        return super().parse_args(ctx, exclusions_last(args, {name for each in options for name in each.opts}))


def exclusions_last(arguments: Sequence[str], valued: Collection[str]) -> list[str]:
    """Return arguments with ``-word`` behind a ``--``; what follows an option that takes a value is its value."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    kept: list[str] = []
    excluded: list[str] = []
    for before, each in zip(["", *arguments], arguments[:end], strict=False):
        (excluded if before not in valued and _EXCLUSION.match(each) else kept).append(each)
    return [*kept, "--", *excluded, *arguments[end + 1 :]] if excluded else list(arguments)


def question_of(arguments: Sequence[str]) -> str:
    """Return a question that was given as one argument or more.

    Of several, one like ``from:Tobi Kessler`` had its value in quotes, which the shell took; one alone is a question that
    was quoted as a whole.
    """
    parts = arguments if len(arguments) == 1 else map(_quoted_again, arguments)
    return typed(" ".join(parts))


def _quoted_again(argument: str) -> str:
    from vertraut.memory.filters import NAMES  # noqa: PLC0415  numpy, which --help does without

    name, colon, value = argument.partition(":")
    if not (colon and name.lower() in NAMES):
        name, colon, value = "", "-", argument[1:] if _EXCLUSION.match(argument) else ""
    spaced = any(map(str.isspace, value)) and '"' not in value
    return f'{name}{colon}"{value}"' if spaced else argument
