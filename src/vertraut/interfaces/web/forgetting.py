"""The page of Forget: choosing, seeing what would go, agreeing to exactly that, and the receipt.

Choosing is an address and changes nothing. What is agreed to carries the seal of what was shown: where memory means other
entries by then, nothing goes and it is shown anew.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from vertraut.errors import BadTime, NoSuchEntry, NothingSelected, PreviewGone, RequestError
from vertraut.interfaces.harmless import one_line
from vertraut.interfaces.language.errors import explained
from vertraut.interfaces.shapes import receipt_shape
from vertraut.interfaces.web.forgetting_wish import PLACE, Agreed, Asked, Picked, Wish
from vertraut.interfaces.web.naming import day_of, end_of_time, source_name
from vertraut.interfaces.web.page import HEADERS, ByPage, Page, Web
from vertraut.memory import Choice, Choosable, PastForgetting, Prospect, Selection

_SUGGESTED: Final = 6
_FOUND: Final = 12
_LISTED: Final = 100
_SAMPLE: Final = 20
_PAST: Final = 50
_LONGEST_SHOWN: Final = 80

Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the page shows of a wish: what would go, or in words why nothing would; both empty where nothing is chosen."""

    prospect: Prospect | None = None
    selection: Selection | None = None
    problem: str = ""
    bad_time: str = ""


@dataclass(frozen=True, slots=True)
class Picker:
    """One of the fields in which names are picked: those picked, and those suggested."""

    name: Picked
    picked: tuple[Choice, ...]
    suggested: tuple[Choice, ...]


def create_router(web: Web) -> APIRouter:
    """Return the addresses."""
    router = APIRouter(prefix=PLACE)
    _add_choosing(router)
    _add_forgetting(router, web)
    return router


def _add_choosing(router: APIRouter) -> None:
    @router.get("")
    def choose(page: ByPage, asked: Annotated[Asked, Query()]) -> Response:
        wish = asked.wish
        values = {"wish": wish, "told": asked.show, **_preview_values(page, wish)}
        if page.partial:
            used = _picker(page, wish, asked.picker) if asked.picker else None
            return page.show("forget.preview.part.html", headers={"HX-Replace-Url": wish.address}, used=used, **values)
        return page.show(
            "forget.html", past=page.web.service.forgettings(page.actor, most=_PAST), **values, **_form(page, wish)
        )

    @router.get("/choices")
    def choices(page: ByPage, what: Picked, asked: Annotated[str, Query(alias="find", max_length=200)] = "") -> Response:
        found = _choices(page, "thread" if what == "thread" else "author", asked.strip(), _FOUND)
        return page.show("forget.choices.part.html", what=what, suggested=found, searched=bool(asked.strip()))

    @router.get("/sample")
    def sample(page: ByPage, asked: Annotated[Asked, Query()]) -> Response:
        return page.show("forget.sample.part.html", wish=asked.wish, **_preview_values(page, asked.wish, asked.seen))


def _add_forgetting(router: APIRouter, web: Web) -> None:
    service = web.service

    @router.post("")
    def forget(page: ByPage, agreed: Annotated[Agreed, Form()]) -> Response:
        selection = agreed.selection(page.now(), service.settings.zone)
        try:
            receipt = service.forget(page.actor, selection, seal=agreed.seal)
        except (PreviewGone, NothingSelected, NoSuchEntry):
            return _shown_anew(page, agreed)
        number = receipt.after.seq
        headers, past = {"HX-Push-Url": f"{PLACE}/receipts/{number}"}, _past(page, number)
        return page.show("forget.receipt.part.html", headers=headers, past=past, receipt=receipt, told=True)

    @router.get("/receipts/{number}.json")
    def download(page: ByPage, number: Number) -> Response:
        past = _past(page, number)
        if past.receipt is None:
            raise HTTPException(404)
        shape = {"at": past.at.isoformat(), **receipt_shape(past.receipt)}
        shape["proof"]["unnamed"] = past.receipt.proof.unnamed
        content = json.dumps(shape, indent=2, ensure_ascii=False)
        disposition = f'attachment; filename="vertraut-receipt-{number}.json"'
        headers = {**HEADERS, "Content-Disposition": disposition}
        return Response(content, media_type="application/json", headers=headers)

    @router.get("/receipts/{number}")
    def receipt(page: ByPage, number: Number) -> Response:
        past = _past(page, number)
        return page.show("forget.receipt.html", past=past, receipt=past.receipt, told=False)

    @router.post("/receipts/{number}/chain")
    def chain(page: ByPage, number: Number) -> Response:
        check = service.keeping.last_check(page.actor)
        if check is None or not (check.running or check.failure or (check.verified and check.verified.head.seq >= number)):
            service.keeping.check(page.actor)
            check = service.keeping.last_check(page.actor)
        failure = explained(check.failure, page.say.language)[0] if check and check.failure else ""
        return page.show("forget.chain.part.html", number=number, check=check, failure=failure)


