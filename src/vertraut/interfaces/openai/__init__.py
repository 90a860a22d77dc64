"""The door for everything that speaks OpenAI's interface: chat completions, responses, models and embeddings.

``create_router`` gives the routes; who asks must stand in ``request.state.actor``. Chat needs the scope "ask", embeddings
"recall". The forms are OpenAI's; ``docs/openai.md`` says what of them is supported.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from vertraut.application.service import Service
from vertraut.interfaces.openai.answering import Answering
from vertraut.interfaces.openai.chat import Chat
from vertraut.interfaces.openai.chat_form import ChatForm
from vertraut.interfaces.openai.embeddings import EmbeddingsForm, embedded
from vertraut.interfaces.openai.naming import CONVERSATION_HEADER, EMBEDDINGS, chosen, conversation_in, model_list
from vertraut.interfaces.openai.responses import Response as Answered
from vertraut.interfaces.openai.responses_form import ResponsesForm
from vertraut.interfaces.openai.routes import OpenAIRoute, actor_of, answer, body_of
from vertraut.interfaces.streams import EventStream

__all__ = ["create_router"]

AT_ONCE = 128
"""Answers that can be waited for at the same time, in threads of their own: they never take those of other requests."""


def create_router(service: Service) -> APIRouter:
    """Return the routes of this door over a served space."""
    router = APIRouter(route_class=OpenAIRoute, include_in_schema=False)
    answering, places = Answering(service), CapacityLimiter(AT_ONCE)

    @router.post("/chat/completions")
    async def chat(request: Request) -> Response:
        form = await body_of(request, ChatForm)
        named = conversation_in(request.headers)
        begin = partial(answering.begin, actor_of(request), form.ask(), request.headers, conversation=named)
        exchange = await to_thread.run_sync(begin, limiter=places)
        frame, headers = Chat.begun(form, service.clock.now().timestamp()), {CONVERSATION_HEADER: exchange.conversation}
        if form.stream:
            return EventStream(frame.chunks(exchange, with_usage=form.with_usage), headers, places)
        return answer(await to_thread.run_sync(frame.whole, exchange, limiter=places), headers=headers)

    @router.post("/responses")
    async def responses(request: Request) -> Response:
        form = await body_of(request, ResponsesForm)
        after = form.previous_response_id or ""
        named = form.resumes() or conversation_in(request.headers)
        begin = partial(answering.begin, actor_of(request), form.ask(), request.headers, conversation=named, after=after)
        exchange = await to_thread.run_sync(begin, limiter=places)
        answered = Answered(form, exchange, service.clock.now().timestamp())
        headers = {CONVERSATION_HEADER: exchange.conversation}
        if form.stream:
            return EventStream(answered.events(), headers, places)
        return answer(await to_thread.run_sync(answered.whole, limiter=places), headers=headers)

    @router.post("/embeddings")
    async def embeddings(request: Request) -> Response:
        form = await body_of(request, EmbeddingsForm)
        embed = partial(service.embed, actor_of(request))
        return answer(await to_thread.run_sync(embedded, form, embed, limiter=places))

    @router.get("/models")
    async def models() -> dict[str, Any]:
        return {"object": "list", "data": model_list(answering.cards)}

    @router.get("/models/{name:path}")
    async def model(name: str, request: Request) -> dict[str, Any]:
        if name != EMBEDDINGS:
            chosen(name, request.headers, answering.cards)
        made = {each["id"]: each for each in model_list(answering.cards)}
        return made.get(name) or {**made[name.rpartition("@")[0]], "id": name}

    return router
