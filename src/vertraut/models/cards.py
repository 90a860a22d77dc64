"""The models of a home, as its file ``models.toml`` has them: for its owner only, replaced in one step, without any secret.

What the file leaves out (prices, context, abilities) is what the catalog knows at the time it is read.
"""

from __future__ import annotations

import ipaddress
import json
import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from filelock import FileLock

from vertraut.errors import BadModel, NoSuchModel
from vertraut.ledger.private_files import read_private_bytes, write_private_bytes
from vertraut.ledger.vault import file_errors
from vertraut.models.catalog import ModelCard, ProviderName, is_loopback, known
from vertraut.models.credentials import drop_secret, keep_secret, secret_of
from vertraut.models.providers import PROVIDERS

FILE_NAME = "models.toml"
KEYRING = "keyring"
RESERVED = "auto"
"""What no model can be called: `vertraut model use auto` leaves the choice to the dial."""

Row = Mapping[str, Any]

_LONGEST_NAME = 100
_BEST = 5
_REMARK = "# The language models of this home. `vertraut model` writes this file; keys are references, never the keys."


@dataclass(frozen=True, slots=True)
class CardFile:
    """The file of a home. ``read`` gives its models, ``change`` replaces the rows it consists of."""

    home: Path

    def read(self) -> tuple[ModelCard, ...]:
        """Return the models that are set up, in the order in which they were added. Raises ``BadModel``."""
        return tuple(card_of(row) for row in self._rows())

    def change(self, change: Callable[[list[dict[str, Any]]], Sequence[Row]]) -> None:
        """Replace the rows by what ``change`` makes of them; processes take turns. Raises ``BadModel`` before it writes."""
        path = self.home / FILE_NAME
        with file_errors(path):
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(self.home / f".{FILE_NAME}.lock", mode=0o600):
                rows = change(self._rows())
                text = "\n".join([_REMARK, *(_written(card_of(row).name, row) for row in rows)])
                write_private_bytes(path, text.encode())

    def add(self, row: Row, ask: Callable[[], str]) -> ModelCard:
        """Set up a model; ``ask`` gives its key if that goes to the keyring. Raises ``BadModel``, ``ModelUnavailable``."""
        card = card_of({**row, "key": ""})
        key = str(row.get("key") or _usual_key(card))
        self._check_new(card, row)
        card = card_of({**row, "key": keep_secret(card.name, ask()) if key == KEYRING else key})
        if card.key.startswith("file:"):
            secret_of(card)
        self.change(lambda rows: [*rows, {**row, "key": card.key}])
        return card

    def update(self, name: str, **values: Any) -> None:
        """Change some fields of a model. Raises ``NoSuchModel``."""
        card_named(self.read(), name)
        self.change(lambda rows: [{**row, **values} if row["name"] == name else row for row in rows])

    def remove(self, name: str) -> ModelCard:
        """Remove a model and return what it was; a key in the keyring goes, too. Raises ``NoSuchModel``."""
        card = card_named(self.read(), name)
        self.change(lambda rows: [row for row in rows if row["name"] != name])
        drop_secret(card)
        return card

    def prefer(self, name: str, *, off: bool = False) -> None:
        """Put a model before all others, or switch it off; ``RESERVED`` puts none first. Raises ``NoSuchModel``."""
        if off or name != RESERVED:
            card_named(self.read(), name)

        def changed(row: dict[str, Any]) -> Row:
            meant = row["name"] == name
            if off:
                return {**row, "enabled": False, "first": False} if meant else row
            return {**row, "enabled": meant or row.get("enabled", True), "first": meant}

        self.change(lambda rows: [changed(row) for row in rows])

    def _check_new(self, card: ModelCard, row: Row) -> None:
        prices = known(card.provider, card.model)
        unpriced = prices.input_price is None and not row.keys() >= {"input_price", "output_price"}
        for wrong, sentence in (
            (any(each.name == card.name for each in self.read()), "there is one of this name; --name gives it another"),
            (card.provider != "gguf" and not card.address, "it needs its address (--url)"),
            (card.provider == "gguf" and not Path(card.model).is_file(), "there is no such file"),
            (card.outside and unpriced, "no list has its prices; give --input-price and --output-price, 0 where it is free"),
        ):
            if wrong:
                raise BadModel(card.name, sentence)

    def _rows(self) -> list[dict[str, Any]]:
        content = read_private_bytes(self.home / FILE_NAME)
        if content is None:
            return []
        try:
            tables = tomllib.loads(content.decode()).get("model", {})
            return [{"name": name, **row} for name, row in tables.items()]
        except (AttributeError, RecursionError, TypeError, ValueError) as why:
            raise BadModel(FILE_NAME, f"it is not TOML as `vertraut model` writes it ({type(why).__name__})") from None


