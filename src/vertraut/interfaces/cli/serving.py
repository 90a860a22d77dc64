"""The command that opens memory to programs: ``vertraut serve``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.text import Text

from vertraut.interfaces.cli import options
from vertraut.interfaces.cli.opening import opened
from vertraut.interfaces.cli.session import Session, session
from vertraut.interfaces.cli.tokens import A_YEAR, Scopes, named, scopes_of

if TYPE_CHECKING:
    from vertraut.governance import Tokens

FIRST_SCOPES: Final = (Scopes.RECALL, Scopes.ASK, Scopes.REMEMBER)
"""What a token may do that is made together with the server."""
OPENINGS: Final = 4
"""Calls of memory at the same time; each opening has the index in memory."""


def serve(
    *,
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65_535, help="Where to listen; 0: any free port. Else as in the settings."),
    ] = None,
    listen: Annotated[
        str, typer.Option("--listen", metavar="ADDRESS", help="Listen on this IP address instead of on this machine only.")
    ] = "",
    with_token: Annotated[
        str,
        typer.Option("--with-token", metavar="NAME", help="Make a token to recall, ask and remember, and print it once."),
    ] = "",
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Let programs in: HTTP, OpenAI's interface and MCP at once, each with a token. Ctrl-C or SIGTERM stops it gracefully.

    Its log goes to standard error, one JSON object a line, without a word of what anybody wrote.
    """
    if with_token:
        named(with_token)
    with session(as_json=as_json, space=space) as here, opened(here, create=True) as memory:
        from vertraut.application.models import serving  # noqa: PLC0415  the doors, which --help does without
        from vertraut.governance import Tokens  # noqa: PLC0415  as above
        from vertraut.interfaces import server  # noqa: PLC0415  as above

        sockets = server.listening(here.settings.port if port is None else port, listen)
        tokens = Tokens(memory.journal, memory.clock)
        end = memory.clock.now() + A_YEAR
        secret = tokens.create(with_token, scopes_of(FIRST_SCOPES), end)[0] if with_token else ""
        with serving(memory, openings=OPENINGS) as service:
            running = server.Server(server.create_app(service))
            _greet(here, server.address(sockets), secret, tokens, everywhere=bool(listen))
            server.log_to_standard_error()
            service.embed_in_background()
            running.run(sockets)
        server.log("stopped")


def _greet(here: Session, address: str, secret: str, tokens: Tokens, *, everywhere: bool) -> None:
    """Say where the server is, and how to get in."""
    say = here.say
    here.emit({"address": address, "token": secret or None})
    here.show(Text(say("serve.at", address=address), "bold"), Text(say("serve.doors", address=address)))
    if secret:
        here.show(Text(secret, "bold"))
        here.remark(say("token.once"))
    elif not tokens.list():
        here.remark(say("serve.no_token"), "yellow")
    if everywhere:
        here.remark(say("serve.everywhere"), "yellow")
    here.out.file.flush()
