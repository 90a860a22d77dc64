"""Server-sent events from a plain generator that runs in worker threads, closed whatever becomes of the client.

One event is under way at a time: a slow client slows its own answer down and nothing else. A client that vanishes, or leaves
unread what was sent for ``PATIENCE`` seconds, closes the generator as soon as the event in hand is there.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Generator, Mapping
from typing import Any, Final

from anyio import CancelScope, CapacityLimiter, move_on_after, to_thread
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

DONE: Final = "data: [DONE]\n\n"
PATIENCE: Final = 30.0


class EventStream(StreamingResponse):
    """A response of server-sent events."""

    media_type = "text/event-stream"

    def __init__(self, events: Generator[str], headers: Mapping[str, str], places: CapacityLimiter) -> None:
        """``places`` are the threads in which events are waited for."""
        super().__init__(
            _stepwise(events, places), headers={"cache-control": "no-store", "x-accel-buffering": "no", **headers}
        )
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

        try:
            with stream:
                await super().__call__(scope, receive, patient)
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(self._events.close, limiter=self._places)


async def _stepwise(events: Generator[str], places: CapacityLimiter) -> AsyncIterator[str]:
    while text := await to_thread.run_sync(next, events, "", limiter=places):
        yield text


def event(data: Mapping[str, Any], name: str = "") -> str:
    """Return an event as it is sent."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data, separators=(',', ':'))}\n\n"
