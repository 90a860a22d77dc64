"""The command about how the assistant speaks to its person: ``vertraut persona``."""

from __future__ import annotations

from typing import Annotated

import typer

from vertraut.interfaces import shapes
from vertraut.interfaces.cli import options
from vertraut.interfaces.cli.render_entry import facts_table
from vertraut.interfaces.cli.session import Session, session
from vertraut.interfaces.harmless import harmless


def persona(
    *,
    language: Annotated[
        str | None, typer.Option(help="Language of answers: de, en, or empty for that of the question.")
    ] = None,
    address: Annotated[
        str | None, typer.Option(help="German form of address: du, Sie, or empty for the person's own.")
    ] = None,
    length: Annotated[str | None, typer.Option(help="How long answers are: short, normal or long.")] = None,
    tone: Annotated[str | None, typer.Option(help="How they sound: warm, plain or brisk.")] = None,
    name: Annotated[str | None, typer.Option(help="What the assistant calls you.")] = None,
    country: Annotated[str | None, typer.Option(help="Your country in two letters (DE), for help near you.")] = None,
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Show how the assistant speaks to you, or change it. An empty value goes back to what your settings suggest."""
    given = {"language": language, "address": address, "length": length, "tone": tone, "name": name, "country": country}
    changes = {trait: options.typed(value) for trait, value in given.items() if value is not None}
    with session(as_json=as_json, space=space) as here:
        with here.open(create=bool(changes)) as memory:
            from vertraut.assistant.persona import PersonaStore  # noqa: PLC0415  --help does without

            store = PersonaStore(memory.journal, here.settings)
            found = store.set(**changes) if changes else store.get()
        here.emit(shapes.persona_shape(found))
        here.show(
            facts_table([(here.say(f"persona.{trait}"), _said(trait, getattr(found, trait), here)) for trait in given])
        )


def _said(trait: str, value: str, here: Session) -> str:
    """Return a value as the person's language has it; names and countries stand for themselves."""
    if trait in ("name", "country"):
        return harmless(value) or "–"
    return here.say(f"persona.{trait}.{value.lower() or 'open'}")
