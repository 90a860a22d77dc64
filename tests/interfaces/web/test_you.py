"""The page of You: a sentence that is changed word by word, and what memory holds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import expect

from vertraut.application import Space
from vertraut.assistant.persona import CHOICES, Persona, PersonaStore
from vertraut.clock import When
from vertraut.interfaces.language import Wording
from vertraut.interfaces.web.texts import TEXTS
from vertraut.interfaces.web.you import TRAITS
from vertraut.ledger import Entry

WILD = "<b onclick=alert(1)>\u202eevil"


def persona(app: Any) -> Persona:
    return PersonaStore(app.service.journal, app.service.settings).get()


def test_each_word_saves_itself_and_is_heard_at_once(app: Any) -> None:
    app.expected.append("422")
    page = app.open("/you")
    expect(page.get_by_text("Gladly: your dentist appointment")).to_be_visible()
    page.get_by_role("combobox", name="Tone").select_option("briskly")
    page.get_by_text("Thursday, 9:00: the check-up moved in May.").wait_for()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    name = page.get_by_role("textbox", name="Your name")
    name.fill("Judith")
    name.press("Tab")
    page.get_by_role("heading", name="You are Judith").wait_for()
    page.locator("#trait-language:focus").wait_for()
    assert (persona(app).tone, persona(app).name) == ("brisk", "Judith")
    name.fill("7 <b>")
    name.press("Enter")
    page.get_by_text("A name has letters").wait_for()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("status")).to_have_text("Not saved.")
    page.locator("#trait-name:focus").wait_for()
    page.reload()
    expect(page.get_by_role("heading", name="You are Judith")).to_be_visible()
    page.get_by_role("button", name="Tone: back to what is suggested").click()
    page.get_by_text("Gladly, Judith: your dentist appointment").wait_for()
    page.locator("#trait-tone:focus").wait_for()
    assert persona(app).tone == "warm"


def test_on_a_phone_in_german_it_says_du_or_sie(lived: Any) -> None:
    page = lived.open("/you", language="de", width=320, scheme="dark")
    page.get_by_role("combobox", name="Anrede").select_option("Sie")
    page.get_by_text("Gern: Ihr Zahnarzttermin").wait_for()
    country = page.get_by_role("combobox", name="Dein Land")
    expect(country.locator("option:checked")).to_have_text("Deutschland")
    country.select_option("Österreich")
    page.get_by_role("button", name="Dein Land: zurück zum Vorschlag").wait_for()
    assert (persona(lived).address, persona(lived).country) == ("Sie", "AT")
    page.get_by_role("combobox", name="Sprache der Antworten").select_option("auf Englisch")
    page.get_by_text("Gladly: your dentist appointment").wait_for()
    expect(page.get_by_text("708 Einträge, 102 Verläufe, vom 3. Juli 1944 bis zum 17. Oktober 2026.")).to_be_visible()
    expect(page.get_by_role("row", name="Nachrichten 397").first).to_be_visible()
    expect(page.get_by_text("Deutsch, Englisch")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_keyboard_suffices(app: Any) -> None:
    page = app.open("/you")
    page.get_by_role("textbox", name="Your name").focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.locator("#trait-tone:focus").wait_for()
    page.keyboard.press("m")  # "matter-of-factly"
    page.get_by_text(re.compile("^Your dentist appointment")).wait_for()
    page.locator("#trait-tone:focus").wait_for()
    assert persona(app).tone == "plain"


def test_wild_names_are_shown_harmlessly(app: Any, space: Space) -> None:
    when = When.of_datetime(datetime(2025, 3, 1, tzinfo=UTC), "Europe/Berlin")
    space.remember(Entry(WILD + "x" * 5000, "1", "note", when, "Ein Satz."))
    page = app.open("/you", width=320)
    page.get_by_role("row", name="<b onclick=alert(1)>evil").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_empty_memory_says_what_to_do(app: Any) -> None:
    page = app.open("/you")
    expect(page.get_by_role("link", name="Bring something in")).to_have_attribute("href", "/bring")


def test_only_our_pages_change_it_and_only_what_there_is(app: Any) -> None:
    client = app.client()
    token = re.search(r'data-token="([0-9a-f]+)"', client.get("/you").text)
    assert token
    headers = {"X-Page-Token": token[1], "HX-Request": "true", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/you/tone", data={"value": "brisk"}).status_code == 403
    assert client.post("/you/mood", data={"value": "brisk"}, headers=headers).status_code == 422
    assert client.post("/you/tone", data={"value": "rude"}, headers=headers).status_code == 422
    assert client.post("/you/name", data={"value": "x" * 201}, headers=headers).status_code == 422
    assert persona(app) == Persona()
    assert client.post("/you/name", data={"value": " Ann O'Dea "}, headers=headers).status_code == 200
    assert persona(app).name == "Ann O'Dea"


def test_every_choice_has_its_words_and_its_example() -> None:
    assert set(TRAITS) == {*CHOICES, "name", "country"}
    for trait, values in CHOICES.items():
        assert [each for each in values if f"you.{trait}.{each.lower() or 'open'}" not in TEXTS] == []
    for tone in CHOICES["tone"]:
        for length in CHOICES["length"]:
            said = [
                Wording(language, "UTC", TEXTS)(f"you.example.{tone}.{length}", your="", you="", Your="", called="")
                for language in ("de", "en")
            ]
            assert all(said)
