"""Answers in the form of chat completions: whole, or as the chunks that the official client expects."""

from __future__ import annotations

import uuid
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from vertraut.errors import VertrautError
from vertraut.interfaces.openai.chat_form import ChatForm
from vertraut.interfaces.openai.refusals import refusal_of
from vertraut.interfaces.openai.replies import Exchange, Piece, Reply, extension
from vertraut.interfaces.openai.streams import DONE, event

Shape = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chat:
    """The frame of one answer: its id, when it began (seconds since 1970), the model as the client named it."""

    id: str
    created: int
    model: str

    @classmethod
    def begun(cls, form: ChatForm, now: float) -> Chat:
        """Return the frame of a new answer."""
        return cls(f"chatcmpl-{uuid.uuid4().hex}", int(now), form.model)

    def whole(self, exchange: Exchange) -> Shape:
        """Return the answer as one object."""
        reply = last_of(exchange)
        message: Shape = {
            "role": "assistant",
            "content": reply.text or (None if reply.calls else ""),
            "refusal": None,
            "annotations": [],
            "vertraut": extension(reply, exchange.conversation),
        }
        if reply.calls:
            message["tool_calls"] = _calls(reply)
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reply.finish}
        return {**self._frame("chat.completion"), "choices": [choice], "usage": _usage(reply)}

    def chunks(self, exchange: Exchange, *, with_usage: bool) -> Generator[str]:
        """Yield the answer as events: the role, the text piece by piece, calls, the end; an error ends them."""
        frame = {**self._frame("chat.completion.chunk"), **({"usage": None} if with_usage else {})}
        with closing(exchange.events) as events:
            yield event({**frame, "choices": [_choice({"role": "assistant", "content": "", "refusal": None})]})
            try:
                for each in events:
                    if isinstance(each, Piece):
                        yield event({**frame, "choices": [_choice({"content": each.text})]})
                        continue
                    if each.calls:
                        indexed = [{"index": place, **call} for place, call in enumerate(_calls(each))]
                        yield event({**frame, "choices": [_choice({"tool_calls": indexed})]})
                    last = {"vertraut": extension(each, exchange.conversation)}
                    yield event({**frame, "choices": [_choice(last, each.finish)]})
                    if with_usage:
                        yield event({**frame, "choices": [], "usage": _usage(each)})
                    yield DONE
            except VertrautError as error:
                yield event(refusal_of(error).body)

    def _frame(self, kind: str) -> Shape:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model, "system_fingerprint": None}


def last_of(exchange: Exchange) -> Reply:
    """Take an answer to its end and return the whole of it."""
    with closing(exchange.events) as events:
        return next(each for each in events if isinstance(each, Reply))


def _choice(delta: Shape, finish: str | None = None) -> Shape:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _calls(reply: Reply) -> list[Shape]:
    return [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in reply.calls
    ]


def _usage(reply: Reply) -> Shape:
    return {
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.answer_tokens,
        "total_tokens": reply.prompt_tokens + reply.answer_tokens,
    }
