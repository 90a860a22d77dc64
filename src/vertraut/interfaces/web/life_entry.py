"""An entry on a page of its own: whole, with what stands around it in its thread, and the files that came with it.

Files are downloaded as bytes of no type, so that no browser runs or shows them here; pictures of a few kinds that browsers
draw without anything active in them are shown, by what their first bytes say they are.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Path, Query
from fastapi.responses import Response

from vertraut.application.inspection import Shown
from vertraut.clock import When
from vertraut.errors import NoSuchEntry
from vertraut.interfaces.harmless import one_line
from vertraut.interfaces.web.life_address import Spot
from vertraut.interfaces.web.life_moments import ICONS, clock_of, period_name, told_anew
from vertraut.interfaces.web.naming import source_name
from vertraut.interfaces.web.page import HEADERS, ByPage, Page, Web
from vertraut.ledger import Attachment, Entry
from vertraut.memory import Chosen, Period, Side
from vertraut.sources.pictures import SHOWN_BY_BROWSERS, picture_type

AT_FIRST: Final = 4_000
"""Characters of a text that are shown at first."""
AT_ONCE: Final = 50_000
"""Characters that are shown with each further step."""
AROUND: Final = 3
FURTHER: Final = 10
TOLD: Final = 400
"""Characters of a text that stands around an entry."""
MOST_FILES: Final = 50
LARGEST_PICTURE: Final = 8_000_000
"""Bytes of a picture that is shown in its entry."""

_ALONE: Final = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
Number = Annotated[int, Path(ge=1, le=2**53)]
Place = Annotated[int, Path(ge=0, le=100_000)]


def create_router(web: Web) -> APIRouter:
    """Return the addresses."""
    router, life = APIRouter(prefix="/entry/{number}"), web.service.life

    @router.get("")
    def entry(page: ByPage, number: Number) -> Response:
        shown = web.service.show(page.actor, number)
        earlier = life.neighbours(page.actor, number, "earlier", count=AROUND)
        later = life.neighbours(page.actor, number, "later", count=AROUND)
        parts = {**_described(page, shown), **_text(shown.entry, 0)}
        disputed = number in web.service.talks.disputed(page.actor, [number])
        return page.show("life/entry.html", shown=shown, earlier=earlier, later=later, disputed=disputed, **parts)

    @router.get("/text")
    def text(page: ByPage, number: Number, start: Annotated[int, Query(ge=0)] = 0) -> Response:
        shown = web.service.show(page.actor, number)
        return page.show("life/text.part.html", shown=shown, **_text(shown.entry, start))

    @router.get("/{side}")
    def around(page: ByPage, number: Number, side: Side) -> Response:
        found = life.neighbours(page.actor, number, side, count=FURTHER)
        return page.show(
            "life/thread.part.html", side=side, neighbours=found, number=number, clock_of=clock_of, body_of=_told
        )

    @router.get("/file/{place}")
    def file(page: ByPage, number: Number, place: Place) -> Response:
        attachment, data = _kept(page, number, place)
        disposition = f"attachment; filename*=UTF-8''{quote(_file_name(page, attachment, place), safe='')}"
        return Response(data, headers={**_ALONE, "Content-Disposition": disposition}, media_type="application/octet-stream")

    @router.get("/picture/{place}")
    def picture(page: ByPage, number: Number, place: Place) -> Response:
        _, data = _kept(page, number, place)
        media_type = picture_type(data)
        if media_type not in SHOWN_BY_BROWSERS or len(data) > LARGEST_PICTURE:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return Response(data, headers={**_ALONE, "Content-Disposition": "inline"}, media_type=media_type)

    return router


def _text(entry: Entry, start: int) -> dict[str, Any]:
    """Return a part of a text, how much is left behind it, and where that begins."""
    stop = start + (AT_ONCE if start else AT_FIRST)
    return {
        "part": _body(entry, stop) if not start else entry.text[start:stop],
        "left": max(0, len(entry.text) - stop),
        "stop": stop,
    }


def _body(entry: Entry, stop: int) -> str:
    """Return the beginning of a text, without the title that stands above it."""
    begin, end = told_anew(entry, (0, min(stop, len(entry.text))))
    return entry.text[begin:end]


def _told(entry: Entry) -> str:
    """Return what a list says of an entry beneath its title."""
    body = one_line(_body(entry, TOLD + len(entry.title)))
    return f"{body} …" if body and len(entry.text) > TOLD + len(entry.title) else body


def _described(page: Page, shown: Shown) -> dict[str, Any]:
    entry, say = shown.entry, page.say
    local = When(entry.when.instant, say.home_zone).local if entry.when.precision == "second" else entry.when.local
    known = {"second": 3, "day": 3, "month": 2, "year": 1}[entry.when.precision]
    period = Period(*(local.year, local.month, local.day)[:known])
    pictures = [
        place
        for place in shown.kept[:MOST_FILES]
        if entry.attachments[place].media_type in SHOWN_BY_BROWSERS and entry.attachments[place].size <= LARGEST_PICTURE
    ]
    return {
        "icon_name": ICONS[entry.kind],
        "source": source_name(entry.source, say),
        "day": Spot(Chosen(), period),
        "day_name": period_name(period, say),
        "pictures": pictures,
        "most_files": MOST_FILES,
        "clock_of": clock_of,
        "body_of": _told,
        "by": lambda name: Spot(Chosen(people=(name,)), Period()),
        "there": Spot(Chosen(places=(entry.place,)), Period()),
        "file_name": lambda attachment, place: _file_name(page, attachment, place),
    }


def _kept(page: Page, number: int, place: int) -> tuple[Attachment, bytes]:
    entry = page.web.service.show(page.actor, number).entry
    data = page.web.service.life.attachment(page.actor, number, place)
    if data is None or place >= len(entry.attachments):
        raise NoSuchEntry(number)
    return entry.attachments[place], data


def _file_name(page: Page, attachment: Attachment, place: int) -> str:
    """Return what a file is called, without what would lead out of a folder."""
    name = one_line(attachment.name).replace("\\", "/").rpartition("/")[2].strip(" .")
    return name[:200] or page.say("entry.unnamed", number=place + 1)
