"""The privacy gate: what every request passes before it leaves the machine, and what comes back passes on its way in.

Consent is checked, secrets are removed for good, names become pseudonyms if the settings say so, and what leaves is written
down before it does. Whatever fails here keeps the request inside. For a model on this machine nothing is changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from vertraut.governance import Actor
from vertraut.ledger import Journal
from vertraut.models.catalog import ModelCard
from vertraut.models.consent import Consents, recipient
from vertraut.models.messages import Message, Request, ToolCall, ToolSpec
from vertraut.models.outbox import Outbox
from vertraut.models.pseudonyms import Pseudonyms, Restorer
from vertraut.models.secrets import Secrets

REMOVED: Final = {"de": "[Geheimnis entfernt]", "en": "[secret removed]"}
"""What stands for a secret, by the language of the conversation."""

_GERMAN: Final = re.compile(
    r"\b(?:der|die|das|und|ist|nicht|ich|ein|eine|mit|zu|auf|für|wie|was|wann|wer|wir|hat|von|im)\b", re.IGNORECASE
)
_ENGLISH: Final = re.compile(
    r"\b(?:the|and|is|not|a|an|with|to|on|for|how|what|when|who|we|has|of|in|my|it|you)\b", re.IGNORECASE
)
_UNREADABLE: Final = "{}"
"""What leaves instead of arguments that are no JSON: nothing could be found in them for certain."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request as it may leave, and what puts into the answer what was replaced."""

    request: Request
    restore: Restorer


class Gate(Protocol):
    """What stands between a request and a model."""

    def prepare(self, request: Request, card: ModelCard, actor: Actor) -> Prepared:
        """Return a request as it may go to a model. Raises ``ConsentNeeded``."""
        ...

    def sent(self, prepared: Prepared, card: ModelCard, actor: Actor) -> None:
        """Note that a prepared request is about to leave the machine. Where this fails, it must not leave."""
        ...


class PrivacyGate:
    """The gate of a space. ``identity_key`` is the space's own; pseudonyms follow from it."""

    def __init__(self, journal: Journal, identity_key: bytes, replace_names: bool) -> None:
        self._consents = Consents(journal)
        self._outbox = Outbox(journal)
        self._key = identity_key
        self._replace_names = replace_names

    def prepare(self, request: Request, card: ModelCard, actor: Actor) -> Prepared:  # noqa: ARG002  consent is the person's
        """Return a request without secrets, with pseudonyms if so set up. Raises ``ConsentNeeded``."""
        if not card.outside:
            return Prepared(request, Restorer())
        self._consents.require(recipient(card), request.purpose)
        word = REMOVED[_language(request)]
        secrets = Secrets(_texts(request))
        harmless = _changed(request, lambda text: secrets.removed(text, word))
        if not self._replace_names:
            return Prepared(replace(harmless, names=()), Restorer())
        pseudonyms = Pseudonyms(self._key, request.names, _texts(harmless))
        hidden = _changed(harmless, pseudonyms.hide)
        return Prepared(replace(hidden, names=()), pseudonyms.restorer())

    def sent(self, prepared: Prepared, card: ModelCard, actor: Actor) -> None:
        """Write down, durably, what is about to leave."""
        self._outbox.write(prepared.request, card, actor)


def _changed(request: Request, change: Callable[[str], str]) -> Request:
    """Return a request with everything in it changed that a model reads as words."""
    return replace(
        request,
        messages=tuple(_changed_message(each, change) for each in request.messages),
        tools=tuple(
            ToolSpec(each.name, change(each.description), _changed_json(each.parameters, change)) for each in request.tools
        ),
        schema=None if request.schema is None else _changed_json(request.schema, change),
    )


def _changed_message(message: Message, change: Callable[[str], str]) -> Message:
    calls = tuple(ToolCall(each.id, each.name, _changed_arguments(each.arguments, change)) for each in message.calls)
    return replace(message, text=change(message.text), calls=calls)


def _changed_arguments(arguments: str, change: Callable[[str], str]) -> str:
    """Return JSON with its strings changed: as a text, escapes would hide names, and a change could break it."""
    try:
        return json.dumps(_changed_json(json.loads(arguments), change), ensure_ascii=False)
    except (ValueError, RecursionError):
        return _UNREADABLE


def _changed_json(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case Mapping():
            return {change(key): _changed_field(key, each, change) for key, each in value.items()}
        case list() | tuple():
            return [_changed_json(each, change) for each in value]
        case int() | float() if not isinstance(value, bool):
            written = str(value)
            return value if change(written) == written else change(written)
        case _:
            return value


def _changed_field(name: str, value: Any, change: Callable[[str], str]) -> Any:
    """Return the value of a field, changed as what its name says it is: a password is one only beside that word."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return _changed_json(value, change)
    beside = f"{name}: {value}"
    if change(beside) == change(f"{name}: ") + str(value):
        return _changed_json(value, change)
    return change(beside).removeprefix(change(f"{name}: "))


def _texts(request: Request) -> Iterator[str]:
    """Yield everything in a request that is written in words."""
    seen: list[str] = []

    def note(text: str) -> str:
        seen.append(text)
        return text

    _changed(request, note)
    yield from seen


def _language(request: Request) -> str:
    """Return the language of the first words that tell it, so that it stays the same while a conversation goes on."""
    for message in request.messages:
        german, english = len(_GERMAN.findall(message.text)), len(_ENGLISH.findall(message.text))
        if message.role == "user" and german != english:
            return "de" if german > english else "en"
    return "en"
