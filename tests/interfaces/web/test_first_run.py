"""A new person's first minutes, by keyboard; and the pages as people see them who set their browser to suit their eyes."""

from __future__ import annotations

import re
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from vertraut.clock import When
from vertraut.ledger import Entry

PAGES = ("/", "/life", "/life/2025/11", "/bring", "/you", "/forget", "/privacy")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


def overflow(page: Page) -> int:
    return int(page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)"))


def test_from_nothing_to_the_first_answer_by_keyboard(app: Any) -> None:
    page = app.open("/life")
    expect(page.get_by_role("heading", name="Your life starts here")).to_be_visible()
    page.get_by_role("link", name="Bring something in").click()
    page.get_by_role("link", name="Try it with an invented family").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Take the sample household in")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#deliveries-title")).to_be_focused()
    report = page.get_by_role("article", name="The sample household")
    expect(report.get_by_text(re.compile("Remembered: 7.. entries"))).to_be_visible()
    report.get_by_role("link", name="See it in Life").click()
    expect(page.locator("a.strip").first).to_be_visible()  # though the page was looked at while nothing was there
    page.goto(f"{app.url}/bring")
    question = page.locator(".questions a").first
    expect(question).to_contain_text("“")
    question.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".turn:not([data-live]) .cite").first).to_be_visible()


def test_whoever_presses_something_that_goes_is_not_lost(app: Any) -> None:
    page = app.open("/bring")
    for name, focused in (("Leave these steps", "Show the first steps"), ("Show the first steps", "")):
        press(page, name)
        target = page.get_by_role("button", name=focused) if focused else page.locator("#steps-title")
        expect(target).to_be_focused()
    press(page, "Quotes are fine")
    expect(page.locator("#steps-title")).to_be_focused()
    press(page, "Take the sample household in")
    expect(page.get_by_text("Remembered:")).to_be_visible()
    press(page, "Put the report away")
    expect(page.get_by_text("Nothing is left to do here.")).to_be_focused()
    press(page, "Forget the sample household")
    press(page, "Keep it")
    expect(page.get_by_role("button", name="Forget the sample household")).to_be_focused()
    page.keyboard.press("Enter")
    press(page, "Forget it")
    expect(page.get_by_text("The sample household is forgotten")).to_be_focused()


@pytest.mark.parametrize("width", [320, 390])
def test_every_place_is_named_whole_on_a_phone(app: Any, width: int) -> None:
    page = app.open("/privacy", language="de", width=width)
    cut = "es => es.filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)"
    assert page.locator(".places li span").evaluate_all(cut) == []
    assert overflow(page) == 0


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (320, "de")])
def test_letters_of_twice_the_size_need_no_scrolling_sideways(lived: Any, width: int, language: Literal["en", "de"]) -> None:
    page = lived.open(width=width, language=language)
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    for path in PAGES:
        page.goto(lived.url + path)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        assert overflow(page) == 0, path
        cut = "es => es.filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)"
        assert page.locator(".places li span").evaluate_all(cut) == [], path


def test_an_answer_prints_without_what_only_a_screen_needs(lived: Any) -> None:
    page = lived.open(scheme="dark")
    page.get_by_label("Your question").fill("Wann ist Ronjas Geburtstag?")
    page.keyboard.press("Enter")
    page.locator(".turn:not([data-live]) .cite").first.click()
    expect(page.locator(".evidence")).to_be_visible()
    page.emulate_media(media="print")
    for shown in (".asked", ".answer", ".sources", ".evidence blockquote"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in (".places", ".composer", ".verdicts", "text=New conversation"):
        expect(page.locator(hidden).first).to_be_hidden()
    dark = page.evaluate("getComputedStyle(document.querySelector('.asked')).color")
    assert max(map(int, re.findall(r"\d+", dark))) < 80


def test_a_system_that_chooses_the_colours_shows_what_is_on(lived: Any) -> None:
    page = lived.open()
    page.emulate_media(forced_colors="active")
    knob = "e => getComputedStyle(e, '::before').backgroundColor"
    switch = page.get_by_role("switch", name="Off the record")
    before = switch.evaluate(knob), switch.evaluate("e => getComputedStyle(e).backgroundColor")
    switch.check()
    after = switch.evaluate(knob), switch.evaluate("e => getComputedStyle(e).backgroundColor")
    assert before[0] != before[1]
    assert after[0] != after[1]
    assert before[1] != after[1]
    page.goto(f"{lived.url}/life/2025/11")
    assert len(set(page.locator(".leaf td a").evaluate_all("es => es.map(e => getComputedStyle(e).backgroundColor)"))) > 1


def test_a_title_is_told_once(app: Any, space: Any) -> None:
    when = When.of_text("2025-03-08", "Europe/Berlin")
    for title in ("Kontrolltermin", "Nachsorge"):
        space.remember(Entry("ics", title, "event", when, f"{title}\nBring die Bilder mit", title=title, thread="Praxis"))
    found = app.client().get("/life/entry/1").text
    assert found.count("Kontrolltermin") == 2  # in the window's title and above
    assert found.count("Nachsorge") == 1


def test_a_conversation_that_is_gone_says_so(app: Any) -> None:
    client = app.client()
    assert "This conversation is not here any more." in client.get("/?talk=gone").text
    assert "not here any more" not in client.get("/").text


def test_this_browser_is_signed_out_where_one_looks_for_it(app: Any) -> None:
    page = app.open("/you")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signin")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert app.devices.list() == ()