def _past(page: Page, number: int) -> PastForgetting:
    """Return the forgetting of this number. Raises 404 where there is none."""
    found = page.web.service.forgetting(page.actor, number)
    if found is None:
        raise HTTPException(404)
    return found


def _shown_anew(page: Page, wish: Wish) -> Response:
    """Show what the wish means by now, and say that it is not what it was."""
    headers = {"HX-Retarget": "#preview", "HX-Reswap": "innerHTML"}
    values = {**_preview_values(page, wish), "anew": True}
    return page.show("forget.preview.part.html", headers=headers, wish=wish, told=True, used=None, **values)


def _preview_values(page: Page, wish: Wish, seen: int = 0) -> dict[str, Any]:
    """Return what the preview is made of: what would go, the condition in words, and the next entries of the sample."""
    preview = _preview(page, wish)
    sample = preview.prospect.numbers[seen : seen + _SAMPLE] if preview.prospect else ()
    return {
        "preview": preview,
        "what": preview.prospect,
        "groups": _groups(page, preview.prospect) if preview.prospect else [],
        "terms": _terms(page, preview.selection) if preview.selection else [],
        "sample": page.web.service.numbered(page.actor, sample) if sample else {},
        "seen": seen + len(sample),
        "query": urlencode(wish.pairs),
        "source_name": source_name,
        "day_of": day_of,
        "anew": False,
    }


def _preview(page: Page, wish: Wish) -> Preview:
    if not wish.pairs:
        return Preview()
    service = page.web.service
    try:
        selection = wish.selection(page.now(), service.settings.zone)
        return Preview(service.prospect(page.actor, selection), selection)
    except BadTime as why:
        return Preview(bad_time=" ".join(filter(None, explained(why, page.say.language))))
    except RequestError as why:
        return Preview(problem=explained(why, page.say.language)[0])


def _groups(page: Page, what: Prospect) -> list[tuple[str, list[tuple[str, int]], int]]:
    """Return what the preview counts: its title, names with how many, and how many more names there are."""
    say = page.say
    kinds = [(say(f"kind.{kind}") if count == 1 else say.noun(kind, count), count) for kind, count in what.by_kind.items()]
    authors = [(_short(say.author(name)), count) for name, count in what.by_author.items()]
    sources = [(_short(source_name(name, say)), count) for name, count in what.by_source.items()]
    more = what.authors - len(authors)
    groups = [(say("forget.kinds"), kinds, 0), (say("forget.authors"), authors, more), (say("forget.sources"), sources, 0)]
    return [each for each in groups if each[1]]


def _short(name: str) -> str:
    return one_line(name[:_LONGEST_SHOWN])


def _terms(page: Page, selection: Selection) -> list[str]:
    """Return the ends of the time as they were understood, in words."""
    say, limits = page.say, selection.limits
    after = [say("forget.term.after", time=end_of_time(limits.after, say))] if limits.after else []
    return after + ([say("forget.term.until", time=end_of_time(limits.before, say, after=True))] if limits.before else [])


def _form(page: Page, wish: Wish) -> dict[str, Any]:
    """Return what the form is made of."""
    return {
        "pickers": [_picker(page, wish, name) for name in ("entry", "author", "thread")],
        "sources": _choices(page, "source", "", _LISTED),
        "kinds": _choices(page, "kind", "", _LISTED),
    }


def _picker(page: Page, wish: Wish, name: Picked) -> Picker:
    values = wish.values(name)
    if name == "entry":
        return Picker(name, tuple(Choice(value, value, "", 1) for value in values), ())
    suggested = _choices(page, name, "", _SUGGESTED + len(values))
    picked = tuple(_called(page, name, value, suggested) for value in values)
    return Picker(name, picked, tuple(each for each in suggested if each.name not in values)[:_SUGGESTED])


def _called(page: Page, what: Choosable, name: str, known: tuple[Choice, ...]) -> Choice:
    """Return what a name stands for, as far as there is such a thing."""
    for each in (*known, *_choices(page, what, name, _FOUND)):
        if each.name == name:
            return each
    return Choice(name, name, "", 0)


def _choices(page: Page, what: Choosable, containing: str, most: int) -> tuple[Choice, ...]:
    found = page.web.service.choices(page.actor, what, containing, most=most)
    return tuple(replace(each, title=page.say.author(each.title)) if what == "author" else each for each in found)
