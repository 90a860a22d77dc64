"""The start page: asking, evidence beside the answer, feedback with its effect, conversations, off the record."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any, Literal

import anyio
import httpx
import pytest
from playwright.sync_api import Page, expect
from pydantic_ai.models.function import FunctionModel

from vertraut.assistant.events import Citation
from vertraut.clock import When
from vertraut.governance import OWNER
from vertraut.interfaces.web.answer_text import blocks_of
from vertraut.interfaces.web.evidence import excerpt
from vertraut.ledger import Entry
from vertraut.models import CardFile, ModelCard, Models, PrivacyGate
from vertraut.settings import Settings

QUESTION = {"de": "Wann kommt die neue Küche?", "en": "When does the new kitchen arrive?"}
ARRIVES = "The new kitchen arrives on Tuesday at nine [1]."
KITCHEN = "Die neue Küche kommt am Dienstag um 9 Uhr."
HOSTILE = '<img src=x onerror="a()"><script>b()</script>\u202egnirts\u202c </p><hx-partial hx-target="body">x</hx-partial>'


@pytest.fixture
def kitchen(space: Any, app: Any) -> Any:
    """The app on a few entries about a kitchen, in both languages."""
    space.remember_text(KITCHEN, author="Lena")
    space.remember_text("Der Elektriker hat erst am Montag Zeit.", author="Tobi")
    space.remember_text("The new kitchen arrives on Tuesday at nine.", author="Lena")
    return app


def ask(page: Page, question: str) -> None:
    page.get_by_role("textbox").first.fill(question)
    page.keyboard.press("Enter")


def answered(page: Page, turn: int = 0) -> None:
    expect(page.locator(".turn").nth(turn).locator(".by")).to_be_visible()
    expect(page.locator("[data-live]")).to_have_count(0)  # the stream has ended, too


def scripted(app: Any, said: str, *, endless: bool = False, silent: threading.Event | None = None) -> None:
    """Give the app a language model that says this, again and again where it is ``endless``.

    Where it is ``silent`` it says nothing more until it is cancelled, which sets the event.
    """

    async def stream(_messages: Any, _info: Any) -> AsyncIterator[str]:
        yield said
        if silent:
            try:
                await anyio.sleep_forever()
            finally:
                silent.set()
        while endless:
            await anyio.sleep(0.05)
            yield f" {said}"

    service = app.service
    card = ModelCard("scripted", "openai-compatible", "scripted", url="http://localhost/v1")
    gate = PrivacyGate(service.journal, b"0" * 32, replace_names=False)
    service.models = service.assistant.models = Models(
        [card],
        dial="cheap",
        journal=service.journal,
        gate=gate,
        clock=service.clock,
        build=lambda _: FunctionModel(stream_function=stream),
        ceiling=None,
        timeout=20,
    )


@pytest.mark.parametrize("language", ["de", "en"])
def test_an_answer_shows_its_evidence_in_place(kitchen: Any, language: Any) -> None:
    say = {"de": ("Beleg 1", "Warum das?", "Gefunden durch"), "en": ("Evidence 1", "Why this?", "Found by")}[language]
    page = kitchen.open(language=language, width=1440)
    ask(page, QUESTION[language])
    answered(page)
    expect(page).to_have_url(re.compile(r"/\?talk=[0-9a-f-]+$"))
    number = page.locator(".answer").get_by_role("button", name=say[0])
    number.click()
    evidence = page.get_by_role("region", name="Lena")
    expect(evidence).to_be_focused()
    assert evidence.bounding_box()["x"] > page.locator(".said").bounding_box()["x"] + 400
    evidence.get_by_role("button", name=say[1]).click()
    expect(evidence.get_by_text(say[2])).to_be_visible()
    expect(evidence.get_by_role("link")).to_have_attribute("href", re.compile(r"^/life/entry/\d+$"))
    number.click()
    expect(evidence).to_be_hidden()
    expect(number).to_have_attribute("aria-expanded", "false")


def test_the_page_works_by_keyboard_alone(kitchen: Any) -> None:
    page = kitchen.open()
    expect(page.get_by_role("textbox", name="Your question")).to_be_focused()
    page.keyboard.type(QUESTION["en"])
    page.keyboard.press("Enter")
    answered(page)
    page.get_by_role("button", name="Evidence 1").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Lena")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Evidence 1").first).to_be_focused()


def test_on_a_phone_evidence_stands_below_its_sentence(kitchen: Any) -> None:
    page = kitchen.open(language="de", width=320, scheme="dark")
    ask(page, QUESTION["de"])
    answered(page)
    page.get_by_role("button", name="Beleg 1").first.click()
    expect(page.locator(".answer > p + aside .evidence")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1440, "height": 800})
    expect(page.locator("#ask > aside .evidence")).to_be_visible()


def test_not_this_is_left_out_when_the_same_is_asked_again_and_can_be_undone(kitchen: Any) -> None:
    page = kitchen.open(language="de", width=1440)
    ask(page, QUESTION["de"])
    answered(page)
    page.get_by_role("button", name="Beleg 1").first.click()
    beside = page.get_by_role("complementary")
    beside.get_by_role("button", name="Das nicht", exact=True).click()
    expect(beside.get_by_text("Bleibt draußen, wenn du genau das wieder fragst.")).to_be_focused()
    beside.get_by_role("button", name="Ohne das antworten").click()
    answered(page, 1)
    again = page.locator(".turn").nth(1)
    expect(again.get_by_text("Beantwortet ohne einen Eintrag, den du bei dieser Frage nicht wolltest.")).to_be_visible()
    expect(again.locator(".answer")).not_to_contain_text(KITCHEN)
    page.locator(".turn").nth(0).get_by_role("button", name="Beleg 1").first.click()
    beside.get_by_role("button", name="Zurücknehmen").click()
    expect(beside.get_by_role("button", name="Das nicht", exact=True)).to_be_focused()
    assert kitchen.service.talks.judged(OWNER, QUESTION["de"]).left_out == frozenset()


def test_what_is_wrong_is_marked_wherever_it_is_evidence_and_put_right(kitchen: Any) -> None:
    page = kitchen.open(width=1440)
    ask(page, QUESTION["en"])
    answered(page)
    page.get_by_role("button", name="Evidence 1").first.click()
    beside = page.get_by_role("complementary")
    beside.get_by_role("button", name="That is wrong").click()
    expect(beside.get_by_text("Marked as wrong wherever it is shown as evidence.")).to_be_focused()
    expect(page.locator(".answer .flag-3")).to_have_text("You said this is wrong")
    expect(beside.get_by_role("link", name="Forget the entry")).to_have_attribute("href", "/forget?entry=3")
    beside.get_by_label("What is right?").fill("The kitchen arrives on Friday.")
    beside.get_by_role("button", name="Remember this").click()
    expect(beside.get_by_text("Remembered as a note.")).to_be_focused()
    page.reload()
    expect(page.locator(".answer .flag-3")).to_have_text("You said this is wrong")
    page.get_by_role("button", name="Evidence 1").first.click()
    beside.get_by_role("button", name="Undo").click()
    expect(page.locator(".answer .flag-3")).to_be_empty()
    assert kitchen.service.recall(OWNER, "kitchen Friday").hits[0].entry.text == "The kitchen arrives on Friday."


def test_conversations_are_listed_opened_and_gone_on_with(kitchen: Any) -> None:
    page = kitchen.open(language="de")
    ask(page, QUESTION["de"])
    answered(page)
    ask(page, "Wann kommt der Elektriker?")
    answered(page, 1)
    page.get_by_role("link", name="Neues Gespräch").click()
    page.get_by_role("region", name="Gespräche").get_by_role("link", name=QUESTION["de"]).click()
    expect(page.locator(".turn")).to_have_count(2)
    page.locator(".turn").nth(0).get_by_role("button", name="Beleg 1").first.click()
    expect(page.locator(".evidence mark, .evidence blockquote")).to_contain_text(["Küche kommt am Dienstag"])
    forget = re.compile(r"^/forget\?thread=[0-9a-f-]{36}&source=vertraut$")
    expect(page.get_by_role("link", name="Gespräch vergessen")).to_have_attribute("href", forget)
    ask(page, "Und die Küche?")
    answered(page, 2)
    (talk,) = kitchen.service.talks.newest(OWNER, count=5)
    expect(page).to_have_url(f"{kitchen.url}/?talk={talk.name}")
    assert len(kitchen.service.talks.turns(OWNER, talk.name, last=9)) == 3


def test_a_long_conversation_and_many_of_them_are_shown_in_parts(app: Any, space: Any) -> None:
    when = When.of_datetime(space.clock.now(), "Europe/Berlin", "Europe/Berlin")

    def said(number: int, thread: str, author: str = "") -> Entry:
        return Entry("vertraut", f"{thread}-{number}{author}", "chat", when, f"Q{number}", author, thread, f"Title {thread}")

    space.remember(*(said(number, "long", author) for number in range(15) for author in ("", "Vertraut")))
    space.remember(*(said(0, f"talk-{number}") for number in range(30)))
    page = app.open()
    talks = page.get_by_role("region", name="Conversations")
    expect(talks.get_by_role("link")).to_have_count(8)
    talks.get_by_role("button", name="Earlier ones").click()
    expect(talks.get_by_role("link")).to_have_count(28)
    expect(talks.get_by_role("link").nth(8)).to_be_focused()
    page.goto(f"{app.url}/?talk=long")
    expect(page.locator(".turn")).to_have_count(12)
    page.get_by_role("link", name="Show earlier turns").click()
    expect(page.locator(".turn")).to_have_count(15)


@pytest.mark.parametrize("language", ["de", "en"])
def test_off_the_record_nothing_is_remembered_and_the_page_says_so(kitchen: Any, language: Any) -> None:
    label, says = {"de": ("Unter uns", "wird nicht behalten"), "en": ("Off the record", "not remembered")}[language]
    before = kitchen.service.stats(OWNER)
    page = kitchen.open(language=language, width=1440)
    page.get_by_role("switch", name=label).check()
    ask(page, QUESTION[language])
    answered(page)
    expect(page.locator(".turn").get_by_text(says)).to_be_visible()
    page.locator(".cite").first.click()
    page.get_by_role("button", name={"de": "Das nicht", "en": "Not this"}[language], exact=True).click()
    page.get_by_role("button", name={"de": "Ohne das antworten", "en": "Answer without it"}[language]).click()
    answered(page, 1)
    expect(page).to_have_url(f"{kitchen.url}/")
    after = kitchen.service.stats(OWNER)
    assert (after.entries, list(kitchen.service.journal.read("feedback"))) == (before.entries, [])
    first, second = page.locator(".answer").all_inner_texts()
    assert first != second


def test_what_was_said_off_the_record_goes_along_only_off_the_record(kitchen: Any) -> None:
    scripted(kitchen, ARRIVES)
    sent: list[str] = []
    page = kitchen.open()
    page.on("request", lambda request: sent.append(request.post_data or "") if request.url.endswith("/ask") else None)
    page.get_by_role("switch").check()
    for turn, off in enumerate([True, True, False]):
        page.get_by_role("switch").set_checked(off)
        ask(page, f"{QUESTION['en']} {turn}")
        answered(page, turn)
    assert ["history=" in each for each in sent] == [True, True, False]
    assert "arrives+on+Tuesday" in sent[1]
    assert "arrives+on+Tuesday" not in sent[2]
    (talk,) = kitchen.service.talks.newest(OWNER, count=5)
    assert talk.title == f"{QUESTION['en']} 2"


def test_a_model_streams_and_can_be_stopped(kitchen: Any) -> None:
    scripted(kitchen, ARRIVES, endless=True)
    page = kitchen.open(width=1440)
    ask(page, QUESTION["en"])
    expect(page.locator(".answer .cite").first).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped. Nothing of this turn is remembered.")).to_be_visible()
    expect(page.locator(".answer")).to_contain_text("arrives on Tuesday")
    assert kitchen.service.talks.newest(OWNER, count=5) == []
    scripted(kitchen, ARRIVES)
    page.get_by_role("button", name="Try again").click()
    answered(page)
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.get_by_text("Answered by scripted")).to_be_visible()


def test_a_stop_leaves_a_silent_model_at_once(kitchen: Any) -> None:
    left = threading.Event()
    scripted(kitchen, f"{ARRIVES} {ARRIVES} And", silent=left)
    page = kitchen.open()
    ask(page, QUESTION["en"])
    expect(page.locator(".answer .cite").first).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped. Nothing of this turn is remembered.")).to_be_visible()
    assert left.wait(5)
    end = time.monotonic() + 5
    while not (calls := list(kitchen.service.journal.read("call"))) and time.monotonic() < end:
        time.sleep(0.02)
    assert [call.content["outcome"] for call in calls] == ["cancelled"]


def test_a_lost_connection_and_an_unreached_server_are_said_in_place(kitchen: Any) -> None:
    kitchen.expected += ["ERR_FAILED", "Failed to fetch"]
    page = kitchen.open()
    page.route("**/ask", lambda route: route.abort(), times=1)
    ask(page, QUESTION["en"])
    expect(page.get_by_text("Vertraut did not get this question.")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_value(QUESTION["en"])

    def cut(route: Any) -> None:
        whole = route.fetch()
        route.fulfill(response=whole, body=whole.text().partition("\n\n")[0] + "\n\n")

    page.route("**/ask", cut, times=1)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("The connection was lost before the answer was complete.")).to_be_visible()
    page.get_by_role("button", name="Try again").and_(page.locator("[data-again]")).locator("visible=true").click()
    answered(page)


def test_forgetting_is_only_proposed(kitchen: Any) -> None:
    page = kitchen.open(language="de")
    ask(page, QUESTION["de"])
    answered(page)
    ask(page, "Vergiss [1]")
    answered(page, 1)
    link = re.compile(r"^/forget\?(entry=\d+&)*entry=1(&entry=\d+)*$")
    expect(page.get_by_role("link", name="Ansehen und bestätigen")).to_have_attribute("href", link)
    assert kitchen.service.show(OWNER, 1).entry.text == KITCHEN


def test_how_to_add_a_model_is_said_once(kitchen: Any) -> None:
    page = kitchen.open(language="de")
    ask(page, QUESTION["de"])
    answered(page)
    expect(page.get_by_text("vertraut model add")).to_be_visible()
    page.get_by_role("link", name="Neues Gespräch").click()
    ask(page, QUESTION["de"])
    answered(page)
    expect(page.get_by_text("vertraut model add")).to_be_hidden()


def test_first_questions_come_from_memory(lived: Any) -> None:
    page = lived.open(language="de")
    examples = page.get_by_role("region", name="Zum Beispiel").get_by_role("button")
    expect(examples).to_have_count(3)
    asked = examples.nth(0).inner_text()
    examples.nth(0).click()
    answered(page)
    expect(page.get_by_role("heading", level=2)).to_have_text(asked)


@pytest.mark.parametrize("language", ["de", "en"])
def test_an_empty_memory_leads_to_bringing_something_in(app: Any, language: Any) -> None:
    page = app.open(language=language)
    link = page.get_by_role("link", name={"de": "Etwas hereinholen", "en": "Bring something in"}[language])
    expect(link).to_have_attribute("href", "/bring")
    ask(page, "Anything at all?")
    answered(page)


def test_hostile_words_are_shown_as_words(space: Any, app: Any) -> None:
    space.remember_text(f"Passwort des Nachbarn: {HOSTILE}", title=HOSTILE[:60], author=HOSTILE[:40])
    space.remember_text(f"Endlos {'x' * 2_000_000}")
    page = app.open(width=320)
    ask(page, f"Passwort des Nachbarn {HOSTILE}?")
    answered(page)
    page.locator(".cite").first.click()
    expect(page.locator(".evidence")).to_be_visible()
    page.get_by_role("button", name="Why this?").click()
    expect(page.locator(".reasons")).to_be_visible()
    expect(page.locator("main img, main script, main hx-partial")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("\u202e")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ask(page, "Endlos")
    answered(page, 1)
    page.locator(".turn").nth(1).locator(".cite").first.click()
    expect(page.locator(".evidence blockquote")).to_contain_text("Endlos")
    page.goto(app.url)
    expect(page.get_by_role("region", name="Conversations").get_by_role("link")).to_have_count(1)


def token(client: httpx.Client) -> str:
    found = re.search(r'data-token="([0-9a-f]+)"', client.get("/").text)
    assert found
    return found[1]


def test_requests_that_no_page_sends_are_refused(kitchen: Any) -> None:
    with closing(kitchen.client()) as client:
        assert client.post("/ask", data={"text": "Küche"}).status_code == 403
        client.headers["X-Page-Token"] = token(client)
        about = {"entry": 1, "turn": "turn-0123456789ab", "question": "Küche?"}
        assert client.post("/ask/evidence", data=about).status_code == 200
        for wrong in (
            {"entry": 0},
            {"entry": "x"},
            {"turn": '"><b>'},
            {"start": -1},
            {"question": "x" * 4001},
        ):
            assert client.post("/ask/evidence", data=about | wrong).status_code == 422
        assert client.post("/ask/evidence", data=about | {"entry": 999}).status_code == 404
        assert client.post("/ask/verdict", data=about | {"verdict": "wrong", "entry": 999}).status_code == 404
        assert client.post("/ask/verdict", data=about | {"verdict": "delete"}).status_code == 422
        for wrong in ({"text": ""}, {"text": "x" * 4001}, {"text": "a", "history": "["}, {"text": "a", "without": "[0]"}):
            assert client.post("/ask", data=wrong).status_code == 422
        assert client.get("/ask/talks", params={"after": "nonsense"}).status_code == 200
        assert list(kitchen.service.journal.read("feedback")) == []


def test_a_turn_streams_as_events_that_no_cache_keeps(kitchen: Any) -> None:
    with closing(kitchen.client()) as client:
        client.headers["X-Page-Token"] = token(client)
        with client.stream("POST", "/ask", data={"text": QUESTION["de"], "off": "true"}) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            assert response.headers["cache-control"] == "no-store"
            lines = list(response.iter_lines())
    assert all(line == "" or line.startswith("data: ") for line in lines)
    assert "Die neue Küche kommt" in "\n".join(lines)


def test_the_text_of_an_answer_keeps_only_what_is_shown() -> None:
    one, two = Citation(1, 7, 0, 5), Citation(2, 8, 0, 5)
    text = "## Titel\nEin **fetter [1] Satz** mit `code` [1, 2] und [9].\n- a\n- b <b>\n\n1. c"
    blocks = blocks_of(text, {1: one, 2: two})
    assert [(block.kind, len(block.items)) for block in blocks] == [("p", 1), ("p", 1), ("ul", 2), ("ol", 1)]
    pieces = blocks[1].items[0]
    assert [(each.text, each.bold, each.code, each.citation) for each in pieces] == [
        ("Ein ", False, False, None),
        ("fetter ", True, False, None),
        ("1", True, False, one),
        (" Satz", True, False, None),
        (" mit ", False, False, None),
        ("code", False, True, None),
        (" ", False, False, None),
        ("1", False, False, one),
        ("2", False, False, two),
        (" und [9].", False, False, None),
    ]


def test_an_excerpt_marks_what_was_quoted_and_ends_between_words() -> None:
    text = f"{'vor ' * 100}das hier {'nach ' * 100}"
    part = excerpt(text, text.index("das"), text.index("das") + 8)
    assert (part.marked, part.begins, part.ends) == ("das hier", False, False)
    assert part.before.startswith("vor ")
    assert part.after.endswith(" nach")
    assert excerpt("ganz", 0, 4).marked == ""
    assert len(excerpt("x" * 10_000, 0, 0).before) <= 500
    assert excerpt("kurz", 90, 99).before == "kurz"


def test_a_question_to_an_empty_memory_leaves_the_way_to_fill_it(app: Any) -> None:
    list(app.service.chat(OWNER, QUESTION["en"]))
    page = app.open()
    expect(page.get_by_role("heading", name="Your memory is still empty")).to_be_visible()
    expect(page.locator("#talks a")).to_have_count(1)
    page.goto(f"{app.url}/life")
    expect(page.get_by_role("heading", name="Your life starts here")).to_be_visible()
    expect(page.locator(".life-count")).to_have_count(0)
    expect(page.get_by_role("link", name="Bring something in")).to_have_attribute("href", "/bring")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "A language model is set up. Vertraut answers with it after a restart."),
        ("de", "Ein Sprachmodell ist eingerichtet. Nach einem Neustart antwortet Vertraut damit."),
    ],
)
def test_a_model_that_was_added_meanwhile_answers_after_a_restart(
    kitchen: Any, settings: Settings, language: Literal["en", "de"], said: str
) -> None:
    CardFile(settings.home).add({"name": "tiny", "provider": "ollama", "model": "qwen3:4b"}, str)
    page = kitchen.open(language=language)
    ask(page, QUESTION[language])
    answered(page)
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_text("vertraut model add")).to_be_hidden()
