"""The language models of a home, joined to one of its spaces: consents, accounts and what was sent are in its journal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from vertraut.application.service import Service
from vertraut.application.space import Space
from vertraut.clock import Clock
from vertraut.ledger import Journal
from vertraut.memory.embedding import RepeatedQuestions
from vertraut.models import CardFile, Models, PrivacyGate
from vertraut.settings import Settings


def models_of(settings: Settings, journal: Journal, identity_key: bytes, clock: Clock) -> Models | None:
    """Return the models that are set up in a home, None where there are none. ``identity_key`` is that of the space."""
    cards = CardFile(settings.home).read()
    if not cards:
        return None
    gate = PrivacyGate(journal, identity_key, replace_names=settings.pseudonyms == "on")
    ceiling = Decimal(settings.model_ceiling) if settings.model_ceiling else None
    return Models(
        cards,
        dial=settings.model_dial,
        journal=journal,
        gate=gate,
        clock=clock,
        ceiling=ceiling,
        timeout=settings.model_timeout,
    )


@contextmanager
def serving(space: Space, *, openings: int = 2) -> Iterator[Service]:
    """Serve an opened space with the models of its home; the space itself stays its owner's to close."""
    key, embedder = space.ledger.origin.identity_key, RepeatedQuestions(space.embedder)

    with Service(
        lambda: space.opened_again(embedder),
        models=lambda journal: models_of(space.settings, journal, key, space.clock),
        openings=openings,
        elsewhere=space.elsewhere(embedder) if (os.cpu_count() or 1) > 1 else None,
    ) as service:
        yield service
