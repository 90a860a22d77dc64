"""One space as a server serves it: every verb with the actor who asks for it. What no scope allows is refused.

Calls may come from any thread. Each borrows an opening of the space for as long as it takes; while a language model speaks,
none is held. ``vertraut.application.verbs`` names the verbs.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Self

from vertraut.application.bringing import Bringing
from vertraut.application.doors import Doors
from vertraut.application.importing import ImportReport
from vertraut.application.inspection import Shown, Stats
from vertraut.application.keeping import Keeping
from vertraut.application.pool import SpacePool
from vertraut.application.pooled_life import PooledLife
from vertraut.application.privacy import Privacy
from vertraut.application.receiving import Reception
from vertraut.application.sharing import Shared, TakenIn, bring, take_in
from vertraut.application.space import RECEIVED, Space
from vertraut.application.talks import Talks
from vertraut.application.welcoming import Welcoming
from vertraut.assistant import Assistant, Proposal, Spoken, TurnEvent
from vertraut.assistant.persona import Persona
from vertraut.clock import Clock
from vertraut.governance import Actor
from vertraut.ledger import Entry, JournalLine, RecordKind
from vertraut.memory import (
    Answer,
    Choice,
    Choosable,
    Context,
    Forgettable,
    ForgettingReceipt,
    Limits,
    PastForgetting,
    Prospect,
    Recalled,
    Selection,
)
from vertraut.models import Models
from vertraut.settings import Settings


class PooledJournal:
    """The journal of a pool's space. Reading, which every request does, has an opening of its own and waits for nobody."""

    def __init__(self, pool: SpacePool, reader: Space) -> None:
        self._pool = pool
        self._reader = reader
        self._reading = threading.Lock()

    def write(self, kind: RecordKind, content: Mapping[str, Any]) -> int:
        """Write a line and return its number."""
        with self._pool.lent() as space:
            return space.journal.write(kind, content)

    def read(self, kind: RecordKind, after: int = 0) -> Iterator[JournalLine]:
        """Return the lines of a kind after a number, in order."""
        with self._reading:
            return iter(list(self._reader.journal.read(kind, after)))


class PooledMemory:
    """What doors and the assistant need of a space, each call on an opening that is borrowed for it."""

    def __init__(self, pool: SpacePool) -> None:
        self.recall = pool.asking(Space.recall)
        self.answer = pool.lending(Space.answer)
        self.ask = pool.lending(Space.ask)
        self.context = pool.asking(Space.context, patient=True)
        self.show = pool.lending(Space.show)
        self.stats = pool.lending(Space.stats)
        self.remember = pool.lending(Space.remember)
        self.remember_text = pool.lending(Space.remember_text)
        self.import_bytes = pool.lending(Space.import_bytes)
        self.take_in = pool.lending(take_in)
        self.thread = pool.lending(Space.thread)
        self.authors = pool.lending(Space.authors)
        self.preview_forgetting = pool.lending(Space.preview_forgetting)
        self.forget = pool.lending(Space.forget)
        self.prospect = pool.lending(Space.prospect)
        self.forgettings = pool.lending(Space.forgettings)
        self.forgetting = pool.lending(Space.forgetting)
        self.numbered = pool.lending(Space.numbered)
        self.choices = pool.lending(Space.choices)


