"""Problems in the language of whoever asks."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest
from tests.interfaces.server.conftest import Served

from vertraut.application import Space
from vertraut.interfaces import http, server
from vertraut.interfaces.http import problems
from vertraut.interfaces.http.problems import Refusal
from vertraut.interfaces.language.refusals import GERMAN_REFUSALS


def refusals() -> Iterator[Refusal]:
    for package in (http, server):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield from (each for each in vars(import_module(module.name)).values() if isinstance(each, Refusal))


def test_every_refusal_is_there_in_german() -> None:
    said = {text for each in refusals() for text in (each.detail, each.way_out)} | {*problems._SAID.values()}
    assert said <= GERMAN_REFUSALS.keys()
    assert len(said) > 20


@pytest.mark.parametrize(
    ("header", "language", "said"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de", ("Die Frage ist leer.", "Mit mindestens einem Wort fragen.")),
        ("fr, en;q=0.8, de;q=0.2", "en", ("The question is empty.", "Ask with at least one word.")),
        ("", "en", ("The question is empty.", "Ask with at least one word.")),
    ],
)
def test_an_error_is_told_in_the_language_of_who_asks(
    space: Space, served: Served, header: str, language: str, said: tuple[str, str]
) -> None:
    asked = served.client("recall").post("/v1/recall", json={"question": " "}, headers={"Accept-Language": header})
    assert asked.headers["content-language"] == language
    assert asked.headers["content-type"] == "application/problem+json"
    assert (asked.json()["detail"], asked.json()["way_out"]) == said


def test_so_is_what_the_server_itself_refuses(space: Space, served: Served) -> None:
    german = {"Accept-Language": "de"}
    nowhere = served.client("recall").get("/v1/nowhere", headers=german).json()
    assert nowhere["detail"] == "Unter dieser Adresse gibt es nichts."
    unknown = served.client("recall").get("/v1/stats", headers={**german, "Authorization": "Bearer vt_x"}).json()
    assert unknown["detail"] == "Dafür braucht es ein Token: Authorization: Bearer vt_…"
    invalid = served.client("recall").post("/v1/recall", json={}, headers=german).json()
    assert (invalid["detail"], invalid["errors"][0]["at"]) == ("Die Anfrage ist nicht gültig.", ["body", "question"])
