from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertraut.memory.marks import SHOWN, excerpt, marked

FILLER = "lorem ipsum dolor sit amet " * 60


@pytest.mark.parametrize(
    ("text", "wanted", "language", "expected"),
    [
        ("Der Herd und die Herde", {"herd"}, "de", ["Herd", "Herde"]),
        ("Straße, STRASSE und Strasse", {"strass"}, "de", ["Straße", "STRASSE", "Strasse"]),
        ("He runs; they were running.", {"run"}, "en", ["runs", "running"]),
        ("Mama's book", {"mama"}, "en", ["Mama's"]),
        ("nothing here", {"herd"}, "en", []),
        ("", {"herd"}, "de", []),
        ("🎉 Herd 🎉", {"herd"}, "de", ["Herd"]),
        ("anything", set(), "de", []),
    ],
)
def test_the_words_that_are_wanted_are_marked(text: str, wanted: set[str], language: str, expected: list[str]) -> None:
    assert [text[start:stop] for start, stop in marked(text, wanted, language)] == expected


def test_a_short_text_is_shown_whole() -> None:
    assert excerpt("short", ((0, 5),), None) == (0, 5)
    assert excerpt("", (), None) == (0, 0)
    assert excerpt("x" * SHOWN, ((4, 5),), (2, 3)) == (0, SHOWN)


def test_of_a_long_text_the_part_with_most_marks_is_shown() -> None:
    text = f"Herd {FILLER} Herd Herd Herd {FILLER}"
    marks = tuple(marked(text, {"herd"}, "de"))
    start, stop = excerpt(text, marks, None)
    assert text[start:stop].count("Herd") == 3
    assert stop - start <= SHOWN


def test_of_a_long_text_the_part_that_tells_most_is_shown() -> None:
    text = f"Küche Küche Küche Herd {FILLER} Küche Quastenzwirbel {FILLER} Quastenzwirbel"
    marks = marked(text, {"kuch", "herd", "quastenzwirbel"}, "de")
    weights = {"kuch": 1.0, "herd": 2.0, "quastenzwirbel": 5.0}
    words = [(at, weights[stem], stem) for (at, _), stem in marks.items()]
    start, stop = excerpt(text, tuple(marks), None, words)
    assert "Küche Quastenzwirbel" in text[start:stop]
    start, stop = excerpt(text, tuple(marks), None, [(at, 1.0, stem) for at, _, stem in words])
    assert text[start:stop].startswith("Küche Küche Küche Herd")


def test_a_single_mark_stands_in_the_middle() -> None:
    text = FILLER + "Herd " + FILLER
    at = text.index("Herd")
    start, stop = excerpt(text, ((at, at + 4),), None)
    assert abs((start + stop) // 2 - at) < 40


def test_without_marks_the_nearest_passage_is_shown_or_the_beginning() -> None:
    assert excerpt(FILLER, (), (600, 900))[0] in range(595, 630)
    assert excerpt(FILLER, (), None)[0] == 0


def test_the_part_begins_and_ends_with_whole_words() -> None:
    text = FILLER + "Herd " + FILLER
    at = text.index("Herd")
    start, stop = excerpt(text, ((at, at + 4),), None)
    assert text[start - 1] == " "
    assert text[stop] == " "


def test_a_word_that_is_longer_than_what_is_shown_is_cut() -> None:
    text = "x" * 5000
    start, stop = excerpt(text, ((0, 5000),), None)
    assert (start, stop) == (0, SHOWN)


@given(
    st.text("ab \n🎉", min_size=0, max_size=1500),
    st.lists(st.tuples(st.integers(0, 1499), st.integers(1, 900)), max_size=8),
    st.tuples(st.integers(0, 1499), st.integers(0, 600)),
)
def test_the_part_lies_inside_the_text_whatever_is_marked(
    text: str, given_marks: list[tuple[int, int]], passage: tuple[int, int]
) -> None:
    marks = sorted({(at, min(len(text), at + long)) for at, long in given_marks if at < len(text)})
    near = (passage[0], min(len(text), passage[0] + passage[1])) if passage[0] < len(text) else None
    start, stop = excerpt(text, marks, near)
    assert 0 <= start <= stop <= len(text)
    assert stop - start <= SHOWN or (start, stop) == (0, len(text))
    assert stop > start or not text
