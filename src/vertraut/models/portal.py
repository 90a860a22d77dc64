"""The one event loop of the process, in a thread of its own: what is asynchronous runs there, all else is synchronous.

Waiting for it can be ended from another thread: by the ``Interruption`` that the waiting thread is inside of.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import CancelledError, Future
from contextvars import ContextVar, Token
from functools import cache
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Final, TypeVar

import anyio
from anyio.from_thread import BlockingPortal

Item = TypeVar("Item")

_starting = threading.Lock()


class Interrupted(BaseException):
    """Nobody wants any more what was waited for. Not an ``Exception``: it is no failure that may be answered for."""


class Interruption:
    """Ends waits within ``with interruption:``, those to come as well; from any thread, once and for all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._end: Callable[[], object] | None = None
        self._token: Token[Interruption | None] | None = None

    def __enter__(self) -> None:
        self._token = _around.set(self)

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None) -> None:
        if self._token:
            _around.reset(self._token)

    def interrupt(self) -> None:
        """End the wait that is under way, and each to come, with ``Interrupted``."""
        with self._lock:
            self._over.set()
            end = self._end
        if end:
            end()

    def pause(self, seconds: float) -> None:
        """Wait. Raises ``Interrupted``."""
        if self._over.wait(seconds):
            raise Interrupted

    def waiting(self, wait: Callable[[], Item], end: Callable[[], object]) -> Item:
        """Return what ``wait`` returns; ``end`` makes it return sooner."""
        with self._lock:
            self._end = end
            over = self._over.is_set()
        if over:
            end()
        try:
            return wait()
        finally:
            with self._lock:
                self._end = None


_around: Final[ContextVar[Interruption | None]] = ContextVar("interruption", default=None)


def pause(seconds: float) -> None:
    """Wait. Raises ``Interrupted`` where that is ended."""
    (_around.get() or Interruption()).pause(seconds)


def streamed(source: Callable[[], AsyncIterator[Item]]) -> Generator[Item]:
    """Yield what an asynchronous iterator gives, and raise what it raises. Closing this cancels it at once.

    Raises ``Interrupted`` where waiting for it is ended.
    """
    given: SimpleQueue[Item | Future[None]] = SimpleQueue()

    async def pump() -> None:
        async for item in source():
            given.put(item)

    task = portal().start_task_soon(pump)
    task.add_done_callback(given.put)
    try:
        while (item := _next(given, task)) is not task:
            yield item  # type: ignore[misc]  # only the task itself is a future
        _result(task)
    finally:
        task.cancel()


def _next(given: SimpleQueue[Item | Future[None]], task: Future[None]) -> Item | Future[None]:
    try:
        return given.get_nowait()
    except Empty:
        around = _around.get()
        return around.waiting(given.get, task.cancel) if around else given.get()


def _result(task: Future[None]) -> None:
    try:
        task.result()
    except CancelledError:
        raise Interrupted from None


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
