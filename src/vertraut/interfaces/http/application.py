"""The HTTP door as an application: its routes under ``/v1``, problems for all errors, and its description.

There are no pages of documentation in it: they would load scripts from elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Final

from fastapi import FastAPI
from fastapi.telemetry._api import TelemetryConfig

from vertraut.application.service import Service
from vertraut.interfaces.http import problems
from vertraut.interfaces.http.routes import create_router

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

_ABOUT: Final = (
    "The memory and assistant of one person. Every request needs a token with the scope of what it does; every error is a "
    "problem document (RFC 9457). See docs/http.md."
)
_FIRST_PROBLEM: Final = 400
_JSON: Final = "application/json"
_TOLD_NOBODY: Final[TelemetryConfig] = {
    "tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False,
}  # fmt: skip
"""What the framework would report to wherever the environment says holds messages of errors, which may quote content."""


def create_http(service: Service, lifespan: Lifespan | None = None) -> FastAPI:
    """Return the door to a service."""
    app = FastAPI(
        title="Vertraut",
        version=version("vertraut"),
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        telemetry=_TOLD_NOBODY,
        generate_unique_id_function=lambda route: route.name.strip("_"),
    )
    problems.install(app)
    app.include_router(create_router(service), prefix="/v1")
    described = app.openapi
    app.openapi = lambda: _completed(described())  # type: ignore[method-assign]  # FastAPI's own way to extend it
    return app


def _completed(description: dict[str, Any]) -> dict[str, Any]:
    """Add what FastAPI has no words for: that errors are problem documents, and what answers look like."""
    examples = json.loads(files(__package__).joinpath("examples.json").read_text(encoding="utf-8"))
    for methods in description["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                told = response.get("content", {}).get(_JSON)
                if told and told["schema"]["$ref"].endswith("/Problem"):
                    response["content"] = {problems.MEDIA_TYPE: told}
                elif told and int(status) < _FIRST_PROBLEM and operation["operationId"] in examples:
                    told["example"] = examples[operation["operationId"]]
    return description
