"""What is shared while the server is away: kept on the device, asked about when it is back, and gone only then."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from vertraut.interfaces.server import Server, address, create_app, listening
from vertraut.interfaces.web.sharing import LARGEST, MOST_FILES

ASSETS: Final = Path(__file__).resolve().parents[3] / "assets"
PIXEL: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
AWAY: Final = ["ERR_CONNECTION_REFUSED", "Failed to fetch"]

SHARES: Final = """([title, text, files]) => { const form = document.createElement("form");
  Object.assign(form, {method: "post", action: "/share", enctype: "multipart/form-data"});
  for (const [name, value] of [["title", title], ["text", text]]) {
    const field = document.createElement("input"); Object.assign(field, {name, value}); form.append(field); }
  const field = document.createElement("input"); Object.assign(field, {name: "files", type: "file"});
  const transfer = new DataTransfer();
  for (const [name, content] of files) {
    const bytes = typeof content === "number" ? new Uint8Array(content)
      : Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
    transfer.items.add(new File([bytes], name)); }
  field.multiple = true; field.files = transfer.files; form.append(field);
  document.body.append(form); form.submit(); }"""
"""A form that is posted as the system posts what is shared: by going there."""

KEPT: Final = """() => new Promise((done) => { const opening = indexedDB.open("vertraut", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("shares", {keyPath: "id"});
  opening.onsuccess = () => { const asked = opening.result.transaction("shares").objectStore("shares").getAll();
    asked.onsuccess = () => { opening.result.close();
      done(asked.result.map((each) => [each.title, each.text, each.files.map((file) => file.name)])); }; }; })"""


class Switched:
    """A server that can be switched off and on again at the same address."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._stack = ExitStack()
        self.port = 0
        self.on()

    def on(self) -> None:
        sockets = listening(self.port)
        self.port = sockets[0].getsockname()[1]
        self._app.url = address(sockets)
        server = Server(create_app(self._app.service), grace=0.2)
        thread = threading.Thread(target=server.run, args=(sockets,))
        thread.start()
        self._stack.callback(thread.join, 30)
        self._stack.callback(setattr, server, "should_exit", True)

    def off(self) -> None:
        self._stack.close()


@pytest.fixture
def switch(app: Any) -> Iterator[Switched]:
    made = Switched(app)
    app.expected += AWAY
    yield made
    made.off()


def opened(app: Any, path: str = "/you", **how: Any) -> Any:
    """Open a page behind the service worker."""
    page = app.open(path, offline_pages=True, **how)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # from now on with the worker
    page.wait_for_function("navigator.serviceWorker.controller")
    return page


def share(page: Any, title: str = "", text: str = "", files: list[tuple[str, str | int]] | None = None) -> None:
    with page.expect_navigation(wait_until="load"):
        page.evaluate(SHARES, [title, text, files or []])


def keeps(page: Any, count: int) -> None:
    """Wait until so many shares are kept on the device."""
    page.wait_for_function(f"async (count) => (await ({KEPT})()).length === count", arg=count)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Kept on this device", "Remember this?", "Remember", "Remembered", "Have a look")),
        ("de", ("Auf diesem Gerät aufgehoben", "Das merken?", "Merken", "Gemerkt", "Ansehen")),
    ],
)
def test_what_is_shared_while_the_server_is_away_is_asked_about_when_it_is_back(
    app: Any, switch: Switched, language: Any, said: tuple[str, ...]
) -> None:
    kept, asks, button, done, more = said
    page = opened(app, language=language, width=320)
    switch.off()
    share(page, "<b>Cake</b>", "Look \u202egnp.exe " + "w" * 3000, [("a <img>.png", PIXEL)])
    expect(page).to_have_url(f"{app.url}/share/kept")
    page.get_by_role("heading", name=kept).wait_for()
    expect(page.locator("#kept .trouble:visible")).to_have_count(0)
    expect(page.get_by_text("<b>Cake</b>", exact=True).first).to_be_visible()
    share(page, text="The second")
    page.get_by_text("The second").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert app.service.memory.stats().entries == 0
    switch.on()
    page.get_by_role("heading", name=asks).wait_for()  # the page looks again by itself
    assert page.locator("#share img").evaluate("(picture) => picture.decode().then(() => picture.naturalWidth)") == 1
    expect(page.locator("#share-title")).to_have_value("<b>Cake</b>")
    keeps(page, 2)  # nobody has decided yet
    page.get_by_role("button", name=button, exact=True).press("Enter")
    page.locator("#share h1:focus").filter(has_text=done).wait_for()
    page.get_by_role("link", name=more).click()
    page.get_by_role("heading", name=asks).wait_for()
    expect(page.locator("#share-text")).to_have_value("The second")
    keeps(page, 1)
    page.get_by_role("button", name=button, exact=True).press("Enter")
    page.locator("#share h1:focus").filter(has_text=done).wait_for()
    keeps(page, 0)
    assert app.service.memory.stats().by_kind == {"photo": 1, "note": 1}
    expect(page.locator("#kept-note")).to_have_count(0)


