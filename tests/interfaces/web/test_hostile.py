"""What strangers wrote, on every page: nothing of it runs, turns the page around, makes it wider than the screen or slow."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Request

from vertraut.application import Space
from vertraut.clock import When
from vertraut.ledger import ENTRY_KINDS, Attachment, Entry, Person

DAY = datetime(2025, 3, 8, 14, 30, tzinfo=UTC)
MARKUP = """</textarea></title></script><script>window.ran = 1</script><img src=x onerror="window.ran = 1">
<svg onload=window.ran=1><a href="javascript:window.ran=1">click</a><iframe srcdoc="<script>parent.ran=1</script>"></iframe>
<style>* {display: none}</style><meta http-equiv=refresh content="0;url=//evil.example"><base href=//evil.example>
<form action=//evil.example><input autofocus><div hx-post="/evil" hx-trigger="load"></div>
<hx-partial hx-target="body">gone</hx-partial><b class="words card">{{ 31337 * 31337 }}</b>"""
QUOTES = """" onmouseover="window.ran=1" x="' onclick='window.ran=1' `${window.ran=1}` <!-- ]]> --> &lt;script&gt;"""
TURNED = "\u202egnp.\u2066exe\u2069 \u202d\u200f\u061c abc \u202e" * 40
UNSEEN = "pass\u200bword\ufeff\u00ad\u2060 \0 \x1b[2J\x9b \u2028\u2029\u0085 \ud800 " + "\u200b" * 5000 + "end"
PILED = "Z" + "\u0301\u0334\u0489" * 500 + "a" + "\U0001f468\u200d" * 300
WORD = "w" * 2_000_000
SAID = {"markup": MARKUP, "quotes": QUOTES, "turned": TURNED, "unseen": UNSEEN, "piled": PILED, "word": WORD}

STATE = """() => { const all = [...document.querySelectorAll("*")], main = document.querySelector("main");
  const acts = (one) => /^on|^srcdoc$/.test(one.name) || /^\\s*javascript:/i.test(one.value);
  const foreign = "script, iframe, object, embed, meta, base, style, hx-partial, [hx-post='/evil']";
  return {
    ran: window.ran ?? null,
    wide: Math.max(0, document.documentElement.scrollWidth - innerWidth),
    many: Math.max(0, all.length - 6000),
    acts: all.filter((each) => [...each.attributes].some(acts)).map((each) => each.outerHTML.slice(0, 80)),
    foreign: main.querySelectorAll(foreign).length,
    calculated: main.textContent.includes(String(31337 * 31337)),
    turned: /[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.title + main.innerText),
    hidden: main.getBoundingClientRect().height === 0,
  }; }"""
HARMLESS: dict[str, Any] = {"ran": None, "wide": 0, "many": 0, "acts": [], "foreign": 0} | dict.fromkeys(
    ("calculated", "turned", "hidden"), False
)


def hostile_entries() -> Iterator[Entry]:
    """Yield entries whose every field is hostile, of every kind."""
    for number, (name, said) in enumerate(SAID.items()):
        for kind in ENTRY_KINDS if name == "markup" else ("mail",):
            short = said[:100_000]
            yield Entry(
                source=short[:200] if name == "markup" else "mail",
                external_id=f"{name} {kind}",
                kind=kind,
                when=When.of_datetime(DAY + timedelta(minutes=number), "Europe/Berlin", "Europe/Berlin"),
                text=f"cake {said}",
                author=short[:1000],
                thread=short,
                thread_title=short,
                title=short,
                place=short[:1000],
                people=(Person("from", short[:1000], short[:1000]), Person(short[:100], short, "a@b.example")),
                attachments=(Attachment(short[:1000], short[:100], 10),),
                origin=short[:1000],
                meta={"status": short[:1000]},
            )
    yield Entry(
        source="mail",
        external_id="crowd",
        kind="mail",
        when=When.of_datetime(DAY, "Europe/Berlin"),
        text="cake for everybody",
        people=tuple(Person("to", f"<b>Person {n}</b>", f"{n}@example.org") for n in range(5000)),
        attachments=tuple(Attachment(f"<img src=x onerror=window.ran=1> {n}.png", "image/png", n) for n in range(10_000)),
    )


