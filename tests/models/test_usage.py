from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.conftest import MemoryJournal

from vertraut.clock import FixedClock
from vertraut.ledger import JournalLine, RecordKind
from vertraut.models.usage import Call, Spending, costs

SEPTEMBER, OCTOBER = datetime(2026, 9, 30, 23, 59, tzinfo=UTC), datetime(2026, 10, 1, 0, 1, tzinfo=UTC)


def call(actor: str = "owner", cost: str = "0.25", **more: Any) -> Call:
    fields: dict[str, Any] = {
        "purpose": "answer", "task": "answer", "provider": "anthropic", "model": "haiku", "input_tokens": 100,
        "output_tokens": 20, "seconds": 1.5, "first_token": 0.4, "outcome": "answered",
    }  # fmt: skip
    return Call(actor=actor, cost=Decimal(cost), **{**fields, **more})


@pytest.fixture
def filled() -> MemoryJournal:
    journal = MemoryJournal(FixedClock(SEPTEMBER))
    journal.write("call", call().content())
    journal.write("call", call("phone", "1.10", model="opus", purpose="title").content())
    journal._clock = FixedClock(OCTOBER)
    journal.write("call", call(outcome="failed", cost="0", input_tokens=0, output_tokens=0, first_token=None).content())
    journal.write("call", call(cost="0.1").content())
    return journal


def test_money_is_added_up_exactly_by_all_that_tells_calls_apart(filled: MemoryJournal) -> None:
    found = costs(filled.read("call"))
    assert (found.total.calls, found.total.failed, found.total.cost) == (4, 1, Decimal("1.45"))
    assert (found.total.input_tokens, found.total.output_tokens, found.total.seconds) == (300, 60, 6.0)
    assert {name: spent.cost for name, spent in found.by_month.items()} == {
        "2026-09": Decimal("1.35"),
        "2026-10": Decimal("0.10"),
    }
    assert list(found.by_model) == ["anthropic/opus", "anthropic/haiku"]
    assert list(found.by_purpose) == ["title", "answer"]
    assert {name: spent.calls for name, spent in found.by_actor.items()} == {"phone": 1, "owner": 3}


def test_spending_is_of_one_actor_and_of_this_month(filled: MemoryJournal) -> None:
    september, october = Spending(filled, FixedClock(SEPTEMBER)), Spending(filled, FixedClock(OCTOBER))
    assert (september.of("owner"), september.of("phone"), september.of("nobody")) == (
        Decimal("0.25"),
        Decimal("1.10"),
        Decimal(0),
    )
    assert (october.of("owner"), october.of("phone")) == (Decimal("0.1"), Decimal(0))


def test_spending_sees_what_others_wrote_and_reads_nothing_twice(
    filled: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    spending = Spending(filled, FixedClock(OCTOBER))
    assert spending.of("owner") == Decimal("0.1")
    filled.write("call", call(cost="2").content())
    asked: list[int] = []
    read = filled.read

    def noting(kind: RecordKind, after: int = 0) -> Iterator[JournalLine]:
        asked.append(after)
        return read(kind, after)

    monkeypatch.setattr(filled, "read", noting)
    assert spending.of("owner") == Decimal("2.1")
    assert spending.of("owner") == Decimal("2.1")
    assert asked == [4, 5]
