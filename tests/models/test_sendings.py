"""What left, listed without its words; and what calls took, by day and month, read once and then only what is new."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.conftest import NOW, MemoryJournal

from vertraut.application import Space
from vertraut.clock import FixedClock
from vertraut.errors import NothingSent
from vertraut.governance import OWNER
from vertraut.ledger import LedgerJournal
from vertraut.memory import Selection
from vertraut.models import Message, ModelCard, Outbox, Request
from vertraut.models.accounts import Accounts
from vertraut.models.sendings import Sendings
from vertraut.models.usage import Call

CARD = ModelCard("haiku", "anthropic", "claude-haiku-5-5")


def request(*entries: int) -> Request:
    return Request("answer", "answer", (Message("user", "Wer hat den Bohrer?"),), entries=entries)


def call(actor: str = "owner", purpose: str = "answer", cost: str = "0.5", model: str = "haiku") -> Call:
    return Call(actor, purpose, "answer", "anthropic", model, 100, 10, Decimal(cost), 1.0, 0.5, "answered")


def test_a_line_tells_everything_but_the_words(journal: MemoryJournal) -> None:
    sendings = Sendings(journal)
    assert sendings.list() == ()
    number = Outbox(journal).write(request(4, 7), CARD, OWNER)
    (line,) = sendings.list()
    assert sendings.get(number) == line
    assert (line.number, line.at, line.provider, line.model) == (number, NOW, "anthropic", "claude-haiku-5-5")
    assert (line.purpose, line.actor, line.entries) == ("answer", "owner", (4, 7))
    assert line.characters == len(Outbox(journal).get(number).text)
    with pytest.raises(NothingSent):
        sendings.get(number + 1)


def test_what_was_forgotten_is_not_listed_any_more(space: Space) -> None:
    kept, gone = space.remember_text("Der Bohrer ist bei Tobi."), space.remember_text("Der Schlüssel liegt im Flur.")
    sendings, outbox = Sendings(space.journal), Outbox(space.journal)
    numbers = [outbox.write(request(each), CARD, OWNER) for each in (kept, gone)]
    assert [each.number for each in sendings.list()] == numbers
    space.forget(Selection(ids=(gone,)))
    assert [each.number for each in sendings.list()] == numbers[:1]
    assert [each.number for each in Sendings(space.journal).list()] == numbers[:1]
    assert space.forgotten_lines("sent") == 1


def test_accounts_by_day_and_month(space: Space) -> None:
    accounts = Accounts(space.journal)
    assert accounts.months() == {}
    assert accounts.month("2026-09").total.calls == 0
    for at, each in (
        (NOW - timedelta(days=40), call(cost="3")),
        (NOW, call()),
        (NOW, call("phone", cost="1.5")),
        (NOW + timedelta(days=2), call(purpose="title", model="opus", cost="0.25")),
    ):
        LedgerJournal(space.ledger, FixedClock(at)).write("call", each.content())
    assert {name: spent.cost for name, spent in accounts.months().items()} == {"2026-07": 3, "2026-09": Decimal("2.25")}
    month = accounts.month("2026-09")
    assert (month.total.calls, month.total.input_tokens, month.total.output_tokens) == (3, 300, 30)
    assert {day: spent.cost for day, spent in month.by_day.items()} == {
        date(2026, 9, 1): 2,
        date(2026, 9, 3): Decimal("0.25"),
    }
    assert list(month.by_actor) == ["phone", "owner"]
    assert list(month.by_model) == ["anthropic/haiku", "anthropic/opus"]
    assert list(month.by_purpose) == ["answer", "title"]
    LedgerJournal(space.ledger, FixedClock(datetime(2026, 9, 30, tzinfo=UTC))).write("call", call().content())
    assert accounts.month("2026-09").total.calls == 4
