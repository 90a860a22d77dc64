"""Every source keeps the contract: it knows its own files, reads them the same twice, and nothing in them makes it raise."""

from __future__ import annotations

import io
import json
import random
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vertraut.ledger import ENTRY_KINDS, Entry, content_of, entry_of
from vertraut.sources import SOURCES, Problem, ReadOptions, Source, SourceFile

CHATGPT = json.dumps([
    {
        "id": "c1", "title": "Balkon", "create_time": 1747770330.0, "current_node": "m2", "mapping": {
            "m1": {"parent": None, "children": ["m2"], "message": {
                "author": {"role": "user"}, "create_time": 1747770350.25, "recipient": "all",
                "content": {"content_type": "text", "parts": ["Südseite, ab 11 Uhr Sonne. Was pflanze ich?"]}}},
            "m2": {"parent": "m1", "children": [], "message": {
                "author": {"role": "assistant"}, "create_time": 1747770370.5, "metadata": {"model_slug": "gpt-4o"},
                "content": {"content_type": "text", "parts": ["Lavendel 🌿 und Thymian."]}}},
        },
    },
])  # fmt: skip
MBOX = """\
From lena@example.org Sat Mar  8 14:30:00 2025
From: Lena Brandt <lena@example.org>
To: tobi@example.org
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
Date: Sat, 08 Mar 2025 14:30:00 +0100
Message-ID: <eins@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Bin gut angekommen. Schöne Grüße!

From tobi@example.org Sat Mar  8 15:00:00 2025
From: tobi@example.org
To: lena@example.org
Subject: Re: Hello
Date: Sat, 08 Mar 2025 15:00:00 +0100
Message-ID: <zwei@example.org>

Good to hear.
"""
EML = """\
From: Hausverwaltung Petzold <info@example.org>
To: lena@example.org
Subject: Termin
Date: Mon, 14 Apr 2025 09:00:00 +0200
Message-ID: <termin@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=grenze

--grenze
Content-Type: text/plain; charset=utf-8

Die Übergabe ist am 30. April um 17 Uhr.

--grenze
Content-Type: text/plain; name=liste.txt
Content-Disposition: attachment; filename=liste.txt

Schlüssel
--grenze--
"""
ICS = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//DE
BEGIN:VEVENT
UID:probe@example.org
DTSTAMP:20250101T000000Z
DTSTART;TZID=Europe/Berlin:20250308T190000
DTEND;TZID=Europe/Berlin:20250308T210000
RRULE:FREQ=WEEKLY;COUNT=3
SUMMARY:Chorprobe
LOCATION:Gemeindehaus Süd
END:VEVENT
END:VCALENDAR
"""
MARKDOWN = """\
---
date: 2025-03-08
tags: [tagebuch]
---
# Samstag

Besichtigung in der [[Kochstraße 42]]. #umzug
"""
JSONL = """\
{"id": "1", "thread": "familie", "at": "2025-03-08T14:30:00", "author": "Lena", "text": "Wer holt Emil?", "kind": "message"}
{"id": "2", "at": "2025-03-09", "text": "Elternabend", "kind": "event", "meta": {"place": "Schule", "with": "Tobi"}}
"""
SAMPLES = {
    "ChatGptSource": ("conversations.json", CHATGPT, 2),
    "MboxSource": ("postfach.mbox", MBOX, 2),
    "EmlSource": ("termin.eml", EML, 1),
    "CalendarSource": ("kalender.ics", ICS.replace("\n", "\r\n"), 1),
    "MarkdownSource": ("Tagebuch/2025-03-08.md", MARKDOWN, 1),
    "JsonlSource": ("entries.jsonl", JSONL, 2),
}
OPTIONS = ReadOptions("Europe/Berlin")
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: type(source).__name__)


def name_of(source: Source) -> str:
    return type(source).__name__


def sample(name: str) -> SourceFile:
    file_name, text, _ = SAMPLES[name]
    return made(text.encode(), file_name)


def made(raw: bytes, name: str) -> SourceFile:
    return SourceFile(name, len(raw), raw[: 1 << 16], io.BytesIO(raw))


def read(source: Source, raw: bytes) -> list[Entry | Problem]:
    """Read bytes under the name of the source's sample, and check what holds for anything that a source yields."""
    items = list(source.read(made(raw, SAMPLES[name_of(source)][0]), OPTIONS))
    for item in items:
        assert isinstance(item, Entry | Problem)
        if isinstance(item, Entry):
            check(source, item)
        else:
            assert item.place
            assert item.reason
    return items


