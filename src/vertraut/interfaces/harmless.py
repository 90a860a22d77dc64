"""Text that others wrote, made harmless for terminals and pages: no control characters, no turned reading direction.

Nothing that is one sign to a reader grows without end either: no line could be broken in it, and it would cover others.
"""

from __future__ import annotations

import re
from typing import Final

_LINE_ENDS: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # C0 without tab and line end, DEL, C1: what starts an escape sequence
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks, embeddings, overrides and isolates of direction
    "\ufff9-\ufffb]"  # interlinear annotation
)
_MARKS: Final = (
    "\u0300-\u036f\u0483-\u0489\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe00-\ufe0f\ufe20-\ufe2f"
)
_PILED: Final = re.compile(f"([{_MARKS}]{{12}})[{_MARKS}]+")
_CHAINED: Final = re.compile("((?:[^\u200d]{1,3}\u200d){12})")  # the longest emoji has nine joiners
_LONELY: Final = re.compile("[\ud800-\udfff]")
_SPACE: Final = re.compile(r"\s+")


def harmless(text: str) -> str:
    """Return a text without what acts on a terminal or turns a page; lines stay lines, lone surrogates become U+FFFD."""
    plain = _LONELY.sub("\ufffd", _CONTROLS.sub("", _LINE_ENDS.sub("\n", text).replace("\t", "    ")))
    return _CHAINED.sub("\\1\u200b", _PILED.sub(r"\1", plain))


def one_line(text: str) -> str:
    """Return a harmless text with every run of white space made one space."""
    return _SPACE.sub(" ", harmless(text))
