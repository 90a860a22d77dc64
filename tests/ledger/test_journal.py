"""Lines of the journal: written once, read by kind and in order, part of the chain."""

from __future__ import annotations

from vertraut.application import Space


def test_lines_are_read_by_kind_in_order(space: Space) -> None:
    first = space.journal.write("persona", {"tone": "warm"})
    space.journal.write("consent", {"provider": "x"})
    second = space.journal.write("persona", {"tone": "kühl"})
    lines = list(space.journal.read("persona"))
    assert [(line.seq, dict(line.content)) for line in lines] == [(first, {"tone": "warm"}), (second, {"tone": "kühl"})]
    assert lines[0].at == space.clock.now()
    assert [line.seq for line in space.journal.read("persona", after=first)] == [second]
    assert "warm" not in repr(lines)
    space.ledger.verify()


def test_erased_lines_are_left_out(space: Space) -> None:
    first = space.journal.write("sent", {"text": "gone", "entries": []})
    space.journal.write("sent", {"text": "kept", "entries": []})
    space.ledger.erase([first], space.clock.now())
    assert [line.content["text"] for line in space.journal.read("sent")] == ["kept"]


def test_more_lines_than_are_read_at_once(space: Space) -> None:
    for number in range(1005):
        space.journal.write("call", {"number": number})
    assert [line.content["number"] for line in space.journal.read("call")] == list(range(1005))


def test_lines_are_no_entries(space: Space) -> None:
    space.journal.write("persona", {"tone": "Zirbelkissen"})
    assert space.stats().entries == 0
    assert not space.recall("Zirbelkissen").hits
    assert not space.verify().faults


def test_reading_by_kind_uses_its_index(space: Space) -> None:
    query = "SELECT seq FROM records WHERE kind NOT IN ('entry', 'blob') AND kind = 'call' AND seq > 0 ORDER BY seq"
    assert "records_kind" in str(space._db.execute(f"EXPLAIN QUERY PLAN {query}").fetchall())
