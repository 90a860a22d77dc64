"""Nothing passes the gate without consent, nothing secret passes it at all, and what passes was written down before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import NOW, MemoryJournal

from vertraut.clock import FixedClock
from vertraut.errors import ConsentNeeded, DiskFull
from vertraut.governance import OWNER
from vertraut.ledger import RecordKind
from vertraut.models import Consents, Message, ModelCard, Outbox, Prepared, PrivacyGate, Request, ToolCall, ToolSpec

OUTSIDE = ModelCard("haiku", "anthropic", "claude-haiku-5-5")
INSIDE = ModelCard("small", "gguf", "/models/small.gguf")
KEY = b"k" * 32
SECRET, IBAN = "kaffee-tasse-7", "DE41500105170123456789"
SAID = f"Lenas WLAN-Passwort ist {SECRET}, sagt Lena Brandt."


def asked(text: str = SAID, names: tuple[str, ...] = ("Lena Brandt", "Jürgen")) -> Request:
    arguments = {
        "question": text,
        "password": "Mirabelle",
        "pin": 4711,
        "wer": "J\u00fcrgen",
        "deep": [{"iban": IBAN, "ok": True}],
    }
    return Request(
        "answer",
        "answer",
        (
            Message("system", f"Wer fragt: {text}"),
            Message("user", f"Wie ist das Passwort von Lena und wann kommt Jürgen? {text}"),
            Message("assistant", text, (ToolCall("c1", "recall", json.dumps(arguments)),)),
            Message("tool", text, call_id="c1"),
        ),
        tools=(
            ToolSpec("recall", f"For Lena: {text}", {"properties": {"who": {"enum": ["Lena", "Jürgen"], "default": text}}}),
        ),
        schema={"type": "object", "description": text},
        entries=(3, 4),
        names=names,
    )


def prepared(journal: MemoryJournal, request: Request, *, replace_names: bool = True) -> Prepared:
    Consents(journal).grant("anthropic", "*", OWNER)
    return PrivacyGate(journal, KEY, replace_names).prepare(request, OUTSIDE, OWNER)


def everything(request: Request) -> str:
    """Return all words of a request, with the escapes of JSON undone."""
    calls = [call.arguments for message in request.messages for call in message.calls]
    decoded = [json.dumps(json.loads(each), ensure_ascii=False) for each in calls]
    tools = [f"{each.description} {json.dumps(each.parameters, ensure_ascii=False)}" for each in request.tools]
    return "\n".join(
        [*(each.text for each in request.messages), *decoded, *tools, json.dumps(request.schema, ensure_ascii=False)]
    )


def test_without_consent_nothing_passes(journal: MemoryJournal) -> None:
    gate = PrivacyGate(journal, KEY, replace_names=False)
    with pytest.raises(ConsentNeeded):
        gate.prepare(asked(), OUTSIDE, OWNER)
    Consents(journal).grant("anthropic", "title", OWNER)
    with pytest.raises(ConsentNeeded):
        gate.prepare(asked(), OUTSIDE, OWNER)
    Consents(journal).grant("anthropic", "answer", OWNER)
    gate.prepare(asked(), OUTSIDE, OWNER)
    Consents(journal).revoke("anthropic", "answer", OWNER)
    with pytest.raises(ConsentNeeded):
        gate.prepare(asked(), OUTSIDE, OWNER)


def test_a_model_on_this_machine_gets_everything_as_it_is(journal: MemoryJournal) -> None:
    found = PrivacyGate(journal, KEY, replace_names=True).prepare(asked(), INSIDE, OWNER)
    assert found.request == asked()
    assert found.restore.whole("Lena") == "Lena"


@pytest.mark.parametrize("replace_names", [True, False])
def test_no_secret_is_in_anything_that_leaves(journal: MemoryJournal, replace_names: bool) -> None:
    away = prepared(journal, asked(), replace_names=replace_names).request
    words = everything(away)
    assert [secret for secret in (SECRET, IBAN, "Mirabelle", "4711") if secret in words] == []
    assert "[Geheimnis entfernt]" in words
    assert away.entries == (3, 4)
    assert away.names == ()


def test_names_leave_only_where_they_may(journal: MemoryJournal) -> None:
    assert "Lena" in everything(prepared(journal, asked(), replace_names=False).request)
    words = everything(prepared(journal, asked(), replace_names=True).request)
    assert [name for name in ("Lena", "Brandt", "Jürgen") if name in words] == []


def test_names_are_put_back_in_what_a_model_says_and_calls(journal: MemoryJournal) -> None:
    found = prepared(journal, asked())
    call = found.request.messages[2].calls[0]
    assert (call.id, call.name) == ("c1", "recall")
    back = json.loads(found.restore.whole(call.arguments))
    assert (back["wer"], back["deep"][0]["ok"]) == ("Jürgen", True)
    assert back["question"] == SAID.replace(SECRET, "[Geheimnis entfernt]")
    spoken = found.request.messages[1].text
    assert "".join(found.restore.feed(piece) for piece in spoken) + found.restore.finish() == found.restore.whole(spoken)


def test_the_word_for_a_secret_is_in_the_language_of_the_conversation(journal: MemoryJournal) -> None:
    english = Request(
        "answer", "answer", (Message("system", "Der die das und."), Message("user", "my PIN is 4711, what is it for?"))
    )
    assert prepared(journal, english).request.messages[1].text == "my PIN is [secret removed], what is it for?"


@pytest.mark.parametrize("arguments", ["{", '{"a": "Lena"', "Lena", "[" * 100_000, '{"a": 1' + "0" * 5000 + "}"])
def test_arguments_that_cannot_be_read_do_not_leave(journal: MemoryJournal, arguments: str) -> None:
    request = Request(
        "answer", "answer", (Message("assistant", "", (ToolCall("c", "recall", arguments),)),), names=("Lena",)
    )
    assert prepared(journal, request).request.messages[0].calls[0].arguments == "{}"


def test_what_leaves_is_written_down_as_it_leaves(journal: MemoryJournal) -> None:
    found = prepared(journal, asked())
    PrivacyGate(journal, KEY, replace_names=True).sent(found, OUTSIDE, OWNER)
    (sent,) = Outbox(journal).read()
    assert found.request.messages[1].text in sent.text
    assert [word for word in ("Lena", SECRET) if word in sent.text] == []
    (line,) = journal.read("sent")
    assert line.content["entries"] == [3, 4]


class FullJournal(MemoryJournal):
    def write(self, kind: RecordKind, content: Mapping[str, Any]) -> int:
        raise DiskFull(Path("/vault.db"))


def test_what_cannot_be_written_down_does_not_leave(journal: MemoryJournal, clock: FixedClock) -> None:
    found = prepared(journal, asked())
    with pytest.raises(DiskFull):
        PrivacyGate(FullJournal(clock), KEY, replace_names=False).sent(found, OUTSIDE, OWNER)


WORDS = st.lists(
    st.sampled_from(["Lena", "Brandt", "Lenas", "LENA", "Jürgen", "das", "Haus", "und", "Mai", ".", ",", "\n", '"', "\\"]),
    max_size=20,
)


@given(WORDS.map(" ".join), WORDS.map(" ".join))
def test_what_goes_out_and_comes_back_is_the_same(text: str, other: str) -> None:
    journal = MemoryJournal(FixedClock(NOW))
    call = ToolCall("c", "recall", json.dumps({"question": other, "n": 3}))
    request = Request(
        "answer", "answer", (Message("user", text), Message("assistant", other, (call,))), names=("Lena Brandt", "Jürgen")
    )
    found = prepared(journal, request)
    words = everything(found.request)
    assert [name for name in ("Lena", "LENA", "Brandt", "Jürgen") if name in words] == []
    assert found.restore.whole(found.request.messages[0].text) == text
    assert json.loads(found.restore.whole(found.request.messages[1].calls[0].arguments)) == {"question": other, "n": 3}
