"""What left this machine, to filter, to page through and to read word for word; and who may get words, for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Path, Query
from fastapi.responses import Response

from vertraut.clock import When
from vertraut.interfaces.web.page import ByPage, Page
from vertraut.interfaces.web.privacy_summary import summary
from vertraut.models import Task
from vertraut.models.consent import ALL_PURPOSES

A_PAGE: Final = 8
"""Lines that are shown at once."""
LARGEST_NUMBER: Final = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines are wanted: to whom, from which day to which, and which page of them, from 1."""

    to: str = ""
    since: str = ""
    until: str = ""
    page: int = 1

    def address(self, page: int) -> str:
        """Return the query of another page of the same lines."""
        return urlencode({"to": self.to, "since": self.since, "until": self.until, "page": page})


def _filter(
    to: Annotated[str, Query(max_length=300)] = "",
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Filter:
    return Filter(to, since, until, page)


Wanted = Annotated[Filter, Depends(_filter)]
Name = Annotated[str, Form(min_length=1, max_length=300)]
Purpose = Annotated[Task | Literal["*"], Form()]


def sent(page: Page, wanted: Filter) -> dict[str, Any]:
    """Return what the section of what left shows. Raises ``BadTime``."""
    privacy, zone = page.web.service.privacy, page.web.service.settings.zone
    since = When.of_text(wanted.since, zone).instant if wanted.since else None
    until = When.of_text(wanted.until, zone).end if wanted.until else None
    found = privacy.sent(page.actor, to=wanted.to, since=since, until=until)
    start = (wanted.page - 1) * A_PAGE
    return {
        "wanted": wanted,
        "sendings": found[start : start + A_PAGE],
        "found": len(found),
        "start": start,
        "more": len(found) > start + A_PAGE,
        "filtered": bool(wanted.to or wanted.since or wanted.until),
        "sent_to": sorted({each.provider for each in privacy.sent(page.actor)}),
        "sent_forgotten": privacy.forgotten(page.actor),
    }


def consents(page: Page) -> dict[str, Any]:
    """Return what the section of consents shows."""
    service = page.web.service
    return {
        "recipients": service.privacy.recipients(page.actor),
        "pseudonyms": service.settings.pseudonyms == "on",
        "all_purposes": ALL_PURPOSES,
        "consented": "",
    }


def add_routes(router: APIRouter) -> None:
    """Add the addresses of these sections."""

    @router.get("/sent")
    def lines(page: ByPage, wanted: Wanted) -> Response:
        return page.show("privacy/lines.part.html", **sent(page, wanted))

    @router.get("/sent/{number}")
    def words(page: ByPage, number: Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]) -> Response:
        service = page.web.service
        sending, text = service.privacy.words(page.actor, number)
        quoted = service.numbered(page.actor, sending.entries)
        return page.show("privacy/words.part.html", sending=sending, text=text, quoted=quoted)

    @router.post("/consents")
    def decide(page: ByPage, provider: Name, purpose: Purpose, granted: Annotated[Literal["yes", "no"], Form()]) -> Response:
        privacy = page.web.service.privacy
        (privacy.grant if granted == "yes" else privacy.revoke)(page.actor, provider, purpose)
        said = page.say("consents.granted" if granted == "yes" else "consents.revoked", provider=provider)
        return page.show("privacy/consents.part.html", **{**summary(page), **consents(page), "consented": said}, again=True)
