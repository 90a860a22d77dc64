"""One piece of evidence beside an answer: the entry around the marked words, why it was found, and what is wrong with it.

All of it is posted to, also where nothing changes, so that no question stands in an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from vertraut.assistant.feedback import Verdict
from vertraut.errors import BadQuery
from vertraut.interfaces.language import Wording
from vertraut.interfaces.language.hits import reasons_of
from vertraut.interfaces.web.page import ByPage, Page, Web
from vertraut.memory import Recalled

LONGEST: Final = 4000
"""Characters of a question, and of what is written down as right."""

_AROUND, _MARKED, _BEGINNING = 160, 1200, 500
_NEARLY_ALL: Final = 0.9

Question = Annotated[str, Form(max_length=LONGEST)]
Name = Annotated[str, Form(max_length=200)]
Element = Annotated[str, Form(pattern=r"^turn-[0-9a-f]{12}$")]
Place = Annotated[int, Form(ge=0)]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Part of a text: what stands before the marked words, these, and what stands after; and whether it goes on."""

    before: str
    marked: str
    after: str
    begins: bool
    ends: bool


@dataclass(frozen=True, slots=True)
class About:
    """Which evidence a request is about, in which turn: what all of its forms carry."""

    entry: int
    turn: str
    question: str
    conversation: str
    off: bool
    number: int

    @property
    def element(self) -> str:
        """What the parts of this evidence are called on the page."""
        return f"{self.turn}-{self.entry}"


def about_of(
    entry: Annotated[int, Form(ge=1)],
    turn: Element,
    question: Question = "",
    conversation: Name = "",
    number: Place = 0,
    *,
    off: Annotated[bool, Form()] = False,
) -> About:
    """Return what a form says."""
    return About(entry, turn, question, conversation, off, number)


ByAbout = Annotated[About, Depends(about_of)]


def create_router(web: Web) -> APIRouter:
    """Return the addresses."""
    router, talks = APIRouter(prefix="/ask"), web.service.talks

    def answer(page: Page, template: str, about: About, **values: Any) -> Response:
        judged = talks.judged(page.actor, about.question)
        left_out, disputed = about.entry in judged.left_out, about.entry in judged.disputed
        return page.show(template, about=about, left_out=left_out, disputed=disputed, **values)

    @router.post("/evidence")
    def evidence(page: ByPage, about: ByAbout, start: Place = 0, stop: Place = 0) -> Response:
        entry = web.service.show(page.actor, about.entry).entry
        part = excerpt(entry.text or entry.title, start, stop)
        return answer(page, "ask_evidence.part.html", about, entry=entry, excerpt=part)

    @router.post("/why")
    def why(page: ByPage, about: ByAbout) -> Response:
        try:
            reasons = why_found(talks.reasons(page.actor, about.question), about.entry, page.say)
        except BadQuery:
            reasons = [page.say("ask.why_gone")]
        return page.show("ask_why.part.html", reasons=reasons)

    @router.post("/verdict")
    def verdict(
        page: ByPage, about: ByAbout, verdict: Annotated[Verdict, Form()], *, back: Annotated[bool, Form()] = False
    ) -> Response:
        only_here = about.off and verdict == "not_this"  # nothing of what was asked off the record is kept
        if not only_here:
            asked, talk = about.question, about.conversation
            talks.judge(page.actor, about.entry, verdict, question=asked, conversation=talk, back=back)
        return answer(page, "ask_verdict.part.html", about, verdict=verdict, only_here=only_here and not back)

    @router.post("/right")
    def right(page: ByPage, about: ByAbout, text: Question) -> Response:
        name = web.service.assistant.personas.get().name
        number = web.service.remember(page.actor, text, author=name, key=f"right\0{about.entry}\0{text}")
        return page.show("ask_right.part.html", number=number)

    return router


def excerpt(text: str, start: int, stop: int) -> Excerpt:
    """Return the words at a place with what stands around them; without a place, or with nearly all, nothing is marked."""
    stop = min(stop, len(text))
    if start >= stop or stop - start >= _NEARLY_ALL * len(text):
        return Excerpt(_to_word(text, 0, _BEGINNING), "", "", begins=True, ends=len(text) <= _BEGINNING)
    end = min(stop, start + _MARKED)
    first, last = max(0, start - _AROUND), end + _AROUND
    before = text[first:start] if not first else text[first:start].partition(" ")[2]
    return Excerpt(before, text[start:end], _to_word(text, end, last), begins=not first, ends=last >= len(text))


def _to_word(text: str, start: int, stop: int) -> str:
    """Return a part of a text that does not end within a word, if there is a space in it."""
    part = text[start:stop]
    return part if stop >= len(text) else part.rpartition(" ")[0] or part


def why_found(found: Recalled, entry: int, say: Wording) -> list[str]:
    """Return what made recall choose an entry, in words."""
    for hit in found.hits:
        if hit.id == entry:
            return reasons_of(hit, say) or [say("ask.why_listed")]
    if any(entry in hit.repeats for hit in found.hits):
        return [say("ask.why_repeat")]
    if any(entry in hit.around for hit in found.hits):
        return [say("ask.why_near")]
    return [say("ask.why_gone")]
