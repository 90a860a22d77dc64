"""Files as a page sends them: described first, then in pieces that are acknowledged once they are on the disk.

The body of pieces is a line of JSON, [[delivery, number, offset, length], …], and then their bytes one after the other.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final

from anyio import to_thread
from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from vertraut.application.deliveries import Described, Piece, Whereabouts
from vertraut.interfaces.web.page import HEADERS, ByPage

LARGEST_BODY: Final = 6_000_000
"""Bytes of pieces in one request; pages send some four million."""
MOST_PIECES: Final = 1000

DeliveryName = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]

_Heading = tuple[str, Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
_HEADINGS: Final = TypeAdapter(Annotated[list[_Heading], Field(max_length=MOST_PIECES)])


class FileNote(BaseModel):
    """A file as a page describes it."""

    name: Annotated[str, Field(max_length=10_000)]
    size: Annotated[int, Field(ge=0, lt=1 << 60)]
    modified: int
    mark: Annotated[str, Field(max_length=64)]


def add_routes(router: APIRouter) -> None:
    """Add the addresses."""

    @router.post("/bring/announce")
    def announce(page: ByPage, files: list[FileNote]) -> Response:
        described = [Described(each.name, each.size, each.modified, each.mark) for each in files]
        return _told(page.web.service.bringing.announce(page.actor, described))

    @router.post("/bring/pieces")
    async def receive(page: ByPage) -> Response:
        try:
            body = await page.request.body()
        except ClientDisconnect:
            raise HTTPException(400) from None
        pieces = pieces_of(body)
        return _told(await to_thread.run_sync(page.web.service.bringing.receive, page.actor, pieces))

    @router.post("/bring/{delivery}/without/{number}")
    def leave_out(page: ByPage, delivery: DeliveryName, number: int) -> Response:
        page.web.service.bringing.leave_out(page.actor, delivery, number)
        return Response(status_code=204, headers=HEADERS)


def pieces_of(body: bytes) -> list[Piece]:
    """Return the pieces in a body. Raises ``HTTPException`` where it is too large or not what it should be."""
    if len(body) > LARGEST_BODY:
        raise HTTPException(413)
    line, _, data = body.partition(b"\n")
    try:
        headings = _HEADINGS.validate_json(line)
    except ValidationError:
        raise HTTPException(422) from None
    if sum(length for *_, length in headings) != len(data):
        raise HTTPException(422)
    pieces, at = [], 0
    for delivery, number, offset, length in headings:
        pieces.append(Piece(delivery, number, offset, data[at : at + length]))
        at += length
    return pieces


def _told(places: list[Whereabouts] | list[Whereabouts | None]) -> Response:
    content: list[Any] = [asdict(each) if each else None for each in places]
    return JSONResponse(content, headers=HEADERS)
