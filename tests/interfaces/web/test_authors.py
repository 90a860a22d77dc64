"""Those whom an export of AI chats calls "user" and "assistant" are shown as what they are, and dates have no end."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from vertraut.application import Space
from vertraut.clock import When
from vertraut.governance import OWNER
from vertraut.ledger import Entry

MOMENT: Final = datetime(2025, 3, 8, 12, tzinfo=UTC)


@pytest.fixture
def talked(space: Space) -> tuple[int, ...]:
    """Remember an AI chat, and a mail of somebody who calls himself as the chat calls its person."""

    def said(number: int, author: str, text: str, **changes: Any) -> Entry:
        when = When.of_datetime(MOMENT + timedelta(minutes=number), "Europe/Berlin", "Europe/Berlin")
        given: dict[str, Any] = {"kind": "chat", "source": "chatgpt", "thread": "oven", **changes}
        return Entry(external_id=str(number), when=when, text=text, author=author, **given)

    return space.remember(
        said(1, "user", "How hot must the oven be for bread?"),
        said(2, "assistant", "About 240 degrees, with steam."),
        said(3, "user", "Ich bin nicht du.", kind="mail", source="mail", thread="x", title="Oven"),
    )


@pytest.mark.parametrize(("language", "you", "it"), [("en", "You", "AI assistant"), ("de", "Du", "KI-Assistent")])
def test_they_are_called_what_they_are_everywhere(
    app: Any, talked: tuple[int, ...], language: str, you: str, it: str
) -> None:
    client = app.client()
    client.headers["Accept-Language"] = language

    def shown(path: str) -> str:
        answer = client.get(path)
        assert answer.status_code == 200
        return html.unescape(answer.text.split("<main", 1)[1])

    life = shown("/life")
    people = re.findall(r'class="words name">([^<]+)<', life.split('id="facet-person"')[1].split("</section>")[0])
    assert people == [you, it]
    assert re.findall(r'<a class="words"[^>]*>([^<]+)<', life)[:3] == ["Oven", it, you]
    picked = shown("/life?person=assistant")
    assert (f">{it}</span>" in picked, ">assistant</span>" in picked) == (True, False)
    assert [it in shown(f"/life/entry/{number}") for number in talked] == [True, True, False]
    assert ">user<" in shown(f"/life/entry/{talked[2]}")  # what another calls himself is not the person
    forget = shown("/forget?author=assistant")
    assert (f">{you}</span>" in forget, f">{it}</span>" in forget, ">assistant</span>" in forget) == (True, True, False)
    evidence = client.post(
        "/ask/evidence",
        data={"entry": str(talked[1]), "turn": "turn-" + "0" * 12},
        headers={"X-Page-Token": re.findall(r'data-token="(\w+)"', client.get("/you").text)[0]},
    )
    assert it in evidence.text


def test_a_person_who_said_their_name_is_called_by_it(app: Any, talked: tuple[int, ...]) -> None:
    app.service.change_persona(OWNER, name="Jonas")
    page = app.client().get(f"/life/entry/{talked[0]}").text
    assert re.findall(r'href="/life\?person=user">([^<]+)<', page) == ["Jonas"]


def test_the_last_day_of_the_calendar_can_be_looked_at(app: Any, space: Space) -> None:
    when = When(datetime(9999, 12, 31, 23, 30, tzinfo=UTC), "Europe/Berlin")
    (number,) = space.remember(Entry("jsonl", "1", "note", when, "The end of time"))
    client = app.client()
    for path in (f"/life/entry/{number}", "/life", "/life/9999", "/life/9999/12", "/life/9999/12/31"):
        assert client.get(path).status_code == 200
    assert "31 December 9999" in client.get(f"/life/entry/{number}").text
