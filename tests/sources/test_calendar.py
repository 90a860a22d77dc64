from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertraut.ledger import Entry, Person, content_of, entry_of
from vertraut.sources.calendar import CalendarSource
from vertraut.sources.calendar_occurrences import OCCURRENCES_LIMIT, occurrences
from vertraut.sources.calendar_unfolding import LINE_LIMIT
from vertraut.sources.contract import Problem, ReadOptions, SourceFile

BERLIN = ReadOptions(home_zone="Europe/Berlin")
ZONE = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0300
TZOFFSETTO:+0200
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0300
END:DAYLIGHT
END:VTIMEZONE"""


def source_file(content: bytes, name: str = "Kalender.ics") -> SourceFile:
    return SourceFile(name, len(content), content[: 1 << 16], io.BytesIO(content))


def read(content: bytes, options: ReadOptions = BERLIN) -> tuple[list[Entry], list[Problem]]:
    found = list(CalendarSource().read(source_file(content), options))
    entries = [entry_of(content_of(each)) for each in found if isinstance(each, Entry)]
    return entries, [each for each in found if isinstance(each, Problem)]


def calendar(*lines: str) -> bytes:
    text = "\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""])
    return text.replace("\n", "\r\n").encode()


def event(*lines: str) -> bytes:
    return calendar("BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT")


def one(content: bytes) -> Entry:
    (entry,), problems = read(content)
    assert problems == []
    return entry


def told(problems: list[Problem]) -> list[tuple[str, str, bool]]:
    return [(each.place, each.code, each.lost) for each in problems]


def starts(entries: list[Entry], low: str, high: str) -> list[str]:
    window = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (low, high))
    return [str(each.start) for each in occurrences(entries, *window)]


class TestAnEvent:
    def test_becomes_an_entry_with_all_its_parts(self) -> None:
        entry = one(
            calendar(
                "X-WR-CALNAME:Familie\\, privat",
                "BEGIN:VEVENT",
                "UID:1@lena",
                "DTSTAMP:20250301T090000Z",
                "CREATED:20250228T090000Z",
                "DTSTART;TZID=Europe/Berlin:20250308T110000",
                "DTEND;TZID=Europe/Berlin:20250308T114500",
                "SUMMARY:Besichtigung\\; Kochstraße",
                "DESCRIPTION:Klingel links\\nUnterlagen mitnehmen",
                "LOCATION:Kochstraße 42\\, Leipzig",
                "CATEGORIES:Wohnung,Umzug\\, groß",
                "STATUS:confirmed",
                "URL:https://example.org/a\\,b",
                'ORGANIZER;CN="Petzold, G.":MAILTO:buero@example.org',
                "ATTENDEE;CN=Tobi ^'Tobs^' Hartwig;PARTSTAT=DECLINED:mailto:tobi@example.org",
                "ATTENDEE;CN=Oma:invalid:nomail",
                "BEGIN:VALARM",
                "SUMMARY:nicht dies",
                "END:VALARM",
                "END:VEVENT",
            )
        )
        assert (entry.source, entry.external_id, entry.kind) == ("ics", "1@lena", "event")
        assert (entry.thread, entry.thread_title) == ("calendar:Familie, privat", "Familie, privat")
        assert entry.title == "Besichtigung; Kochstraße"
        assert entry.text == ("Besichtigung; Kochstraße\nKlingel links\nUnterlagen mitnehmen\nKochstraße 42, Leipzig")
        assert entry.place == "Kochstraße 42, Leipzig"
        assert str(entry.when) == "2025-03-08T11:00:00+01:00"
        assert entry.when.zone == "Europe/Berlin"
        assert not entry.when.assumed
        assert str(entry.end) == "2025-03-08T11:45:00+01:00"
        assert entry.author == "Petzold, G."
        assert entry.people == (
            Person("organizer", "Petzold, G.", "buero@example.org"),
            Person("attendee", 'Tobi "Tobs" Hartwig', "tobi@example.org"),
            Person("attendee", "Oma", ""),
        )
        assert entry.origin == "Kalender.ics, line 3"
        assert entry.meta == {
            "status": "CONFIRMED",
            "url": "https://example.org/a,b",
            "categories": ["Wohnung", "Umzug, groß"],
            "created": "2025-02-28T09:00:00+00:00",
            "recorded": "2025-02-28T09:00:00+00:00",
            "alarms": 1,
            "answers": {"tobi@example.org": "DECLINED"},
        }

    def test_of_whole_days_ends_on_its_last_day(self) -> None:
        trip = one(event("DTSTART;VALUE=DATE:20250718", "DTEND;VALUE=DATE:20250727"))
        day = one(event("DTSTART;VALUE=DATE:20250501", "DTEND;VALUE=DATE:20250502"))
        weekend = one(event("DTSTART:20250503", "DURATION:P2D"))
        assert (str(trip.when), str(trip.end)) == ("2025-07-18", "2025-07-26")
        assert (str(day.when), day.end) == ("2025-05-01", None)
        assert (str(weekend.when), str(weekend.end)) == ("2025-05-03", "2025-05-04")
        assert trip.when.assumed

    def test_without_a_zone_is_in_the_home_zone(self) -> None:
        entry = one(event("DTSTART:20250510T070000", "DURATION:PT30M"))
        assert (str(entry.when), entry.when.zone, entry.when.assumed) == ("2025-05-10T07:00:00+02:00", "Europe/Berlin", True)
        assert str(entry.end) == "2025-05-10T07:30:00+02:00"

    def test_a_duration_counts_days_by_the_calendar_and_hours_by_the_clock(self) -> None:
        start = "DTSTART;TZID=Europe/Berlin:20250329T120000"
        assert str(one(event(start, "DURATION:P1D")).end) == "2025-03-30T12:00:00+02:00"
        assert str(one(event(start, "DURATION:PT24H")).end) == "2025-03-30T13:00:00+02:00"
        assert str(one(event(start, "DURATION:P1DT1H")).end) == "2025-03-30T13:00:00+02:00"

    def test_without_a_uid_is_known_by_what_it_says(self) -> None:
        def sighted(*lines: str) -> str:
            return one(calendar("BEGIN:VEVENT", "DTSTART:20250510T070000Z", *lines, "END:VEVENT")).external_id

        assert sighted("SUMMARY:Yoga", "DTSTAMP:20250101T000000Z") == sighted("SUMMARY:Yoga", "DTSTAMP:20250909T000000Z")
        assert sighted("SUMMARY:Yoga") != sighted("SUMMARY:Tango")
        assert sighted("SUMMARY:Yoga").startswith("sha256:")

    def test_that_shares_its_uid_with_another_is_told_apart(self) -> None:
        lessons = [
            line
            for subject in ("Mathe", "Physik", "Mathe")
            for line in ("BEGIN:VEVENT", "UID:same", f"SUMMARY:{subject}", "DTSTART:20250510T070000Z", "END:VEVENT")
        ]
        entries, _ = read(calendar(*lessons))
        first, other, again = (each.external_id for each in entries)
        assert first == again == "same"
        assert other.startswith("same#")
        assert entries[1].meta["uid"] == "same"

    def test_keeps_small_files_and_names_links(self) -> None:
        data = base64.b64encode(b"hallo").decode()
        lines = (
            "DTSTART:20250510T070000Z",
            f"ATTACH;ENCODING=BASE64;VALUE=BINARY;FMTTYPE=text/plain;X-FILENAME=a.txt:{data}",
            "ATTACH:https://example.org/plan.pdf",
            "CONFERENCE;VALUE=URI:https://meet.example.org/x",
        )
        (found,) = CalendarSource().read(source_file(event(*lines)), BERLIN)
        assert isinstance(found, Entry)
        assert [(each.name, each.media_type, each.payload) for each in found.attachments] == [
            ("a.txt", "text/plain", b"hallo")
        ]
        assert found.meta["links"] == ["https://meet.example.org/x", "https://example.org/plan.pdf"]
        (limited,) = CalendarSource().read(source_file(event(*lines)), ReadOptions(attachment_limit=3))
        assert isinstance(limited, Entry)
        assert (limited.attachments[0].size, limited.attachments[0].payload) == (5, None)

    @pytest.mark.parametrize(
        ("written", "seen"),
        [
            ("<p>Treff am <b>Tor</b></p><ul><li>Jacke</li></ul>", "Treff am Tor"),
            ("Treff am <b>Tor</b>\\num acht", "Treff am Tor\num acht"),
            ("5 < 6 und <Sonstiges>", "5 < 6 und <Sonstiges>"),
        ],
    )
    def test_shows_a_description_without_its_html(self, written: str, seen: str) -> None:
        text = one(event("DTSTART:20250510T070000Z", f"DESCRIPTION:{written}")).text
        assert text.startswith(seen)
        assert "<b>" not in text

    def test_does_not_believe_that_it_was_made_in_1900(self) -> None:
        lines = ("DTSTART:20250510T070000Z", "CREATED:19000101T120000Z", "DTSTAMP:20250301T090000Z")
        assert one(event(*lines)).meta == {"recorded": "2025-03-01T09:00:00+00:00"}


class TestTasksAndNotes:
    def test_a_task_is_dated_by_what_it_has(self) -> None:
        def task(*lines: str) -> Entry:
            return one(calendar("BEGIN:VTODO", "UID:1", *lines, "END:VTODO"))

        started = task("DTSTART:20250101T080000Z", "DUE:20250201T080000Z", "COMPLETED:20250115T080000Z")
        assert (started.kind, str(started.when), started.end) == ("task", "2025-01-01T08:00:00+00:00", None)
        assert started.meta == {"due": "2025-02-01T08:00:00+00:00", "completed": "2025-01-15T08:00:00+00:00"}
        assert str(task("DUE;VALUE=DATE:20250430", "DTSTAMP:20250301T090000Z").when) == "2025-04-30"
        assert str(task("CREATED:20250228T090000Z", "DTSTAMP:20250301T090000Z").when) == "2025-02-28T09:00:00+00:00"
        assert str(task("DTSTAMP:20250301T090000Z").when) == "2025-03-01T09:00:00+00:00"
        undated = task("SUMMARY:Irgendwann")
        assert (str(undated.when), undated.meta) == ("1970", {"date": "unknown"})
        assert starts([undated], "1970-01-01", "1971-01-01") == []

    def test_a_journal_note_keeps_all_its_paragraphs(self) -> None:
        note = one(
            calendar(
                "BEGIN:VJOURNAL", "UID:1", "DTSTART;VALUE=DATE:20250317", "DESCRIPTION:a", "DESCRIPTION:b", "END:VJOURNAL"
            )
        )
        assert (note.kind, str(note.when), note.text) == ("note", "2025-03-17", "a\nb")

    def test_a_task_with_a_bad_date_is_kept(self) -> None:
        (task,), problems = read(calendar("BEGIN:VTODO", "UID:1", "DTSTART:bald", "DUE:20250230", "END:VTODO"))
        assert task.meta == {"date": "unknown", "unread": {"DTSTART": "bald", "DUE": "20250230"}}
        assert told(problems) == [("line 4", "bad-dtstart", False), ("line 5", "bad-date", False)]


class TestZones:
    @pytest.mark.parametrize(
        ("tzid", "zone"),
        [
            ("Europe/Berlin", "Europe/Berlin"),
            ("/Europe/Berlin", "Europe/Berlin"),
            ("W. Europe Standard Time", "Europe/Berlin"),
            ("/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"),
            ('"Europe/Berlin"', "Europe/Berlin"),
            ('"+01:00"', "+01:00"),
        ],
    )
    def test_are_known_by_their_many_names(self, tzid: str, zone: str) -> None:
        entry = one(event(f"DTSTART;TZID={tzid}:20250108T110000"))
        assert (str(entry.when), entry.when.zone) == ("2025-01-08T11:00:00+01:00", zone)

    @pytest.mark.parametrize("zone_first", [True, False])
    def test_are_taken_from_the_file_wherever_they_stand_in_it(self, *, zone_first: bool) -> None:
        item = "BEGIN:VEVENT\nUID:1\nDTSTART;TZID=Büro:20250708T110000\nRRULE:FREQ=MONTHLY;COUNT=7\nEND:VEVENT"
        zone = ZONE.format(name="Büro")
        entry = one(calendar(zone, item) if zone_first else calendar(item, zone))
        assert (str(entry.when), entry.when.zone) == ("2025-07-08T11:00:00+03:00", "+03:00")
        assert starts([entry], "2025-12-01", "2026-01-01") == ["2025-12-08T11:00:00+02:00"]

    def test_of_one_file_are_not_known_in_the_next(self) -> None:
        item = "BEGIN:VEVENT\nUID:1\nDTSTART;TZID=Büro:20250708T110000\nEND:VEVENT"
        read(calendar(ZONE.format(name="Büro"), item))
        (entry,), problems = read(calendar(item))
        assert told(problems) == [("line 4", "unknown-timezone", False)]
        assert (str(entry.when), entry.when.assumed) == ("2025-07-08T11:00:00+02:00", True)
        assert entry.meta == {"zone": "Büro"}

    def test_that_say_where_they_are_get_that_name(self) -> None:
        zone = ZONE.format(name="Custom").replace("TZID:Custom", "TZID:Custom\nX-LIC-LOCATION:Europe/Athens")
        entry = one(calendar(zone, "BEGIN:VEVENT\nUID:1\nDTSTART;TZID=Custom:20250708T110000\nEND:VEVENT"))
        assert entry.when.zone == "Europe/Athens"

    @pytest.mark.parametrize(
        "rule", ["FREQ=SECONDLY", "FREQ=YEARLY;INTERVAL=0", "FREQ=YEARLY;BYMONTH=40", "FREQ=YEARLY;BYHOUR=1,2,3", "nonsense"]
    )
    @pytest.mark.parametrize("times", [1, 2])
    def test_with_a_senseless_rule_are_not_used(self, rule: str, times: int) -> None:
        zone = ZONE.format(name="Z").replace("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", rule)
        items = "\n".join(["BEGIN:VEVENT\nUID:1\nDTSTART;TZID=Z:20250708T110000\nEND:VEVENT"] * times)
        entries, problems = read(calendar(zone, items))
        assert len(entries) == times
        assert {each.code for each in problems} == {"unknown-timezone"}

    def test_that_nobody_knows_do_not_trouble_a_task(self) -> None:
        task = one(calendar("BEGIN:VTODO", "UID:1", "DTSTART;TZID=CST:20070501T110000", "END:VTODO"))
        assert task.when.assumed
        assert task.meta == {"zone": "CST"}


class TestRepetitions:
    @pytest.mark.parametrize(
        ("rule", "words"),
        [
            ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20250624T215959Z", "weekly on Tuesday until 2025-06-24"),
            ("FREQ=WEEKLY", "weekly on Wednesday"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR", "every 2 weeks on Monday, Wednesday and Friday"),
            ("FREQ=DAILY;COUNT=1", "daily, once"),
            ("FREQ=MONTHLY;BYDAY=1SA;COUNT=6", "monthly on the first Saturday, 6 times"),
            ("FREQ=MONTHLY;BYDAY=-1FR", "monthly on the last Friday"),
            ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "monthly on the last working day"),
            ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", "monthly on the second Tuesday"),
            ("FREQ=MONTHLY;BYMONTHDAY=15,-1", "monthly on day 15 and the last day"),
            ("FREQ=MONTHLY", "monthly on day 1"),
            ("FREQ=YEARLY", "yearly on 1 January"),
            ("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "yearly on the last Sunday in March"),
            ("FREQ=HOURLY;INTERVAL=6;COUNT=-1", "every 6 hours"),
            ("FREQ=YEARLY;BYWEEKNO=20", "yearly in week 20"),
            ("RSCALE=CHINESE;FREQ=YEARLY", "yearly in the chinese calendar"),
            ("FREQ=DAILY;UNTIL=99991231T235959Z", "daily until 9999-12-31"),
        ],
    )
    def test_are_said_in_words(self, rule: str, words: str) -> None:
        entry = one(event("DTSTART;TZID=Europe/Berlin:20250101T180000", f"RRULE:{rule}"))
        assert entry.meta["repeats"] == words
        assert entry.meta["rrule"] == rule

    @pytest.mark.parametrize(
        "rule",
        [
            "FREQ=SOMETIMES", "COUNT=3", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;UNTIL=2019",
            "FREQ=DAILY;BYDAY=XX", "FREQ=YEARLY;BYMONTH=13", "FREQ=DAILY;" + "X=1;" * 1000, "FREQ=DAILY;COUNT=" + "9" * 5000,
        ],
    )  # fmt: skip
    def test_that_mean_nothing_are_reported_and_the_event_is_kept(self, rule: str) -> None:
        (entry,), problems = read(event("DTSTART:20250101T180000Z", f"RRULE:{rule}"))
        assert told(problems) == [("line 5", "bad-rrule", False)]
        assert entry.meta == {"unread": {"RRULE": rule[:500]}}

    def test_keep_their_hour_when_the_clocks_change(self) -> None:
        entry = one(event("DTSTART;TZID=Europe/Berlin:20250325T180000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2"))
        assert starts([entry], "2025-01-01", "2026-01-01") == ["2025-03-25T18:00:00+01:00", "2025-04-01T18:00:00+02:00"]

    def test_leave_out_what_was_cancelled_and_add_what_was_added(self) -> None:
        entry = one(
            event(
                "DTSTART;TZID=Europe/Berlin:20250101T180000",
                "RRULE:FREQ=DAILY;UNTIL=20250105T170000Z",
                "EXDATE;TZID=Europe/Berlin:20250102T180000",
                "EXDATE:20250103T170000Z",
                "EXDATE;VALUE=DATE:20250104",
                "RDATE;VALUE=PERIOD:20250110T100000Z/PT2H,20250111T100000Z/20250111T103000Z",
            )
        )
        assert entry.meta["exdates"] == ["2025-01-02T18:00:00+01:00", "2025-01-03T17:00:00+00:00", "2025-01-04"]
        found = occurrences([entry], datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
        assert [(str(each.start), str(each.end) if each.end else None) for each in found] == [
            ("2025-01-01T18:00:00+01:00", None),
            ("2025-01-05T18:00:00+01:00", None),
            ("2025-01-10T11:00:00+01:00", "2025-01-10T13:00:00+01:00"),
            ("2025-01-11T11:00:00+01:00", "2025-01-11T11:30:00+01:00"),
        ]

    def test_of_whole_days_stay_whole_days(self) -> None:
        entry = one(
            event(
                "DTSTART;VALUE=DATE:20250520",
                "DTEND;VALUE=DATE:20250522",
                "RRULE:FREQ=WEEKLY;UNTIL=20250603",
                "EXDATE:20250527T000000Z",
                "RDATE;VALUE=DATE:20250701",
            )
        )
        found = occurrences([entry], datetime(2025, 5, 21, 12, tzinfo=UTC), datetime(2025, 7, 3, tzinfo=UTC))
        assert [(str(each.start), str(each.end)) for each in found] == [
            ("2025-05-20", "2025-05-21"),
            ("2025-06-03", "2025-06-04"),
            ("2025-07-01", "2025-07-02"),
        ]

    def moved(self, *lines: str) -> list[Entry]:
        series = ("BEGIN:VEVENT", "UID:1", "DTSTART:20250101T180000Z", "RRULE:FREQ=WEEKLY;COUNT=4")
        entries, problems = read(calendar(*series, *lines, "END:VEVENT"))
        assert problems == []
        return entries

    def test_show_a_moved_occurrence_where_it_was_moved_to(self) -> None:
        entries = self.moved(
            "END:VEVENT", "BEGIN:VEVENT", "UID:1", "RECURRENCE-ID:20250115T180000Z", "DTSTART:20250116T200000Z"
        )
        assert [each.external_id for each in entries] == ["1", "1/20250115T180000Z"]
        assert entries[1].meta == {"uid": "1", "recurrence_id": "2025-01-15T18:00:00+00:00"}
        assert [each[:13] for each in starts(entries, "2025-01-01", "2026-01-01")] == [
            "2025-01-01T18", "2025-01-08T18", "2025-01-16T20", "2025-01-22T18",
        ]  # fmt: skip

    def test_follow_a_change_from_then_on(self) -> None:
        entries = self.moved(
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:1",
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20250108T180000Z",
            "DTSTART:20250109T170000Z",
            "SUMMARY:jetzt donnerstags",
        )
        assert [each[:13] for each in starts(entries, "2025-01-01", "2026-01-01")] == [
            "2025-01-01T18", "2025-01-09T17", "2025-01-16T17", "2025-01-23T17",
        ]  # fmt: skip

    def test_forget_a_moved_occurrence_that_was_cancelled_later(self) -> None:
        entries = self.moved(
            "EXDATE:20250115T180000Z",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:1",
            "RECURRENCE-ID:20250115T180000Z",
            "DTSTART:20250116T200000Z",
        )
        assert len(starts(entries, "2025-01-01", "2026-01-01")) == 3

    def test_go_by_the_latest_revision(self) -> None:
        entries = self.moved(
            "SEQUENCE:1",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:1",
            "SEQUENCE:2",
            "DTSTART:20250101T190000Z",
            "RRULE:FREQ=WEEKLY;COUNT=2",
        )
        assert [each[11:13] for each in starts(entries, "2025-01-01", "2026-01-01")] == ["19", "19"]

    def test_that_end_before_they_begin_are_a_deleted_series(self) -> None:
        entry = one(event("DTSTART:20250101T180000Z", "RRULE:FREQ=WEEKLY;UNTIL=20241231T000000Z"))
        assert starts([entry], "2024-01-01", "2026-01-01") == []

    @pytest.mark.parametrize(
        ("rule", "count", "dense"),
        [
            ("FREQ=SECONDLY", OCCURRENCES_LIMIT, True),
            ("FREQ=MINUTELY;BYSECOND=0,1", OCCURRENCES_LIMIT, True),
            ("FREQ=YEARLY;BYHOUR=1,2,3,4,5,6;BYMINUTE=0,10,20,30,40,50;BYDAY=MO", 36, True),
            ("FREQ=SECONDLY;COUNT=999999999999", 0, True),
            ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", 0, True),
            ("FREQ=SECONDLY;UNTIL=20250101T180010Z", 0, False),
            ("FREQ=MINUTELY;COUNT=20", 0, False),
            ("FREQ=HOURLY", 168, False),
            ("FREQ=MINUTELY;INTERVAL=30;BYHOUR=9", 14, False),
            ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", 0, False),
            ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", 0, False),
            ("FREQ=DAILY;INTERVAL=999999999", 0, False),
            ("FREQ=HOURLY;BYSETPOS=366", 0, False),
            ("FREQ=MONTHLY;BYDAY=20MO", 0, False),
            ("RSCALE=CHINESE;FREQ=DAILY", 0, False),
        ],
    )
    def test_never_get_out_of_hand(self, rule: str, count: int, *, dense: bool) -> None:
        (entry,), problems = read(event("DTSTART:20250101T180000Z", f"RRULE:{rule}"))
        assert told(problems) == ([("file", "too-many-occurrences", False)] if dense else [])
        assert len(starts([entry], "2026-06-08", "2026-06-15")) == count

    def test_from_the_beginning_of_time_are_quick_too(self) -> None:
        for start in ("00010202", "15831015"):
            entry = one(event(f"DTSTART;VALUE=DATE:{start}", "RRULE:FREQ=DAILY"))
            assert len(starts([entry], "2026-06-08", "2026-06-15")) == 8  # in Berlin, a day more than in UTC
        late = one(event("DTSTART:99990101T000000Z", "RRULE:FREQ=DAILY"))
        assert starts([late], "9999-01-01", "9999-12-01") == []

    def test_an_event_without_any_is_found_in_its_window_only(self) -> None:
        entry = one(event("DTSTART:20250510T070000Z", "DTEND:20250510T080000Z"))
        assert starts([entry], "2025-05-10T07:59:00", "2025-05-11") == ["2025-05-10T07:00:00+00:00"]
        assert starts([entry], "2025-05-10T08:00:00", "2025-05-11") == []
        assert starts([entry], "2025-05-09", "2025-05-10T07:00:00") == []


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("lines", "place", "code"),
        [
            (["DTSTART:20250510T070000Z", "DTEND:morgen"], "line 5", "bad-dtend"),
            (["DTSTART:20250510T070000Z", "DURATION:lang"], "line 5", "bad-duration"),
            (["DTSTART:20250510T070000Z", "DURATION:P999999999999W"], "line 5", "bad-duration"),
            (["DTSTART:20250510T070000Z", "DURATION:-PT1H"], "line 5", "end-before-start"),
            (["DTSTART:20250510T070000Z", "DTEND:20250510T060000Z"], "line 5", "end-before-start"),
            (["DTSTART:20250510", "DTEND:20250509"], "line 5", "end-before-start"),
            (["DTSTART:20250510", "DTEND:00010101"], "line 5", "bad-dtend"),
            (["DTSTART:20250510T070000Z", "EXDATE:20250511T070000Z,", "EXDATE:"], "line 5", "bad-exdate"),
            (["DTSTART:20250510T070000Z", "RDATE:20250231"], "line 5", "bad-rdate"),
            (["DTSTART:20250510T070000Z", "RECURRENCE-ID:gestern"], "line 5", "bad-date"),
            (["DTSTART:20250510T070000Z", "DTEND;TZID=Mond:20250511T070000"], "line 5", "unknown-timezone"),
        ],
    )
    def test_costs_no_event(self, lines: list[str], place: str, code: str) -> None:
        (entry,), problems = read(event(*lines))
        assert problems[0].place == place
        assert {(each.code, each.lost) for each in problems} == {(code, False)}
        assert entry.end is None or code == "unknown-timezone"

    @pytest.mark.parametrize(
        ("line", "place", "code"),
        [
            ("SUMMARY:ohne Beginn", "line 2", "missing-dtstart"),
            ("DTSTART:20250631T100000Z", "line 4", "bad-dtstart"),
            ("DTSTART:", "line 4", "bad-dtstart"),
            ("DTSTART:PT5M", "line 4", "bad-dtstart"),
            ("DTSTART:100000", "line 4", "bad-dtstart"),
            ("DTSTART;TZID=America/New_York:99991231T235959", "line 4", "bad-dtstart"),
            ("DTSTART;VALUE=DATE:00010101", "line 4", "bad-dtstart"),
        ],
    )
    def test_with_the_start_costs_that_event_and_no_other(self, line: str, place: str, code: str) -> None:
        good = ["BEGIN:VEVENT", "UID:2", "DTSTART:20250510T070000Z", "END:VEVENT"]
        entries, problems = read(calendar("BEGIN:VEVENT", "UID:1", line, "END:VEVENT", *good))
        assert [each.external_id for each in entries] == ["2"]
        assert told(problems) == [(place, code, True)]

    def test_does_not_quote_what_a_person_wrote(self) -> None:
        _, problems = read(event("DTSTART:morgen nach dem Streit mit Anna"))
        assert "Anna" not in problems[0].reason

    def test_a_line_without_a_name_is_reported_where_it_stands(self) -> None:
        (entry,), problems = read(
            event("DTSTART:20250510T070000Z", "SUMMARY:Gut", "KEIN DOPPELPUNKT", 'X;Y="Z', "X-,:a", " b")
        )
        assert entry.text == "Gut"
        assert told(problems) == [(f"line {number}", "bad-content-line", False) for number in (6, 7, 8)]

    def test_a_line_after_a_description_is_the_rest_of_it(self) -> None:
        (entry,), problems = read(event("DTSTART:20250510T070000Z", "DESCRIPTION:Bitte mitbringen", "einen Kuchen, Teller"))
        assert entry.text == "Bitte mitbringen\neinen Kuchen, Teller"
        assert told(problems) == [("line 6", "bad-content-line", False)]

    def test_what_is_not_closed_is_lost_and_nothing_else(self) -> None:
        good = ["BEGIN:VEVENT", "UID:2", "DTSTART:20250510T070000Z", "BEGIN:VALARM", "END:VEVENT"]
        entries, problems = read(
            calendar("BEGIN:VEVENT", "UID:1", "DTSTART:20250510T070000Z", *good, "END:VOGEL", "END:VEVENT")
        )
        assert [each.external_id for each in entries] == ["2"]
        assert told(problems) == [
            ("line 2", "truncated", True), ("line 8", "truncated", False), ("line 10", "unbalanced", False),
            ("line 11", "unbalanced", False),
        ]  # fmt: skip

    def test_a_file_that_was_cut_off_keeps_what_was_whole(self) -> None:
        content = event("DTSTART:20250510T070000Z").replace(b"END:VCALENDAR\r\n", b"BEGIN:VEVENT\r\nUID:2\r\nDTSTA")
        entries, problems = read(content)
        assert [each.external_id for each in entries] == ["1"]
        assert told(problems) == [
            ("line 8", "bad-content-line", False), ("line 1", "truncated", False), ("line 6", "truncated", True),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("content", "code"),
        [(b"", "empty-file"), (b"\r\n \r\n", "empty-file"), (b"Hallo: Welt\nund so\n", "not-icalendar")],
    )
    def test_a_file_without_a_calendar_is_one_problem(self, content: bytes, code: str) -> None:
        entries, problems = read(content)
        assert entries == []
        assert told(problems) == [("file", code, True)]

    def test_what_is_no_event_is_passed_over(self) -> None:
        assert read(calendar("BEGIN:VFREEBUSY", "DTSTART:x", "END:VFREEBUSY", "BEGIN:X-A", "X:1", "END:X-A")) == ([], [])


class TestForm:
    @pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\r\r\n"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
    def test_of_the_text_does_not_matter(self, encoding: str, ending: str) -> None:
        text = event("DTSTART:20250510T070000Z", "SUMMARY:Größe\n n 🚚", "oops", "X-Y:1").decode()
        (entry,), problems = read(text.replace("\r\n", ending).encode(encoding))
        assert entry.text == "Größen 🚚"
        assert told(problems) == [("line 7", "bad-content-line", False)]

    def test_latin_1_is_read_and_said_once(self) -> None:
        content = event("DTSTART:20250510T070000Z", "SUMMARY:Größe", "LOCATION:Köln").decode().encode("latin-1")
        (entry,), problems = read(content)
        assert entry.text == "Größe\nKöln"
        assert told(problems) == [("line 5", "bad-encoding", False)]

    def test_damaged_lines_of_a_good_file_are_each_said(self) -> None:
        content = event("DTSTART:20250510T070000Z", "SUMMARY:Größe", "LOCATION:K?ln", "COMMENT:?").replace(b"?", b"\xf6")
        (entry,), problems = read(content)
        assert entry.place == "Köln"
        assert told(problems) == [("line 6", "bad-encoding", False), ("line 7", "bad-encoding", False)]

    def test_a_fold_may_split_a_character(self) -> None:
        content = event("DTSTART:20250510T070000Z", "SUMMARY:Gr-e").replace(b"-", b"\xc3\r\n \xbc\xc3\r\n\t\x9f")
        assert one(content).text == "Grüße"

    def test_names_may_be_small_and_tags_mixed(self) -> None:
        content = (
            b"begin:VCalendar\nbegin:vevent\nuid:1\ndtstart;tzid=Europe/Berlin:20250510t070000\nend:vevent\nend:vcalendar"
        )
        assert str(one(content).when) == "2025-05-10T07:00:00+02:00"

    def test_several_calendars_in_one_file_keep_their_names(self) -> None:
        first = calendar("NAME:Arbeit", *event("DTSTART:20250510T070000Z").decode().splitlines()[1:-1])
        entries, problems = read(first + event("DTSTART:20250511T070000Z"))
        assert problems == []
        assert [each.thread_title for each in entries] == ["Arbeit", "Kalender"]

    def test_nul_characters_are_taken_out(self) -> None:
        (entry,), problems = read(event("DTSTART:20250510T070000Z", "SUMMARY:a\0b", "LOCATION:\0"))
        assert "\0" not in entry.text
        assert told(problems) == [("line 5", "nul-byte", False)]


PIECES = (
    b"BEGIN:VCALENDAR", b"END:VCALENDAR", b"BEGIN:VEVENT", b"END:VEVENT", b"BEGIN:VTIMEZONE", b"TZID:A", b"END:VTIMEZONE",
    b"DTSTART;TZID=A:20250101T100000", b"DTSTART:20250101", b"RRULE:FREQ=DAILY", b"EXDATE:20250101", b" ",
)  # fmt: skip
NAMES = (b"DTSTART:", b"DTEND:", b"DURATION:P", b"RRULE:FREQ=", b"RDATE;VALUE=PERIOD:", b"UID:", b"ATTENDEE;")
VALUES = st.builds(
    lambda name, value: name + value.encode(),
    st.sampled_from(NAMES),
    st.text(alphabet='0123456789TZPDHMS-+;=,/:YEARLYBCOUNT"', max_size=30),
)


class TestHostileFiles:
    def test_a_line_of_30_megabytes_costs_that_line(self) -> None:
        content = event("DTSTART:20250510T070000Z", "DESCRIPTION:" + "a" * 30_000_000, "SUMMARY:Gut")
        (entry,), problems = read(content)
        assert entry.text == "Gut"
        assert told(problems) == [("line 5", "too-large", False)]

    def test_a_line_folded_without_end_costs_that_line(self) -> None:
        content = event("DTSTART:20250510T070000Z", "DESCRIPTION:" + "\r\n aaaaaaaaaa" * (LINE_LIMIT // 10), "SUMMARY:Gut")
        (entry,), problems = read(content)
        assert entry.text == "Gut"
        assert told(problems) == [("line 5", "too-large", False)]

    def test_an_event_without_end_is_cut(self) -> None:
        content = event("DTSTART:20250510T070000Z", *(["DESCRIPTION:" + "a" * 100_000] * 100), "SUMMARY:zu spät")
        (entry,), problems = read(content)
        assert len(entry.text) < 8_000_000
        assert [each.code for each in problems] == ["too-large"]

    def test_100_000_components_inside_one_another(self) -> None:
        deep = [*(["BEGIN:X-A"] * 100_000), "X-Y:1", *(["END:X-A"] * 100_000)]
        good = event("DTSTART:20250510T070000Z").decode().splitlines()[1:-1]
        entries, problems = read(calendar(*deep, *good))
        assert len(entries) == 1
        assert [each.code for each in problems] == ["nested-too-deep"]

    def test_100_000_beginnings_that_never_end(self) -> None:
        entries, problems = read(b"BEGIN:X\n" * 100_000)
        assert entries == []
        assert [each.code for each in problems].count("truncated") == 100

    def test_parameters_without_end(self) -> None:
        entries, problems = read(
            event("DTSTART:20250510T070000Z", "ATTENDEE;" + ";".join(["A=B"] * 100_000) + ":mailto:a@b")
        )
        assert len(entries) == 1
        assert told(problems) == [("line 5", "bad-content-line", False)]

    def test_a_description_that_nobody_folded_is_not_joined_without_end(self) -> None:
        content = event("DTSTART:20250510T070000Z", "DESCRIPTION:a", *(["noch eine Zeile"] * 50_000))
        (entry,), problems = read(content)
        assert 10_000 < len(entry.text) < 20_000
        assert len(problems) == 50_000

    def test_many_zones(self) -> None:
        zones = "\n".join(ZONE.format(name=f"zone {number}") for number in range(600))
        item = "BEGIN:VEVENT\nUID:1\nDTSTART;TZID=zone 7:20250708T110000\nEND:VEVENT"
        assert str(one(calendar(zones, item)).when) == "2025-07-08T11:00:00+03:00"

    @settings(max_examples=200, deadline=None)
    @given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=30), VALUES), max_size=30))
    def test_no_file_stops_the_reader(self, lines: list[bytes]) -> None:
        entries, _ = read(b"BEGIN:VCALENDAR\r\n" + b"\r\n".join(lines))
        occurrences(entries, datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC))


class TestRecognising:
    @pytest.mark.parametrize(
        ("name", "head"),
        [
            ("a.ics", b""),
            ("a/B.ICS", b"anything"),
            ("a.ifb", b""),
            ("invite", b"\xef\xbb\xbfBEGIN:VCALENDAR\r\nVERSION:2.0"),
            ("invite", "BEGIN:VCALENDAR\n".encode("utf-16")),
            ("invite.txt", b"\r\nbegin:vcalendar\n"),
        ],
    )
    def test_a_calendar(self, name: str, head: bytes) -> None:
        assert CalendarSource().recognises(SourceFile(name, len(head), head, io.BytesIO(head)))

    @pytest.mark.parametrize(
        ("name", "head"),
        [
            ("mail.eml", b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n"),
            ("a.vcf", b"BEGIN:VCARD\n"),
            ("notes.md", b"A line BEGIN:VCALENDAR\n"),
        ],
    )
    def test_what_is_none(self, name: str, head: bytes) -> None:
        assert not CalendarSource().recognises(SourceFile(name, len(head), head, io.BytesIO(head)))


class _Endless(io.RawIOBase):
    """A calendar that is made while it is read."""

    def __init__(self, events: int) -> None:
        self._parts: Iterator[bytes] = self._made(events)
        self._rest = b""

    @staticmethod
    def _made(events: int) -> Iterator[bytes]:
        yield b"BEGIN:VCALENDAR\r\n"
        for number in range(events):
            yield b"BEGIN:VEVENT\r\nUID:%d\r\nDTSTART:20250510T070000Z\r\nDESCRIPTION:%s\r\nEND:VEVENT\r\n" % (
                number,
                b"a" * 20_000,
            )
        yield b"END:VCALENDAR\r\n"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._parts, b"")
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file() -> None:
    import tracemalloc  # noqa: PLC0415  only here

    stream: Any = io.BufferedReader(_Endless(2_000))
    tracemalloc.start()
    count = sum(isinstance(each, Entry) for each in CalendarSource().read(SourceFile("a.ics", 0, b"\n", stream), BERLIN))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 2_000
    assert peak < 5_000_000
