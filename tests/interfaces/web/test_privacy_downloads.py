"""Downloads are good once, for a minute, for one device, and whatever they hold is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import anyio
import pytest

from vertraut.clock import FixedClock
from vertraut.interfaces.web import privacy_downloads
from vertraut.interfaces.web.privacy_downloads import Download, Downloads, Ready


@pytest.fixture
def closed() -> list[str]:
    return []


class LaterClock:
    """A clock on which two minutes pass between two looks."""

    def __init__(self, start: datetime) -> None:
        self._times = (start + timedelta(minutes=2 * each) for each in range(20))

    def now(self) -> datetime:
        return next(self._times)


def ready(name: str, closed: list[str], parts: Iterator[bytes] | None = None) -> Ready:
    return Ready(name, "text/plain", parts or iter([b"a", b"b"]), lambda: closed.append(name), 2)


def test_it_is_good_once_and_for_one_device(clock: FixedClock, closed: list[str]) -> None:
    downloads = Downloads(clock)
    downloads.offer(1, ready("first", closed))
    secret = downloads.offer(1, ready("second", closed))
    assert closed == ["first"]
    assert downloads.take(2, secret) is None
    assert downloads.take(1, "ä") is None
    taken = downloads.take(1, secret)
    assert taken is not None
    assert downloads.take(1, secret) is None
    assert closed == ["first"]


def test_it_is_good_for_a_minute(clock: FixedClock, closed: list[str]) -> None:
    downloads = Downloads(LaterClock(clock.now()))
    assert downloads.take(1, downloads.offer(1, ready("late", closed))) is None
    assert closed == ["late"]


def run(download: Download, reads: int, *, leaves: bool = False) -> list[Any]:
    """Send a download to a reader that reads so many messages and then stops, or leaves; return what it read."""
    sent: list[Any] = []
    left = anyio.Event()

    async def receive() -> dict[str, str]:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if len(sent) == reads:
            if leaves:
                left.set()
            await anyio.sleep_forever()
        sent.append(message)

    async def whole() -> None:
        await download({"type": "http"}, receive, send)

    anyio.run(whole)
    return sent


def test_it_is_sent_whole_with_its_name(closed: list[str]) -> None:
    sent = run(Download(ready("copy.db", closed), {"Cache-Control": "no-store"}), 9)
    headers = dict(sent[0]["headers"])
    assert headers[b"content-disposition"] == b'attachment; filename="copy.db"'
    assert (headers[b"content-length"], headers[b"cache-control"]) == (b"2", b"no-store")
    assert b"".join(each["body"] for each in sent[1:]) == b"ab"
    assert closed == ["copy.db"]


def test_its_reader_goes_away(closed: list[str]) -> None:
    sent = run(Download(ready("copy.db", closed), {}), 2, leaves=True)
    assert len(sent) == 2
    assert closed == ["copy.db"]


def test_its_reader_stops_reading(closed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy_downloads, "PATIENCE", 0.05)
    sent = run(Download(ready("copy.db", closed), {}), 2)
    assert len(sent) == 2
    assert closed == ["copy.db"]


def test_making_it_fails_on_the_way(closed: list[str]) -> None:
    def parts() -> Iterator[bytes]:
        yield b"a"
        raise ValueError

    with pytest.raises(ExceptionGroup) as failed:
        run(Download(ready("copy.db", closed, parts()), {}), 9)
    assert failed.group_contains(ValueError)
    assert closed == ["copy.db"]