def test_who_leaves_before_it_is_gone_is_not_asked_again(app: Any, switch: Switched) -> None:
    page = opened(app)
    switch.off()
    for each in ("The first", "The second"):
        share(page, text=each)
        page.get_by_text(each).first.wait_for()
    switch.on()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_role("heading", name="Remember this?").wait_for()
    page.evaluate("IDBFactory.prototype.open = () => ({})")  # a disk that does not answer while this page is there
    page.get_by_role("button", name="Remember", exact=True).click()
    page.locator("#share h1:focus").filter(has_text="Remembered").wait_for()
    page.get_by_role("link", name="Have a look").click()
    page.get_by_role("heading", name="Remember this?").wait_for()
    expect(page.locator("#share-text")).to_have_value("The second")
    keeps(page, 1)


def test_the_app_says_what_waits_and_two_tabs_do_not_remember_it_twice(app: Any, switch: Switched) -> None:
    page = opened(app)
    switch.off()
    share(page, text="Only once")
    page.get_by_text("Only once").first.wait_for()
    switch.on()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_role("heading", name="Remember this?").wait_for()
    other = page.context.new_page()
    other.goto(f"{app.url}/life")
    other.get_by_text("Something that you shared waits on this device.").wait_for()
    other.get_by_role("link", name="Have a look").click()
    other.get_by_role("heading", name="Remember this?").wait_for()
    for each in (page, other):
        each.get_by_role("button", name="Remember", exact=True).click()
        if each is page:
            each.locator("#share h1:focus").filter(has_text="Remembered").wait_for()
    other.get_by_text("Nothing is kept on this device now.").wait_for()
    assert app.service.memory.stats().entries == 1
    keeps(page, 0)


def test_what_was_shared_just_now_comes_first_and_what_is_not_wanted_goes(app: Any, switch: Switched) -> None:
    page = opened(app)
    switch.off()
    share(page, text="Kept before")
    page.get_by_text("Kept before").first.wait_for()
    page.goto("about:blank")
    switch.on()
    page.goto(f"{app.url}/you")
    share(page, text="Fresh")
    page.get_by_role("heading", name="Remember this?").wait_for()
    page.goto(f"{app.url}/share/kept")
    page.get_by_role("heading", name="Remember this?").wait_for()
    expect(page.locator("#share-text")).to_have_value("Fresh")
    page.get_by_role("button", name="Not this").click()
    page.locator("#share h1:focus").filter(has_text="Not remembered").wait_for()
    keeps(page, 1)
    page.get_by_role("link", name="Have a look").click()
    page.wait_for_url("**/share")
    expect(page.locator("#share-text")).to_have_value("Kept before")
    page.get_by_role("button", name="Not this").click()
    page.locator("#share h1:focus").filter(has_text="Not remembered").wait_for()
    keeps(page, 0)
    assert app.service.memory.stats().entries == 0


