"""An export is taken into a space that already holds something: its entries join, with their attachments, once."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from vertraut.application import Space, open_space
from vertraut.clock import FixedClock, When
from vertraut.ledger import Attachment, Entry
from vertraut.memory import Embedder
from vertraut.settings import Settings

WHEN = When.of_datetime(datetime(2026, 3, 2, 9, tzinfo=UTC), "Europe/Berlin")
LEASE = Entry("mail", "lease@example", "mail", WHEN, "Anbei der Vertrag.", author="Vermieter")
PLAN = b"%PDF a floor plan"


def test_the_entries_of_another_space_join(
    space: Space, settings: Settings, clock: FixedClock, embedder: Embedder, tmp_path: Path
) -> None:
    digest = hashlib.sha256(PLAN).hexdigest()
    attached = Attachment("plan.pdf", "application/pdf", len(PLAN), digest, PLAN)
    with open_space("other", settings=settings, clock=clock, embedder=embedder) as other:
        other.remember(replace(LEASE, attachments=(attached,)), replace(LEASE, external_id="2", text="Zweite Mail"))
        other.export(tmp_path / "out")
    space.remember(replace(LEASE, external_id="own", text="Eigenes"))
    first = space.import_paths([tmp_path / "out"])
    again = space.import_paths([tmp_path / "out"])
    assert (first.read, first.new, again.new) == (2, 2, 0)
    number = next(seq for seq, entry in space.entries() if entry.external_id == "lease@example")
    assert space.attachment(number, 0) == PLAN
    assert space.verify().faults == ()
