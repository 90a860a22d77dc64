"""The providers of models, one row each, and the way from a card to something that can be asked.

What is on this machine is never reached through a proxy; what is outside is reached as the machine is set up to. Redirects
are not followed. No address and no key is taken from environment variables that a card does not name, and no header goes out
but those that a provider needs: their libraries would tell the make of the machine, and what the environment adds to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal

from vertraut.errors import ExtraMissing
from vertraut.models.catalog import ModelCard, ProviderName
from vertraut.models.credentials import secret_of

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.models import Model

_OPENAI = "openai.OpenAIChatModel"
_COMPATIBLE = "openai_compatible.OpenAICompatibleProvider"
_NO_KEY = "none"
"""Sent where a server asks for no key, so that nothing puts one of the environment in its place."""

_NEEDED: Final = frozenset(
    """host accept accept-encoding connection content-type content-length transfer-encoding user-agent
    authorization x-api-key x-goog-api-key anthropic-version anthropic-beta""".split()
)
"""The headers that go out."""


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """What is to be known of a provider, and whether it asks for a key.

    ``model`` and ``provider`` name the classes in pydantic-ai; ``env`` is where its key usually is.
    """

    key: Literal["needed", "possible", "none"]
    model: str = _OPENAI
    provider: str = _COMPATIBLE
    extra: str = ""
    env: str = ""


PROVIDERS: Final[Mapping[ProviderName, ProviderRow]] = {
    "openai": ProviderRow("needed", provider="openai.OpenAIProvider", env="OPENAI_API_KEY"),
    "anthropic": ProviderRow(
        "needed", "anthropic.AnthropicModel", "anthropic.AnthropicProvider", "anthropic", "ANTHROPIC_API_KEY"
    ),
    "google": ProviderRow("needed", "google.GoogleModel", "google.GoogleProvider", "google", "GOOGLE_API_KEY"),
    "mistral": ProviderRow("needed", "mistral.MistralModel", "mistral.MistralProvider", "mistral", "MISTRAL_API_KEY"),
    "ollama": ProviderRow("possible", "ollama.OllamaModel", "ollama.OllamaProvider"),
    "vllm": ProviderRow("possible", provider="vllm.VLLMProvider"),
    "llama-server": ProviderRow("possible"),
    "openai-compatible": ProviderRow("possible"),
    "gguf": ProviderRow("none", extra="gguf"),
}


def build_model(card: ModelCard) -> Model:
    """Return what can be asked for a card. Raises ``ExtraMissing``, or ``ModelUnavailable`` where its key is not there."""
    row = PROVIDERS[card.provider]
    address, key = card.address, secret_of(card) or _NO_KEY
    if card.provider == "gguf":
        from vertraut.models.gguf import serve  # noqa: PLC0415  needs the extra

        address, key = serve(card)
    model, provider = _class("models", row.model, card, row.extra), _class("providers", row.provider, card, row.extra)
    reached: dict[str, Any] = {"base_url": address, "api_key": key, "http_client": _client(outside=card.outside)}
    if row.provider == _COMPATIBLE:
        reached |= {"name": card.provider, "profile": _profile(card)}
    built: Model = model(card.model, provider=provider(**reached))
    return built


def _class(kind: str, path: str, card: ModelCard, extra: str) -> Any:
    module, _, name = path.rpartition(".")
    try:
        return getattr(import_module(f"pydantic_ai.{kind}.{module}"), name)
    except ImportError:
        raise ExtraMissing(card.name, extra) from None


def _profile(card: ModelCard) -> Mapping[str, Any]:
    """Say what a server of no known make can do.

    Chat templates often refuse a second system message; of the two names of the limit of tokens the older one is understood
    everywhere; an answer that does not say why it ends was cut off.
    """
    return {
        "supports_json_schema_output": card.schema,
        "supports_tools": card.tools,
        "openai_chat_supports_multiple_system_messages": False,
        "openai_chat_supports_max_completion_tokens": False,
        "openai_chat_streaming_requires_finish_reason": True,
    }


@cache
def _client(*, outside: bool) -> httpx2.AsyncClient:
    import httpx2  # noqa: PLC0415  comes with pydantic-ai, which takes half a second
    from pydantic_ai.models import create_async_httpx2_client  # noqa: PLC0415  as above

    client = create_async_httpx2_client() if outside else create_async_httpx2_client(transport=httpx2.AsyncHTTPTransport())
    client.event_hooks["request"].append(_only_needed)
    return client


async def _only_needed(request: httpx2.Request) -> None:
    for name in set(request.headers) - _NEEDED:
        del request.headers[name]
