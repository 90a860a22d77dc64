"""How a turn begins: the person's words, and what is known of the conversation before anything is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from vertraut.assistant.boundaries import Situation, Spoken, continuous_since
from vertraut.assistant.conversation import REMINDED, TURNS_TOLD, citations_of, new_conversation, spoken
from vertraut.assistant.memory import Memory
from vertraut.assistant.persona import Persona, language_for
from vertraut.ledger import OWN_SOURCE
from vertraut.settings import Settings

_LOOKED_BACK: Final = 200  # entries of a conversation, for how long it has lasted


@dataclass(frozen=True, slots=True)
class Beginning:
    """What was said to begin a turn, and where. ``cited`` is what the numbers in the answer before meant, as entries."""

    text: str = field(repr=False)
    conversation: str
    title: str = field(repr=False)
    history: tuple[Spoken, ...] = field(repr=False)
    situation: Situation = field(repr=False)
    persona: Persona = field(repr=False)
    language: str
    now: datetime
    zone: str
    cited: Mapping[int, int]

    @property
    def own_words(self) -> str:
        """What the person said in this conversation, this turn included."""
        return "\n".join(_own(self.history, self.text))


def begun(
    text: str,
    conversation: str,
    history: Sequence[Spoken] | None,
    *,
    memory: Memory,
    persona: Persona,
    settings: Settings,
    now: datetime,
) -> Beginning:
    """Return how a turn begins, with what memory holds of its conversation where no ``history`` is given."""
    past = memory.thread(OWN_SOURCE, conversation, last=_LOOKED_BACK) if conversation else []
    heard = tuple(history) if history is not None else spoken(past[-2 * TURNS_TOLD :])
    language = language_for(persona, _own(heard, text), settings.language)
    first = heard[0].text if heard else text
    started = continuous_since((entry.when.instant for _, entry in past), now)
    reminded = max((entry.when.instant for _, entry in past if entry.meta.get(REMINDED)), default=None)
    return Beginning(
        text,
        conversation or new_conversation(),
        past[0][1].thread_title if past else first,
        heard,
        Situation(text, heard, language, persona.country, started, now, reminded),
        persona,
        language,
        now,
        settings.zone,
        {each.number: each.entry for each in citations_of(past[-1][1])} if past else {},
    )


def _own(history: Sequence[Spoken], text: str) -> list[str]:
    return [*(each.text for each in history if each.role == "person"), text]
