"""A question, understood as far as looking for its answer needs: its words, its times, its form, and its limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from vertraut.errors import BadQuery
from vertraut.memory.filters import filtered
from vertraut.memory.forms import asks_assistant, forms_of, wished_topic
from vertraut.memory.limits import Limits
from vertraut.memory.times import Span, spans_in
from vertraut.memory.words import question_language, question_terms

_ASKING = (
    r"(?:wer|wen|wem|wessen|was|wann|wo|woher|wohin|womit|woran|worauf|wofür|worüber|wie|warum|wieso|weshalb|welch\w*"
    r"|who|whom|whose|what|when|where|which|why|how)"
)
_NEXT_PART = re.compile(rf"(?:[,;?]\s*(?:und|and)?|\s(?:und|and|sowie))\s+(?=(?:\w+\s+)?{_ASKING}\b)", re.IGNORECASE)
_PART_WORDS = 2
_MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class Query:
    """A question with the terms of each content word (one tuple a word, one term a language) and its times."""

    text: str
    parts: tuple[str, ...]
    """The question itself, and each part of it that asks something of its own; of a wish for advice its topic."""
    now: datetime
    words: tuple[tuple[str, ...], ...]
    spans: tuple[Span, ...]
    limits: Limits = field(default_factory=Limits)
    to_assistant: bool = False
    """Whether it asks for something that an assistant said ("What did you recommend?")."""
    advice: bool = False
    """Whether it wishes for advice ("Can you recommend…"): answered by what a person likes, owns and does."""
    forms: frozenset[str] = frozenset()
    """What it asks for: "when", "number", "who", "where"; "me" where it speaks of the one who asks."""

    @property
    def german(self) -> bool:
        """Whether it is asked in German."""
        return question_language(self.text) == "de"


def understood(text: str, now: datetime, zone: str, languages: Iterable[str], limits: Limits | None = None) -> Query:
    """Understand a question asked at ``now`` in ``zone``. Raises ``BadQuery`` where there is nothing to look for."""
    text, typed = filtered(text, now, zone)
    limits = (limits or Limits()).narrowed(typed)
    if not any(map(str.isalnum, text)):
        if not limits:
            raise BadQuery
        return Query("", (), now, (), (), limits)
    to_assistant = asks_assistant(text)
    topic = "" if to_assistant else wished_topic(text)
    words = tuple(question_terms(topic or text, languages))
    parts = (text, topic) if topic else (text, *_parts(text))
    spans = tuple(spans_in(text, now, zone))
    return Query(text, parts, now, words, spans, limits, to_assistant, bool(topic), forms_of(text))


def _parts(text: str) -> list[str]:
    """Return the parts of a question that asks several things ("Who cut the slots, and who laid the tiles?").

    A part without two content words of its own ("… and when?") is left with the whole, and what asks very many things, too:
    each part takes a search.
    """
    found = [part.strip(" ,;") for part in _NEXT_PART.split(text)]
    if not 1 < len(found) <= _MOST_PARTS:
        return []
    return [part for part in found if len(question_terms(part, ("en",))) >= _PART_WORDS]
