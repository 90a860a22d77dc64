"""Signing in with a link that is good once, and signing out. The link's secret is used up before anything is shown.

A browser that signs in anew is signed out as what it was before: it is one device.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from vertraut.interfaces.web.page import ByPage, Web
from vertraut.interfaces.web.sessions import SIGN_IN, cookie_secret, set_cookie

_UNTRACED: Final = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
_SYSTEMS: Final = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "CrOS", "Linux")
_BROWSERS: Final = (
    ("Firefox/", "Firefox"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def create_router(web: Web) -> APIRouter:
    """Return the addresses."""
    router = APIRouter()

    @router.get(SIGN_IN)
    def sign_in(page: ByPage, link: Annotated[str, Query(max_length=100)] = "") -> Response:
        secret = web.devices.sign_in(link, device_name(page.request.headers.get("user-agent", ""))) if link else None
        if secret is None:
            return page.show("signin.html", status=403 if link else 200, headers=_UNTRACED, used=bool(link))
        if before := web.devices.verify(cookie_secret(page.request.headers, page.request.scope)):
            web.devices.sign_out(before.number)
        response = RedirectResponse("/", 303, headers=_UNTRACED)
        set_cookie(response, page.request.scope, secret, secure=is_secure(web, page.request))
        return response

    @router.post("/signout")
    def sign_out(page: ByPage) -> Response:
        if page.signed_in:
            web.devices.sign_out(page.signed_in.device.number)
        response = Response(headers={"HX-Redirect": SIGN_IN, "Clear-Site-Data": '"storage"'})  # what the device kept
        set_cookie(response, page.request.scope, "", life=timedelta(0), secure=is_secure(web, page.request))
        return response

    return router


def is_secure(web: Web, request: Request) -> bool:
    """Say whether the browser reaches this server by https: through a proxy whose name is an origin of the settings."""
    named = {each.strip().lower() for each in web.service.settings.origins.split(",")}
    return f"https://{request.headers.get('host', '').lower()}" in named


def device_name(agent: str) -> str:
    """Return what a device is called by what its browser says of itself: "Firefox, Linux"."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for name in _SYSTEMS if name in agent), "")
    return ", ".join(filter(None, (browser, "Mac" if system == "Macintosh" else system))) or "?"
