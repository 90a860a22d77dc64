"""The tools a model may call, in one table; later rooms add theirs here.

A tool runs only where the person's own words ask for it: what a model wants because of something it read is refused, and so
is what the actor's scopes do not allow. Forgetting asks the person first. Results are text, bounded, and tell of failures.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from vertraut.assistant.arithmetic import CALCULATE_SCHEMA, calculate
from vertraut.assistant.dates import DATE_SCHEMA, date_question
from vertraut.assistant.events import Proposal
from vertraut.errors import RequestError
from vertraut.governance import Actor, Scope
from vertraut.memory import Forgettable, ForgettingReceipt, Selection
from vertraut.memory.context import Line
from vertraut.memory.words import question_terms, words
from vertraut.models import ToolCall, ToolSpec

_LONGEST_NOTE, _LONGEST_ARGUMENTS = 4000, 20_000
_LANGUAGES: Final = ("de", "en")
_REFUSED: Final = "Refused: the person did not ask for this."
_OPENING: Final = (
    r"(?:^|[,;:–—]\s+)(?:(?:und|and|also|dann|then|so|ach|oh|ok(?:ay)?|ja|gut|bitte|please|hey|hallo|hi|vertraut|übrigens|noch|dir)"
    r"[\s,:!–—]+)*"
)
_REQUEST: Final = (
    r"\b(?:(?:kannst|könntest|würdest|magst|sollst|musst) du|du (?:sollst|musst)|(?:können|könnten|würden|sollen) sie"
    r"|dass (?:du|sie))\b(?! dich\b).{0,200}"
)
_WOULD_YOU: Final = r"\b(?:(?:can|could|would|will) you|(?:want|like|need) you to)(?: please| kindly)? "
_RECALLING: Final = r"(?! (?:when|how|what|where|who)\b)"
_REMEMBER: Final = re.compile(
    rf"{_OPENING}(?:merke? (?:dir|euch)\b|merken sie sich|notiere?\b|notieren sie|speichere?\b|speichern sie|behalte?\b"
    r"|behalten sie|halte?\b.{0,200}\bfest\b|halten sie .{0,200}\bfest\b|schreibe?\b.{0,200}\bauf\b"
    r"|schreiben sie .{0,200}\bauf\b|(?:vergiss|vergessen sie) (?:bitte |das |es )*nicht\b|erinnere? mich"
    rf"|erinnern sie mich|(?:zum )?merken\b|notiz:|nicht vergessen|remember\b{_RECALLING}|note(?: down| that|:)"
    r"|(?:take|make) a note|save\b|store\b|keep in mind|write\b.{0,200}\bdown\b|do(?:n['’]?t| not) forget|memori[sz]e"
    r"|record\b|remind me)(?!.*\?\W*$)"
    rf"|{_REQUEST}\b(?:merk\w*|notier\w*|speicher\w*|behalt\w*|behältst|fest(?:zu)?h[aä]lt\w*|auf(?:zu)?schreib\w*"
    r"|erinner\w*)\W*(?:dass\b.*|,.*|:.*)?$"
    rf"|{_WOULD_YOU}(?:remember\b{_RECALLING}|note|(?:take|make) a note|save|store|keep|write|memori[sz]e|remind me)\b",
    re.IGNORECASE,
)
_FORGET: Final = re.compile(
    rf"{_OPENING}(?:(?:vergiss|vergesst|vergessen sie)\b(?! (?:bitte |das |es )*nicht\b| es\W*$)|lösche?\b"
    r"|löschen sie|entferne?\b|entfernen sie|tilge\b|forget\b(?! (?:it|not)\b)|(?:delete|erase|remove|wipe|get rid of)\b)"
    r"(?!.*\?\W*$)"
    rf"|{_REQUEST}\b(?:vergessen|vergisst|lösch\w*|entfern(?:en|st))\W*$|{_WOULD_YOU}(?:forget|delete|erase|remove|wipe)\b"
    r"|^(?!.*\b(?:ich|wir|hab\w*|hat\w*|nicht|nie|nichts|man|wer|er|es)\b).*\b(?:löschen|vergessen|entfernen)[.! ]*$",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(r"\[(\d{1,4})\]")
_QUOTED: Final = re.compile(r"[\"“”„«»`][^\"“”„«»`]*(?:[\"“”„«»`]|$)|^>.*")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")
_ITSELF: Final = frozenset({"user", "users", "person", "nutzer", "nutzerin"})
_COUNTING: Final = re.compile(
    r"\d|\b(?:wie ?viel\w*|summe|zusammen|insgesamt|durchschnitt\w*|prozent|rest|übrig|differenz|teuer\w*|kost\w*"
    r"|how (?:much|many)|sum|total|altogether|average|percent|left over|difference|cost\w*|expensive)\b",
    re.IGNORECASE,
)
_TIMING: Final = re.compile(
    r"\d|\b(?:wann|tag\w*|woche\w*|monat\w*|jahr\w*|datum|alt|alter|älter|jünger|heute|morgen|gestern|seit|bis|vor|nach|frist\w*"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag\w*|mittwoch\w*|geburtstag\w*"
    r"|when|days?|weeks?|months?|years?|date|old|older|younger|age|today|tomorrow|yesterday|since|until|before|after|ago|deadline"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|birthdays?)\b",
    re.IGNORECASE,
)


class ToolMemory(Protocol):
    """What tools need of a space."""

    def preview_forgetting(self, selection: Selection) -> Forgettable:
        """Return what would be forgotten."""
        ...

    def forget(self, selection: Selection) -> ForgettingReceipt:
        """Forget for ever."""
        ...


@dataclass(frozen=True, slots=True)
class ToolSetting:
    """What a call can use: the actor, what the person said, the evidence so far, and what acts on memory for it.

    ``earlier`` is what the person said before in this conversation: it gives words, but asks for nothing. ``look`` recalls
    and returns new numbered lines; ``note`` remembers a text; ``confirm`` asks the person.
    """

    actor: Actor
    said: str = field(repr=False)
    now: datetime
    zone: str
    lines: tuple[Line, ...] = field(repr=False)
    memory: ToolMemory
    look: Callable[[str], str]
    note: Callable[[str], int]
    confirm: Callable[[Proposal], bool]
    earlier: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Tool:
    """A row: how a model is told of it, what it needs, whether the person's words ask for it, and what it does."""

    spec: ToolSpec
    scope: Scope
    asked_for: Callable[[str, Mapping[str, Any]], bool]
    run: Callable[[ToolSetting, Mapping[str, Any]], str]


