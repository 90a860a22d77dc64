"""What was brought is taken in in the background, one after the other, as a command would, and goes on after a stop."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from vertraut.application import Space, open_space
from vertraut.application.bringing import MOST_ATTEMPTS, Bringing
from vertraut.application.deliveries import Delivery, Described, Piece
from vertraut.application.demo import household_numbers, remember_household
from vertraut.application.importing import ImportProgress
from vertraut.application.pool import SpacePool
from vertraut.application.receiving import Reception
from vertraut.application.service import Service
from vertraut.application.welcoming import FirstSteps
from vertraut.clock import FixedClock
from vertraut.errors import DiskFull, NotAllowed
from vertraut.governance import OWNER, Actor
from vertraut.memory import Selection
from vertraut.settings import Settings

LINES = "".join(f'{{"text": "Zeile {n} über den Garten", "at": "2025-03-{n:02}"}}\n' for n in range(1, 11)).encode()
READER = Actor("reader", frozenset({"recall"}))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Commit every entry by itself, so that there is something between them."""
    return Settings(home=tmp_path / "home", zone="Europe/Berlin", master_key="file", busy_seconds=20, batch=1)


@pytest.fixture
def service(space: Space) -> Iterator[Service]:
    with Service(space.opened_again) as made:
        yield made


def bring(service: Service, files: dict[str, bytes], modified: int = 0) -> str:
    places = service.bringing.announce(OWNER, [Described(name, len(data), modified, "x") for name, data in files.items()])
    wanted = [(place, data) for place, data in zip(places, files.values(), strict=True) if place]
    service.bringing.receive(OWNER, [Piece(place.delivery, place.number, 0, data) for place, data in wanted])
    return wanted[0][0].delivery


def ended(service: Service, *standings: str) -> list[Delivery]:
    """Wait until nothing waits or runs."""
    for _ in range(4000):
        found = service.bringing.deliveries(OWNER)
        if all(each.state.standing in (standings or ("done", "stopped")) for each in found):
            return found
        threading.Event().wait(0.005)
    raise AssertionError([each.state.standing for each in service.bringing.deliveries(OWNER)])


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder.parent)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def during_import(monkeypatch: pytest.MonkeyPatch, happen: Callable[[], Any]) -> None:
    """Let something happen after the first entry of the next import."""
    original = Space.import_received

    def imported(self: Space, paths: Sequence[Path], *, progress: Callable[[ImportProgress], None]) -> Any:
        def update(now: ImportProgress) -> None:
            if now.read == 3:
                happen()
            progress(now)

        monkeypatch.setattr(Space, "import_received", original)
        return original(self, paths, progress=update)

    monkeypatch.setattr(Space, "import_received", imported)


def test_it_becomes_what_an_import_of_the_same_would(
    service: Service, space: Space, tmp_path: Path, clock: FixedClock, embedder: Any
) -> None:
    vault = tmp_path / "Vault"
    (vault / "Haus").mkdir(parents=True)
    (vault / ".obsidian").mkdir()
    (vault / ".obsidian" / "app.json").write_text("{}")
    (vault / "Haus" / "Keller.md").write_text("# Keller\n\nDas Licht ist kaputt.\n")
    (vault / "bild.png").write_bytes(b"\x89PNG" + bytes(100_000))
    (vault / "seltsam.xyz").write_bytes(bytes(100))
    for path in vault.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    bring(service, tree(vault), 1_700_000_000_000)
    (delivery,) = ended(service)
    with open_space("other", settings=space.settings, clock=clock, embedder=embedder) as other:
        report = other.import_paths([vault])
        assert [entry for _, entry in space.entries()] == [entry for _, entry in other.entries()]
    summary = delivery.state.summary
    assert summary
    assert [(row.name, row.source, row.new) for row in summary.rows] == [
        (file.name, file.source, file.new) for file in report.files
    ]
    assert [(file.name, file.problems[0].code) for file in summary.troubled] == [("Vault/seltsam.xyz", "unknown-format")]
    assert not list((space.path.parent / "received" / delivery.id).glob("files"))


