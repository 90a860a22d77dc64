"""Which conversation a request goes on with, where the client does not say: clients resend all that was said so far.

What was said up to the last answer names it, as long as this server has given that answer; after a restart its first two
messages do. The same messages once more (a retry, "regenerate") are the same turn. Only digests are kept, and a bounded
number of them.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from vertraut.assistant.conversation import new_conversation
from vertraut.clock import Clock
from vertraut.governance import Actor
from vertraut.interfaces.openai.asking import Ask
from vertraut.models import Message

AGAIN: Final = timedelta(minutes=10)
"""For so long the same first message is taken for a retry; later it begins another conversation."""

_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a turn belongs; ``again`` says that it was answered before, so that it is not to be remembered once more."""

    conversation: str
    again: bool


class Conversations:
    """Finds the conversation of a request. Any thread may use it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._said: OrderedDict[bytes, tuple[str, datetime]] = OrderedDict()

    def place(self, actor: Actor, ask: Ask, named: str = "", after: str = "") -> Place:
        """Return where the turn of a request belongs.

        ``named`` is what the client calls the conversation, if it does; ``after`` the response that it goes on with.
        """
        said, answers = ask.spoken, [place for place, each in enumerate(ask.spoken) if each.role == "assistant"]
        with self._lock:
            before = self._said.get(_digest(actor, after or named, [*said, _asked(ask)]))
            if before and (said or self._clock.now() - before[1] < AGAIN):
                return Place(before[0], again=True)
            if named or not answers:
                return Place(named or new_conversation(), again=False)
            known = self._said.get(_digest(actor, "", said[: answers[-1] + 1]))
        return Place(known[0] if known else _digest(actor, "", said[: answers[0] + 1]).hex()[:32], again=False)

    def answered(self, actor: Actor, ask: Ask, within: str, conversation: str, answer: str) -> None:
        """Note that a turn was answered in full; ``within`` is what ``place`` was told: ``after``, else ``named``."""
        so_far = [*ask.spoken, _asked(ask)]
        row = (conversation, self._clock.now())
        with self._lock:
            self._said[_digest(actor, within, so_far)] = row
            self._said[_digest(actor, "", [*so_far, Message("assistant", answer)])] = row
            while len(self._said) > _MOST:
                self._said.popitem(last=False)


def _asked(ask: Ask) -> Message:
    return Message("user", ask.question)


def _digest(actor: Actor, within: str, said: list[Message] | tuple[Message, ...]) -> bytes:
    """Return what names these messages; white space is no difference, because clients tidy it."""
    words = [[each.role, " ".join(each.text.split())] for each in said]
    return hashlib.sha256(json.dumps([actor.name, within, words]).encode()).digest()
