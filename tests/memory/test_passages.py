from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vertraut.memory.passages import LONGEST, passages


def test_a_short_text_is_one_passage_without_its_margins() -> None:
    assert list(passages("  Der Schlüssel liegt im Schuppen.\n")) == [(2, 34)]


def test_nothing_gives_nothing() -> None:
    assert list(passages("")) == list(passages(" \n ")) == []


def test_long_texts_part_at_paragraphs() -> None:
    text = "\n\n".join(["Ein Absatz mit ein paar Worten, der für sich steht. " * 6] * 5)
    parts = [text[start:stop] for start, stop in passages(text)]
    assert len(parts) > 2
    assert all(part.startswith("Ein Absatz") and part.endswith("steht.") for part in parts)


def test_a_text_without_boundaries_is_cut_all_the_same() -> None:
    assert [stop - start for start, stop in passages("x" * 2000)] == [600, 600, 600, 200]


@given(st.text(alphabet="ab .\n", max_size=3000))
def test_every_character_but_space_is_in_exactly_one_passage(text: str) -> None:
    found = list(passages(text))
    covered = [at for start, stop in found for at in range(start, stop)]
    assert len(covered) == len(set(covered))
    assert all(text[at].isspace() for at in set(range(len(text))) - set(covered))
    assert all(stop - start <= LONGEST * 1.25 for start, stop in found)
