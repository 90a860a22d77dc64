"""Answers in the form of responses: whole, or as the typed events that the official client puts together again."""

from __future__ import annotations

import uuid
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any, Literal

from vertraut.errors import VertrautError
from vertraut.interfaces.openai.chat import last_of
from vertraut.interfaces.openai.refusals import refusal_of
from vertraut.interfaces.openai.replies import Exchange, Piece, Reply, extension
from vertraut.interfaces.openai.responses_form import ResponsesForm, response_id
from vertraut.interfaces.openai.streams import event
from vertraut.models import ToolCall

Shape = dict[str, Any]
Status = Literal["in_progress", "completed", "incomplete", "failed"]


class Response:
    """One answer: its frame, and the events of it in their order. ``now`` is seconds since 1970."""

    def __init__(self, form: ResponsesForm, exchange: Exchange, now: float) -> None:
        self._form = form
        self._exchange = exchange
        self._created = int(now)
        self._id = response_id(exchange.conversation)
        self._message = f"msg_{uuid.uuid4().hex}"
        self._sent = -1

    def whole(self) -> Shape:
        """Return the answer as one object."""
        return self._finished(last_of(self._exchange))

    def events(self) -> Generator[str]:
        """Yield the answer as events; where it breaks off the last one says so."""
        with closing(self._exchange.events) as answer:
            begun = self._shape("in_progress")
            yield self._event("created", response=begun)
            yield self._event("in_progress", response=begun)
            try:
                yield from self._told(answer)
            except VertrautError as error:
                refusal = refusal_of(error)
                wrong = {"code": "server_error", "message": refusal.message}
                yield self._event("failed", response=self._shape("failed", error=wrong))

    def _told(self, answer: Iterator[Piece | Reply]) -> Iterator[str]:
        spoken = False
        for each in answer:
            if isinstance(each, Piece):
                if not spoken:
                    yield from self._opened()
                    spoken = True
                yield self._part_event("output_text.delta", delta=each.text, logprobs=[])
                continue
            if not spoken and not each.calls:
                yield from self._opened()
                spoken = True
            if spoken:
                yield from self._closed(each)
            for place, call in enumerate(each.calls, start=int(spoken)):
                yield from self._called(call, place)
            done = self._finished(each)
            yield self._event(done["status"], response=done)

    def _opened(self) -> Iterator[str]:
        yield self._event("output_item.added", output_index=0, item=self._said([], "in_progress"))
        yield self._part_event("content_part.added", part=_text(""))

    def _closed(self, reply: Reply) -> Iterator[str]:
        yield self._part_event("output_text.done", text=reply.text, logprobs=[])
        yield self._part_event("content_part.done", part=_text(reply.text))
        yield self._event("output_item.done", output_index=0, item=self._said([_text(reply.text)], _status(reply)))

    def _called(self, call: ToolCall, place: int) -> Iterator[str]:
        item = _call(call)
        about = {"item_id": item["id"], "output_index": place}
        begun = {**item, "arguments": "", "status": "in_progress"}
        yield self._event("output_item.added", output_index=place, item=begun)
        yield self._event("function_call_arguments.delta", **about, delta=call.arguments)
        yield self._event("function_call_arguments.done", **about, name=call.name, arguments=call.arguments)
        yield self._event("output_item.done", output_index=place, item=item)

    def _event(self, name: str, /, **values: Any) -> str:
        self._sent += 1
        kind = f"response.{name}"
        return event({"type": kind, "sequence_number": self._sent, **values}, kind)

    def _part_event(self, name: str, /, **values: Any) -> str:
        return self._event(name, item_id=self._message, output_index=0, content_index=0, **values)

    def _said(self, content: list[Shape], status: Status) -> Shape:
        return {"id": self._message, "type": "message", "role": "assistant", "status": status, "content": content}

    def _finished(self, reply: Reply) -> Shape:
        said = [self._said([_text(reply.text)], _status(reply))] if reply.text or not reply.calls else []
        status = _status(reply)
        return self._shape(
            status,
            output=[*said, *map(_call, reply.calls)],
            usage=_usage(reply),
            incomplete_details={"reason": "max_output_tokens"} if status == "incomplete" else None,
            vertraut=extension(reply, self._exchange.conversation),
        )

    def _shape(self, status: Status, **values: Any) -> Shape:
        form = self._form.model_dump(by_alias=True)
        told = ("model", "instructions", "previous_response_id", "max_output_tokens", "temperature", "metadata")
        return {
            "id": self._id,
            "object": "response",
            "created_at": self._created,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "output": [],
            "usage": None,
            **{name: form[name] for name in told},
            "parallel_tool_calls": form["parallel_tool_calls"] is not False,
            "tools": form["tools"] or [],
            "tool_choice": form["tool_choice"] or "auto",
            "text": form["text"] or {"format": {"type": "text"}},
            "top_p": None,
            "truncation": "disabled",
            **values,
        }


def _text(text: str) -> Shape:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _call(call: ToolCall) -> Shape:
    shape = {"call_id": call.id, "name": call.name, "arguments": call.arguments, "status": "completed"}
    return {"id": f"fc_{call.id}", "type": "function_call", **shape}


def _status(reply: Reply) -> Literal["completed", "incomplete"]:
    return "incomplete" if reply.finish == "length" else "completed"


def _usage(reply: Reply) -> Shape:
    return {
        "input_tokens": reply.prompt_tokens,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": reply.answer_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": reply.prompt_tokens + reply.answer_tokens,
    }
