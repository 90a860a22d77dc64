"""Limits as options of ``recall`` and ``ask``, and questions with filters in them, as a shell hands them on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.interfaces.conftest import Run

from vertraut.application import Space
from vertraut.interfaces.cli.asking import exclusions_last, question_of
from vertraut.memory import Limits, Recalled

VALUED = {"--from", "-k", "--count", "--without"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--with", "lena"], {1, 3, 5}),
        (["--with", "lena", "--with", "school"], {5}),
        (["--in", "school"], {4, 5}),
        (["--in", "Praxis Dr. Weiß"], {6}),
        (["--in", "praxis", "--in", "school"], {4, 5, 6}),
        (["--phrase", "neue küche"], {1}),
        (["--phrase", "brauchen wir", "--phrase", "Elektriker"], {2}),
        (["--in", "Küche", "--without", "Maurer"], {1, 2}),
        (["--without", "-Piet", "--in", "school", "--without", "thank  YOU"], {4}),
        (["--before", "2. November 2024", "--with", "school"], set()),
        (["--before", "3. November 2024"], {4, 5}),
        (["--after", "April 2025"], {6}),
    ],
)
def test_limits(run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], expected: set[int]) -> None:
    given: list[Limits | None] = []
    recall = Space.recall

    def noted(self: Space, question: str, *, limits: Limits | None = None, **more: Any) -> Recalled:
        given.append(limits)
        return recall(self, question, limits=limits, **more)

    monkeypatch.setattr(Space, "recall", noted)
    hits = run("recall", "Piet", "--json", *options).json["hits"]
    assert {hit["id"] for hit in hits} == expected
    assert run("ask", "Piet", "--json", *options).code == 0
    assert given[0] == given[1]


def test_an_empty_value_is_wrong_usage_and_one_without_a_word_is_refused(run: Run, filled: Path) -> None:
    for option in ("--with", "--in", "--phrase", "--without"):
        assert run("recall", "Küche", option, " ").code == 2
    refused = run("recall", "Küche", "--phrase", "!?", "--json", german=True)
    assert (refused.code, refused.json["error"]["name"]) == (3, "BadFilter")
    assert refused.json["error"]["sentence"] == "'!?' lässt sich nicht als Filter verwenden."
    assert "„genaue Worte“" in refused.json["error"]["way_out"]


def test_times_in_words_can_be_wrong_too(run: Run, filled: Path) -> None:
    wrong = run("recall", "Küche", "--before", "irgendwann")
    assert wrong.code == 3
    assert "'irgendwann' is not a date." in wrong.err
    assert "last summer" in wrong.err


def test_forgetting_takes_times_in_words(run: Run, filled: Path) -> None:
    shape = run("forget", "--before", "January 2025", "--json").json["would_forget"]
    assert [each["id"] for each in shape["entries"]] == [4, 5]


@pytest.mark.parametrize("command", ["recall", "ask"])
def test_a_word_with_a_dash_is_no_option(run: Run, filled: Path, command: str) -> None:
    for question in (
        ["Küche", "-Elektriker"],
        ["-küche", "Piet"],
        ["-küche", "-k8s", "--", "Piet"],
        ["Piet", '-"neue Küche"'],
    ):
        assert run(command, *question, "--json").code == 0
    for question in (["Küche", "--elektriker"], ["Küche", "-x"], ["Küche", "--from", "-Elektriker", "-y"]):
        assert run(command, *question).code == 2
    assert "-Elektriker" in json.dumps(run("recall", "-Elektriker", "Küche", "--json").json["question"])


def test_one_letter_with_a_number_is_an_option(run: Run, filled: Path) -> None:
    assert len(run("recall", "Küche", "-k2", "--json").json["hits"]) == 2
    assert len(run("recall", "Küche", "-k", 2, "-Piet", "--json").json["hits"]) == 2


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["herd", "-k", "3"], ["herd", "-k", "3"]),
        (["herd", "-ofen", "küche"], ["herd", "küche", "--", "-ofen"]),
        (["-ofen", "--json", "--", "-k", "--from"], ["--json", "--", "-ofen", "-k", "--from"]),
        (["--from", "-ofen", "-öfen"], ["--from", "-ofen", "--", "-öfen"]),
        (["-k", "-ofen", "-k8s"], ["-k", "-ofen", "--", "-k8s"]),
        (["-k10", "-h", "--json", "-", "-5", "x"], ["-k10", "-h", "--json", "-", "-5", "x"]),
        (["--", "-ofen"], ["--", "-ofen"]),
        (["-from:Tobi", '-"a b"', "-„a b“"], ["--", "-from:Tobi", '-"a b"', "-„a b“"]),
        ([], []),
    ],
)
def test_words_with_a_dash_go_behind_the_options(typed: list[str], expected: list[str]) -> None:
    assert exclusions_last(typed, VALUED) == expected


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        (["lost key"], "lost key"),
        (["lost", "key"], "lost key"),
        (['herd "neue küche" -ofen'], 'herd "neue küche" -ofen'),
        (["from:Tobi Kessler"], "from:Tobi Kessler"),
        (["herd", "from:Tobi Kessler"], 'herd from:"Tobi Kessler"'),
        (["herd", "Von:Tobi Kessler", "vor:letzten Sommer"], 'herd Von:"Tobi Kessler" vor:"letzten Sommer"'),
        (["herd", "-neue küche"], 'herd -"neue küche"'),
        (["herd", "neue küche"], "herd neue küche"),
        (["herd", 'von:"Tobi Kessler" ofen'], 'herd von:"Tobi Kessler" ofen'),
        (["herd", "- a b", "x:y z"], "herd - a b x:y z"),
        (["h\udce4rd"], "h?rd"),
    ],
)
def test_quotes_that_the_shell_took_come_back(typed: list[str], question: str) -> None:
    assert question_of(typed) == question
