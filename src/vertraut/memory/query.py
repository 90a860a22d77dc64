"""A question, understood as far as looking for its answer needs: its words, its times, and what it is limited to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from vertraut.errors import BadQuery
from vertraut.memory.limits import Limits
from vertraut.memory.times import Span, spans_in
from vertraut.memory.words import question_terms

_ASKING = (
    r"(?:wer|wen|wem|wessen|was|wann|wo|woher|wohin|womit|woran|worauf|wofür|worüber|wie|warum|wieso|weshalb|welch\w*"
    r"|who|whom|whose|what|when|where|which|why|how)"
)
_NEXT_PART = re.compile(rf"(?:[,;?]\s*(?:und|and)?|\s(?:und|and|sowie))\s+(?=(?:\w+\s+)?{_ASKING}\b)", re.IGNORECASE)
_PART_WORDS = 2
_TO_ASSISTANT = re.compile(
    r"\b(?:you|your|assistant|chatbot|chatgpt|previous (?:chat|conversation)|du|dir|dich|dein\w*|assistent\w*|KI)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Query:
    """A question with the terms of each content word (one tuple a word, one term a language) and its times."""

    text: str
    parts: tuple[str, ...]
    """The question itself, and each part of it that asks something of its own."""
    now: datetime
    words: tuple[tuple[str, ...], ...]
    spans: tuple[Span, ...]
    limits: Limits = field(default_factory=Limits)
    to_assistant: bool = False
    """Whether it asks for something that an assistant said ("What did you recommend?")."""


def understood(text: str, now: datetime, zone: str, languages: Iterable[str], limits: Limits | None = None) -> Query:
    """Understand a question asked at ``now`` in ``zone``. Raises ``BadQuery`` where there is nothing to look for."""
    if not any(letter.isalnum() for letter in text):
        raise BadQuery
    spans = tuple(spans_in(text, now, zone))
    words = tuple(question_terms(text, languages))
    return Query(text, (text, *_parts(text)), now, words, spans, limits or Limits(), _TO_ASSISTANT.search(text) is not None)


def _parts(text: str) -> list[str]:
    """Return the parts of a question that asks several things ("Who cut the slots, and who laid the tiles?").

    A part without two content words of its own ("… and when?") is left with the whole.
    """
    found = [part.strip(" ,;") for part in _NEXT_PART.split(text)]
    if len(found) == 1:
        return []
    return [part for part in found if len(question_terms(part, ("en",))) >= _PART_WORDS]
