"""The commands about language models: ``vertraut model …``."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from vertraut.errors import BadModel, ModelUnavailable
from vertraut.interfaces.cli import exits, options, render_models
from vertraut.interfaces.cli.session import Session, session
from vertraut.interfaces.harmless import harmless
from vertraut.interfaces.language.errors import explained
from vertraut.interfaces.shapes import Shape

if TYPE_CHECKING:
    from vertraut.models import Known, ModelCard, Trial


_LONGEST_KEY = 10_000


class ProviderChoice(StrEnum):
    """The providers, as ``vertraut.models.PROVIDERS`` has them; a test compares the two."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    GOOGLE = "google"
    MISTRAL = "mistral"
    OLLAMA = "ollama"
    VLLM = "vllm"
    LLAMA_SERVER = "llama-server"
    OPENAI_COMPATIBLE = "openai-compatible"
    GGUF = "gguf"


Price = Annotated[float | None, typer.Option(min=0, metavar="DOLLARS", help="US dollars for a million tokens.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="What it is called here.")]


def list_(
    *,
    known: Annotated[bool, typer.Option("--known", help="List the well-known models that could be set up instead.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """List the language models that are set up. This is what `vertraut model` alone does."""
    from vertraut.models import CardFile, known_models  # noqa: PLC0415  what --help does without

    with session(as_json=as_json) as here:
        if known:
            here.emit({"known": [_shape(each) for each in known_models()]})
            here.show(render_models.known_table(known_models(), here.say))
            return
        cards = CardFile(here.settings.home).read()
        _show_cards(cards, here)


def add(
    provider: Annotated[ProviderChoice, typer.Argument(help="Who runs it, or how it is reached.")],
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The provider's name for it; for gguf a file.")],
    *,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="What to call it here; else as its provider does.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="Its address, if that is not the provider's usual one.")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            metavar="WHERE", help="Where its key is: env:NAME, file:PATH (mode 600) or keyring, which asks for it."
        ),
    ] = None,
    input_price: Price = None,
    output_price: Price = None,
    context: Annotated[
        int | None, typer.Option(min=1, metavar="TOKENS", help="How many tokens it takes in at once.")
    ] = None,
    quality: Annotated[int | None, typer.Option(min=1, max=5, help="How good it is, 5 the best, for the dial.")] = None,
    template: Annotated[Path | None, typer.Option(metavar="FILE", help="A chat template for a gguf file.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads for a gguf file; else half as many as cores.")] = None,
    forwards: Annotated[
        bool, typer.Option("--forwards", help="It answers on this machine but hands the words on to somebody outside.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Set up a language model. Of its key only the place is written down, never the key.

    Without --key it is taken from the environment variable that the provider's own programs use, else asked for and put into
    the keyring.
    """
    from vertraut.models import CardFile  # noqa: PLC0415  what --help does without

    is_file = provider is ProviderChoice.GGUF
    place = str(Path(options.typed(model)).expanduser().absolute()) if is_file else options.typed(model)
    given: dict[str, Any] = {
        "url": url,
        "key": key,
        "input_price": None if input_price is None else Decimal(str(input_price)),
        "output_price": None if output_price is None else Decimal(str(output_price)),
        "context": context,
        "quality": quality,
        "template": str(template.expanduser().absolute()) if template else None,
        "threads": threads,
        "forwards": forwards or None,
    }
    with session(as_json=as_json) as here:
        row = {"name": name or place.rpartition("/")[2], "provider": provider.value, "model": place}
        row |= {field: value for field, value in given.items() if value is not None}
        _check_prices(row, here)
        _show_added(CardFile(here.settings.home).add(row, lambda: _asked_key(here)), here)


def _show_added(card: ModelCard, here: Session) -> None:
    from vertraut.models import recipient  # noqa: PLC0415  what --help does without

    lacking = _lacking([card])
    here.emit({"added": _card_shape(card, lacking)})
    here.show(Text(here.say("model.added", name=harmless(card.name)), "bold"))
    here.show(render_models.card_table([card], lacking, here.say))
    if card.outside:
        here.remark(here.say("model.consent", provider=harmless(recipient(card))))
    here.remark(here.say("model.try", name=harmless(card.name)))


def use(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called here; auto: as the dial says again.")],
    *,
    off: Annotated[bool, typer.Option("--off", help="Do not ask it at all, but keep it set up.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Ask a language model before all others, whatever the setting model_dial says; they remain for when it fails."""
    from vertraut.models import CardFile  # noqa: PLC0415  what --help does without

    with session(as_json=as_json) as here:
        file = CardFile(here.settings.home)
        file.prefer(name, off=off)
        _show_cards(file.read(), here)


def remove(name: Name, *, as_json: options.AsJson = False) -> None:
    """Remove a language model, and its key where that is in the keyring."""
    from vertraut.models import CardFile  # noqa: PLC0415  what --help does without

    with session(as_json=as_json) as here:
        card = CardFile(here.settings.home).remove(name)
        here.emit({"removed": card.name})
        here.show(Text(here.say("model.removed", name=harmless(card.name))))


def trial(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME...", help="Which of them; without a name all.")] = None,
    *,
    as_json: options.AsJson = False,
) -> None:
    """Try out language models: how fast they are, whether they keep to a schema and can use tools.

    Three small questions go to each, with nothing of yours in them. What is found is remembered for choosing among them.
    If one of them does not answer, the exit code is 8.
    """
    from vertraut.models import CardFile, card_named, try_out  # noqa: PLC0415  what --help does without

    with session(as_json=as_json) as here:
        file = CardFile(here.settings.home)
        cards = file.read()
        trials = []
        with here.open(create=True) as memory:
            for card in [card_named(cards, name) for name in names] if names else cards:
                here.remark(here.say("model.testing", name=harmless(card.name)))
                result = try_out(card, journal=memory.journal, clock=memory.clock, timeout=here.settings.model_timeout)
                trials.append(result)
                if not result.failure:
                    file.update(card.name, speed=result.speed, schema=result.schema, tools=result.tools)
        here.emit({"trials": [_trial_shape(each, here) for each in trials]})
        here.show(render_models.trial_table(trials, here.say) if trials else Text(here.say("model.none")))
        if any(each.failure for each in trials):
            raise typer.Exit(exits.MODEL)


def _check_prices(row: Mapping[str, Any], here: Session) -> None:
    """Refuse prices of a model that answers on this machine: nothing would ever count them. Raises ``BadModel``."""
    from vertraut.models import card_of  # noqa: PLC0415  what --help does without

    if (row.get("input_price") or row.get("output_price")) and not card_of({**row, "key": ""}).outside:
        raise BadModel(str(row["name"]), here.say("model.free_here"))


def _show_cards(cards: Sequence[ModelCard], here: Session) -> None:
    lacking = _lacking(cards)
    here.emit({"dial": here.settings.model_dial, "models": [_card_shape(card, lacking) for card in cards]})
    here.show(render_models.card_table(cards, lacking, here.say) if cards else Text(here.say("model.none")))


def _lacking(cards: Sequence[ModelCard]) -> frozenset[str]:
    """Return the names of the models whose key cannot be had from where it is said to be, or is needed and not named."""
    return frozenset(card.name for card in cards if _lacks_key(card))


def _lacks_key(card: ModelCard) -> bool:
    from vertraut.models import PROVIDERS  # noqa: PLC0415  what --help does without
    from vertraut.models.credentials import secret_of  # noqa: PLC0415  as above

    try:
        return not secret_of(card) and PROVIDERS[card.provider].key == "needed"
    except ModelUnavailable:
        return True


def _asked_key(here: Session) -> str:
    """Return a key that was typed without being shown, or the first line of standard input."""
    return getpass.getpass(here.say("model.key_ask")) if sys.stdin.isatty() else sys.stdin.readline(_LONGEST_KEY)


def _trial_shape(trial: Trial, here: Session) -> Shape:
    """Return {"name", "first_token", "speed", "schema", "tools", "failure": a sentence or null}."""
    shape = {name: getattr(trial, name) for name in ("name", "first_token", "speed", "schema", "tools")}
    return {**shape, "failure": explained(trial.failure, here.say.language)[0] if trial.failure else None}


def _shape(what: ModelCard | Known) -> Shape:
    """Return all fields by name, prices as text."""
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(what).items()}


def _card_shape(card: ModelCard, lacking: Collection[str]) -> Shape:
    """Return all fields of a model that is set up, whether it is outside the machine, and whether its key is not there."""
    return {**_shape(card), "outside": card.outside, "lacks_key": card.name in lacking}
