"""What is known about models: the card of one, the table of well-known ones, what they cost.

Whether a model is outside the machine follows from its address alone, and whatever is not surely inside is outside. Prices
are US dollars for a million tokens; those of well-known models come from the data of ``genai-prices``, which its makers keep
up to date, and are zero where nobody knows them.
"""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Final, Literal
from urllib.parse import urlsplit

ProviderName = Literal[
    "openai", "anthropic", "google", "mistral", "ollama", "vllm", "llama-server", "openai-compatible", "gguf"
]
ADDRESSES: Final[Mapping[ProviderName, str]] = {
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
    "google": "https://generativelanguage.googleapis.com",
    "mistral": "https://api.mistral.ai",
    "ollama": "http://127.0.0.1:11434/v1",
    "vllm": "http://127.0.0.1:8000/v1",
    "llama-server": "http://127.0.0.1:8080/v1",
}
"""The usual addresses of providers; a card names its own only where that is another."""

MILLION = 1_000_000
UNKNOWN_CONTEXT = 8192
"""Tokens that a model may read where nothing says how many."""

_UNKNOWN_QUALITY = 2
_TYPICAL_PROMPT, _TYPICAL_ANSWER = 2000, 250


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model as it is set up: where it is, what it costs, what it can do.

    ``model`` is the provider's name for it (a file's path for gguf); ``key`` says where the secret is: "env:NAME",
    "file:PATH", "keyring:ENTRY" or "" for none. ``speed`` is tokens a second, 0 if unknown; ``quality`` 1 to 5;
    ``first`` puts it before all others whatever the dial says; ``forwards`` says that what answers here hands the words on
    to somebody outside. ``template`` (a file) and ``threads`` are for gguf only.
    """

    name: str
    provider: ProviderName
    model: str
    url: str = ""
    key: str = ""
    input_price: Decimal = Decimal(0)
    output_price: Decimal = Decimal(0)
    context: int = UNKNOWN_CONTEXT
    speed: float = 0.0
    tools: bool = True
    schema: bool = True
    quality: int = 3
    enabled: bool = True
    first: bool = False
    forwards: bool = False
    template: str = ""
    threads: int = 0

    @property
    def address(self) -> str:
        """Where it is reached, "" for a file."""
        return self.url or ADDRESSES.get(self.provider, "")

    @property
    def outside(self) -> bool:
        """Whether words that go to this model leave the machine."""
        if self.forwards or (self.provider == "ollama" and self.model.endswith("cloud")):  # its own service, by way of here
            return True
        return self.provider != "gguf" and not is_loopback(self.address)

    @property
    def paid(self) -> bool:
        """Whether calls of this model cost money: those on this machine do not."""
        return self.outside and bool(self.input_price or self.output_price)

    @property
    def typical_cost(self) -> Decimal:
        """US dollars for an answer of ordinary length, for comparing models."""
        return (self.input_price * _TYPICAL_PROMPT + self.output_price * _TYPICAL_ANSWER) / MILLION


def is_loopback(url: str) -> bool:
    """Say whether an address is surely on this machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a model before it is set up; prices are None where nobody knows them."""

    provider: ProviderName
    model: str
    context: int
    input_price: Decimal | None
    output_price: Decimal | None
    speed: float
    tools: bool
    schema: bool
    quality: int


def known_models() -> tuple[Known, ...]:
    """Return the well-known models, in the order of the table."""
    return tuple(known(row["provider"], row["model"]) for row in _rows())


def known(provider: ProviderName, model: str) -> Known:
    """Return what is known of a model of a provider; careful assumptions where it is in no table."""
    row: Mapping[str, Any] = next((r for r in _rows() if (r["provider"], r["model"]) == (provider, model)), {})
    prices, context = _listed(provider, model)
    return Known(
        provider,
        model,
        context or row.get("context", UNKNOWN_CONTEXT),
        *prices,
        speed=float(row.get("speed", 0)),
        tools=row.get("tools", True),
        schema=row.get("schema", True),
        quality=row.get("quality", _UNKNOWN_QUALITY),
    )


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a call took. Those read from and written to a provider's cache of prompts are among the input tokens."""

    input_tokens: int
    output_tokens: int
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0


def cost_of(card: ModelCard, tokens: Tokens, at: datetime) -> Decimal:
    """Return US dollars for a call, by the list with its discounts for cached prompts where its prices hold."""
    if not card.paid:
        return Decimal(0)
    prices, _ = _listed(card.provider, card.model)
    if prices == (card.input_price, card.output_price):
        from genai_prices import calc_price  # noqa: PLC0415  a tenth of a second, only where something costs

        return calc_price(tokens, card.model, provider_id=card.provider, genai_request_timestamp=at).total_price
    return (card.input_price * tokens.input_tokens + card.output_price * tokens.output_tokens) / MILLION


@cache
def _rows() -> tuple[Mapping[str, Any], ...]:
    text = resources.files("vertraut.models").joinpath("known.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["model"])


@cache
def _listed(provider: str, model: str) -> tuple[tuple[Decimal | None, Decimal | None], int | None]:
    """Return (input price, output price) and context of the price list; the prices of a short prompt where they differ."""
    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415  a tenth of a second, only where prices are asked

    if provider not in {row["provider"] for row in _rows()}:  # a model of the same name elsewhere costs something else
        return (None, None), None
    try:
        _, found = get_snapshot().find_provider_model(model, None, provider, None)
    except LookupError:
        return (None, None), None
    price = found.get_prices(datetime.now().astimezone())
    return (_base(price.input_mtok), _base(price.output_mtok)), found.context_window


def _base(price: Any) -> Decimal | None:
    base = getattr(price, "base", price)
    return base if isinstance(base, Decimal) else None
