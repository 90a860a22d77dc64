"""How the vault is and whether it is sound, where its key lies, and copies of it to keep: a backup, an export."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, Any, BinaryIO, Final

from fastapi import APIRouter, Path
from fastapi.responses import Response

from vertraut.interfaces.language.errors import explained
from vertraut.interfaces.web.page import HEADERS, ByPage, Page
from vertraut.interfaces.web.privacy_downloads import Download, Downloads, Ready
from vertraut.interfaces.web.privacy_summary import summary

AT_ONCE: Final = 256_000
"""Bytes of a backup that are read together."""


def vault(page: Page) -> dict[str, Any]:
    """Return what the section of the vault shows."""
    keeping = page.web.service.keeping
    check = keeping.last_check(page.actor)
    failure = explained(check.failure, page.say.language) if check and check.failure else ("", "")
    return {"vault": keeping.vault(page.actor), "check": check, "failure": failure, "begun": False}


def copies(page: Page) -> dict[str, Any]:
    """Return what the sections of copies and of the key show."""
    return {"keys": page.web.service.keeping.keys(page.actor)}


def backup(page: Page) -> Ready:
    """Return a backup, ready to be fetched."""
    file = page.web.service.keeping.backup(page.actor)
    size = file.seek(0, 2)
    file.seek(0)
    return Ready(_name(page, "backup"), "application/octet-stream", _read(file), file.close, size)


def export(page: Page) -> Ready:
    """Return an export, ready to be fetched; it is made while it is."""
    parts = page.web.service.keeping.export(page.actor)
    return Ready(_name(page, "zip"), "application/zip", parts, parts.close)


def add_routes(router: APIRouter, downloads: Downloads) -> None:
    """Add the addresses of these sections."""

    @router.post("/check")
    def begin_check(page: ByPage) -> Response:
        page.web.service.keeping.check(page.actor)
        return page.show("privacy/check.part.html", **{**summary(page), **vault(page), "begun": True}, again=True)

    @router.get("/check")
    def how_far(page: ByPage) -> Response:
        return page.show("privacy/check.part.html", **{**summary(page), **vault(page)}, again=True)

    @router.post("/backup")
    def make_backup(page: ByPage) -> Response:
        return _offered(page, downloads, backup)

    @router.post("/export")
    def make_export(page: ByPage) -> Response:
        return _offered(page, downloads, export)

    @router.get("/download/{secret}")
    def fetch(page: ByPage, secret: Annotated[str, Path(max_length=100)]) -> Response:
        ready = downloads.take(_device(page), secret)
        if ready is None:
            return page.trouble(page.say("copies.gone"), page.say("copies.again"), 404)
        return Download(ready, HEADERS)


def _offered(page: Page, downloads: Downloads, make: Callable[[Page], Ready]) -> Response:
    secret = downloads.offer(_device(page), make(page))
    return page.show("privacy/begun.part.html", secret=secret)


def _device(page: Page) -> int:
    return page.signed_in.device.number if page.signed_in else 0


def _name(page: Page, ending: str) -> str:
    return f"vertraut-{page.web.service.name}-{page.now():%Y-%m-%d}.{ending}"


def _read(file: BinaryIO) -> Iterator[bytes]:
    return iter(partial(file.read, AT_ONCE), b"")
