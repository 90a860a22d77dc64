"""Between our values and pydantic-ai's: a request as it wants it, its stream as pieces and an end, its errors as reasons.

Everything here that is asynchronous runs on the loop of ``portal``. Importing this takes half a second, so it is imported
where a model is asked. Reasons never quote what a provider answered: that could hold words of a person.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import dropwhile, takewhile

import anyio
from pydantic_ai.direct import model_request_stream
from pydantic_ai.exceptions import (
    AgentRunError,
    ContentFilterError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelServerError,
    ModelUnavailableError,
    UnexpectedModelBehavior,
    UserError,
)
from pydantic_ai.messages import (
    InstructionPart,
    ModelMessage,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    SystemPromptPart,
    TextPart,
    TextPartDelta,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from vertraut.models.catalog import ModelCard, Tokens
from vertraut.models.messages import Finish, Message, Request, ToolCall

_TRIPPED = (AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What adapters raise when an answer is not of the form that they rely on."""

FAILURES = (AgentRunError, UserError, OSError, *_TRIPPED)  # TimeoutError is an OSError
"""What asking a model may raise."""

_AGAIN = (ModelConnectionError, ModelRateLimitError, ModelServerError, ModelUnavailableError)
_AGAIN_STATUS = frozenset({408, 409, 425, 429})
_SERVER_FAULT = 500
_FAILED = "it failed"
REASONS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "it took too long"),
    (ModelAuthenticationError, "it does not take the key"),
    (ModelQuotaExceededError, "the account has nothing left"),
    (ModelRateLimitError, "it gets too many requests"),
    (ModelNotFoundError, "there is no such model at this address"),
    (ModelContextWindowExceededError, "this was more than it can read"),
    (ModelConnectionError, "there is no connection"),
    (ModelUnavailableError, "it is overloaded or down"),
    (ModelServerError, _FAILED),
    (ContentFilterError, "its provider filtered the answer"),
    (ModelHTTPError, "it refused the request"),
    (ModelAPIError, "its answer was cut off or none that can be read"),
    (UnexpectedModelBehavior, "its answer was empty, cut off or none that can be read"),
    (UserError, "it is not set up right"),
    *((kind, "its answer was none that can be read") for kind in _TRIPPED),
    (OSError, "there is no connection"),
)
"""Why a model did not answer, by what was raised: the first row that fits."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of an answer: the calls it wants, why it ended, what it took (None where the provider does not say)."""

    calls: tuple[ToolCall, ...]
    finish: Finish
    usage: Tokens | None


async def spoken(model: Model, request: Request, card: ModelCard, silence: float) -> AsyncIterator[str | Ended]:
    """Yield the pieces of a model's answer, empty ones while it does something else than speak, and then its end.

    Raises ``TimeoutError`` where it says nothing for ``silence`` seconds, at the start or between two pieces.
    """
    async with AsyncExitStack() as stack:
        opening = model_request_stream(
            model,
            list(_conversation(request)),
            model_settings=_settings(request),
            model_request_parameters=_parameters(request, card, model),
        )
        with anyio.fail_after(silence):
            stream = await stack.enter_async_context(opening)
        events = aiter(stream)
        while True:
            with anyio.fail_after(silence):
                event = await anext(events, None)
            if event is None:
                break
            yield _text_in(event)
        yield _ended(stream.get(), by_itself=model.provider is None)


def may_pass(error: Exception) -> bool:
    """Say whether asking the same model again may help."""
    status = error.status_code if isinstance(error, ModelHTTPError) else 0
    return isinstance(error, _AGAIN) or status in _AGAIN_STATUS or status >= _SERVER_FAULT


def reason(error: Exception) -> str:
    """Return why a model did not answer, without anything that it said."""
    said = next((text for kind, text in REASONS if isinstance(error, kind)), _FAILED)
    return f"{said} (HTTP {error.status_code})" if isinstance(error, ModelHTTPError) else said


def wait_asked_for(error: Exception) -> float | None:
    """Return for how many seconds a provider asks to be left alone."""
    return error.retry_after if isinstance(error, ModelAPIError) else None


def _conversation(request: Request) -> Iterator[ModelMessage]:
    """Yield the messages after the instructions, those of the person and of tools joined until the model speaks again."""
    names = {call.id: call.name for message in request.messages for call in message.calls}
    parts: list[ModelRequestPart] = []
    for message in dropwhile(_instructs, request.messages):
        if message.role != "assistant":
            parts.append(_part(message, names))
            continue
        if parts:
            yield ModelRequest(parts)
        parts = []
        text = [TextPart(message.text)] if message.text else []
        yield ModelResponse([*text, *(ToolCallPart(each.name, each.arguments, each.id) for each in message.calls)])
    if parts:
        yield ModelRequest(parts)


def _instructs(message: Message) -> bool:
    return message.role == "system"


def _part(message: Message, names: dict[str, str]) -> ModelRequestPart:
    match message.role:
        case "system":
            return SystemPromptPart(message.text)
        case "tool":
            return ToolReturnPart(names.get(message.call_id, "tool"), message.text, message.call_id)
        case _:
            return UserPromptPart(message.text)


def _parameters(request: Request, card: ModelCard, model: Model) -> ModelRequestParameters:
    """Return tools, schema and instructions; of these the first is the same in every request, so that it can be cached."""
    tools = [
        ToolDefinition(name=each.name, parameters_json_schema=dict(each.parameters), description=each.description)
        for each in request.tools
    ]
    leading = takewhile(_instructs, request.messages)
    instructions = [InstructionPart(each.text, dynamic=place > 0) for place, each in enumerate(leading)]
    if request.schema is None:
        return ModelRequestParameters(function_tools=tools, instruction_parts=instructions)
    native = card.schema and model.profile.get("supports_json_schema_output", False)
    return ModelRequestParameters(
        function_tools=tools,
        instruction_parts=instructions,
        output_mode="native" if native else "prompted",
        output_object=OutputObjectDefinition(dict(request.schema), name="answer"),
    )


def _settings(request: Request) -> ModelSettings:
    """Return the settings: no thinking, which would use up the tokens; no retries but ours, since each is accounted."""
    return ModelSettings(
        max_tokens=request.max_tokens,
        temperature=request.temperature,
        thinking=False,
        max_retries=0,
        cache={"messages": False},
    )


def _text_in(event: ModelResponseStreamEvent) -> str:
    match event:
        case PartStartEvent(part=TextPart(content=text)) | PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
            return text
    return ""


def _ended(response: ModelResponse, *, by_itself: bool) -> Ended:
    """Return how an answer ended. Raises ``UnexpectedModelBehavior`` if it did not, or if there is none."""
    if not by_itself and response.finish_reason is None and "finish_reason" not in (response.provider_details or {}):
        raise UnexpectedModelBehavior("cut off")
    calls = tuple(
        ToolCall(part.tool_call_id, part.tool_name, part.args if isinstance(part.args, str) else part.args_as_json_str())
        for part in response.parts
        if isinstance(part, ToolCallPart)
    )
    if not calls and not response.text:
        raise UnexpectedModelBehavior("empty")
    finish: Finish = "tool_calls" if calls else "length" if response.finish_reason == "length" else "stop"
    used = response.usage
    if not used.has_values() or used.unmeasured_requests:
        return Ended(calls, finish, None)
    tokens = Tokens(used.input_tokens, used.output_tokens, used.cache_read_tokens, used.cache_write_tokens)
    return Ended(calls, finish, tokens)
