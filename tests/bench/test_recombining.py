from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest
from bench.blend import Blender
from bench.cases import Pool, read_pool
from bench.likeness import cosines_likeness, words_likeness
from bench.lives import Recombined
from bench.rare import Law, fitted, made_word, renumbered
from bench.recombine import Made, Recombiner, write_entries
from bench.vocabulary import Vocabulary

from vertraut.application import Space
from vertraut.errors import BadCases
from vertraut.memory import Embedder
from vertraut.memory.embedded import embedded_texts
from vertraut.memory.embedding import Vectors
from vertraut.memory.words import words

SIZE = 1500


@pytest.fixture(scope="module")
def life(pool: Pool) -> list[Made]:
    return list(Recombiner(pool, SIZE).entries())


@pytest.fixture
def real(pool: Pool, embedder: Embedder) -> Vectors:
    return embedder.passages(list(pool.passages))


def texts_of(folder: Path) -> set[str]:
    lines = (line for path in folder.glob("*/*/entries.jsonl") for line in path.read_text(encoding="utf-8").splitlines())
    return {json.loads(line)["text"] for line in lines}


def test_the_same_seed_makes_the_same_life(pool: Pool, life: list[Made]) -> None:
    assert [made.line() for made in Recombiner(pool, SIZE).entries()] == [made.line() for made in life]
    assert [made.text for made in Recombiner(pool, SIZE, seed=7).entries()] != [made.text for made in life]


def test_a_smaller_life_has_the_first_texts_of_a_larger_one(pool: Pool, life: list[Made]) -> None:
    assert [made.text for made in Recombiner(pool, 100).entries()] == [made.text for made in life[:100]]


def test_no_entry_is_a_copy_of_a_real_one(cases_folder: Path, life: list[Made]) -> None:
    real = texts_of(cases_folder)
    assert len(real) == 120
    assert not real & {made.text for made in life}


def test_no_entry_says_a_real_one_with_other_names(pool: Pool, life: list[Made]) -> None:
    taken = ["".join("".join(pool.donors[n].parts[start:stop]) for n, start, stop in made.pieces) for made in life]
    assert not pool.originals & {template.strip() for template in taken}


def test_texts_are_made_of_two_or_three_entries_of_one_language(pool: Pool, life: list[Made]) -> None:
    assert {len(made.pieces) for made in life} >= {2, 3}
    assert all(len({pool.donors[n].language for n, _, _ in made.pieces}) == 1 for made in life)


def test_an_entry_has_the_frame_of_a_real_one(pool: Pool, life: list[Made]) -> None:
    frames = {(donor.kind, donor.clock) for donor in pool.donors}
    assert {(made.frame.kind, made.at[10:]) for made in life} <= frames
    assert {made.frame.kind for made in life} == {"message", "note"}
    first_names = {donor.author.split()[0] for donor in pool.donors}
    assert {made.author.split()[0] for made in life} <= first_names


def test_threads_have_the_order_and_the_shape_of_real_ones(pool: Pool, life: list[Made]) -> None:
    for thread in {made.thread for made in life}:
        places = [pool.donors.index(made.frame) for made in life if made.thread == thread]
        again = [n for n, (one, next_one) in enumerate(pairwise(places)) if next_one <= one]
        assert len(again) <= 4  # rounds that a lasting thread is kept for


