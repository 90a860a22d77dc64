"""Filters as words of a question, German and English as equals: what a person typed becomes a question and its limits.

``from:Tobi with:"Tobi Kessler" in:kitchen kind:mail before:2025-03 after:"last summer" "word for word" -without``. A filter
begins where a word begins and has its value right behind the colon, so that "Frage: wann", "10:30", "http://…", "2024-2025",
"-5" and "Tische und -stühle" are none. In a text with a question mark, quotes are part of the question: there people quote
titles and paraphrase (in the evaluation suites one in five entries of the evidence holds what the question quotes).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vertraut.clock import When
from vertraut.errors import BadFilter, BadTime
from vertraut.ledger import EntryKind
from vertraut.memory.limits import Limits
from vertraut.memory.times import spans_in
from vertraut.memory.words import words

MOST = 32
"""Filters in one question."""

NAMES: Final = {
    "from": "authors", "von": "authors",
    "with": "people", "mit": "people",
    "in": "places", "bei": "places",
    "kind": "kinds", "art": "kinds",
    "before": "before", "vor": "before",
    "after": "after", "nach": "after",
}  # fmt: skip
"""Which limit a filter's name means."""

KINDS: Final[dict[EntryKind, tuple[str, ...]]] = {
    "message": ("message", "messages", "nachricht", "nachrichten"),
    "mail": ("mail", "mails", "email", "emails", "e-mail", "e-mails"),
    "event": ("event", "events", "appointment", "appointments", "termin", "termine"),
    "task": ("task", "tasks", "todo", "todos", "aufgabe", "aufgaben"),
    "note": ("note", "notes", "notiz", "notizen"),
    "chat": (
        "chat", "chats", "ai chat", "ai chat message", "ai chat messages",
        "ki-chat", "ki-chats", "ki-chat-nachricht", "ki-chat-nachrichten",
    ),
    "call": ("call", "calls", "anruf", "anrufe"),
    "photo": ("photo", "photos", "picture", "pictures", "foto", "fotos", "bild", "bilder"),
    "notification": (
        "notification", "notifications", "mitteilung", "mitteilungen", "benachrichtigung", "benachrichtigungen",
    ),
    "contact": ("contact", "contacts", "kontakt", "kontakte"),
    "document": ("document", "documents", "dokument", "dokumente"),
}  # fmt: skip
"""What a kind of entry may be called."""

_KIND_OF = {name: kind for kind, names in KINDS.items() for name in names}
_WORD = re.compile(
    rf"""(?<!\S)(?P<open>[(\[]*)(?P<minus>-?)(?:(?P<name>{"|".join(NAMES)}):)?
    (?:(?:"(?!\s)(?P<straight>[^"]{{1,300}})(?<!\s)"|„(?!\s)(?P<low>[^„“”"]{{1,300}})(?<!\s)[“”"]
    |“(?!\s)(?P<high>[^“”"]{{1,300}})(?<!\s)[”"]|»(?!\s)(?P<inward>[^»«]{{1,300}})(?<!\s)«
    |«(?!\s)(?P<outward>[^»«]{{1,300}})(?<!\s)»)(?!\w)|(?P<bare>\S+))""",
    re.IGNORECASE | re.VERBOSE,
)
_QUOTES = ("straight", "low", "high", "inward", "outward")
_ASKS = re.compile(r"\?(?!\w)")
_OPENING = ('"', "„", "“", "»", "«")
_ENDING = '.,;:!?…)]"“”»«'
_SHORTENED = re.compile(r"(?:,|\b(?:und|oder|sowie|bzw\.?|and|or))\s+\Z", re.IGNORECASE)
_LONGEST_BEFORE = 12
_LEFT_OVER = re.compile(r" ?[(\[] ?[)\]]| (?=[.,;:!?…)\]])|\A[.,;:!?…) ]+")


@dataclass(frozen=True, slots=True)
class _Filter:
    """A filter as it was typed, which limit it is, and what stays of it in the question."""

    typed: str
    limit: str
    value: str
    stays: str = ""


