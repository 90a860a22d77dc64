"""The page of Life: the timeline from all years down to a day, by kind, person, source and place, and searched as one types.

Every view is an address; what htmx asks for is the part of it that changes. Entries themselves are ``life_entry``'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response

from vertraut.clock import zone_of
from vertraut.errors import BadFilter, BadQuery, BadTime
from vertraut.interfaces.harmless import one_line
from vertraut.interfaces.language import MONTHS, Wording
from vertraut.interfaces.language.errors import explained
from vertraut.interfaces.web import life_entry
from vertraut.interfaces.web.life_address import LONGEST, ByChosen, Spot
from vertraut.interfaces.web.life_calendar import leaves, strips
from vertraut.interfaces.web.life_moments import ICONS, day_key, meant, moments, period_name
from vertraut.interfaces.web.naming import source_name
from vertraut.interfaces.web.page import ByPage, Page, Web
from vertraut.memory import Facet, Period, Portion

MEANT: Final = 8
"""Entries that are told as close in meaning."""
NAMES: Final = 60
"""Names of a facet that are shown at once."""

Under = Annotated[str, Query(pattern=r"^[\d-]{0,12}$")]


@dataclass(frozen=True, slots=True)
class Paging:
    """Behind which entry a list goes on, and the day under which that one stands; "" for its beginning."""

    after: Annotated[str, Query(pattern=r"^(?:-?\d{1,13}\.\d{1,15})?$")] = ""
    under: Under = ""


ByPaging = Annotated[Paging, Depends()]


def period_of(request: Request) -> Period:
    """Return the part of time that an address names. There may be none such."""
    return _period(request.path_params[name] for name in ("year", "month", "day") if name in request.path_params)


ByPeriod = Annotated[Period, Depends(period_of)]


def create_router(web: Web) -> APIRouter:
    """Return the addresses."""
    router = APIRouter(prefix="/life")
    router.include_router(life_entry.create_router(web))

    @router.get("")
    def life(page: ByPage, chosen: ByChosen, paging: ByPaging) -> Response:
        return _shown(page, Spot(chosen, Period()), paging)

    @router.get("/meaning")
    def meaning(page: ByPage, chosen: ByChosen) -> Response:
        try:
            hits = web.service.life.meant(page.actor, chosen, count=MEANT)
        except (BadQuery, BadFilter, BadTime):
            hits = []
        return page.show("life/meaning.part.html", **_words(page, Spot(chosen, Period())), found=list(meant(hits, page.say)))

    @router.get("/names/{facet}")
    def names(
        page: ByPage,
        facet: Facet,
        chosen: ByChosen,
        when: Under = "",
        name: Annotated[str, Query(max_length=LONGEST)] = "",
        *,
        filtering: bool = False,
    ) -> Response:
        spot = Spot(chosen, _period(part for part in when.split("-") if part.strip("0")))
        found = web.service.life.names(page.actor, chosen, spot.period, facet, most=NAMES, containing=name.strip())
        return page.show(
            "life/names.part.html", **_words(page, spot), facet=facet, names=found, when=when, filtering=filtering
        )

    def part(page: ByPage, period: ByPeriod, chosen: ByChosen, paging: ByPaging) -> Response:
        return _shown(page, Spot(chosen, period), paging)

    for address in ("/{year}", "/{year}/{month}", "/{year}/{month}/{day}"):
        router.add_api_route(address, part)
    return router


def _shown(page: Page, spot: Spot, paging: Paging) -> Response:
    """Show a part of time, or the entries behind some of it."""
    life, words = page.web.service.life, _words(page, spot)
    if paging.after:
        portion = life.further(page.actor, spot.chosen, spot.period, paging.after)
        return page.show("life/more.part.html", **words, **_list(portion, page.say, paging.under), following=True)
    template = "life/life.part.html" if page.partial else "life/life.html"
    typing = page.request.headers.get("hx-source") == "input#life-q"
    headers = {"HX-Replace-Url": str(spot)} if typing else {}
    try:
        look = life.look(page.actor, spot.chosen, spot.period)
    except (BadFilter, BadTime) as error:
        sentence, way_out = explained(error, page.say.language)
        return page.show(template, **words, headers=headers, look=None, sentence=sentence, way_out=way_out)
    words["nothing"] = not look.anything or (
        not look.count and not spot.fields and not page.web.service.welcoming.steps(page.actor).brought
    )
    drawn = {"strips": strips(look)} if spot.period.level == "all" else {"leaves": leaves(look, spot.period)}
    listed = _list(look.first, page.say, "")
    return page.show(template, headers=headers, **words, look=look, today=_today(page), **drawn, **listed, following=False)


def _period(parts: Iterable[str]) -> Period:
    try:
        numbers = [int(part) for part in parts]
        if 0 in numbers:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return Period.of(*numbers) if numbers else Period()
    except (ValueError, OverflowError) as why:
        raise HTTPException(HTTPStatus.NOT_FOUND) from why


def _list(portion: Portion, say: Wording, under: str) -> dict[str, Any]:
    shown = list(moments(portion.entries, say, under))
    last = day_key(portion.entries[-1].day) if portion.entries else ""
    return {"moments": shown, "after": portion.after, "under": last}


def _words(page: Page, spot: Spot) -> dict[str, Any]:
    """Return what all templates of the page use to name things."""
    say, typed = page.say, spot.chosen.typed

    def name_of(facet: Facet, value: str) -> str:
        if facet == "kind" and value in ICONS:
            name = say.noun(value, 2)
            return name[:1].upper() + name[1:]
        if facet == "person":
            return say.author(value)
        return source_name(value, say) if facet == "source" else value

    return {
        "spot": spot,
        "name": say("life.found", words=one_line(typed))
        if typed and spot.period.level == "all"
        else period_name(spot.period, say),
        "name_of": name_of,
        "icon_of": ICONS.get,
        "period_name": lambda period: period_name(period, say),
        "day_key": day_key,
        "month_name": lambda month: MONTHS[say.language == "de"][month - 1],
        "Period": Period,
    }


def _today(page: Page) -> Period:
    now = page.now().astimezone(zone_of(page.say.home_zone))
    return Period(now.year, now.month, now.day)