def specs(actor: Actor) -> tuple[ToolSpec, ...]:
    """Return the tools that an actor's model is told of."""
    return tuple(tool.spec for tool in TOOLS if actor.allows(tool.scope))


def run(call: ToolCall, setting: ToolSetting) -> str:
    """Carry out a call and return its result, or why it was not carried out."""
    tool = next((tool for tool in TOOLS if tool.spec.name == call.name), None)
    if tool is None:
        return "There is no such tool."
    if not setting.actor.allows(tool.scope):
        return "Refused: this client may not do that."
    arguments = _arguments(call.arguments)
    if arguments is None:
        return "The arguments are no JSON object."
    if not tool.asked_for(setting.said, arguments):
        return _REFUSED
    try:
        return tool.run(setting, arguments)
    except RequestError as why:
        return f"Not done: {why.sentence}"


def _arguments(text: str) -> dict[str, Any] | None:
    if len(text) > _LONGEST_ARGUMENTS:
        return None
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def forget(ids: tuple[int, ...], memory: ToolMemory, confirm: Callable[[Proposal], bool]) -> int:
    """Forget entries if the person agrees, and return how many went: 0 where they do not."""
    what = memory.preview_forgetting(Selection(ids))
    texts = "\n".join(f"{number}: {entry.text[:200]}" for number, entry in what.entries.items())
    agreed = confirm(Proposal("forget", tuple(what.entries), texts))
    return memory.forget(Selection(ids)).entries if agreed else 0


def _text(arguments: Mapping[str, Any], name: str, longest: int = 500) -> str:
    value = arguments.get(name)
    return value.strip()[:longest] if isinstance(value, str) else ""


