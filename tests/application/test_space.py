from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from vertraut.application import Space, open_space
from vertraut.clock import FixedClock, When
from vertraut.errors import (
    LedgerBroken,
    NoSuchEntry,
    NoSuchSpace,
    SpaceKeyMissing,
    StorageFailed,
    VaultMissing,
    VaultTooNew,
    VaultUnreadable,
)
from vertraut.ledger import Entry
from vertraut.memory import Embedder, EmbeddingProgress
from vertraut.memory.embedding import Vectors
from vertraut.settings import Settings

GERMAN = "Wir treffen uns am Freitag um acht Uhr vor dem alten Bahnhof."


def entry(number: int, text: str, **changes: Any) -> Entry:
    when = When.of_datetime(
        datetime(2025, 3, 1, 12, tzinfo=UTC) + timedelta(minutes=number), "Europe/Berlin", "Europe/Berlin"
    )
    made = Entry("jsonl", f"id-{number}", "message", when, text, author="Lena", thread="kitchen")
    return replace(made, **changes)


# opening


def test_a_space_is_made_when_it_is_first_opened(settings: Settings, embedder: Embedder) -> None:
    with pytest.raises(NoSuchSpace):
        open_space("me", settings=settings, embedder=embedder, create=False)
    assert not settings.home.exists() or not list(settings.home.rglob("*.db"))
    with open_space("me", settings=settings, embedder=embedder) as space:
        space.remember_text("eins")
    with open_space("me", settings=settings, embedder=embedder, create=False) as space:
        assert space.stats().entries == 1


def test_the_settings_and_the_name_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: Embedder
) -> None:
    monkeypatch.setenv("VERTRAUT_SPACE", "team")
    with open_space(embedder=embedder) as space:
        assert (space.name, space.path) == ("team", tmp_path / "home" / "spaces" / "team" / "vault.db")


def test_two_spaces_of_a_home_know_nothing_of_each_other(settings: Settings, embedder: Embedder) -> None:
    with (
        open_space("a", settings=settings, embedder=embedder) as a,
        open_space("b", settings=settings, embedder=embedder) as b,
    ):
        a.remember(entry(1, "Quastenzwirbel"))
        assert b.recall("Quastenzwirbel").hits == ()
        assert a._key != b._key
        assert a.ledger.origin != b.ledger.origin


def test_what_is_missing_is_named_and_never_made_anew(space: Space, settings: Settings, embedder: Embedder) -> None:
    space.remember(entry(1, "eins"))
    space.close()
    folder = space.path.parent
    (folder / "vault.db").rename(folder / "away")
    with pytest.raises(VaultMissing):
        open_space("me", settings=settings, embedder=embedder)
    (folder / "away").rename(folder / "vault.db")
    (folder / "key.json").rename(folder / "away")
    for create in (True, False):
        with pytest.raises(SpaceKeyMissing):
            open_space("me", settings=settings, embedder=embedder, create=create)
    (folder / "away").rename(folder / "key.json")
    with open_space("me", settings=settings, embedder=embedder) as again:
        assert again.stats().entries == 1


def test_a_vault_of_a_later_version_is_left_alone(space: Space, settings: Settings, embedder: Embedder) -> None:
    space._db.pragma("user_version", 99)
    space.close()
    before = space.path.read_bytes()
    with pytest.raises(VaultTooNew):
        open_space("me", settings=settings, embedder=embedder)
    assert space.path.read_bytes() == before


def test_all_files_of_a_home_are_for_their_owner_only(space: Space) -> None:
    space.remember(entry(1, "eins"))
    space.embed()
    for path in space.settings.home.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


# remembering


def test_what_is_known_keeps_its_number(space: Space) -> None:
    assert space.remember(entry(1, "eins"), entry(2, "zwei")) == (1, 2)
    assert space.remember(entry(2, "zwei"), entry(3, "drei"), entry(3, "drei")) == (2, 3, 3)
    assert space.remember() == ()


def test_what_changed_is_remembered_beside_it_and_has_a_number_of_its_own(space: Space) -> None:
    assert space.remember(entry(1, "um acht"), entry(2, "zwei")) == (1, 2)
    assert space.remember(entry(1, "um neun"), entry(2, "zwei")) == (3, 2)
    assert space.remember(entry(1, "um neun"), entry(1, "um acht")) == (3, 1)
    assert [found.text for _, found in space.entries()] == ["um acht", "zwei", "um neun"]


