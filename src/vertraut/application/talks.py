"""What belongs to talking with the assistant beside the turns: past conversations, what to ask first, and feedback."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from vertraut.application.pool import SpacePool
from vertraut.assistant.conversation import PastTurn, past_turns
from vertraut.assistant.feedback import Feedback, Verdict
from vertraut.governance import Actor
from vertraut.ledger import OWN_SOURCE
from vertraut.memory import Recalled
from vertraut.memory.conversations import Conversation
from vertraut.memory.subjects import Subject

_REASONS_OF: Final = 40


@dataclass(frozen=True, slots=True)
class Judged:
    """What the person said of entries: which a question is answered without, and which are said to be wrong."""

    left_out: frozenset[int]
    disputed: frozenset[int]


class Talks:
    """Conversations and feedback of a served space. Every method raises ``NotAllowed`` where no scope allows it."""

    def __init__(self, pool: SpacePool, feedback: Feedback) -> None:
        self._pool = pool
        self._feedback = feedback

    def newest(self, actor: Actor, *, count: int, after: str = "") -> list[Conversation]:
        """Return the conversations in which something was said last, or those behind the ``place`` of one."""
        actor.require("recall")
        with self._pool.lent() as space:
            return space.conversations(count, after)

    def turns(self, actor: Actor, name: str, *, last: int) -> list[PastTurn]:
        """Return the last turns of a conversation, in order."""
        actor.require("recall")
        with self._pool.lent() as space:
            return past_turns(space.thread(OWN_SOURCE, name, last=2 * last))

    def subjects(self, actor: Actor, *, count: int) -> list[Subject]:
        """Return what could be asked about first."""
        actor.require("recall")
        with self._pool.lent() as space:
            return space.subjects(count)

    def is_empty(self, actor: Actor) -> bool:
        """Say whether nothing is remembered beside conversations with Vertraut."""
        actor.require("recall")
        with self._pool.lent() as space:
            return space.is_empty()

    def reasons(self, actor: Actor, question: str) -> Recalled:
        """Recall a question once more, as widely as an answer does, for the reasons of its evidence. Raises ``BadQuery``."""
        actor.require("recall")
        with self._pool.lent() as space:
            return space.recall(question, count=_REASONS_OF)

    def judged(self, actor: Actor, question: str = "") -> Judged:
        """Return what was said of entries, of a question and altogether."""
        actor.require("recall")
        return Judged(self._feedback.left_out(question) if question else frozenset(), self._feedback.disputed())

    def disputed(self, actor: Actor, numbers: Collection[int]) -> frozenset[int]:
        """Return those of some entries that are said to be wrong."""
        return self.judged(actor).disputed & set(numbers)

    def judge(
        self,
        actor: Actor,
        entry: int,
        verdict: Verdict,
        *,
        question: str = "",
        conversation: str = "",
        back: bool = False,
    ) -> None:
        """Note what the person says of an entry, or that they take it ``back``. Raises ``NoSuchEntry``."""
        actor.require("remember")
        with self._pool.lent() as space:
            space.show(entry, reach=0)
        if verdict == "wrong":
            self._feedback.dispute(entry, back=back)
        else:
            self._feedback.leave_out(entry, question, conversation=conversation, back=back)
