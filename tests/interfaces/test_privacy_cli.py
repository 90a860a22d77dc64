"""``vertraut consent`` and ``vertraut outbox``."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.interfaces.conftest import Run

from vertraut.application import Space
from vertraut.governance import OWNER
from vertraut.models import Message, ModelCard, Outbox, Request

CARD = ModelCard("haiku", "anthropic", "claude-haiku-5-5")


@pytest.fixture
def sent(space: Space) -> int:
    request = Request("answer", "answer", (Message("user", "Wer hat den\x1b[31m Bohrer?"),))
    return Outbox(space.journal).write(request, CARD, OWNER)


def test_nobody_may_get_anything_at_first(run: Run, space: Space) -> None:
    assert run("consent", "list").out == "Nobody outside this machine may get your words.\n"
    assert run("consent", "list", german=True).out.startswith("Niemand außerhalb dieses Rechners")
    assert run("consent", "list", "--json").json == {"consents": []}


def test_agreeing_and_taking_it_back(run: Run, space: Space) -> None:
    done = run("consent", "grant", "Anthropic", "answer")
    assert (done.code, done.out.partition(";")[0]) == (0, "Agreed. `vertraut consent revoke anthropic` takes it back")
    assert "No model that is set up goes to anthropic" in done.err
    listed = run("consent", "list").out
    assert listed.startswith("anthropic  answer · agreed on ")
    (shape,) = run("consent", "list", "--json").json["consents"]
    assert (shape["provider"], shape["purpose"], shape["granted"], shape["actor"]) == ("anthropic", "answer", True, "owner")
    done = run("consent", "revoke", "anthropic", german=True)
    assert done.out == "An anthropic geht davon nichts mehr.\n"
    assert run("consent", "list", german=True).out.startswith("anthropic  jeder Zweck · verboten am ")


def test_all_purposes_are_said_so(run: Run, space: Space) -> None:
    shape = run("consent", "grant", "openai", "all", "--json").json
    assert [each["purpose"] for each in shape["consents"]] == ["*"]
    assert run("consent", "grant", " ", "all").code == 2
    assert "choose from answer" in run("consent", "grant", "openai", "anwser").err


def test_what_left_is_listed_and_shown_whole(run: Run, sent: int) -> None:
    listed = run("outbox")
    assert listed.out.startswith(f"{sent}  1 September 2026, 14:00 · anthropic claude-haiku-5-5 · answer (owner) · ")
    assert "--show N" in listed.err
    shown = run("outbox", "--show", sent, german=True)
    assert "1. September 2026, 14:00" in shown.out
    assert "--- user\nWer hat den[31m Bohrer?" in shown.out
    shape = run("outbox", "--show", sent, "--json").json
    assert (shape["id"], shape["provider"], shape["at"]) == (sent, "anthropic", "2026-09-01T12:00:00Z")
    assert shape["text"] == "--- user\nWer hat den\x1b[31m Bohrer?"
    assert shape["bytes"] == len(shape["text"])


def test_what_left_since_when(run: Run, sent: int) -> None:
    assert [each["id"] for each in run("outbox", "--since", "2026-09-01", "--json").json["sent"]] == [sent]
    assert run("outbox", "--since", "2026-09-02", "--json").json == {"sent": []}
    assert run("outbox", "--since", "2026-09-02").out.startswith("Nothing is noted that left this machine.")
    assert run("outbox", "--since", "the day after never").code == 3


def test_a_number_under_which_nothing_left(run: Run, sent: int) -> None:
    done = run("outbox", "--show", sent + 1, german=True)
    assert done.code == 3
    assert f"Nummer {sent + 1}" in done.err


def test_without_a_space_there_is_nothing_to_list(run: Run, tmp_path: Path) -> None:
    assert run("outbox").code == 3
    assert run("consent", "list").code == 3