def test_a_note_is_remembered_with_the_time_of_writing(space: Space, clock: FixedClock) -> None:
    number = space.remember_text("Quastenzwirbel anrufen", author="Lena")
    shown = space.show(number)
    assert (shown.entry.text, shown.entry.author, shown.entry.kind) == ("Quastenzwirbel anrufen", "Lena", "note")
    assert shown.entry.when == When(clock.now(), "Europe/Berlin")
    assert shown.remembered == clock.now()
    assert space.remember_text("Quastenzwirbel anrufen") != number  # said again is said twice
    assert space.recall("Quastenzwirbel").hits[0].entry.text == "Quastenzwirbel anrufen"


# showing and counting


def test_an_entry_is_shown_with_its_neighbours(space: Space) -> None:
    numbers = space.remember(*(entry(n, f"Satz {n}") for n in range(9)), entry(99, "elsewhere", thread="bath"))
    shown = space.show(numbers[4], reach=2)
    assert (shown.id, shown.entry.text) == (numbers[4], "Satz 4")
    assert list(shown.around) == list(numbers[2:7])
    assert shown.around[numbers[2]].text == "Satz 2"
    assert list(space.show(numbers[0], reach=0).around) == [numbers[0]]


@pytest.mark.parametrize("number", [0, -1, 2, 10**18])
def test_what_is_no_entry_cannot_be_shown(space: Space, number: int) -> None:
    space.remember(entry(1, "eins"))
    with pytest.raises(NoSuchEntry, match="does not exist"):
        space.show(number)


def test_the_numbers_of_a_space_add_up(space: Space) -> None:
    space.remember(
        entry(1, GERMAN),
        entry(2, "ok", kind="mail", source="mail", thread="m"),
        entry(3, "gut", kind="mail", source="mail", thread="m", when=When.of_text("2024", "UTC")),
    )
    space.embed()
    space.remember(entry(4, "neu"))
    stats = space.stats()
    assert (stats.entries, stats.records, stats.threads, stats.passages, stats.embedded) == (4, 4, 2, 3, 3)
    assert stats.by_kind == {"message": 2, "mail": 2}
    assert stats.by_source == {"jsonl": 2, "mail": 2}
    assert stats.by_year == {"2024": 1, "2025": 3}
    assert sum(stats.by_language.values()) == 4
    assert (stats.first, stats.last) == (datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 3, 1, 12, 4, tzinfo=UTC))
    assert stats.vault_bytes >= space.path.stat().st_size
    assert stats.content_bytes > 4 * 50
    assert (stats.space_id, stats.head) == (space.ledger.origin.space_id, space.ledger.head())


def test_an_empty_space_has_numbers_too(space: Space) -> None:
    stats = space.stats()
    assert (stats.entries, stats.first, stats.last, stats.by_year, stats.content_bytes) == (0, None, None, {}, 0)
    verified = space.verify()
    assert (verified.records, verified.entries, verified.faults) == (0, 0, ())


# verifying


def test_verifying_sees_a_changed_record(space: Space) -> None:
    space.remember(entry(1, "eins"), entry(2, "zwei"))
    seen: list[int] = []
    assert space.verify(progress=seen.append).records == 2
    space._db.execute("UPDATE records SET content = CAST(replace(plain(content), 'zwei', 'drei') AS BLOB) WHERE seq = 2")
    with pytest.raises(LedgerBroken) as caught:
        space.verify()
    assert caught.value.seq == 2


def test_a_damaged_page_is_named_whatever_was_asked(space: Space, settings: Settings, embedder: Embedder) -> None:
    space.remember(*(entry(n, f"{GERMAN} {n} " * 20) for n in range(200)))
    space.close()
    pages = space.path.stat().st_size // 4096
    with space.path.open("r+b") as file:
        for page in range(32, pages):
            file.seek(4096 * page + 100)
            file.write(b"damaged")
    with open_space("me", settings=settings, embedder=embedder) as damaged:
        asking = (
            lambda: damaged.recall("Bahnhof"),
            lambda: damaged.ask("Bahnhof"),
            lambda: list(damaged.entries()),
            lambda: damaged.show(150),
            damaged.stats,
            damaged.verify,
            damaged.rebuild,
            lambda: damaged.export(settings.home / "export"),
            lambda: damaged.backup(settings.home / "copy.db"),
            damaged.embed,
        )
        for ask in asking:
            with pytest.raises(VaultUnreadable):
                ask()


