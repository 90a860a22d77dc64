"""What a person does in the web app, each a step that is measured: where it begins, what is pressed, what must change."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from playwright.sync_api import Page

from bench import generate, years
from bench.web_figures import INTERACTION, Budget
from bench.years import LAST, YEARS

DRAWN: Final = 200
"""Milliseconds after which an answer has surely been drawn."""

SEARCH: Final = 100.0
"""Milliseconds that searching while one types may take, at p95."""

Action = Callable[[], object]
Prepared = Callable[[Page, int], Action]


@dataclass(frozen=True, slots=True)
class Walk:
    """An interaction; the n-th time it may begin elsewhere, so that nothing is measured that was just looked at.

    ``prepared`` gets the page ready and returns what is then measured. ``place`` is where the change shows that a script of
    ours makes, ":root" where a style alone answers; empty where htmx makes it, or another page comes. What streams has no
    budget: its beginning has.
    """

    name: str
    start: Callable[[int], str]
    prepared: Prepared
    place: str = ""
    budget: Budget = INTERACTION


def _year(number: int) -> int:
    return LAST.year - 1 - number % (YEARS - 2)


def _month(number: int) -> str:
    return f"{_year(number)}/{1 + 5 * number % 12:02d}"


def _at(form: str) -> Callable[[int], str]:
    """Return addresses with a year, month or day, or another conversation, each time."""
    return lambda n: form.format(year=_year(n), month=_month(n), day=f"{_month(n)}/{1 + 3 * n % 28:02d}", talk=f"c{n % 100}")


@cache
def _messages() -> tuple[int, ...]:
    """Return the numbers of messages far from the ends of their threads."""
    kinds = (entry.kind for entry in itertools.islice(years.entries(100_000), 40_000))
    return tuple(number for number, kind in enumerate(kinds, 1) if kind == "message")[30::600]


@cache
def _questions() -> list[str]:
    return generate.questions(40, 4000)


def _in_a_thread(number: int) -> str:
    return f"/life/entry/{_messages()[number % 40]}"


def _press(selector: str, text: str = "", *, other: bool = False) -> Prepared:
    """Press the first of what a selector finds in the main part, or each time another one."""

    def prepared(page: Page, number: int) -> Action:
        found = page.locator(f"main {selector}", has_text=text or None)
        found.first.wait_for()
        return found.nth(number % found.count() if other else 0).click

    return prepared


def _leading(form: str, part: str = "") -> Prepared:
    """Press the link of the main part that leads to an address, or a part of that link."""

    def prepared(page: Page, number: int) -> Action:
        return page.locator(f'main a[href$="{_at(form)(number)}"]{part}').first.click

    return prepared


def _to(name: str) -> Walk:
    """Return the walk to a page by the list of places."""
    start = "/privacy" if name in {"Ask", "Life"} else "/life"

    def prepared(page: Page, _number: int) -> Action:
        return page.locator("nav.places").get_by_role("link", name=name, exact=True).click

    return Walk(f"open {name}", _at(start), prepared)


def _typed(*, letters: int, rank: int = 0) -> Prepared:
    """Type the next letter of a word into the field at the top, after so many; ``rank`` says how rare it is."""

    def prepared(page: Page, number: int) -> Action:
        words = (generate.word(each) for each in itertools.count(rank + 7 * number))
        return _next_letter(page, "#life-q", next(word for word in words if len(word) > letters), letters)

    return prepared


def _next_letter(page: Page, field: str, word: str, letters: int) -> Action:
    """Type so many letters of a word, each when the answer to the one before is drawn, and return what types the next."""
    typed = page.locator(field)
    for letter in word[:letters]:
        with page.expect_response(lambda answer: answer.request.method == "GET"):
            typed.press(letter)
        page.wait_for_timeout(DRAWN)
    return lambda: typed.press(word[letters])


def _asked(page: Page, number: int) -> Action:
    page.get_by_role("textbox").first.fill(_questions()[number % 40])
    return lambda: page.keyboard.press("Enter")


def _evidence_open(then: Prepared) -> Prepared:
    """Open the first evidence of a conversation, then do something there."""

    def prepared(page: Page, number: int) -> Action:
        page.locator("main button.source").first.click()
        page.locator("#beside section").wait_for()
        return then(page, number)

    return prepared


def _author(number: int) -> str:
    return generate.word(5000 + 1 + number % 8).capitalize()


def _name_found(page: Page, number: int) -> Action:
    """Open all names, then type into the field above them."""
    page.locator("[data-facet=person] button").click()
    page.locator("#name-person").wait_for()
    return _next_letter(page, "#name-person", _author(number), 1)


def _written(page: Page, number: int) -> Action:
    page.locator("#note").fill(f"{_questions()[number % 40]} {number}")
    return page.locator("#write button").first.click


def _chosen(field: str, values: Sequence[str]) -> Prepared:
    """Choose another value each time."""
    return lambda page, n: lambda: page.locator(field).select_option(values[n % len(values)])


def _wished(page: Page, number: int) -> Action:
    """Pick a name, then say a month."""
    page.locator("#choices-author button").nth(1 + number % 4).click()
    page.locator("#pick-author .forget-picked").wait_for()
    page.locator("#wish-after").fill(_month(number).replace("/", "-"))
    page.locator("#wish-until").fill(_month(number).replace("/", "-"))
    return lambda: page.locator("#wish-until").press("Enter")


WALKS: Final = (
    *(_to(name) for name in ("Ask", "Life", "Bring in", "You", "Forget", "Privacy")),
    Walk("ask: the question stands there", _at("/"), _asked, "#turns"),
    Walk("ask: the answer stands there, in quotes", _at("/"), _asked, ".answer", None),
    Walk("ask: switch the record off", _at("/"), lambda page, _: page.get_by_role("switch").click, ":root"),
    Walk("ask: open a conversation", _at("/"), _press(".talks a", other=True)),
    Walk("ask: list earlier conversations", _at("/"), _press(".talks button")),
    Walk("ask: open evidence", _at("/?talk={talk}"), _press("button.source")),
    Walk("ask: why this", _at("/?talk={talk}"), _evidence_open(_press("#beside button", "Why"))),
    Walk("ask: not this", _at("/?talk={talk}"), _evidence_open(_press("#beside button", "Not this"))),
    Walk("life: from all to a year", _at("/life"), _leading("/life/{year}", " .strip-year")),
    Walk("life: from all to the month of a week", _at("/life"), _leading("/life/{year}")),
    Walk("life: from a year to a month", _at("/life/{year}"), _leading("/life/{month}")),
    Walk("life: from a month to a day", _at("/life/{month}"), _press("table a", other=True)),
    Walk("life: to the day before", _at("/life/{day}"), _press("a[rel=prev]")),
    Walk("life: from a day to an entry", _at("/life/{day}"), _press("article a")),
    Walk("life: more of a year's entries", _at("/life/{year}"), _press(".further button")),
    Walk("life: earlier in the thread of an entry", _in_a_thread, _press(".further button")),
    Walk("life: a kind", _at("/life"), _press("[data-facet=kind] a", other=True)),
    Walk("life: a person", _at("/life"), _press("[data-facet=person] a", other=True)),
    Walk("life: a place", _at("/life"), _press("[data-facet=place] a", other=True)),
    Walk("life: a person, in a year", _at("/life/{year}"), _press("[data-facet=person] a", other=True)),
    Walk("life: a second choice", _at("/life?kind=mail"), _press("[data-facet=person] a", other=True)),
    Walk("life: search, first letter", _at("/life"), _typed(letters=0), "#life-said", SEARCH),
    Walk("life: search, second letter", _at("/life"), _typed(letters=1), "#life-said", SEARCH),
    Walk("life: search, fourth letter of a common word", _at("/life"), _typed(letters=3), "#life-said", SEARCH),
    Walk("life: search, fifth letter of a rare word", _at("/life"), _typed(letters=4, rank=3000), "#life-said", SEARCH),
    Walk("life: find a name", _at("/life"), _name_found),
    Walk("bring in: write something down", _at("/bring"), _written),
    Walk("you: another tone", _at("/you"), _chosen("#trait-tone", ("warm", "plain", "brisk"))),
    Walk("forget: find a name", _at("/forget"), lambda page, n: _next_letter(page, "#find-author", _author(n), 1)),
    Walk("forget: what would go, by somebody in a month", _at("/forget"), _wished, "#preview"),
    Walk("privacy: read what left", _at("/privacy"), _press("#lines summary", other=True)),
    Walk("privacy: what left before", _at("/privacy"), _press("#lines nav a")),
    Walk("privacy: costs of the month before", _at("/privacy"), _press("#costs a.button")),
    Walk("privacy: a link for another device", _at("/privacy"), _press("#devices > .row button")),
)
