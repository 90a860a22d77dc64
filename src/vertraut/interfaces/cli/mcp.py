"""The commands about MCP, through which agents use memory: ``mcp run`` serves it, ``mcp install`` sets clients up."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.text import Text

from vertraut.clock import SystemClock
from vertraut.interfaces.cli import options, render
from vertraut.interfaces.cli.mcp_clients import CLIENTS, Client, ClientName
from vertraut.interfaces.cli.mcp_files import read_text, replace_text, toml_of, with_server
from vertraut.interfaces.cli.opening import opened
from vertraut.interfaces.cli.session import FILE_VARIABLE, Session, session

if TYPE_CHECKING:
    from vertraut.governance import Actor

_HANDED_ON: Final = ("VERTRAUT_HOME", FILE_VARIABLE)
"""Variables of the environment that a client starts us with again: paths, no secrets."""
_PROGRAM: Final = (sys.executable, "-P", "-m", "vertraut")
"""With -P nothing is imported from the folder where a client starts us: that may be a stranger's project."""

Scopes = Annotated[
    str | None,
    typer.Option(
        "--scopes",
        metavar="LIST",
        help="What it may do, of recall, ask, remember and forget; without it all. Example: recall,ask",
    ),
]


def run(*, scopes: Scopes = None, space: options.InSpace = None) -> None:
    """Serve memory to one client over standard input and output. Clients start this; it ends when they go."""
    with session(as_json=False, space=space) as here:
        actor = _actor(scopes)
        if sys.stdin.isatty():
            here.remark(here.say("mcp.waits"))
        from vertraut.application.models import serving  # noqa: PLC0415  the language models, which --help does without
        from vertraut.interfaces.mcp import create_server  # noqa: PLC0415  a second to import
        from vertraut.interfaces.mcp.logs import log_to_standard_error  # noqa: PLC0415  as above

        # The thread that waits on standard input cannot be interrupted; what was acknowledged is durable anyway.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        log_to_standard_error()
        with opened(here, create=True) as memory, serving(memory) as service:
            service.embed_in_background()
            create_server(service, actor).run("stdio", show_banner=False)


def install(
    client: Annotated[
        ClientName | None,
        typer.Argument(metavar="[CLIENT]", help=f"One of {', '.join(ClientName)}; without it all are listed."),
    ] = None,
    *,
    write: Annotated[
        bool, typer.Option("--write", help="Write it into the client's file. Without this, only print it.")
    ] = False,
    scopes: Scopes = None,
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Print what connects a client with memory, or write it into the client's own file.

    What stands in the file stays there, comments included; a copy of it is kept beside it. No secret is written.
    """
    if write and client is None:
        raise typer.BadParameter("name the client", param_hint="CLIENT")
    with session(as_json=as_json, space=space) as here:
        _actor(scopes)
        command = [*_PROGRAM, "mcp", "run"]
        command += ["--scopes", scopes] if scopes else []
        command += ["--space", space] if space else []
        environment = {name: str(Path(os.environ[name]).absolute()) for name in _HANDED_ON if os.environ.get(name)}
        name = f"vertraut-{space}" if space else "vertraut"
        if client is None:
            _list(here, name, command, environment)
        else:
            _install(CLIENTS[client], here, name, CLIENTS[client].server(command, environment), write=write)


def _actor(scopes: str | None) -> Actor:
    from vertraut.governance import OWNER, SCOPES, Actor  # noqa: PLC0415  what --help does without

    if scopes is None:
        return OWNER
    named = frozenset(each.strip() for each in scopes.split(","))
    found = frozenset(each for each in SCOPES if each in named)
    if found != named:
        raise typer.BadParameter(f"choose from {', '.join(SCOPES)}", param_hint="--scopes")
    return Actor("mcp", found)


def _list(here: Session, name: str, command: list[str], environment: dict[str, str]) -> None:
    """Show every client with its file, and the form that most others understand."""
    table = render.lined_table()
    for heading in ("mcp.client", "mcp.name", "mcp.file"):
        table.add_column(here.say(heading), overflow="fold")
    for each in CLIENTS.values():
        table.add_row(each.title, each.name, Text(str(each.path()), "" if each.path().exists() else render.DIM))
    server = Client(ClientName.CURSOR, "", "").server(command, environment)
    clients = [{"name": each.name, "title": each.title, "file": str(each.path())} for each in CLIENTS.values()]
    here.emit({"clients": clients, "servers": {name: server}})
    here.show(table, Text(""), Text(here.say("mcp.others"), render.DIM))
    if not here.as_json:
        here.out.print(Text(_json({"mcpServers": {name: server}})), soft_wrap=True)
    here.remark(here.say("mcp.hint"))


def _install(client: Client, here: Session, name: str, server: dict[str, Any], *, write: bool) -> None:
    path = client.path()
    if not write:
        here.emit({"client": client.name, "file": str(path), "name": name, "server": server, "written": False})
        here.remark(here.say("mcp.belongs", file=str(path)))
        if not here.as_json:
            toml = path.suffix == ".toml"
            text = toml_of(client.table, name, server).rstrip() if toml else _json({client.table: {name: server}})
            here.out.print(Text(text), soft_wrap=True)
        here.remark(here.say("mcp.hint"))
        return
    before = read_text(path)
    text = with_server(path, before, client.table, name, server)
    copy = replace_text(path, before, text, SystemClock().now()) if text != before else None
    about = {"written": text != before, "copy": str(copy) if copy else None}
    here.emit({"client": client.name, "file": str(path), "name": name, "server": server, **about})
    here.show(Text(here.say("mcp.written" if text != before else "mcp.same", file=str(path))))
    if copy:
        here.remark(here.say("mcp.copy", file=str(copy)))
    here.remark(here.say("mcp.restart", client=client.title))


def _json(shape: dict[str, Any]) -> str:
    return json.dumps(shape, ensure_ascii=False, indent=2)
