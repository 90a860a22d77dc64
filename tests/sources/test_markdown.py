"""Notes keep their words; front matter, tags and links are found where a person would see them."""

from __future__ import annotations

import io
import os
import time
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from vertraut.ledger import Entry
from vertraut.sources import front_matter
from vertraut.sources.archive import MemberFile
from vertraut.sources.contract import Problem, ReadOptions, SourceFile
from vertraut.sources.markdown import MarkdownSource

DATED = "---\ndate: 2025-03-08\n---\n"


def file(text: str | bytes, name: str = "Tagebuch/2025-03-08.md", root: str = "vault") -> SourceFile:
    raw = text.encode() if isinstance(text, str) else text
    return SourceFile(name, len(raw), raw[:65536], io.BytesIO(raw), root)


def read(text: str | bytes, name: str = "Tagebuch/2025-03-08.md") -> list[Entry | Problem]:
    return list(MarkdownSource().read(file(text, name), ReadOptions("Europe/Berlin")))


def note(text: str | bytes, name: str = "Tagebuch/2025-03-08.md") -> Entry:
    (entry,) = (item for item in read(text, name) if isinstance(item, Entry))
    return entry


def test_a_note_becomes_an_entry_with_all_that_is_known_of_it() -> None:
    entry = note("---\ntitle: Besichtigung\ntags: [umzug]\nstimmung: 8\n---\n# Samstag\n\nBalkon, 61 m².\n")
    assert (entry.source, entry.kind, entry.title) == ("markdown", "note", "Besichtigung")
    assert (entry.thread, entry.thread_title) == ("Tagebuch", "Tagebuch")
    assert entry.text == "# Samstag\n\nBalkon, 61 m².\n"
    assert (str(entry.when), entry.when.zone) == ("2025-03-08", "Europe/Berlin")
    assert entry.meta == {
        "path": "Tagebuch/2025-03-08.md",
        "front_matter": {"title": "Besichtigung", "tags": ["umzug"], "stimmung": 8},
        "tags": ["umzug"],
        "daily": True,
    }


def test_an_edited_note_is_a_new_entry_and_a_copied_one_is_not() -> None:
    first, again, edited = note(DATED + "eins"), note(DATED + "eins"), note(DATED + "zwei")
    assert first.identity == again.identity
    assert first.identity != edited.identity
    assert first.external_id.startswith("2025-03-08.md@")
    assert note("---\ndate: 2025-03-09\n---\neins").identity != first.identity


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("text", "2025-01-01 Regal"),
        ("text\n# Erste #\n# Zweite", "Erste"),
        ("```\n# kein Titel\n```\n## auch nicht", "2025-01-01 Regal"),
        ("---\ntitle: 2025\n---\n# Erste", "2025"),
        ("---\ntitle:\n---\n# Erste", "Erste"),
    ],
)
def test_the_title_is_that_of_the_note_or_its_file(text: str, title: str) -> None:
    assert note(text, "Ideen/2025-01-01 Regal.md").title == title


@pytest.mark.parametrize(
    ("matter", "when"),
    [
        ("date: 2025-03-08", "2025-03-08"),
        ('date: "[[2025-03-08]]"', "2025-03-08"),
        ("date: 8.3.2025", "2025-03-08"),
        ("date: 2025-03", "2025-03"),
        ("created: 2025-05-11T19:30:00+02:00", "2025-05-11T19:30:00+02:00"),
        ("created: 2025-05-11 19:30", "2025-05-11T19:30:00+02:00"),
        ("date: 2025-01-01\ncreated: 2024-01-01", "2025-01-01"),
        ("date:\ncreated: 2024-01-01", "2024-01-01"),
    ],
)
def test_the_date_of_the_front_matter_comes_first(matter: str, when: str) -> None:
    assert str(note(f"---\n{matter}\n---\nx", "2020-02-02.md").when) == when