class Service:
    """A served space. Close it, or use it as a context manager."""

    def __init__(
        self,
        opened: Callable[[], Space],
        *,
        models: Callable[[PooledJournal], Models | None] = lambda _: None,
        openings: int = 4,
        elsewhere: Callable[[], Space] | None = None,
    ) -> None:
        """Serve what ``opened`` opens; ``models`` makes the language models over its journal, None for quoting only.

        ``elsewhere`` opens it in a second process where many ask at once; see ``SpacePool``.
        """
        self._pool = SpacePool(opened, openings, elsewhere=elsewhere)
        with self._pool.lent() as first:
            self.name = first.name
            self.settings: Settings = first.settings
            self.clock: Clock = first.clock
            self._embedder = first.embedder
        self._reader = opened()
        self.journal = PooledJournal(self._pool, self._reader)
        self.models = models(self.journal)
        self.memory = PooledMemory(self._pool)
        self.assistant = Assistant(
            self.memory, self.models, self.journal, self.clock, self.settings, embedder=self._embedder
        )
        self.life = PooledLife(self._pool)
        self.talks = Talks(self._pool, self.assistant.feedback)
        self.privacy = Privacy(self._pool, self.journal, self.settings)
        self.doors = Doors(self.journal, self.clock)
        self._background = ExitStack()
        self.keeping = Keeping(opened, self._pool, self.clock)
        self._background.callback(self.keeping.close)
        place = self.settings.spaces / self.name
        self.bringing = Bringing(opened, self._pool, Reception(place / RECEIVED, self.clock))
        self._background.callback(self.bringing.close)
        self.welcoming = Welcoming(self._pool, self.bringing, place / "welcome.json")
        self._once = threading.Lock()

    def __enter__(self) -> Self:
        """Return the service itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """End the work in the background and close the openings."""
        self._background.close()
        self._pool.close()
        self._reader.close()

    def embed_in_background(self) -> None:
        """Give what is remembered its vectors from now on, in a thread of its own, until the service is closed."""
        with self._once, self._pool.lent() as space:
            self._background.enter_context(space.embedding_in_background())

    def ready(self) -> bool:
        """Say whether the space answers and its index is of this version."""
        with self._pool.lent() as space:
            return not space.index_outdated

    def recall(self, actor: Actor, question: str, *, count: int = 10, limits: Limits | None = None) -> Recalled:
        """Find entries. Raises ``NotAllowed``, ``BadQuery``."""
        actor.require("recall")
        return self.memory.recall(question, count=count, limits=limits)

    def ask(self, actor: Actor, question: str, *, limits: Limits | None = None) -> Answer:
        """Answer by quoting. Raises ``NotAllowed``, ``BadQuery``."""
        actor.require("ask")
        return self.memory.ask(question, limits=limits)

    def context(self, actor: Actor, question: str, *, tokens: int = 2000, limits: Limits | None = None) -> Context:
        """Give text for a language model to answer from. Raises ``NotAllowed``, ``BadQuery``."""
        actor.require("recall")
        return self.memory.context(question, tokens=tokens, limits=limits)

    def chat(
        self,
        actor: Actor,
        text: str,
        *,
        conversation: str = "",
        remember: bool = True,
        history: Sequence[Spoken] | None = None,
        confirm: Callable[[Proposal], bool] | None = None,
        without: Collection[int] = (),
    ) -> Generator[TurnEvent, None, None]:
        """Take a turn with the assistant; see ``Assistant.turn``. Raises ``NotAllowed`` before anything happens.

        Who may not remember talks off the record.
        """
        actor.require("ask")
        kept = remember and actor.allows("remember")
        return self.assistant.turn(
            text,
            conversation=conversation,
            actor=actor,
            remember=kept,
            history=history,
            confirm=confirm,
            without=without,
        )

    def show(self, actor: Actor, number: int) -> Shown:
        """Show an entry whole. Raises ``NotAllowed``, ``NoSuchEntry``."""
        actor.require("recall")
        return self.memory.show(number)

    def stats(self, actor: Actor) -> Stats:
        """Count what is remembered. Raises ``NotAllowed``."""
        actor.require("recall")
        return self.memory.stats()

    def remember(
        self, actor: Actor, text: str, *, title: str = "", author: str = "", thread: str = "notes", key: str = ""
    ) -> int:
        """Remember a note written now and return its number; the same ``key`` of one actor is remembered once."""
        actor.require("remember")
        identity = hashlib.sha256(f"{actor.name}\0{key}".encode()).hexdigest() if key else ""
        return self.memory.remember_text(text, title=title, author=author, thread=thread, key=identity)

    def import_text(self, actor: Actor, name: str, data: bytes) -> ImportReport:
        """Remember what a file holds that is given whole; ``name`` is its file name. Raises ``NotAllowed``."""
        actor.require("remember")
        return self.memory.import_bytes(name, data)

    def take_in(self, actor: Actor, shared: Shared, *, key: str) -> TakenIn:
        """Remember what another app shared; the same ``key`` of one actor is remembered once. Raises ``NotAllowed``."""
        actor.require("remember")
        archives = tuple(each for each in shared.files if each.archive)
        if archives:
            bring(self.bringing, actor, archives, self.clock)
        others = replace(shared, files=tuple(each for each in shared.files if not each.archive))
        taken = self.memory.take_in(others, key=hashlib.sha256(f"{actor.name}\0{key}".encode()).hexdigest())
        return replace(taken, archives=tuple(each.name for each in archives))

    def preview_forgetting(self, actor: Actor, selection: Selection) -> Forgettable:
        """Return what would be forgotten. Raises ``NotAllowed``, ``NothingSelected``, ``NoSuchEntry``."""
        actor.require("forget")
        return self.memory.preview_forgetting(selection)

    def prospect(self, actor: Actor, selection: Selection) -> Prospect:
        """Return what would be forgotten, counted. Raises as ``preview_forgetting`` does."""
        actor.require("forget")
        return self.memory.prospect(selection)

    def forget(self, actor: Actor, selection: Selection, *, seal: str = "") -> ForgettingReceipt:
        """Forget for ever and prove it. Raises ``NotAllowed``, ``NothingSelected``, ``NoSuchEntry``.

        With the ``seal`` of a prospect only what that showed: ``PreviewGone`` where the selection means others by now.
        """
        actor.require("forget")
        return self.memory.forget(selection, seal=seal)

    def forgettings(self, actor: Actor, *, most: int) -> list[PastForgetting]:
        """Return that something was forgotten, and when, of the last times, newest first. Raises ``NotAllowed``."""
        actor.require("recall")
        return self.memory.forgettings(most)

    def forgetting(self, actor: Actor, number: int) -> PastForgetting | None:
        """Return one of them by its number, with its receipt as far as that is kept. Raises ``NotAllowed``."""
        actor.require("recall")
        return self.memory.forgetting(number)

    def numbered(self, actor: Actor, numbers: Sequence[int]) -> dict[int, Entry]:
        """Return entries by number, in this order. Raises ``NotAllowed``."""
        actor.require("recall")
        return self.memory.numbered(numbers)

    def choices(self, actor: Actor, what: Choosable, containing: str = "", *, most: int) -> list[Choice]:
        """Return authors, threads, sources or kinds whose name holds a text. Raises ``NotAllowed``."""
        actor.require("recall")
        return self.memory.choices(what, containing, most=most)

    def persona(self, actor: Actor) -> Persona:
        """Return how the assistant speaks to its person. Raises ``NotAllowed``."""
        actor.require("ask")
        return self.assistant.personas.get()

    def suggested_persona(self, actor: Actor) -> Persona:
        """Return how it would speak if nothing were set. Raises ``NotAllowed``."""
        actor.require("ask")
        return self.assistant.personas.suggested()

    def change_persona(self, actor: Actor, **changes: str) -> Persona:
        """Change it; an empty value goes back to what is suggested. Raises ``NotAllowed``, ``BadSetting``."""
        actor.require("admin")
        return self.assistant.personas.set(**changes)

    def embed(self, actor: Actor, texts: Sequence[str]) -> list[list[float]]:
        """Return the vectors of texts, as passages. Raises ``NotAllowed``."""
        actor.require("recall")
        return [[float(value) for value in row] for row in self._embedder.passages(texts)]
