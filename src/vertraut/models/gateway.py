"""The one way to language models: which one, through the privacy gate, within the ceiling, accounted, and on if one fails.

Synchronous outside. Every request is written to the journal, also one that failed or was cancelled. A ceiling is looked at
before a call, so the calls that are under way may go beyond it. While nothing was yielded yet a failing model is asked twice
more where that may help, and then the next one; afterwards its failure is the caller's. May be used by several threads if
its journal and gate may.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from copy import copy
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from vertraut.clock import Clock
from vertraut.errors import CeilingReached, ModelError, ModelUnavailable, NoModel
from vertraut.governance import Actor
from vertraut.ledger import Journal
from vertraut.models.attempt import Attempt
from vertraut.models.cards import card_named
from vertraut.models.catalog import ModelCard
from vertraut.models.gate import Gate
from vertraut.models.messages import Completion, Event, Request, Task
from vertraut.models.portal import pause, streamed
from vertraut.models.providers import build_model
from vertraut.models.routing import Dial, better, order
from vertraut.models.usage import Outcome, Spending

if TYPE_CHECKING:
    from pydantic_ai.models import Model

PAUSES: Final = (0.4, 1.6)
"""Seconds before a model is asked for the second and the third time."""

_LONGEST_PAUSE = 5.0
_SMALL = 2  # quality of models of up to some four billion parameters
_FENCED = re.compile(r"\s*```\w*\s*\n(.*?)\s*```\s*", re.DOTALL)


class Models:
    """The language models of a home.

    ``ceiling`` is how many US dollars an actor may spend in a month, None for no limit; ``timeout`` how many seconds a model
    may be silent, before its first word and between two. ``build`` makes of a card what can be asked.
    """

    def __init__(
        self,
        cards: Sequence[ModelCard],
        *,
        dial: Dial,
        journal: Journal,
        gate: Gate,
        clock: Clock,
        build: Callable[[ModelCard], Model] = build_model,
        ceiling: Decimal | None,
        timeout: float,
    ) -> None:
        self._cards = {card.name: card for card in cards if card.enabled}
        self._dial: Dial = dial
        self._journal = journal
        self._gate = gate
        self._clock = clock
        self._build = build
        self._ceiling = ceiling
        self._timeout = timeout
        self._spending = Spending(journal, clock)
        self._built: dict[str, Model] = {}

    @property
    def available(self) -> bool:
        """Whether there is a model to ask."""
        return bool(self._cards)

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """The models that are set up and enabled, in the order in which they were added."""
        return tuple(self._cards.values())

    @property
    def cascading(self) -> bool:
        """Whether cheap models are asked first, and better ones where their answer does not pass a check."""
        return self._dial == "cheap" and len({card.quality for card in self._cards.values()}) > 1

    def is_small(self, task: Task) -> bool:
        """Say whether a small model is asked first: one that a long prompt confuses, and keeps busy for long."""
        first = next(iter(order(self.cards, task, self._dial, tools=False)), None)
        return first is not None and first.quality <= _SMALL

    def only(self, name: str) -> Models:
        """Return the same models with this one only: no other answers in its place. Raises ``NoSuchModel``."""
        one = copy(self)
        one._cards = {name: card_named(self.cards, name)}  # noqa: SLF001  a copy of this very class
        return one

    def stream(self, request: Request, actor: Actor) -> Generator[Event, None, None]:
        """Yield the pieces of an answer while it is written, then its completion. Closing this cancels the call.

        Raises ``NoModel``, else what went wrong with the model that should have answered: ``ConsentNeeded``,
        ``CeilingReached``, ``ExtraMissing`` or ``ModelUnavailable``.
        """
        yield from self._first_to_answer(self._ordered(request), request, actor)

    def complete(self, request: Request, actor: Actor, *, check: Callable[[Completion], bool] | None = None) -> Completion:
        """Return a whole answer. Where ``check`` does not accept it, the next better model is asked, up to the best.

        The last answer is returned even if it was not accepted, also where the better models cannot be reached.
        """
        given = self._whole(self._ordered(request), request, actor)
        while check and not check(given):
            try:
                given = self._whole(better(self._ordered(request), self._cards[given.model]), request, actor)
            except ModelError:
                break
        return given

    def _ordered(self, request: Request) -> tuple[ModelCard, ...]:
        return order(tuple(self._cards.values()), request.task, self._dial, tools=bool(request.tools))

    def _whole(self, cards: Sequence[ModelCard], request: Request, actor: Actor) -> Completion:
        """Return a whole answer; what has to fit a schema without the fence that some models put around it."""
        ends = [event for event in self._first_to_answer(cards, request, actor) if isinstance(event, Completion)]
        fenced = _FENCED.fullmatch(ends[-1].text) if request.schema else None
        return replace(ends[-1], text=fenced[1]) if fenced else ends[-1]

    def _first_to_answer(self, cards: Sequence[ModelCard], request: Request, actor: Actor) -> Iterator[Event]:
        failures: list[ModelError] = []
        for card in cards:
            spoke = False
            try:
                for event in self._asked(card, request, actor):
                    spoke = True
                    yield event
            except ModelError as failure:
                if spoke:
                    raise
                failures.append(failure)
            else:
                return
        raise failures[0] if failures else NoModel

    def _asked(self, card: ModelCard, request: Request, actor: Actor) -> Iterator[Event]:
        """Yield what a model says, asking it again after a failure that may pass."""
        from vertraut.models import wire  # noqa: PLC0415  takes half a second

        if self._ceiling and card.paid and self._spending.of(actor.name) >= self._ceiling:
            raise CeilingReached(actor.name, f"{self._ceiling:f}")
        model = self._built.get(card.name) or self._built.setdefault(card.name, self._build(card))
        if not card.tools:  # it would take them for words of the question
            request = replace(request, tools=())
        for least in (*PAUSES, None):
            attempt = Attempt(card, self._gate.prepare(request, card, actor), actor)
            failure = yield from self._tried(attempt, model, actor)
            if failure is None:
                return
            wait = max(least or 0, wire.wait_asked_for(failure) or 0)
            if least is None or attempt.spoke or wait > _LONGEST_PAUSE or not wire.may_pass(failure):
                raise ModelUnavailable(card.name, wire.reason(failure)) from None
            pause(wait)

    def _tried(self, attempt: Attempt, model: Model, actor: Actor) -> Generator[Event, None, Exception | None]:
        """Yield what one attempt gives, and its completion once the journal has it; return what went wrong."""
        from vertraut.models import wire  # noqa: PLC0415  takes half a second

        card, prepared, failure = attempt.card, attempt.prepared, None
        outcome: Outcome = "cancelled"
        if card.outside:
            self._gate.sent(prepared, card, actor)
        try:
            yield from attempt.pieces(streamed(lambda: wire.spoken(model, prepared.request, card, self._timeout)))
            outcome = "answered"
        except wire.FAILURES as why:
            outcome, failure = "failed", why
        finally:
            call = attempt.call(outcome, self._clock.now())
            self._journal.write("call", call.content())
        if failure is None:
            yield attempt.completion(call)
        return failure
