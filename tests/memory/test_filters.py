from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vertraut.clock import When
from vertraut.errors import BadFilter, BadTime
from vertraut.interfaces.cli.texts import TEXTS
from vertraut.interfaces.language import NOUNS
from vertraut.interfaces.language.errors import GERMAN
from vertraut.ledger import ENTRY_KINDS
from vertraut.memory import Limits
from vertraut.memory.filters import KINDS, MOST, NAMES, filtered, moment_of

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


def at(text: str) -> datetime:
    return When.of_text(text, BERLIN).instant


def read(text: str) -> tuple[str, Limits]:
    return filtered(text, NOW, BERLIN)


@pytest.mark.parametrize(
    ("typed", "rest", "limits"),
    [
        # people
        ("from:Tobi küche", "küche", {"authors": ("Tobi",)}),
        ("küche von:Tobi", "küche", {"authors": ("Tobi",)}),
        ("FROM:Tobi Von:Lena", "", {"authors": ("Tobi", "Lena")}),
        ('von:"Tobi Kessler" küche', "küche", {"authors": ("Tobi Kessler",)}),
        ("von:„Tobi Kessler“ küche", "küche", {"authors": ("Tobi Kessler",)}),
        ("from:“Tobi Kessler” kitchen", "kitchen", {"authors": ("Tobi Kessler",)}),
        ("von:»Tobi Kessler« küche", "küche", {"authors": ("Tobi Kessler",)}),
        ("with:Lena mit:Tobi plans", "plans", {"people": ("Lena", "Tobi")}),
        ("mit:lena@example.org", "", {"people": ("lena@example.org",)}),
        ("Was sagt from:Tobi?", "Was sagt?", {"authors": ("Tobi",)}),
        ("Was sagt (von:Tobi), dazu?", "Was sagt, dazu?", {"authors": ("Tobi",)}),
        ("von:O'Brien", "", {"authors": ("O'Brien",)}),
        # places
        ("in:Küche wer kommt", "wer kommt", {"places": ("Küche",)}),
        ('bei:"Dr. Weiß" Termin', "Termin", {"places": ("Dr. Weiß",)}),
        ("in:mbox, in:Berlin.", "", {"places": ("mbox", "Berlin")}),
        # kinds
        ("kind:mail rechnung", "rechnung", {"kinds": ("mail",)}),
        ("art:E-Mail kind:Termin", "", {"kinds": ("mail", "event")}),
        ('kind:"AI chat" brot', "brot", {"kinds": ("chat",)}),
        # times
        ("before:2025 x", "x", {"before": at("2025")}),
        ("vor:2025-03.", "", {"before": at("2025-03")}),
        ("after:2025-03-08T14:30 x", "x", {"after": at("2025-03-08T14:30")}),
        ("nach:2025-03-08T14:30.", "", {"after": at("2025-03-08T14:30")}),
        ("after:2025-03-08T14:30:00+05:00", "", {"after": at("2025-03-08T14:30:00+05:00")}),
        ('before:"last summer" x', "x", {"before": at("2026-06-01")}),
        ("nach:„letzten Sommer“ x", "x", {"after": at("2026-06-01")}),
        ('vor:"dem letzten Sommer"', "", {"before": at("2026-06-01")}),
        ("after:yesterday", "", {"after": at("2026-08-31")}),
        ("nach:gestern", "", {"after": at("2026-08-31")}),
        ("nach:Ostern", "", {"after": at("2026-04-03")}),
        ('vor:"1. Mai"', "", {"before": at("2026-05-01")}),
        ("vor:1.5. x", "x", {"before": at("2026-05-01")}),
        ("before:May", "", {"before": at("2026-05-01")}),
        ("after:8.3.2025 before:12/24/2025", "", {"after": at("2025-03-08"), "before": at("2025-12-24")}),
        ("after:2024 after:2025 before:2026 before:2027", "", {"after": at("2025"), "before": at("2026")}),
        # exact phrases stay in the question
        ('"neue Küche"', "neue Küche", {"phrases": ("neue Küche",)}),
        ("„neue Küche“ wann", "neue Küche wann", {"phrases": ("neue Küche",)}),
        ("“lost key” “the  shed”", "lost key the shed", {"phrases": ("lost key", "the  shed")}),
        ("«clé» »Schlüssel«", "clé Schlüssel", {"phrases": ("clé", "Schlüssel")}),
        ('("neue Küche")', "(neue Küche)", {"phrases": ("neue Küche",)}),
        ('"2025"', "2025", {"phrases": ("2025",)}),
        ('herd "neue küche" -ofen', "herd neue küche", {"phrases": ("neue küche",), "without": ("ofen",)}),
        # leaving out
        ("herd -ofen", "herd", {"without": ("ofen",)}),
        ("-ofen herd -Bücher?", "herd?", {"without": ("ofen", "Bücher")}),
        ('herd -"neuer ofen"', "herd", {"without": ("neuer ofen",)}),
        ("herd -„neuer Ofen“", "herd", {"without": ("neuer Ofen",)}),
        ("herd -Müller-Lüdenscheidt", "herd", {"without": ("Müller-Lüdenscheidt",)}),
        ('-"2024"', "", {"without": ("2024",)}),
        # in a question with a question mark quotes are quotes, all else holds
        ('Wer hat "ich komme" gesagt? -ofen', 'Wer hat "ich komme" gesagt?', {"without": ("ofen",)}),
        ('"kommst du?" küche', "kommst du? küche", {"phrases": ("kommst du?",)}),
        # all at once, over lines
        (
            "from:Lena\nkind:mail\t-spam  rechnung,\n in:Küche",
            "rechnung,",
            {"authors": ("Lena",), "kinds": ("mail",), "without": ("spam",), "places": ("Küche",)},
        ),
    ],
)
def test_filters_are_taken_out(typed: str, rest: str, limits: dict[str, Any]) -> None:
    assert read(typed) == (rest, Limits(**limits))


