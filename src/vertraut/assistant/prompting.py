"""What a model is told: first what never changes, then its person, the conversation, the evidence and the question.

The stable part comes first so that prefix caches work. Evidence is quoted as data between two tags that nothing in it can
write (``memory.quoting`` takes tags apart, and what looks like these two is none here).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from vertraut.assistant.boundaries import Spoken
from vertraut.assistant.persona import Persona, prompt_lines
from vertraut.clock import zone_of
from vertraut.memory.context import Line
from vertraut.memory.context_lines import WORDS, heading
from vertraut.memory.quoting import quoted
from vertraut.models import Message, load_prompt

_PROMPTS = "vertraut.assistant.prompts"
_LONGEST_SAID = 2000
_NUMBER = re.compile(r"^\[\d+\]")
_LIKE_OUR_TAG = re.compile(
    "[<\uff1c\ufe64\u2039\u3008](?=[\\W_]{0,9}m[\\W_]{0,3}e[\\W_]{0,3}m[\\W_]{0,3}o[\\W_]{0,3}r[\\W_]{0,3}y)", re.IGNORECASE
)


def instructions(persona: Persona, now: datetime, zone: str) -> list[Message]:
    """Return what the assistant is and how it answers, always the same, then whom it speaks with and when."""
    local = now.astimezone(zone_of(zone))
    today = f"{local:%A}, {local.day} {local:%B %Y}, {local:%H:%M}"
    person = load_prompt(_PROMPTS, "person").text(persona=prompt_lines(persona), today=today, zone=zone)
    return [Message("system", load_prompt(_PROMPTS, "answer").text()), Message("system", person)]


def told(history: Sequence[Spoken]) -> list[Message]:
    """Return the conversation so far, long speeches cut."""
    return [
        Message("user" if each.role == "person" else "assistant", _harmless(each.text)[:_LONGEST_SAID]) for each in history
    ]


def asked(text: str, lines: Sequence[Line]) -> Message:
    """Return the question with its evidence."""
    memory = memory_text(lines) or "(nothing was found)"
    return Message("user", load_prompt(_PROMPTS, "question").text(memory=memory, question=_harmless(text)))


def memory_text(lines: Sequence[Line]) -> str:
    """Return numbered lines as a model reads them, each run of a thread under its heading."""
    parts: list[str] = []
    last = None
    for line in lines:
        thread = (line.entry.source, line.entry.thread)
        if thread != last:
            parts.append(("\n" if parts else "") + heading(line.entry, WORDS["en"]))
        parts.append(line.text)
        last = thread
    return _LIKE_OUR_TAG.sub("(", "\n".join(parts))


def people_in(lines: Sequence[Line], person: str) -> tuple[str, ...]:
    """Return the names of the people of some lines, and of the person: what pseudonyms may hide."""
    people = {name for line in lines for name in (line.entry.author, *(each.name for each in line.entry.people))}
    return tuple(sorted({*people, person} - {""}))


def _harmless(text: str) -> str:
    return _LIKE_OUR_TAG.sub("(", quoted(text))


def renumbered(line: Line, number: int) -> Line:
    """Return a line under another number."""
    return replace(line, number=number, text=_NUMBER.sub(f"[{number}]", line.text, count=1))
