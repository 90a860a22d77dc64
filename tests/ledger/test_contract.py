"""What every ledger must do, whatever it stands on. Another store adds itself to ``LEDGERS``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vertraut.errors import LedgerBroken, SpaceExists
from vertraut.ledger import Draft, Head, Ledger, Record
from vertraut.ledger.chain import first_link
from vertraut.ledger.migration import Migration, migrate
from vertraut.ledger.sqlite import SCHEMA, SqliteLedger
from vertraut.ledger.vault import open_vault

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
Make = Callable[[], Ledger]


def make_sqlite(folder: Path) -> Make:
    key = os.urandom(32)
    created: list[bool] = []

    def make() -> Ledger:
        connection = open_vault(folder / "vault.db", key, busy_seconds=5, create=not created)
        created.append(True)
        migrate(connection, [Migration("ledger", SCHEMA)])
        return SqliteLedger(connection)

    return make


LEDGERS = {"sqlite": make_sqlite}


@pytest.fixture(params=LEDGERS)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Return what opens the same ledger again and again."""
    return LEDGERS[request.param](tmp_path)


@pytest.fixture
def ledger(make: Make) -> Ledger:
    return make()


def drafts(*names: str) -> list[Draft]:
    return [Draft("entry", f"content of {name}".encode(), f"id {name}".encode()) for name in names]


def ignore(_records: Sequence[Record]) -> None:
    pass


def test_begins_with_the_link_of_its_space(ledger: Ledger) -> None:
    assert ledger.head() == Head(0, first_link(ledger.origin.space_id))
    assert list(ledger.read()) == []


def test_appends_in_order_and_reads_back_from_another_opening(make: Make) -> None:
    receipts = make().append(drafts("a", "b", "c"), MOMENT)
    assert [(r.seq, r.standing) for r in receipts] == [(1, "new"), (2, "new"), (3, "new")]
    records = list(make().read())
    assert [r.content for r in records] == [b"content of a", b"content of b", b"content of c"]
    assert records[0].recorded == 1767323045678901
    assert make().head() == Head(3, records[-1].link)


def test_the_same_identity_is_the_same_record(ledger: Ledger) -> None:
    ledger.append(drafts("a", "b"), MOMENT)
    receipts = ledger.append(drafts("b", "c", "c"), MOMENT)
    assert [(r.seq, r.standing) for r in receipts] == [(2, "known"), (3, "new"), (3, "known")]
    assert ledger.find(b"id c") == 3
    assert ledger.find(b"id d") is None


def test_a_record_without_identity_is_always_new(ledger: Ledger) -> None:
    same = Draft("entry", b"again")
    assert [r.standing for r in ledger.append([same, same], MOMENT)] == ["new", "new"]


def test_nothing_is_appended_when_what_follows_fails(ledger: Ledger) -> None:
    def fail(_: Sequence[Record]) -> None:
        raise RuntimeError("the index could not")

    before = ledger.head()
    with pytest.raises(RuntimeError):
        ledger.append(drafts("a"), MOMENT, then=fail)
    assert ledger.head() == before
    assert ledger.append(drafts("a"), MOMENT)[0].standing == "new"


def test_what_follows_may_append_itself(ledger: Ledger) -> None:
    def more(records: Sequence[Record]) -> None:
        ledger.append([Draft("blob", b"file")], MOMENT + timedelta(seconds=1))
        assert [r.seq for r in records] == [1]

    ledger.append(drafts("a"), MOMENT, then=more)
    assert [r.kind for r in ledger.read()] == ["entry", "blob"]
    ledger.verify()


def test_erased_content_is_gone_and_the_chain_still_verifies(ledger: Ledger) -> None:
    ledger.append(drafts("a", "b", "c"), MOMENT)
    before = ledger.head()
    seen: list[bytes | None] = []
    after = ledger.erase([1, 3], MOMENT, then=lambda records: seen.extend(r.content for r in records))
    assert seen == [b"content of a", b"content of c"]
    assert after.seq == before.seq + 1
    records = ledger.get([1, 2, 3, 4])
    assert records[1].content is records[1].salt is records[3].content is None
    assert records[2].content == b"content of b"
    assert records[4].kind == "forgetting"
    assert ledger.verify() == after


def test_what_was_forgotten_stays_forgotten_unless_taken_back(ledger: Ledger) -> None:
    ledger.append(drafts("a"), MOMENT)
    ledger.erase([1], MOMENT)
    assert [(r.seq, r.standing) for r in ledger.append(drafts("a"), MOMENT)] == [(1, "forgotten")]
    taken_back = replace(drafts("a")[0], again=True)
    assert [(r.seq, r.standing) for r in ledger.append([taken_back], MOMENT)] == [(3, "new")]
    assert [r.standing for r in ledger.append(drafts("a"), MOMENT)] == ["known"]
    ledger.verify()


def test_a_copy_is_the_same_space(make: Make, tmp_path: Path) -> None:
    ledger = make()
    ledger.append(drafts("a", "b"), MOMENT)
    ledger.erase([1], MOMENT)
    other = LEDGERS["sqlite"](tmp_path / "other")()
    head = other.restore(ledger.origin, ledger.copied(), ignore)
    assert head == ledger.head() == other.verify()
    assert [r.standing for r in other.append(drafts("a", "b"), MOMENT)] == ["forgotten", "known"]


def test_a_copy_goes_only_into_an_empty_ledger(make: Make, tmp_path: Path) -> None:
    ledger = make()
    ledger.append(drafts("a"), MOMENT)
    other = LEDGERS["sqlite"](tmp_path / "other")()
    other.append(drafts("z"), MOMENT)
    with pytest.raises(SpaceExists):
        other.restore(ledger.origin, ledger.copied(), ignore)


Tamper = Callable[[list[Record]], Iterator[Record]]


def changed(records: list[Record]) -> Iterator[Record]:
    yield replace(records[0], content=b"content of x")
    yield from records[1:]


def left_out(records: list[Record]) -> Iterator[Record]:
    yield from records[1:]


def swapped(records: list[Record]) -> Iterator[Record]:
    yield replace(records[1], seq=1)
    yield replace(records[0], seq=2)
    yield records[2]


def redated(records: list[Record]) -> Iterator[Record]:
    yield replace(records[0], recorded=0)
    yield from records[1:]


def emptied(records: list[Record]) -> Iterator[Record]:
    yield records[0]
    yield replace(records[1], content=None, salt=None)
    yield records[2]


@pytest.mark.parametrize("tamper", [changed, left_out, swapped, redated, emptied])
def test_a_changed_past_is_noticed(make: Make, tmp_path: Path, tamper: Tamper) -> None:
    ledger = make()
    ledger.append(drafts("a", "b", "c"), MOMENT)
    identities = {copied.record.seq: copied for copied in ledger.copied()}
    forged = (replace(identities[r.seq], record=r) for r in tamper(list(ledger.read())))
    other = LEDGERS["sqlite"](tmp_path / "other")()
    with pytest.raises(LedgerBroken):
        other.restore(ledger.origin, forged, ignore)
    assert other.head().seq == 0