@pytest.mark.parametrize(
    "text",
    [
        "Wann kommt die neue Küche?", "", "   ", "\n", "Wer ist das -", "a - b", "—", "- Milch\n- Eier", "--foo", "-", "--",
        "-5 Grad", "bei -3°", "-5kg", "2024-2025", "Müller-Lüdenscheidt", "Ein- und Ausgang", "-_x", "(-ofen)",
        "Gartenmöbel und -geräte", "Tische, -stühle", "tables and -chairs", "Haus- bzw. -garten", "Ausgabe oder\n-rückgabe",
        "um 10:30", "10:30", "Frage: wann", "Von: Tobi", "From: Tobi\nTo: Lena", "in:", "in:)", "mit:-)", "kind:!", "von::",
        "http://example.org/in:foo?from:bar", "https://example.org", "mailto:lena@example.org", "C:\\from:x", "xfrom:Tobi",
        "Schüler:innen", "re:Publica", "1:1", "Verhältnis 3:4", "Wohin: Berlin",
        '27" Monitor und 24" Monitor', '5 " und 7 "', '"neue Küche', 'neue" Küche"', '""', '" "', '"!?"', "„neue Küche",
        "rock 'n' roll", "'neue Küche'", '"neue"r', "5' 7\"", "„“",
        'Wer hat "ich komme nicht" gesagt?', "Kennst du „Sleep No More“?", 'What is "usual spot"? Please explain.',
        "🎉🎉", "\u200b", "a\0b", "\ud83d",
    ],
)  # fmt: skip
def test_what_is_no_filter_stays_as_it_is(text: str) -> None:
    assert read(text) == (text, Limits())
    assert not read(text)[1]


@pytest.mark.parametrize(
    "text",
    [
        "kind:xyz", "art:Brief rechnung", 'kind:"neue Küche"', 'from:""', 'von:"', "von:„“", 'from:"Tobi', 'x with:" "',
        "-from:Tobi", '-in:"Küche"', "-vor:2025",
    ],
)  # fmt: skip
def test_a_filter_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(BadFilter) as caught:
        read(text)
    assert caught.value.text in text


@pytest.mark.parametrize(
    "value", ["foo", "Berlin", '"the wedding"', '"the wedding last summer"', "2025-13", "10:30", "„irgendwann“", "-"]
)
def test_a_time_that_cannot_be_read_is_named(value: str) -> None:
    bare = value.strip('"„“')
    for name in ("before", "nach"):
        if bare == "-":
            assert read(f"{name}:{value}") == (f"{name}:{value}", Limits())
        else:
            with pytest.raises(BadTime) as caught:
                read(f"x {name}:{value} y")
            assert caught.value.text == bare