@pytest.fixture
def hostile(space: Space, app: Any) -> tuple[Any, tuple[int, ...]]:
    """The app on hostile entries, and their numbers."""
    numbers = space.remember(*hostile_entries())
    return app, numbers


def watched(app: Any) -> tuple[Page, list[str]]:
    """Return a page, and what it asks of others than us."""
    page, away = app.open("/bring"), list[str]()

    def note(request: Request) -> None:
        if not request.url.startswith((app.url, "data:", "blob:")):
            away.append(request.url)

    page.on("request", note)
    return page, away


def seen(page: Page) -> dict[str, Any]:
    """Return what is wrong on a page, on a phone and on a wide screen."""
    wrong: dict[str, Any] = {}
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        found = page.evaluate(STATE)
        wrong |= {f"{what} at {width}": found[what] for what in HARMLESS if found[what] != HARMLESS[what]}
    return wrong


ADDRESSES = (
    "/", "/life", "/life/2025", "/life/2025/3", "/life/2025/3/8", "/life?q=cake", "/forget", "/forget?words=cake", "/bring",
    "/you", "/privacy",
)  # fmt: skip


def test_every_page_is_harmless(hostile: tuple[Any, tuple[int, ...]]) -> None:
    app, _ = hostile
    page, away = watched(app)
    wrong: dict[Any, Any] = {}
    for address in ADDRESSES:
        answer = page.goto(app.url + address)
        assert answer
        size = len(answer.body())
        found = seen(page) | ({"status": answer.status} if answer.status != 200 else {})
        wrong |= {address: found} if found else {}
        wrong |= {f"{address} is large": size} if size > 300_000 else {}
    assert wrong == {}
    assert away == []
    assert len(app.devices.list()) == 1


def test_every_entry_is_harmless(hostile: tuple[Any, tuple[int, ...]]) -> None:
    app, numbers = hostile
    page, away = watched(app)
    wrong: dict[Any, Any] = {}
    for number in numbers:
        answer = page.goto(f"{app.url}/life/entry/{number}")
        assert answer
        found = seen(page) | ({"status": answer.status} if answer.status != 200 else {})
        size = len(answer.body())
        wrong |= {number: found} if found else {}
        wrong |= {f"{number} is large": size} if size > 1_000_000 else {}
    assert wrong == {}
    assert away == []


def test_an_answer_from_hostile_entries_is_harmless(hostile: tuple[Any, tuple[int, ...]]) -> None:
    app, _ = hostile
    page, away = watched(app)
    page.goto(app.url)
    page.get_by_role("textbox").first.fill(f"Where is the cake? {MARKUP[:400]}")
    page.keyboard.press("Enter")
    page.locator("main").get_by_role("article").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert seen(page) == {}
    assert away == []


def test_what_is_shared_is_harmless(app: Any) -> None:
    page, away = watched(app)
    for said in (MARKUP, QUOTES, TURNED, PILED, "w" * 900_000):
        page.evaluate(
            """async ([said, data]) => { const form = new FormData();
            for (const name of ["title", "text", "url"]) form.append(name, said);
            form.append("files", new File([Uint8Array.from(atob(data), (each) => each.charCodeAt(0))], said.slice(0, 2000)));
            await fetch("/share", {method: "POST", body: form}); }""",
            [said, base64.b64encode(b"GIF89a").decode()],
        )
        page.goto(f"{app.url}/share")
        assert {what: found for what, found in seen(page).items() if not what.startswith("turned")} == {}
        page.get_by_role("button", name="Remember").click()
        page.locator("#share h1:focus").wait_for()
        assert seen(page) == {}
    assert away == []
