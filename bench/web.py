"""The web app in Chromium: ``python -m bench.web [--entries 100000] [--times 30] [--folder DIR] [--write]``.

A real ``vertraut serve`` over a copy of a vault of fifteen years, and a real browser that signs in. Measured are the first
page, with a cold and a warm cache, and the interactions of ``bench.walks``. ``--write`` puts the table into the document.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as BrowserError
from rich.console import Console

from bench.__main__ import WIDTH, _machine
from bench.browsing import Person, waited
from bench.recalling import SPACE
from bench.serving import _free_port, _started, _wait_for
from bench.walks import WALKS, Walk
from bench.web_figures import FIRST_PAGE, TRANSFER, Figure, markdown, placed, table
from bench.web_vault import built, settings_of
from vertraut.application import open_space
from vertraut.governance import Devices

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def main() -> None:
    """Build the vault if it is not there, serve a copy of it, walk through the app, and print."""
    parser = argparse.ArgumentParser(prog="bench.web", description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=30, help="how often each thing is done")
    parser.add_argument("--folder", type=Path, default=Path(".bench"))
    parser.add_argument("--only", default="", help="walk only where this is in the name")
    parser.add_argument("--write", action="store_true", help=f"put the table into {DOCUMENT.name}")
    given = parser.parse_args()
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    home = built(given.entries, given.folder)
    walks = [walk for walk in WALKS if given.only.lower() in walk.name.lower()]
    with _served(home, given.folder) as (address, link), _chromium() as browser:
        person = Person(browser, address, link)
        found = _first_pages(person, given.times) + [_walked(person, walk, given.times, console) for walk in walks]
        version = browser.version
    console.print(table(found, f"The web app at {given.entries:,} entries"))
    note = f"{datetime.now(UTC):%Y-%m-%d}, {_machine()}, Chromium {version.partition('.')[0]}, `python -m bench.web`."
    console.print(note, soft_wrap=True)
    if given.write:
        DOCUMENT.write_text(placed(DOCUMENT.read_text(encoding="utf-8"), "web", markdown(found, note)), encoding="utf-8")


@contextmanager
def _served(home: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Serve a copy of a home; give the server's address and a link that signs in."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        shutil.copytree(home, copy := Path(place) / "home")
        settings, port = settings_of(copy), _free_port()
        with open_space(SPACE, settings=settings) as space:
            secret = Devices(space.journal, space.clock).link()
        own = {"HOME": copy, "SPACE": SPACE, "ZONE": settings.zone, "MASTER_KEY": settings.master_key}
        server = _started(
            ["vertraut", "serve", "--port", str(port)],
            {**os.environ, **{f"VERTRAUT_{name}": str(value) for name, value in own.items()}},
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{address}/ready")
            yield address, f"{address}/signin?link={secret}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


@contextmanager
def _chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        raise SystemExit("Chromium is needed: install Debian's package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def _first_pages(person: Person, times: int) -> list[Figure]:
    """Return how long the first page takes, in a browser that was never here and in one that was."""
    cold, warm = [], []
    for _ in range(times):
        with person.pages() as page:
            cold.append(person.first_page(page))
            warm.append(person.first_page(page))
    return [
        *(
            Figure(f"first page, {cache} cache: {what}", [getattr(each, part) for each in pages], FIRST_PAGE)
            for cache, pages in (("cold", cold), ("warm", warm))
            for part, what in (("painted", "first paint"), ("loaded", "loaded"))
        ),
        Figure("first page, cold cache: over the line", [each.transferred for each in cold], TRANSFER, "B"),
    ]


def _walked(person: Person, walk: Walk, times: int, console: Console) -> Figure:
    """Return how long an interaction took each time; what is not there after the first try is not tried again."""
    took, missed = list[float](), 0
    with person.pages() as page:
        for number in (times, *range(times)):  # the first one warms up
            try:
                person.goes_to(page, walk.start(number))
                milliseconds = waited(page, walk.prepared(page, number), walk.place)
            except BrowserError as why:
                console.print(f"{walk.name}: {str(why).splitlines()[0]}", style="red")
                missed += 1
                if not took:
                    break
            else:
                took += [milliseconds] if number < times else []
    return Figure(walk.name, took, walk.budget, missed=missed)


if __name__ == "__main__":
    main()
