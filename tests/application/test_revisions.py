"""What comes again under an old identity but says something else is remembered beside it, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vertraut.application import Space
from vertraut.clock import When
from vertraut.ledger import Entry

NINE = When.of_datetime(datetime(2026, 3, 2, 9, tzinfo=UTC), "Europe/Berlin")
TEN = When.of_datetime(datetime(2026, 3, 2, 10, tzinfo=UTC), "Europe/Berlin")
DENTIST = Entry("ics", "zahnarzt@example", "event", NINE, "Zahnarzt", thread="calendar:Familie", title="Zahnarzt")

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test
BEGIN:VEVENT
UID:zahnarzt@example
DTSTAMP:{stamp}
DTSTART:{start}
SUMMARY:Zahnarzt
END:VEVENT
END:VCALENDAR
"""


def test_a_moved_appointment_is_a_new_entry_and_the_old_one_stays(space: Space) -> None:
    space.remember(DENTIST)
    space.remember(replace(DENTIST, when=TEN))
    assert [str(entry.when) for _, entry in space.entries()] == [str(NINE), str(TEN)]
    space.remember(DENTIST, replace(DENTIST, when=TEN))
    assert space.stats().entries == 2


@pytest.mark.parametrize(
    "change", [{"origin": "elsewhere.ics, line 1"}, {"meta": {"recorded": "2026-04-01"}}, {"thread_title": "F"}]
)
def test_what_differs_from_export_to_export_makes_no_revision(space: Space, change: dict[str, object]) -> None:
    space.remember(DENTIST)
    space.remember(replace(DENTIST, **change))  # type: ignore[arg-type]  # any field may be the changed one
    assert space.stats().entries == 1


def test_another_home_zone_makes_no_revision(space: Space) -> None:
    floating = datetime(2026, 3, 2, 9)  # noqa: DTZ001  a time without a zone is what this is about
    space.remember(replace(DENTIST, when=When.of_datetime(floating, "Europe/Berlin")))
    space.remember(replace(DENTIST, when=When.of_datetime(floating, "America/New_York")))
    assert space.stats().entries == 1


def test_a_calendar_exported_again_after_a_change(space: Space, tmp_path: Path) -> None:
    file = tmp_path / "familie.ics"
    for stamp, start, new in (("20260101T000000Z", "20260302T090000Z", 1), ("20260201T000000Z", "20260302T100000Z", 1)):
        file.write_text(CALENDAR.format(stamp=stamp, start=start), encoding="utf-8")
        assert space.import_paths([file]).new == new
        assert space.import_paths([file]).new == 0
    assert space.verify().faults == ()
