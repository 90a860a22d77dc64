"""The addresses of the HTTP door: each hands what it was sent to the service, as its actor, and tells what comes back."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Annotated, Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Header, Path, Request, Response
from pydantic import BaseModel

from vertraut.application.service import Service
from vertraut.assistant import TurnEvent
from vertraut.governance import Actor
from vertraut.interfaces.http import bodies, shapes, uploads
from vertraut.interfaces.http.access import BEARER, ByActor
from vertraut.interfaces.http.idempotency import Answers, Once, turn_once
from vertraut.interfaces.http.problems import Problem, Refusal, Refused
from vertraut.interfaces.http.turn_shapes import Turn
from vertraut.interfaces.http.turns import MEDIA_TYPE, Turns, TurnStream
from vertraut.interfaces.shapes import (
    answer_shape,
    context_shape,
    forgettable_shape,
    recall_shape,
    receipt_shape,
    shown_shape,
    space_shape,
)

LARGEST_BODIES: Final = {
    "recall": 200_000, "ask": 200_000, "context": 200_000, "chat": 500_000, "remember": 5_000_000,
    "import": uploads.LARGEST, "forget": 500_000, "forget/preview": 500_000,
}  # fmt: skip
"""Bytes of a body, by the address that gets it."""

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="The same key with the same request is done once, and answered again for a day",
    ),
]
Told = TypeVar("Told", bound=BaseModel)

_OTHER_TYPE: Final = Refusal("UnsupportedMediaType", 415, "The body must be application/json.")
_NO_MULTIPART: Final = Refusal("UnsupportedMediaType", 415, f"The body must be {uploads.MEDIA_TYPE}.")
_UNFINISHED: Final = Refusal("Unfinished", 503, "The assistant ended without an answer.", "Send it again.")

PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": Problem, "description": description}
    for status, description in {
        400: "The body could not be read",
        401: "No valid token",
        403: "Not within the token's scopes, or from a foreign page",
        404: "No such entry or address",
        409: "The first request with this key is not finished",
        410: "It was forgotten",
        413: "The body is too large",
        415: "The body has another type",
        421: "The Host is not this server",
        422: "Not valid, or not possible as asked",
        429: "Too many requests; Retry-After says when to come back",
        500: "A defect, or a damaged vault",
        503: "Busy, stopping, or no language model",
        507: "The disk is full",
    }.items()
}
_STREAMED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": 'The turn, or its events "evidence", "said", "notice", "done" and "error" where Accept asks for them',
        "content": {
            MEDIA_TYPE: {"schema": {"type": "string"}, "examples": {"said": {"value": 'event: said\ndata: {"text":""}'}}}
        },
    }
}


def _json_only(request: Request) -> None:
    """Refuse a body of another type than JSON: a page of somebody else's could send such a one without asking first."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and kind != "application/json":
        raise Refused(_OTHER_TYPE)