# rebuilding and copying


def test_rebuilding_tells_how_far_it_is(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vertraut.application.space.REBUILD_PORTION", 10)
    space.remember(*(entry(n, f"Satz {n}") for n in range(25)))
    seen: list[int] = []
    assert space.rebuild(progress=seen.append) == 25
    assert seen == [10, 20]
    assert space.verify().faults == ()


def test_rebuilding_without_the_vectors_keeps_them(space: Space) -> None:
    space.remember(entry(1, "eins"), entry(2, "zwei"))
    space.embed()
    space.rebuild(vectors=False)
    assert space.embedding_progress() == EmbeddingProgress(2, 2)
    space.rebuild()
    assert space.embedding_progress() == EmbeddingProgress(0, 2)


def test_a_backup_is_the_same_space(space: Space, settings: Settings, embedder: Embedder, tmp_path: Path) -> None:
    space.remember(entry(1, "Quastenzwirbel"), entry(2, "zwei"))
    space.embed()
    space.backup(tmp_path / "copy.db")
    with pytest.raises(StorageFailed):
        space.backup(tmp_path / "copy.db")
    head = space.ledger.head()
    space.remember(entry(3, "danach"))
    space.close()
    (tmp_path / "copy.db").replace(space.path)
    with open_space("me", settings=settings, embedder=embedder) as again:
        assert again.verify().head == head
        assert 1 in {hit.id for hit in again.recall("Quastenzwirbel").hits}


# embedding


class Slow:
    """An engine that waits until it is told to go on."""

    name = "slow/1"

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self.center = embedder.center
        self.asked, self.go = threading.Event(), threading.Event()

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.asked.set()
        assert self.go.wait(20)
        return self.embedder.passages(texts)

    def question(self, text: str) -> Vectors:
        return self.embedder.question(text)


@pytest.fixture
def slow(embedder: Embedder) -> Slow:
    return Slow(embedder)


def rows(space: Space) -> list[int]:
    return [row[0] for row in space._db.execute("SELECT seq FROM passages ORDER BY id")]


def test_embedding_goes_on_where_it_stopped(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vertraut.memory.embedding_work.BATCH", 4)
    space.remember(*(entry(n, f"Satz {n}") for n in range(10)))
    stop = threading.Event()
    seen: list[EmbeddingProgress] = []

    def watch(at: EmbeddingProgress) -> None:
        seen.append(at)
        stop.set()

    assert space.embed(stop=stop, progress=watch) == EmbeddingProgress(4, 10)
    assert space.embed(stop=stop) == EmbeddingProgress(4, 10)
    assert space.embed(progress=seen.append) == EmbeddingProgress(10, 10)
    assert [at.done for at in seen] == [4, 8, 10]
    assert rows(space) == list(range(1, 11))
    assert space.embed() == EmbeddingProgress(10, 10)


def test_an_entry_without_anything_to_embed_holds_nothing_up(space: Space) -> None:
    space.remember(entry(1, ""), entry(2, "  ", title=""))
    assert space.embed() == EmbeddingProgress(2, 2)
    space.remember(entry(3, "", title="Zahnarzt"), entry(4, "", meta={"image_caption": "a dog"}), entry(5, "", place="Bad"))
    assert space.embed() == EmbeddingProgress(5, 5)
    assert rows(space) == [3, 4, 5]


def test_embedding_happens_in_the_background_while_others_write(settings: Settings, slow: Slow) -> None:
    with open_space("me", settings=settings, embedder=slow) as space:
        with space.embedding_in_background():
            space.remember(entry(1, "eins"))
            assert slow.asked.wait(20)
            space.remember(entry(2, "zwei"))  # is not held up by the engine
            slow.go.set()
        assert space.embed() == EmbeddingProgress(2, 2)
        assert rows(space) == [1, 2]


def test_a_failure_in_the_background_is_left_to_who_embeds(
    space: Space, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(self: Space, **_: object) -> None:
        failed.set()
        raise StorageFailed(self.path, "no such device")

    failed = threading.Event()
    with monkeypatch.context() as broken:
        broken.setattr(Space, "embed", fail)
        with space.embedding_in_background():
            space.remember(entry(1, "Quastenzwirbel"))
            assert failed.wait(20)
    assert space.embed() == EmbeddingProgress(1, 1)
    assert capfd.readouterr() == ("", "")


def while_embedding(settings: Settings, slow: Slow, *meanwhile: str) -> Space:
    """Remember three entries, and do something to them while their vectors are being computed."""
    from vertraut.memory import Selection  # noqa: PLC0415  of use here only

    space = open_space("me", settings=settings, embedder=slow)
    space.remember(*(entry(n, f"Satz {n}") for n in (1, 2, 3)))
    worker = threading.Thread(target=lambda: open_and_embed(settings, slow))
    worker.start()
    assert slow.asked.wait(20)
    assert space.embed() == EmbeddingProgress(0, 3)  # another one is at it
    if "forget" in meanwhile:
        space.forget(Selection(ids=(2,)))
    if "rebuild" in meanwhile:
        space.rebuild()
    slow.go.set()
    worker.join()
    return space


def open_and_embed(settings: Settings, slow: Slow) -> None:
    with open_space("me", settings=settings, embedder=slow) as apart:
        apart.embed()


def test_what_is_forgotten_while_it_is_embedded_gets_no_vector(settings: Settings, slow: Slow) -> None:
    with while_embedding(settings, slow, "forget") as space:
        assert rows(space) == [1, 3]
        assert space.verify().faults == ()


def test_a_rebuild_while_embedding_leaves_nothing_out_and_nothing_twice(settings: Settings, slow: Slow) -> None:
    with while_embedding(settings, slow, "forget", "rebuild") as space:
        space.embed()
        assert rows(space) == [1, 3]


def test_a_rebuild_amid_the_batches_leaves_nothing_out(
    settings: Settings, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vertraut.memory.embedding_work.BATCH", 1)
    with open_space("me", settings=settings, embedder=slow.embedder) as space:
        space.remember(*(entry(n, f"Satz {n}") for n in (1, 2, 3)))
        other = open_space("me", settings=settings, embedder=slow.embedder)
        done: list[int] = []

        def rebuild_once(at: EmbeddingProgress) -> None:
            done.append(at.done)
            if len(done) == 1:
                engine = slow.embedder
                real = engine.passages

                def passages(texts: Sequence[str]) -> Vectors:
                    monkeypatch.setattr(engine, "passages", real)
                    other.rebuild()  # while the second batch is being computed
                    return real(texts)

                monkeypatch.setattr(engine, "passages", passages)

        space.embed(progress=rebuild_once)
        other.close()
        assert rows(space) == [1, 2, 3]
        assert space.embedding_progress() == EmbeddingProgress(3, 3)
        assert len(space._vectors) == 3


def test_a_rebuilt_vault_is_seen_by_who_had_it_open(space: Space, settings: Settings, embedder: Embedder) -> None:
    """Codes that are kept in memory are of the vault as it is, also when the same number of blocks came back."""
    from vertraut.memory import Selection  # noqa: PLC0415  of use here only

    space.remember(*(entry(n, f"Satz {n} Quastenzwirbel{n}", thread=f"{n}") for n in range(6)))
    space.embed()
    with open_space("me", settings=settings, embedder=embedder) as other:
        assert len(other._vectors) == 6
        space.forget(Selection(ids=(2,)))
        space.rebuild()
        assert len(other._vectors) == 0
        space.embed()
        assert len(other._vectors) == 5
        stored = space._db.execute("SELECT id FROM passages ORDER BY id")
        assert other._vectors._held.ids.tolist() == [row[0] for row in stored]
        for n in (0, 2, 3, 4, 5):
            question = embedder.question(f"Lena: Satz {n} Quastenzwirbel{n}")
            assert other._vectors.nearest(question, 1) == space._vectors.nearest(question, 1) == [n + 1]