def _asks(said: str, order: re.Pattern[str]) -> bool:
    """Say whether the first line of what the person said gives an order: what they quote, or paste below it, gives none."""
    line = _QUOTED.sub(" ", said.strip().partition("\n")[0])
    return any(order.search(sentence.strip()) for sentence in _SENTENCE_END.split(line))


def asked_to_forget(said: str) -> tuple[int, ...]:
    """Return the numbers of an earlier answer that the person's own words ask to forget ("Vergiss [2]")."""
    return tuple(int(number) for number in _NAMED.findall(said)) if _asks(said, _FORGET) else ()


def asks_to_remember(said: str) -> bool:
    """Say whether the person's own words ask to keep something."""
    return _asks(said, _REMEMBER)


def _foreign(text: str, setting: ToolSetting) -> set[str]:
    """Return the content words of a text that the person did not say in this conversation."""
    own = {term for word in question_terms(f"{setting.earlier}\n{setting.said}", _LANGUAGES) for term in word}
    return {word for word in words(text) for variants in question_terms(word, _LANGUAGES) if own.isdisjoint(variants)}


def _recall(setting: ToolSetting, arguments: Mapping[str, Any]) -> str:
    """Look for the person's own words of a question: with others, what was read could make it look for anything."""
    wanted = words(_text(arguments, "question"))
    foreign = _foreign(" ".join(wanted), setting)
    own = " ".join(word for word in wanted if word not in foreign)
    if not question_terms(own, _LANGUAGES):
        return _REFUSED
    return f"<memory>\n{setting.look(own)}\n</memory>"


def _remember(setting: ToolSetting, arguments: Mapping[str, Any]) -> str:
    """Remember what the person said; a note with more in it was not theirs to ask for."""
    note = _text(arguments, "text", _LONGEST_NOTE)
    if not note or _foreign(note, setting) - _ITSELF:
        return "Refused: a note may only have the words of the person. Give it in theirs, or not at all."
    return f"Remembered as entry {setting.note(note)}."


def _forget(setting: ToolSetting, arguments: Mapping[str, Any]) -> str:
    wanted = arguments.get("numbers")
    numbers = [number for number in wanted if type(number) is int] if isinstance(wanted, list) else []
    named = {int(number) for number in _NAMED.findall(setting.said)}
    if named and not named.issuperset(numbers):
        return _REFUSED
    ids = tuple(dict.fromkeys(line.id for line in setting.lines if line.number in numbers))
    if not ids:
        return "Name the numbers of lines of memory that should be forgotten."
    gone = forget(ids, setting.memory, setting.confirm)
    return f"Forgotten for ever: {gone} entries." if gone else "The person did not agree yet. Nothing was forgotten."


def _schema(**properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


TOOLS: Final = (
    Tool(
        ToolSpec(
            "recall",
            "Look for more in the person's memory. Use it when the lines given do not hold what was asked.",
            _schema(question={"type": "string", "maxLength": 500, "description": "What to look for, in few words."}),
        ),
        "recall", lambda *_: True, _recall,
    ),
    Tool(
        ToolSpec(
            "remember",
            "Remember a note for the person. Only when they ask for it, and in their words.",
            _schema(text={"type": "string", "maxLength": _LONGEST_NOTE}),
        ),
        "remember", lambda said, _: asks_to_remember(said), _remember,
    ),
    Tool(
        ToolSpec(
            "forget",
            "Forget lines of memory for ever, by their numbers. Only when the person asks for it; they are asked once more.",
            _schema(numbers={"type": "array", "items": {"type": "integer"}, "maxItems": 50}),
        ),
        "forget", lambda said, _: _asks(said, _FORGET), _forget,
    ),
    Tool(
        ToolSpec("calculate", "Calculate exactly. Use it for every sum, difference, share or average.", CALCULATE_SCHEMA),
        "ask", lambda said, _: bool(_COUNTING.search(said)), lambda _, given: calculate(_text(given, "expression")),
    ),
    Tool(
        ToolSpec("dates", "Reckon with dates: weekdays, days between, ages. Use it instead of counting.", DATE_SCHEMA),
        "ask", lambda said, _: bool(_TIMING.search(said)),
        lambda setting, given: date_question(given, setting.now, setting.zone),
    ),
)  # fmt: skip
