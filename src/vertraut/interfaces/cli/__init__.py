"""The command line: every command with its help, its example and its place in the list of commands.

Public: ``main`` and ``app``. Importing this must stay fast, so the rooms below are imported where a command runs, not here.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Annotated, Any, Final

import typer

from vertraut.interfaces.cli import (
    chatting,
    contexts,
    costs,
    demonstrating,
    evaluating,
    forgetting,
    importing,
    keeping,
    keys,
    mcp,
    models,
    options,
    personas,
    privacy,
    recalling,
    remembering,
    serving,
    tokens,
)
from vertraut.interfaces.cli.asking import AskingCommand
from vertraut.interfaces.cli.texts import TEXTS
from vertraut.interfaces.language import Wording, chosen_language

__all__ = ["COMMANDS", "CONSENT_COMMANDS", "KEY_COMMANDS", "MCP_COMMANDS", "MODEL_COMMANDS", "TOKEN_COMMANDS", "app", "main"]

_MEMORY: Final = "Remember, recall, forget"
_CARE: Final = "Look after it"


@dataclass(frozen=True, slots=True)
class Command:
    """A row of the list of commands. ``example`` is what a person would type."""

    name: str
    run: Callable[..., None]
    panel: str
    example: str


COMMANDS: Final = (
    Command("demo", demonstrating.demo, _MEMORY, "vertraut demo"),
    Command("import", importing.import_, _MEMORY, "vertraut import ~/Downloads/chatgpt-export.zip ~/Mail/archive.mbox"),
    Command("remember", remembering.remember, _MEMORY, 'vertraut remember "The spare key hangs behind the fuse box."'),
    Command("recall", recalling.recall, _MEMORY, 'vertraut recall "dentist appointment" --from Lena --after 2025-03'),
    Command("ask", recalling.ask, _MEMORY, 'vertraut ask "Wann ist der nächste Zahnarzttermin?"'),
    Command("chat", chatting.chat, _MEMORY, 'vertraut chat "Was habe ich mit Frau Mertl vereinbart?"'),
    Command("persona", personas.persona, _MEMORY, "vertraut persona --address du --length short"),
    Command("context", contexts.context, _MEMORY, 'vertraut context "What did the joiner promise?" --tokens 4000'),
    Command("show", recalling.show, _MEMORY, "vertraut show 1204 --save ~/Desktop"),
    Command("forget", forgetting.forget, _MEMORY, 'vertraut forget --thread "Old flat" --before 2020 --yes'),
    Command("stats", keeping.stats, _CARE, "vertraut stats"),
    Command("verify", keeping.verify, _CARE, "vertraut verify --json"),
    Command("rebuild", keeping.rebuild, _CARE, "vertraut rebuild --keep-vectors"),
    Command("export", keeping.export, _CARE, "vertraut export ~/vertraut-export"),
    Command("backup", keeping.backup, _CARE, "vertraut backup /media/stick/vertraut.db"),
    Command("costs", costs.costs, _CARE, "vertraut costs"),
    Command("outbox", privacy.outbox, _CARE, "vertraut outbox --since yesterday"),
    Command("serve", serving.serve, _CARE, "vertraut serve --with-token laptop"),
    Command("link", serving.link, _CARE, "vertraut link"),
    Command("eval", evaluating.evaluate, _CARE, "vertraut eval cases/ --out run.jsonl"),
)

KEY_COMMANDS: Final = (
    Command("status", keys.status, "", "vertraut key status"),
    Command("passphrase", keys.passphrase, "", "vertraut key passphrase"),
    Command("rotate", keys.rotate, "", "vertraut key rotate"),
    Command("use", keys.use, "", "vertraut key use keyring"),
    Command("recovery", keys.recovery, "", "vertraut key recovery"),
    Command("restore", keys.restore, "", "vertraut key restore"),
)

MODEL_COMMANDS: Final = (
    Command("list", models.list_, "", "vertraut model list --known"),
    Command("add", models.add, "", "vertraut model add anthropic claude-haiku-5-5 --name haiku --key keyring"),
    Command("test", models.trial, "", "vertraut model test haiku"),
    Command("use", models.use, "", "vertraut model use haiku"),
    Command("remove", models.remove, "", "vertraut model remove haiku"),
)

MCP_COMMANDS: Final = (
    Command("run", mcp.run, "", "vertraut mcp run --scopes recall,ask"),
    Command("install", mcp.install, "", "vertraut mcp install claude-desktop --write"),
)

CONSENT_COMMANDS: Final = (
    Command("list", privacy.list_, "", "vertraut consent list"),
    Command("grant", privacy.grant, "", "vertraut consent grant anthropic answer"),
    Command("revoke", privacy.revoke, "", "vertraut consent revoke anthropic"),
)

TOKEN_COMMANDS: Final = (
    Command("create", tokens.create, "", "vertraut token create phone --scope recall --scope ask"),
    Command("list", tokens.list_, "", "vertraut token list"),
    Command("revoke", tokens.revoke, "", "vertraut token revoke phone"),
)

_CONTEXT: Final[dict[str, Any]] = {"help_option_names": ["--help", "-h"]}


@dataclass(frozen=True, slots=True)
class Group:
    """Commands under one name. ``alone`` is what the name does by itself; without it, the group shows its help."""

    name: str
    commands: tuple[Command, ...]
    about: str
    alone: Callable[..., None] | None = None


GROUPS: Final = (
    Group("model", MODEL_COMMANDS, "Set up language models, try them out, and say which is asked.", models.list_),
    Group("mcp", MCP_COMMANDS, "Let agents use this memory, over the Model Context Protocol."),
    Group("consent", CONSENT_COMMANDS, "Decide who outside this machine may get your words, and for what."),
    Group("token", TOKEN_COMMANDS, "Make, list and revoke tokens, which let programs in where `vertraut serve` runs."),
    Group("key", KEY_COMMANDS, "See and change the master key, which opens every space of this home.", keys.status),
)

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode="markdown", pretty_exceptions_enable=False, context_settings=_CONTEXT
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415  only for this answer

        sys.stdout.write(f"vertraut {version('vertraut')}\n")
        raise typer.Exit


@app.callback(epilog="Example: vertraut demo")
def _vertraut(
    *,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Remember every detail of a life on this machine, and recall it with its source.

    Exit codes: 0 done, 1 a defect of Vertraut, 2 wrong usage, 3 not possible as asked, 4 unusable input, 5 key or
    passphrase, 6 the vault is damaged, 7 the machine could not do it, 8 no language model could answer, 130 interrupted.
    """


