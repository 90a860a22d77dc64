"""All doors as one application: HTTP under ``/v1``, OpenAI's there and at ``/openai/v1``, MCP at ``/mcp``, else the web app.

In front of them stand the access check and what surrounds every request, so no door can be reached past them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from anyio import to_thread
from fastapi import Depends, FastAPI, Response
from pydantic import BaseModel
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from vertraut.application.service import Service
from vertraut.governance import Devices, Tokens
from vertraut.interfaces import mcp, openai, web
from vertraut.interfaces.http import LARGEST_BODIES, create_http
from vertraut.interfaces.http.access import BEARER
from vertraut.interfaces.http.routes import PROBLEMS
from vertraut.interfaces.server.access import Access
from vertraut.interfaces.server.bodies import BodyLimit
from vertraut.interfaces.server.metrics import MEDIA_TYPE, Metrics
from vertraut.interfaces.server.observing import Observed

LARGEST_BODY = 16_000_000
"""Bytes of the largest body of other doors: a whole conversation, resent."""
THREADS = 128
"""Requests that can wait for memory or a model at the same time, beside the streams of the HTTP door."""


class Liveness(BaseModel):
    """That the server answers at all."""

    alive: Literal[True] = True


class Readiness(BaseModel):
    """Whether memory can be searched."""

    ready: bool


def create_app(service: Service, tokens: Tokens | None = None) -> Observed:
    """Return the server of a service; its names and rates are those of the settings."""
    settings, metrics = service.settings, Metrics(service.journal)
    tokens = tokens or Tokens(service.journal, service.clock)
    agents = mcp.create_server(service, None).http_app(path="/mcp")

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        async with agents.lifespan(agents):
            yield

    app = create_http(service, lifespan)
    _add_own(app, service, metrics)
    for prefix in ("/v1", "/openai/v1"):
        app.include_router(openai.create_router(service), prefix=prefix, include_in_schema=False)
    app.router.routes.append(Route("/mcp", endpoint=agents))
    doors = _Doors(app, web.create_web(service, Devices(service.journal, service.clock)))
    largest = {f"/v1/{name}": size for name, size in LARGEST_BODIES.items()} | web.LARGEST_BODIES
    guarded = Access(
        BodyLimit(doors, largest, LARGEST_BODY),
        tokens,
        rate=settings.request_rate,
        hosts=_listed(settings.hosts),
        origins=_listed(settings.origins),
        is_page=web.is_page,
    )
    return Observed(guarded, metrics)


class _Doors:
    """The pages, and beside them what programs use."""

    def __init__(self, programs: ASGIApp, pages: ASGIApp) -> None:
        self._programs = programs
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the door that it knocks at."""
        page = scope["type"] == "http" and web.is_page(scope["path"])
        await (self._pages if page else self._programs)(scope, receive, send)


def _add_own(app: FastAPI, service: Service, metrics: Metrics) -> None:
    """Add what tells how the server is: its life and readiness to anybody, its counters to who has a token."""
    elsewhere: dict[int | str, dict[str, Any]] = {status: PROBLEMS[status] for status in PROBLEMS if status in {403, 421}}
    unready = elsewhere | {503: {"model": Readiness, "description": "Not yet, or no more"}}
    counted = elsewhere | {200: {"content": {MEDIA_TYPE: {}}}, 401: PROBLEMS[401], 429: PROBLEMS[429]}

    @app.get("/health", tags=["server"], responses=elsewhere)
    async def health() -> Liveness:
        """Say that the server is alive."""
        return Liveness()

    @app.get("/ready", tags=["server"], responses=unready)
    def ready(response: Response) -> Readiness:
        """Say whether memory can be searched."""
        told = Readiness(ready=service.ready())
        response.status_code = 200 if told.ready else 503
        return told

    @app.get("/metrics", tags=["server"], response_class=Response, responses=counted, dependencies=[Depends(BEARER)])
    def counters() -> Response:
        """Give the server's counters to Prometheus; any token will do, also one without scopes."""
        return Response(metrics.text(), media_type=MEDIA_TYPE)


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]
