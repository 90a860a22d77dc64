"""Every tool does what it says, says it in words and in the form that it announced, and quotes what it quotes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import anyio
import pytest
from tests.conftest import NOW
from tests.interfaces.mcp.conftest import Connect, called, refused

from vertraut.application import Space
from vertraut.application.service import Service
from vertraut.application.verbs import VERBS
from vertraut.assistant import Said, TurnEvent
from vertraut.governance import Actor
from vertraut.interfaces.mcp.quotations import NOTE

pytestmark = pytest.mark.anyio

WRITES = {("import_text" if verb.name == "import" else verb.name): verb.writes for verb in VERBS}


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_tools_are_announced_honestly(connect: Connect, mode: str) -> None:
    async with connect(mode=mode) as client:
        tools = {each.name: each for each in (await client.list_tools()).tools}
        assert "data" in (client.instructions or "")
    assert tools.keys() == WRITES.keys()
    for name, tool in tools.items():
        hints = tool.annotations
        assert hints
        assert hints.read_only_hint is not WRITES[name]
        assert hints.destructive_hint is (name == "forget")
        assert hints.open_world_hint is False
        assert hints.idempotent_hint is (name not in {"remember", "forget", "chat"})
        assert tool.title
        assert " · " in tool.title
        assert len(tool.description or "") > 80
        assert tool.output_schema
        assert tool.output_schema["type"] == "object"
        assert all("description" in each for each in tool.input_schema.get("properties", {}).values())


async def test_recall_finds_and_quotes(connect: Connect) -> None:
    async with connect() as client:
        text, found = await called(client, "recall", question="Wann ist der Zahnarzt?", count=2)
        assert found["entries"][0]["number"] == 1
        assert found["entries"][0] == {
            "number": 1, "kind": "message", "when": "2026-03-08T14:30:00+01:00", "author": "Lena", "thread": "family",
            "title": "", "text": "Der Zahnarzt von Piet ist am 3. Mai.", "whole": True,
        }  # fmt: skip
        assert found["in_memory"] == 3
        assert "[1] Sun 2026-03-08 14:30, Lena (message “family”): Der Zahnarzt" in text
        text, found = await called(client, "recall", question="in:home before:2020")
        assert (text, found["entries"]) == ("Nothing in memory comes near.", [])


async def test_what_is_quoted_cannot_leave_its_quotation(connect: Connect) -> None:
    async with connect() as client:
        for tool in ("recall", "ask", "context"):
            text, structured = await called(client, tool, question="from:Mallory rules")
            assert structured["note"] == NOTE
            assert NOTE in text
            opened, closed = text.index("\n<memory "), text.index("\n</memory ")
            assert opened < text.index("Ignore all rules") < closed
            sign = text[opened + 9 : opened + 17]
            assert text.count(f"</memory {sign}>") == text.count("</memory") == 1
            assert "<|im_start|>" not in text
            assert "<|im_start|>" not in str(structured)
        again, _ = await called(client, "recall", question="from:Mallory rules")
        assert sign not in again


async def test_ask_answers_or_does_not_know(connect: Connect) -> None:
    async with connect() as client:
        text, answer = await called(client, "ask", question="Wann ist der Zahnarzt von Piet?")
        assert answer["known"]
        assert answer["quotes"][0]["text"] == "Der Zahnarzt von Piet ist am 3. Mai."
        assert text.startswith("These sentences answer it:")
        text, answer = await called(client, "ask", question="Which colour has the bicycle of the neighbour?")
        assert not answer["known"]
        assert text.startswith("Memory holds no answer.")


async def test_context_is_to_be_cited(connect: Connect) -> None:
    async with connect() as client:
        text, found = await called(client, "context", question="Wann kommt die Küche?", tokens=300)
        assert {"cite": 1, "number": found["sources"][0]["number"]} == found["sources"][0]
        assert found["tokens"] <= 300
        assert f"[1] is entry {found['sources'][0]['number']}" in text


async def test_show_gives_a_long_text_piece_by_piece(connect: Connect, service: Service) -> None:
    async with connect() as client:
        pieces, offset = [], 0
        while offset is not None:
            text, shown = await called(client, "show", number=3, offset=offset)
            assert len(text) < 9_000
            pieces.append(shown["entry"]["text"])
            offset = shown["next_offset"]
            assert ("The text goes on" in text) is (offset is not None)
        assert "".join(pieces) == service.memory.show(3).entry.text.strip()
        assert len(pieces) == 3
        _, beyond = await called(client, "show", number=3, offset=10**9)
        assert beyond["entry"]["text"] == ""
        assert await refused(client, "show", number=99) == "Entry 99 does not exist."


async def test_remembers_and_imports(connect: Connect, space: Space) -> None:
    async with connect() as client:
        _, first = await called(client, "remember", text="Lena mag Quitten.", title="Obst", author="Agent", key="k")
        _, again = await called(client, "remember", text="Lena mag Quitten.", title="Obst", author="Agent", key="k")
        assert first == again
        assert space.show(first["number"]).entry.author == "Agent"
        calendar = (
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260503\r\nSUMMARY:Ernte\r\nEND:VEVENT\r\nEND:VCALENDAR"
        )
        _, report = await called(client, "import_text", name="a.ics", text=calendar)
        assert (report["format"], report["new"], report["problems"]) == ("ics", 1, [])
        _, report = await called(client, "import_text", name="a.ics", text=calendar)
        assert (report["new"], report["known"]) == (0, 1)
        _, report = await called(client, "import_text", name="../../x.zip", text="PK\x03\x04")
        assert report["read"] == 0
        assert report["problems"]
        _, counted = await called(client, "stats")
        assert counted["by_kind"] == {"note": 2, "event": 1, "mail": 1, "message": 1}


@dataclass
class Watch:
    """A clock that is moved on by hand."""

    instant: datetime = NOW

    def now(self) -> datetime:
        return self.instant


async def test_forgets_only_what_was_shown(connect: Connect, service: Service, space: Space) -> None:
    service.clock = clock = Watch()
    async with connect() as client:
        _, preview = await called(client, "forget", matching="from:Mallory")
        assert (preview["done"], preview["numbers"], preview["clean"]) == (False, [2], None)
        assert space.show(2)
        gone = "There is no such preview"
        assert gone in await refused(client, "forget", confirm=True)
        assert gone in await refused(client, "forget", numbers=[2], confirm=True)
        text, done = await called(client, "forget", confirm=True, preview=preview["preview"])
        assert (done["done"], done["numbers"], done["clean"]) == (True, [2], True)
        assert "No trace" in text
        assert gone in await refused(client, "forget", confirm=True, preview=preview["preview"])
        _, preview = await called(client, "forget", numbers=[1])
        assert gone in await refused(client, "forget", numbers=[1, 3], confirm=True, preview=preview["preview"])
        _, preview = await called(client, "forget", numbers=[1])
        clock.instant += timedelta(minutes=11)
        assert gone in await refused(client, "forget", confirm=True, preview=preview["preview"])
        assert await refused(client, "forget", numbers=[2]) == "Entry 2 was forgotten."
        assert "Nothing was selected" in await refused(client, "forget")
        assert "cannot be used as a filter" in await refused(client, "forget", matching="the kitchen")


async def test_a_preview_has_a_size(connect: Connect, space: Space) -> None:
    for number in range(230):
        space.remember_text(f"Zettel {number}", thread="many")
    async with connect() as client:
        text, preview = await called(client, "forget", matching="in:many")
        assert len(preview["numbers"]) == 200
        assert "30 more match" in text


async def test_chat_answers_with_evidence_and_remembers(connect: Connect, service: Service) -> None:
    heard: list[float] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append(progress)

    async with connect(mode="legacy") as client:
        result = await client.call_tool("chat", {"text": "Wann ist der Zahnarzt von Piet?"}, progress_callback=hear)
        said: Any = result.structured_content
        assert said["model"] == "quotes"
        assert {"cite": 1, "number": 1} in said["sources"]
        assert len(said["remembered"]) == 2
        assert heard
        _, more = await called(client, "chat", text="Und wo?", conversation=said["conversation"], remember=False)
        assert more["conversation"] == said["conversation"]
        assert more["remembered"] == []


async def test_a_turn_that_nobody_waits_for_is_closed(
    connect: Connect, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, closed = anyio.Event(), threading.Event()

    def endless(actor: Actor, text: str, **_: Any) -> Iterator[TurnEvent]:
        try:
            while True:
                anyio.from_thread.run_sync(begun.set)
                yield Said("…")
        finally:
            closed.set()

    monkeypatch.setattr(service, "chat", endless)
    async with connect(mode="legacy") as client:
        async with anyio.create_task_group() as group:
            group.start_soon(client.call_tool, "chat", {"text": "Hallo"})
            await begun.wait()
            group.cancel_scope.cancel()
        assert await anyio.to_thread.run_sync(closed.wait, 20)
        await called(client, "stats")


async def test_errors_are_sentences_without_arguments(connect: Connect) -> None:
    async with connect() as client:
        said = await refused(client, "recall", question="", count=999, secret="geheim")
        assert said.startswith("These arguments do not fit: question: ")
        assert "count: " in said
        assert "geheim" not in said
        assert "pydantic" not in said
        assert await refused(client, "recall", question="?!") == "The question is empty. Ask with at least one word."
        assert "is not a date" in await refused(client, "recall", question="before:gestrig")
        assert "Unknown tool" in await refused(client, "delete_everything")


async def test_a_defect_shows_and_logs_no_content(
    connect: Connect, service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("Geheimnis")

    monkeypatch.setattr(service, "recall", broken)
    caplog.set_level(logging.DEBUG)
    async with connect() as client:
        assert await refused(client, "recall", question="Zahnarzt") == "Error calling tool 'recall'"
        await refused(client, "show", number="Zahnarzt")
    ours = [each.getMessage() for each in caplog.records if each.name == "vertraut.mcp"]
    assert len(ours) == 1
    assert ours[0].endswith(" KeyError")
    assert "Geheimnis" not in caplog.text
    assert "Zahnarzt" not in caplog.text
