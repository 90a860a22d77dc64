from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from tests.conftest import WordEmbedder

from vertraut.application import Space, open_space
from vertraut.clock import When
from vertraut.ledger import Entry
from vertraut.memory import Selection
from vertraut.memory.embedded import answers_another, blended, embedded_texts, text_in_context
from vertraut.memory.embedding import Vectors
from vertraut.settings import Settings

QUESTION = "Fährst du am Samstag mit an den Quastensee?"
ANSWER = "Ja, gern, ich bringe Kuchen mit."


def entry(number: int, text: str, **changes: Any) -> Entry:
    when = When.of_datetime(datetime(2025, 3, 1, 12, tzinfo=UTC) + timedelta(minutes=number), "UTC", "UTC")
    made = Entry("jsonl", f"id-{number}", "message", when, text, author="Lena", thread="kitchen")
    return replace(made, **changes)


def later(days: float) -> When:
    return When.of_datetime(datetime(2025, 3, 1, 12, tzinfo=UTC) + timedelta(days=days), "UTC", "UTC")


def vector_of(space: Space, seq: int) -> Vectors:
    vectors: Vectors = space._vectors.stored([seq]).vectors
    assert len(vectors) == 1
    return vectors[:1]


def expected(space: Space, own: str, together: str | None) -> Vectors:
    alone, in_context = space.embedder.passages([own]), space.embedder.passages([together or own])
    return blended(alone, in_context, space.embedder.center) if together else alone


def test_what_is_embedded_in_context_is_the_end_of_one_and_the_whole_of_the_other() -> None:
    before = entry(1, "Anfang " + "sehr  \n lange " * 40 + "Kommst du?", author="Tobi")
    made = text_in_context(entry(2, " Ja. ", title="Plan"), before)
    said, answered = made.split("\n")
    assert answered == "Lena: Plan. Ja."
    assert said.startswith("Tobi: ")
    assert said.endswith("lange Kommst du?")
    assert len(said) <= len("Tobi: ") + 200
    assert text_in_context(entry(2, "Ja"), entry(1, "ä" * 500)).startswith("Lena: " + "ä" * 200 + "\n")


def test_the_ends_of_addresses_and_ruled_lines_are_not_embedded() -> None:
    address = "https://example.org/tracking/" + "aB3" * 100
    (embedded,) = embedded_texts(entry(1, f"Hier: {address} Gruß\n----------\n…"))
    assert embedded[:2] == (0, len(f"Hier: {address} Gruß\n----------\n…"))
    assert embedded[2] == f"Lena: Hier: {address[:40]} Gruß\n---\n…"
    german = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    assert embedded_texts(entry(1, german))[0][2] == f"Lena: {german}"


@pytest.mark.parametrize(
    ("made", "answers"),
    [
        (entry(1, "Ja"), True),
        (entry(1, "Ja", kind="mail"), True),
        (entry(1, "Ja", kind="chat"), True),
        (entry(1, "Ja", kind="note"), False),
        (entry(1, "Zahnarzt", kind="event"), False),
        (entry(1, "x" * 601), False),
        (entry(1, " \n"), False),
        (entry(1, ""), False),
    ],
)
def test_short_entries_of_a_conversation_are_embedded_in_context(made: Entry, answers: bool) -> None:
    assert answers_another(made) == answers
    assert not answers or len(embedded_texts(made)) == 1


def test_a_blend_is_as_far_from_the_middle_as_what_it_was_made_of() -> None:
    random = np.random.default_rng(1)
    center = random.standard_normal(384).astype(np.float32)
    center *= np.float32(0.87) / np.linalg.norm(center)
    alone, in_context = (center + 0.025 * random.standard_normal((2, 50, 384))).astype(np.float32)
    made = blended(alone, in_context, center)
    assert np.linalg.norm(made, axis=1) == pytest.approx(np.ones(50), abs=1e-5)
    halfway = (alone + in_context) / 2
    halfway /= np.linalg.norm(halfway, axis=1, keepdims=True)
    to_any = random.standard_normal(384).astype(np.float32) * np.float32(0.02) + center
    to_any /= np.linalg.norm(to_any)
    ordinary = float(np.concatenate([alone, in_context]).mean(axis=0) @ to_any) / float(np.linalg.norm(alone, axis=1).mean())
    assert abs(float((made @ to_any).mean()) - ordinary) < abs(float((halfway @ to_any).mean()) - ordinary)


def test_an_answer_gets_a_vector_of_what_it_answers(space: Space) -> None:
    space.remember(
        entry(1, QUESTION, author="Tobi"),
        entry(2, ANSWER),
        entry(3, "Notiz", kind="note"),
        entry(4, "Später", when=later(9)),
        entry(5, "Woanders", thread="other"),
    )
    space.embed()
    together = f"Tobi: {QUESTION}\nLena: {ANSWER}"
    assert vector_of(space, 2) == pytest.approx(expected(space, f"Lena: {ANSWER}", together), abs=0.01)
    for seq, alone in ((1, f"Tobi: {QUESTION}"), (3, "Lena: Notiz"), (4, "Lena: Später"), (5, "Lena: Woanders")):
        assert vector_of(space, seq) == pytest.approx(expected(space, alone, None), abs=0.01)


