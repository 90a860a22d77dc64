"""The page of Forget: nothing goes before it was shown and agreed to, and then exactly that."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from vertraut.application import Space
from vertraut.application.service import Service
from vertraut.clock import When
from vertraut.errors import RequestError
from vertraut.interfaces.web.application import create_web
from vertraut.ledger import Entry
from vertraut.memory import Selection

WILD = "<img src=x onerror=alert(1)>\u202eevil\u2066<script>alert(2)</script>"


def entry(number: int, text: str, **changes: Any) -> Entry:
    moment = datetime(2025, 3, 1, 12, tzinfo=UTC) + timedelta(days=number)
    given: dict[str, Any] = {"author": "Lena Brandt", "thread": "kitchen", "thread_title": "Küche", **changes}
    when = When.of_datetime(moment, "Europe/Berlin", "Europe/Berlin")
    return Entry("jsonl", f"id-{number}", given.pop("kind", "message"), when, text, **given)


@pytest.fixture
def kept(space: Space) -> tuple[int, ...]:
    """Remember three messages of two people and a note."""
    return space.remember(
        entry(1, "Der Quastenzwirbel war köstlich."),
        entry(2, "Morgen gibt es Pflaumentarte.", author="Lena"),
        entry(3, "Ich bringe den Wein mit.", author="Tobias Kern", thread="evening", thread_title="Abend"),
        entry(4, "Einkaufszettel: Mehl und Zwetschgen", kind="note", thread="notes", thread_title="Zettel"),
    )


def signed(client: httpx.Client) -> dict[str, str]:
    """Return the headers of a request of the page itself."""
    token = re.search(r'data-token="([0-9a-f]+)"', client.get("/forget").text)
    assert token
    return {"X-Page-Token": token[1], "HX-Request": "true", "HX-Request-Type": "partial", "Sec-Fetch-Site": "same-origin"}


def seal(text: str) -> str:
    found = re.search(r'name="seal" value="([0-9a-f]{64})"', text)
    assert found
    return found[1]


def numbers(space: Space) -> list[int]:
    return [number for number, _ in space.entries()]


# in a browser


def test_a_person_chooses_sees_agrees_and_gets_a_receipt(app: Any, space: Space, kept: tuple[int, ...]) -> None:
    page = app.open("/forget")
    expect(page.get_by_role("heading", name="Nothing is chosen yet")).to_be_visible()
    page.get_by_label("Find a name").fill("brandt")
    page.get_by_role("button", name="Choose Lena Brandt 2 entries").click()
    page.get_by_role("heading", name="2 entries would go for ever").wait_for()
    expect(page.get_by_text("Quastenzwirbel")).to_be_visible()
    expect(page).to_have_url(re.compile(r"author=Lena\+Brandt"))
    assert numbers(space) == list(kept)
    page.get_by_role("checkbox", name="notes").check()
    page.get_by_role("heading", name="One entry would go for ever").wait_for()
    page.get_by_role("button", name="Forget …").click()
    dialog = page.get_by_role("dialog", name="Forget one entry for ever?")
    dialog.get_by_role("button", name="Forget for ever").click()
    expect(dialog).to_be_visible()  # the browser asks for the tick first
    assert numbers(space) == list(kept)
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Forget for ever").click()
    page.get_by_role("heading", name="Forgotten for ever").wait_for()
    expect(page.get_by_text("No trace is left.")).to_be_visible()
    page.get_by_text("records checked").wait_for()
    assert numbers(space) == list(kept[:3])
    page.reload()
    expect(page.get_by_text("No trace is left.")).to_be_visible()
    page.get_by_role("link", name="Forget something else").click()
    page.get_by_role("region", name="Forgotten before").get_by_role("link").click()
    page.get_by_text("records checked").wait_for()


def test_on_a_phone_in_german_by_an_entry_chosen_elsewhere(app: Any, space: Space, kept: tuple[int, ...]) -> None:
    page = app.open(f"/forget?entry={kept[0]}&entry={kept[2]}", language="de", width=320, scheme="dark")
    expect(page.get_by_role("heading", name="2 Einträge würden für immer vergessen")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Bis einschließlich").fill("2025-03-02")
    page.get_by_role("button", name="Zeigen, was verschwindet").click()
    page.get_by_role("heading", name="Ein Eintrag würde für immer vergessen").wait_for()
    expect(page.get_by_text("bis einschließlich 2. März 2025")).to_be_visible()
    page.locator("#preview-title:focus").wait_for()
    page.get_by_label("Bis einschließlich").fill("irgendwann mal")
    page.get_by_role("button", name="Zeigen, was verschwindet").click()
    page.get_by_role("alert").filter(has_text="ist kein Datum").wait_for()
    page.get_by_label("Bis einschließlich").fill("März 2025")
    page.get_by_role("button", name="Nicht mehr: 2 Einträge").click()
    page.get_by_role("heading", name="4 Einträge würden für immer vergessen").wait_for()
    page.get_by_role("checkbox", name="Notizen").check()
    page.get_by_role("heading", name="Ein Eintrag würde für immer vergessen").wait_for()
    page.get_by_role("button", name="Vergessen …").click()
    page.get_by_label("Ich weiß, dass das für immer ist.").check()
    page.get_by_role("button", name="Für immer vergessen").click()
    page.get_by_role("heading", name="Für immer vergessen", exact=True).wait_for()
    page.get_by_text("unversehrt:").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert numbers(space) == list(kept[:3])


def test_the_keyboard_suffices(app: Any, space: Space, kept: tuple[int, ...]) -> None:
    page = app.open("/forget")
    page.get_by_label("Find a conversation").focus()
    page.keyboard.type("abe")
    page.get_by_role("button", name="Choose Küche").wait_for(state="detached")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="One entry would go for ever").wait_for()
    page.locator("#find-thread:focus").wait_for()
    page.keyboard.press("Enter")
    page.locator("#preview-title:focus").wait_for()
    for _ in range(2):  # the entries, then the button
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Enter")
    page.locator("dialog input[name=sure]:focus").wait_for()
    for key in ("Space", "Tab", "Tab", "Enter"):  # to "Keep it"
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert numbers(space) == list(kept)
    for key in ("Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    page.get_by_role("heading", name="Forgotten for ever").wait_for()
    page.locator("#receipt-title:focus").wait_for()
    page.get_by_text("sound:").wait_for()
    assert numbers(space) == [kept[0], kept[1], kept[3]]


def test_what_changed_in_between_is_shown_anew(app: Any, space: Space, kept: tuple[int, ...]) -> None:
    page = app.open("/forget?author=Lena+Brandt")
    page.get_by_role("button", name="Forget …").click()
    page.get_by_label("I know that this is for ever.").check()
    (new,) = space.remember(entry(5, "Noch etwas von Lena."))
    page.get_by_role("button", name="Forget for ever").click()
    page.get_by_role("heading", name="3 entries would go for ever").wait_for()
    expect(page.get_by_text("memory has changed since this was shown")).to_be_visible()
    expect(page.get_by_text("Noch etwas von Lena.")).to_be_visible()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert numbers(space) == [*kept, new]


def test_trouble_is_told_and_the_dialog_makes_room_for_it(
    app: Any, kept: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise RequestError("The disk sulks.")

    app.expected.append("422")
    page = app.open(f"/forget?entry={kept[0]}")
    monkeypatch.setattr(app.service.memory, "forget", failing)
    page.get_by_role("button", name="Forget …").click()
    page.get_by_label("I know that this is for ever.").check()
    page.get_by_role("button", name="Forget for ever").click()
    page.get_by_role("alert").filter(has_text="The disk sulks.").wait_for()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_wild_words_are_shown_harmlessly(app: Any, space: Space) -> None:
    wild = {"author": WILD, "thread": WILD, "thread_title": f'"{WILD}'}
    space.remember(entry(1, f"{WILD}\n" + "x" * 2_000_000, title=WILD, **wild), entry(2, "harmlos"))
    page = app.open("/forget", width=320)
    page.get_by_role("button", name="Choose <img src=x").first.click()
    page.get_by_role("heading", name="One entry would go for ever").wait_for()
    page.get_by_role("button", name='Choose "<img src=x').click()
    page.get_by_role("button", name='No longer: "<img src=x').wait_for()
    expect(page.get_by_role("heading", name="One entry would go for ever")).to_be_visible()
    expect(page.get_by_text("<script>alert(2)</script>").first).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("\u202e")
    assert page.evaluate("document.images.length === 1 || [...document.images].every(each => !each.src.endsWith('x'))")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert len(page.content()) < 100_000


# what a browser does not do


def test_looking_changes_nothing_and_more_of_it_comes_in_parts(app: Any, space: Space) -> None:
    space.remember(*(entry(number, f"Satz {number}") for number in range(50)))
    client = app.client()
    before = space.ledger.head()
    text = client.get("/forget?source=jsonl").text
    assert "50 entries would go for ever" in text
    assert "Satz 49" in text
    assert "Satz 29<" not in text
    more = client.get("/forget/sample?source=jsonl&seen=20").text
    assert "Satz 29" in more
    assert "10 more to see" in more
    assert space.ledger.head() == before


def test_names_are_whole_and_a_thread_is_of_its_source(app: Any, space: Space, kept: tuple[int, ...]) -> None:
    client = app.client()
    assert "One entry would go" in client.get("/forget?author=Lena").text  # not Lena Brandt's
    assert "2 entries would go" in client.get("/forget?thread=kitchen&source=jsonl").text
    assert "Nothing would go" in client.get("/forget?thread=kitchen&source=mail").text
    assert "3 entries would go" in client.get("/forget?author=Lena&author=Lena+Brandt").text


def test_what_means_nothing_is_told_and_what_is_not_valid_refused(app: Any, kept: tuple[int, ...]) -> None:
    client = app.client()
    told = {
        f"entry={kept[3] + 95}": f"Entry {kept[3] + 95} does not exist.",
        "author=Nobody": "Nothing in memory matches this selection.",
        "after=nonsense": "is not a date.",
        "author=&source=&kind=&after=&until=": "Nothing is chosen yet",
    }
    for query, said in told.items():
        answer = client.get(f"/forget?{query}")
        assert answer.status_code == 200
        assert said in answer.text
    for query in ("entry=0", "entry=x", "kind=spell", "seen=-1", f"after={'x' * 300}"):
        assert client.get(f"/forget?{query}").status_code == 422


def test_only_a_page_that_showed_it_can_forget(app: Any, space: Space, kept: tuple[int, ...]) -> None:
    client = app.client()
    given = {"author": "Lena Brandt", "sure": "yes", "seal": seal(client.get("/forget?author=Lena+Brandt").text)}
    headers = signed(client)
    without = {name: value for name, value in headers.items() if name != "X-Page-Token"}
    assert client.post("/forget", data=given, headers=without).status_code == 403
    assert client.post("/forget", data={**given, "sure": ""}, headers=headers).status_code == 422
    assert client.post("/forget", data={**given, "seal": ""}, headers=headers).status_code == 422
    other = client.post("/forget", data={**given, "author": "Lena"}, headers=headers)
    assert other.headers["HX-Retarget"] == "#preview"
    assert numbers(space) == list(kept)
    done = client.post("/forget", data=given, headers=headers)
    assert "Forgotten for ever" in done.text
    assert numbers(space) == list(kept[1:3])
    again = client.post("/forget", data=given, headers=headers)
    assert "Nothing would go" in again.text


def test_a_receipt_can_be_taken_along_and_never_says_what(app: Any, space: Space, kept: tuple[int, ...]) -> None:
    earlier = space.forget(Selection(ids=kept[3:])).after.seq
    client = app.client()
    given = {"entry": str(kept[0]), "sure": "yes", "seal": seal(client.get(f"/forget?entry={kept[0]}").text)}
    place = client.post("/forget", data=given, headers=signed(client)).headers["HX-Push-Url"]
    answer = client.get(f"{place}.json")
    receipt = json.loads(answer.text)
    assert "attachment" in answer.headers["content-disposition"]
    assert receipt["entries"] == 1
    assert receipt["proof"]["clean"]
    assert receipt["at"] == "2026-09-01T12:00:00+00:00"
    assert "Quastenzwirbel" not in answer.text + client.get(place).text + client.get("/forget").text
    old = client.get(f"/forget/receipts/{earlier}").text
    assert "Forgotten for ever" in old
    assert "1 entry" in old
    assert json.loads(client.get(f"/forget/receipts/{earlier}.json").text)["proof"]["clean"]
    assert client.get(f"/forget/receipts/{kept[1]}").status_code == 404


@pytest.mark.parametrize(("language", "title"), [("en", "A forgetting of the past"), ("de", "Ein früheres Vergessen")])
def test_a_forgetting_without_a_receipt_says_what_the_chain_does(
    app: Any, space: Space, kept: tuple[int, ...], language: str, title: str
) -> None:
    space.ledger.erase(kept[:1], space.clock.now())  # as one that was broken off before its proof
    number = space.ledger.head().seq
    client = app.client()
    page = client.get(f"/forget/receipts/{number}", headers={"Accept-Language": language}).text
    assert title in page
    assert f"/forget/receipts/{number}.json" not in page
    assert client.get(f"/forget/receipts/{number}.json").status_code == 404


def test_a_receipt_is_had_again_after_a_restart(app: Any, space: Space, kept: tuple[int, ...]) -> None:
    receipt = space.forget(Selection(ids=kept[:1]))
    with Service(space.opened_again) as again:  # which knows nothing but what the vault holds
        client = TestClient(create_web(again, app.devices), base_url=app.url)
        client.get(app.link())
        answer = client.get(f"/forget/receipts/{receipt.after.seq}.json").json()
        page = client.get(f"/forget/receipts/{receipt.after.seq}", headers={"Accept-Language": "de"}).text
    assert (answer["after"]["link"], answer["proof"]["patterns"]) == (receipt.after.link.hex(), receipt.proof.patterns)
    assert "Keine Spur ist geblieben." in page
