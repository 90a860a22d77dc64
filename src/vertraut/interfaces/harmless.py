"""Text that others wrote, made harmless for terminals and pages: no control characters, no turned reading direction."""

from __future__ import annotations

import re
from typing import Final

_LINE_ENDS: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # C0 without tab and line end, DEL, C1: what starts an escape sequence
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks, embeddings, overrides and isolates of direction
    "\ufff9-\ufffb]"  # interlinear annotation
)
_LONELY: Final = re.compile("[\ud800-\udfff]")
_SPACE: Final = re.compile(r"\s+")


def harmless(text: str) -> str:
    """Return a text without what acts on a terminal or turns a page; lines stay lines, lone surrogates become U+FFFD."""
    return _LONELY.sub("\ufffd", _CONTROLS.sub("", _LINE_ENDS.sub("\n", text).replace("\t", "    ")))


def one_line(text: str) -> str:
    """Return a harmless text with every run of white space made one space."""
    return _SPACE.sub(" ", harmless(text))
