"""Who may come in, through whichever door: pure ASGI, in front of all of them. Denies when unsure.

The Host must be a name of this server, so that no page gets here by pointing a name of its own at this machine; an Origin,
which pages send, must be the same or a named one, or none where the browser says that it asks of itself: another app shares.
Then a token names the actor, in ``scope["state"]["actor"]``. Only ``OPEN`` addresses answer without one, and tell nobody
more than one bit. No address ever takes a token from its query. Our own pages check themselves who is there: they know
devices, not tokens.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from typing import Final

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from vertraut.governance import Actor, Tokens
from vertraut.interfaces.http.access import UNKNOWN
from vertraut.interfaces.http.problems import ProblemResponse, Refusal
from vertraut.interfaces.server.rates import Rates

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
OPEN: Final = frozenset({"/health", "/ready"})
BURST: Final = 2
"""Seconds of its rate that a token may use at once."""
FAILURES: Final = 10
"""Failed attempts of an address at once; after that one in six seconds."""

_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::\d+)?")
_WRONG_HOST: Final = Refusal(
    "WrongHost", 421, "This server has another name.", "Name it in the setting hosts, if it is meant to be reached so."
)
_FOREIGN: Final = Refusal(
    "ForeignOrigin", 403, "Pages of other origins may not ask here.", "Name the page's origin in the setting origins."
)
_TOO_MANY: Final = Refusal("TooManyRequests", 429, "Too many requests.", "Come back after the seconds in Retry-After.")


class Access:
    """Lets requests through to an application, or refuses them."""

    def __init__(
        self,
        app: ASGIApp,
        tokens: Tokens,
        *,
        rate: int,
        hosts: Collection[str] = (),
        origins: Collection[str] = (),
        is_page: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """``rate`` is how often a second a token may come, 0: always; ``hosts`` and ``origins`` count beside loopback's."""
        self._app = app
        self._tokens = tokens
        self._hosts = LOOPBACK | {each.lower() for each in hosts}
        self._origins = frozenset(each.lower() for each in origins)
        self._rates = Rates(rate, rate * BURST) if rate else None
        self._failures = Rates(FAILURES / 60, FAILURES)
        self._is_page = is_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through with its actor, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        refused = self._from_elsewhere(scope, headers)
        if refused is None and scope["path"] not in OPEN and not self._is_page(scope["path"]):
            refused = await self._unknown(scope, headers)
        if refused is None:
            await self._app(scope, receive, send)
        else:
            await _refuse(*refused)(scope, receive, send)

    def _from_elsewhere(self, scope: Scope, headers: Headers) -> tuple[Refusal, Mapping[str, str]] | None:
        hosts = headers.getlist("host")
        host = hosts[0].lower() if len(hosts) == 1 else ""
        named = _HOST.fullmatch(host)
        if named is None or named[1] not in self._hosts:
            return _WRONG_HOST, {}
        origins = {origin.lower() for origin in headers.getlist("origin")}
        if headers.getlist("sec-fetch-site") == ["none"]:  # browsers set this, and no page can
            origins.discard("null")
        if origins - self._origins - {f"{scope['scheme']}://{host}"}:
            return _FOREIGN, {}
        return None

    async def _unknown(self, scope: Scope, headers: Headers) -> tuple[Refusal, Mapping[str, str]] | None:
        """Note the actor of a request; return why it has none, or must wait."""
        secret = _bearer(headers)
        if not secret:
            return UNKNOWN, {"WWW-Authenticate": "Bearer"}
        address = scope["client"][0] if scope.get("client") else ""
        wait = self._failures.wait(address)
        if wait and not self._tokens.seen(secret):
            return _TOO_MANY, _retry(wait)
        actor = await to_thread.run_sync(self._tokens.verify, secret)
        if actor is None:
            self._failures.take(address)
            return UNKNOWN, {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        return self._counted(scope, actor)

    def _counted(self, scope: Scope, actor: Actor) -> tuple[Refusal, Mapping[str, str]] | None:
        scope.setdefault("state", {})["actor"] = actor
        wait = self._rates.take(actor.name) if self._rates else 0
        return (_TOO_MANY, _retry(wait)) if wait else None


def _refuse(refusal: Refusal, headers: Mapping[str, str]) -> ASGIApp:
    """Return a refusal as an answer, in the form of OpenAI's errors as well: their clients show it."""
    said = {"message": refusal.detail, "type": "invalid_request_error", "param": None, "code": refusal.name}
    return ProblemResponse(refusal.problem(), headers, error=said)


def _retry(seconds: float) -> Mapping[str, str]:
    return {"Retry-After": str(math.ceil(seconds))}


def _bearer(headers: Headers) -> str:
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""