def card_named(cards: Sequence[ModelCard], name: str) -> ModelCard:
    """Return the model of this name. Raises ``NoSuchModel``."""
    for card in cards:
        if card.name == name:
            return card
    raise NoSuchModel(name)


def card_of(row: Row) -> ModelCard:
    """Return the card that a row describes, with what the catalog knows for what it leaves out. Raises ``BadModel``."""
    name = str(row.get("name", ""))
    if unknown := row.keys() - {field.name for field in fields(ModelCard)}:
        raise BadModel(name, f"there is no such field ({min(unknown)})")
    if row.get("provider") not in get_args(ProviderName):
        raise BadModel(name, f"there is no such provider ({', '.join(get_args(ProviderName))})")
    found = known(row["provider"], str(row.get("model", "")))
    usual = {field: getattr(found, field) for field in ("context", "speed", "tools", "schema", "quality")}
    prices = {field: getattr(found, field) or Decimal(0) for field in ("input_price", "output_price")}
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415  a tenth of a second, only where models are set up

    try:
        card = TypeAdapter(ModelCard).validate_python({**usual, **prices, **row})
    except ValidationError as why:
        raise BadModel(name, f"a field has a value that it cannot have ({why.errors()[0]['loc'][0]})") from None
    for wrong, sentence in _faults(card):
        if wrong:
            raise BadModel(name, sentence)
    return card


def _usual_key(card: ModelCard) -> str:
    provider = PROVIDERS[card.provider]
    if provider.key != "needed":
        return ""
    return f"env:{provider.env}" if os.environ.get(provider.env) else KEYRING


def _faults(card: ModelCard) -> tuple[tuple[bool, str], ...]:
    named = 0 < len(card.name) <= _LONGEST_NAME and card.name.isprintable() and card.name != RESERVED
    numbers = (card.input_price, card.output_price, Decimal(card.speed), Decimal(card.threads))
    return (
        (not named, "its name must be short, printable, and not auto"),
        (not card.model, "it must say which model of the provider it is"),
        (not f"{card.model}{card.url}{card.key}{card.template}".isprintable(), "it holds characters that cannot be printed"),
        (not all(number.is_finite() and number >= 0 for number in numbers), "prices, speed and threads cannot be negative"),
        (not 1 <= card.quality <= _BEST or card.context < 1, "quality goes from 1 to 5, context from 1"),
        (
            bool(card.key) and not card.key.startswith(("env:", "file:", "keyring:")),
            "its key must be given as env:NAME, file:PATH or keyring",
        ),
        (
            bool(card.url) and not _is_private(card.url),
            "its address must begin with https://, or with http:// inside one's own network, and hold no password",
        ),
    )


def _is_private(url: str) -> bool:
    """Say whether an address is one that nobody on the way to it can read along with: encrypted, or of one's own network."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if not host or parts.username is not None or parts.scheme not in {"http", "https"}:
            return False
    except ValueError:
        return False
    if parts.scheme == "https" or is_loopback(url):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host


def _written(name: str, row: Row) -> str:
    """Return a row as TOML, whose strings are those of JSON as long as they are printable; ``card_of`` saw to that."""
    values = (f"{field} = {_value(value)}" for field, value in row.items() if field != "name")
    return "\n".join([f"[model.{_value(name)}]", *values, ""])


def _value(value: Any) -> str:
    return json.dumps(str(value) if isinstance(value, Decimal) else value, ensure_ascii=False)
