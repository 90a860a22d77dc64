"""How a page is made: in the browser's language, its person's zone and the design of ``templates/base.html``.

Everything that comes from memory is escaped by Jinja; nothing is ever marked safe but our own icons. The policy forbids
scripts, styles and pictures from anywhere but here, and everything inline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from vertraut.application.service import Service
from vertraut.errors import VertrautError
from vertraut.governance import Actor, Devices
from vertraut.interfaces.harmless import harmless, one_line
from vertraut.interfaces.language import Wording
from vertraut.interfaces.language.accepted import accepted_language
from vertraut.interfaces.language.errors import explained
from vertraut.interfaces.web.sessions import TOKEN_HEADER, SignedIn
from vertraut.interfaces.web.static import Static
from vertraut.interfaces.web.texts import TEXTS

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",  # with none, browsers also hide from us that our own pages post
    "Vary": "Accept-Language, Cookie, HX-Request",
}


class Web:
    """What all pages share: the service, the devices, the templates and the assets."""

    def __init__(self, service: Service, devices: Devices) -> None:
        self.service = service
        self.devices = devices
        self.static = Static()
        self.templates = Environment(
            loader=PackageLoader("vertraut.interfaces.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.globals.update(
            icon=self.static.icon, asset=self.static.address, zone=service.settings.zone, token_header=TOKEN_HEADER
        )
        self.templates.filters.update(harmless=harmless, one_line=one_line)


@dataclass(frozen=True, slots=True)
class Page:
    """A request for a page, or for a part of one: by whom, in which language."""

    web: Web
    request: Request
    say: Wording

    @property
    def actor(self) -> Actor:
        """Who asks; the access check put it there."""
        actor: Actor = self.request.state.actor
        return actor

    @property
    def signed_in(self) -> SignedIn | None:
        """The device; None on pages that are open."""
        found: SignedIn | None = getattr(self.request.state, "signed_in", None)
        return found

    @property
    def partial(self) -> bool:
        """Whether htmx asks for a part of the page that it is on."""
        return self.request.headers.get("hx-request-type") == "partial"

    def now(self) -> datetime:
        """Return what time it is, aware."""
        return self.web.service.clock.now()

    def text(self, template: str, **values: Any) -> str:
        """Return a template filled in: for one part of a stream."""
        return self.web.templates.get_template(template).render(values | self._own())

    def show(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> HTMLResponse:
        """Return a template filled in as an answer."""
        return HTMLResponse(self.text(template, **values), status, {**HEADERS, **(headers or {})})

    def problem(self, error: VertrautError, status: int = HTTPStatus.UNPROCESSABLE_ENTITY) -> HTMLResponse:
        """Return what went wrong, in words: a whole page, or for htmx the part that says so."""
        sentence, way_out = explained(error, self.say.language)
        return self.trouble(sentence, way_out, status)

    def trouble(self, sentence: str, way_out: str, status: int) -> HTMLResponse:
        """Return a sentence about what went wrong."""
        htmx = self.request.headers.get("hx-request") == "true"
        template = "trouble.part.html" if htmx else "trouble.html"
        headers = {"HX-Retarget": "#trouble", "HX-Reswap": "innerHTML"} if htmx else {}
        return self.show(template, status=status, headers=headers, sentence=sentence, way_out=way_out)

    def _own(self) -> dict[str, Any]:
        return {"say": self.say, "language": self.say.language, "path": self.request.url.path, "signed_in": self.signed_in}


def page_of(request: Request) -> Page:
    """Return a request as a page: in the language of the settings, else the one that the browser likes best."""
    web: Web = request.app.state.web
    settings = web.service.settings
    language = accepted_language(settings.language or request.headers.get("accept-language", ""))
    return Page(web, request, Wording(language, settings.zone, TEXTS, lambda: web.service.assistant.personas.get().name))


ByPage = Annotated[Page, Depends(page_of)]
