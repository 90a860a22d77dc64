"""What every command needs: settings, language, the two output streams, the space, and what happens when it fails.

Results go to standard output, as text or as one JSON object; progress, remarks and errors go to standard error. A command
runs inside ``session``, which turns errors into sentences and exit codes: nothing of a traceback reaches a person.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer
from rich.console import RenderableType
from rich.text import Text

from vertraut.errors import PassphraseNeeded, StorageFailed, VertrautError
from vertraut.interfaces.cli import exits
from vertraut.interfaces.cli.interrupts import Interrupts, noting
from vertraut.interfaces.cli.output import Output
from vertraut.interfaces.cli.texts import TEXTS
from vertraut.interfaces.harmless import harmless
from vertraut.interfaces.language import Wording, chosen_language
from vertraut.interfaces.language.errors import explained
from vertraut.settings import Settings, load_settings

if TYPE_CHECKING:
    from vertraut.application import Space
    from vertraut.ledger.keys import KeyStore

FILE_VARIABLE: Final = "VERTRAUT_PASSPHRASE_FILE"

_LONGEST_PASSPHRASE = 10_000
_YES: Final = frozenset({"j", "ja", "y", "yes"})
_NO: Final = frozenset({"n", "nein", "no"})


@dataclass(frozen=True, slots=True)
class Session:
    """One command at work. ``name`` is the space it is about, ``out`` standard output, ``err`` standard error."""

    settings: Settings
    name: str
    say: Wording
    out: Output
    err: Output
    as_json: bool
    interrupts: Interrupts

    def open(self, *, create: bool = False) -> Space:
        """Open the space that the command is about. Raises ``NoSuchSpace`` where it may not be made."""
        from vertraut.application import open_space  # noqa: PLC0415  numpy and SQLite, which --help does without

        return open_space(self.name, settings=self.settings, passphrase=self.passphrase, create=create)

    def keys(self, passphrase: Callable[[], str] | None = None) -> KeyStore:
        """Return the keys of the home; its passphrase is asked for as usual where none is handed in."""
        from vertraut.ledger.keys import KeyStore  # noqa: PLC0415  cryptography, which --help does without

        return KeyStore(self.settings.home, passphrase or self.passphrase, self.settings.master_key)

    def show(self, *parts: RenderableType) -> None:
        """Print a result for a person; where JSON was asked for, that is left to ``emit``."""
        if not self.as_json:
            for part in parts:
                self.out.print(part)

    def show_piece(self, text: str) -> None:
        """Print a piece of a result while it comes, without a new line."""
        if not self.as_json:
            self.out.out(text, end="", highlight=False)
            self.out.file.flush()

    def emit(self, shape: Mapping[str, Any]) -> None:
        """Print the result as JSON, if that was asked for."""
        if self.as_json:
            self.out.json_object(shape)

    def remark(self, text: str, style: str = "dim") -> None:
        """Say something beside the result, on standard error."""
        self.err.print(Text(text, style), soft_wrap=True)

    def agrees(self, question: str) -> bool:
        """Ask on the terminal until the answer is yes or no, in German or English; no answer is no."""
        while True:
            asked = f"{question} {self.say('agree.hint')}"
            typed = typer.prompt(asked, default="n", show_default=False, err=True).strip().lower()
            if typed in _YES or typed in _NO:
                return typed in _YES

    def passphrase(self) -> str:
        """Return the passphrase: from the file that the environment names, else typed. Raises ``PassphraseNeeded``."""
        if named := os.environ.get(FILE_VARIABLE):
            return first_line(Path(named))
        if self.keys().status().method is None:  # a typing mistake in a new one would lock its person out
            return self.new_passphrase()
        return _typed(self.say("passphrase.ask"))

    def new_passphrase(self) -> str:
        """Return a passphrase that was typed twice alike. Raises ``PassphraseNeeded`` without a terminal."""
        while True:
            first = _typed(self.say("passphrase.new"))
            if first and first == _typed(self.say("passphrase.again")):
                return first
            self.remark(self.say("passphrase.differ"))


@contextmanager
def session(*, as_json: bool, space: str | None = None) -> Iterator[Session]:
    """Give a command its session; end the program with the right code where the command fails."""
    out, err = Output(), Output(stderr=True)
    say = Wording(chosen_language(os.environ.get("VERTRAUT_LANGUAGE", ""), os.environ), texts=TEXTS)
    try:
        settings = load_settings()
        say = Wording(chosen_language(settings.language, os.environ), settings.zone, TEXTS)
        with noting() as interrupts:
            yield Session(settings, space or settings.space, say, out, err, as_json, interrupts)
        out.file.flush()
    except VertrautError as error:
        _tell(error, say, err)
        if as_json:
            out.json_object(_error_shape(error, say))
        raise typer.Exit(exits.exit_code(error)) from error
    except (KeyboardInterrupt, EOFError, typer.Abort):  # the last two: Ctrl-D and Ctrl-C at a question
        err.print(Text(say("interrupted")))
        raise typer.Exit(exits.INTERRUPTED) from None
    except BrokenPipeError:
        out.on_broken_pipe()


def first_line(path: Path) -> str:
    """Return the first line of a file that holds a passphrase. Raises ``StorageFailed``."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            return file.readline(_LONGEST_PASSPHRASE).rstrip("\r\n")
    except OSError as why:
        raise StorageFailed(path, why.strerror or type(why).__name__) from None
    except UnicodeDecodeError:
        raise StorageFailed(path, "it is not UTF-8 text") from None


def _typed(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise PassphraseNeeded
    return getpass.getpass(prompt)


def _tell(error: VertrautError, say: Wording, err: Output) -> None:
    sentence, way_out = explained(error, say.language)
    err.print(Text.assemble((say("error"), "bold red"), " ", harmless(sentence)), soft_wrap=True)
    if way_out:
        err.print(Text(harmless(way_out), "dim"), soft_wrap=True)


def _error_shape(error: VertrautError, say: Wording) -> dict[str, Any]:
    sentence, way_out = explained(error, say.language)
    about = {"name": type(error).__name__, "exit_code": exits.exit_code(error), "sentence": sentence, "way_out": way_out}
    return {"error": about}
