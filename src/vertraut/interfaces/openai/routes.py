"""How every route here hears and answers: who asks, a body within bounds, and no error that is not in OpenAI's form."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final, TypeVar

from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from vertraut.errors import VertrautError
from vertraut.governance import Actor
from vertraut.interfaces.openai.refusals import Refusal, refusal_of, unauthorized

LARGEST_BODY: Final = 8_000_000

Form = TypeVar("Form", bound=BaseModel)


class OpenAIRoute(APIRoute):
    """A route that needs an actor and turns what goes wrong into OpenAI's form."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, guarded."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                actor_of(request)
                return await handle(request)
            except VertrautError as error:
                return refusal_of(error).response()
            except Refusal as refusal:
                return refusal.response()
            except ClientDisconnect:  # nobody is there to read it
                return Response(status_code=400)

        return guarded


def actor_of(request: Request) -> Actor:
    """Return who asks, as the server's access control found out. Raises ``Refusal`` where it did not."""
    actor = getattr(request.state, "actor", None)
    if not isinstance(actor, Actor):
        raise unauthorized()
    return actor


def answer(data: Any, headers: Mapping[str, str] | None = None) -> Response:
    """Return data as JSON. Whatever is no ASCII is escaped: a model may say half a character."""
    return Response(json.dumps(data), headers=headers, media_type="application/json")


async def body_of(request: Request, form: type[Form]) -> Form:
    """Read a body. Raises ``Refusal`` where it is too large, no JSON, nested too deep, or not as the form wants it."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST_BODY:
            raise Refusal(413, f"The request is larger than {LARGEST_BODY:,} bytes.", "request_too_large")
    try:
        return form.model_validate_json(bytes(content))
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(step) for step in first["loc"])[:200]
        message = f"{place}: {first['msg']}" if place else first["msg"]
        raise Refusal(400, message[:500], "invalid_value" if place else "invalid_json", param=place) from None
