"""The pages as an application, behind the check of who is at the browser; errors become pages too."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from vertraut.application.service import Service
from vertraut.errors import VertrautError
from vertraut.governance import Devices
from vertraut.interfaces.http.problems import problem_of
from vertraut.interfaces.web import ask, bringing, forgetting, installing, life, privacy, sharing, signing_in, you
from vertraut.interfaces.web.page import POLICY, Web, page_of
from vertraut.interfaces.web.sessions import Sessions
from vertraut.interfaces.web.static import NOW_AND_AGAIN

_FOR_PROGRAMS: Final = ("/v1", "/openai", "/mcp", "/health", "/ready", "/metrics")


def is_page(path: str) -> bool:
    """Say whether an address is one of the pages', not of the doors for programs."""
    return not any(path == each or path.startswith(f"{each}/") for each in _FOR_PROGRAMS) and path != "/openapi.json"


def create_web(service: Service, devices: Devices) -> ASGIApp:
    """Return the pages of a service."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.web = web = Web(service, devices)
    _add_errors(app)
    _add_static(app, web)
    for page in (signing_in, installing, ask, life, bringing, you, forgetting, privacy, sharing):
        app.include_router(page.create_router(web))

    def out_of_date(request: Request) -> Response:
        request.scope["app"] = app
        page = page_of(request)
        return page.trouble(page.say("trouble.stale"), "", 403)

    return Sessions(app, devices, out_of_date)


def _add_static(app: FastAPI, web: Web) -> None:
    @app.get("/static/{name}")
    def static(name: str, request: Request) -> Response:
        return web.static.response(name, gzip="gzip" in request.headers.get("accept-encoding", ""))

    @app.get("/sw.js")
    def worker(request: Request) -> Response:
        gzip = "gzip" in request.headers.get("accept-encoding", "")
        response = web.static.response("sw.js", gzip=gzip, lasting=NOW_AND_AGAIN)
        response.headers["Content-Security-Policy"] = POLICY  # that of a worker is its own
        return response


def _add_errors(app: FastAPI) -> None:
    """Show every error as a page, or as the part that htmx puts where errors stand."""

    @app.exception_handler(VertrautError)
    async def told(request: Request, error: VertrautError) -> Response:
        page, status = page_of(request), problem_of(error).status
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return page.trouble(page.say("trouble.ours"), page.say("trouble.log"), status)
        return page.problem(error, status)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        page = page_of(request)
        key = "trouble.no_page" if error.status_code == HTTPStatus.NOT_FOUND else "trouble.not_valid"
        return page.trouble(page.say(key), "", error.status_code)

    @app.exception_handler(RequestValidationError)
    async def not_valid(request: Request, _error: RequestValidationError) -> Response:
        page = page_of(request)
        return page.trouble(page.say("trouble.not_valid"), "", 422)

    @app.exception_handler(Exception)
    async def defect(request: Request, _error: Exception) -> Response:
        page = page_of(request)
        return page.trouble(page.say("trouble.ours"), page.say("trouble.log"), 500)
