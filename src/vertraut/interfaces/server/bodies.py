"""How large a body may be, by address: pure ASGI. A larger one is refused before it is read, or where it gets too large."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vertraut.interfaces.http.problems import ProblemResponse, Refusal, Refused

_TOO_LARGE: Final = Refusal("ContentTooLarge", 413, "The body is too large.", "`vertraut import` takes files of any size.")


class BodyLimit:
    """An application that gets no larger bodies than it should."""

    def __init__(self, app: ASGIApp, limits: Mapping[str, int], otherwise: int) -> None:
        """``limits`` are bytes by address, ``otherwise`` those of all other addresses."""
        self._app = app
        self._limits = limits
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        left = self._limits.get(scope["path"], self._otherwise)
        said = Headers(scope=scope).get("content-length", "")
        if said.isdecimal() and int(said) > left:
            await ProblemResponse(_TOO_LARGE.problem())(scope, receive, send)
            return

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise Refused(_TOO_LARGE)
            return message

        await self._app(scope, counted, send)
