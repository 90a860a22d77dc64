"""What surrounds every request: a number of its own, a line in the log, its counters, and its end when the server stops.

When the server stops, requests may finish for a while. Then what is left is ended: a stream is told so and closed properly,
whichever door it comes from. Streams that only listen (GET) are ended at once.
"""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Final

import anyio
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vertraut.governance import Actor
from vertraut.interfaces.http.problems import ProblemResponse, Refusal, language_of
from vertraut.interfaces.server.logs import log
from vertraut.interfaces.server.metrics import Metrics

STREAM: Final = "text/event-stream"

_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_OWN_ADDRESSES: Final = frozenset({"/openapi.json"})
_GONE: Final = 499
"""The status in the log of a request whose client went away before it was answered."""
_STOPPING: Final = Refusal("Stopping", 503, "The server is stopping.", "Send it again in a moment.")
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Observed:
    """An application whose requests are numbered, logged, counted, and ended when the server stops."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._running: set[_Request] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _Request(scope, send, self._metrics)
        self._running.add(request)
        self._metrics.running.inc()
        try:
            with request.until_stopped:
                await self._app(scope, receive, request.send)
            if request.until_stopped.cancelled_caught:
                await request.tell_stopping(receive)
        finally:
            self._running.discard(request)
            self._metrics.running.dec()
            request.ended()

    def stop(self, *, listeners_only: bool) -> None:
        """End the requests that are left, or only those that would listen for ever."""
        for request in list(self._running):
            if not listeners_only or (request.streams and request.scope["method"] == "GET"):
                request.until_stopped.cancel()


@dataclass(eq=False, slots=True)
class _Request:
    """A request while it is answered."""

    scope: Scope
    to_client: Send
    metrics: Metrics
    number: str = field(default_factory=lambda: uuid.uuid4().hex[:16])
    until_stopped: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    began: float = field(default_factory=time.perf_counter)
    status: int = 0
    streams: bool = False
    complete: bool = False

    async def send(self, message: Message) -> None:
        """Send a message of the answer on, with what every answer has."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in {**_HEADERS, "X-Request-Id": self.number}.items():
                headers.setdefault(name, value)
            self.status = message["status"]
            self.streams = headers.get("content-type", "").startswith(STREAM)
            self.metrics.streams.inc(self.streams)
        elif message["type"] == "http.response.body":
            self.complete = not message.get("more_body", False)
        await self.to_client(message)

    async def tell_stopping(self, receive: Receive) -> None:
        """Tell the client that the server stops, in the form of the answer that it was getting."""
        if not self.status:
            await ProblemResponse(_STOPPING.problem(), {"Retry-After": "5"})(self.scope, receive, self.send)
        elif self.streams and not self.complete:
            said = {"message": _STOPPING.detail, "type": "server_error", "param": None, "code": _STOPPING.name}
            problem = _STOPPING.problem().said_in(language_of(self.scope))
            data = json.dumps({**problem.model_dump(exclude={"errors"}), "error": said})
            await self.send(
                {"type": "http.response.body", "body": f"event: error\ndata: {data}\n\n".encode(), "more_body": False}
            )

    def ended(self) -> None:
        """Log and count it."""
        if self.streams:
            self.metrics.streams.dec()
        method = self.scope["method"] if self.scope["method"] in _METHODS else "other"
        route = _route(self.scope)
        actor = self.scope.get("state", {}).get("actor")
        seconds, status = time.perf_counter() - self.began, self.status or _GONE
        self.metrics.count(method, route, status, seconds)
        log(
            "request", id=self.number, method=method, route=route, status=status, ms=round(seconds * 1000, 1),
            actor=actor.name if isinstance(actor, Actor) else "",
        )  # fmt: skip


def _route(scope: Scope) -> str:
    """Return the pattern of the address that answered, never the address itself: it may hold anything."""
    if scope["path"] in _OWN_ADDRESSES:
        return str(scope["path"])
    included = scope.get("fastapi", {}).get("effective_route_context")  # knows the prefix, which the route does not
    return getattr(included or scope.get("route"), "path", "unknown")