def test_a_time_that_ends_a_span_begins_it() -> None:
    for words in ("2025", "2025-03", "2025-03-08"):
        assert moment_of(words, NOW, BERLIN) == When.of_text(words, BERLIN).instant
    assert moment_of("last week", NOW, BERLIN) == at("2026-08-24")
    assert moment_of("last week", NOW, "+05:00") == When.of_text("2026-08-24", "+05:00").instant


def test_no_question_has_filters_without_end() -> None:
    assert read(" ".join(f"von:n{n}" for n in range(MOST)))[1].authors[-1] == f"n{MOST - 1}"
    with pytest.raises(BadFilter):
        read(" ".join(f"von:n{n}" for n in range(MOST + 1)))


def test_every_kind_is_understood_by_every_name_it_has() -> None:
    assert tuple(KINDS) == ENTRY_KINDS
    for kind in ENTRY_KINDS:
        named = {*TEXTS[f"kind.{kind}"], *NOUNS[kind][0], *NOUNS[kind][1], kind}
        for name in named:
            assert read(f'kind:"{name}" art:„{name.upper()}“')[1] == Limits(kinds=(kind, kind))
    assert len({name for names in KINDS.values() for name in names}) == sum(map(len, KINDS.values()))


def test_the_way_out_of_a_bad_filter_works() -> None:
    english, german = BadFilter("x").way_out, GERMAN[BadFilter][1]
    assert set(NAMES) - {"bei", "nach", "von", "vor", "mit", "art"} == {name for name in NAMES if f"{name}:" in english}
    for text, kinds in ((english, "kind: with "), (german, "art: mit ")):
        listed = text.partition(kinds)[2].rstrip(".").replace(" or ", ", ").replace(" oder ", ", ").split(", ")
        assert [read(f'kind:"{name}"')[1].kinds for name in listed] == [(kind,) for kind in ENTRY_KINDS]
        for example in text.partition("from:")[2].partition(kinds)[0].split(", ")[1:-1]:
            assert read(example)[1]


ORDINARY = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@given(text=ORDINARY)
def test_ordinary_text_comes_back_unchanged(text: str) -> None:
    assume(not any(sign in text for sign in '":„“»«'))
    assume(not any(word.startswith(("-", "(-", "[-")) for word in text.split()))
    assert read(text) == (text, Limits())


PIECES = [
    "Küche", "from:Tobi", '"neue Küche"', "-ofen", "-", "-5", "10:30", "in:)", "(„a“)", "kind:mail", "vor:2025", "“b c”",
    '"', '-"x y"', "?", ".", "und", "(von:Lena),", "»so«", "5'", "_",
]  # fmt: skip


@given(words=st.lists(st.sampled_from(PIECES)))
def test_of_any_mixture_no_filter_is_left(words: list[str]) -> None:
    rest, limits = read(" ".join(words))
    assert bool(limits) == (rest != " ".join(words))
    assert not any(name in rest for name in ("from:Tobi", "kind:mail", "vor:2025", "von:Lena"))
    assert read(rest)[1] == Limits() or "?" in words  # which may have fallen away with what stood before it


@given(parts=st.lists(st.sampled_from([*'ab -:"„“”»«()[]?.,\n5ü', "from:", "vor:", "kind:"])))
def test_no_text_breaks_it(parts: list[str]) -> None:
    text = "".join(parts)
    try:
        rest, limits = read(text)
    except (BadFilter, BadTime):
        return
    assert (rest == text) or limits


@pytest.mark.parametrize(
    "text",
    [
        '"a ' * 30_000, "„a " * 30_000, "(" * 100_000, "-a" + "." * 100_000 + "x", "from:a " + " " * 100_000,
        "from:" * 30_000, "von:" + '"' * 100_000, "und " * 30_000 + "-x", "vor:" + "a" * 50_000, "-" * 100_000,
    ],
)  # fmt: skip
def test_long_texts_are_read_soon(text: str) -> None:
    begun = time.perf_counter()
    with suppress(BadFilter, BadTime):
        read(text)
    assert time.perf_counter() - begun < 2
