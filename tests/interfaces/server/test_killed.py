"""The server as a program: started, stopped by SIGTERM, and killed in the middle of its work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from vertraut.application import open_space
from vertraut.settings import load_settings

WORD = "Quittengelee"


@dataclass
class Program:
    """A server in a process of its own; its log is read along, so that it never waits for us."""

    process: subprocess.Popen[str]
    address: str = ""
    token: str = ""
    log: list[str] = field(default_factory=list)

    def greeted(self) -> None:
        assert self.process.stdout
        greeting = ""
        for line in self.process.stdout:
            greeting += line
            if line == "}\n":
                break
        found = json.loads(greeting)
        self.address, self.token = found["address"], found["token"]
        threading.Thread(target=self._read_along, daemon=True).start()

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=self.address, headers=headers, trust_env=False, timeout=60)

    def _read_along(self) -> None:
        assert self.process.stderr
        self.log.extend(self.process.stderr)


@pytest.fixture
def program() -> Iterator[Program]:
    command = [sys.executable, "-m", "vertraut", "serve", "--port", "0", "--with-token", "test", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}) as process:
        found = Program(process)
        try:
            found.greeted()
            yield found
        finally:
            process.kill()


def remembered_until_the_end(program: Program, acknowledged: dict[int, str], enough: threading.Semaphore) -> None:
    """Send notes and turns until nobody answers any more, and keep what was acknowledged."""
    with program.client() as client:
        for turn in range(10_000):
            text = f"{WORD} {threading.get_ident()} {turn}"
            try:
                if turn % 4:
                    acknowledged[client.post("/v1/remember", json={"text": text}).json()["id"]] = text
                else:
                    acknowledged[told(client, text)["remembered"][0]] = text
            except httpx.TransportError:
                return
            enough.release()


def told(client: httpx.Client, text: str) -> dict[str, Any]:
    """Return a turn that came whole as a stream. Raises ``TransportError``."""
    answer = client.post("/v1/chat", json={"text": text}, headers={"Accept": "text/event-stream"})
    name, _, data = answer.text.strip().rpartition("\ndata: ")
    assert name.endswith("event: done")
    found: dict[str, Any] = json.loads(data)
    return found


@pytest.mark.slow
def test_a_server_killed_in_the_middle_loses_nothing_that_was_acknowledged(program: Program) -> None:
    acknowledged: dict[int, str] = {}
    enough = threading.Semaphore(0)
    arguments = (program, acknowledged, enough)
    threads = [threading.Thread(target=remembered_until_the_end, args=arguments) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(40):
        assert enough.acquire(timeout=60)
    program.process.send_signal(signal.SIGKILL)
    for thread in threads:
        thread.join(60)
    with open_space(settings=load_settings()) as space:
        assert len(acknowledged) >= 40
        assert {number: space.show(number).entry.text for number in acknowledged} == acknowledged
        assert space.verify().faults == ()


@pytest.mark.slow
def test_a_server_stops_gracefully_and_says_nothing_of_what_it_heard(program: Program) -> None:
    with program.client() as client:
        assert client.post("/v1/remember", json={"text": WORD}).status_code == 201
        assert client.post("/v1/ask", json={"question": WORD}).status_code == 200
        assert client.post("/v1/forget", json={"ids": [1]}).status_code == 403  # a first token may not do that
    arguments = Path(f"/proc/{program.process.pid}/cmdline")
    if arguments.exists():
        assert program.token not in arguments.read_text(encoding="utf-8")
    program.process.send_signal(signal.SIGTERM)
    assert program.process.wait(60) == 0
    log = "".join(program.log)
    assert json.loads(program.log[-1])["event"] == "stopped"
    assert [word for word in (WORD, program.token) if word in log] == []
    assert not list(load_settings().spaces.glob("*/vault.db-wal"))  # the vault was closed
