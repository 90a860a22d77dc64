"""What the page of Privacy and costs says at its top, in a few sentences."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from vertraut.clock import When, zone_of
from vertraut.governance import OWNER
from vertraut.interfaces.harmless import one_line
from vertraut.interfaces.web.page import Page
from vertraut.models.sendings import Sending
from vertraut.models.usage import Spent


def summary(page: Page) -> dict[str, Any]:
    """Return what the summary shows: what left, what was spent, who may come in, whether the chain was checked."""
    service, actor = page.web.service, page.actor
    sent, forgotten = service.privacy.sent(actor), service.privacy.forgotten(actor)
    month = service.privacy.month(actor, f"{page.now():%Y-%m}")
    return {
        "day": lambda instant: page.say.date(When(instant, service.settings.zone, "day")),
        "headline": headline(page, sent, forgotten),
        "calm": not sent and not forgotten,
        "sent_forgotten": forgotten,
        "spent": month.total,
        "left": service.privacy.left(month.by_actor.get(OWNER.name, Spent())),
        "device_count": len(service.doors.devices(actor)),
        "token_count": len([each for each in service.doors.tokens(actor) if not each.expires or each.expires > page.now()]),
        "check": service.keeping.last_check(actor),
    }


def headline(page: Page, sent: list[Sending], forgotten: int) -> str:
    """Return what left this machine, as one sentence; months are those of the person's zone."""
    say = page.say
    if not sent:
        return say("sent.nothing_noted" if forgotten else "privacy.nothing_left")
    start = month_start(page)
    latest = Counter(each.provider for each in sent if each.at >= start)
    if not latest:
        return say("privacy.nothing_this_month", before=say.count("message", len(sent)))
    to_whom = [
        say("privacy.to", messages=say.count("message", count), provider=one_line(provider))
        for provider, count in latest.most_common()
    ]
    return say("privacy.left", what=say.listed(to_whom))


def month_start(page: Page) -> datetime:
    """Return when this month began on the person's clocks."""
    zone = page.web.service.settings.zone
    today = page.now().astimezone(zone_of(zone)).date()
    return When.of_date(today.replace(day=1), zone, "month").instant
