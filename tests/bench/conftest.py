"""Two small cases, one in each language, for what is made of cases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from bench.cases import Pool, read_pool

GERMAN = {
    "who": ("Lena", "Tobias", "Oma Inge"),
    "begin": ("Heute habe ich", "Morgen müssen wir", "Gestern hat die Nachbarin", "Am Wochenende wollen die Kinder"),
    "middle": ("mit dem Fahrrad", "wegen der Waschmaschine", "trotz des Regens", "nach dem Frühstück"),
    "end": ("zum Bahnhof gefahren.", "einen neuen Termin gemacht.", "die Fenster geputzt.", "lange telefoniert."),
}
ENGLISH = {
    "who": ("Priya", "Marcus", "Aunt Jo"),
    "begin": ("Today I have", "Tomorrow we should have", "Yesterday the neighbours", "This weekend the children"),
    "middle": ("with the old bicycle", "because of the washing machine", "in spite of the rain", "after breakfast"),
    "end": ("gone to the station.", "made a new appointment.", "cleaned the windows.", "talked for hours."),
}
RARE = ("Quaste", "Zwirbel", "Pergola", "Lavendel", "Kombüse", "Girlande", "Sextant", "Kalotte", "Monokel", "Zither")


def rows(phrases: dict[str, tuple[str, ...]], count: int) -> list[dict[str, Any]]:
    """Return entries of ordinary phrases, each with a word of its own and every other one with a number of its own."""
    random, found = Random(str(phrases)), []
    for n in range(count):
        sentences = [" ".join(random.choice(phrases[part]) for part in ("begin", "middle", "end")) for _ in range(n % 3 + 1)]
        own = f"{RARE[n % len(RARE)]}{'abcdefgh'[n // len(RARE) % 8]} {1000 + 7 * n if n % 2 else ''}".strip()
        found.append(
            {
                "id": f"e{n}",
                "at": f"2025-03-{1 + n // 4:02d}T{8 + n % 12:02d}:15:00",
                "author": random.choice(phrases["who"]),
                "text": f"{' '.join(sentences)} {own}!",
                "thread": f"t{n % 3}",
                "kind": "message" if n % 4 else "note",
                "meta": {"place": own} if n % 5 == 0 else {},
            }
        )
    return found


def write(path: Path, lines: Sequence[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")


@pytest.fixture(scope="session")
def cases_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases")
    write(folder / "one" / "deutsch" / "entries.jsonl", rows(GERMAN, 24))
    write(folder / "two" / "english" / "entries.jsonl", rows(ENGLISH, 96))
    german = [{"id": f"q{n}", "question": f"Wer hat {word} gesehen?", "lang": "de"} for n, word in enumerate(RARE[:4])]
    english = [
        {"id": f"q{n}", "question": f"Who has seen {word}?", "asked_at": "2025-04-01T08:00:00"}
        for n, word in enumerate(RARE)
    ]
    write(folder / "one" / "deutsch" / "questions.jsonl", german)
    write(folder / "two" / "english" / "questions.jsonl", [{**each, "lang": "en"} for each in english])
    return folder


@pytest.fixture(scope="session")
def pool(cases_folder: Path) -> Pool:
    return read_pool(cases_folder)
