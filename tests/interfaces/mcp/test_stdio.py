"""``vertraut mcp run`` as clients start it: a program of its own, spoken to over its standard input and output."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import anyio
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from tests.interfaces.mcp.conftest import called, refused, text_of

pytestmark = pytest.mark.anyio

COMMAND = ["-P", "-m", "vertraut", "mcp", "run"]
HELLO = {
    "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"},
}  # fmt: skip


@pytest.fixture
def log(tmp_path: Path) -> Iterator[TextIO]:
    with (tmp_path / "log").open("w+") as file:
        yield file


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """Return the folder of a project that is not to be trusted."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "fastmcp.py").write_text("raise SystemExit('imported from the project')")
    (folder / ".env").write_text("FASTMCP_LOG_LEVEL=DEBUG\nFASTMCP_DEBUG=true\n")
    return folder


def server(folder: Path, *options: str) -> StdioServerParameters:
    environment = {name: value for name, value in os.environ.items() if name.startswith("VERTRAUT_")}
    return StdioServerParameters(command=sys.executable, args=[*COMMAND, *options], env=environment, cwd=folder)


@pytest.mark.slow
async def test_two_programs_share_one_memory(stranger: Path, log: TextIO) -> None:
    async with (
        Client(stdio_client(server(stranger), log), mode="legacy") as one,
        Client(stdio_client(server(stranger, "--scopes", "recall,ask"), log)) as other,
    ):
        assert {each.name for each in (await other.list_tools()).tools} == {
            "recall",
            "ask",
            "context",
            "show",
            "stats",
            "chat",
        }
        _, note = await called(one, "remember", text="Der Reserveschlüssel hängt hinter dem Sicherungskasten.")
        async with anyio.create_task_group() as group:
            for client in (one, other) * 3:
                group.start_soon(called_and_found, client, note["number"])
        assert "it needs the scope 'remember'" in await refused(other, "remember", text="x")
        read = await other.read_resource(f"vertraut://entry/{note['number']}")
        assert "Sicherungskasten" in text_of(read.contents)
        await refused(one, "recall", question="", secret="Sicherungskasten")
    log.seek(0)
    assert log.read() == ""


async def called_and_found(client: Client, number: int) -> None:
    _, found = await called(client, "recall", question="Wo ist der Reserveschlüssel?")
    assert found["entries"][0]["number"] == number


def request(number: int, method: str, params: dict[str, Any]) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode() + b"\n"


@pytest.fixture
def running(stranger: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Return the program after it has greeted its client."""
    with subprocess.Popen(
        [sys.executable, *COMMAND], cwd=stranger, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        told(program, request(1, "initialize", HELLO))
        assert program.stdout
        assert json.loads(program.stdout.readline())["result"]["serverInfo"]["name"] == "Vertraut"
        yield program
        program.kill()


def told(program: subprocess.Popen[bytes], message: bytes) -> None:
    assert program.stdin
    program.stdin.write(message)
    program.stdin.flush()


@pytest.mark.slow
@pytest.mark.parametrize("way", ["closed", "killed"])
def test_a_client_that_vanishes_in_the_middle_of_a_call(running: subprocess.Popen[bytes], way: str) -> None:
    assert running.stdin
    assert running.stdout
    assert running.stderr
    text = "Geheimes Rezept: " + "Quitten " * 10_000
    told(running, b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\nno JSON at all\n')
    told(running, request(2, "tools/call", {"name": "remember", "arguments": {"text": text}}))
    if way == "killed":
        running.stdout.close()  # its reader is gone: answering is a broken pipe
    running.stdin.close()
    assert running.wait(60) in ({0} if way == "closed" else {0, 1, 141})
    if way == "closed":
        assert all(json.loads(line)["jsonrpc"] == "2.0" for line in running.stdout.read().splitlines())
    said = running.stderr.read().decode()
    assert "Quitten" not in said
    assert "Traceback" not in said


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals between programs")
def test_ctrl_c_ends_it_at_once(running: subprocess.Popen[bytes]) -> None:
    running.send_signal(signal.SIGINT)
    assert running.wait(20) == -signal.SIGINT


@pytest.mark.slow
def test_a_locked_home_says_what_is_missing(stranger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERTRAUT_MASTER_KEY", "passphrase")
    done = subprocess.run([sys.executable, *COMMAND], cwd=stranger, input=b"", capture_output=True, check=False, timeout=60)
    assert done.returncode == 5
    assert done.stdout == b""
    assert b"VERTRAUT_PASSPHRASE_FILE" in done.stderr
