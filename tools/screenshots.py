"""Take the pictures of the web app for ``docs/``: ``python tools/screenshots.py [NAME …]``.

A server of its own over the sample household, on the last evening of its year, and Chromium at the width of a screen and of
a phone, light and dark, in German and English. Each picture is a WebP of at most ``LARGEST`` bytes.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from vertraut.application import open_space
from vertraut.application.demo import EVENING, SPACE, ZONE, remember_household
from vertraut.application.models import serving
from vertraut.clock import FixedClock
from vertraut.governance import Devices
from vertraut.interfaces.server import Server, address, create_app, listening
from vertraut.settings import Settings

OUT: Final = Path(__file__).parents[1] / "docs" / "pictures" / "app"
LARGEST: Final = 120_000
SIZES: Final = {"wide": (1440, 900), "phone": (390, 844)}
QUALITIES: Final = (76, 65, 55)

Language = Literal["en", "de"]
Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture shows: the page at an address, after what was done there."""

    name: str
    path: str
    done: Callable[[Page], object] = lambda _: None


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at."""

    size: str
    scheme: Scheme
    language: Language


LOOKS: Final = (
    Look("wide", "light", "en"),
    Look("wide", "dark", "de"),
    Look("phone", "light", "de"),
    Look("phone", "dark", "en"),
)


def _asked(page: Page) -> None:
    """Ask something, and open the first evidence."""
    asked = {"en": "When does Piet's passport expire?", "de": "Wo ist der verlorene Schlüssel wieder aufgetaucht?"}
    page.get_by_role("textbox").first.fill(asked[_language(page)])
    page.keyboard.press("Enter")
    page.locator(".by").wait_for()
    page.locator(".answer button").first.click()
    page.locator("#beside section").wait_for()


def _searched(page: Page) -> None:
    """Type into the field at the top, and wait for what was meant, too."""
    words = {"en": "passport", "de": "Küche"}[_language(page)]
    with page.expect_response(lambda answer: "/life/meaning" in answer.url):
        page.locator("#life-q").press_sequentially(words)


def _wished(page: Page) -> None:
    """Choose what should go: by the first name that is suggested."""
    page.locator("#choices-author button").nth(3).click()
    page.locator("#pick-author .forget-picked").wait_for()


def _opened(page: Page) -> None:
    """Open a mail of that day."""
    page.locator("main article a", has_text="Piet").first.click()
    page.locator("article.entry").wait_for()


def _language(page: Page) -> Language:
    return "de" if page.locator("html").get_attribute("lang") == "de" else "en"


PICTURES: Final = (
    Picture("ask", "/", _asked),
    Picture("life", "/life"),
    Picture("year", "/life/2026"),
    Picture("search", "/life", _searched),
    Picture("entry", "/life/2026/04/14", _opened),
    Picture("bring", "/bring"),
    Picture("you", "/you"),
    Picture("forget", "/forget", _wished),
    Picture("privacy", "/privacy"),
)


def main() -> None:
    """Take all pictures, or those that are named."""
    wanted = [each for each in PICTURES if not sys.argv[1:] or each.name in sys.argv[1:]]
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, _served(Path(home)) as (url, link), _chromium() as browser:
        cookies = _signed_in(browser, link)
        for picture in wanted:
            for look in LOOKS:
                path = OUT / f"{picture.name}-{look.size}-{look.scheme}-{look.language}.webp"
                path.write_bytes(_compressed(_taken(browser, cookies, url + picture.path, picture.done, look)))
                print(f"{path.name}: {path.stat().st_size / 1000:.0f} KB")


@contextmanager
def _served(home: Path) -> Iterator[tuple[str, str]]:
    """Serve the household from a home of its own; give the server's address and a link that signs in."""
    settings = Settings(home=home, space=SPACE, zone=ZONE, master_key="file")
    with open_space(SPACE, settings=settings, clock=FixedClock(EVENING)) as space:
        remember_household(space)
        space.embed()
        with serving(space) as service:
            service.embed_in_background()
            sockets, link = listening(0), Devices(service.journal, service.clock).link()
            server = Server(create_app(service), grace=1.0)
            thread = threading.Thread(target=server.run, args=(sockets,))
            thread.start()
            try:
                yield address(sockets), f"{address(sockets)}/signin?link={link}"
            finally:
                server.should_exit = True
                thread.join()


@contextmanager
def _chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        raise SystemExit("Chromium is needed: install Debian's package chromium.")
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        yield stack.enter_context(closing(playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])))


def _signed_in(browser: Browser, link: str) -> StorageState:
    """Return the cookies of one device, which takes all pictures."""
    with closing(browser.new_context()) as context:
        context.new_page().goto(link)
        return context.storage_state()


def _taken(browser: Browser, cookies: StorageState, url: str, done: Callable[[Page], object], look: Look) -> bytes:
    """Return what an address shows, after something was done there, as PNG."""
    width, height = SIZES[look.size]
    with closing(
        browser.new_context(
            viewport={"width": width, "height": height},
            locale={"en": "en-GB", "de": "de-DE"}[look.language],
            timezone_id=ZONE,
            color_scheme=look.scheme,
            reduced_motion="reduce",
            service_workers="block",
            storage_state=cookies,
        )
    ) as context:
        page = context.new_page()
        page.goto(url)
        done(page)
        page.wait_for_load_state("networkidle")
        return page.screenshot(animations="disabled", caret="hide")


def _compressed(png: bytes) -> bytes:
    """Return a picture as the best WebP that is small enough."""
    with Image.open(io.BytesIO(png)) as image:
        for quality in QUALITIES:
            made = io.BytesIO()
            image.convert("RGB").save(made, "WEBP", quality=quality, method=6)
            if made.tell() <= LARGEST:
                break
        return made.getvalue()


if __name__ == "__main__":
    main()
