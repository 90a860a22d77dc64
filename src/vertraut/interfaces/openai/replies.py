"""What comes back, whoever answered: pieces while it is said, then the whole with its evidence, remarks and usage."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from vertraut.assistant.conversation import cited_numbers
from vertraut.memory.context import Line
from vertraut.memory.quoting import quoted_line
from vertraut.models import ToolCall

EXCERPT: Final = 300
"""Characters of an entry that are shown as evidence."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the answer; it may be shown."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished answer. ``known`` is False where it says that memory does not hold it, None where nobody can tell.

    ``speaker`` is the model that spoke, "quotes" where none did; ``evidence`` the lines that it rests on.
    """

    text: str = field(repr=False)
    finish: Literal["stop", "length", "tool_calls"]
    speaker: str
    prompt_tokens: int
    answer_tokens: int
    calls: tuple[ToolCall, ...] = ()
    evidence: tuple[Line, ...] = field(default=(), repr=False)
    notices: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    known: bool | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """An answer on its way: the conversation it belongs to, and its events, the last of which is the reply."""

    conversation: str
    events: Generator[Piece | Reply]


def cited(text: str, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines whose numbers a text names."""
    numbers = set(cited_numbers(text))
    return tuple(line for line in lines if line.number in numbers)


def extension(reply: Reply, conversation: str) -> dict[str, Any]:
    """Return what a reply says beyond OpenAI's form, under the key ``vertraut``.

    {"conversation", "model", "known", "evidence": [{"number", "entry", "when", "author", "title", "excerpt"}],
    "notices": [{"code", "text"}]}; ``number`` is the n of ``[n]`` in the text, ``entry`` the entry's number in memory.
    """
    return {
        "conversation": conversation,
        "model": reply.speaker,
        "known": reply.known,
        "evidence": [_evidence(line) for line in reply.evidence],
        "notices": [{"code": code, "text": text} for code, text in reply.notices],
    }


def _evidence(line: Line) -> dict[str, Any]:
    entry = line.entry
    said = " … ".join(entry.text[start:stop] for start, stop in line.parts) or entry.title
    return {
        "number": line.number,
        "entry": line.id,
        "when": str(entry.when),
        "author": entry.author,
        "title": entry.title or entry.thread_title,
        "excerpt": quoted_line(said, EXCERPT),
    }
