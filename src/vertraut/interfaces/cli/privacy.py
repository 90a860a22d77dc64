"""The commands about what leaves the machine: ``vertraut consent …`` decides, ``vertraut outbox`` shows it word for word."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, get_args

import typer
from rich.text import Text

from vertraut.interfaces import shapes
from vertraut.interfaces.cli import options
from vertraut.interfaces.cli.render import DIM
from vertraut.interfaces.cli.render_entry import facts_table
from vertraut.interfaces.cli.session import Session, session
from vertraut.interfaces.harmless import harmless, one_line

if TYPE_CHECKING:
    from vertraut.models.consent import Consent
    from vertraut.models.outbox import Outbox, Sent

EVERYTHING: Final = "all"
"""What stands for all purposes on a command line, where a shell would take "*" for file names."""

_LISTED = 50


def _named(text: str) -> str:
    name = options.typed(text).strip().lower()
    if not name or not name.isprintable():
        raise typer.BadParameter("it must be a name")
    return name


Provider = Annotated[
    str,
    typer.Argument(metavar="PROVIDER", help="Who gets the words: a provider, or the host of its address.", callback=_named),
]
Purpose = Annotated[
    str, typer.Argument(metavar="PURPOSE", help="What for: answer, title, …; `all` is every purpose.", callback=_named)
]
Since = Annotated[str | None, typer.Option("--since", metavar="TIME", help="Only what left from this time on.")]


def list_(*, as_json: options.AsJson = False, space: options.InSpace = None) -> None:
    """List who may get your words, for what, and since when; and who may not."""
    with session(as_json=as_json, space=space) as here, here.open() as memory:
        from vertraut.models import Consents  # noqa: PLC0415  what --help does without

        consents = Consents(memory.journal).list()
        here.emit(shapes.consents_shape(consents))
        here.show(
            facts_table([_consent_row(each, here) for each in consents]) if consents else Text(here.say("consent.none"))
        )


def grant(provider: Provider, purpose: Purpose, *, as_json: options.AsJson = False, space: options.InSpace = None) -> None:
    """Agree that a provider outside this machine gets your words for a purpose. It holds from the next request on."""
    _decide(provider, purpose, as_json=as_json, space=space, granted=True)


def revoke(
    provider: Provider,
    purpose: Purpose = EVERYTHING,
    *,
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Take an agreement back: for a purpose, or all of a provider's. It holds at once, in every program that runs."""
    _decide(provider, purpose, as_json=as_json, space=space, granted=False)


def outbox(
    *,
    since: Since = None,
    show: Annotated[
        int | None,
        typer.Option(
            "--show", metavar="N", min=1, max=options.LARGEST_NUMBER, help="Show the words that left under a number."
        ),
    ] = None,
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Show what left this machine for a language model: when, to whom, for what, how much, and with --show every word.

    Without --since these are the last 50. What quoted an entry that was forgotten since is gone from here, too.
    """
    with session(as_json=as_json, space=space) as here, here.open() as memory:
        from vertraut.models import Outbox  # noqa: PLC0415  as above

        sent = Outbox(memory.journal)
        if show is not None:
            _show(sent.get(show), here)
        else:
            _list_sent(sent, options.moment(since, memory.clock.now(), here.settings.zone), here)


def _decide(provider: str, purpose: str, *, as_json: bool, space: str | None, granted: bool) -> None:
    with session(as_json=as_json, space=space) as here, here.open(create=True) as memory:
        from vertraut.governance import OWNER  # noqa: PLC0415  as above
        from vertraut.models import CardFile, Consents, Task  # noqa: PLC0415  as above
        from vertraut.models.consent import ALL_PURPOSES, recipient  # noqa: PLC0415  as above

        if granted and purpose not in {*get_args(Task), EVERYTHING}:
            raise typer.BadParameter(f"choose from {', '.join((*get_args(Task), EVERYTHING))}", param_hint="PURPOSE")
        consents = Consents(memory.journal)
        (consents.grant if granted else consents.revoke)(provider, ALL_PURPOSES if purpose == EVERYTHING else purpose, OWNER)
        here.emit(shapes.consents_shape(consents.list()))
        here.show(Text(here.say("consent.granted" if granted else "consent.revoked", provider=harmless(provider))))
        recipients = {recipient(card) for card in CardFile(here.settings.home).read() if card.outside}
        if granted and provider not in recipients:
            here.remark(here.say("consent.no_model", provider=harmless(provider)))


def _consent_row(consent: Consent, here: Session) -> tuple[str, str]:
    from vertraut.models.consent import ALL_PURPOSES  # noqa: PLC0415  as above

    say = here.say
    purpose = say("consent.all") if consent.purpose == ALL_PURPOSES else one_line(consent.purpose)
    decided = say("consent.yes" if consent.granted else "consent.no", when=say.moment(consent.at))
    return one_line(consent.provider), f"{purpose} · {decided}"


def _list_sent(sent: Outbox, since: datetime | None, here: Session) -> None:
    found = list(sent.read(since)) if since else list(deque(sent.read(), maxlen=_LISTED))
    here.emit(shapes.outbox_shape(found))
    if not found:
        here.show(Text(here.say("outbox.none")))
        return
    here.show(facts_table([(str(each.number), _about(each, here)) for each in found]))
    here.remark(here.say("outbox.hint"))


def _show(sent: Sent, here: Session) -> None:
    here.emit(shapes.sent_shape(sent))
    here.show(Text(_about(sent, here), DIM), Text(""), Text(harmless(sent.text)))


def _about(sent: Sent, here: Session) -> str:
    say = here.say
    to_whom = one_line(f"{sent.provider} {sent.model}")
    what_for = one_line(f"{sent.purpose} ({sent.actor})")
    return " · ".join([say.moment(sent.at), to_whom, what_for, say.size(sent.size)])
