"""What another app shares with this one: shown first, and remembered when a person says so.

The system posts to ``/share`` without a page's token, so that changes nothing: what came waits in this process's memory, one
thing a device and never for long, until a page of ours asks for it to be remembered. What a device kept while the server was
away comes by the same way, under the name that it has there, so that it is remembered once however often it comes.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from vertraut.application.sharing import Shared, SharedFile
from vertraut.interfaces.web.page import HEADERS, ByPage, Page, Web
from vertraut.interfaces.web.waiting import WaitingRoom
from vertraut.sources.pictures import SHOWN_BY_BROWSERS, picture_type

LARGEST: Final = 20_000_000
"""Bytes of what can be shared at once."""
LARGEST_BODIES: Final = {"/share": 10 * LARGEST}
"""What is read to its end, and thrown away, so that the browser listens when it is told that this is too much."""
MOST_FILES: Final = 20

_LONGEST_TITLE: Final = 300
_LONGEST_TEXT: Final = 1_000_000
_LONGEST_EDITED: Final = 20_000
"""Longer texts are remembered as they came: a field with them would be slow."""


_NAME: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What a device calls what it keeps: a random UUID."""


class TooMuch(HTTPException):
    """More was shared at once than is taken."""


def create_router(web: Web) -> APIRouter:
    """Return the addresses."""
    router, room = APIRouter(), WaitingRoom(web.service.clock)
    _add_arrival(router, room)
    _add_decision(router, room)
    return router


def _add_arrival(router: APIRouter, room: WaitingRoom) -> None:
    """Add what takes in what is shared, and shows it."""

    @router.post("/share")
    async def share(page: ByPage) -> Response:
        try:
            shared, kept = await _received(page.request)
        except TooMuch:
            return page.trouble(page.say("share.too_much", size=page.say.size(LARGEST)), page.say("share.bring"), 413)
        if shared == Shared():
            return page.trouble(page.say("share.nothing"), "", 422)
        before = room.of(_device(page))
        if not (kept and before and not before.kept):  # what was shared just now is asked about first
            room.put(_device(page), shared, kept)
        return RedirectResponse("/share", 303, headers=HEADERS)

    @router.get("/share")
    def ask(page: ByPage) -> Response:
        waiting = room.of(_device(page))
        if waiting is None:
            return _over(page)
        files = enumerate(waiting.shared.files)
        pictures = [place for place, each in files if picture_type(each.data) in SHOWN_BY_BROWSERS]
        return page.show("share.html", waiting=waiting, pictures=pictures, most=_LONGEST_EDITED)

    @router.get("/share/kept")
    def kept(page: ByPage) -> Response:
        return page.show("share.kept.html")

    @router.get("/share/{key}/{place}")
    def picture(page: ByPage, key: str, place: int) -> Response:
        waiting = room.of(_device(page), key)
        files = waiting.shared.files if waiting else ()
        media_type = picture_type(files[place].data) if 0 <= place < len(files) else ""
        if media_type not in SHOWN_BY_BROWSERS:
            raise HTTPException(404)
        return Response(files[place].data, media_type=media_type, headers=HEADERS)


def _add_decision(router: APIRouter, room: WaitingRoom) -> None:
    """Add what remembers it, or does not."""

    @router.post("/share/remember")
    def remember(page: ByPage, key: _Key, title: _Title = "", text: _Text = None, *, kept: _Kept = False) -> Response:
        device = _device(page)
        waiting = room.of(device, key)
        if waiting is None:
            return Response(headers={"HX-Redirect": "/share/kept"}) if kept else _over(page)
        said = waiting.shared.text if text is None else text.replace("\r\n", "\n").strip()
        shared = Shared(title.strip(), said, waiting.shared.files)
        if shared == Shared():
            return page.trouble(page.say("share.nothing"), "", 422)
        taken = page.web.service.take_in(page.actor, shared, key=key)
        room.drop(device, key)
        entries = page.web.service.numbered(page.actor, taken.entries)
        return page.show("share.done.part.html", taken=taken, entries=entries, decided=key if kept else "")

    @router.post("/share/discard")
    def discard(page: ByPage, key: _Key, *, kept: _Kept = False) -> Response:
        room.drop(_device(page), key)
        return page.show("share.gone.part.html", decided=key if kept else "")


def _over(page: Page) -> Response:
    return page.trouble(page.say("share.over"), page.say("share.again"), 410)


_Key = Annotated[str, Form(min_length=1, max_length=100)]
_Title = Annotated[str, Form(max_length=_LONGEST_TITLE)]
_Text = Annotated[str | None, Form(max_length=_LONGEST_TEXT)]
_Kept = Annotated[bool, Form()]


class _InMemory(MultiPartParser):
    """Keeps files in memory: in a temporary file they would lie in the clear."""

    spool_max_size = LARGEST + 1


async def _received(request: Request) -> tuple[Shared, str]:
    """Return what was shared, and the name under which its device keeps it. Raises ``TooMuch``, and 400 for no such form."""
    limits = {"max_files": MOST_FILES, "max_fields": MOST_FILES, "max_part_size": LARGEST}
    try:
        form = await _InMemory(request.headers, _bounded(request), **limits).parse()
    except (MultiPartException, KeyError):
        raise HTTPException(400) from None
    try:
        kept = form.get("kept", "")
        return await _shared(form), kept if isinstance(kept, str) and _NAME.fullmatch(kept) else ""
    finally:
        await form.close()


async def _bounded(request: Request) -> AsyncGenerator[bytes]:
    """Yield a body; of one that is too large the rest is read, but not kept. Raises ``TooMuch`` at its end."""
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read <= LARGEST:
            yield chunk
    if read > LARGEST:
        raise TooMuch(413)


async def _shared(form: FormData) -> Shared:
    """Return a form as what it shares: apps give a link as a link, or somewhere in the text."""
    said = {name: value.strip() for name, value in form.multi_items() if isinstance(value, str)}
    text, link = said.get("text", ""), said.get("url", "")
    if link not in text:
        text = f"{text}\n{link}".strip()
    if len(text) > _LONGEST_TEXT:
        raise TooMuch(413)
    files = [
        SharedFile(each.filename or "", await each.read())
        for each in form.getlist("files")
        if isinstance(each, UploadFile) and each.size
    ]
    named = tuple(replace(each, name=each.name or str(place)) for place, each in enumerate(files, 1))
    return Shared(said.get("title", "")[:_LONGEST_TITLE], text, named)


def _device(page: Page) -> int:
    """Return the number of who asks; the access check lets nobody else come here."""
    if page.signed_in is None:
        raise HTTPException(403)
    return page.signed_in.device.number
