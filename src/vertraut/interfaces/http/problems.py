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
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from vertraut import errors
from vertraut.errors import VertrautError
from vertraut.interfaces.language.accepted import accepted_language
from vertraut.interfaces.language.errors import explained
from vertraut.interfaces.language.refusals import GERMAN_REFUSALS
from vertraut.interfaces.language.wording import Language

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
    _german: tuple[str, str] = PrivateAttr(("", ""))

    def said_in(self, language: Language) -> Problem:
        """Return the same in a language."""
        if language == "en":
            return self
        detail, way_out = self._german
        return self.model_copy(update={"detail": detail or self.detail, "way_out": way_out or self.way_out})


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
    problem = _problem(type(error).__name__, status, error.sentence, error.way_out)
    problem._german = explained(error, "de")  # noqa: SLF001  of this module
    return problem


def language_of(scope: Scope) -> Language:
    """Return the language in which whoever sent a request likes to read."""
    return accepted_language(Headers(scope=scope).get("accept-language", ""))


class ProblemResponse(Response):
    """A problem as a response, in the language of the request; ``more`` are members beside the usual ones."""

    media_type = MEDIA_TYPE

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(status_code=problem.status, headers=headers)
        del self.headers["content-length"]
        self._problem = problem
        self._more = more

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        language = language_of(scope)
        said = self._problem.said_in(language)
        content = {**said.model_dump(exclude_defaults=not said.errors), "way_out": said.way_out, **self._more}
        headers = {**dict(self.headers), "Content-Language": language, "Vary": "Accept-Language"}
        await JSONResponse(content, said.status, headers, self.media_type)(scope, receive, send)


def install(app: FastAPI) -> None:
    """Let an application answer every error with a problem."""
    app.exception_handler(VertrautError)(_told)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(RequestValidationError)(_not_valid)
    app.exception_handler(Exception)(_defect)


def _problem(name: str, status: int, detail: str, way_out: str = "") -> Problem:
    title = HTTPStatus(status).phrase
    problem = Problem(type=TYPE + name, title=title, status=status, detail=detail, way_out=way_out)
    problem._german = GERMAN_REFUSALS.get(detail, ""), GERMAN_REFUSALS.get(way_out, "")  # noqa: SLF001  of this module
    return problem


async def _told(_request: Request, error: VertrautError) -> ProblemResponse:
    problem = problem_of(error)
    busy = {"Retry-After": "1"} if problem.status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return ProblemResponse(problem, busy)


async def _http_error(_request: Request, error: HTTPException) -> ProblemResponse:
    if isinstance(error, Refused):
        return ProblemResponse(error.problem, error.headers)
    name = HTTPStatus(error.status_code).phrase.title().replace(" ", "").replace("-", "")
    return ProblemResponse(_problem(name, error.status_code, _SAID.get(error.status_code, "")), error.headers)


async def _not_valid(_request: Request, error: RequestValidationError) -> ProblemResponse:
    problem = _problem("NotValid", 422, "The request is not valid.")
    problem.errors = [Fault(at=list(each["loc"]), detail=each["msg"]) for each in error.errors()[:_MOST_FAULTS]]
    return ProblemResponse(problem)


async def _defect(_request: Request, _error: Exception) -> ProblemResponse:
    return ProblemResponse(_problem("Defect", 500, "Something went wrong inside Vertraut; its log says where."))


_MOST_FAULTS: Final = 20
_SAID: Final = {
    400: "The body could not be read as what its Content-Type says.",
    404: "There is nothing at this address.",
    405: "This address does not know this method.",
    413: "The body is too large.",
}
