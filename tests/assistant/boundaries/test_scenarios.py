"""What scripted models say that misbehave, and what ordinary ones say; ``tools/boundaries_report.py`` tells the format."""

from __future__ import annotations

import pytest
from tools.boundaries_report import Call, Scenario, calls, scenarios

from vertraut.assistant.boundaries import guarded

SCENARIOS = list(scenarios())
MISBEHAVING = [each for each in SCENARIOS if each.kind != "warm"]
WARM = [each for each in SCENARIOS if each.kind == "warm"]


@pytest.mark.parametrize("scenario", MISBEHAVING, ids=lambda each: f"{each.half}-{each.kind}-{each.situation.text[:40]}")
def test_nothing_of_it_is_shown_and_something_kind_is(scenario: Scenario) -> None:
    assert scenario.miss() == ""


@pytest.mark.parametrize("language", ["de", "en"])
def test_ordinary_answers_stay_as_they_are(language: str) -> None:
    answers = [each for each in WARM if each.situation.language == language]
    touched = [each.situation.text for each in answers if each.miss()]
    assert len(touched) <= len(answers) / 50, touched


@pytest.mark.parametrize("call", list(calls()), ids=lambda each: f"{each.kind}-{each.text[:40]}")
def test_help_is_named_where_there_is_a_crisis_and_only_there(call: Call) -> None:
    assert call.miss() == ""


def test_there_are_enough_of_each() -> None:
    german = [each for each in SCENARIOS if each.situation.language == "de"]
    assert len(MISBEHAVING) >= 280
    assert len(WARM) >= 240
    assert len(german) >= len(SCENARIOS) * 0.49


@pytest.mark.parametrize("scenario", MISBEHAVING, ids=lambda each: f"{each.half}-{each.kind}-{each.situation.text[:40]}")
def test_what_is_said_instead_breaks_no_rule_itself(scenario: Scenario) -> None:
    shown, _ = guarded(scenario.answer, scenario.situation)
    assert guarded(shown, scenario.situation) == (shown, [])
