"""The language models as their file has them now, where that is not what the running server answers with."""

from __future__ import annotations

from vertraut.application.service import Service
from vertraut.errors import VertrautError
from vertraut.models import CardFile, ModelCard


def cards_after_restart(service: Service) -> tuple[ModelCard, ...] | None:
    """Return the models that are asked after a restart, None where those are the same or the file cannot be read."""
    try:
        cards = tuple(card for card in CardFile(service.settings.home).read() if card.enabled)
    except VertrautError:
        return None
    return None if cards == (service.models.cards if service.models else ()) else cards
