"""What is judged is never half a sentence, however the text is cut into pieces."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from vertraut.assistant.sentences import Sentences

TEXT = "Der Termin ist am 3. Mai [1]. Er kostet 318,50 Euro [2].\n- Bring den Pass mit [1]\n- Und Zeit.  Bis dann!"


def cut(pieces: list[str]) -> list[tuple[str, str]]:
    sentences = Sentences()
    found = [each for piece in pieces for each in sentences.feed(piece)]
    return found + sentences.finish()


@given(st.lists(st.integers(0, len(TEXT)), max_size=12))
def test_the_pieces_do_not_matter(places: list[int]) -> None:
    at = [0, *sorted(places), len(TEXT)]
    found = cut([TEXT[start:stop] for start, stop in pairwise(at)])
    assert "".join(sentence for _, sentence in found) == "".join(sentence for _, sentence in cut([TEXT]))
    assert len(found) == len(cut([TEXT]))


def test_a_sentence_is_held_until_the_next_begins() -> None:
    sentences = Sentences()
    assert sentences.feed("Der Termin ist am 3.") == []
    assert sentences.feed(" Mai [1]. Er kostet") == []
    assert sentences.feed(" 318,50 Euro") == [("", "Der Termin ist am 3. Mai [1].")]
    assert sentences.finish() == [(" ", "Er kostet 318,50 Euro")]
