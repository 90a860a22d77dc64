"""One request to one model: its pieces with the names put back, and what it took.

Where a provider does not say how many tokens a call took, or it was cancelled before it could, they are estimated.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

from vertraut.governance import Actor
from vertraut.models.catalog import ModelCard, Tokens, cost_of
from vertraut.models.gate import Prepared
from vertraut.models.messages import Completion, Finish, TextPiece, ToolCall, Usage
from vertraut.models.usage import Call, Outcome

if TYPE_CHECKING:
    from vertraut.models.wire import Ended

_CHARACTERS_A_TOKEN = 4


class Attempt:
    """A request on its way. ``spoke`` says whether anything of an answer was handed on."""

    def __init__(self, card: ModelCard, prepared: Prepared, actor: Actor) -> None:
        self.card = card
        self.prepared = prepared
        self.spoke = False
        self._actor = actor
        self._started = time.perf_counter()
        self._first_token: float | None = None
        self._said = 0
        self._text = ""
        self._calls: tuple[ToolCall, ...] = ()
        self._finish: Finish = "stop"
        self._usage: Tokens | None = None

    def pieces(self, source: Generator[str | Ended]) -> Iterator[TextPiece]:
        """Yield what may be shown of an answer as it comes; raises what the source raises, and closes it."""
        with closing(source):
            for said in source:
                if self._first_token is None:
                    self._first_token = time.perf_counter() - self._started
                if isinstance(said, str):
                    self._said += len(said)
                    yield from self._shown(self.prepared.restore.feed(said))
                else:
                    self._calls, self._finish, self._usage = said.calls, said.finish, said.usage
        yield from self._shown(self.prepared.restore.finish())

    def call(self, outcome: Outcome, at: datetime) -> Call:
        """Return what the journal is to keep."""
        request, tokens = self.prepared.request, self._usage or self._estimated(outcome)
        return Call(
            actor=self._actor.name,
            purpose=request.purpose,
            task=request.task,
            provider=self.card.provider,
            model=self.card.model.rpartition("/")[2] if self.card.provider == "gguf" else self.card.model,
            input_tokens=tokens.input_tokens,
            output_tokens=tokens.output_tokens,
            cost=cost_of(self.card, tokens, at),
            seconds=round(time.perf_counter() - self._started, 3),
            first_token=None if self._first_token is None else round(self._first_token, 3),
            outcome=outcome,
        )

    def completion(self, call: Call) -> Completion:
        """Return the finished answer."""
        usage = Usage(call.input_tokens, call.output_tokens, call.cost, call.seconds, call.first_token)
        put_back = self.prepared.restore.whole
        calls = tuple(ToolCall(each.id, each.name, _restored(each.arguments, put_back)) for each in self._calls)
        return Completion(self._text, calls, self.card.name, self._finish, usage)

    def _shown(self, text: str) -> Iterator[TextPiece]:
        if text:
            self.spoke = True
            self._text += text
            yield TextPiece(text)

    def _estimated(self, outcome: Outcome) -> Tokens:
        if outcome == "failed" and self._first_token is None:
            return Tokens(0, 0)
        asked = sum(len(message.text) for message in self.prepared.request.messages)
        return Tokens(asked // _CHARACTERS_A_TOKEN, self._said // _CHARACTERS_A_TOKEN)


def _restored(arguments: str, put_back: Callable[[str], str]) -> str:
    """Return a call's arguments with the names put back, so that they are the JSON that they were."""
    try:
        return json.dumps(_within(json.loads(arguments), put_back), ensure_ascii=False)
    except (ValueError, RecursionError):
        return put_back(arguments)


def _within(value: Any, put_back: Callable[[str], str]) -> Any:
    match value:
        case str():
            return put_back(value)
        case list():
            return [_within(each, put_back) for each in value]
        case dict():
            return {name: _within(each, put_back) for name, each in value.items()}
    return value