@pytest.mark.parametrize(
    ("name", "when"), [("2025-05-31 Idee.md", "2025-05-31"), ("2025-02-29.md", None), ("20250531.md", None)]
)
def test_a_file_name_can_give_the_day(name: str, when: str | None) -> None:
    found = read("x", name)
    if when:
        assert isinstance(found[0], Entry)
        assert str(found[0].when) == when
    else:
        assert [item.code for item in found if isinstance(item, Problem)] == ["missing-or-bad-date"]


@pytest.mark.parametrize("date", ["bald", "2025-02-30", "9999-12-31", "[1, 2]"])
def test_a_bad_date_is_reported_and_the_note_kept(date: str) -> None:
    found = read(f"---\ndate: {date}\n---\nx", "2025-05-31.md")
    assert isinstance(found[0], Problem)
    assert (found[0].code, found[0].lost) == ("bad-date", False)
    assert isinstance(found[1], Entry)
    assert str(found[1].when) == "2025-05-31"


def test_the_last_resort_is_the_time_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("x")
    os.utime(path, (1_746_984_004, 1_746_984_004))
    plain = file("x", "x.md")
    plain.path = path
    packed = MemberFile("x.md", 1, b"x", io.BytesIO(b"x"), modified=datetime(2025, 5, 11, 19, 20, 4))  # noqa: DTZ001  as in zip files
    found = [next(iter(MarkdownSource().read(each, ReadOptions("Europe/Berlin")))) for each in (plain, packed)]
    assert all(isinstance(item, Entry) for item in found)
    entries = [item for item in found if isinstance(item, Entry)]
    assert [str(entry.when) for entry in entries] == ["2025-05-11T19:20:04+02:00"] * 2
    assert [entry.meta["date"] for entry in entries] == ["from file time"] * 2
    assert entries[0].identity == entries[1].identity


@pytest.mark.parametrize(
    "matter",
    [
        "date: {{date:YYYY-MM-DD}}",
        "a: b: c",
        "a: &x [1]\nb: *x",
        "a: !!python/object/apply:os.system [true]",
        "a: !!int 0xffffffffffffffffffffff",
        "a: " + "[" * 30_000,
        "a: " + "{a: " * 30,
        "a: \x07",
        "? [1]\n: 2",
        "a: 1\n" * 20_000,
    ],
)
def test_front_matter_that_cannot_be_read_stays_in_the_note(matter: str) -> None:
    text = f"---\n{matter}\n---\nrest"
    began = time.process_time()
    found = read(text)
    assert time.process_time() - began < 5
    assert isinstance(found[0], Problem)
    assert (found[0].place, found[0].code, found[0].lost) == ("front matter", "bad-front-matter", False)
    assert isinstance(found[1], Entry)
    assert found[1].text == text


@pytest.mark.parametrize(
    "text", ["---\nzwischen zwei Linien\n---\nx", "---\nohne Ende", "----\na: 1\n---", "x\n---\na: 1\n---"]
)
def test_a_rule_is_no_front_matter(text: str) -> None:
    assert [item.text for item in read(text) if isinstance(item, Entry)] == [text]
    assert len(read(text)) == 1


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_values_are_read_as_people_mean_them(loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(yaml, loader):
        pytest.skip("PyYAML was built without its C parser")
    monkeypatch.setattr(front_matter, "_LOADER", getattr(yaml, loader))
    entry = note(
        "---\nzeit: 12:30\nja: yes\nplz: 04275\nwert: 1.5\nnull: x\nleer:\nwahr: true\n2025-01-01: y\n"
        'bad: "\\0"\nzitat: "7"\n---\n'
    )
    assert entry.meta["front_matter"] == {
        "zeit": "12:30", "ja": "yes", "plz": "04275", "wert": 1.5, "null": "x", "leer": None, "wahr": True,
        "bad": "", "zitat": "7", "2025-01-01": "y",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#eins und #zwei/drei, (#vier)", ["eins", "zwei/drei", "vier"]),
        ("`#code` ``#auch`` \n```\n#block\n```\n~~~ python\n#x\n~~~\n#da", ["da"]),
        ("https://example.org/#nein [x](#nein) [[Note#nein]] a#nein ##nein #", []),
        ("# Überschrift\n#2025 #2025-03-x #größe", ["2025-03-x", "größe"]),
        ("---\ntags: tagebuch\n---\n#tagebuch", ["tagebuch"]),
        ("---\ntags: a, b c\n---\n", ["a", "b", "c"]),
        ("---\ntag: ['#a', 7, null]\n---\n", ["a", "7"]),
        ("````\n```\n#drin\n````\n#draussen", ["draussen"]),
    ],
)
def test_tags_are_those_a_person_set(text: str, tags: list[str]) -> None:
    assert note(text).meta.get("tags", []) == tags


