"""Who outside this machine may get a person's words, and for what. Nobody, until its person says so.

Each decision is a line of the journal. The latest one that fits counts, and it is read anew every time: what is taken back
is taken back at once, in every process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from vertraut.errors import ConsentNeeded
from vertraut.governance import Actor
from vertraut.ledger import Journal
from vertraut.models.catalog import ModelCard

ALL_PURPOSES: Final = "*"


@dataclass(frozen=True, slots=True)
class Consent:
    """A decision about a provider and a purpose ("*" is all of them), when it was made and by whom."""

    provider: str
    purpose: str
    granted: bool
    at: datetime
    actor: str


def recipient(card: ModelCard) -> str:
    """Return who gets what is sent to a model: the host of its address, or the provider whose address everybody knows."""
    host = urlsplit(card.url).hostname
    return host or card.provider


class Consents:
    """The decisions of a space."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def given(self, provider: str, purpose: str) -> bool | None:
        """Return what was decided about a provider and a purpose; None where nothing was."""
        decided = None
        for each in self._lines():
            if each.provider == provider and each.purpose in {purpose, ALL_PURPOSES}:
                decided = each.granted
        return decided

    def require(self, provider: str, purpose: str) -> None:
        """Raise ``ConsentNeeded`` unless it was agreed to."""
        if not self.given(provider, purpose):
            raise ConsentNeeded(provider, purpose)

    def grant(self, provider: str, purpose: str, actor: Actor) -> None:
        """Agree. Raises ``NotAllowed`` for whoever may not administrate the space."""
        self._write(provider, purpose, actor, granted=True)

    def revoke(self, provider: str, purpose: str, actor: Actor) -> None:
        """Take it back, or say no for good; for all purposes it undoes every earlier agreement. Raises ``NotAllowed``."""
        self._write(provider, purpose, actor, granted=False)

    def ask_once(self, provider: str, purpose: str, actor: Actor, ask: Callable[[], bool]) -> bool:
        """Return what was decided; where nothing was, ask, and keep the answer, so that nobody is asked twice."""
        decided = self.given(provider, purpose)
        if decided is None:
            decided = ask()
            self._write(provider, purpose, actor, granted=decided)
        return decided

    def list(self) -> list[Consent]:
        """Return the decisions that hold, by provider and purpose."""
        latest: dict[tuple[str, str], Consent] = {}
        for each in self._lines():
            if each.purpose == ALL_PURPOSES:
                latest = {place: other for place, other in latest.items() if place[0] != each.provider}
            latest[each.provider, each.purpose] = each
        return [latest[place] for place in sorted(latest)]

    def _lines(self) -> Iterator[Consent]:
        for line in self._journal.read("consent"):
            about = line.content
            yield Consent(about["provider"], about["purpose"], about["granted"] is True, line.at, about["actor"])

    def _write(self, provider: str, purpose: str, actor: Actor, *, granted: bool) -> None:
        actor.require("admin")
        decision = {"provider": provider, "purpose": purpose, "granted": granted, "actor": actor.name}
        self._journal.write("consent", decision)
