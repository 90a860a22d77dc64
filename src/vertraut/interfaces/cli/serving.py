"""The commands that open memory to browsers and programs: ``vertraut serve`` and ``vertraut link``."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.text import Text

from vertraut.interfaces.cli import options
from vertraut.interfaces.cli.opening import opened
from vertraut.interfaces.cli.session import Session, session
from vertraut.interfaces.cli.tokens import A_YEAR, Scopes, named, scopes_of

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from vertraut.application import Space

SERVED: Final = "served"
"""The file beside a vault that says where it is served."""
FIRST_SCOPES: Final = (Scopes.RECALL, Scopes.ASK, Scopes.REMEMBER)
"""What a token may do that is made together with the server."""
OPENINGS: Final = 2
"""Calls of memory at the same time in this process. Each opening has the index in memory, and of their threads one runs at
a time; where more is asked at once, a second process answers too (``SpacePool``)."""


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
    """Serve the web app, and to programs HTTP, OpenAI's interface and MCP, each with a token. Ctrl-C or SIGTERM ends it.

    It prints a link that signs a browser in, once. Another one: `vertraut link`.
    Its log goes to standard error, one JSON object a line, without a word of what anybody wrote.
    """
    if with_token:
        named(with_token)
    with session(as_json=as_json, space=space) as here, opened(here, create=True) as memory:
        from vertraut.governance import Tokens  # noqa: PLC0415  the doors, which --help does without
        from vertraut.interfaces import server  # noqa: PLC0415  as above

        sockets = server.listening(here.settings.port if port is None else port, listen)
        tokens = Tokens(memory.journal, memory.clock)
        end = memory.clock.now() + A_YEAR
        secret = tokens.create(with_token, scopes_of(FIRST_SCOPES), end)[0] if with_token else ""
        run(here, memory, sockets, secret, listen)


def run(here: Session, memory: Space, sockets: list[socket.socket], secret: str = "", listen: str = "") -> None:
    """Serve a space until it is told to stop, and say first how to get in; ``secret`` is that of a new token."""
    from vertraut.application.models import serving  # noqa: PLC0415  as above
    from vertraut.governance import Devices  # noqa: PLC0415  as above
    from vertraut.interfaces import server  # noqa: PLC0415  as above

    with serving(memory, openings=OPENINGS) as service:
        running = server.Server(server.create_app(service))
        _greet(here, server.address(sockets), Devices(memory.journal, memory.clock).link(), secret, listen)
        server.log_to_standard_error()
        service.embed_in_background()
        with _findable(memory.path.with_name(SERVED), server.address(sockets)):
            running.run(sockets)
    server.log("stopped")


def link(
    *,
    address: Annotated[
        str, typer.Option("--address", metavar="URL", help="Where the browser finds the server; else where it runs.")
    ] = "",
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Print a link that signs a browser in to the web app: once, within ten minutes."""
    with session(as_json=as_json, space=space) as here, here.open() as memory:
        from vertraut.governance import Devices  # noqa: PLC0415  as above
        from vertraut.ledger.private_files import read_private_bytes  # noqa: PLC0415  as above

        served = (read_private_bytes(memory.path.with_name(SERVED)) or b"").decode("ascii", "replace")
        where = address or served or f"http://127.0.0.1:{here.settings.port}"
        made = _link(where, Devices(memory.journal, memory.clock).link())
        here.emit({"link": made})
        here.show(Text(made, "bold"))
        here.remark(here.say("link.once"))


@contextmanager
def _findable(path: Path, address: str) -> Iterator[None]:
    """Have a file say where the server is while it runs, for ``vertraut link``."""
    from vertraut.ledger.private_files import write_private_bytes  # noqa: PLC0415  as above

    write_private_bytes(path, address.encode("ascii"))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _link(address: str, secret: str) -> str:
    return f"{address.rstrip('/')}/signin?link={secret}"


def _greet(here: Session, address: str, link_secret: str, secret: str, listen: str) -> None:
    """Say where the server is, and how to get in."""
    say, made = here.say, _link(address, link_secret)
    here.emit({"address": address, "link": made, "token": secret or None})
    here.show(Text(say("serve.link")), Text(made, "bold"), Text(say("serve.doors", address=address)))
    if secret:
        here.show(Text(secret, "bold"))
        here.remark(say("token.once"))
    if listen:
        here.remark(say("serve.everywhere"), "yellow")
    here.out.file.flush()
