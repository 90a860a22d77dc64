"""The one event loop of the process, in a thread of its own: what is asynchronous runs there, all else is synchronous."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import Future
from functools import cache
from queue import SimpleQueue
from typing import TypeVar

import anyio
from anyio.from_thread import BlockingPortal

Item = TypeVar("Item")

_starting = threading.Lock()


def streamed(source: Callable[[], AsyncIterator[Item]]) -> Generator[Item]:
    """Yield what an asynchronous iterator gives, and raise what it raises. Closing this cancels it at once."""
    given: SimpleQueue[Item | Future[None]] = SimpleQueue()

    async def pump() -> None:
        async for item in source():
            given.put(item)

    task = portal().start_task_soon(pump)
    task.add_done_callback(given.put)
    try:
        while (item := given.get()) is not task:
            yield item  # type: ignore[misc]  # only the task itself is a future
        task.result()
    finally:
        task.cancel()


def portal() -> BlockingPortal:
    """Return the way into the loop; the first call starts it. It ends with the process."""
    with _starting:
        return _started()


@cache
def _started() -> BlockingPortal:
    ready: Future[BlockingPortal] = Future()

    async def run() -> None:
        async with BlockingPortal() as entry:
            ready.set_result(entry)
            await entry.sleep_until_stopped()

    threading.Thread(target=anyio.run, args=(run,), name="models", daemon=True).start()
    return ready.result()
