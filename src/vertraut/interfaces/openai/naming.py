"""What a model's name means here: who answers, and what becomes of memory. A header may say the latter, too.

``vertraut`` reads memory and remembers, ``vertraut-private`` only reads, ``vertraut-quotes`` quotes without any language
model, and every model that is set up answers under its own name, given what memory says. ``@off``, ``@read`` or
``@read-write`` behind any of them, or the header ``X-Vertraut-Memory``, say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from starlette.datastructures import Headers

from vertraut.interfaces.openai.refusals import invalid, no_such_model
from vertraut.models import ModelCard

Use = Literal["off", "read", "read-write"]
Speaker = Literal["assistant", "quotes", "model"]

EMBEDDINGS: Final = "vertraut-embeddings"
MEMORY_HEADER: Final = "x-vertraut-memory"
CONVERSATION_HEADER: Final = "x-vertraut-conversation"

_OWN: Final[dict[str, tuple[Speaker, Use]]] = {
    "vertraut": ("assistant", "read-write"),
    "vertraut-private": ("assistant", "read"),
    "vertraut-quotes": ("quotes", "read"),
}
_CONVERSATION_HEADERS: Final = (CONVERSATION_HEADER, "x-openwebui-chat-id")
_CONVERSATION: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who answers and what becomes of memory; ``card`` names the model where it is a particular one."""

    speaker: Speaker
    use: Use
    card: str = ""


def chosen(name: str, headers: Headers, cards: Sequence[ModelCard]) -> Chosen:
    """Return what a model's name and the headers ask for. Raises ``Refusal``."""
    said = headers.get(MEMORY_HEADER, "").strip().lower()
    if said and said not in get_args(Use):
        raise invalid(f"X-Vertraut-Memory must be one of {', '.join(get_args(Use))}.", "X-Vertraut-Memory")
    bare, at, suffix = name.rpartition("@")
    known = _OWN.keys() | {card.name for card in cards}
    if at and suffix in get_args(Use) and name not in known:
        name, said = bare, said or suffix
    if name not in known:
        raise no_such_model(name)
    speaker, use = _OWN.get(name, ("model", "read"))
    wanted: Use = next((each for each in get_args(Use) if each == said), use)
    if speaker == "quotes" and wanted == "off":
        raise invalid("vertraut-quotes answers from memory only: it cannot do so with memory off.", "X-Vertraut-Memory")
    return Chosen(speaker, wanted, name if speaker == "model" else "")


def conversation_in(headers: Headers) -> str:
    """Return the conversation that the headers name, or "". Raises ``Refusal`` for a name that cannot be one."""
    name = next((headers[each] for each in _CONVERSATION_HEADERS if headers.get(each)), "")
    if name and not is_conversation(name):
        raise invalid("The name of a conversation is up to 100 letters, digits and . _ : -", "X-Vertraut-Conversation")
    return name


def is_conversation(name: str) -> bool:
    """Say whether a conversation may be called so."""
    return _CONVERSATION.fullmatch(name) is not None


def model_list(cards: Sequence[ModelCard]) -> list[dict[str, Any]]:
    """Return every model as ``/models`` lists it."""
    makers = {**dict.fromkeys((*_OWN, EMBEDDINGS), "vertraut"), **{card.name: card.provider for card in cards}}
    return [{"id": name, "object": "model", "created": 0, "owned_by": maker} for name, maker in makers.items()]
