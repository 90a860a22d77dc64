"""What a person at a browser waits for: how long a page takes to stand, and an input to be answered by a painted change.

A clock runs in the page itself, from the browser's own time stamp of the input to the frame after the swap, or to the first
contentful paint of the page it leads to. Nothing of the driver's own time is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page, StorageState

WIDTH, HEIGHT = 1280, 900
PATIENCE: Final = 10_000
"""Milliseconds after which an input counts as unanswered."""

_CLOCK: Final = """
(() => {
  if (window !== window.top) return;
  const kept = sessionStorage, bench = window.bench = { painted: 0, place: "" };
  bench.arm = (place) => { bench.painted = 0; bench.place = place; kept.setItem("bench", "armed"); };
  const begun = (event) => {
    if (kept.getItem("bench") !== "armed") return;
    kept.setItem("bench", performance.timeOrigin + event.timeStamp);
    if (bench.place === ":root") after();
  };
  for (const kind of ["keydown", "click", "input", "change"]) addEventListener(kind, begun, { capture: true });
  const after = () => requestAnimationFrame(() => {
    const next = new MessageChannel();
    next.port1.onmessage = () => { bench.painted ||= performance.timeOrigin + performance.now(); next.port1.close(); };
    next.port2.postMessage(0);
  });
  const within = (each) => each.target.closest(bench.place);
  const changed = (records) => {
    if (Number(kept.getItem("bench")) && bench.place && records.some(within)) after();
  };
  addEventListener("htmx:after:swap", () => { if (Number(kept.getItem("bench")) && !bench.place) after(); });
  addEventListener("DOMContentLoaded", () =>
    new MutationObserver(changed).observe(document.body, { childList: true, subtree: true, attributes: true }));
  bench.took = () => {
    const input = Number(kept.getItem("bench"));
    if (!input) return null;
    if (input > performance.timeOrigin) return bench.painted ? bench.painted - input : null;
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    return paint ? performance.timeOrigin + paint.startTime - input : null;
  };
})();
"""
_STANDS: Final = """
() => {
  const [page] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return page.loadEventEnd && paint ? [paint.startTime, page.loadEventEnd] : null;
}
"""


@dataclass(frozen=True, slots=True)
class FirstPage:
    """How long a page took from its navigation on, in milliseconds, and what it brought over the line, in bytes."""

    painted: float
    loaded: float
    transferred: int


class Person:
    """Somebody at a browser who is signed in."""

    def __init__(self, browser: Browser, address: str, link: str) -> None:
        self._browser = browser
        self._address = address
        with closing_context(browser) as context:
            page = context.new_page()
            page.goto(link)
            self._cookies = context.storage_state()

    @contextmanager
    def pages(self) -> Iterator[Page]:
        """Give a page of a browser that has nothing but the cookie: its cache is cold."""
        with closing_context(self._browser, self._cookies) as context:
            context.add_init_script(_CLOCK)
            yield context.new_page()

    def goes_to(self, page: Page, path: str) -> None:
        """Go somewhere without being measured."""
        page.goto(self._address + path)

    def first_page(self, page: Page, path: str = "/") -> FirstPage:
        """Go somewhere and measure how long it takes to stand there."""
        session, sizes = page.context.new_cdp_session(page), list[int]()
        session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
        session.send("Network.enable")
        page.goto(self._address + path)
        painted, loaded = page.wait_for_function(_STANDS, timeout=PATIENCE).json_value()
        page.wait_for_load_state("networkidle")
        session.detach()
        return FirstPage(painted, loaded, sum(sizes))


def waited(page: Page, action: Callable[[], object], place: str = "") -> float:
    """Return how many milliseconds the answer to an action took: to the paint after htmx's swap, or of the page it leads to.

    ``place`` is where to look for the change where a script of ours makes it, not htmx; ":root" where a style alone does.
    Raises Playwright's errors.
    """
    page.evaluate("place => bench.arm(place)", place)
    action()
    took: float = page.wait_for_function("() => bench.took()", polling=20, timeout=PATIENCE).json_value()
    return took


@contextmanager
def closing_context(browser: Browser, cookies: StorageState | None = None) -> Iterator[BrowserContext]:
    """Give a browser of its own, without a cache."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB", storage_state=cookies)
    context.set_default_timeout(PATIENCE)
    try:
        yield context
    finally:
        context.close()
