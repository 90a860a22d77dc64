"""A server while it runs: where it listens, and how it stops.

It listens on loopback, unless told otherwise, in one process. On SIGTERM or Ctrl-C it takes no more requests, gives those it
has ``GRACE`` seconds, ends what is left then, and returns: whoever started it closes the vault. A connection that does not
say what it wants is closed, so that nobody without a token can take the places of all others.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from vertraut.errors import AddressTaken
from vertraut.interfaces.server.logs import log
from vertraut.interfaces.server.observing import Observed

GRACE: Final = 10.0
CONNECTIONS: Final = 1000
HEAD_SECONDS: Final = 20.0
"""How long the head of a request may take."""

_LOOPBACK: Final = (("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6))


class _Connection(H11Protocol):
    """A connection that is closed where the head of its first or next request does not come."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait_for_head(None)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        answered = self.cycle
        super().on_response_complete()
        self._wait_for_head(answered)

    def _wait_for_head(self, before: RequestResponseCycle | None) -> None:
        self.loop.call_later(HEAD_SECONDS, lambda: self.transport.close() if self.cycle is before else None)


class Server(uvicorn.Server):
    """Runs an application until it is told to stop."""

    def __init__(self, app: Observed, grace: float = GRACE) -> None:
        self._observed = app
        self._grace = grace
        super().__init__(
            uvicorn.Config(
                app,
                http=_Connection,
                lifespan="on",
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=CONNECTIONS,
                timeout_graceful_shutdown=round(grace) + 5,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let requests finish, then end them."""
        log("stopping")
        self._observed.stop(listeners_only=True)
        over = asyncio.get_running_loop().call_later(self._grace, lambda: self._observed.stop(listeners_only=False))
        await super().shutdown(sockets)
        over.cancel()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Stop at a signal and go on behind the server, instead of dying of the signal there with the vault open."""
        with ExitStack() as stack:
            main = threading.current_thread() is threading.main_thread()  # the only one that hears signals
            for each in (signal.SIGINT, signal.SIGTERM) if main else ():
                stack.callback(signal.signal, each, signal.signal(each, self.handle_exit))
            yield


def listening(port: int, host: str = "") -> list[socket.socket]:
    """Return sockets that listen: on IPv4's and, where there is one, IPv6's loopback, or on the address given instead.

    Port 0 is any free one. Raises ``AddressTaken``.
    """
    if host:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return [_socket(host, family, port)]
    (first, family), (second, other) = _LOOPBACK
    found = [_socket(first, family, port)]
    with suppress(AddressTaken):  # a machine without IPv6
        found.append(_socket(second, other, found[0].getsockname()[1]))
    return found


def address(sockets: Sequence[socket.socket]) -> str:
    """Return where a client finds the first of the sockets."""
    host, port = sockets[0].getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _socket(host: str, family: socket.AddressFamily, port: int) -> socket.socket:
    """Return a socket that listens. It says that it is TCP: only then asyncio sends small answers at once (TCP_NODELAY)."""
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two servers have the same port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((host, port))
        made.listen()
    except OSError as why:
        made.close()
        raise AddressTaken(host, port, why.strerror or type(why).__name__) from why
    return made