def check(source: Source, entry: Entry) -> None:
    assert entry.source == source.name
    assert entry.external_id
    assert entry.kind in ENTRY_KINDS
    assert entry.when.instant.utcoffset() == timedelta(0)
    assert entry.end is None or entry.end.instant.utcoffset() == timedelta(0)
    assert "\0" not in entry.text
    kept = replace(entry, attachments=tuple(replace(each, payload=None) for each in entry.attachments))
    assert entry_of(content_of(entry)) == kept


def test_every_source_has_a_sample() -> None:
    assert [name_of(source) for source in SOURCES] == list(SAMPLES)
    assert all(source.name and source.title and source.patterns for source in SOURCES)


@each_source
def test_it_recognises_its_own_files_and_nobody_elses(source: Source) -> None:
    assert [name for name in SAMPLES if source.recognises(sample(name))] == [name_of(source)]
    assert not source.recognises(made(b"\x89PNG\r\n\x1a\n" + bytes(500), "bild.png"))
    assert not source.recognises(made(b'{"name": "vertraut"}', "package.json"))


@each_source
def test_it_reads_everything_without_complaint(source: Source) -> None:
    _, text, count = SAMPLES[name_of(source)]
    items = read(source, text.encode())
    assert len(items) == count
    assert all(isinstance(item, Entry) for item in items)


@each_source
def test_it_reads_the_same_twice_and_tells_entries_apart(source: Source) -> None:
    raw = SAMPLES[name_of(source)][1].encode()
    first, second = read(source, raw), read(source, raw)
    assert first == second
    identities = [item.identity for item in first if isinstance(item, Entry)]
    assert len(set(identities)) == len(identities)


@contextmanager
def limits(*, seconds: float, megabytes: float) -> Iterator[None]:
    """Fail where the block takes more processor time or memory than it may."""
    tracemalloc.start()
    began = time.process_time()
    try:
        yield
        taken, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < seconds
    assert peak < megabytes * 1_000_000


@each_source
def test_a_file_cut_off_anywhere_is_read_as_far_as_it_goes(source: Source) -> None:
    raw = SAMPLES[name_of(source)][1].encode()
    with limits(seconds=30, megabytes=30):
        for end in range(0, len(raw), 7):
            read(source, raw[:end])


@each_source
def test_flipped_bytes_are_read_or_reported(source: Source) -> None:
    raw = SAMPLES[name_of(source)][1].encode()
    chance = random.Random(name_of(source))
    with limits(seconds=30, megabytes=30):
        for _ in range(200):
            damaged = bytearray(raw)
            damaged[chance.randrange(len(raw))] = chance.randrange(256)
            read(source, bytes(damaged))


@each_source
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_pieces_put_together_at_random_are_read_or_reported(source: Source, data: st.DataObject) -> None:
    raw = SAMPLES[name_of(source)][1].encode()
    cuts = st.integers(0, len(raw))
    strange = st.binary(max_size=20) | st.sampled_from(
        [b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\\u0000", b"\\ud800", b"9" * 400]
    )
    pieces = data.draw(st.lists(st.tuples(cuts, cuts).map(lambda ends: raw[ends[0] : ends[1]]) | strange, max_size=6))
    items = read(source, b"".join(pieces))
    source.recognises(made(b"".join(pieces), data.draw(st.sampled_from(["x", "x.json", "x.txt", ""]))))
    assert len(items) <= 1000
