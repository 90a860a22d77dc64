"""Every error as a problem document (RFC 9457): the only place that maps errors to statuses.

A problem says what happened and what helps, and never repeats what was sent: not even where it was not valid. Of the
machine's own troubles (5xx) it tells their kind only: their sentences name files of the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from vertraut import errors
from vertraut.errors import VertrautError

MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:vertraut:problem:"

STATUSES: Final[tuple[tuple[type[VertrautError], int], ...]] = (
    (errors.NoSuchEntry, 404),
    (errors.NoSuchModel, 404),
    (errors.NotAllowed, 403),
    (errors.RequestError, 422),
    (errors.InputError, 422),
    (errors.ConsentNeeded, 403),
    (errors.CeilingReached, 429),
    (errors.ModelUnavailable, 502),
    (errors.ModelError, 503),
    (errors.VaultBusy, 503),
    (errors.IndexOutdated, 503),
    (errors.DiskFull, 507),
    (errors.VertrautError, 500),
)
"""The first row that fits counts."""

_GONE: Final = 410
_FIRST_OF_OURS: Final = 500


class Fault(BaseModel):
    """One thing in a request that is not valid."""

    at: Annotated[list[str | int], Field(description="Where: body, query, path or header, then names and places in it")]
    detail: str


class Problem(BaseModel):
    """A problem document."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": f"{TYPE}NoSuchEntry",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "Entry 999 does not exist.",
                    "way_out": "",
                }
            ]
        }
    )

    type: Annotated[str, Field(description="What kind of problem: stable, for programs")]
    title: str
    status: int
    detail: Annotated[str, Field(description="What happened, for a person")]
    way_out: Annotated[str, Field(description="What helps, or an empty text")] = ""
    errors: Annotated[list[Fault], Field(description="Where the request is not valid")] = []


@dataclass(frozen=True, slots=True)
class Refusal:
    """A problem that is not an error of the rooms below, as it is made: ``name`` is its type."""

    name: str
    status: int
    detail: str
    way_out: str = ""

    def problem(self) -> Problem:
        """Return it as a document."""
        return _problem(self.name, self.status, self.detail, self.way_out)


class Refused(HTTPException):
    """A request that a door itself turns down."""

    def __init__(self, refusal: Refusal, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(refusal.status, refusal.detail, headers)
        self.problem = refusal.problem()


def problem_of(error: VertrautError) -> Problem:
    """Return the problem that an error is."""
    status = next(status for kind, status in STATUSES if isinstance(error, kind))
    if isinstance(error, errors.NoSuchEntry) and error.forgotten:
        status = _GONE
    if status >= _FIRST_OF_OURS and not isinstance(error, errors.ModelError):
        return _problem(type(error).__name__, status, "The server could not do it; its log says more.")
    return _problem(type(error).__name__, status, error.sentence, error.way_out)


def response(problem: Problem, headers: Mapping[str, str] | None = None, **more: Any) -> JSONResponse:
    """Return a problem as a response; ``more`` are members beside the usual ones."""
    content = {**problem.model_dump(exclude_defaults=not problem.errors), "way_out": problem.way_out, **more}
    return JSONResponse(content, problem.status, headers=headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let an application answer every error with a problem."""
    app.exception_handler(VertrautError)(_told)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(RequestValidationError)(_not_valid)
    app.exception_handler(Exception)(_defect)


def _problem(name: str, status: int, detail: str, way_out: str = "") -> Problem:
    title = HTTPStatus(status).phrase
    return Problem(type=TYPE + name, title=title, status=status, detail=detail, way_out=way_out)


async def _told(_request: Request, error: VertrautError) -> JSONResponse:
    problem = problem_of(error)
    busy = {"Retry-After": "1"} if problem.status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return response(problem, busy)


async def _http_error(_request: Request, error: HTTPException) -> JSONResponse:
    if isinstance(error, Refused):
        return response(error.problem, error.headers)
    name = HTTPStatus(error.status_code).phrase.title().replace(" ", "").replace("-", "")
    return response(_problem(name, error.status_code, _SAID.get(error.status_code, "")), error.headers)


async def _not_valid(_request: Request, error: RequestValidationError) -> JSONResponse:
    problem = _problem("NotValid", 422, "The request is not valid.")
    problem.errors = [Fault(at=list(each["loc"]), detail=each["msg"]) for each in error.errors()[:_MOST_FAULTS]]
    return response(problem)


async def _defect(_request: Request, _error: Exception) -> JSONResponse:
    return response(_problem("Defect", 500, "Something went wrong inside Vertraut; its log says where."))


_MOST_FAULTS: Final = 20
_SAID: Final = {
    400: "The body could not be read as what its Content-Type says.",
    404: "There is nothing at this address.",
    405: "This address does not know this method.",
    413: "The body is too large.",
}
