"""Who is at the browser: pure ASGI, in front of all pages. Denies when unsure.

A device signs in with a link that is good once and from then on shows its secret in a cookie that scripts cannot read. The
cookie's name holds the port, because cookies are shared by all ports of a machine. Whatever changes something must also
carry the page's own token in a header: only our pages know it, and a foreign page could not send that header. Addresses in
``OPEN`` answer without a device; they tell nobody anything. Other programs of the same person can read what browsers keep.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from vertraut.governance import OWNER, Device, Devices
from vertraut.governance.devices import DEVICE_LIFE

SIGN_IN: Final = "/signin"
TOKEN_HEADER: Final = "X-Page-Token"  # noqa: S105  a header's name
OPEN: Final = frozenset({SIGN_IN, "/app.webmanifest", "/sw.js", "/offline", "/favicon.ico"})
OPEN_BELOW: Final = "/static/"
CARRIED_BY_NONE: Final = frozenset({"/share"})
"""What the machine itself posts, not a page: it changes nothing, but asks whether it should."""

_SAFE: Final = frozenset({"GET", "HEAD"})
_COOKIE: Final = "vertraut"
_PORT: Final = re.compile(r":([0-9]+)$")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A device as it sent a request; ``token`` is what its pages have to carry."""

    device: Device
    token: str = field(repr=False)


class Sessions:
    """Lets requests of signed-in devices through to an application; sends others to where they can sign in."""

    def __init__(self, app: ASGIApp, devices: Devices, out_of_date: Callable[[Request], Response]) -> None:
        """``out_of_date`` answers to a page whose token is not that of the device."""
        self._app = app
        self._devices = devices
        self._out_of_date = out_of_date

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through with its device, or refuse it."""
        if scope["type"] != "http" or is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        secret = cookie_secret(request.headers, scope)
        device = await to_thread.run_sync(self._devices.verify, secret) if secret else None
        if device is None:
            await _to_sign_in(request)(scope, receive, send)
            return
        token = page_token(secret)
        if not _ours(request, token):
            await self._out_of_date(request)(scope, receive, send)
            return
        scope.setdefault("state", {}).update(actor=OWNER, signed_in=SignedIn(device, token))
        await self._app(scope, receive, send)


def is_open(path: str) -> bool:
    """Say whether an address answers without a device."""
    return path in OPEN or path.startswith(OPEN_BELOW)


def page_token(secret: str) -> str:
    """Return what the pages of a device carry; it does not tell the device's secret."""
    return hmac.new(secret.encode(), b"page", hashlib.sha256).hexdigest()


def cookie_name(scope: Scope) -> str:
    """Return what the cookie is called at the address by which this server was reached."""
    port = _PORT.search(Headers(scope=scope).get("host", ""))
    return f"{_COOKIE}_{port[1] if port else 'web'}"


def cookie_secret(headers: Headers, scope: Scope) -> str:
    """Return the secret that a request shows, or an empty text."""
    return cookie_parser(headers.get("cookie", "")).get(cookie_name(scope), "")


def set_cookie(response: Response, scope: Scope, secret: str, *, life: timedelta = DEVICE_LIFE, secure: bool) -> None:
    """Let a browser keep a secret; an empty one, with no life, takes it away."""
    response.set_cookie(
        cookie_name(scope), secret, max_age=int(life.total_seconds()), httponly=True, samesite="lax", secure=secure
    )


def _ours(request: Request, token: str) -> bool:
    """Say whether a request comes from one of our pages, or changes nothing."""
    if request.method in _SAFE:
        return True
    comes_from = request.headers.get("sec-fetch-site", "same-origin")
    if request.scope["path"] in CARRIED_BY_NONE:
        return comes_from in {"none", "same-origin"}
    sent = request.headers.get(TOKEN_HEADER, "")
    return comes_from == "same-origin" and hmac.compare_digest(sent.encode(), token.encode())


def _to_sign_in(request: Request) -> Response:
    """Send a page to where one signs in; tell htmx to go there as a whole."""
    shared = request.scope["path"] in CARRIED_BY_NONE  # a person looks at what this answers
    if request.headers.get("hx-request") == "true" or not (request.method in _SAFE or shared):
        return Response(status_code=401, headers={"HX-Redirect": SIGN_IN})
    return RedirectResponse(SIGN_IN, 303)