def test_what_is_remembered_later_changes_no_vector(space: Space) -> None:
    space.remember(entry(1, QUESTION), entry(4, ANSWER))
    space.embed()
    first = vector_of(space, 2)
    space.remember(entry(2, "Dazwischen, aber später erinnert."), entry(5, "Und ich?"))
    space.embed()
    space.rebuild()
    space.embed()
    assert vector_of(space, 2) == pytest.approx(first, abs=1e-6)


def test_forgotten_words_leave_the_vector_of_the_answer(space: Space) -> None:
    space.remember(entry(1, "Guten Morgen"), entry(2, QUESTION), entry(3, ANSWER), entry(4, "Prima"))
    space.embed()
    old = space._db.execute("SELECT vector FROM passages WHERE seq = 3").get
    receipt = space.forget(Selection((2,)))
    assert receipt.proof.found == ()
    assert old not in [row[0] for row in space._db.execute("SELECT vector FROM passages")]
    together = f"Lena: Guten Morgen\nLena: {ANSWER}"
    assert vector_of(space, 3) == pytest.approx(expected(space, f"Lena: {ANSWER}", together), abs=0.01)
    assert space.embedding_progress().done == 3
    assert space.verify().faults == ()
    space.forget(Selection((3, 4)))
    assert space.embedding_progress().done == 1


def test_the_proof_looks_for_vectors_that_hold_forgotten_words(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    space.remember(entry(1, QUESTION), entry(2, ANSWER))
    space.embed()
    monkeypatch.setattr(space._vectors, "remove", space._vectors._take_out)
    receipt = space.forget(Selection((1,)))
    assert [found.kind for found in receipt.proof.found] == ["vector"]


def test_what_is_due_after_a_kill_is_made_up_for(space: Space) -> None:
    space.remember(entry(1, QUESTION), entry(2, ANSWER))
    space.embed()
    space._forgetting.forget(Selection((1,)), datetime.now(UTC))
    assert (space.embedding_progress().done, space._index.waiting()) == (0, 1)
    assert [hit.id for hit in space.recall("Wer bringt Kuchen mit?").hits] == [2]
    space.embed()
    assert (space.embedding_progress().done, space._index.waiting()) == (1, 0)
    assert vector_of(space, 2) == pytest.approx(expected(space, f"Lena: {ANSWER}", None), abs=0.01)


def test_words_forgotten_while_their_vector_is_made_do_not_come_back(settings: Settings, space: Space) -> None:
    class Forgets(WordEmbedder):
        done = False

        def passages(self, texts: Sequence[str]) -> Vectors:
            if not self.done:
                self.done = True
                space.forget(Selection((1,)))
            return super().passages(texts)

    space.remember(entry(1, QUESTION), entry(2, ANSWER))
    with open_space("me", settings=settings, embedder=Forgets()) as other:
        other.embed()
    assert vector_of(space, 2) == pytest.approx(expected(space, f"Lena: {ANSWER}", None), abs=0.01)
    assert space._db.execute("SELECT count(*) FROM passages WHERE context > 0").get == 0


def test_a_wish_to_stop_is_heard_between_slices(settings: Settings, space: Space) -> None:
    stop = threading.Event()
    asked: list[int] = []

    class Stops(WordEmbedder):
        def passages(self, texts: Sequence[str]) -> Vectors:
            asked.append(len(texts))
            stop.set()
            return super().passages(texts)

    space.remember(*(entry(n, f"Nummer {n}", thread=f"{n}") for n in range(100)))
    with open_space("me", settings=settings, embedder=Stops()) as other:
        assert other.embed(stop=stop).done == 0
        assert asked == [16]


def test_equal_texts_are_embedded_once(settings: Settings, space: Space) -> None:
    seen: list[str] = []

    class Notes(WordEmbedder):
        def passages(self, texts: Sequence[str]) -> Vectors:
            seen.extend(texts)
            return super().passages(texts)

    space.remember(*(entry(n, "Alles klar!", thread=f"{n}") for n in range(300)))
    with open_space("me", settings=settings, embedder=Notes()) as other:
        other.embed()
        assert other.embedding_progress().done == 300
    assert seen == ["Lena: Alles klar!"]
    assert vector_of(space, 1) == pytest.approx(vector_of(space, 300))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities of threads")
def test_embedding_gives_way_to_everything_else(settings: Settings, space: Space) -> None:
    priorities: list[int] = []

    class Notes(WordEmbedder):
        def passages(self, texts: Sequence[str]) -> Vectors:
            priorities.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
            return super().passages(texts)

    space.remember(entry(1, QUESTION))
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    with open_space("me", settings=settings, embedder=Notes()) as other:
        other.embed()
    assert priorities == [max(10, before)]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before
