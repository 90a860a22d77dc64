"""Downloads that were made ready for one device: each has an address that is good once, for a minute, for that device only.

Whatever happens to a download, also that its reader goes away or stops reading, what it holds is closed.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import anyio
from anyio import to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from vertraut.clock import Clock

LIFE: Final = timedelta(minutes=1)
PATIENCE: Final = 60.0
"""Seconds that a reader may stop reading for, before the download is broken off."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What can be downloaded: its name, bytes in parts, what closes it, and its size where that is known."""

    name: str
    media_type: str
    parts: Iterator[bytes]
    close: Callable[[], None]
    size: int | None = None


@dataclass(frozen=True, slots=True)
class _Offer:
    secret: str
    until: datetime
    ready: Ready


class Downloads:
    """What waits to be fetched: one thing a device. May be used from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._offers: dict[int, _Offer] = {}

    def offer(self, device: int, ready: Ready) -> str:
        """Return the secret with which a device may fetch this. What waited for it before is closed."""
        secret = secrets.token_urlsafe(32)
        with self._lock:
            self._drop(lambda number, offer: number == device or offer.until <= self._clock.now())
            self._offers[device] = _Offer(secret, self._clock.now() + LIFE, ready)
        return secret

    def take(self, device: int, secret: str) -> Ready | None:
        """Return what a device may fetch with a secret, once; None where there is nothing, or no more."""
        with self._lock:
            self._drop(lambda _, offer: offer.until <= self._clock.now())
            offer = self._offers.get(device)
            if offer is None or not hmac.compare_digest(offer.secret.encode(), secret.encode()):
                return None
            return self._offers.pop(device).ready

    def _drop(self, unwanted: Callable[[int, _Offer], bool]) -> None:
        for number, offer in list(self._offers.items()):
            if unwanted(number, offer):
                self._offers.pop(number).ready.close()


class Download(Response):
    """What is ready, sent as a file to keep."""

    def __init__(self, ready: Ready, headers: Mapping[str, str]) -> None:
        super().__init__(headers=headers, media_type=ready.media_type)
        del self.headers["content-length"]
        if ready.size is not None:
            self.headers["content-length"] = str(ready.size)
        self.headers["content-disposition"] = f'attachment; filename="{ready.name}"'
        self._ready = ready

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, part by part, until it ends or its reader goes away."""
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(_until_gone, receive, group.cancel_scope)
                with suppress(TimeoutError):
                    await self._send(send)
                group.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(self._ready.close)

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        while part := await to_thread.run_sync(next, self._ready.parts, b""):
            with anyio.fail_after(PATIENCE):
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _until_gone(receive: Receive, download: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    download.cancel()
