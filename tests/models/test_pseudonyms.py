"""What tells who somebody is goes out as a pseudonym and comes back as it was."""

from __future__ import annotations

import re
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertraut.models.pseudonyms import Pseudonyms, Restorer

KEY = b"k" * 32
NAMES = ("Lena Brandt", "Rose Brandt", "Jürgen Müller-Vogt", "Mark Weber", "Anna-Lena O'Brien", "Dr. Ernst von Berg", "Tobi")
PLACES = (
    "lena.b@beispiel.example",
    "+49 171 2345678",
    "0561 7391842",
    "(555) 010-4477",
    "Lindenstraße 12 a",
    "221B Baker Street",
)
PIECES = (
    *NAMES,
    *PLACES,
    "Lenas",
    "LENA BRANDT",
    "Juergen",
    "Lena-Bild",
    "Rose",
    "und",
    ".",
    "\n",
    ", ",
    "**",
    " ",
    "kommt um 10:30",
    "\u017f",
)


def hidden(text: str, names: tuple[str, ...] = NAMES, key: bytes = KEY) -> tuple[str, Restorer]:
    pseudonyms = Pseudonyms(key, names, [text])
    return pseudonyms.hide(text), pseudonyms.restorer()


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Lena kommt.", ["Lena"]),
        ("Lenas Fahrrad, Brandts Haus", ["Lena", "Brandt"]),
        ("Lena's bike, Lena’s bike", ["Lena"]),
        ("ein Lena-Bild", ["Lena"]),
        ("LENA BRANDT!", ["LENA", "BRANDT"]),
        ("Juergen Mueller schreibt", ["Juergen", "Mueller"]),
        ("Ju\u0308rgen", ["rgen"]),
        ("die Brandtsche Küche", ["Brandt"]),
        ("**Lena** _Tobi_ (Lena)", ["Lena", "Tobi"]),
        ('{"to": "a\\nTobi"}', ["Tobi"]),
        ("Anna-Lena O’Brien", ["Anna", "Lena", "Brien"]),
        ("Herr von Berg", ["Berg"]),
        ("Rose: bis gleich", ["Rose"]),
        ("Rose", ["Rose"]),
        ("Rose Brandt kommt.", ["Rose", "Brandt"]),
        ("Das sagt Rose.", ["Rose"]),
        ("Rose’s garden", ["Rose"]),
        ("an lena.b@beispiel.example", ["lena", "beispiel"]),
        ("Ruf an: +49 171 2345678", ["171", "234"]),
        ("0172/3456789 oder (030) 555 01 23", ["0172", "555"]),
        ("wohnt Lindenstraße 12 a in Kassel", ["Linden", "12"]),
        ("Am Alten Markt 5, Lange Straße 7", ["Alten", "Lange", "7"]),
        ("12 Long Meadow Lane", ["Meadow", "12"]),
    ],
)
def test_nothing_of_it_is_left_and_all_of_it_comes_back(text: str, gone: list[str]) -> None:
    away, restorer = hidden(text)
    assert [each for each in gone if each in away] == []
    assert restorer.whole(away) == normalize("NFC", text)


@pytest.mark.parametrize(
    "text",
    [
        "Rose ist eine Farbe. Mark und Pfennig gab es früher.",
        "> Ernst nehmen soll man das.",
        "die marke, das brandneue, lenasee, im ernstfall",
        "Am 12. Mai 2025 um 10:30 Uhr, Bestellnummer 302-1234567-7654321",
        "Am Sonntag 12 Leute, Sitzplatz 61, Kapitel 7, 14.860 Euro, 2024",
        "Von der Straße 3 Kilometer. 5 years in the Park",
        "ISBN 978-3-16-148410-0, Zählerstand 48213,7",
    ],
)
def test_what_is_no_name_stays(text: str) -> None:
    assert hidden(text)[0] == text


def test_the_same_name_has_the_same_pseudonym_in_every_request_of_a_space() -> None:
    first, again = hidden("Lena und Tobi")[0], hidden("Tobi fragt Lena.", names=("Tobi Kessler", "Lena"))[0]
    assert first.split()[0] == again.split()[2].rstrip(".")
    assert first.split()[2] == again.split()[0]
    assert hidden("Lena und Tobi", key=b"x" * 32)[0] != first
    assert hidden("LENA Lena")[0].split()[0] == hidden("LENA Lena")[0].split()[1].upper()


def test_a_pseudonym_is_never_a_word_of_the_request() -> None:
    usual = hidden("Lena kommt.")[0].split()[0]
    text = f"Lena kommt mit {usual.lower()} und {usual}."
    away, restorer = hidden(text)
    assert away.split()[0] != usual
    assert restorer.whole(away) == text


def test_many_names_have_many_pseudonyms() -> None:
    names = tuple(f"{first}{second}a" for first in "BCDFGHJKLMNPQRSTVWXZ" for second in ("ana", "elo", "iri", "omu", "usi"))
    away, restorer = hidden(" ".join(names), names=names)
    assert len(set(away.split())) == len(names)
    assert restorer.whole(away) == " ".join(names)


@pytest.mark.parametrize(
    "bent", ["{0}s Rad", "**{0}**", "{0}'s", "{0}-Bild", '"{0}"', "({0})", "{0}{0}", "{1}", "{2}", "{0} {1} {0}"]
)
def test_what_a_model_makes_of_a_pseudonym_comes_back(bent: str) -> None:
    away, restorer = hidden("Lena")
    answer = bent.format(away, away.upper(), away.lower())
    assert restorer.whole(answer) == bent.format("Lena", "Lena", "Lena")


def test_a_stream_holds_back_no_more_than_the_beginning_of_a_pseudonym() -> None:
    away, restorer = hidden("Lena")
    assert restorer.feed(f"Hallo, {away[:3]}") == "Hallo, "
    assert restorer.feed(f"{away[3:]}s Weg") == "Lenas Weg"
    assert restorer.feed(f" und {away[:2]}") == " und "
    assert restorer.finish() == away[:2]
    assert restorer.finish() == ""


def test_without_pseudonyms_everything_passes_at_once() -> None:
    restorer = Restorer()
    assert (restorer.feed("Zu"), restorer.whole("Lena"), restorer.finish()) == ("Zu", "Lena", "")


@given(
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join) | st.text(max_size=60),
    st.lists(st.integers(1, 7)),
    st.binary(min_size=1),
)
def test_hiding_and_putting_back_changes_nothing(text: str, cuts: list[int], key: bytes) -> None:
    text = normalize("NFC", text)
    away, restorer = hidden(text, key=key)
    assert restorer.whole(away) == text
    said, at = "", 0
    for cut in [*cuts, len(away) + 1]:
        said += restorer.feed(away[at : at + cut])
        at += cut
    assert said + restorer.finish() == text


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" / ".join))
def test_no_name_is_left(text: str) -> None:
    away, _ = hidden(text)
    words = set(re.findall(r"[^\W_]+", away))
    assert (
        words
        & {
            "Lena",
            "Lenas",
            "LENA",
            "Brandt",
            "BRANDT",
            "Jürgen",
            "Juergen",
            "Müller",
            "Vogt",
            "Weber",
            "Berg",
            "Brien",
            "Tobi",
        }
        == set()
    )
    assert "@beispiel" not in away