def filtered(text: str, now: datetime, zone: str) -> tuple[str, Limits]:
    """Return what a person typed at ``now`` in ``zone`` without its filters, and the limits that those mean.

    Without any it is the very same text. An exact phrase stays in the question, without its quotes; what is left without a
    letter or digit becomes "". Raises ``BadFilter``, and ``BadTime`` for a time that cannot be read.
    """
    found: list[_Filter] = []
    asks = _ASKS.search(_WORD.sub(lambda word: word["bare"] or "", text)) is not None

    def without(word: re.Match[str]) -> str:
        read = _filter_of(word)
        if read is None or (asks and read.limit == "phrases"):
            return word.group()
        if len(found) == MOST:
            raise BadFilter(read.typed)
        found.append(read)
        return word["open"] + read.stays

    rest = _WORD.sub(without, text)
    if not found:
        return text, Limits()
    rest = _LEFT_OVER.sub("", " ".join(rest.split()))
    return rest if any(map(str.isalnum, rest)) else "", _limits_of(found, now, zone)


def moment_of(text: str, now: datetime, zone: str) -> datetime:
    """Return the first instant of a date, month or year, or of a time in words, as meant at ``now``. Raises ``BadTime``."""
    return span_of(text, now, zone)[0]


def span_of(text: str, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return the first instant of such a time and the first one after it: twice the same for a time of day."""
    try:
        written = When.of_text(text, zone)
    except BadTime:
        for said in (text, f"am {text}", f"am {text}."):  # some words are a time only where one is expected: "may", "1.5."
            for span in spans_in(said, now, zone):
                start, stop = span.words
                if not words(said[:start] + said[stop:]):
                    return span.start, span.end
        raise
    return written.instant, written.end


def _filter_of(word: re.Match[str]) -> _Filter | None:
    """Return the filter that a word, or what stands in quotes, is; None for anything else."""
    quoted = next((word[each] for each in _QUOTES if word[each] is not None), None)
    if word["name"]:
        return _named(word, quoted)
    return _phrase(word, quoted) if quoted is not None else _excluded(word)


def _named(word: re.Match[str], quoted: str | None) -> _Filter | None:
    typed: str = word.group()
    value, ending = (quoted, "") if quoted is not None else _parted(word["bare"])
    if not words(typed.partition(":")[2]) and not any(sign in typed for sign in _OPENING):
        return None  # "in:)" and the like
    if word["minus"] or not words(value) or (quoted is None and word["bare"].startswith(_OPENING)):
        raise BadFilter(typed)
    limit = NAMES[word["name"].lower()]
    if limit == "kinds" and value.casefold() not in _KIND_OF:
        raise BadFilter(typed)
    return _Filter(typed, limit, _KIND_OF[value.casefold()] if limit == "kinds" else value, ending)


def _phrase(word: re.Match[str], quoted: str) -> _Filter | None:
    if not words(quoted):
        return None
    if word["minus"]:
        return _Filter(word.group(), "without", quoted)
    return _Filter(word.group(), "phrases", quoted, quoted)


def _excluded(word: re.Match[str]) -> _Filter | None:
    """Return the exclusion that a word with a dash is; none behind a comma or "and": there it is a shortened word."""
    before = word.string[max(0, word.start() - _LONGEST_BEFORE) : word.start()]
    if word["open"] or not word["minus"] or not word["bare"][0].isalpha() or _SHORTENED.search(before):
        return None
    return _Filter(word.group(), "without", *_parted(word["bare"]))


def _parted(bare: str) -> tuple[str, str]:
    """Return a value without the signs that end a sentence behind it, and those signs."""
    value = bare.rstrip(_ENDING)
    return value, bare[len(value) :]


def _limits_of(found: Iterable[_Filter], now: datetime, zone: str) -> Limits:
    given: dict[str, tuple[str, ...]] = {}
    for each in found:
        given[each.limit] = (*given.get(each.limit, ()), each.value)
    return Limits(
        kinds=given.get("kinds", ()),
        authors=given.get("authors", ()),
        people=given.get("people", ()),
        places=given.get("places", ()),
        phrases=given.get("phrases", ()),
        without=given.get("without", ()),
        before=min((moment_of(text, now, zone) for text in given.get("before", ())), default=None),
        after=max((moment_of(text, now, zone) for text in given.get("after", ())), default=None),
    )
