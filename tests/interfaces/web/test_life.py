"""Life in a browser: from years down to a day and an entry, narrowed down, searched while typing, by mouse and keyboard."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Any, Literal

import pytest
from playwright.sync_api import expect

from vertraut.clock import When
from vertraut.interfaces.web.life_calendar import Gap, Strip, leaves, strips
from vertraut.ledger import Attachment, Entry, Person
from vertraut.memory import Chosen, Period

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0f01f0005000101a0"
    "f8ad3c0000000049454e44ae426082"
)
HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)> \u202eevil\u202c "quoted" {{ 7 * 7 }} &amp;'


def entry(at: str, text: str, **changes: object) -> Entry:
    made = Entry(
        "jsonl", hashlib.sha256(f"{at}{text}".encode()).hexdigest(), "message", When.of_text(at, "Europe/Berlin"), text
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # whatever a test gives


def test_from_all_years_to_a_day_and_an_entry(lived: Any) -> None:
    page = lived.open("/life")
    expect(page.get_by_role("heading", name="Life", level=1)).to_be_visible()
    expect(page.get_by_text("2020–2024: nothing")).to_be_visible()
    page.locator(".strip[data-year='2026'] .strip-year").click()
    expect(page.get_by_role("heading", name="2026", level=1)).to_be_focused()
    expect(page).to_have_url(f"{lived.url}/life/2026")
    expect(page).to_have_title("2026 · Vertraut")
    page.get_by_role("link", name="March", exact=True).click()
    expect(page.get_by_role("heading", name="March 2026", level=1)).to_be_visible()
    page.locator('.leaf a[href$="/life/2026/03/12"]').click()
    expect(page.get_by_role("heading", name="12 March 2026", level=1)).to_be_visible()
    expect(page.locator(".life-count")).to_have_text("9 entries")
    expect(page.locator(".moment")).to_have_count(9)
    page.go_back()
    expect(page.get_by_role("heading", name="March 2026", level=1, exact=True)).to_be_visible()
    page.goto(f"{lived.url}/life/2026/03/12")
    page.get_by_role("link", name="Later: 13 March 2026").click()
    expect(page.get_by_text("Nothing here.")).to_be_visible()
    page.get_by_role("link", name="Earlier: 12 March 2026").click()
    page.get_by_role("link", name="Auftragsbestätigung Lastenrad").click()
    expect(page.get_by_role("heading", name="Auftragsbestätigung Lastenrad", exact=True)).to_be_visible()
    expect(page.get_by_text("Long John in Moosgrün")).to_be_visible()
    expect(page.get_by_role("link", name="Forget this")).to_have_attribute("href", re.compile(r"^/forget\?entry=\d+$"))
    page.get_by_role("link", name="Veit Pfaller, Radlwerk").first.click()
    expect(page.get_by_role("list", name="Chosen").get_by_role("link")).to_contain_text("Remove: Veit Pfaller, Radlwerk")


def test_german_narrowing_down_and_out_again(lived: Any) -> None:
    page = lived.open("/life/2026", language="de")
    side = page.get_by_role("complementary", name="Eingrenzen")
    side.get_by_role("link", name=re.compile("^Verena Aumann")).click()
    expect(page).to_have_url(f"{lived.url}/life/2026?person=Verena+Aumann")
    side.get_by_role("link", name=re.compile("^E-Mails")).click()
    expect(page.locator(".life-count")).to_have_text("3 Einträge")
    expect(side.get_by_role("link", name=re.compile("^E-Mails"))).to_be_focused()
    expect(page.locator(".leaf td a")).to_have_count(3)
    page.get_by_role("link", name="Entfernen: E-Mails").click()
    expect(page.locator(".life-count")).to_have_text("30 Einträge")
    page.get_by_role("link", name="Entfernen: Verena Aumann").click()
    expect(page).to_have_url(f"{lived.url}/life/2026")
    side.get_by_role("button", name=re.compile("^Alle 48")).click()
    side.get_by_role("searchbox", name="Namen suchen").fill("pfall")
    expect(side.locator(".facet-found li")).to_have_count(1)
    side.get_by_role("link", name=re.compile("Veit Pfaller")).click()
    expect(page.get_by_role("heading", name="2026", level=1)).to_be_visible()
    expect(page.locator(".life-count")).to_have_text(re.compile(r"^\d+ Einträge?$"))


def test_searching_while_typing(lived: Any) -> None:
    _search(lived, "en", "42 entries")
    _search(lived, "de", "42 Einträge")


def _search(lived: Any, language: Literal["en", "de"], counted: str) -> None:
    word, page = "küche", lived.open("/life", language=language)
    field = page.get_by_role("searchbox")
    field.press_sequentially(word)
    expect(page.locator(".life-count")).to_have_text(counted)
    expect(page.get_by_role("status")).to_have_text(counted)
    expect(field).to_be_focused()
    expect(field).to_have_js_property("selectionStart", len(word))
    expect(page).to_have_url(f"{lived.url}/life?q=k%C3%BCche")
    expect(page.locator(".life-list mark").first).to_have_text("Küche")
    expect(page.locator(".life-meant .moment").first).to_be_visible()
    page.locator(".facet").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/life\?q=k%C3%BCche&kind=mail$"))
    expect(field).to_have_value(word)
    field.fill("kind:ma")
    expect(page.locator(".life .note")).to_contain_text("kind:ma")
    field.fill("")
    expect(page.locator(".strips")).to_be_visible()
    expect(page).to_have_url(f"{lived.url}/life?kind=mail")


def test_by_keyboard_alone(lived: Any) -> None:
    page = lived.open("/life")
    page.locator(".strip[data-year='2026']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".strip-told")).to_have_text(re.compile(r"^Week of 5 January 2026: \d+ entries$"))
    page.keyboard.press("Escape")
    expect(page.locator(".strip-told")).to_be_empty()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("October 2026")
    page.goto(f"{lived.url}/life/2026")
    stops = page.locator(".leaf a[tabindex='0']")
    expect(stops).to_have_count(10)
    page.locator(".leaf").nth(2).locator("table a").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="9 March 2026", level=1)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Earlier: 8 March 2026")).to_be_focused()


def test_lists_go_on_and_threads_too(lived: Any) -> None:
    page = lived.open("/life")
    moments = page.locator(".life-list .moment")
    expect(moments).to_have_count(25)
    page.get_by_role("button", name="Show more").press("Enter")
    expect(moments).to_have_count(50)
    expect(moments.nth(25).get_by_role("link")).to_be_focused()
    headings = page.locator(".life-day").all_inner_texts()
    assert len(headings) == len(set(headings))
    number = next(n for n, each in lived.service.memory.thread("jsonl", "sig-callum", last=12)[:1])
    page.goto(f"{lived.url}/life/entry/{number}")
    neighbours = page.locator(".neighbour:not(.neighbour-here)")
    expect(neighbours).to_have_count(6)
    page.get_by_role("button", name="Show later").click()
    expect(neighbours).to_have_count(14)
    page.get_by_role("button", name="Show earlier").click()
    expect(neighbours).to_have_count(24)


def test_nothing_sticks_out_on_a_small_phone(lived: Any) -> None:
    page = lived.open("/life", language="de", width=320, scheme="dark")
    side = page.get_by_role("complementary").get_by_role("link").first
    for path in ("/life", "/life/2026", "/life/2026/03", "/life/2026/03/12", "/life?q=k%C3%BCche", "/life/entry/9"):
        page.goto(lived.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        if "entry" not in path:
            expect(side).to_be_hidden()
            page.get_by_text("Eingrenzen").click()
            expect(side).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_hostile_content_is_only_shown(app: Any, space: Any) -> None:
    hostile = {"title": HOSTILE, "author": HOSTILE, "place": HOSTILE, "thread_title": HOSTILE, "origin": HOSTILE}
    people = (Person("from", HOSTILE, "x@<b>.example"),)
    file = Attachment(f"../../{HOSTILE}.html", "text/html", 8, hashlib.sha256(b"<script>").hexdigest(), b"<script>")
    numbers = space.remember(
        entry("2026-03-08T10:00", f"Anfang {HOSTILE} Ende", people=people, attachments=(file,), **hostile),
        entry("2026-03-08T11:00", "w" * 2_000_000),
    )
    page = app.open("/life/2026/03/08")
    page.on("dialog", lambda dialog: app.complaints.append(dialog.message))
    expect(page.locator(".moment")).to_have_count(2)
    expect(page.locator(".moment-text").first).to_contain_text("<script>alert(1)</script>")
    expect(page.locator("body")).not_to_contain_text("\u202e")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.get_by_role("searchbox").fill("anfang <script>")
    expect(page.locator("mark").first).to_be_visible()
    page.goto(f"{app.url}/life/entry/{numbers[0]}")
    expect(page.locator(".entry-part")).to_contain_text("{{ 7 * 7 }} &amp;")
    expect(page.locator("body")).not_to_contain_text("\u202e")
    expect(page.locator("script:not([src])")).to_have_count(0)
    page.goto(f"{app.url}/life/entry/{numbers[1]}")
    page.get_by_role("button", name="Show more: 1,996,000 characters are left").click()
    expect(page.get_by_role("button", name="Show more: 1,946,000 characters are left")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_files_are_downloaded_and_only_pictures_are_shown(app: Any, space: Any) -> None:
    def attached(name: str, media_type: str, data: bytes | None) -> Attachment:
        return Attachment(name, media_type, len(data or b""), hashlib.sha256(data or b"").hexdigest(), data)

    files = (
        attached("Brief «Ä».html", "text/html", b"<script>alert(1)</script>"),
        attached("bild.png", "image/png", PNG),
        attached("getarnt.png", "image/png", b"<svg onload=alert(1)>"),
        attached("weg.pdf", "application/pdf", None),
    )
    (number,) = space.remember(entry("2026-03-08T10:00", "Anbei.", kind="mail", attachments=files))
    client = app.client()
    got = client.get(f"/life/entry/{number}/file/0")
    assert (got.status_code, got.content) == (200, b"<script>alert(1)</script>")
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''Brief%20%C2%AB%C3%84%C2%BB.html"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    shown = client.get(f"/life/entry/{number}/picture/1")
    assert (shown.status_code, shown.headers["content-type"], shown.content) == (200, "image/png", PNG)
    for there in ("picture/0", "picture/2", "picture/3", "picture/9", "file/3", "file/9"):
        assert client.get(f"/life/entry/{number}/{there}").status_code == 404, there
    assert client.get("/life/entry/999/file/0").status_code == 404
    app.expected.append("404")
    page = app.open(f"/life/entry/{number}")
    expect(page.get_by_role("img", name="bild.png")).to_have_js_property("naturalWidth", 1)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download Brief «Ä».html").click()
    assert download.value.suggested_filename.endswith(".html")
    expect(page.get_by_text("not kept")).to_be_visible()


def test_addresses_that_lead_nowhere_say_so(app: Any, space: Any) -> None:
    space.remember(entry("2026-03-08T10:00", "Etwas"))
    client = app.client()
    for path, status in {
        "/life/2026/13": 404,
        "/life/2026/0": 404,
        "/life/2026/02/30": 404,
        "/life/0": 404,
        "/life/99999": 404,
        "/life/abc": 404,
        "/life/entry/0": 422,
        "/life/entry/77": 404,
        "/life/entry/1/sideways": 422,
        "/life/entry/1/later": 200,
        "/life?after=1.2.3": 422,
        f"/life?q={'x' * 501}": 422,
        f"/life?{'&'.join(['person=x'] * 21)}": 422,
        "/life/names/colour": 422,
        "/life/names/person?when=2026-99": 404,
        "/life/9999/12/31": 200,
        "/life/1": 200,
        "/life?q=%00%22%27": 200,
        "/life?person=%F0%9F%A6%84&place=%3Cb%3E": 200,
        "/life/meaning?q=": 200,
        "/life/meaning?q=from:": 200,
    }.items():
        assert client.get(path).status_code == status, path


def test_our_own_conversations_are_asked_for(app: Any, space: Any) -> None:
    space.remember(entry("2026-03-08T10:00", "Mein Tag"), entry("2026-03-08T11:00", "Wie war mein Tag?", source="vertraut"))
    page = app.open("/life/2026/03/08")
    expect(page.locator(".moment")).to_have_count(1)
    own = page.get_by_role("link", name="Also my conversations with Vertraut")
    own.click()
    expect(page.locator(".moment")).to_have_count(2)
    expect(own).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Remove: with conversations with Vertraut").click()
    expect(page.locator(".moment")).to_have_count(1)


@pytest.mark.parametrize(("language", "how"), [("en", "Bring something in"), ("de", "Etwas hereinholen")])
def test_an_empty_life_says_how_to_begin(app: Any, language: Literal["en", "de"], how: str) -> None:
    page = app.open("/life", language=language)
    expect(page.get_by_role("link", name=how)).to_have_attribute("href", "/bring")


def test_what_is_not_known_to_the_day_says_so(app: Any, space: Any) -> None:
    space.remember(entry("2019", "Umzug"), entry("2019-05", "Prüfung"), entry("2019-05-04T10:00", "Feier"))
    page = app.open("/life/2019")
    expect(page.get_by_role("heading", name="Sometime in 2019")).to_be_visible()
    expect(page.get_by_role("heading", name="Sometime in May 2019")).to_be_visible()
    expect(page.get_by_text("1 known to the month only")).to_be_visible()
    expect(page.locator(".leaf td a")).to_have_count(1)
    page.goto(f"{app.url}/life")
    expect(page.get_by_text("1 known to the year only")).to_be_visible()


def test_strips_and_leaves_are_drawn_by_how_much_there_is(space: Any) -> None:
    days = [f"2024-12-{n:02d}T10:00" for n in (30, 31, 31, 31, 31, 31)] + ["2020-02-29T10:00"]
    space.remember(*(entry(at, str(n)) for n, at in enumerate(days)))
    new, gap, old = strips(space.life.look(Chosen(), Period()))
    assert isinstance(new, Strip)
    assert isinstance(old, Strip)
    assert gap == Gap(2021, 2023)
    assert (new.year, new.count, new.weeks[52], len(new.weeks), new.most) == (2024, 6, 6, 53, 12)
    assert (old.weeks[8], old.most, [level for level, _ in old.paths]) == (1, 2, [0, 1])
    (leaf,) = leaves(space.life.look(Chosen(), Period(2020, 2)), Period(2020, 2))
    assert [len(week) for week in leaf.weeks] == [7] * 5
    cells = [cell for week in leaf.weeks for cell in week if cell]
    assert (len(cells), cells[-1].count, cells[-1].level, leaf.weeks[0].index(cells[0])) == (29, 1, 1, 5)
