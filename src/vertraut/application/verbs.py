"""What can be asked of a space through any door: the command line, Python, HTTP, MCP, and the OpenAI interface's chat.

One table, so that the doors stay equal; ``tests/interfaces/test_doors.py`` holds each of them against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from vertraut.governance import Scope

VerbName = Literal["recall", "ask", "context", "chat", "show", "stats", "remember", "import", "forget"]


@dataclass(frozen=True, slots=True)
class Verb:
    """A row: what it is called everywhere, the scope it needs, whether it changes memory, and what it does."""

    name: VerbName
    scope: Scope
    writes: bool
    summary: str


VERBS: Final = (
    Verb("recall", "recall", False, "Find the entries that have to do with a question, best first, each with its reasons."),
    Verb("ask", "ask", False, "Answer a question by quoting what was remembered, or say that memory holds no answer."),
    Verb("context", "recall", False, "Give what was remembered about a question as text for a language model."),
    Verb("chat", "ask", True, "Talk with the assistant: it answers from memory with evidence, and remembers the turn."),
    Verb("show", "recall", False, "Show an entry whole, with what stands around it."),
    Verb("stats", "recall", False, "Say what is remembered, counted by kind, source and year."),
    Verb("remember", "remember", True, "Remember a text as a note."),
    Verb("import", "remember", True, "Remember what a file holds: a mailbox, calendar, note or JSON Lines."),
    Verb("forget", "forget", True, "Remove entries for ever, with everything derived from them, and prove it."),
)
