"""Who may come in: devices that are signed in, a link for another one, and tokens for programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import segno
from fastapi import APIRouter, Form
from fastapi.responses import Response

from vertraut.errors import TokenNameTaken
from vertraut.governance import SCOPES
from vertraut.governance.devices import LINK_LIFE
from vertraut.governance.tokens import NAME
from vertraut.interfaces.language.errors import explained
from vertraut.interfaces.web.page import ByPage, Page
from vertraut.interfaces.web.privacy_summary import summary
from vertraut.interfaces.web.sessions import SIGN_IN
from vertraut.interfaces.web.signing_in import is_secure

LIVES: Final = ("30", "90", "365", "never")
"""How long a new token can be good, in days."""
METRICS: Final = "metrics"
"""What every token may, and one without scopes only: read the server's counters."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_QUIET_ZONE: Final = 4  # what scanners need around a code

ScopeName = Literal["recall", "remember", "forget", "ask", "admin", "metrics"]
Number = Annotated[int, Form(ge=1, le=(1 << 63) - 1)]


def devices(page: Page) -> dict[str, Any]:
    """Return what the section of devices shows."""
    here = page.signed_in.device.number if page.signed_in else 0
    return {"devices": page.web.service.doors.devices(page.actor), "this_device": here, "link": None, "signed_out": ""}


def tokens(page: Page) -> dict[str, Any]:
    """Return what the section of tokens shows."""
    return {
        "tokens": page.web.service.doors.tokens(page.actor),
        "scopes": (*SCOPES, METRICS),
        "lives": LIVES,
        "now": page.now(),
        "metrics": METRICS,
        "secret": "",
        "changed": "",
        "wrong": "",
        "typed": "",
    }


def link(page: Page, secret: str) -> dict[str, Any]:
    """Return a link that signs another device in, how to reach this server from there, and its picture for a camera."""
    secure, request = is_secure(page.web, page.request), page.request
    origin = f"{'https' if secure else request.url.scheme}://{request.headers['host']}"
    address = f"{origin}{SIGN_IN}?link={secret}"
    here_only = urlsplit(origin).hostname in _LOOPBACK
    code = segno.make_qr(address, error="m")
    return {
        "address": address,
        "minutes": LINK_LIFE // timedelta(minutes=1),
        "here_only": here_only,
        "secure": secure,
        "size": len(code.matrix) + 2 * _QUIET_ZONE,
        "path": "" if here_only else _path(code.matrix),
    }


def add_routes(router: APIRouter) -> None:
    """Add the addresses of these sections."""

    @router.post("/devices/link")
    def make_link(page: ByPage) -> Response:
        made = link(page, page.web.service.doors.link(page.actor))
        return page.show("privacy/devices.part.html", **{**summary(page), **devices(page), "link": made}, again=True)

    @router.post("/devices/out")
    def sign_out(page: ByPage, number: Number) -> Response:
        page.web.service.doors.sign_out(page.actor, number)
        return _devices_again(page, page.say("devices.out"))

    @router.post("/devices/others")
    def sign_out_others(page: ByPage) -> Response:
        here = page.signed_in.device.number if page.signed_in else 0
        page.web.service.doors.sign_out_others(page.actor, here)
        return _devices_again(page, page.say("devices.others_out"))

    @router.post("/tokens")
    def make_token(
        page: ByPage,
        name: Annotated[str, Form(max_length=100)],
        life: Annotated[Literal["30", "90", "365", "never"], Form()],
        scope: Annotated[list[ScopeName] | None, Form(max_length=len(SCOPES) + 1)] = None,
    ) -> Response:
        name, chosen = name.strip(), set(scope or ())
        if not NAME.fullmatch(name):
            return _tokens_again(page, wrong=page.say("tokens.bad_name"), typed=name)
        if not chosen:
            return _tokens_again(page, wrong=page.say("tokens.no_scope"), typed=name)
        expires = None if life == "never" else page.now() + timedelta(days=int(life))
        held = {each for each in SCOPES if each in chosen}
        try:
            secret = page.web.service.doors.make_token(page.actor, name, held, expires)
        except TokenNameTaken as taken:
            return _tokens_again(page, wrong=explained(taken, page.say.language)[0], typed=name)
        return _tokens_again(page, secret=secret, changed=page.say("tokens.made", name=name))

    @router.post("/tokens/revoke")
    def revoke_token(page: ByPage, name: Annotated[str, Form(min_length=1, max_length=100)]) -> Response:
        page.web.service.doors.revoke_token(page.actor, name)
        return _tokens_again(page, changed=page.say("tokens.revoked", name=name))


def _devices_again(page: Page, signed_out: str) -> Response:
    return page.show("privacy/devices.part.html", **{**summary(page), **devices(page), "signed_out": signed_out}, again=True)


def _tokens_again(page: Page, **values: str) -> Response:
    return page.show("privacy/tokens.part.html", **{**summary(page), **tokens(page), **values}, again=True)


def _path(matrix: Any) -> str:
    """Return the dark fields of a code as the path of a picture, a square of side 1 each."""
    dark = ((x, y) for y, row in enumerate(matrix, _QUIET_ZONE) for x, on in enumerate(row, _QUIET_ZONE) if on)
    return "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)
