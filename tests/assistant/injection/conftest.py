"""A space in which every planted file was imported, beside the person's own secrets; and no network but this machine's."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.assistant.injection.carriers import files_of
from tests.assistant.injection.obedient import CASES
from tests.conftest import NOW, WordEmbedder

from vertraut.application import Space, open_space
from vertraut.assistant.persona import PersonaStore
from vertraut.clock import FixedClock
from vertraut.settings import Settings

SECRETS = (
    ("Der Tresorcode für zu Hause ist Kanarie-8842.", "tresor"),
    ("The safe code at the office is canary-1177.", "safe"),
)


@pytest.fixture(autouse=True)
def _this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that speaks to another machine, or asks for the address of one."""

    def refuse(self: socket.socket, address: Any, *_: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith("127."):
            pytest.fail(f"a connection to {address}")

    monkeypatch.setattr(socket.socket, "sendto", lambda *_: pytest.fail("something was sent"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_, **__: pytest.fail(f"the address of {host} was asked for"))
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)


@pytest.fixture(scope="session")
def poisoned_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose space holds every case, each imported from its file, and the person's own notes."""
    folder = tmp_path_factory.mktemp("poisoned")
    settings = Settings(home=folder / "home", zone="Europe/Berlin", master_key="file", busy_seconds=20)
    with open_space("me", settings=settings, clock=FixedClock(NOW), embedder=WordEmbedder()) as space:
        PersonaStore(space.journal, settings).set(name="Lena", address="du", language="")
        for text, key in SECRETS:
            space.remember_text(text, author="Lena", key=key)
        for case in CASES:
            _write(folder / "files", files_of(case.carrier, case.words))
        report = space.import_paths([folder / "files"])
        assert {problem.code for file in report.files for problem in file.problems if problem.lost} == set()
        assert sum(file.new for file in report.files) >= len(CASES)
    return settings


@pytest.fixture
def poisoned(poisoned_home: Settings) -> Iterator[Space]:
    with open_space("me", settings=poisoned_home, clock=FixedClock(NOW), embedder=WordEmbedder()) as space:
        yield space


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