def test_the_vocabulary_grows_as_heaps_law_says(pool: Pool, life: list[Made]) -> None:
    counted: dict[str, Vocabulary] = {"de": Vocabulary(), "en": Vocabulary()}
    sizes = []
    for number, made in enumerate(life, start=1):
        counted[made.frame.language].add(words(made.text))
        if number in {SIZE // 10, SIZE // 3, SIZE}:
            sizes.append(len(counted["en"].occurrences))
    assert sizes[0] < sizes[1] < sizes[2]
    real = pool.vocabularies["en"]
    assert len(counted["en"].occurrences) > len(real.occurrences)
    assert 0.6 < len(counted["en"].occurrences) / real.expected(counted["en"].tokens) < 1.5


def test_the_smaller_language_has_a_fifth(life: list[Made]) -> None:
    counted = Counter(made.frame.language for made in life)
    assert 0.15 < counted["de"] / SIZE < 0.27


def test_what_is_made_is_read_without_a_problem_and_cut_as_foreseen(
    pool: Pool, space: Space, real: Vectors, tmp_path: Path
) -> None:
    write_entries(tmp_path / "made.jsonl", Recombiner(pool, 300).entries())
    report = space.import_paths([tmp_path / "made.jsonl"])
    assert report.new == 300
    assert not [problem for file in report.files for problem in file.problems]
    blender = Blender(pool, real)
    for (_, entry), made in zip(space.entries(), Recombiner(pool, 300).entries(), strict=True):
        foreseen = [(start, stop) for start, stop, _ in blender.mixtures(made)]
        assert foreseen == [(start, stop) for start, stop, _ in embedded_texts(entry)]


def test_vectors_lie_near_what_the_text_was_made_of(pool: Pool, real: Vectors) -> None:
    blender = Blender(pool, real)
    mixtures = [mixture for made in Recombiner(pool, 300).entries() for _, _, mixture in blender.mixtures(made)]
    made = blender.blended(mixtures, np.random.default_rng(1))
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    assert len(np.unique(made.round(6), axis=0)) == len(made)
    cosines = made @ real.T
    own = [cosines[n, [row for row, _ in mixture]].max() for n, mixture in enumerate(mixtures)]
    assert np.mean(own) > cosines.mean() + 0.1


def test_blended_vectors_are_as_far_from_the_middle_as_real_ones(pool: Pool, real: Vectors) -> None:
    blender = Blender(pool, real)
    english = [n for n, donor in enumerate(pool.donors) if donor.language == "en"]
    rows = [pool.donors[n].row for n in english]
    mixtures = [[(rows[n], 0.5), (rows[n - 1], 0.5)] for n in range(len(rows))]
    made = blender.blended(mixtures, np.random.default_rng(1))
    middle = real[rows].mean(axis=0)
    assert np.linalg.norm(made - middle, axis=1).mean() == pytest.approx(
        np.linalg.norm(real[rows] - middle, axis=1).mean(), rel=0.1
    )


def test_a_life_in_a_vault_is_found_to_be_like_its_cases(
    pool: Pool, real: Vectors, space: Space, tmp_path: Path, embedder: Embedder
) -> None:
    write_entries(tmp_path / "made.jsonl", Recombiner(pool, 400).entries())
    space.import_paths([tmp_path / "made.jsonl"])
    space.embed()
    found = [
        *words_likeness(space._db, pool),
        *cosines_likeness(space._db, pool, real, pool.questions(10, 1), embedder),
    ]
    assert {each.language for each in found} == {"de", "en"}
    ratios = {(each.language, each.measure): each.made / each.expected for each in found if each.expected}
    assert 0.7 < ratios["en", "share of entries with term 10"] < 1.4
    assert 0.4 < ratios["en", "cosine to questions, mean"] < 2
    assert any(measure.startswith("different terms") and 0.6 < ratio < 1.5 for (_, measure), ratio in ratios.items())


def test_further_entries_come_after_the_others(pool: Pool, life: list[Made], tmp_path: Path) -> None:
    Recombined(pool, SIZE).write_further(tmp_path / "further.jsonl", 50)
    further = [json.loads(line) for line in (tmp_path / "further.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in further] == [f"e{n}" for n in range(SIZE, SIZE + 50)]
    assert min(row["at"][:10] for row in further) >= max(made.at[:10] for made in life)


def test_questions_are_as_even_as_can_be_over_suites_and_languages(pool: Pool) -> None:
    asked = pool.questions(8, seed=1)
    assert sum("gesehen" in each.text for each in asked) == 4
    assert asked == pool.questions(8, seed=1)
    assert {each.now is None for each in asked} == {True, False}
    assert len(pool.questions(100, seed=1)) == 14


def test_rare_words_are_as_many_as_asked_for() -> None:
    law = fitted(draws=2000, different=1500, later=40_000)
    assert law.different(2000) == pytest.approx(1500, rel=0.01)
    assert law.different(200_000) == pytest.approx(40_000, rel=0.01)
    random = Random(1)
    assert len({law.rank(1 - random.random()) for _ in range(2000)}) == pytest.approx(1500, rel=0.05)
    half = law.part(0.5)
    assert half.different(1000) == pytest.approx(750, rel=0.02)


def test_made_words_and_numbers_are_all_different() -> None:
    assert len({made_word(number) for number in range(20_000)}) == 20_000
    assert len({renumbered("00-0000", rank) for rank in range(5000)}) == 5000
    assert renumbered("A1-23", 5).startswith("A")


def test_a_vocabulary_is_foretold_from_its_own_counts() -> None:
    random, law = Random(3), Law(1.2, 50.0)
    drawn = [f"w{law.rank(1 - random.random())}" for _ in range(40_000)]
    half, whole = Vocabulary(), Vocabulary()
    for start in range(0, 40_000, 10):
        whole.add(drawn[start : start + 10])
        if start < 20_000:
            half.add(drawn[start : start + 10])
    assert whole.expected(20_000) == pytest.approx(len(half.occurrences), rel=0.03)
    assert half.expected(40_000) == pytest.approx(len(whole.occurrences), rel=0.05)


def test_a_folder_without_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCases, match="there is no"):
        read_pool(tmp_path)
