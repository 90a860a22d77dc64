"""A second process that answers questions over the same space, for a server that many use at once.

Python runs one thread of a process at a time, and a question keeps it busy for most of its time. What the process needs to
open the space, its key included, goes to it through a pipe. It only reads. It ends with the process that started it.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from vertraut.application.space import Space
from vertraut.errors import VertrautError
from vertraut.memory import Context, Recalled

Given = ParamSpec("Given")
Told = TypeVar("Told")

_opened: list[Space] = []  # in the other process: the one space that it has open


class Unanswered(Exception):
    """The other process did not answer: it is gone, or the question is one that has to be refused."""


class Reader:
    """The other process. It takes one question at a time."""

    def __init__(self, opened: Callable[[], Space]) -> None:
        """Start it, and wait until it has opened the space; raises ``Unanswered``. ``opened`` goes to it by pickle."""
        context = multiprocessing.get_context("spawn")
        self.gone = False
        try:
            self._process = ProcessPoolExecutor(1, context, initializer=_begin, initargs=(opened,))
        except (OSError, ImportError, NotImplementedError):  # a system without semaphores or shared memory
            raise Unanswered from None
        try:
            there = self._result(self._process.submit(_is_there))
        except (OSError, Unanswered):
            there = False
        if not there:
            self.close()
            raise Unanswered

    def __enter__(self) -> Self:
        """Return the reader itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End it."""
        self.close()

    def close(self) -> None:
        """End it, when it has answered."""
        self.gone = True
        self._process.shutdown(cancel_futures=True)

    def answer(self, method: Callable[Concatenate[Space, Given], Told], *args: Given.args, **kwargs: Given.kwargs) -> Told:
        """Return what ``Space.recall`` or ``Space.context`` returns, the latter without reasons. Raises ``Unanswered``."""
        try:
            waiting = self._process.submit(_answered, method.__name__, args, kwargs)
        except RuntimeError:  # it was closed
            raise Unanswered from None
        found: Told | None = self._result(waiting)
        if found is None:
            raise Unanswered
        return found

    def _result(self, waiting: Future[Any]) -> Any:
        try:
            return waiting.result()
        except BrokenProcessPool:
            self.gone = True
            raise Unanswered from None


def _begin(opened: Callable[[], Space]) -> None:
    """Open the space, in the other process. Ctrl-C is for the one that started it, with which it ends; it prints nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger().addHandler(logging.NullHandler())
    warnings.simplefilter("ignore")
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(VertrautError):
        _opened.append(opened())


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
    os._exit(0)


def _is_there() -> bool:
    return bool(_opened)


def _answered(what: str, args: Any, kwargs: Any) -> Recalled | Context | None:
    """Answer, in the other process. What has to be refused is None: the one that asks finds out why by itself."""
    with suppress(VertrautError):
        match getattr(_opened[0], what)(*args, **kwargs):
            case Context() as context:
                return replace(context, recalled=context.recalled.settled(reasons=False))
            case Recalled() as recalled:
                return recalled.settled(reasons=True)
    return None