def test_links_embeds_and_aliases() -> None:
    entry = note(
        "---\naliases: [Wohnung, Kochstr. 42]\n---\n[[Nora|sie]] [[Ort#Kosten]] [[#hier]] ![[a/b.png|300]] | [[x\\|y]] |\n"
        "`[[code]]` [[Nora]] [[zwei\nZeilen]] [[[[x]]"
    )
    assert entry.meta["aliases"] == ["Wohnung", "Kochstr. 42"]
    assert entry.meta["links"] == ["Nora", "Ort", "x", "Nora", "x"]
    assert entry.meta["embeds"] == ["a/b.png"]
    assert note("---\naliases: Tobi, T.\n---\n").meta["aliases"] == ["Tobi", "T."]


def test_an_empty_note_counts() -> None:
    entry = note("")
    assert entry.text == ""
    assert entry.title == "2025-03-08"


@pytest.mark.parametrize(
    ("raw", "text", "codes"),
    [
        ("Grüße\r\nzwei\rdrei".encode(), "Grüße\nzwei\ndrei", []),
        ("\ufeffGrüße".encode(), "Grüße", []),
        ("\ufeffGrüße".encode("utf-16-le"), "Grüße", []),
        ("\ufeffGrüße".encode("utf-16-be"), "Grüße", []),
        ("\ufeffGrüße".encode("utf-32-le"), "Grüße", []),
        ("Grüße ohne Marke".encode("utf-16-le"), "Grüße ohne Marke", []),
        ("Grüße ohne Marke".encode("utf-16-be"), "Grüße ohne Marke", []),
        ("Grüße – „so“".encode("cp1252"), "Grüße – „so“", ["bad-encoding"]),
        (b"gut: \xc3\xa4, schlecht: \xe4", "gut: ä, schlecht: ä", ["bad-encoding"]),
        (b"Emoji \xf0\x9f\x98", "Emoji \ufffd", ["bad-encoding"]),
        (b"\xed\xa0\x80x\x81", "í\xa0€x\ufffd", ["bad-encoding"]),
        (b"a\0\0b\0\0\0", "a\ufffdb", ["nul-byte"]),
        ("\ufeffx".encode("utf-16-le") + b"\x00", "x\ufffd", ["bad-encoding"]),
    ],
)
def test_any_encoding_is_read_and_repairs_are_told(raw: bytes, text: str, codes: list[str]) -> None:
    found = read(raw)
    assert [(item.code, item.lost) for item in found if isinstance(item, Problem)] == [(code, False) for code in codes]
    assert note(raw).text == text


def test_the_place_of_the_first_wrong_byte_is_told() -> None:
    (problem,) = (item for item in read("\ufeffabc".encode() + b"\xfc") if isinstance(item, Problem))
    assert problem.place == "byte 6"


def test_a_note_of_megabytes_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    nasty = "#" + "1" * 100_000 + " `" * 100_000 + "[[" * 100_000 + "](" * 100_000 + " ``x" * 100_001 + "![[a" * 100_000
    began = time.process_time()
    note(nasty)
    assert time.process_time() - began < 5
    monkeypatch.setattr("vertraut.sources.markdown.LARGEST", 10)
    assert [item.code for item in read("x" * 11) if isinstance(item, Problem)] == ["too-large"]