def test_deliveries_wait_for_each_other_and_again_changes_nothing(service: Service) -> None:
    for _ in range(2):
        bring(service, {"garten.jsonl": LINES})
    rows = [each.state.summary.total for each in ended(service) if each.state.summary]
    assert [(row.new, row.known) for row in rows] == [(10, 0), (0, 10)]


def test_a_stop_keeps_what_was_taken_in_and_goes_on(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    during_import(monkeypatch, lambda: service.bringing.stop(OWNER, name[0]))
    name = [each.delivery for each in service.bringing.announce(OWNER, [Described("g.jsonl", len(LINES), 0, "x")]) if each]
    service.bringing.receive(OWNER, [Piece(name[0], 0, 0, LINES)])
    (stopped,) = ended(service)
    assert (stopped.state.standing, stopped.state.taken) == ("stopped", 3)
    assert service.bringing.failures(OWNER) == {}
    service.bringing.take_what_is_here(OWNER, stopped.id)
    (done,) = ended(service)
    assert done.state.summary
    assert (done.state.summary.total.new, done.state.summary.total.known) == (7, 3)


def test_the_end_of_the_server_is_only_an_interruption(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    reached, closing = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        closing.wait(20)

    during_import(monkeypatch, wait)
    with Service(space.opened_again) as first:
        bring(first, {"garten.jsonl": LINES})
        assert reached.wait(20)
        threading.Timer(0.05, closing.set).start()
    with Service(space.opened_again) as second:
        assert [each.state.standing for each in second.bringing.deliveries(OWNER)] == ["waiting"]
        second.bringing.start()
        (done,) = ended(second)
        assert done.state.summary
        assert done.state.summary.total.new + done.state.taken == 10


def test_what_ends_the_process_again_and_again_is_left_alone(service: Service, space: Space, clock: FixedClock) -> None:
    reception = Reception(space.path.with_name("received"), clock)
    name = bring(service, {"garten.jsonl": LINES})
    ended(service)
    state = reception.state(name)
    reception.note(name, replace(state, standing="running", attempts=MOST_ATTEMPTS, summary=None))
    service.bringing.start()
    assert ended(service)[0].state.standing == "stopped"


def test_a_failure_is_told_and_can_be_tried_again(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise DiskFull(Path("/vault.db"))

    during_import(monkeypatch, full)
    name = bring(service, {"garten.jsonl": LINES})
    assert ended(service)[0].state.standing == "stopped"
    assert isinstance(service.bringing.failures(OWNER)[name], DiskFull)
    service.bringing.take_what_is_here(OWNER, name)
    assert ended(service)[0].state.standing == "done"
    assert service.bringing.failures(OWNER) == {}


def test_another_process_is_left_to_its_import(space: Space, clock: FixedClock) -> None:
    pool = SpacePool(space.opened_again, 1)
    reception = Reception(space.path.with_name("received"), clock)
    bringing = Bringing(space.opened_again, pool, reception)
    reception.expect_household()
    with FileLock(reception.folder / ".lock"):
        assert not bringing._take_in_all()
    assert reception.deliveries()[0].state.standing == "waiting"
    pool.close()


def test_what_did_not_arrive_is_in_the_report(service: Service) -> None:
    places = service.bringing.announce(OWNER, [Described(name, len(LINES), 0, "x") for name in ("a.jsonl", "b.jsonl")])
    first, second = (place for place in places if place)
    service.bringing.receive(OWNER, [Piece(first.delivery, first.number, 0, LINES)])
    service.bringing.leave_out(OWNER, second.delivery, second.number)
    (done,) = ended(service)
    assert done.state.summary
    assert [(each.name, each.problems[0].code) for each in done.state.summary.troubled] == [("b.jsonl", "truncated")]


def test_an_export_joins_what_is_here(
    service: Service, space: Space, tmp_path: Path, clock: FixedClock, embedder: Any
) -> None:
    with open_space("other", settings=space.settings, clock=clock, embedder=embedder) as other:
        other.remember_text("Der Schlüssel hängt im Flur.")
        other.export(tmp_path / "out")
    bring(service, tree(tmp_path / "out"))
    (done,) = ended(service)
    assert done.state.summary
    assert [(row.source, row.new) for row in done.state.summary.rows] == [("vertraut", 1)]
    assert [entry.text for _, entry in space.entries()] == ["Der Schlüssel hängt im Flur."]


def test_forgetting_takes_the_reports_along(service: Service, space: Space) -> None:
    bring(service, {"Geheime Reise nach Bohinj.jsonl": LINES})
    ended(service)
    receipt = space.forget(Selection(ids=(1,)))
    assert receipt.proof.clean
    assert service.bringing.deliveries(OWNER) == []


def test_removing_a_delivery_leaves_nothing_of_it(service: Service, space: Space) -> None:
    name = bring(service, {"garten.jsonl": LINES})
    ended(service)
    service.bringing.remove(OWNER, name)
    assert [each.name for each in space.path.with_name("received").iterdir() if each.is_dir()] == []


def test_the_sample_household_comes_and_goes(service: Service, space: Space) -> None:
    own = space.remember_text("Der Schlüssel hängt im Flur.")
    service.welcoming.bring_household(OWNER)
    service.welcoming.bring_household(OWNER)
    ended(service)
    assert service.welcoming.household_entries(OWNER) == 708
    assert service.welcoming.steps(OWNER) == FirstSteps(brought=True, household=True)
    assert service.welcoming.forget_household(OWNER) == 708
    assert [number for number, _ in space.entries()] == [own]
    assert not service.welcoming.steps(OWNER).household
    assert service.welcoming.forget_household(OWNER) == 0
    service.welcoming.bring_household(OWNER)
    ended(service)
    assert len(household_numbers(space)) == 708


def test_the_first_steps_are_done_one_by_one(service: Service) -> None:
    welcoming = service.welcoming
    assert welcoming.steps(OWNER) == FirstSteps()
    list(service.chat(OWNER, "Wann kommt die Küche?"))
    assert welcoming.steps(OWNER) == FirstSteps()
    service.remember(OWNER, "Die Küche kommt am Dienstag.")
    assert welcoming.steps(OWNER) == FirstSteps(brought=True)
    list(service.chat(OWNER, "Wann kommt die Küche?"))
    welcoming.accept_quotes(OWNER)
    welcoming.leave(OWNER, left=True)
    assert welcoming.steps(OWNER) == FirstSteps(brought=True, quotes=True, asked=True, left=True)
    welcoming.leave(OWNER, left=False)
    assert not welcoming.steps(OWNER).left


def test_first_questions_are_about_what_is_new_and_can_be_answered(service: Service, space: Space) -> None:
    assert service.welcoming.answerable(OWNER, ["Wie heißt der Präsident von Uruguay?"], 2) == []
    remember_household(space)
    new = service.welcoming.newcomers(OWNER)
    assert {each.kind for each in new[:5]} == {"event", "mail", "note", "chat", "message"}
    assert len({each.name for each in new}) == len(new)
    questions = [f"Was ist mit {each.name}?" for each in new]
    assert len(service.welcoming.answerable(OWNER, questions, 2)) == 2


def test_a_damaged_note_of_the_steps_is_none(service: Service, space: Space) -> None:
    space.path.with_name("welcome.json").write_text("[]")
    assert service.welcoming.steps(OWNER) == FirstSteps()
    service.welcoming.accept_quotes(OWNER)
    assert service.welcoming.steps(OWNER).quotes


def test_who_may_not_remember_brings_nothing(service: Service) -> None:
    bringing, welcoming = service.bringing, service.welcoming
    for call in (
        lambda: bringing.announce(READER, []),
        lambda: bringing.receive(READER, []),
        lambda: bringing.leave_out(READER, "0", 0),
        lambda: bringing.take_what_is_here(READER, "0"),
        lambda: bringing.stop(READER, "0"),
        lambda: bringing.remove(READER, "0"),
        lambda: bringing.deliveries(READER),
        lambda: welcoming.bring_household(READER),
        lambda: welcoming.forget_household(READER),
        lambda: welcoming.leave(READER, left=True),
        lambda: welcoming.accept_quotes(READER),
    ):
        with pytest.raises(NotAllowed):
            call()
