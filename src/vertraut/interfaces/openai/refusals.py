"""What goes wrong, in the form in which OpenAI's clients expect it: one table from the error tree to statuses and codes.

Nothing a person wrote is in a message. What is wrong with the machine itself is told without its paths; whoever runs the
server finds it where it runs.
"""

from __future__ import annotations

from typing import Final, Literal

from starlette.responses import JSONResponse

from vertraut.errors import (
    CeilingReached,
    ConsentNeeded,
    ModelError,
    NoModel,
    NoSuchModel,
    NotAllowed,
    RequestError,
    VaultBusy,
    VertrautError,
)

Kind = Literal["invalid_request_error", "authentication_error", "permission_error", "insufficient_quota", "server_error"]


class Refusal(Exception):
    """An answer that says no. ``again`` is False where a client must not try the same once more by itself."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str,
        *,
        kind: Kind = "invalid_request_error",
        param: str = "",
        again: bool = False,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.message = message
        self.code = code
        self.kind: Kind = kind
        self.param = param
        self.again = again

    @property
    def body(self) -> dict[str, dict[str, str | None]]:
        """What is sent: {"error": {"message", "type", "param", "code"}}."""
        return {"error": {"message": self.message, "type": self.kind, "param": self.param or None, "code": self.code}}

    def response(self) -> JSONResponse:
        """Return it as a response; the official clients heed ``x-should-retry``."""
        headers = {} if self.again else {"x-should-retry": "false"}
        if self.status == UNAUTHORIZED:
            headers["www-authenticate"] = "Bearer"
        return JSONResponse(self.body, self.status, headers)


UNAUTHORIZED: Final = 401
_FORMS: Final[tuple[tuple[type[VertrautError], int, Kind, str, bool], ...]] = (
    (NotAllowed, 403, "permission_error", "insufficient_scope", False),
    (RequestError, 400, "invalid_request_error", "invalid_request", False),
    (NoSuchModel, 404, "invalid_request_error", "model_not_found", False),
    (ConsentNeeded, 403, "permission_error", "consent_needed", False),
    (CeilingReached, 429, "insufficient_quota", "insufficient_quota", False),
    (NoModel, 503, "server_error", "no_model", False),
    (ModelError, 502, "server_error", "model_unavailable", True),
    (VaultBusy, 503, "server_error", "memory_busy", True),
)


def unauthorized() -> Refusal:
    """Return the refusal of whoever did not say who they are."""
    message = "No valid API key was given. `vertraut token create` makes one; give it as a bearer token."
    return Refusal(UNAUTHORIZED, message, "invalid_api_key", kind="authentication_error")


def invalid(message: str, param: str, code: str = "invalid_value") -> Refusal:
    """Return the refusal of a request whose field cannot be used as it is."""
    return Refusal(400, message, code, param=param)


def no_such_model(name: str) -> Refusal:
    """Return the refusal of a model that is not offered here."""
    return Refusal(404, f"The model {name[:100]!r} does not exist.", "model_not_found", param="model")


def refusal_of(error: VertrautError) -> Refusal:
    """Return what a client is told of an error."""
    for kind, status, form, code, again in _FORMS:
        if isinstance(error, kind):
            return Refusal(status, f"{error.sentence} {error.way_out}".strip(), code, kind=form, again=again)
    return Refusal(500, "Memory cannot be used at the moment.", "memory_unavailable", kind="server_error")
