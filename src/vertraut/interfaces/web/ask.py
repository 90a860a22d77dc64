"""The start page: one field, what was asked and answered below each other, and the conversations so far."""

from __future__ import annotations

from typing import Annotated, Any, Final

from anyio import CapacityLimiter
from fastapi import APIRouter, Form, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field, Json

from vertraut.assistant import Spoken
from vertraut.assistant.conversation import TURNS_TOLD, PastTurn, cited_numbers, without_numbers
from vertraut.interfaces.streams import EventStream
from vertraut.interfaces.web import evidence
from vertraut.interfaces.web.evidence import LONGEST, Name, Question
from vertraut.interfaces.web.page import HEADERS, ByPage, Page, Web
from vertraut.interfaces.web.turn_stream import TurnStream
from vertraut.interfaces.web.turn_view import TurnView
from vertraut.memory.conversations import Conversation

AT_ONCE: Final = 64
"""Turns that can be waited for at the same time, in threads of their own."""

_LISTED, _MORE_LISTED = 8, 20
_STREAMED: Final = {name: value for name, value in HEADERS.items() if name != "Cache-Control"}  # streams have their own
_SUBJECTS: Final = 3
_TURNS, _MOST_TURNS = 12, 400


class Told(BaseModel):
    """What was said on the page before, off the record."""

    question: Annotated[str, Field(max_length=LONGEST)]
    answer: Annotated[str, Field(max_length=40_000)]


History = Annotated[list[Told], Field(max_length=TURNS_TOLD)]
Without = Annotated[list[Annotated[int, Field(ge=1)]], Field(max_length=20)]


def create_router(web: Web) -> APIRouter:
    """Return the addresses."""
    router, places = APIRouter(), CapacityLimiter(AT_ONCE)
    service, talks = web.service, web.service.talks
    router.include_router(evidence.create_router(web))

    @router.get("/")
    def home(
        page: ByPage,
        talk: Annotated[str, Query(max_length=200)] = "",
        question: Annotated[str, Query(max_length=LONGEST)] = "",
        last: Annotated[int, Query(ge=1, le=_MOST_TURNS)] = _TURNS,
    ) -> Response:
        turns = talks.turns(page.actor, talk, last=last + 1) if talk else []
        if turns:
            return _conversation(page, talk, turns, last)
        empty = talks.is_empty(page.actor)
        subjects = [] if empty else talks.subjects(page.actor, count=_SUBJECTS)
        listed = talks.newest(page.actor, count=_LISTED + 1)
        return page.show(
            "ask.html",
            empty=empty,
            subjects=subjects,
            outside=_outside(web),
            behind=False,
            question=question,
            gone=bool(talk),
            **_list(listed, _LISTED),
        )

    @router.get("/ask/talks")
    def more(page: ByPage, after: Annotated[str, Query(max_length=40)]) -> Response:
        listed = talks.newest(page.actor, count=_MORE_LISTED + 1, after=after)
        return page.show("ask_talks.part.html", behind=True, **_list(listed, _MORE_LISTED))

    @router.post("/ask")
    def ask(
        page: ByPage,
        text: Question,
        conversation: Name = "",
        *,
        history: Annotated[Json[History], Form(default_factory=list)],
        without: Annotated[Json[Without], Form(default_factory=list)],
        off: Annotated[bool, Form()] = False,
        first: Annotated[bool, Form()] = False,
    ) -> Response:
        stream = TurnStream(page, text, off=off, first=first)
        turn = service.chat(
            page.actor,
            text,
            conversation=conversation,
            remember=not off,
            history=_spoken(history) if off else None,
            confirm=stream.confirm,
            without=without,
        )
        return EventStream(stream.messages(turn), _STREAMED, places)

    return router


def _conversation(page: Page, name: str, turns: list[PastTurn], last: int) -> Response:
    """Show a conversation that memory holds, from the last of its turns back."""
    service, shown = page.web.service, turns[-last:]
    numbers = {number for turn in shown for number in turn.evidence}
    entries = service.numbered(page.actor, sorted(numbers))
    disputed = service.talks.disputed(page.actor, numbers)
    return page.show(
        "ask_talk.html",
        name=name,
        title=_title(turns[0]),
        turns=[TurnView.past(turn, entries, disputed, name) for turn in shown],
        earlier=min(4 * last, _MOST_TURNS) if len(turns) > last and last < _MOST_TURNS else 0,
        outside=_outside(page.web),
    )


def _title(turn: PastTurn) -> str:
    entry = (turn.asked or turn.answered or (0, None))[1]
    return entry.thread_title if entry else ""


def _list(found: list[Conversation], most: int) -> dict[str, Any]:
    """Return conversations for a list, and where it goes on."""
    return {"talks": found[:most], "more": found[most - 1].place if len(found) > most else ""}


def _spoken(history: History) -> list[Spoken]:
    """Return what was said on the page as the assistant takes it."""
    said: list[Spoken] = []
    for turn in history:
        said.append(Spoken("person", turn.question))
        said.append(Spoken("assistant", without_numbers(turn.answer), carried=bool(cited_numbers(turn.answer))))
    return said


def _outside(web: Web) -> bool:
    """Say whether a language model outside this machine may be asked."""
    models = web.service.models
    return models is not None and any(card.outside for card in models.cards)
