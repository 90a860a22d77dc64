"""What language models took, month by month, with plots; and which models there are, in the order they are asked in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from vertraut.clock import When
from vertraut.governance import OWNER
from vertraut.interfaces.language import MONTHS
from vertraut.interfaces.web.models_later import cards_after_restart
from vertraut.interfaces.web.page import ByPage, Page
from vertraut.interfaces.web.privacy_plots import Amount, Plot, plot
from vertraut.models.usage import Spent

MonthName = Annotated[str, Query(pattern=r"^((19[7-9]|2[0-9]{2})[0-9]-(0[1-9]|1[0-2]))?$")]

_MONTHS_SHOWN = 12
_TICKS = (1, 8, 15, 22, 29)


def costs(page: Page, month: str) -> dict[str, Any]:
    """Return what the section of spending shows: one month (this one, if none is named), and the last twelve."""
    privacy = page.web.service.privacy
    this = f"{page.now():%Y-%m}"
    months = privacy.months(page.actor)
    name = month or this
    found = privacy.month(page.actor, name)
    earlier = max((each for each in months if each < name), default="")
    later = min((each for each in {*months, this} if each > name), default="")
    return {
        "month": found,
        "month_named": named(name, page),
        "is_this": name == this,
        "earlier": earlier,
        "earlier_named": earlier and named(earlier, page),
        "later": later,
        "later_named": later and named(later, page),
        "spent_ever": bool(months),
        "days": _days(name, found.by_day, page),
        "months": _months(this, months, page),
        "dearest": (("model", found.by_model), ("purpose", found.by_purpose), ("actor", found.by_actor)),
        "owner": found.by_actor.get(OWNER.name, Spent()),
        "ceiling": privacy.ceiling,
        "left_of": privacy.left,
    }


def models(page: Page) -> dict[str, Any]:
    """Return what the section of models shows."""
    service = page.web.service
    restart = cards_after_restart(service) is not None
    return {"cards": service.privacy.cards(page.actor), "dial": service.settings.model_dial, "needs_restart": restart}


def named(month: str, page: Page) -> str:
    """Return a month ("2026-09") in words."""
    return page.say.date(When(datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC), "UTC", "month"))


def add_routes(router: APIRouter) -> None:
    """Add the addresses of these sections."""

    @router.get("/costs")
    def one_month(page: ByPage, month: MonthName = "") -> Response:
        return page.show("privacy/costs.part.html", **costs(page, month))


def _days(month: str, by_day: dict[date, Spent], page: Page) -> Plot:
    first = date.fromisoformat(f"{month}-01")
    next_first = (first + timedelta(days=32)).replace(day=1)
    amounts = []
    for each in range((next_first - first).days):
        day = first + timedelta(days=each)
        title = page.say.date(When(datetime(day.year, day.month, day.day, tzinfo=UTC), "UTC", "day"))
        amounts.append(Amount(str(day.day) if day.day in _TICKS else "", title, by_day.get(day, Spent())))
    return plot(amounts)


def _months(this: str, months: dict[str, Spent], page: Page) -> Plot:
    year, number = map(int, this.split("-"))
    names = MONTHS[0 if page.say.language == "en" else 1]
    amounts = []
    for back in range(_MONTHS_SHOWN - 1, -1, -1):
        count = year * 12 + number - 1 - back
        name = f"{count // 12:04d}-{count % 12 + 1:02d}"
        tick = "" if back % 3 else names[count % 12][:3]
        amounts.append(Amount(tick, named(name, page), months.get(name, Spent())))
    return plot(amounts)