def _added(group: Group) -> None:
    """Add a group of commands to the program."""
    alone = group.alone
    made = typer.Typer(
        no_args_is_help=alone is None, rich_markup_mode="markdown", context_settings=_CONTEXT, help=group.about
    )
    if alone is not None:

        @made.callback(invoke_without_command=True, epilog=f"Example: {group.commands[-1].example}", help=group.about)
        def by_itself(context: typer.Context, *, as_json: options.AsJson = False) -> None:
            if context.invoked_subcommand is None:
                alone(as_json=as_json)

    for each in group.commands:
        made.command(each.name, epilog=f"Example: {each.example}")(each.run)
    app.add_typer(made, name=group.name, rich_help_panel=_CARE)


for each in COMMANDS:
    kind = AskingCommand if each.run in (recalling.recall, recalling.ask, contexts.context) else None
    about = f"Example: {each.example}"
    app.command(each.name, cls=kind, rich_help_panel=each.panel, epilog=about, no_args_is_help=False)(each.run)
for group in GROUPS:
    _added(group)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit. What libraries would log or warn of may quote content, so it is not printed."""
    sys.excepthook = _report_defect
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: its matrices are small, its threads wait busily
    logging.getLogger().addHandler(logging.NullHandler())
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    typer.main.get_command(app).main(args=arguments, prog_name="vertraut")


def _report_defect(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Ask to report a defect, naming its kind only: its message could quote what a person wrote."""
    if issubclass(kind, KeyboardInterrupt):
        return
    if os.environ.get("VERTRAUT_DEBUG"):
        traceback.print_exception(kind, error, trace)
    say = Wording(chosen_language(os.environ.get("VERTRAUT_LANGUAGE", ""), os.environ), texts=TEXTS)
    sys.stderr.write(f"{say('error')} {say('internal', name=kind.__name__)}\n")
