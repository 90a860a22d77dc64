"""The page of Bring in: files and folders dropped, notes written down, and the first steps with a new memory."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form
from fastapi.responses import Response

from vertraut.application.deliveries import Delivery
from vertraut.interfaces.language.errors import explained
from vertraut.interfaces.web import uploads
from vertraut.interfaces.web.page import ByPage, Page, Web
from vertraut.interfaces.web.uploads import DeliveryName

QUESTIONS: Final = 3
LONGEST_NOTE: Final = 100_000
BROUGHT: Final = {"HX-Trigger": '{"brought": {"target": "body"}, "settled": {"target": "body"}}'}
"""Tells the page that memory holds something else now."""
CHANGED: Final = {"HX-Trigger": '{"brought": {"target": "body"}}'}
"""Tells so to the list of what was brought; the answer itself holds what else is different."""

_TRIED = 8  # questions, of which some memory may not answer


def create_router(web: Web) -> APIRouter:
    """Return the addresses; what was brought before is gone on with."""
    router = APIRouter()
    _add_page(router)
    _add_deliveries(router)
    _add_steps(router)
    _add_household(router)
    uploads.add_routes(router)
    web.service.bringing.start()
    return router


def _add_page(router: APIRouter) -> None:
    """Add the page, and the field to write something down."""

    @router.get("/bring")
    def bring(page: ByPage) -> Response:
        return page.show("bring/bring.html", **_deliveries(page), **_household(page), written=0)

    @router.post("/bring/write")
    def write(page: ByPage, text: Annotated[str, Form(max_length=LONGEST_NOTE)] = "") -> Response:
        number = page.web.service.remember(page.actor, text.strip()) if text.strip() else 0
        return page.show("bring/write.part.html", headers=BROUGHT if number else {}, written=number)


def _add_deliveries(router: APIRouter) -> None:
    """Add what shows and steers what is brought."""

    @router.get("/bring/state")
    def state(page: ByPage) -> Response:
        return page.show("bring/deliveries.part.html", **_deliveries(page))

    @router.post("/bring/{delivery}/take")
    def take(page: ByPage, delivery: DeliveryName) -> Response:
        page.web.service.bringing.take_what_is_here(page.actor, delivery)
        return page.show("bring/deliveries.part.html", **_deliveries(page, pressed=True))

    @router.post("/bring/{delivery}/stop")
    def stop(page: ByPage, delivery: DeliveryName) -> Response:
        page.web.service.bringing.stop(page.actor, delivery)
        return page.show("bring/deliveries.part.html", **_deliveries(page, pressed=True))

    @router.post("/bring/{delivery}/remove")
    def remove(page: ByPage, delivery: DeliveryName) -> Response:
        page.web.service.bringing.remove(page.actor, delivery)
        return page.show("bring/deliveries.part.html", **_deliveries(page, pressed=True))


def _add_steps(router: APIRouter) -> None:
    """Add the first steps."""

    @router.get("/bring/steps")
    def steps(page: ByPage) -> Response:
        return page.show("bring/steps.part.html", **_steps(page))

    @router.get("/bring/questions")
    def questions(page: ByPage) -> Response:
        welcoming = page.web.service.welcoming
        asked = [page.say(f"bring.ask_{each.kind}", name=each.name) for each in welcoming.newcomers(page.actor)]
        found = welcoming.answerable(page.actor, asked[:_TRIED], QUESTIONS)
        return page.show("bring/questions.part.html", questions=found)

    @router.post("/bring/steps/quotes")
    def accept_quotes(page: ByPage) -> Response:
        page.web.service.welcoming.accept_quotes(page.actor)
        return page.show("bring/steps.part.html", **_steps(page, changed=True))

    @router.post("/bring/steps/leave")
    def leave(page: ByPage) -> Response:
        page.web.service.welcoming.leave(page.actor, left=True)
        return page.show("bring/steps.part.html", **_steps(page, changed=True))

    @router.post("/bring/steps/show")
    def show(page: ByPage) -> Response:
        page.web.service.welcoming.leave(page.actor, left=False)
        return page.show("bring/steps.part.html", **_steps(page, changed=True))


def _add_household(router: APIRouter) -> None:
    """Add the sample household: to look around in, and to forget again."""

    @router.get("/bring/household")
    def household(page: ByPage, *, asks: bool = False, kept: bool = False) -> Response:
        entries = page.web.service.welcoming.household_entries(page.actor) if asks else 0
        return page.show("bring/household.part.html", **_household(page, asks=asks, entries=entries, kept=kept))

    @router.post("/bring/household")
    def bring_household(page: ByPage) -> Response:
        page.web.service.welcoming.bring_household(page.actor)
        values = {**_household(page), **_deliveries(page, pressed=True)}
        return page.show("bring/household_begun.part.html", headers=BROUGHT, **values)

    @router.post("/bring/household/forget")
    def forget_household(page: ByPage) -> Response:
        gone = page.web.service.welcoming.forget_household(page.actor)
        return page.show("bring/household_gone.part.html", headers=CHANGED, **_household(page, gone=gone))


def _deliveries(page: Page, *, pressed: bool = False) -> dict[str, Any]:
    """Return what the list of deliveries shows, and whether it changes by itself.

    Where something in it was ``pressed``, that is gone now, and the focus goes to its heading.
    """
    bringing = page.web.service.bringing
    listed, underway, vectors = bringing.deliveries(page.actor), bringing.underway(page.actor), bringing.vectors(page.actor)
    failures = {
        name: explained(why, page.say.language) if why else (page.say("trouble.ours"), page.say("trouble.log"))
        for name, why in bringing.failures(page.actor).items()
    }
    return {
        "deliveries": [each for each in listed if not _over(each)] + [each for each in listed[::-1] if _over(each)],
        "underway": underway,
        "failures": failures,
        "vectors": vectors,
        "moving": not all(map(_over, listed)),
        "busy": any(map(_moves, listed)),
        "pressed": pressed,
        "seconds": 1 if any(map(_moves, listed)) else 3 if vectors.done < vectors.total else 0,
    }


def _over(delivery: Delivery) -> bool:
    return delivery.state.standing == "done"


def _moves(delivery: Delivery) -> bool:
    return delivery.state.standing in {"waiting", "running"}


def _household(
    page: Page, *, asks: bool = False, entries: int = 0, kept: bool = False, gone: int | None = None
) -> dict[str, Any]:
    """Return what the part about the sample household shows: whether it asks, or what was answered."""
    return {**_steps(page), "asks": asks, "entries": entries, "kept": kept, "gone": gone}


def _steps(page: Page, *, changed: bool = False) -> dict[str, Any]:
    """Return what the first steps show; where they were ``changed``, the focus goes to them."""
    steps, models = page.web.service.welcoming.steps(page.actor), page.web.service.models
    cards = sorted(models.cards, key=lambda card: card.outside) if models else []
    answers = steps.quotes or bool(cards)
    return {
        "steps": steps,
        "changed": changed,
        "cards": cards,
        "answers": answers,
        "shown": not steps.left and not (steps.brought and answers and steps.asked),
    }
