"""The index is disposable: made again from the ledger, or from a copy of it, it recalls the same in the same order."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vertraut.application import Space, open_space
from vertraut.ledger import Head
from vertraut.memory import Embedder, Limits, Selection
from vertraut.settings import Settings

Answers = list[list[tuple[int, float]]]
NOW = datetime(2026, 9, 1, 18, tzinfo=UTC)
WORDS = (
    "Schlüssel", "Haselnuss", "Küche Angebot", "cello lesson", "Mull ferry", "Hüfte Operation", "cargo bike", "Torte",
    "passport", "Rechnung", "train to Innsbruck", "Haggis vet", "Steuer", "Frau Mertl", "Bohinj", "Hollerer Fronten", "Piet",
    "competition library", "Gschwendner", "birthday party surprise", "Donaubogen rowing", "Verena wedding", "Regenjacke",
    "Altmühlstein Pläne", "what did Moira say", "WLAN Passwort", "Cullen Skink recipe", "Zahnarzt", "Übertritt Gymnasium",
    "Tamsin book", "Yusuf Holz", "Svenja", "Kündigung Hörbär", "Flohmarkt", "Kita", "school form teacher", "letzte Woche",
    "gestern", "im Dezember", "last summer",
)  # fmt: skip


@pytest.fixture
def questions(household: Path) -> list[str]:
    lines = (household / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line)["question"] for line in lines] + list(WORDS)
    assert len(found) == 200
    return found


@pytest.fixture
def lived(settings: Settings, embedder: Embedder, household: Path) -> Space:
    """Return a space as life makes it: taken in bit by bit, embedded now and then, with something forgotten."""
    with open_space("me", settings=replace(settings, batch=37), embedder=embedder) as space:
        for name in ("messages", "notes", "mail", "chatgpt", "calendar"):
            space.import_paths([household / name])
            if name != "notes":
                space.embed()
        space.forget(Selection(limits=Limits(threads=("wa-eltern-1a",))))
        space.forget(Selection(ids=(3, 150, 400)))
        space.remember_text("Der Quastenzwirbel kommt am Freitag.")
        space.embed()
    return open_space("me", settings=settings, embedder=embedder)


@pytest.fixture
def ask(questions: list[str]) -> Callable[[Space], Answers]:
    def asked(space: Space) -> Answers:
        return [[(hit.id, hit.score) for hit in space.recall(question, count=20, now=NOW).hits] for question in questions]

    return asked


def check_same(before: Answers, after: Answers) -> None:
    ranked = [[number for number, _ in hits] for hits in before]
    assert [[number for number, _ in hits] for hits in after] == ranked
    assert after == before
    assert sum(map(len, ranked)) > 3000


def test_a_rebuild_gives_the_same_recall(lived: Space, ask: Callable[[Space], Answers]) -> None:
    before = ask(lived)
    check_same(before, ask(lived))
    lived.rebuild()
    lived.embed()
    check_same(before, ask(lived))


def test_an_index_without_its_vectors_made_anew_gives_the_same_recall(lived: Space, ask: Callable[[Space], Answers]) -> None:
    before = ask(lived)
    lived.rebuild(vectors=False)
    check_same(before, ask(lived))


def test_a_restored_export_gives_the_same_recall(
    lived: Space, ask: Callable[[Space], Answers], settings: Settings, embedder: Embedder, tmp_path: Path
) -> None:
    before, head = ask(lived), lived.ledger.head()
    lived.export(tmp_path / "export")
    with open_space("me", settings=replace(settings, home=tmp_path / "other"), embedder=embedder) as other:
        assert other.restore(tmp_path / "export") == head
        other.embed()
        check_same(before, ask(other))


def test_a_backup_gives_the_same_recall(
    lived: Space, ask: Callable[[Space], Answers], settings: Settings, embedder: Embedder, tmp_path: Path
) -> None:
    before: tuple[Answers, Head] = ask(lived), lived.ledger.head()
    lived.backup(tmp_path / "copy.db")
    lived.close()
    home = shutil.copytree(settings.home, tmp_path / "other")
    shutil.copy(tmp_path / "copy.db", home / "spaces" / "me" / "vault.db")
    with open_space("me", settings=replace(settings, home=home), embedder=embedder) as other:
        check_same(before[0], ask(other))
        assert other.ledger.head() == before[1]
        assert other.verify().faults == ()
