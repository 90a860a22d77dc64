"""What leaves the machine and what it costs, for its person: what was sent, who may get it, which models, what was spent.

Every method needs the scope "admin": it tells more than any single right does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, get_args

from vertraut.application.pool import SpacePool
from vertraut.application.space import Space
from vertraut.errors import NoSuchModel
from vertraut.governance import Actor
from vertraut.ledger import Journal
from vertraut.models import CardFile, Consents, ModelCard, Outbox, Task, recipient
from vertraut.models.accounts import Accounts, Month
from vertraut.models.consent import ALL_PURPOSES, Consent
from vertraut.models.routing import order
from vertraut.models.sendings import Sending, Sendings
from vertraut.models.usage import Spent
from vertraut.settings import Settings

PURPOSES: Final[tuple[str, ...]] = get_args(Task)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who can get words, or could once: the names of the models that go there, and what was decided, by purpose.

    ``decided`` holds every purpose, None where nothing was decided.
    """

    name: str
    models: tuple[str, ...]
    decided: Mapping[str, Consent | None]

    @property
    def allowed(self) -> tuple[str, ...]:
        """The purposes that were agreed to."""
        return tuple(purpose for purpose, each in self.decided.items() if each and each.granted)


class Privacy:
    """What a space's person sees and decides about language models."""

    def __init__(self, pool: SpacePool, journal: Journal, settings: Settings) -> None:
        self._journal = journal
        self._settings = settings
        self._sendings = Sendings(journal)
        self._accounts = Accounts(journal)
        self._consents = Consents(journal)
        self._forgotten_lines = pool.lending(Space.forgotten_lines)

    def sent(
        self, actor: Actor, *, to: str = "", since: datetime | None = None, until: datetime | None = None
    ) -> list[Sending]:
        """Return what left, newest first: to a recipient, from an instant on, and before another one."""
        actor.require("admin")
        return [
            each
            for each in reversed(self._sendings.list())
            if (not to or each.provider == to) and (since is None or each.at >= since) and (until is None or each.at < until)
        ]

    def words(self, actor: Actor, number: int) -> tuple[Sending, str]:
        """Return what left under a number, and every word of it. Raises ``NothingSent``."""
        actor.require("admin")
        return self._sendings.get(number), Outbox(self._journal).get(number).text

    def forgotten(self, actor: Actor) -> int:
        """Return how many requests left of which nothing is known any more, because what they quoted was forgotten."""
        actor.require("admin")
        return self._forgotten_lines("sent")

    def cards(self, actor: Actor) -> tuple[ModelCard, ...]:
        """Return the models that are set up, in the order in which they are asked; those switched off are last."""
        actor.require("admin")
        cards = CardFile(self._settings.home).read()
        asked = order(cards, "answer", self._settings.model_dial)
        return (*asked, *(card for card in cards if not card.enabled))

    def recipients(self, actor: Actor) -> list[Recipient]:
        """Return who can get words, or about whom was decided, by name."""
        models: dict[str, list[str]] = {}
        for card in self.cards(actor):
            if card.outside:
                models.setdefault(recipient(card), []).append(card.name)
        held = {(each.provider, each.purpose): each for each in self._consents.list()}
        names = sorted({*models, *(provider for provider, _ in held)})
        return [_recipient(name, tuple(models.get(name, ())), held) for name in names]

    def grant(self, actor: Actor, provider: str, purpose: str) -> None:
        """Agree that a recipient gets words. Raises ``NoSuchModel`` where no model that is set up goes there."""
        if provider not in {recipient(card) for card in self.cards(actor) if card.outside}:
            raise NoSuchModel(provider)
        self._consents.grant(provider, purpose, actor)

    def revoke(self, actor: Actor, provider: str, purpose: str = ALL_PURPOSES) -> None:
        """Take an agreement back; it holds at once."""
        self._consents.revoke(provider, purpose, actor)

    def months(self, actor: Actor) -> dict[str, Spent]:
        """Return what models took in each month in which one was asked ("2026-09", of UTC), in order."""
        actor.require("admin")
        return self._accounts.months()

    def month(self, actor: Actor, name: str) -> Month:
        """Return what models took in a month."""
        actor.require("admin")
        return self._accounts.month(name)

    @property
    def ceiling(self) -> Decimal | None:
        """How many US dollars each actor may spend in a month; None for no limit."""
        return Decimal(self._settings.model_ceiling) if self._settings.model_ceiling else None

    def left(self, spent: Spent) -> Decimal | None:
        """Return what an actor who spent this in a month may spend yet; None for no limit."""
        return None if self.ceiling is None else max(self.ceiling - spent.cost, Decimal(0))


def _recipient(name: str, models: tuple[str, ...], held: Mapping[tuple[str, str], Consent]) -> Recipient:
    overall = held.get((name, ALL_PURPOSES))
    return Recipient(name, models, {each: held.get((name, each), overall) for each in PURPOSES})
