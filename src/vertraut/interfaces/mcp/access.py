"""Who is calling, and what they may see: the actor of each call. A call without an actor is denied, whatever it asks for.

Over HTTP the actor is what the server's access check put into the state of the very request that carries the call, never
what an earlier request of the session had. The actor of the process counts only where there is no request: on stdio.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from fastmcp.exceptions import ToolError, ValidationError
from fastmcp.prompts import Prompt
from fastmcp.resources import Resource, ResourceTemplate
from fastmcp.server.dependencies import fastmcp_request_ctx
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import Tool, ToolResult
from mcp import MCPError
from pydantic import ValidationError as PydanticValidationError

from vertraut.errors import VertrautError
from vertraut.governance import Actor, Scope

NOBODY: Final = Actor("nobody", frozenset())
_FAULTS: Final = 10
DENIED: Final = -32001
"""The code of the protocol's error for a call without an actor."""


@contextmanager
def told() -> Iterator[None]:
    """Turn an error of ours into one that the caller of a tool is told: its sentence and the way out, nothing else."""
    try:
        yield
    except VertrautError as error:
        raise ToolError(in_words(error), log_level=logging.DEBUG) from None


def in_words(error: VertrautError) -> str:
    """Return an error's sentence and what helps."""
    return f"{error.sentence} {error.way_out}".strip()


class Callers:
    """Tells who is calling. ``process`` is the actor on stdio, None where calls come over HTTP."""

    def __init__(self, process: Actor | None) -> None:
        self._process = process

    def actor(self) -> Actor:
        """Return the actor of the call in hand; ``NOBODY``, who may do nothing, where it has none."""
        call = fastmcp_request_ctx.get()
        if call is None:
            return NOBODY
        found = self._process if call.request is None else call.request.scope.get("state", {}).get("actor")
        return found if isinstance(found, Actor) else NOBODY


class Access(Middleware):
    """Denies every request without an actor, and lists to an actor only what it may use."""

    def __init__(self, callers: Callers, scopes: Mapping[str, Scope]) -> None:
        """``scopes`` says which scope each tool and prompt needs, by name; resources need "recall"."""
        self._callers = callers
        self._scopes = scopes

    async def on_request(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """Let a request through that has an actor."""
        if self._callers.actor() is NOBODY:
            raise MCPError(DENIED, "Nobody may use this without a token.")
        return await call_next(context)

    async def on_call_tool(self, context: MiddlewareContext[Any], call_next: CallNext[Any, ToolResult]) -> ToolResult:
        """Say in words which arguments do not fit, without the arguments."""
        try:
            return await call_next(context)
        except ValidationError as error:
            if not isinstance(error.__cause__, PydanticValidationError):
                raise
            faults = error.__cause__.errors(include_url=False, include_context=False, include_input=False)
            said = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in faults[:_FAULTS])
            raise ToolError(f"These arguments do not fit: {said}.", log_level=logging.DEBUG) from None

    async def on_list_tools(
        self, context: MiddlewareContext[Any], call_next: CallNext[Any, Sequence[Tool]]
    ) -> Sequence[Tool]:
        """List the tools that the actor may use."""
        return [each for each in await call_next(context) if self._may(self._scopes[each.name])]

    async def on_list_prompts(
        self, context: MiddlewareContext[Any], call_next: CallNext[Any, Sequence[Prompt]]
    ) -> Sequence[Prompt]:
        """List the prompts that the actor may use."""
        return [each for each in await call_next(context) if self._may(self._scopes[each.name])]

    async def on_list_resources(
        self, context: MiddlewareContext[Any], call_next: CallNext[Any, Sequence[Resource]]
    ) -> Sequence[Resource]:
        """List the resources if the actor may read them."""
        return await call_next(context) if self._may("recall") else []

    async def on_list_resource_templates(
        self, context: MiddlewareContext[Any], call_next: CallNext[Any, Sequence[ResourceTemplate]]
    ) -> Sequence[ResourceTemplate]:
        """List the kinds of resources if the actor may read them."""
        return await call_next(context) if self._may("recall") else []

    def _may(self, scope: Scope) -> bool:
        return self._callers.actor().allows(scope)
