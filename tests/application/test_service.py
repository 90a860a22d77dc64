"""A space that many use at once, each within their scopes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from vertraut.application import Space
from vertraut.application.pool import SpacePool
from vertraut.application.service import Service
from vertraut.application.verbs import VERBS
from vertraut.assistant import Finished
from vertraut.errors import NotAllowed
from vertraut.governance import OWNER, SCOPES, Actor
from vertraut.memory import Selection

NOBODY = Actor("nobody", frozenset())
CALLS: dict[str, Callable[[Service, Actor], object]] = {
    "recall": lambda service, actor: service.recall(actor, "Küche"),
    "ask": lambda service, actor: service.ask(actor, "Wann kommt die Küche?"),
    "context": lambda service, actor: service.context(actor, "Küche"),
    "chat": lambda service, actor: list(service.chat(actor, "Wann kommt die Küche?")),
    "show": lambda service, actor: service.show(actor, 1),
    "stats": lambda service, actor: service.stats(actor),
    "remember": lambda service, actor: service.remember(actor, "Der Schlüssel hängt im Flur."),
    "import": lambda service, actor: service.import_text(actor, "note.md", b"# Keller\n\nDas Licht ist kaputt.\n"),
    "forget": lambda service, actor: service.forget(actor, Selection(ids=(1,))),
}


@pytest.fixture
def service(space: Space) -> Iterator[Service]:
    space.remember_text("Die neue Küche kommt am Dienstag.")
    with Service(space.opened_again) as made:
        yield made


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_needs_its_scope(service: Service, verb: object) -> None:
    name, scope = verb.name, verb.scope  # type: ignore[attr-defined]  # a row of the table
    others = frozenset(each for each in SCOPES if each not in {scope, "admin"})
    for actor in (NOBODY, Actor("other", others)):
        with pytest.raises(NotAllowed):
            CALLS[name](service, actor)
    CALLS[name](service, Actor("one", frozenset({scope})))


def test_every_verb_is_tried_here() -> None:
    assert CALLS.keys() == {verb.name for verb in VERBS}


def test_who_may_not_remember_talks_off_the_record(service: Service) -> None:
    before = service.stats(OWNER).entries
    *_, last = service.chat(Actor("asker", frozenset({"ask"})), "Wann kommt die Küche?")
    assert isinstance(last, Finished)
    assert last.turn.numbers == ()
    assert service.stats(OWNER).entries == before


def test_the_same_key_is_remembered_once(service: Service) -> None:
    first = service.remember(OWNER, "Einmal.", key="k1")
    assert service.remember(OWNER, "Einmal.", key="k1") == first
    assert service.remember(Actor("phone", frozenset({"remember"})), "Einmal.", key="k1") != first


def test_a_file_in_memory_is_imported(service: Service) -> None:
    report = service.import_text(OWNER, "keller.md", b"# Keller\n\nDas Licht ist kaputt.\n")
    assert report.read == 1
    assert service.recall(OWNER, "Licht im Keller").hits[0].entry.title == "Keller"
    assert service.import_text(OWNER, "x.bin", b"\0\1\2").files[0].problems[0].code == "unknown-format"


def test_many_threads_at_once(service: Service) -> None:
    with ThreadPoolExecutor(12) as threads:
        written = list(threads.map(lambda n: service.remember(OWNER, f"Zettel Nummer {n}"), range(40)))
        found = list(threads.map(lambda n: service.recall(OWNER, f"Zettel Nummer {n}", count=3).hits[0].id, range(40)))
    assert len(set(written)) == 40
    assert all(found)


def test_an_opening_is_lent_to_one_at_a_time(space: Space) -> None:
    pool, inside, seen = SpacePool(space.opened_again, 2), threading.Semaphore(2), []

    def use() -> None:
        with pool.lent() as lent:
            assert inside.acquire(blocking=False)
            seen.append(id(lent))
            lent.stats()
            inside.release()

    threads = [threading.Thread(target=use) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 12
    assert len(set(seen)) <= 2
    pool.close()


def test_ready_says_whether_the_index_is_of_this_version(service: Service, space: Space) -> None:
    assert service.ready()
    space._db.execute("UPDATE index_state SET version = 'older' WHERE name = 'words'")
    assert not service.ready()
