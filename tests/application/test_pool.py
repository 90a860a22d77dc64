"""Openings that are shared, and the second process that answers questions where many ask at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vertraut.application import Space, pool
from vertraut.application.pool import SpacePool
from vertraut.application.reader import Reader, Unanswered
from vertraut.application.service import Service
from vertraut.errors import BadQuery
from vertraut.governance import OWNER
from vertraut.memory import Context, Recalled

QUESTION = "Wann kommt die Küche?"


@pytest.fixture
def told(space: Space) -> Space:
    space.remember_text("Die neue Küche kommt am Dienstag.", author="Lena")
    space.remember_text("Der Schreiner bringt sie selbst.")
    space.embed()
    return space


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def process_of(reader: Reader) -> int:
    (process,) = reader._process._processes.values()
    assert process.pid
    return process.pid


def test_who_is_patient_lets_those_go_first_that_come_soon_after(space: Space) -> None:
    shared, order, waiting = SpacePool(space.opened_again, 1), [], []

    def use(name: str, *, patient: bool) -> None:
        with shared.lent(patient=patient):
            order.append(name)

    with shared.lent():
        for name, patient in (("context", True), ("search", False), ("note", False)):
            waiting.append(threading.Thread(target=use, args=(name,), kwargs={"patient": patient}))
            waiting[-1].start()
            until(lambda: len(shared._waiting) == len(waiting))
    for thread in waiting:
        thread.join()
    assert order == ["search", "note", "context"]
    shared.close()


def test_patience_ends(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "GRACE", 0.0)
    shared, order = SpacePool(space.opened_again, 1), []

    def use(name: str, *, patient: bool) -> None:
        with shared.lent(patient=patient):
            order.append(name)

    with ThreadPoolExecutor(2) as threads, shared.lent():
        threads.submit(use, "context", patient=True)
        until(lambda: len(shared._waiting) == 1)
        threads.submit(use, "search", patient=False)
        until(lambda: len(shared._waiting) == 2)
    assert order == ["context", "search"]
    shared.close()


@pytest.fixture
def reader(told: Space) -> Iterator[Reader]:
    with Reader(told.elsewhere(told.embedder)) as made:
        yield made


def test_the_second_process_answers_the_same(told: Space, reader: Reader) -> None:
    here, there = told.recall(QUESTION), reader.answer(Space.recall, QUESTION)
    assert isinstance(there, Recalled)
    assert there == here
    assert [hit.parts for hit in there.hits] == [hit.parts for hit in here.hits]
    assert (there.confidence, there.hits[0].reasons) == (here.confidence, here.hits[0].reasons)
    context = reader.answer(Space.context, QUESTION, tokens=300)
    assert isinstance(context, Context)
    assert context.text == told.context(QUESTION, tokens=300).text
    told.remember_text("Die Küche wird doch erst am Freitag geliefert.")
    assert len(reader.answer(Space.recall, QUESTION).hits) == 3


def test_it_only_reads_and_leaves_refusing_to_who_asks(told: Space, reader: Reader) -> None:
    with pytest.raises(Unanswered):
        reader.answer(Space.recall, " ")
    with pytest.raises(Unanswered):
        reader.answer(Space.stats)
    assert not reader.gone


def test_a_reader_that_was_killed_is_known_to_be_gone(reader: Reader) -> None:
    os.kill(process_of(reader), signal.SIGKILL)
    with pytest.raises(Unanswered):
        reader.answer(Space.recall, QUESTION)
    assert reader.gone


def test_it_ends_with_the_process_that_started_it(told: Space) -> None:
    script = """if True:
        import sys, time
        from tests.conftest import WordEmbedder
        from vertraut.application import open_space
        from vertraut.application.reader import Reader
        with open_space("me", embedder=WordEmbedder()) as space, Reader(space.elsewhere(space.embedder)) as reader:
            print(*reader._process._processes, flush=True)
            time.sleep(60)
    """
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
    until(lambda: not Path(f"/proc/{child}").exists())


def test_a_space_that_cannot_be_opened_there_is_no_reader(told: Space) -> None:
    elsewhere = told.elsewhere(told.embedder)
    told.path.rename(told.path.with_name("away"))
    with pytest.raises(Unanswered):
        Reader(elsewhere)


def test_where_many_ask_at_once_a_second_process_answers_too(told: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    with Service(told.opened_again, openings=1, elsewhere=told.elsewhere(told.embedder)) as service:
        shared = service._pool
        assert len(service.recall(OWNER, QUESTION).hits) == 2
        assert shared._helping is None
        with ThreadPoolExecutor(pool.CROWD) as threads:
            with shared.lent():
                crowd = [threads.submit(service.recall, OWNER, QUESTION) for _ in range(pool.CROWD)]
                assert [len(each.result(60).hits) for each in crowd] == [2] * pool.CROWD  # while the opening is lent
            with pytest.raises(BadQuery):
                service.recall(OWNER, " ")
        assert shared._reader
        os.kill(process_of(shared._reader), signal.SIGKILL)
        assert len(service.recall(OWNER, QUESTION).hits) == 2


def test_a_second_process_that_nobody_needs_ends(told: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "IDLE", 0.2)
    shared = SpacePool(told.opened_again, 1, elsewhere=told.elsewhere(told.embedder))
    recall = shared.asking(Space.recall)
    with ThreadPoolExecutor(pool.CROWD) as threads:
        with shared.lent():
            crowd = [threads.submit(recall, QUESTION) for _ in range(pool.CROWD)]
            assert [len(each.result(60).hits) for each in crowd] == [2] * pool.CROWD
        until(lambda: shared._helping is None)
        assert shared._reader is None
        assert len(threads.submit(recall, QUESTION).result(60).hits) == 2
    shared.close()
