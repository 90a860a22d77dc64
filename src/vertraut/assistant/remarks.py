"""What is said when no language model answered: openly, and in the person's language. Memory is quoted then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vertraut.assistant.events import NoticeCode
from vertraut.assistant.persona import Persona, say
from vertraut.errors import CeilingReached, ConsentNeeded, ExtraMissing, ModelError, ModelUnavailable

_REMARKS: Final[Mapping[NoticeCode, tuple[str, str, str]]] = {
    "model_down": (
        "The language model {who} does not answer right now (`vertraut model test` says why), so memory is quoted.",
        "Das Sprachmodell {who} antwortet gerade nicht (`vertraut model test` sagt, warum), deshalb Zitate.",
        "Das Sprachmodell {who} antwortet gerade nicht (`vertraut model test` sagt, warum), deshalb Zitate.",
    ),
    "no_consent": (
        "You have not agreed that your words may go to {who} (`vertraut consent grant` does), so memory is quoted.",
        "Du hast nicht erlaubt, dass deine Worte an {who} gehen (`vertraut consent grant` tut es), deshalb Zitate.",
        "Sie haben nicht erlaubt, dass Ihre Worte an {who} gehen (`vertraut consent grant` tut es), deshalb Zitate.",
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
    who = ""
    if isinstance(error, ConsentNeeded):
        code, who = "no_consent", error.provider
    elif isinstance(error, ExtraMissing | ModelUnavailable):
        who = error.name
    elif isinstance(error, CeilingReached):
        code = "ceiling"
    english, du, sie = _REMARKS[code]
    told = english if language == "en" else say(persona, du, sie)
    return code, told.format(who=who).replace("  ", " ")
