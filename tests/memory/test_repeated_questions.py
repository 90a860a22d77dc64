"""The vectors of the last questions stay with a server, by hash; they are what the engine gives."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from vertraut.memory.embedding import RepeatedQuestions, Vectors


class Counting:
    """An engine that counts what it is asked."""

    name = "counting/1"

    def __init__(self, engine: Any) -> None:
        self.center = engine.center
        self.asked: list[str] = []
        self._engine = engine

    def question(self, text: str) -> Vectors:
        self.asked.append(text)
        return self._engine.question(text)  # type: ignore[no-any-return]  # the engine of the fixture

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._engine.passages(texts)  # type: ignore[no-any-return]  # as above


def test_the_same_question_is_embedded_once(embedder: Any) -> None:
    engine = Counting(embedder)
    kept = RepeatedQuestions(engine)
    first = kept.question("Wann kommt die Küche?")
    assert np.array_equal(kept.question("Wann kommt die Küche?"), first)
    assert np.array_equal(first, embedder.question("Wann kommt die Küche?"))
    assert np.array_equal(kept.passages(["Küche"]), embedder.passages(["Küche"]))
    assert engine.asked == ["Wann kommt die Küche?"]
    assert kept.name == engine.name


def test_the_one_that_was_asked_longest_ago_goes(embedder: Any) -> None:
    engine = Counting(embedder)
    kept = RepeatedQuestions(engine, most=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        kept.question(text)
    assert engine.asked == ["a", "b", "c", "b"]


def test_no_word_of_a_question_stays(embedder: Any) -> None:
    kept = RepeatedQuestions(embedder)
    kept.question("geheimes Wort \ud800")
    assert "geheim" not in repr(vars(kept)["_kept"].keys())


def test_threads_may_ask_at_once(embedder: Any) -> None:
    kept = RepeatedQuestions(embedder, most=3)
    threads = [threading.Thread(target=kept.question, args=(f"{n % 7}",)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(vars(kept)["_kept"]) == 3
