"""The commands about tokens, which let programs in through the server: ``vertraut token …``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.text import Text

from vertraut.clock import When
from vertraut.interfaces.cli import options
from vertraut.interfaces.cli.render_entry import facts_table
from vertraut.interfaces.cli.session import Session, session
from vertraut.interfaces.harmless import harmless

if TYPE_CHECKING:
    from vertraut.governance import Scope, TokenInfo

A_YEAR: Final = timedelta(days=365)
NEVER: Final = "never"


class Scopes(StrEnum):
    """What a token may do, as ``vertraut.governance.SCOPES`` has it, and "metrics", which every token may."""

    RECALL = "recall"
    REMEMBER = "remember"
    FORGET = "forget"
    ASK = "ask"
    ADMIN = "admin"
    METRICS = "metrics"


def named(name: str) -> str:
    """Return what a token may be called. Raises ``BadParameter``."""
    from vertraut.governance.tokens import NAME  # noqa: PLC0415  cryptography's relatives, which --help does without

    if not NAME.fullmatch(name):
        raise typer.BadParameter("1 to 64 letters, digits, '.', '_' or '-'")
    return name


TokenName = Annotated[str, typer.Argument(metavar="NAME", help="What the token is called, as its actor.", callback=named)]


def create(
    name: TokenName,
    *,
    scope: Annotated[
        list[Scopes],
        typer.Option("--scope", help="What it may do; repeatable. `admin` is everything, `metrics` only /metrics."),
    ],
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="TIME", help="When it ends (2027-01-01), or `never`; else in a year.")
    ] = None,
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Make a token for a program and print it, once: only its hash is kept."""
    with session(as_json=as_json, space=space) as here, here.open(create=True) as memory:
        from vertraut.governance import Tokens  # noqa: PLC0415  as above

        end = _end(expires, memory.clock.now(), here.settings.zone)
        secret, made = Tokens(memory.journal, memory.clock).create(name, scopes_of(scope), end)
        here.emit({"token": secret, **_shape(made)})
        here.show(Text(secret, "bold"))
        here.remark(here.say("token.once"))


def list_(*, as_json: options.AsJson = False, space: options.InSpace = None) -> None:
    """List the tokens that were not revoked, with what they may do and when they end."""
    with session(as_json=as_json, space=space) as here, here.open() as memory:
        from vertraut.governance import Tokens  # noqa: PLC0415  as above

        tokens = Tokens(memory.journal, memory.clock).list()
        here.emit({"tokens": [_shape(each) for each in tokens]})
        if not tokens:
            here.show(Text(here.say("token.none")))
            return
        now = memory.clock.now()
        here.show(facts_table([(harmless(each.name), _about(each, now, here)) for each in tokens]))


def revoke(name: TokenName, *, as_json: options.AsJson = False, space: options.InSpace = None) -> None:
    """Let nobody in with a token any more, from its next request on."""
    with session(as_json=as_json, space=space) as here, here.open() as memory:
        from vertraut.governance import Tokens  # noqa: PLC0415  as above

        Tokens(memory.journal, memory.clock).revoke(name)
        here.emit({"revoked": name})
        here.show(Text(here.say("token.revoked", name=name)))


def scopes_of(chosen: Sequence[Scopes]) -> set[Scope]:
    """Return the scopes that were chosen."""
    from vertraut.governance import SCOPES  # noqa: PLC0415  as above

    return {scope for scope in SCOPES if Scopes(scope) in chosen}


def _end(text: str | None, now: datetime, zone: str) -> datetime | None:
    """Return when a token ends. Raises ``BadTime``."""
    if text is None:
        return now + A_YEAR
    if text.strip().lower() == NEVER:
        return None
    end = options.moment(text, now, zone)
    if end and end <= now:
        raise typer.BadParameter("this time is over", param_hint="--expires")
    return end


def _about(token: TokenInfo, now: datetime, here: Session) -> str:
    say = here.say
    may = ", ".join(token.scopes) or Scopes.METRICS.value
    if token.expires is None:
        return f"{may} · {say('token.never_ends')}"
    over = token.expires <= now
    day = say.date(When(token.expires, here.settings.zone, "day"))
    return f"{may} · {say('token.ended' if over else 'token.ends', day=day)}"


def _shape(token: TokenInfo) -> dict[str, Any]:
    """Return {"name", "scopes", "created", "expires": instant or null}."""
    expires = token.expires.isoformat() if token.expires else None
    return {"name": token.name, "scopes": list(token.scopes), "created": token.created.isoformat(), "expires": expires}
