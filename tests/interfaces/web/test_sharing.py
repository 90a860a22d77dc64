"""The app on a phone: it can be installed, says when the server is away, and takes what other apps share."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect
from tests.conftest import NOW
from tests.sources.test_pictures import BEFORE, note

from vertraut.application.sharing import Shared, SharedFile
from vertraut.governance import OWNER
from vertraut.interfaces.web.sharing import LARGEST
from vertraut.interfaces.web.waiting import LIFE, MOST_WAITING, WaitingRoom

FROM_THE_SYSTEM = {"Origin": "null", "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
PHOTO = BEFORE["jpeg"] + note() + b"\xff\xd9"
EVENT = (
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20250311T080000Z\r\nSUMMARY:Joiner\r\n"
    b"END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def share(client: httpx.Client, files: list[tuple[str, bytes]] | None = None, **fields: str) -> httpx.Response:
    """Share as the system does: without a page, and so without its token."""
    parts = [("files", each) for each in files or []] + [(name, (None, text)) for name, text in fields.items()]
    return client.post("/share", files=parts, headers=FROM_THE_SYSTEM)


def confirm(client: httpx.Client, **changed: str) -> httpx.Response:
    """Press "Remember" on the page that asks."""
    page = client.get("/share").text
    token = re.findall(r'data-token="(\w+)"', page)[0]
    key = re.findall(r'name="key" value="([^"]+)"', page)[0]
    return client.post("/share/remember", data={"key": key} | changed, headers={"X-Page-Token": token})


def test_browsers_find_what_they_need_to_install_it(app: Any) -> None:
    with httpx.Client(base_url=app.url, trust_env=False) as stranger:
        answer = stranger.get("/app.webmanifest", headers={"Accept-Language": "de"})
        german, english = answer.json(), stranger.get("/app.webmanifest").json()
        assert answer.headers["content-type"] == "application/manifest+json"
        assert (german["lang"], german["shortcuts"][1]["name"]) == ("de", "Etwas aufschreiben")
        assert english["shortcuts"][1] == {"name": "Write something down", "url": "/bring#write"}
        assert (english["display"], english["start_url"], english["scope"]) == ("standalone", "/", "/")
        pictures = {(each["purpose"], each["sizes"]): stranger.get(each["src"]) for each in english["icons"]}
    assert {each.status_code for each in pictures.values()} == {200}
    for (_, sizes), picture in pictures.items():
        if picture.headers["content-type"] == "image/png":
            assert "{}x{}".format(*(int.from_bytes(picture.content[at : at + 4]) for at in (16, 20))) == sizes
            assert len(picture.content) < 8000
    assert {("any", "192x192"), ("any", "512x512"), ("maskable", "512x512")} < set(pictures)
    assert english["share_target"]["params"]["files"][0]["name"] == "files"


def test_chromium_takes_the_manifest_and_the_worker(app: Any) -> None:
    app.expected.append("404")
    page = app.open("/nowhere", offline_pages=True)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    devtools = page.context.new_cdp_session(page)
    found = devtools.send("Page.getAppManifest")
    assert (found["errors"], found["url"]) == ([], f"{app.url}/app.webmanifest")
    problems = {each["errorId"] for each in devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert problems <= {"in-incognito"}  # every context of a test is that


def test_while_the_server_is_away_a_page_says_so_and_then_goes_on(app: Any) -> None:
    app.expected += ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED"]
    page = app.open("/bring", offline_pages=True)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.context.set_offline(offline=True)
    page.goto(f"{app.url}/bring")
    page.get_by_role("heading", name="Vertraut is not there").wait_for()
    expect(page.get_by_role("link", name="Look now")).to_be_visible()
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 10
    page.context.set_offline(offline=False)
    page.get_by_role("heading", name="Bring in").wait_for()


def test_the_page_that_says_so_speaks_german(app: Any) -> None:
    page = app.open("/offline", language="de", width=320, signed_in=False)
    expect(page.get_by_role("heading", name="Vertraut ist nicht da")).to_be_visible()
    expect(page.get_by_role("link", name="Jetzt nachsehen")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_worker_keeps_nothing_of_anybody(app: Any) -> None:
    app.expected.append("404")
    app.service.memory.remember_text("The spare key hangs behind the fuse box.")
    page = app.open("/bring", offline_pages=True)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    for path in ("/", "/life", "/nowhere"):
        page.goto(app.url + path)
    kept = page.evaluate(
        """async () => { const found = [];
        for (const name of await caches.keys()) found.push(...await (await caches.open(name)).keys());
        return found.map((each) => each.url); }"""
    )
    paths = [each.removeprefix(app.url) for each in kept]
    assert "/offline" in paths
    assert [each for each in paths if each != "/offline" and not each.startswith("/static/")] == []
    offline = app.client().get("/offline").text
    assert offline == httpx.get(f"{app.url}/offline", trust_env=False).text
    assert "data-token" not in offline


def test_a_new_worker_puts_away_what_the_old_one_kept(app: Any) -> None:
    address = httpx.get(f"{app.url}/app.webmanifest", trust_env=False).json()["icons"][0]["src"]
    page = app.open(address, signed_in=False, offline_pages=True)
    page.evaluate("caches.open('vertraut of yesterday').then((cache) => cache.put('/static/old.js', new Response('old')))")
    page.goto(app.link())
    names = page.evaluate(
        """async () => { const worker = (await navigator.serviceWorker.ready).active;
        const changed = () => new Promise((next) => worker.addEventListener("statechange", next, {once: true}));
        while (worker.state !== "activated") await changed();
        return caches.keys(); }"""
    )
    assert len(names) == 1
    assert "yesterday" not in names[0]


def test_what_is_shared_is_not_remembered_before_somebody_says_so(app: Any) -> None:
    client = app.client()
    answer = share(client, title="Cake", text="Look at this", url="https://bakery.example/?a=1&b=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/share")
    page = client.get("/share").text
    assert "Remember this?" in page
    assert "Look at this\nhttps://bakery.example/?a=1&amp;b=2</textarea>" in page
    assert app.service.memory.stats().entries == 0
    assert confirm(client, title="Cake", text="Look at this").status_code == 200
    assert client.get("/share").status_code == 410
    entry = app.service.memory.show(max(app.service.memory.numbered(range(1, 20)))).entry
    assert (entry.kind, entry.title, entry.text, entry.when.instant) == ("note", "Cake", "Look at this", NOW)


def test_saying_so_twice_remembers_once(app: Any) -> None:
    client = app.client()
    share(client, text="Once")
    page = client.get("/share").text
    said = {"key": re.findall(r'name="key" value="([^"]+)"', page)[0], "text": "Once"}
    token = {"X-Page-Token": re.findall(r'data-token="(\w+)"', page)[0]}
    assert [client.post("/share/remember", data=said, headers=token).status_code for _ in range(2)] == [200, 410]
    app.service.take_in(OWNER, Shared(text="Once"), key=said["key"])  # as two at the same moment would
    assert app.service.memory.stats().entries == 1


def test_a_long_text_is_remembered_as_it_came(app: Any) -> None:
    client = app.client()
    share(client, text="\u202eword " * 10_000, title="Long")
    assert "All 59,999 characters are remembered." in client.get("/share").text
    assert confirm(client).status_code == 200
    (entry,) = app.service.memory.numbered(range(1, 9)).values()
    assert entry.text == ("\u202eword " * 10_000).strip()


def test_a_photo_keeps_its_time_its_place_and_its_bytes(app: Any) -> None:
    client = app.client()
    share(client, [("IMG_1.jpg", PHOTO), ("pixel.png", PIXEL)], text="Our first day")
    page = client.get("/share").text
    shown = [client.get(each) for each in re.findall(r'<img src="(/share/[^"]+)"', page)]
    assert [(each.content, each.headers["content-type"]) for each in shown] == [
        (PHOTO, "image/jpeg"),
        (PIXEL, "image/png"),
    ]
    assert {each.headers["cache-control"] for each in shown} == {"no-store"}
    answer = confirm(client, text="Our first day")
    assert "8 March 2025, 14:30" in answer.text
    assert [client.get(each.request.url.path).status_code for each in shown] == [404, 404]
    numbers = [int(each) for each in re.findall(r"/life/entry/(\d+)", answer.text)]
    first, second = (app.service.memory.show(number) for number in numbers)
    assert (first.entry.kind, first.entry.text, first.entry.place) == ("photo", "Our first day", "48.20849, 16.37205")
    assert str(first.entry.when) == "2025-03-08T14:30:00+01:00"
    assert (second.entry.when.instant, second.entry.title, second.kept) == (NOW, "pixel.png", (0,))
    with app.service._pool.lent() as space:
        assert space.attachment(numbers[0], 0) == PHOTO


def test_sharing_the_same_file_again_changes_nothing(app: Any) -> None:
    client = app.client()
    for _ in range(2):
        share(client, [("pixel.png", PIXEL), ("event.ics", EVENT)])
        answer = confirm(client)
    assert "all known already" in answer.text
    assert app.service.memory.stats().entries == 2


def test_files_become_what_they_are(app: Any) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("notes/keys.md", "# Keys\nThe spare key hangs behind the fuse box.")
    files = [
        ("joiner.ics", EVENT),
        ("contract.pdf", b"%PDF-1.7 a contract"),
        ("notes.zip", packed.getvalue()),
        ("empty.txt", b""),
    ]
    client = app.client()
    share(client, files)
    answer = confirm(client, title="Kitchen")
    assert re.findall(r'class="words"[^>]*>([^<]*)<', answer.text) == ["Kitchen", "joiner.ics", "notes.zip"]
    assert "1 new" in answer.text
    kinds = {each.kind: each for each in app.service.memory.numbered(range(1, 50)).values()}
    assert kinds["event"].title == "Joiner"
    assert (kinds["document"].title, kinds["document"].attachments[0].media_type) == ("Kitchen", "application/pdf")


def test_what_is_too_much_is_said_and_not_kept(app: Any) -> None:
    client = app.client()
    for files, fields in ([("film.bin", b"x" * (LARGEST + 1))], {}), ([], {"text": "x" * 1_000_001}):
        answer = share(client, files, **fields)
        assert answer.status_code == 413
        assert "This is more than 20.0 MB." in answer.text
    assert client.get("/share").status_code == 410


def test_what_is_no_form_is_refused(app: Any) -> None:
    client = app.client()
    forms = [("multipart/form-data", b""), ("multipart/form-data; boundary=x", b"--y"), ("text/plain", b"x"), ("", b"")]
    for content_type, body in forms:
        headers = FROM_THE_SYSTEM | ({"Content-Type": content_type} if content_type else {})
        assert client.post("/share", content=body, headers=headers).status_code == 400


def test_what_one_device_shares_no_other_sees(app: Any) -> None:
    phone, laptop = app.client(), app.client()
    share(phone, [("pixel.png", PIXEL)], text="For me")
    assert "For me" not in laptop.get("/share").text
    (address,) = re.findall(r'<img src="(/share/[^"]+)"', phone.get("/share").text)
    assert laptop.get(address).status_code == 404
    assert [phone.get(address[:-1] + each).status_code for each in ("1", "-1", "9" * 30, "x")] == [404, 404, 404, 422]
    assert phone.get(address).status_code == 200


def test_only_pictures_that_run_nothing_are_shown(app: Any) -> None:
    client = app.client()
    share(client, [("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), ("a.png", b"<script>")])
    page = client.get("/share").text
    assert "<img src=" not in page.split("<main", 1)[1]
    key = re.findall(r'name="key" value="([^"]+)"', page)[0]
    assert [client.get(f"/share/{key}/{place}").status_code for place in range(2)] == [404, 404]


def test_a_signed_out_phone_is_sent_to_sign_in(app: Any) -> None:
    with httpx.Client(base_url=app.url, trust_env=False) as stranger:
        answer = share(stranger, text="Anybody there?")
        assert (answer.status_code, answer.headers["location"]) == (303, "/signin")


def test_what_waits_no_more_is_not_taken_for_something_else(app: Any) -> None:
    client = app.client()
    share(client, [("pixel.png", PIXEL)], text="Look")
    page = client.get("/share").text
    share(client, text="Something else")
    token = re.findall(r'data-token="(\w+)"', page)[0]
    old = {"key": re.findall(r'name="key" value="([^"]+)"', page)[0]}
    answer = client.post("/share/remember", data=old | {"text": "Look"}, headers={"X-Page-Token": token})
    assert (answer.status_code, "Share it once more." in answer.text) == (410, True)
    assert app.service.memory.stats().entries == 0
    assert client.post("/share/discard", data=old, headers={"X-Page-Token": token}).status_code == 200
    assert "Something else" in client.get("/share").text


@dataclass
class Ticking:
    at: datetime = datetime(2026, 9, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


def test_nothing_waits_for_long_and_not_much_waits_at_all() -> None:
    clock = Ticking()
    room = WaitingRoom(clock)
    room.put(1, Shared("first", files=(SharedFile("a", b"a"),)))
    room.put(1, Shared("second"))
    waiting = room.of(1)
    assert waiting
    assert waiting.shared == Shared("second")
    clock.at += LIFE - timedelta(seconds=1)
    assert room.of(1)
    clock.at += timedelta(seconds=1)
    assert room.of(1) is None
    for device in range(MOST_WAITING + 1):
        room.put(device, Shared("x"))
    assert room.of(0) is None
    assert room.of(1)
    clock.at += LIFE
    room.put(99, Shared("x"))
    assert len(room._waiting) == 1


SHARED_BY_THE_SYSTEM = """async ([text, picture]) => { const form = new FormData();
  form.append("title", "<b>Cake</b>"); form.append("text", text);
  const bytes = Uint8Array.from(atob(picture), (each) => each.charCodeAt(0));
  form.append("files", new File([bytes], "<img src=x onerror=alert(1)>.png"));
  return (await fetch("/share", {method: "POST", body: form})).status; }"""


@pytest.mark.parametrize(
    ("language", "asks", "button", "done"),
    [("en", "Remember this?", "Remember", "Remembered"), ("de", "Das merken?", "Merken", "Gemerkt")],
)
def test_a_person_sees_what_came_and_says_so_by_keyboard(app: Any, language: str, asks: str, button: str, done: str) -> None:
    page = app.open(language=language, width=320)
    text = "<script>alert(1)</script> \u202egnp.exe " + "w" * 3000
    assert page.evaluate(SHARED_BY_THE_SYSTEM, [text, base64.b64encode(PIXEL).decode()]) == 200
    page.goto(f"{app.url}/share")
    expect(page.get_by_role("heading", name=asks)).to_be_visible()
    expect(page.get_by_text("<img src=x onerror=alert(1)>.png")).to_be_visible()
    assert page.locator("#share img").evaluate("(picture) => picture.decode().then(() => picture.naturalWidth)") == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator("#share-title").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=button, exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("#share h1:focus").filter(has_text=done).wait_for()
    expect(page.get_by_role("link", name="<b>Cake</b>")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert app.service.memory.stats().by_kind == {"photo": 1}


def test_what_is_not_wanted_is_not_kept(app: Any) -> None:
    page = app.open("/")
    page.evaluate(SHARED_BY_THE_SYSTEM, ["Not this", base64.b64encode(PIXEL).decode()])
    page.goto(f"{app.url}/share")
    page.get_by_role("button", name="Not this").click()
    page.locator("#share h1:focus").filter(has_text="Not remembered").wait_for()
    assert app.service.memory.stats().entries == 0
    app.expected.append("410")
    page.reload()
    expect(page.get_by_text("Share it once more.")).to_be_visible()
