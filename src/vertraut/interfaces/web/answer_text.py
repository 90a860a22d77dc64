"""The text of an answer as parts that a template can show: paragraphs, lists, bold, code, and the numbers of evidence.

It is all that is kept of what a model writes as Markdown; everything else stays the characters that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from vertraut.assistant.events import Citation

BlockKind = Literal["p", "ul", "ol"]

_LISTED: Final = re.compile(r"\s{0,12}(?:[-*•]|(?P<number>\d{1,3})[.)])\s+(?P<text>.*)")
_HEADING: Final = re.compile(r"\s{0,3}#{1,6}\s+(?P<text>.*?)\s*#*")
_BOLD: Final = re.compile(r"\*\*(?=\S)(?P<bold>[^*\n]+?)(?<=\S)\*\*")
_MARK: Final = re.compile(r"`(?P<code>[^`\n]{1,200})`|\[(?P<numbers>\d{1,4}(?:\s{0,3},\s{0,3}\d{1,4})*)\]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, bold or code, or the number of evidence, which ``citation`` says the meaning of."""

    text: str
    bold: bool = False
    code: bool = False
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, which has one item, or a list."""

    kind: BlockKind
    items: tuple[tuple[Piece, ...], ...]


def blocks_of(text: str, citations: Mapping[int, Citation]) -> tuple[Block, ...]:
    """Return a text in blocks; a number in brackets that means no evidence stays text."""
    blocks: list[Block] = []
    for line in filter(str.strip, text.splitlines()):
        listed, heading = _LISTED.fullmatch(line), _HEADING.fullmatch(line)
        if listed:
            kind: BlockKind = "ol" if listed["number"] else "ul"
            before = blocks.pop().items if blocks and blocks[-1].kind == kind else ()
            blocks.append(Block(kind, (*before, tuple(_pieces(listed["text"], citations)))))
        else:
            said = f"**{heading['text'].replace('*', '')}**" if heading else line.strip()
            blocks.append(Block("p", (tuple(_pieces(said, citations)),)))
    return tuple(blocks)


def _pieces(text: str, citations: Mapping[int, Citation]) -> Iterator[Piece]:
    at = 0
    for found in _BOLD.finditer(text):
        yield from _marked(text[at : found.start()], citations, bold=False)
        yield from _marked(found["bold"], citations, bold=True)
        at = found.end()
    yield from _marked(text[at:], citations, bold=False)


def _marked(text: str, citations: Mapping[int, Citation], *, bold: bool) -> Iterator[Piece]:
    at = 0
    for found in _MARK.finditer(text):
        numbers = [int(each) for each in re.findall(r"\d+", found["numbers"] or "")]
        if found["code"] is None and not all(number in citations for number in numbers):
            continue
        if before := text[at : found.start()]:
            yield Piece(before, bold)
        if found["code"] is not None:
            yield Piece(found["code"], bold, code=True)
        yield from (Piece(str(number), bold, citation=citations[number]) for number in numbers)
        at = found.end()
    if rest := text[at:]:
        yield Piece(rest, bold)
