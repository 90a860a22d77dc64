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
        values = {**_deliveries(page), **_steps(page), "entries": 0, "asks": False, "written": 0}
        return page.show("bring/bring.html", **values)

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
        return page.show("bring/deliveries.part.html", **_deliveries(page))

    @router.post("/bring/{delivery}/stop")
    def stop(page: ByPage, delivery: DeliveryName) -> Response:
        page.web.service.bringing.stop(page.actor, delivery)
        return page.show("bring/deliveries.part.html", **_deliveries(page))

    @router.post("/bring/{delivery}/remove")
    def remove(page: ByPage, delivery: DeliveryName) -> Response:
        page.web.service.bringing.remove(page.actor, delivery)
        return page.show("bring/deliveries.part.html", **_deliveries(page))


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
        return page.show("bring/steps.part.html", **_steps(page))

    @router.post("/bring/steps/leave")
    def leave(page: ByPage) -> Response:
        page.web.service.welcoming.leave(page.actor, left=True)
        return page.show("bring/steps.part.html", **_steps(page))

    @router.post("/bring/steps/show")
    def show(page: ByPage) -> Response:
        page.web.service.welcoming.leave(page.actor, left=False)
        return page.show("bring/steps.part.html", **_steps(page))


def _add_household(router: APIRouter) -> None:
    """Add the sample household: to look around in, and to forget again."""

    @router.get("/bring/household")
    def household(page: ByPage, *, asks: bool = False) -> Response:
        entries = page.web.service.welcoming.household_entries(page.actor) if asks else 0
        return page.show("bring/household.part.html", **_steps(page), asks=asks, entries=entries)

    @router.post("/bring/household")
    def bring_household(page: ByPage) -> Response:
        page.web.service.welcoming.bring_household(page.actor)
        return page.show("bring/household.part.html", headers=BROUGHT, **_steps(page), asks=False, entries=0)

    @router.post("/bring/household/forget")
    def forget_household(page: ByPage) -> Response:
        page.web.service.welcoming.forget_household(page.actor)
        return page.show("bring/household.part.html", headers=BROUGHT, **_steps(page), asks=False, entries=0)


def _deliveries(page: Page) -> dict[str, Any]:
    """Return what the list of deliveries shows, and whether it changes by itself."""
    bringing = page.web.service.bringing
    listed, underway, vectors = bringing.deliveries(page.actor), bringing.underway(page.actor), bringing.vectors(page.actor)
    failures = {
        name: explained(why, page.say.language) if why else (page.say("trouble.ours"), page.say("trouble.log"))
        for name, why in bringing.failures(page.actor).items()
    }
    return {
        "deliveries": listed,
        "underway": underway,
        "failures": failures,
        "vectors": vectors,
        "moving": any(each.state.standing != "done" for each in listed),
        "busy": any(map(_moves, listed)),
        "seconds": 1 if any(map(_moves, listed)) else 3 if vectors.done < vectors.total else 0,
    }


def _moves(delivery: Delivery) -> bool:
    return delivery.state.standing in {"waiting", "running"}


def _steps(page: Page) -> dict[str, Any]:
    """Return what the first steps show."""
    steps, models = page.web.service.welcoming.steps(page.actor), page.web.service.models
    cards = sorted(models.cards, key=lambda card: card.outside) if models else []
    answers = steps.quotes or bool(cards)
    return {
        "steps": steps,
        "cards": cards,
        "answers": answers,
        "shown": not steps.left and not (steps.brought and answers and steps.asked),
    }
