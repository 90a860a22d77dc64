"""The first steps with a memory of one's own: what was done of them, the sample household to look around in, questions.

What cannot be seen from memory itself is noted in a small file beside the vault.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from vertraut.application.bringing import Bringing
from vertraut.application.demo import household_numbers
from vertraut.application.pool import SpacePool
from vertraut.errors import VaultTooNew
from vertraut.governance import Actor
from vertraut.ledger.private_files import DAMAGED, read_private, write_private
from vertraut.memory import Selection
from vertraut.memory.newcomers import Newcomer


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What was done: something is remembered, it is clear who answers, something was asked of it.

    ``left`` says that their person does not want to see them; ``household`` that the sample household is in memory.
    """

    brought: bool = False
    quotes: bool = False
    asked: bool = False
    left: bool = False
    household: bool = False


class Welcoming:
    """The first steps in one space. May be used from any thread."""

    def __init__(self, pool: SpacePool, bringing: Bringing, path: Path) -> None:
        self._pool = pool
        self._bringing = bringing
        self._path = path
        self._lock = threading.Lock()

    def steps(self, actor: Actor) -> FirstSteps:
        """Return what was done."""
        actor.require("recall")
        with self._pool.lent() as space:
            brought, asked = space.any_brought(), space.any_asked()
        return replace(self._noted(), brought=brought, asked=asked)

    def accept_quotes(self, actor: Actor) -> None:
        """Note that answers by quotes are what the person wants."""
        actor.require("remember")
        self._note(quotes=True)

    def leave(self, actor: Actor, *, left: bool) -> None:
        """Note whether the person wants to see the steps."""
        actor.require("remember")
        self._note(left=left)

    def bring_household(self, actor: Actor) -> None:
        """Take in the sample household in the background."""
        self._bringing.bring_household(actor)
        self._note(household=True)

    def household_entries(self, actor: Actor) -> int:
        """Return how many entries of the sample household are remembered."""
        actor.require("recall")
        with self._pool.lent() as space:
            return len(household_numbers(space))

    def forget_household(self, actor: Actor) -> int:
        """Forget the sample household, and nothing else, and return how many entries that were."""
        actor.require("forget")
        with self._pool.lent() as space:
            numbers = household_numbers(space)
            forgotten = space.forget(Selection(ids=numbers)).entries if numbers else 0
        self._note(household=False)
        return forgotten

    def newcomers(self, actor: Actor) -> list[Newcomer]:
        """Return some of what was remembered last, to ask about."""
        actor.require("recall")
        with self._pool.lent() as space:
            return space.newcomers()

    def answerable(self, actor: Actor, questions: Iterable[str], most: int) -> list[str]:
        """Return the first of some questions to which memory holds an answer."""
        actor.require("ask")
        found: list[str] = []
        for question in questions:
            if len(found) == most:
                break
            with self._pool.lent() as space:
                if space.ask(question).known:
                    found.append(question)
        return found

    def _noted(self) -> FirstSteps:
        try:
            data = read_private(self._path) or {}
        except (*DAMAGED, VaultTooNew):
            return FirstSteps()
        return FirstSteps(**{name: data.get(name) is True for name in ("quotes", "left", "household")})

    def _note(self, **changed: bool) -> None:
        with self._lock:
            now = replace(self._noted(), **changed)
            write_private(self._path, {"quotes": now.quotes, "left": now.left, "household": now.household})
