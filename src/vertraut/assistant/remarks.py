"""What is said when no language model answered: openly, and in the person's language. Memory is quoted then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vertraut.assistant.events import NoticeCode
from vertraut.assistant.persona import Persona, say
from vertraut.errors import CeilingReached, ConsentNeeded, ModelError

_REMARKS: Final[Mapping[NoticeCode, tuple[str, str, str]]] = {
    "model_down": (
        "The language model does not answer right now, so this is quoted from your memory.",
        "Das Sprachmodell antwortet gerade nicht, deshalb Zitate aus deinem Gedächtnis.",
        "Das Sprachmodell antwortet gerade nicht, deshalb Zitate aus Ihrem Gedächtnis.",
    ),
    "no_consent": (
        "You have not agreed that your words may go to this model, so this is quoted from your memory.",
        "Du hast nicht erlaubt, dass deine Worte zu diesem Modell gehen, deshalb Zitate aus deinem Gedächtnis.",
        "Sie haben nicht erlaubt, dass Ihre Worte zu diesem Modell gehen, deshalb Zitate aus Ihrem Gedächtnis.",
    ),
    "ceiling": (
        "This month's ceiling for models is reached, so this is quoted from your memory.",
        "Die Grenze für Modelle ist in diesem Monat erreicht, deshalb Zitate aus deinem Gedächtnis.",
        "Die Grenze für Modelle ist in diesem Monat erreicht, deshalb Zitate aus Ihrem Gedächtnis.",
    ),
}


def remark_of(error: ModelError, language: str, persona: Persona) -> tuple[NoticeCode, str]:
    """Return what to say of an error, and its code."""
    code: NoticeCode = "model_down"
    if isinstance(error, ConsentNeeded):
        code = "no_consent"
    elif isinstance(error, CeilingReached):
        code = "ceiling"
    english, du, sie = _REMARKS[code]
    return code, english if language == "en" else say(persona, du, sie)