class Door:
    """The service as the routes use it."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.turns = Turns()
        self._answers = Answers(service.journal)

    def once(
        self, actor: Actor, verb: str, key: str, body: BaseModel | bytes, *, quotes: bool = False
    ) -> AbstractContextManager[Once]:
        """Return a request that is done once."""
        request = body if isinstance(body, bytes) else body.model_dump_json().encode()
        return self._answers.once((actor.name, verb, key), request, quotes=quotes)

    def done(self, once: AbstractContextManager[Once], do: Callable[[], Told]) -> Told:
        """Do what is done once, and return what was answered to it."""
        with once as this:
            if not this.done:
                told = do()
                this.keep(told, len(told.model_dump_json()))
            answer: Told = this.answer
            return answer

    def limits(self, conditions: bodies.Conditions) -> Any:
        """Return conditions as limits, asked now."""
        return conditions.limits(self.service.clock.now(), self.service.settings.zone)


def create_router(service: Service) -> APIRouter:
    """Return the addresses of the door, without their version."""
    door = Door(service)
    router = APIRouter(dependencies=[Depends(BEARER)], responses=PROBLEMS)
    _add_reading(router, door)
    _add_talking(router, door)
    _add_writing(router, door)
    _add_forgetting(router, door)
    return router


def _add_reading(router: APIRouter, door: Door) -> None:
    json_only, service = [Depends(_json_only)], door.service

    @router.post("/recall", dependencies=json_only, tags=["read"])
    def recall(body: bodies.Recalling, actor: ByActor) -> shapes.Recalled:
        """Find the entries that have to do with a question, best first, each with its reasons."""
        wanted = body.offset + body.count
        found = service.recall(actor, body.question, count=wanted + 1, limits=door.limits(body.limits))
        page = recall_shape(replace(found, hits=found.hits[body.offset : wanted]))
        further = wanted if wanted <= bodies.DEEPEST and len(found.hits) > wanted else None
        return shapes.Recalled.model_validate({**page, "next_offset": further})

    @router.post("/ask", dependencies=json_only, tags=["read"])
    def ask(body: bodies.Asking, actor: ByActor) -> shapes.Answer:
        """Answer a question by quoting what was remembered, or say that memory holds no answer."""
        return shapes.Answer.model_validate(answer_shape(service.ask(actor, body.question, limits=door.limits(body.limits))))

    @router.post("/context", dependencies=json_only, tags=["read"])
    def context(body: bodies.Filling, actor: ByActor) -> shapes.Context:
        """Give what was remembered about a question as text for a language model."""
        found = service.context(actor, body.question, tokens=body.tokens, limits=door.limits(body.limits))
        return shapes.Context.model_validate(context_shape(found))

    @router.get("/entries/{number}", tags=["read"])
    def show(number: Annotated[int, Path(ge=1, le=bodies.LARGEST_NUMBER, examples=[1])], actor: ByActor) -> shapes.Shown:
        """Show an entry whole, with what stands around it."""
        return shapes.Shown.model_validate(shown_shape(service.show(actor, number), {}))

    @router.get("/stats", tags=["read"])
    def stats(actor: ByActor) -> shapes.Stats:
        """Say what is remembered, counted by kind, source and year."""
        return shapes.Stats.model_validate(space_shape(service.name, service.stats(actor)))


def _add_talking(router: APIRouter, door: Door) -> None:
    @router.post("/chat", dependencies=[Depends(_json_only)], tags=["talk"], response_model=Turn, responses=_STREAMED)
    async def chat(body: bodies.Speaking, request: Request, actor: ByActor, key: Key = "") -> Response | Turn:
        """Talk with the assistant: it answers from memory with evidence, and remembers the turn.

        With `Accept: text/event-stream` the answer comes piece by piece. Without the scope `remember` it is off the record.
        """

        def begin() -> Generator[TurnEvent, None, None]:
            return door.service.chat(actor, body.text, conversation=body.conversation, remember=body.remember)

        def taken() -> Generator[TurnEvent, None, None]:
            return turn_once(door.once(actor, "chat", key, body, quotes=True), begin) if key else begin()

        if MEDIA_TYPE in request.headers.get("accept", ""):
            return TurnStream(door.turns, taken)
        turn = await door.turns.whole(taken)
        if turn is None:
            raise Refused(_UNFINISHED)
        return turn


def _add_writing(router: APIRouter, door: Door) -> None:
    service, one_at_a_time = door.service, CapacityLimiter(1)  # imports: each holds an opening for long, and few are there

    @router.post("/remember", status_code=201, dependencies=[Depends(_json_only)], tags=["write"])
    def remember(body: bodies.Remembering, actor: ByActor, key: Key = "") -> shapes.Remembered:
        """Remember a text as a note. It is durable, and findable by words, when this answers."""

        def do() -> shapes.Remembered:
            about = {"title": body.title, "author": body.author, "thread": body.thread, "key": key}
            return shapes.Remembered(id=service.remember(actor, body.text, **about))

        return door.done(door.once(actor, "remember", key, body), do)

    @router.post("/import", tags=["write"], openapi_extra=uploads.BODY)
    async def import_(request: Request, actor: ByActor, key: Key = "") -> shapes.Imported:
        """Remember what a file holds: a mailbox, calendar, note or JSON Lines. The same file again adds nothing."""
        actor.require("remember")  # before its bytes are read
        if not request.headers.get("content-type", "").lower().startswith(uploads.MEDIA_TYPE):
            raise Refused(_NO_MULTIPART)
        name, data = await uploads.uploaded(request)

        def do() -> shapes.Imported:
            return shapes.Imported.model_validate(service.import_text(actor, name, data).files[0])

        once = door.once(actor, "import", key, json.dumps(name).encode() + data, quotes=True)
        return await to_thread.run_sync(door.done, once, do, limiter=one_at_a_time)


def _add_forgetting(router: APIRouter, door: Door) -> None:
    json_only, service = [Depends(_json_only)], door.service

    def selected(body: bodies.Forgetting) -> Any:
        return body.selection(service.clock.now(), service.settings.zone)

    @router.post("/forget/preview", dependencies=json_only, tags=["forget"])
    def preview(body: bodies.Forgetting, actor: ByActor) -> shapes.Forgettable:
        """Say what would be forgotten."""
        what = forgettable_shape(service.preview_forgetting(actor, selected(body)))
        return shapes.Forgettable.model_validate(what["would_forget"])

    @router.post("/forget", dependencies=json_only, tags=["forget"])
    def forget(body: bodies.Forgetting, actor: ByActor, key: Key = "") -> shapes.Receipt:
        """Remove entries for ever, with everything derived from them, and prove it."""

        def do() -> shapes.Receipt:
            return shapes.Receipt.model_validate(receipt_shape(service.forget(actor, selected(body))))

        return door.done(door.once(actor, "forget", key, body), do)
