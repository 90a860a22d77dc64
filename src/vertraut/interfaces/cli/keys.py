"""The commands about the master key, which opens every space of a home: ``vertraut key …``."""

from __future__ import annotations

import getpass
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from vertraut.errors import NoSuchSpace
from vertraut.interfaces import shapes
from vertraut.interfaces.cli import exits, options
from vertraut.interfaces.cli.render_entry import facts_table
from vertraut.interfaces.cli.session import Session, first_line, session
from vertraut.interfaces.harmless import harmless

if TYPE_CHECKING:
    from vertraut.ledger.keys import KeyStatus, KeyStore


class Place(StrEnum):
    """Where a master key can be that nobody has to remember."""

    KEYRING = "keyring"
    FILE = "file"


Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")]


def status(*, as_json: options.AsJson = False) -> None:
    """Say where the master key is, without asking for it. This is what `vertraut key` alone does."""
    with session(as_json=as_json) as here:
        _report(here.keys().status(), here)


def passphrase(
    *,
    new_file: Annotated[
        Path | None, typer.Option("--new-file", metavar="FILE", help="Read the new passphrase from this file's first line.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Lock the home with a passphrase, or change the one it has.

    The old one is asked for, or read from the file that VERTRAUT_PASSPHRASE_FILE names.
    """
    with session(as_json=as_json) as here:
        keys = _of_a_home_in_use(here)
        new = first_line(new_file) if new_file else ""
        if new_file and not new:
            raise typer.BadParameter("its first line is empty", param_hint="--new-file")
        keys.change_master("passphrase", lambda: new or here.new_passphrase())
        _changed(keys, here)


def rotate(*, as_json: options.AsJson = False) -> None:
    """Replace the master key by a new one, kept where the old one was. A recovery code of the old one opens nothing more."""
    with session(as_json=as_json) as here:
        status = _of_a_home_in_use(here).status()
        if status.method == "passphrase":
            same = here.passphrase()
            keys = here.keys(lambda: same)
            keys.change_master("passphrase", lambda: same)
        else:
            keys = here.keys()
            keys.change_master(status.method or "auto")
        _changed(keys, here)


def use(
    place: Annotated[Place, typer.Argument(help="The keyring of the operating system, or a file that only you can read.")],
    *,
    as_json: options.AsJson = False,
) -> None:
    """Keep the master key in the keyring or in a file; it is replaced by a new one on the way."""
    with session(as_json=as_json) as here:
        keys = _of_a_home_in_use(here)
        keys.change_master(place.value)
        _changed(keys, here)


def recovery(*, yes: Yes = False, as_json: options.AsJson = False) -> None:
    """Print the master key as a code to write down and lock away. Whoever has it can open everything."""
    with session(as_json=as_json) as here:
        keys = _of_a_home_in_use(here)
        if not yes:
            _confirm(here, here.say("key.recovery_confirm"))
        code = keys.recovery_code()
        here.emit({"recovery_code": code})
        here.show(Text(code, "bold"))
        here.remark(here.say("key.recovery_hint"))


def restore(*, as_json: options.AsJson = False) -> None:
    """Put the master key back from its recovery code, where it was lost.

    The code is asked for, or read from standard input.
    """
    with session(as_json=as_json) as here:
        keys = here.keys()
        code = getpass.getpass(here.say("key.code_ask")) if sys.stdin.isatty() else sys.stdin.readline()
        keys.restore_master(code)
        here.show(Text(here.say("key.restored"), "bold"))
        _report(keys.status(), here)


def _of_a_home_in_use(here: Session) -> KeyStore:
    """Return the keys of a home that has some. Raises ``NoSuchSpace``."""
    keys = here.keys()
    status = keys.status()
    if status.method is None and not status.spaces:
        raise NoSuchSpace(here.name, here.settings.home)
    return keys


def _changed(keys: KeyStore, here: Session) -> None:
    here.show(Text(here.say("key.changed"), "bold"))
    _report(keys.status(), here)


def _report(status: KeyStatus, here: Session) -> None:
    say = here.say
    here.emit(shapes.key_shape(status))
    if status.method is None:
        here.show(Text(say("key.none")))
        return
    rows = [(say("key.method"), say(f"key.{status.method}"))]
    if status.where:
        rows.append((say("key.where"), harmless(status.where)))
    if status.kdf:
        rows.append((say("key.kdf"), status.kdf))
    rows += [
        (say("key.generation"), say.number(status.generation)),
        (say("key.spaces"), ", ".join(status.spaces) or "–"),
    ]
    here.show(facts_table(rows))


def _confirm(here: Session, question: str) -> None:
    if not sys.stdin.isatty():
        raise typer.BadParameter("there is no terminal to ask on; say --yes if it is meant", param_hint="--yes")
    if not here.agrees(question):
        raise typer.Exit(exits.INTERRUPTED)
