"""Ctrl-C that cannot get lost.

Python raises ``KeyboardInterrupt`` wherever it happens to be, and drops it where nobody waits for a result: in the callbacks
of weak references (every import of a module runs one) and of the garbage collector. So each is also noted, and long work
asks at every step whether one was.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


@dataclass(slots=True)
class Interrupts:
    """Whether Ctrl-C was pressed. A plain flag: an event's own lock could meet itself in a second signal."""

    noted: bool = False

    def check(self) -> None:
        """Raise ``KeyboardInterrupt`` if there was one, which then must have been dropped."""
        if self.noted:
            raise KeyboardInterrupt


@contextmanager
def noting() -> Iterator[Interrupts]:
    """Note interrupts while inside; they are raised at once as well, each of them.

    Where they are ignored, or are another's business, or this is not the main thread, nothing changes.
    """
    interrupts = Interrupts()
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not (ours and threading.current_thread() is threading.main_thread()):
        yield interrupts
        return
    report = sys.unraisablehook

    def note(number: int, frame: FrameType | None) -> None:
        interrupts.noted = True
        signal.default_int_handler(number, frame)

    def report_others(dropped: UnraisableHookArgs) -> None:
        if not issubclass(dropped.exc_type, KeyboardInterrupt):
            report(dropped)

    sys.unraisablehook = report_others
    signal.signal(signal.SIGINT, note)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.unraisablehook = report
