"""Turns over HTTP: whole, or as server-sent events while the assistant speaks.

A turn is a generator that waits for models and memory, so each of its steps runs in a thread; there are enough of them that
streams never take those of other requests. Who stops reading, or goes away, ends the turn, also while a model is silent: the
next step is taken only when the last event was written, and no write waits longer than ``PATIENCE``. What was not finished
by then is not remembered.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager
from typing import Final

import anyio
from anyio import CapacityLimiter, to_thread
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from vertraut.assistant import Evidence, Finished, Notice, Said, TurnEvent
from vertraut.errors import VertrautError
from vertraut.interfaces import streams
from vertraut.interfaces.http.problems import language_of, problem_of
from vertraut.interfaces.http.turn_shapes import EvidenceEvent, Remark, SaidEvent, Turn
from vertraut.interfaces.language.wording import Language
from vertraut.interfaces.shapes import line_shape
from vertraut.interfaces.streams import stepped

MEDIA_TYPE: Final = "text/event-stream"
AT_ONCE: Final = 128
"""Turns whose next step can be waited for at the same time; who comes later waits for a place."""
HEARTBEAT: Final = 15.0

Begin = Callable[[], Generator[TurnEvent, None, None]]
Step = Callable[[], Awaitable[TurnEvent | None]]


class Turns:
    """Takes turns step by step, in threads of their own."""

    def __init__(self) -> None:
        self._places = CapacityLimiter(AT_ONCE)

    @asynccontextmanager
    async def taken(self, begin: Begin) -> AsyncIterator[Step]:
        """Give what returns the next event of a turn, None after the last; the turn is closed at the end, come what may."""
        turn = await to_thread.run_sync(begin, limiter=self._places)
        async with stepped(turn, self._places) as step:
            yield step

    async def whole(self, begin: Begin) -> Turn | None:
        """Return a turn when it is finished; None for one that never is."""
        telling = _Telling()
        async with self.taken(begin) as step:
            while event := await step():
                telling.told(event)
        return telling.turn


class TurnStream(Response):
    """A turn as server-sent events: "evidence", "said", "notice", at last "done" or "error"."""

    media_type = MEDIA_TYPE

    def __init__(self, turns: Turns, begin: Begin) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._turns = turns
        self._begin = begin
        self._writing = anyio.Lock()
        self._language: Language = "en"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream the turn. What goes wrong before its first event is raised, so that it gets a status of its own."""
        self._language = language_of(scope)
        async with self._turns.taken(self._begin) as step:
            first = await step()
            async with anyio.create_task_group() as group:
                group.start_soon(_until_gone, receive, group.cancel_scope)
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                group.start_soon(self._beat, send, group.cancel_scope)
                await self._tell(first, step, send, group.cancel_scope)
                group.cancel_scope.cancel()

    async def _tell(self, event: TurnEvent | None, step: Step, send: Send, stream: anyio.CancelScope) -> None:
        telling = _Telling()
        try:
            while event:
                name, told = telling.told(event)
                await self._write(_event(name, told), send, stream)
                event = await step()
        except VertrautError as error:
            await self._write(_event("error", problem_of(error).said_in(self._language)), send, stream)
        await self._write(b"", send, stream)

    async def _beat(self, send: Send, stream: anyio.CancelScope) -> None:
        while True:
            await anyio.sleep(HEARTBEAT)
            await self._write(KEEPALIVE_COMMENT, send, stream)

    async def _write(self, data: bytes, send: Send, stream: anyio.CancelScope) -> None:
        """Write what is sent next, nothing at the end; end the stream if it is not read."""
        async with self._writing:
            with anyio.move_on_after(streams.PATIENCE) as patience:
                await send({"type": "http.response.body", "body": data, "more_body": bool(data)})
            if patience.cancelled_caught:
                stream.cancel()


class _Telling:
    """Turns events into what is told of them, and keeps the remarks for the whole turn."""

    def __init__(self) -> None:
        self._notices: list[Remark] = []
        self.turn: Turn | None = None

    def told(self, event: TurnEvent) -> tuple[str, BaseModel]:
        """Return the name of an event and what it says."""
        match event:
            case Evidence(lines):
                return "evidence", EvidenceEvent.model_validate({"lines": list(map(line_shape, lines))})
            case Said(text):
                return "said", SaidEvent(text=text)
            case Notice(code, text):
                self._notices.append(Remark(code=code, text=text))
                return "notice", self._notices[-1]
            case Finished(turn):
                self.turn = Turn.of(turn, self._notices)
                return "done", self.turn


def _event(name: str, told: BaseModel) -> bytes:
    return format_sse_event(event=name, data_str=told.model_dump_json())


async def _until_gone(receive: Receive, stream: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.cancel()
