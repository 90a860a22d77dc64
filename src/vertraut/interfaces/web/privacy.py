"""The page of Privacy and costs: what left, who may get it, who may come in, what was spent, and whether all is sound.

Its sections are modules of their own; each shows its part of the page, and answers with it anew when something changed.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from vertraut.interfaces.web import privacy_access, privacy_costs, privacy_keeping, privacy_sent
from vertraut.interfaces.web.page import ByPage, Web
from vertraut.interfaces.web.privacy_downloads import Downloads
from vertraut.interfaces.web.privacy_sent import Wanted
from vertraut.interfaces.web.privacy_summary import summary

SECTIONS = ("sent", "consents", "devices", "tokens", "costs", "models", "vault", "copies", "keys")


def create_router(web: Web) -> APIRouter:
    """Return the addresses."""
    router = APIRouter(prefix="/privacy")

    @router.get("")
    def whole(page: ByPage, wanted: Wanted, month: privacy_costs.MonthName = "") -> Response:
        sections = (
            privacy_sent.sent(page, wanted),
            privacy_sent.consents(page),
            privacy_access.devices(page),
            privacy_access.tokens(page),
            privacy_costs.costs(page, month),
            privacy_costs.models(page),
            privacy_keeping.vault(page),
            privacy_keeping.copies(page),
        )
        values = {key: value for section in (summary(page), *sections) for key, value in section.items()}
        return page.show("privacy/page.html", sections=SECTIONS, again=False, **values)

    privacy_sent.add_routes(router)
    privacy_access.add_routes(router)
    privacy_costs.add_routes(router)
    privacy_keeping.add_routes(router, Downloads(web.service.clock))
    return router