def test_what_does_not_fit_is_said_and_nothing_else_is_lost(app: Any, switch: Switched) -> None:
    page = opened(app, language="de")
    switch.off()
    share(page, files=[("film.bin", LARGEST)])
    page.get_by_text("Es ist mehr als 20 MB oder 20 Dateien").wait_for()
    expect(page.locator("#kept .trouble:visible")).to_have_count(1)
    share(page)
    page.get_by_text("Darin ist nichts zu merken.").wait_for()
    keeps(page, 0)
    for number in range(20):
        share(page, text=f"Nummer {number}")
        page.get_by_text(f"Nummer {number}", exact=True).first.wait_for()
    share(page, text="Zu viel")
    page.get_by_text("Hier warten schon 20 Dinge").wait_for()
    assert sorted(text for _, text, _ in page.evaluate(KEPT)) == sorted(f"Nummer {number}" for number in range(20))
    page.evaluate((ASSETS / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    assert page.evaluate("async () => (await axe.run()).violations.map((each) => [each.id, each.impact])") == []
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Wegwerfen Nummer 7", exact=True).press("Enter")
    keeps(page, 19)
    expect(page.get_by_role("button", name=re.compile("^Wegwerfen")).and_(page.locator(":focus"))).to_have_count(1)
    share(page, text="Nun passt es")
    page.get_by_text("Nun passt es").first.wait_for()


def test_together_no_more_is_kept_than_there_is_room_for(app: Any, switch: Switched) -> None:
    page = opened(app)
    switch.off()
    for number in range(10):
        share(page, text=f"Number {number}", files=[("film.bin", LARGEST - 100_000)])
        page.get_by_text(f"Number {number}", exact=True).first.wait_for()
    share(page, text="One more", files=[("film.bin", LARGEST - 100_000)])
    page.get_by_text("no more fit").wait_for()
    keeps(page, 10)


def test_signing_out_deletes_what_is_kept(app: Any, switch: Switched) -> None:
    page = opened(app)
    switch.off()
    share(page, text="Private")
    page.get_by_text("Private").first.wait_for()
    page.goto("about:blank")
    switch.on()
    page.goto(f"{app.url}/privacy")
    page.get_by_text("Something that you shared waits on this device.").wait_for()
    page.locator("button[hx-post='/signout']").click()
    page.wait_for_url("**/signin")
    keeps(page, 0)


class BadGateway(BaseHTTPRequestHandler):
    """What stands in front of a server that is away."""

    def do_GET(self) -> None:
        self.send_error(502)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_error(502)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_share_is_kept_where_a_proxy_says_that_the_server_is_away(app: Any, switch: Switched) -> None:
    page = opened(app)
    app.expected.append("502")
    switch.off()
    with ThreadingHTTPServer(("127.0.0.1", switch.port), BadGateway) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        share(page, text="Behind a proxy")
        page.get_by_text("Behind a proxy").first.wait_for()
        expect(page.get_by_role("heading", name="Vertraut is not there")).to_be_visible()
        page.goto("about:blank")
        proxy.shutdown()


def test_the_bounds_are_those_of_the_server() -> None:
    script = (ASSETS / "kept.js").read_text(encoding="utf-8")
    bounds = {name: int(value.replace("_", "")) for name, value in re.findall(r"const (\w+) = ([\d_]+);", script)}
    assert (bounds["LARGEST"], bounds["MOST_FILES"]) == (LARGEST, MOST_FILES)
    assert (bounds["MOST"], bounds["MOST_BYTES"]) == (20, 200_000_000)


KEY: Final = "0b5e4f3a-1c2d-4e5f-8a9b-0c1d2e3f4a5b"


def test_a_name_that_a_device_gives_is_taken_only_where_it_is_one(app: Any) -> None:
    client = app.client()
    for name, expected in ((KEY, KEY), ("x" * 36, ""), ("../" * 12, "")):
        client.post(
            "/share", files=[("kept", (None, name)), ("text", (None, "Kept"))], headers={"Sec-Fetch-Site": "same-origin"}
        )
        page = client.get("/share").text
        assert re.findall(r'data-asks="([^"]*)"', page) == [expected] * bool(expected)
        token = re.findall(r'data-token="(\w+)"', page)[0]
        key = re.findall(r'name="key" value="([^"]+)"', page)[0]
        said = {"key": key, "text": "Kept"} | ({"kept": "1"} if expected else {})
        answers = [client.post("/share/remember", data=said, headers={"X-Page-Token": token}) for _ in range(2)]
        assert re.findall(r'data-decided="([^"]*)"', answers[0].text) == [expected] * bool(expected)
        assert (answers[1].status_code, answers[1].headers.get("HX-Redirect")) == (
            (200, "/share/kept") if expected else (410, None)
        )
