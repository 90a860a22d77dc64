"""Ctrl-C while another process or thread writes to the same vault: it is heard soon, and nothing stays half begun."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from vertraut.application import Space, open_space
from vertraut.ledger.vault import transaction
from vertraut.settings import Settings


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.disable()  # Hypothesis listens to the collector, and a Ctrl-C that comes while it does is lost
    yield
    gc.enable()
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def another_writes(space: Space, settings: Settings) -> Iterator[Callable[[threading.Event], None]]:
    """Return a function that lets another thread hold the vault, press Ctrl-C, and let go when told."""
    threads: list[threading.Thread] = []

    def start(let_go: threading.Event) -> None:
        held = threading.Event()

        def hold() -> None:
            with open_space("me", settings=settings) as other, transaction(other._db):
                held.set()
                time.sleep(0.2)  # until the waiting has begun
                os.kill(os.getpid(), signal.SIGINT)
                let_go.wait(0.3)

        threads.append(threading.Thread(target=hold))
        threads[0].start()
        held.wait()

    yield start
    threads[0].join()


def test_what_is_remembered_after_an_interrupted_wait_is_durable(
    space: Space, settings: Settings, another_writes: Callable[[threading.Event], None]
) -> None:
    another_writes(threading.Event())
    with pytest.raises(KeyboardInterrupt):
        space.remember_text("written while another writes")
    assert not space._db.in_transaction
    number = space.remember_text("an acknowledged note")
    with open_space("me", settings=settings) as other:
        assert other.show(number).entry.text == "an acknowledged note"


def test_ctrl_c_is_heard_while_another_writes(
    space: Space, another_writes: Callable[[threading.Event], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()
    monkeypatch.setattr(let_go, "wait", lambda _: threading.Event.wait(let_go, 60))
    another_writes(let_go)
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        space.remember_text("written while another writes")
    assert not let_go.is_set()
    assert time.monotonic() - begun < 15  # settings wait for 20 seconds
    let_go.set()
