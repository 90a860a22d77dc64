"""The app on a phone or desktop: what browsers need to install it, and the page they show where the server is away.

Nothing here is anybody's: it answers without a device.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from vertraut.interfaces.web.page import HEADERS, ByPage, Page, Web
from vertraut.interfaces.web.static import NOW_AND_AGAIN

_PAPER: Final = "#faf8f4"
_SHORTCUTS: Final = (("nav.ask", "/"), ("bring.write", "/bring#write"), ("nav.life", "/life"))
_SHARED: Final = (
    "image/*", "application/pdf", "text/plain", "text/markdown", "text/calendar", "message/rfc822", "application/mbox",
    "application/json", "application/zip", ".pdf", ".txt", ".md", ".ics", ".eml", ".mbox", ".json", ".jsonl", ".zip",
)  # fmt: skip


def create_router(web: Web) -> APIRouter:
    """Return the addresses."""
    router = APIRouter()

    @router.get("/app.webmanifest")
    def manifest(page: ByPage) -> Response:
        headers = {**HEADERS, "Cache-Control": NOW_AND_AGAIN}
        return JSONResponse(_manifest(page), media_type="application/manifest+json", headers=headers)

    @router.get("/offline")
    def offline(page: ByPage) -> Response:
        return page.show("offline.html")

    @router.get("/favicon.ico")
    def favicon() -> Response:
        return web.static.response(web.static.name("favicon.ico"), gzip=False, lasting=NOW_AND_AGAIN)

    return router


def _manifest(page: Page) -> dict[str, Any]:
    say = page.say
    return {
        "id": "/",
        "name": say("app.name"),
        "short_name": say("app.name"),
        "description": say("app.what"),
        "lang": say.language,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _PAPER,
        "icons": _icons(page.web),
        "shortcuts": [{"name": say(key), "url": address} for key, address in _SHORTCUTS],
        "share_target": {
            "action": "/share",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "text",
                "url": "url",
                "files": [{"name": "files", "accept": list(_SHARED)}],
            },
        },
    }


def _icons(web: Web) -> list[dict[str, str]]:
    """Return the pictures of the app: its mark, and the mark on a whole square for systems that cut out a form."""
    address = web.static.address
    sized = (
        ("mark-192.png", "192x192", "any"),
        ("mark-512.png", "512x512", "any"),
        ("mark-full-192.png", "192x192", "maskable"),
        ("mark-full-512.png", "512x512", "maskable"),
    )
    found = [{"src": address(name), "sizes": sizes, "type": "image/png", "purpose": use} for name, sizes, use in sized]
    return [{"src": address("mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}, *found]
