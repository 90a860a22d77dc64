from __future__ import annotations

from pathlib import Path

from vertraut.application.demo import EVENING, SPACE, demo_questions, open_demo, remember_household
from vertraut.memory import Embedder
from vertraut.settings import Settings, load_settings


def test_the_demonstration_has_a_home_of_its_own(settings: Settings, embedder: Embedder) -> None:
    for new in (708, 0):
        with open_demo(settings, embedder=embedder) as demo:
            assert demo.name == SPACE
            assert demo.path.is_relative_to(settings.home / "demo")
            assert remember_household(demo).new == new
    assert [path.name for path in settings.home.iterdir()] == ["demo"]


def test_the_home_of_the_demonstration_can_be_used_like_any_other(
    settings: Settings, embedder: Embedder, tmp_path: Path
) -> None:
    open_demo(settings, embedder=embedder).close()
    read = load_settings({"VERTRAUT_HOME": str(settings.home / "demo")})
    assert (read.space, read.zone, read.master_key) == (SPACE, "Europe/Berlin", "file")


def test_the_questions_are_about_what_the_household_holds(settings: Settings, embedder: Embedder) -> None:
    questions = demo_questions()
    assert [question.answerable for question in questions].count(False) == 1
    with open_demo(settings, embedder=embedder) as demo:
        remember_household(demo)
        for question in questions:
            assert demo.recall(question.text, now=EVENING).hits
