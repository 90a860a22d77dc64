"""Privacy and costs: what left, who may get words, who may come in, what was spent, whether all is sound, copies of it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from playwright.sync_api import expect
from tests.conftest import NOW

from vertraut.application import Space
from vertraut.clock import FixedClock
from vertraut.governance import OWNER, Actor, Tokens
from vertraut.interfaces.web.sessions import page_token
from vertraut.ledger import LedgerJournal
from vertraut.ledger.vault import open_vault
from vertraut.memory import Selection
from vertraut.models import CardFile, Message, Outbox, Request
from vertraut.models.usage import Call
from vertraut.settings import Settings

HOSTILE = "<script>alert(1)</script><b>fett</b> \u202egnulletstrofaV \x1b[31m"
NAME = "memory.example.org"
PHONE = Actor("phone", frozenset())


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, hosts=NAME, origins=f"https://{NAME}")


@pytest.fixture
def used(app: Any, space: Space, settings: Settings) -> Any:
    """A memory after some weeks with a model outside."""
    space.remember_text("Der Bohrer ist bei Tobi.")
    space.remember_text(HOSTILE, title="Keller")
    row = {"name": "opus", "provider": "anthropic", "model": "claude-opus-4-5", "key": "env:KEY"}
    cards = CardFile(settings.home)
    cards.add({**row, "input_price": Decimal(5), "output_price": Decimal(25)}, str)
    cards.add({"name": "tiny", "provider": "ollama", "model": "qwen3:4b"}, str)
    (opus, _) = cards.read()
    for days, actor, cost in ((40, OWNER, "7.5"), (35, OWNER, "2"), (0, PHONE, "0.75"), (0, OWNER, "1.25")):
        journal = LedgerJournal(space.ledger, FixedClock(NOW - timedelta(days=days)))
        request = Request("answer", "answer", (Message("user", f"Vor {days} Tagen: {HOSTILE}"),), entries=(1, 2))
        Outbox(journal).write(request, opus, actor)
        call = Call(actor.name, "answer", "answer", "anthropic", opus.model, 900, 90, Decimal(cost), 1.0, 0.5, "answered")
        journal.write("call", call.content())
    return app


@pytest.mark.parametrize(
    ("language", "headline"),
    [("en", "Nothing has left this machine."), ("de", "Nichts hat diesen Rechner verlassen.")],
)
def test_nothing_has_left_and_it_says_so(app: Any, language: Literal["en", "de"], headline: str) -> None:
    page = app.open("/privacy", language=language, width=320, scheme="dark")
    expect(page.locator("#summary .headline")).to_have_text(headline)
    expect(page.locator("section h2")).to_have_count(9)
    for link in page.locator(".contents a").all():
        expect(page.locator(f"{link.get_attribute('href')} h2")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        ("en", "Left this machine this month: 2 messages to anthropic."),
        ("de", "Diesen Monat hinausgegangen: 2 Nachrichten an anthropic."),
    ],
)
def test_every_word_that_left_is_there_by_keyboard(used: Any, language: Literal["en", "de"], headline: str) -> None:
    page = used.open("/privacy", language=language, width=320)
    expect(page.locator("#summary .headline")).to_have_text(headline)
    page.locator("#lines summary").first.focus()
    page.keyboard.press("Enter")
    words = page.locator(".letter-words").first
    words.wait_for()
    expect(words).to_contain_text("Vor 0 Tagen: <script>alert(1)</script><b>fett</b>")
    expect(words).not_to_contain_text(re.compile("[\u202e\x1b]"))
    expect(page.locator(".letter b, .letter script")).to_have_count(0)
    expect(page.locator(".quoted a").first).to_have_attribute("href", "/life/entry/1")
    page.keyboard.press("Tab")
    expect(page.locator("[class^=words]:focus")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_left_and_was_forgotten_is_not_denied(used: Any, space: Space) -> None:
    space.forget(Selection(ids=(1,)))
    text = used.client().get("/privacy").text
    assert "Nothing has left" not in text
    assert "Nothing that left is noted any more." in text
    assert "4 messages" in text


def test_what_left_is_filtered_and_paged(used: Any, space: Space, settings: Settings) -> None:
    card = CardFile(settings.home).read()[0]
    local = replace(card, provider="openai-compatible", url="https://llm.example.org/v1")
    for _ in range(9):
        Outbox(space.journal).write(Request("title", "title", (Message("user", "Kurz."),)), local, OWNER)
    page = used.open("/privacy")
    expect(page.locator("#lines details")).to_have_count(8)
    page.get_by_role("link", name="Older").click()
    page.get_by_text("13 messages, shown are 9 to 13").wait_for()
    page.get_by_label("To", exact=True).select_option("anthropic")
    page.get_by_text("4 messages, shown are 1 to 4").wait_for()
    page.get_by_label("Until").fill("2026-08-01")
    page.get_by_text("2 messages, shown are 1 to 2").wait_for()
    page.get_by_label("From").fill("2026-07-28")
    page.get_by_text("1 message, shown are 1 to 1").wait_for()
    page.get_by_label("From").fill("2027-01-01")
    page.get_by_text("Nothing that left fits this.").wait_for()
    client = used.client()
    assert "1 message, shown" in client.get("/privacy?to=anthropic&since=2026-07-28&until=2026-08-01").text
    assert client.get("/privacy/sent?since=gestern").status_code == 422
    assert client.get("/privacy/sent/1").status_code == 422
    assert client.get(f"/privacy/sent/{1 << 63}").status_code == 422


def test_consents_are_given_and_taken_back(used: Any) -> None:
    page = used.open("/privacy", language="de")
    recipients = used.service.privacy.recipients
    page.get_by_role("button", name="Erlauben anthropic, dir antworten").click()
    page.get_by_text("Erlaubt. Für anthropic gilt das ab jetzt.").wait_for()
    expect(page.locator("[role=status]:focus")).to_have_count(1)
    assert recipients(OWNER)[0].allowed == ("answer",)
    page.get_by_role("button", name="Alles erlauben").click()
    page.get_by_role("button", name="Zurücknehmen anthropic, Gespräche benennen").click()
    page.get_by_text("Zurückgenommen. anthropic bekommt").wait_for()
    assert recipients(OWNER)[0].allowed == ("answer", "extract", "check")
    page.get_by_role("button", name="Alles zurücknehmen").click()
    page.get_by_role("button", name="Alles zurücknehmen").wait_for(state="detached")
    assert recipients(OWNER)[0].allowed == ()
    client = used.client()
    token = {"X-Page-Token": _token(client.get("/privacy").text)}
    sent = {"provider": "anthropic", "purpose": "answer", "granted": "yes"}
    assert client.post("/privacy/consents", data=sent).status_code == 403
    assert client.post("/privacy/consents", data={**sent, "purpose": "all"}, headers=token).status_code == 422
    assert client.post("/privacy/consents", data={**sent, "provider": "elsewhere"}, headers=token).status_code == 404
    assert recipients(OWNER)[0].allowed == ()


def test_a_token_is_made_by_keyboard_shown_once_and_revoked(app: Any) -> None:
    page = app.open("/privacy")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_text("New token for a program").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("bad name")
    page.keyboard.press("Enter")
    page.get_by_text("The name must have 1 to 64").wait_for()
    expect(page.locator("#token-name")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("phone")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # recall was ticked
    page.keyboard.press("Enter")
    field = page.locator("#secret")
    field.wait_for()
    secret = field.input_value()
    actor = Tokens(app.service.journal, app.service.clock).verify(secret)
    assert actor == Actor("phone", frozenset({"ask"}))
    expect(page.locator("#summary")).to_contain_text("1 program.")
    page.reload()
    assert secret not in page.content()
    page.get_by_role("button", name="Revoke phone").click()
    page.get_by_text("Revoked: phone.").wait_for()
    assert Tokens(app.service.journal, app.service.clock).verify(secret) is None


def test_tokens_are_refused_as_they_should_be(app: Any) -> None:
    client = app.client()
    headers = {"X-Page-Token": _token(client.get("/privacy").text), "HX-Request": "true"}
    form = {"name": "phone", "life": "never"}
    assert client.post("/privacy/tokens", data={**form, "scope": "recall"}).status_code == 403
    assert "at least one thing" in client.post("/privacy/tokens", data=form, headers=headers).text
    assert client.post("/privacy/tokens", data={**form, "scope": "root"}, headers=headers).status_code == 422
    assert client.post("/privacy/tokens", data={**form, "scope": "ask", "life": "9"}, headers=headers).status_code == 422
    assert app.service.doors.tokens(OWNER) == ()
    assert "vt_" in client.post("/privacy/tokens", data={**form, "scope": "metrics"}, headers=headers).text
    assert "is taken" in client.post("/privacy/tokens", data={**form, "scope": "ask"}, headers=headers).text
    (made,) = app.service.doors.tokens(OWNER)
    assert (made.scopes, made.expires) == ((), None)


def test_another_device_is_signed_in_and_out(app: Any) -> None:
    page = app.open("/privacy")
    page.on("dialog", lambda dialog: dialog.accept())
    expect(page.locator("#devices li")).to_have_count(1)
    expect(page.get_by_text("This device")).to_have_count(1)
    page.get_by_role("button", name="Sign in another device").click()
    page.locator("#link").wait_for()
    expect(page.get_by_text("for other browsers on this machine only")).to_be_visible()
    address = page.locator("#link").input_value()
    with httpx.Client(trust_env=False, headers={"User-Agent": "X Firefox/9 (Android)"}) as other:
        assert other.get(address).status_code == 303
        assert other.get(f"{app.url}/privacy").status_code == 200
        page.reload()
        page.get_by_role("button", name="Sign out Firefox, Android").click()
        page.get_by_text("Signed out. That device").wait_for()
        assert other.get(f"{app.url}/privacy").status_code == 303
    others = [app.client() for _ in range(2)]
    page.reload()
    page.get_by_role("button", name="Sign out all others").click()
    page.get_by_text("All other devices are signed out.").wait_for()
    assert [each.get("/privacy").status_code for each in others] == [303, 303]
    page.reload()
    expect(page.locator("#devices li")).to_have_count(1)


def test_a_link_for_a_phone_has_the_name_of_the_proxy_and_a_code(app: Any) -> None:
    with httpx.Client(base_url=app.url, trust_env=False, headers={"Host": NAME}) as client:
        kept = client.get(app.link().removeprefix(app.url)).headers["Set-Cookie"].partition(";")[0]
        headers = {"Cookie": kept, "X-Page-Token": page_token(kept.partition("=")[2])}
        made = client.post("/privacy/devices/link", headers=headers).text
    assert re.search(rf'value="https://{NAME}/signin\?link=[\w-]+"', made)
    assert '<svg class="code"' in made
    assert "other browsers on this machine" not in made


@pytest.mark.parametrize(("language", "left"), [("en", "US$\xa018.75 are left"), ("de", "18,75\xa0US$ bleiben")])
def test_what_was_spent_by_month(used: Any, language: Literal["en", "de"], left: str) -> None:
    page = used.open("/privacy", language=language)
    expect(page.locator("#summary")).to_contain_text(left)
    costs = page.locator("#costs")
    expect(costs.locator(".total strong")).to_have_text({"en": "US$ 2.00", "de": "2,00 US$"}[language])
    expect(costs.locator("#days-table tbody tr")).to_have_count(1)
    expect(costs.locator("#months-table tbody tr")).to_have_count(2)
    expect(costs.locator("svg.plot").first.locator("rect")).to_have_count(1)
    costs.get_by_role("link").first.click()
    costs.get_by_role("heading", name={"en": "July 2026", "de": "Juli 2026"}[language]).wait_for()
    costs.get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    costs.get_by_role("heading", name="September 2026").wait_for()
    costs.get_by_role("link").first.click()
    costs.get_by_role("heading", name={"en": "July 2026", "de": "Juli 2026"}[language]).wait_for()
    expect(costs.locator(".total strong")).to_have_text({"en": "US$ 9.50", "de": "9,50 US$"}[language])
    client = used.client()
    assert "July 2026" in client.get("/privacy?month=2026-07").text
    assert client.get("/privacy?month=2026-13").status_code == 422
    assert client.get("/privacy?month=0000-01").status_code == 422


def test_the_chain_is_checked_in_the_background(app: Any, space: Space) -> None:
    numbers = [space.remember_text(f"Notiz {each}") for each in range(9)]
    page = app.open("/privacy")
    page.get_by_role("button", name="Check everything now").focus()
    page.keyboard.press("Enter")
    page.locator("#check .verdict").wait_for()
    expect(page.locator("#check-said")).to_have_text("Sound: every page, every record and the index.")
    expect(page.locator("#head")).to_have_value(space.ledger.head().link.hex())
    expect(page.locator("#summary")).to_contain_text("Sound, checked on 1 September 2026")
    space._db.execute("UPDATE records SET content = CAST('{}' AS BLOB) WHERE seq = ?", (numbers[6],))
    page.get_by_role("button", name="Check everything now").click()
    page.get_by_text(f"broken at record {numbers[6]}").wait_for()
    expect(page.locator("#summary")).to_contain_text("found something wrong")


def test_a_backup_is_downloaded_once_by_this_device_only(app: Any, space: Space, tmp_path: Path) -> None:
    number = space.remember_text("Der Bohrer ist bei Tobi.")
    before = {each.name for each in space.path.parent.iterdir()}
    page = app.open("/privacy")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download backup").click()
    assert waiting.value.suggested_filename == "vertraut-me-2026-09-01.backup"
    waiting.value.save_as(tmp_path / "copy.db")
    page.get_by_text("The download has begun.").wait_for()
    expect(page.get_by_role("button", name="Download backup")).to_be_enabled()
    copy = open_vault(tmp_path / "copy.db", space._key, busy_seconds=1)
    assert copy.execute("SELECT content FROM records WHERE seq = ?", (number,)).get
    copy.close()
    client, other = app.client(), app.client()
    headers = {"X-Page-Token": _token(client.get("/privacy").text)}
    assert client.post("/privacy/backup").status_code == 403
    found = re.search(r'href="(/privacy/download/[\w-]+)"', client.post("/privacy/backup", headers=headers).text)
    assert found
    address = found[1]
    assert other.get(address).status_code == 404
    assert client.get(address).content[:16] != b"SQLite format 3\0"
    assert client.get(address).status_code == 404
    assert {each.name for each in space.path.parent.iterdir()} == before


def test_an_export_asks_first_and_is_complete(app: Any, space: Space, tmp_path: Path) -> None:
    space.remember_text("Der Bohrer ist bei Tobi.")
    page = app.open("/privacy", language="de")
    button = page.get_by_role("button", name="Alles unverschlüsselt herunterladen")
    expect(button).to_be_hidden()
    page.get_by_text("Exportieren …").click()
    expect(page.get_by_text("NICHT verschlüsselt")).to_be_visible()
    with page.expect_download() as waiting:
        button.click()
    waiting.value.save_as(tmp_path / "export.zip")
    archive = zipfile.ZipFile(tmp_path / "export.zip")
    assert archive.testzip() is None
    lines = io.BytesIO(archive.read("vertraut-me/records-00001.jsonl")).readlines()
    assert any(b"Der Bohrer ist bei Tobi." in line for line in lines)


def _token(html: str) -> str:
    found = re.search(r'data-token="(\w+)"', html)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("language", "first"), [("en", "asked first after a restart"), ("de", "nach einem Neustart zuerst gefragt")]
)
def test_a_model_that_was_added_meanwhile_is_asked_after_a_restart(
    used: Any, settings: Settings, language: Literal["en", "de"], first: str
) -> None:
    page = used.open("/privacy", language=language)
    expect(page.locator("#models .chip").get_by_text(first, exact=True)).to_have_count(1)
    expect(page.locator("#models .note")).to_have_count(1)
    for each in CardFile(settings.home).read():
        CardFile(settings.home).remove(each.name)
    page.reload()
    expect(page.locator("#models .note")).to_have_count(0)
