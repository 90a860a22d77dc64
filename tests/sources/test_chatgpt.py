"""What a person and ChatGPT said to each other comes out of an export, whatever else is in it."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from vertraut.ledger import Entry
from vertraut.sources import chatgpt
from vertraut.sources.chatgpt import ChatGptSource
from vertraut.sources.contract import Problem, ReadOptions, SourceFile

START = 1_746_984_004.0
Json = dict[str, Any]


def message(text: str | list[Any], role: str = "user", at: Any = START, **more: Any) -> Json:
    parts = [text] if isinstance(text, str) else text
    content = more.pop("content", {"content_type": "text", "parts": parts})
    return {"author": {"role": role}, "create_time": at, "content": content, "recipient": "all", "metadata": {}, **more}


def conversation(*nodes: tuple[str, str | None, Json | None], current: Any = "", **more: Any) -> Json:
    mapping: Json = {key: {"id": key, "parent": parent, "message": said, "children": []} for key, parent, said in nodes}
    for key, parent, _ in nodes:
        if parent in mapping:
            mapping[parent]["children"].append(key)
    values = {
        "id": "c1",
        "title": "Umzug",
        "create_time": START,
        "mapping": mapping,
        "current_node": current or nodes[-1][0],
    }
    return values | more


def read(data: object, name: str = "conversations.json") -> list[Entry | Problem]:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return list(ChatGptSource().read(file(raw, name), ReadOptions("Europe/Berlin")))


def file(raw: bytes, name: str = "conversations.json") -> SourceFile:
    return SourceFile(name, len(raw), raw[:65536], io.BytesIO(raw))


def entries(data: object) -> list[Entry]:
    return [item for item in read(data) if isinstance(item, Entry)]


def problems(data: object) -> list[Problem]:
    return [item for item in read(data) if isinstance(item, Problem)]


def test_a_message_becomes_an_entry_with_all_that_is_known_of_it() -> None:
    said = message("Pizza für die Helfer?", "assistant", START + 20.25, metadata={"model_slug": "gpt-4o"})
    (entry,) = entries([conversation(("root", None, None), ("m1", "root", said))])
    assert (entry.source, entry.external_id, entry.kind) == ("chatgpt", "c1/m1", "chat")
    assert (entry.thread, entry.thread_title, entry.author) == ("c1", "Umzug", "assistant")
    assert entry.text == "Pizza für die Helfer?"
    assert str(entry.when) == "2025-05-11T19:20:24+02:00"
    assert entry.origin == "conversations.json, conversation 1"
    assert entry.meta == {"model": "gpt-4o"}


def test_the_branch_that_was_left_is_kept_and_marked() -> None:
    chat = conversation(
        ("q", None, message("Frage")),
        ("old", "q", message("alt", "assistant")),
        ("new", "q", message("neu", "assistant")),
    )
    found = [(entry.text, entry.meta.get("branch")) for entry in entries([chat])]
    assert found == [("Frage", None), ("neu", None), ("alt", "other")]


@pytest.mark.parametrize(
    "unseen",
    [
        message("x", "system"),
        message("x", "tool"),
        message("x", metadata={"is_visually_hidden_from_conversation": True}),
        message("x", "assistant", recipient="python"),
        message("x", "assistant", recipient=["python"]),
        message("x", "assistant", channel="analysis"),
        message("x", "assistant", content={"content_type": "thoughts", "thoughts": [{"content": "x"}]}),
        message("x", "assistant", content={"content_type": "reasoning_recap", "content": "x", "parts": ["x"]}),
        message("x", "assistant", content={"content_type": "code", "text": "x"}, recipient="browser"),
        message("  \n"),
        message([]),
        message("x", content=None),
        message("x", author=None),
        message("x", author={"role": ["user"]}),
    ],
)
def test_what_nobody_said_to_anyone_is_left_out(unseen: Json) -> None:
    chat = conversation(("a", None, message("sichtbar")), ("b", "a", unseen), ("c", "b", message("auch", "assistant")))
    assert [item.text for item in read([chat]) if isinstance(item, Entry)] == ["sichtbar", "auch"]
    assert not problems([chat])


def test_parts_are_joined_and_files_noted() -> None:
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-A", "size_bytes": 12}
    speech = {"content_type": "audio_transcription", "text": "gesprochen"}
    sound = {
        "content_type": "real_time_user_audio_video_asset_pointer",
        "audio_asset_pointer": {"content_type": "audio_asset_pointer", "asset_pointer": "sediment://file_B"},
    }
    listed = {"attachments": [{"id": "file-A", "name": "balkon.jpg", "mime_type": "image/jpeg", "size": 12}]}
    said = message([picture, "Mein Balkon", speech, sound, None, 5], metadata=listed)
    (entry,) = entries([conversation(("m", None, said))])
    assert entry.text == "Mein Balkon\ngesprochen"
    noted = [(each.name, each.media_type, each.size, each.payload) for each in entry.attachments]
    assert noted == [("balkon.jpg", "image/jpeg", 12, None), ("file_B", "audio/*", 0, None)]


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        ("Ja. \ue200cite\ue202turn0search3\ue202turn0search8\ue201 Und?", "Ja. Und?"),
        ('in \ue200entity\ue202["city", "Leipzig", 0]\ue201.', "in Leipzig."),
        ("\ue200entity\ue202Invincible\ue201", "Invincible"),
        ('x \ue200entity\ue202["city"]\ue201y', "xy"),
        ("\ue200url\ue202die Seite\ue202https://example.org\ue201", "die Seite"),
        ("\ue203Block\ue204", "Block"),
        ("offen \ue200cite", "offen cite"),
    ],
)
def test_citation_marks_go_and_the_words_stay(marked: str, shown: str) -> None:
    assert entries([conversation(("m", None, message(marked)))])[0].text == shown


@pytest.mark.parametrize("time", [None, "gestern", 1.7e12, -5, True, [1], "1746984004"])
def test_a_message_without_a_usable_time_gets_the_one_before(time: Any) -> None:
    chat = conversation(
        ("a", None, message("eins", at=START + 60)),
        ("b", "a", message("zwei", at=time)),
        ("c", "b", message("drei", at=time)),
    )
    found = entries([chat])
    assert [entry.when.instant.timestamp() for entry in found] == [START + 60] * 3
    assert [(each.place, each.code, each.lost) for each in problems([chat])] == [
        ("message b", "bad-timestamp", False),
        ("message c", "bad-timestamp", False),
    ]


def test_a_number_that_is_none_costs_only_itself() -> None:
    whole = json.dumps([conversation(("a", None, message("eins", at=7.5)), ("b", "a", message("zwei")))])
    for wild in ("NaN", "-Infinity", "1e999", "9" * 5000):
        found = read(whole.replace("7.5", wild).encode())
        assert [item.code if isinstance(item, Problem) else item.text for item in found] == [
            "bad-number", "bad-timestamp", "eins", "zwei",
        ]  # fmt: skip


def test_the_first_message_without_a_time_gets_that_of_its_conversation() -> None:
    chat = conversation(("a", None, message("eins", at=None)), create_time=START)
    assert entries([chat])[0].when.instant.timestamp() == START
    chat = conversation(
        ("a", None, message("eins", at=None)), ("b", "a", message("zwei")), create_time="?", update_time=None
    )
    assert entries([chat])[0].when.instant.timestamp() == START


def test_a_conversation_without_any_time_is_reported_as_lost() -> None:
    chat = conversation(("a", None, message("eins", at=None)), create_time=None)
    assert [(each.code, each.lost) for each in problems([chat])] == [("bad-timestamp", True)]
    assert not entries([chat])


def test_a_tree_that_bites_its_tail_is_read_once() -> None:
    chat = conversation(("a", "c", message("a")), ("b", "a", message("b")), ("c", "b", message("c")))
    assert sorted(entry.text for entry in entries([chat])) == ["a", "b", "c"]


def test_missing_nodes_and_parents_do_not_lose_the_rest() -> None:
    chat = conversation(("a", "gone", message("a")), ("b", None, message("b", at=START + 9)), current="gone too")
    chat["mapping"]["a"]["children"] = ["b", "nobody", 7]
    chat["mapping"]["bad"] = "no node"
    chat["mapping"]["empty"] = {}
    assert [(entry.text, entry.meta) for entry in entries([chat])] == [("a", {}), ("b", {})]


def test_without_a_current_node_the_newest_leaf_ends_the_main_branch() -> None:
    chat = conversation(
        ("q", None, message("q")),
        ("x", "q", message("alt", at=START + 1)),
        ("y", "q", message("neu", at=START + 2)),
        current=[1],
    )
    assert [entry.text for entry in entries([chat]) if not entry.meta] == ["q", "neu"]


@pytest.mark.slow
def test_a_branch_of_a_hundred_thousand_messages_is_read() -> None:
    nodes = [(str(n), str(n - 1) if n else None, message("x", at=START + n)) for n in range(100_000)]
    assert sum(1 for _ in read([conversation(*nodes)])) == 100_000


@pytest.mark.parametrize(
    ("broken", "code"),
    [(b'{"mapping": [1]}', "bad-schema"), (b'{"x" 1}', "bad-schema"), (b"[" * 500 + b"]" * 500, "nested-too-deep")],
)
def test_a_broken_conversation_costs_only_itself(broken: bytes, code: str) -> None:
    good = json.dumps(conversation(("m", None, message("gut")))).encode()
    found = read(b"[" + good + b"," + broken + b"," + good + b"]")
    assert [item.code if isinstance(item, Problem) else item.text for item in found] == ["gut", code, "gut"]


def test_a_stray_latin_letter_costs_nothing() -> None:
    good = json.dumps([conversation(("m", None, message("gr?n, Grüße")))], ensure_ascii=False).encode()
    found = read(good.replace(b"?", b"\xfc"))
    assert isinstance(found[0], Problem)
    assert (found[0].code, found[0].place, found[0].lost) == ("bad-encoding", "conversation 1", False)
    assert isinstance(found[1], Entry)
    assert found[1].text == "grün, Grüße"


def test_a_file_that_is_cut_off_keeps_its_good_beginning() -> None:
    whole = json.dumps([conversation(("m", None, message("gut"))), conversation(("n", None, message("weg")))]).encode()
    found = read(whole[:-30])
    assert [item.text for item in found if isinstance(item, Entry)] == ["gut"]
    assert isinstance(found[-1], Problem)
    assert (found[-1].code, found[-1].place) == ("truncated", f"byte {len(whole) - 30}")


def test_an_enormous_conversation_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chatgpt, "LARGEST_CONVERSATION", 10_000)
    found = read([conversation(("m", None, message("x" * 20_000))), conversation(("n", None, message("gut")))])
    assert [item.code if isinstance(item, Problem) else item.text for item in found] == ["too-large", "gut"]


def test_a_single_conversation_and_one_without_an_id_are_read() -> None:
    assert entries(conversation(("m", None, message("allein"))))[0].text == "allein"
    nameless = conversation(("m", None, message("ohne")), id=None, title=None)
    (first,), (second,) = entries([nameless]), entries([nameless])
    assert first.external_id == second.external_id
    assert first.thread
    assert not first.thread_title


def test_no_text_holds_nul_or_half_a_pair() -> None:
    found = read([conversation(("m", None, message("a\0b \ud83d")))])
    assert isinstance(found[0], Problem)
    assert found[0].code == "nul-byte"
    assert isinstance(found[1], Entry)
    assert found[1].text == "a\ufffdb \ufffd"


@pytest.mark.parametrize(
    ("name", "head", "ours"),
    [
        ("conversations.json", b'[{"title": "x", "mapping": {"a": {"parent": null}}}]', True),
        ("conversations-012.json", b"[]", True),
        ("sample.json", b'\xef\xbb\xbf{"current_node": "x", "mapping": {}}', True),
        ("conversations.json", b'[{"uuid": "1", "chat_messages": []}]', False),
        ("package.json", b'{"name": "x"}', False),
        ("shared_conversations.json", b'[{"id": "1"}]', False),
        ("conversations.json", b"", False),
        ("conversations.json", b"<html>", False),
    ],
)
def test_only_this_format_is_claimed(name: str, head: bytes, ours: bool) -> None:
    assert ChatGptSource().recognises(file(head, name)) is ours
