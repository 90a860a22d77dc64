"""Plain generators that wait for models and memory, stepped in worker threads, and server-sent events made of them.

One step is under way at a time: a slow client slows its own answer down and nothing else. A client that vanishes, or leaves
unread what was sent for ``PATIENCE`` seconds, ends what is waited for at once, and the generator is closed.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Final, TypeVar

from anyio import CancelScope, CapacityLimiter, get_cancelled_exc_class, move_on_after, to_thread
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from vertraut.models import Interrupted, Interruption

Item = TypeVar("Item")

PATIENCE: Final = 30.0
"""Seconds that a client may leave unread what was sent to it, once all buffers are full."""


@asynccontextmanager
async def stepped(source: Generator[Item], places: CapacityLimiter) -> AsyncIterator[Callable[[], Awaitable[Item | None]]]:
    """Give what returns the next item, None after the last; the generator is closed at the end, come what may.

    Each step runs in a thread, one of ``places``. Cancelling one ends what it waits for.
    """
    interruption, stepping = Interruption(), threading.Lock()

    def taken() -> Item | None:
        with stepping, interruption, suppress(Interrupted):
            return next(source, None)
        return None

    def closed() -> None:
        with stepping:
            source.close()

    async def step() -> Item | None:
        try:
            return await to_thread.run_sync(taken, limiter=places, abandon_on_cancel=True)
        except get_cancelled_exc_class():
            interruption.interrupt()
            raise

    try:
        yield step
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(closed, limiter=places)


class EventStream(StreamingResponse):
    """A response of server-sent events, each given as it is sent."""

    media_type = "text/event-stream"

    def __init__(self, events: Generator[str], headers: Mapping[str, str], places: CapacityLimiter) -> None:
        """``places`` are the threads in which events are waited for."""
        super().__init__((), headers={"cache-control": "no-store", "x-accel-buffering": "no", **headers})
        self._events = events
        self._places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events, and close them."""
        stream = CancelScope()

        async def patient(message: Message) -> None:
            with move_on_after(PATIENCE) as waiting:
                await send(message)
            if waiting.cancelled_caught:
                stream.cancel()

        async with stepped(self._events, self._places) as step:
            self.body_iterator = _each(step)
            with stream:
                await super().__call__(scope, receive, patient)


async def _each(step: Callable[[], Awaitable[str | None]]) -> AsyncIterator[str]:
    while text := await step():
        yield text
