"""The web app as a person has it: the real server on a free port, a real Chromium, pages that must not complain."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import anyio
import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from starlette.types import Message, Receive, Scope, Send

from vertraut.application import Space
from vertraut.application.demo import remember_household
from vertraut.application.service import Service
from vertraut.governance import Devices
from vertraut.interfaces.server import Server, address, create_app, listening

TALL = 800
PATIENCE = 20_000
"""How long a test waits for what it expects of a page, in milliseconds: much longer than any page takes."""


@dataclass(frozen=True)
class Late:
    """An app behind a line that takes its time: each request, and each piece of an answer, is late by some seconds."""

    app: Any
    seconds: float

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def late(message: Message) -> None:
            await anyio.sleep(self.seconds / 2)
            await send(message)

        if scope["type"] == "http":
            await anyio.sleep(self.seconds)
        await self.app(scope, receive, late if scope["type"] == "http" else send)


@dataclass
class App:
    """A server that runs, and the browser that looks at it. Whatever a page complains about fails the test at its end."""

    url: str
    service: Service
    devices: Devices
    browser: Callable[[], Browser]
    slow: float
    """How many times slower than the machine the browser computes."""
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=lambda: ["Service Worker registration blocked"])
    """Parts of complaints that are meant to be: a page that is not there, a server that is away."""
    _contexts: list[BrowserContext] = field(default_factory=list)
    _clients: list[httpx.Client] = field(default_factory=list)

    def link(self) -> str:
        """Return a link that signs a browser in."""
        return f"{self.url}/signin?link={self.devices.link()}"

    def client(self) -> httpx.Client:
        """Return a client that is signed in as a browser would be, without the page's token."""
        client = httpx.Client(base_url=self.url, trust_env=False, timeout=30)
        self._clients.append(client)
        assert client.get(self.link().removeprefix(self.url)).status_code == 303
        return client

    def open(
        self,
        path: str = "/",
        *,
        language: Literal["en", "de"] = "en",
        width: int = 1280,
        scheme: Literal["light", "dark"] = "light",
        signed_in: bool = True,
        offline_pages: bool = False,
    ) -> Page:
        """Open a page in a browser of its own; without ``offline_pages`` no service worker stands between."""
        context = self.browser().new_context(
            locale={"en": "en-GB", "de": "de-DE"}[language],
            viewport={"width": width, "height": TALL},
            color_scheme=scheme,
            reduced_motion="reduce",
            service_workers="allow" if offline_pages else "block",
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        if self.slow > 1:
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": self.slow})
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('policy', e.violatedDirective, e.blockedURI))"
        )
        if signed_in:
            page.goto(self.link())
        if not signed_in or path != "/":
            page.goto(self.url + path)
        return page

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.location.get('url', '')}: {message.text}")

    def close(self) -> None:
        for client in self._clients:
            client.close()
        for context in self._contexts:
            context.close()
        assert [each for each in self.complaints if not any(part in each for part in self.expected)] == []


@pytest.fixture(scope="module")
def started() -> Iterator[Callable[[], Browser]]:
    """Give what starts Chromium when it is first needed. It ends with the module: its driver occupies the thread's loop."""
    with ExitStack() as stack:

        @cache
        def browser() -> Browser:
            path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
            if path is None:
                pytest.skip("needs Chromium: `.ci/run` installs it")
            expect.set_options(timeout=PATIENCE)
            chromium = stack.enter_context(sync_playwright()).chromium
            return stack.enter_context(closing(chromium.launch(executable_path=path, args=["--no-sandbox"])))

        yield browser


@pytest.fixture
def app(space: Space, started: Callable[[], Browser], request: pytest.FixtureRequest) -> Iterator[App]:
    """The app on what the test puts into ``space``."""
    late = request.config.getoption("late")
    with Service(space.opened_again) as service:
        sockets = listening(0)
        server = Server(create_app(service), grace=1.0 + 4 * late)
        if late:
            server.config.app = Late(server.config.app, late)
        thread = threading.Thread(target=server.run, args=(sockets,))
        thread.start()
        devices = Devices(service.journal, service.clock)
        served = App(address(sockets), service, devices, started, request.config.getoption("slow"))
        try:
            assert httpx.get(f"{served.url}/ready", trust_env=False, timeout=30).json() == {"ready": True}
            yield served
        finally:
            try:
                served.close()
            finally:
                server.should_exit = True
                thread.join(30)
            assert not thread.is_alive()


@pytest.fixture
def lived(space: Space, app: App) -> App:
    """The app on the sample household, with vectors."""
    remember_household(space)
    space.embed()
    return app
