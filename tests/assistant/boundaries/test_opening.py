from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vertraut.assistant.boundaries import Situation, continuous_since, opening
from vertraut.assistant.boundaries.crisis import KINDS, help_text
from vertraut.assistant.boundaries.help_lines import COUNTRIES, help_lines
from vertraut.assistant.boundaries.rules import LANGUAGES

START = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize("country", [*COUNTRIES, "", "XX"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_country_has_help_for_every_crisis(country: str, language: str, kind: str) -> None:
    text = help_text(next(each for each in KINDS if each == kind), "de" if language == "de" else "en", country)
    lines = help_lines(country)
    assert lines.emergency in text
    assert "{" not in text
    assert kind not in ("suicide", "self_harm") or lines.talk in text
    assert kind not in ("violence", "abuse") or lines.violence in text


@pytest.mark.parametrize(
    ("country", "number"), [("DE", "116 123"), ("at", "142"), ("CH", "143"), ("GB", "116 123"), ("US", "988")]
)
def test_help_is_that_of_the_persons_country(country: str, number: str) -> None:
    said = opening(Situation("I want to kill myself.", country=country))
    assert said is not None
    assert (said.code, number in said.text) == ("crisis", True)


def test_help_is_named_in_the_persons_language() -> None:
    said = opening(Situation("I want to die", language="de", country="DE"))
    assert said is not None
    assert "niemand muss damit allein sein" in said.text


def session(minutes: int, reminded: int | None = None) -> Situation:
    last = None if reminded is None else START + timedelta(minutes=reminded)
    return Situation("Next one", started=START, now=START + timedelta(minutes=minutes), reminded=last)


@pytest.mark.parametrize(
    ("minutes", "reminded", "says"),
    [(5, None, ""), (89, None, ""), (90, None, "an hour and a half"), (120, 90, ""), (150, 90, "2 hours"), (400, 341, "")],
)
def test_a_long_session_gets_a_reminder_once_an_hour(minutes: int, reminded: int | None, says: str) -> None:
    said = opening(session(minutes, reminded))
    assert (said is not None) == bool(says)
    if said:
        assert said.code == "long_session"
        assert says in said.text


def test_a_pause_begins_a_new_stretch() -> None:
    now = START + timedelta(hours=5)
    times = [START, now - timedelta(minutes=50), now - timedelta(minutes=25), now - timedelta(minutes=3)]
    assert continuous_since(times, now) == now - timedelta(minutes=50)
    assert continuous_since([], now) == now
    assert continuous_since([START], now) == now


def test_help_goes_before_a_reminder() -> None:
    situation = Situation("I want to die", started=START, now=START + timedelta(hours=3))
    said = opening(situation)
    assert said is not None
    assert said.code == "crisis"
