"""What left the machine is there to be read, word for word, and goes when its words are forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.conftest import NOW, MemoryJournal

from vertraut.application import Space
from vertraut.errors import NothingSent
from vertraut.governance import OWNER
from vertraut.memory import Selection
from vertraut.models import Message, ModelCard, Outbox, Request, ToolCall, ToolSpec

CARD = ModelCard("haiku", "anthropic", "claude-haiku-5-5")
REQUEST = Request(
    "answer",
    "answer",
    (
        Message("system", "Answer from the evidence."),
        Message("user", "Wer hat den Bohrer?\nUnd seit wann?"),
        Message("assistant", "", (ToolCall("c1", "recall", '{"question": "Bohrer"}'),)),
        Message("tool", "[1] Tobi hat ihn.", call_id="c1"),
    ),
    tools=(ToolSpec("recall", "Look into memory.", {"type": "object"}),),
    schema={"type": "string"},
)


def test_every_word_is_there(journal: MemoryJournal) -> None:
    outbox = Outbox(journal)
    number = outbox.write(REQUEST, CARD, OWNER)
    sent = outbox.get(number)
    about = (sent.provider, sent.model, sent.purpose, sent.actor, sent.at)
    assert about == ("anthropic", "claude-haiku-5-5", "answer", "owner", NOW)
    for words in (
        "Answer from the evidence.",
        "Und seit wann?",
        '{"question": "Bohrer"}',
        "[1] Tobi hat ihn.",
        "Look into memory.",
    ):
        assert words in sent.text
    assert '{"type": "string"}' in sent.text
    assert sent.size == len(sent.text.encode())
    assert "Bohrer" not in repr(sent)


def test_what_left_since_when(journal: MemoryJournal) -> None:
    outbox = Outbox(journal)
    outbox.write(REQUEST, CARD, OWNER)
    assert len(list(outbox.read())) == len(list(outbox.read(NOW))) == 1
    assert list(outbox.read(NOW + timedelta(seconds=1))) == []


def test_a_number_under_which_nothing_left(journal: MemoryJournal) -> None:
    outbox = Outbox(journal)
    number = outbox.write(REQUEST, CARD, OWNER)
    for other in (number - 1, number + 1):
        with pytest.raises(NothingSent):
            outbox.get(other)


def test_what_quoted_a_forgotten_entry_is_forgotten_with_it(space: Space) -> None:
    kept, gone = (space.remember_text(text) for text in ("Der Bohrer ist bei Tobi.", "Lena zieht nach Bohinj."))
    outbox = Outbox(space.journal)
    first = outbox.write(replace(REQUEST, entries=(kept,)), CARD, OWNER)
    second = outbox.write(replace(REQUEST, entries=(kept, gone)), CARD, OWNER)
    assert space.forget(Selection((gone,))).proof.clean
    assert [each.number for each in outbox.read()] == [first]
    with pytest.raises(NothingSent):
        outbox.get(second)
