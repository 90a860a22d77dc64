"""The page of You: how Vertraut speaks to its person, to be changed word by word, and what it remembers, in numbers.

Each trait is saved by itself; an empty value goes back to what is suggested.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Form
from fastapi.responses import Response

from vertraut.application.inspection import Stats
from vertraut.assistant.persona import CHOICES, Persona, countries
from vertraut.assistant.persona import say as addressed
from vertraut.errors import BadSetting
from vertraut.interfaces.harmless import one_line
from vertraut.interfaces.language import Wording
from vertraut.interfaces.web.naming import day_of, source_name
from vertraut.interfaces.web.page import ByPage, Page, Web
from vertraut.settings import FILE_NAME

Trait = Literal["name", "language", "length", "tone", "address", "country"]
TRAITS: Final[tuple[Trait, ...]] = ("name", "language", "length", "tone", "address", "country")
"""In the order in which the sentence names them."""

_ROWS: Final = 6
_HUNDREDTH: Final = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart: what it counts, how many, and its length in percent of the longest."""

    name: str
    count: int
    length: float


def create_router(_web: Web) -> APIRouter:
    """Return the addresses."""
    router = APIRouter(prefix="/you")

    @router.get("")
    def you(page: ByPage) -> Response:
        settings = page.web.service.settings
        file, now = str(settings.home / FILE_NAME), page.say.moment(page.now())
        return page.show("you.html", settings=settings, file=file, now=now, **_portrait(page))

    @router.get("/memory")
    def memory(page: ByPage) -> Response:
        stats = page.web.service.stats(page.actor)
        return page.show("you.memory.part.html", stats=stats, **(_charts(stats, page.say) if stats.entries else {}))

    @router.post("/{trait}")
    def change(page: ByPage, trait: Trait, value: Annotated[str, Form(max_length=200)] = "") -> Response:
        try:
            page.web.service.change_persona(page.actor, **{trait: value.strip()})
        except BadSetting:
            if trait != "name":
                raise
            return page.show("you.portrait.part.html", status=422, saved=False, **_portrait(page, wrong=value))
        return page.show("you.portrait.part.html", saved=True, **_portrait(page, back="" if value.strip() else trait))

    return router


def _portrait(page: Page, *, wrong: str = "", back: str = "") -> dict[str, Any]:
    """Return what the portrait is made of; ``wrong`` is a name that cannot be one, ``back`` the trait that went back."""
    service = page.web.service
    persona, suggested = service.persona(page.actor), service.suggested_persona(page.actor)
    names = [each.name for each in fields(Persona)]
    differing = {name for name, own, usual in zip(names, astuple(persona), astuple(suggested), strict=True) if own != usual}
    language = persona.language or page.say.language
    return {
        "persona": persona,
        "changed": [each for each in TRAITS if each in differing],
        "traits": TRAITS,
        "choices": CHOICES,
        "countries": sorted(countries()),
        "example": _example(persona, Wording(language, page.say.home_zone, page.say.texts)),
        "example_language": language,
        "question": Wording(language, page.say.home_zone, page.say.texts)("you.question"),
        "wrong": wrong,
        "back": back,
    }


def _example(persona: Persona, say: Wording) -> str:
    """Return how an answer sounds by a persona."""
    if say.language == "de":
        your, you = addressed(persona, "dein", "Ihr"), addressed(persona, "dich", "Sie")
    else:
        your, you = "your", "you"
    words = {"your": your, "you": you, "Your": your.capitalize(), "called": f", {persona.name}" if persona.name else ""}
    return say(f"you.example.{persona.tone}.{persona.length}", **words)


def _charts(stats: Stats, say: Wording) -> dict[str, Any]:
    """Return what the page shows of a memory that is not empty."""
    spoken = [code for code, count in stats.by_language.items() if count * _HUNDREDTH >= stats.entries]
    return {
        "first": day_of(stats.first, say) if stats.first else "",
        "last": day_of(stats.last, say) if stats.last else "",
        "charts": {
            say("you.by_kind"): _bars({say.noun(kind, 2): count for kind, count in stats.by_kind.items()}),
            say("you.by_source"): _bars({source_name(name, say): count for name, count in stats.by_source.items()}),
            say("you.by_year"): _bars(_years(stats.by_year, say)),
        },
        "spoken": spoken[:4],
    }


def _bars(counts: Mapping[str, int]) -> list[Bar]:
    shown = list(counts.items())[:_ROWS]
    most = max(count for _, count in shown)
    return [Bar(one_line(name[:60]), count, round(max(1.0, 100 * count / most), 1)) for name, count in shown]


def _years(by_year: Mapping[str, int], say: Wording) -> dict[str, int]:
    """Return the last years, newest first, and all before them as one."""
    newest = sorted(by_year.items(), reverse=True)
    if len(newest) <= _ROWS:
        return dict(newest)
    own, before = newest[: _ROWS - 1], newest[_ROWS - 1 :]
    return {**dict(own), say("you.earlier", year=own[-1][0]): sum(count for _, count in before)}
