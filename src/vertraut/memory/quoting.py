"""What others wrote, made harmless as data for a language model: it can neither hide, nor pose as the text around it.

Content is quoted, never obeyed: nothing invisible stays in it, nothing that turns the reading direction, no sign that a
chat template or a prompt uses for itself. Line breaks stay, white space is tidied. Nobody can tell from this what an entry
*means*: that it is untrusted is for the prompt to say.
"""

from __future__ import annotations

import re

_LINE_ENDS = re.compile("(?:\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029])[\\s\x1c-\x1e]*")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # controls but white space and what ends a line
    "\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff"  # hyphens and spaces without width; joiners stay: emoji need them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks, embeddings, overrides and isolates of direction
    "\ufff9-\ufffb\U000e0000-\U000e0fff]"  # annotations; tags and selectors, in which whole texts have been hidden
)
_LONELY = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_TAGS = re.compile(r"<(?=[|\uff5c]|/?[A-Za-z_][\w:-]{0,60}(?:\s[^<>\n]{0,200})?/?>)|\[(?=/?[A-Z_]{4,30}\])")


def quoted(text: str) -> str:
    """Return a text to be quoted: lines stay lines (empty ones do not), tags like ``<|im_start|>`` lose their meaning."""
    seen = _LONELY.sub("\ufffd", _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)))
    return _TAGS.sub(lambda found: f"{found.group()} ", _SPACES.sub(" ", seen)).strip()


def quoted_line(text: str, longest: int) -> str:
    """Return a text to be quoted within a line, cut to so many characters."""
    line = quoted(text[: longest * 4]).replace("\n", " ")
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
