"""A conversation with the assistant as memory holds it: a thread of our own source, two entries a turn.

What the person says is remembered in their words; the answer with the numbers of the entries it rests on, so that it goes
when one of those is forgotten. Nothing of it is evidence later but what the person stated (``memory.candidates``).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from vertraut.assistant.boundaries import Spoken
from vertraut.assistant.events import Citation
from vertraut.clock import When
from vertraut.ledger import EVIDENCE, OWN_NAME, OWN_SOURCE, Entry, said_by_us

TURNS_TOLD = 6
"""How many earlier turns of a conversation a model is told."""

REMINDED = "reminded"
"""The key in ``Entry.meta`` of an answer beside which the person was reminded of the time."""

CITED = "cited"
"""The key in ``Entry.meta`` of an answer of what its numbers mean: rows of a ``Citation``."""

MODEL = "model"
"""The key in ``Entry.meta`` of an answer of who spoke: a language model, or ``events.QUOTES``."""

_TITLE = 60
_CITED = re.compile(r"[ \t]?\[\d{1,4}(?:\s*,\s*\d{1,4})*\]")


@dataclass(frozen=True, slots=True)
class PastTurn:
    """A turn as memory holds it: what was asked and what was answered, each with its number. Either may be forgotten."""

    asked: tuple[int, Entry] | None
    answered: tuple[int, Entry] | None

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What the numbers in the answer mean."""
        return citations_of(self.answered[1]) if self.answered else ()

    @property
    def model(self) -> str:
        """Who answered; "" where memory does not say."""
        return str(self.answered[1].meta.get(MODEL, "")) if self.answered else ""

    @property
    def evidence(self) -> tuple[int, ...]:
        """The numbers of the entries that the answer rests on."""
        found = self.answered[1].meta.get(EVIDENCE) if self.answered else None
        return tuple(each for each in found if type(each) is int) if isinstance(found, list) else ()


def new_conversation() -> str:
    """Return the name of a conversation that there is not yet."""
    return str(uuid.uuid4())


def spoken(entries: Sequence[tuple[int, Entry]]) -> tuple[Spoken, ...]:
    """Return what was said in entries of a conversation, without the numbers that answers cited."""
    return tuple(
        Spoken("assistant", without_numbers(entry.text), carried=bool(entry.meta.get(EVIDENCE)))
        if said_by_us(entry)
        else Spoken("person", entry.text)
        for _, entry in entries
    )


def without_numbers(text: str) -> str:
    """Return an answer without its citations: their numbers mean nothing in another turn."""
    return _CITED.sub("", text)


def cited_numbers(text: str) -> list[int]:
    """Return the numbers that an answer cites, in order."""
    return [int(number) for found in _CITED.finditer(text) for number in re.findall(r"\d+", found.group())]


def citations_of(answer: Entry) -> tuple[Citation, ...]:
    """Return what the numbers in a remembered answer mean; nothing where it does not say."""
    rows = answer.meta.get(CITED)
    return tuple(Citation(*row) for row in rows) if isinstance(rows, list) else ()


def past_turns(entries: Iterable[tuple[int, Entry]]) -> list[PastTurn]:
    """Return the turns that entries of a conversation, in order of time, are."""
    turns: list[PastTurn] = []
    for each in entries:
        if not said_by_us(each[1]):
            turns.append(PastTurn(each, None))
        elif turns and turns[-1].answered is None:
            turns[-1] = PastTurn(turns[-1].asked, each)
        else:
            turns.append(PastTurn(None, each))
    return turns


def title_of(text: str) -> str:
    """Return a text as the title of a conversation: one short line, cut behind a word. A title stays as it is."""
    line = " ".join(text.split())
    if len(line) <= _TITLE:
        return line
    kept = line[: _TITLE - 1]
    if not line[_TITLE - 1].isspace():
        kept = kept.rpartition(" ")[0] or kept
    return f"{kept.rstrip(' ,;:.–—-')}…"


def turn_entries(
    question: str,
    answer: str,
    *,
    conversation: str,
    title: str,
    person: str,
    now: datetime,
    zone: str,
    evidence: Sequence[int],
    citations: Sequence[Citation] = (),
    model: str = "",
    reminded: bool = False,
) -> tuple[Entry, Entry]:
    """Return a turn as the two entries it is remembered as; ``evidence`` are numbers of entries."""
    when, heading = When.of_datetime(now, zone, zone), title_of(title)
    asked = Entry(OWN_SOURCE, str(uuid.uuid4()), "chat", when, question, person, conversation, heading)
    meta = {
        **({EVIDENCE: sorted(evidence)} if evidence else {}),
        **({CITED: [list(astuple(each)) for each in citations]} if citations else {}),
        **({MODEL: model} if model else {}),
        **({REMINDED: True} if reminded else {}),
    }
    told = Entry(OWN_SOURCE, str(uuid.uuid4()), "chat", when, answer, OWN_NAME, conversation, heading, meta=meta)
    return asked, told
