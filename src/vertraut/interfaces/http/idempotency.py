"""Requests that may be sent twice and are done once: what was answered under an ``Idempotency-Key`` is answered again.

Answers are kept in this process's memory only, for a day, and no more than ``LARGEST_SUM`` bytes of them. Those that quote
memory go as soon as anything is forgotten, by whomever; their keys stay taken. Without a kept answer, as after a restart,
notes and files are still remembered once, because their identity is in the ledger.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from vertraut.assistant import Finished, TurnEvent
from vertraut.interfaces.http.problems import Refusal, Refused
from vertraut.ledger import Journal

SECONDS: Final = 24 * 3600.0
LARGEST_SUM: Final = 16_000_000
MOST: Final = 10_000

_DIFFERENT: Final = Refusal(
    "KeyReused", 422, "This Idempotency-Key came with another request before.", "Use a new key for a new request."
)
_RUNNING: Final = Refusal(
    "KeyInUse", 409, "The first request with this Idempotency-Key is not finished.", "Wait and repeat."
)
_FORGOTTEN: Final = Refusal(
    "AnswerForgotten", 410, "This was done before; its answer is gone, because something was forgotten."
)


@dataclass(slots=True)
class Once:
    """A request that is done once. ``answer`` is what was answered to it before; else keep what is answered now."""

    asked: bytes
    at: float
    quotes: bool
    answer: Any = field(default=None, repr=False)
    size: int = 0
    done: bool = False

    def keep(self, answer: Any, size: int) -> None:
        """Keep the answer, of about ``size`` bytes, for whoever sends the same again."""
        self.answer, self.size, self.done = answer, size, True


class Answers:
    """The answers that are kept. May be used from any thread."""

    def __init__(self, journal: Journal, now: Callable[[], float] = time.monotonic) -> None:
        self._journal = journal
        self._now = now
        self._kept: OrderedDict[tuple[str, ...], Once] = OrderedDict()
        self._forgotten_up_to = 0
        self._lock = threading.Lock()

    @contextmanager
    def once(self, who: tuple[str, ...], request: bytes, *, quotes: bool) -> Iterator[Once]:
        """Give a request that is done once; ``who`` is its actor, verb and key. What is not kept inside may be tried again.

        ``quotes`` says that the answer may hold what was remembered. An empty key is no key. Raises ``Refused`` for a key
        that came with another request, or whose first request is still being answered.
        """
        asked = hashlib.sha256(request).digest()
        this = Once(asked, self._now(), quotes)
        if not who[-1]:
            yield this
            return
        with self._lock:
            self._drop_old()
            known = self._kept.setdefault(who, this)
        if known is not this:
            yield _repeated(known, asked)
            return
        try:
            yield this
        finally:
            with self._lock:
                if not this.done and self._kept.get(who) is this:
                    del self._kept[who]

    def _drop_old(self) -> None:
        """Let go of what is too old or too much, and of answers that may quote what was forgotten since."""
        for line in self._journal.read("forgetting", after=self._forgotten_up_to):
            self._forgotten_up_to = line.seq
            for each in self._kept.values():
                if each.quotes:
                    each.answer, each.size = None, 0
        sum_kept = sum(each.size for each in self._kept.values())
        while self._kept:
            who, oldest = next(iter(self._kept.items()))
            if self._now() - oldest.at < SECONDS and sum_kept <= LARGEST_SUM and len(self._kept) < MOST:
                return
            sum_kept -= oldest.size
            del self._kept[who]


def turn_once(
    once: AbstractContextManager[Once], begin: Callable[[], Generator[TurnEvent, None, None]]
) -> Generator[TurnEvent, None, None]:
    """Give the events of a turn that is taken once; of a repeated one, the events that there were."""
    with once as this:
        if this.done:
            yield from this.answer
            return
        events: list[TurnEvent] = []
        with closing(begin()) as turn:
            for event in turn:
                events.append(event)
                if isinstance(event, Finished):  # kept before it is told: who vanishes now may ask again
                    lines = event.turn.lines
                    this.keep(tuple(events), sum(len(line.entry.text) for line in lines) + 2 * len(event.turn.text))
                yield event


def _repeated(known: Once, asked: bytes) -> Once:
    if known.asked != asked:
        raise Refused(_DIFFERENT)
    if not known.done:
        raise Refused(_RUNNING)
    if known.answer is None:
        raise Refused(_FORGOTTEN)
    return known
