"""The conversations of a ChatGPT data export: conversations.json, or conversations-000.json and so on.

A conversation is a tree: an edited question or a regenerated answer opens a branch. What a person sees is the branch that
ends in ``current_node``; its messages come first, those of other branches follow, marked ``{"branch": "other"}``. Only
what the person and the assistant said to each other is taken: no hidden or system messages, tool calls, tool output or
thoughts. A broken conversation is a problem of its own; the others are read.
"""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from vertraut.clock import When
from vertraut.ledger import Attachment, Entry
from vertraut.sources.contract import Problem, ReadOptions, SourceFile
from vertraut.sources.json_values import Piece, parse, pieces

LARGEST_CONVERSATION = 50_000_000
LONGEST_ID = 200

_NAME = re.compile(r"conversations(?:[-_ ]?\(?\d+\)?)?\.json", re.IGNORECASE)
_MAPPING = re.compile(rb'"mapping"\s*:\s*[{n]')
_TREE_WORDS = (b'"current_node"', b'"parent"', b'"children"')
_SPEAKERS = ("user", "assistant")
_UNSEEN_TYPES = frozenset({
    "thoughts", "reasoning_recap", "user_editable_context", "model_editable_context", "execution_output", "system_error",
    "tether_quote", "tether_browsing_display", "computer_output", "citable_code_output", "sonic_webpage",
})  # fmt: skip
_MARKER = re.compile(" ?\ue200([^\ue200\ue201]*)\ue201")
_LEFT_OVER = re.compile("[\ue200-\ue206]")
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC).timestamp(), datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_MEDIA_OF_POINTER = {"image": "image/*", "audio": "audio/*", "video": "video/*"}

Node = Mapping[str, Any]


class ChatGptSource:
    """Reads the conversations of an OpenAI data export."""

    name = "chatgpt"
    title = "ChatGPT export"
    patterns: tuple[str, ...] = ("conversations.json", "conversations-*.json")

    def recognises(self, file: SourceFile) -> bool:
        """Say whether the head is JSON with a tree of messages, or the name says so and nothing speaks against it."""
        head = file.head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not head.startswith((b"[", b"{")):
            return False
        if _MAPPING.search(head) and any(word in head for word in _TREE_WORDS):
            return True
        named = _NAME.fullmatch(file.name.rpartition("/")[2])
        return bool(named) and b'"chat_messages"' not in head

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Entry | Problem]:
        """Yield the messages of one conversation after the other."""
        for number, piece in enumerate(pieces(file.stream, LARGEST_CONVERSATION), 1):
            if isinstance(piece, Problem):
                yield piece
            else:
                yield from _read_conversation(piece, f"conversation {number}", file.name, options)


@dataclass(frozen=True, slots=True)
class _Conversation:
    """What its messages share."""

    id: str
    title: str
    nodes: Mapping[str, Node]
    started: datetime | None
    origin: str


def _read_conversation(piece: Piece, place: str, file_name: str, options: ReadOptions) -> Iterator[Entry | Problem]:
    parsed = parse(piece.data, place)
    if isinstance(parsed, Problem):
        yield parsed
        return
    yield from parsed.problems
    value = parsed.value
    if not isinstance(value, dict) or not isinstance(value.get("mapping"), dict):
        yield Problem(place, "bad-schema", "there is no tree of messages in it")
        return
    nodes = {key: node for key, node in value["mapping"].items() if isinstance(node, dict)}
    conversation = _Conversation(
        id=_id_of(value, piece.data),
        title=_text_of(value.get("title")),
        nodes=nodes,
        started=_moment(value.get("create_time")) or _moment(value.get("update_time")) or _first_moment(nodes),
        origin=f"{file_name}, {place}",
    )
    main = _branch(nodes, value.get("current_node"))
    yield from _read_messages(conversation, main, options)


def _read_messages(conversation: _Conversation, main: list[str], options: ReadOptions) -> Iterator[Entry | Problem]:
    """Yield what was said, the main branch first. A message without a time gets that of the one before it."""
    on_main = set(main)
    moments: dict[str, datetime] = {}
    last = conversation.started
    for key in (*main, *(key for key in conversation.nodes if key not in on_main)):
        node = conversation.nodes[key]
        text = _said(node.get("message"))
        if not text:
            continue
        message: Mapping[str, Any] = node["message"]
        if key not in on_main:
            last = moments.get(_text_of(node.get("parent"))) or conversation.started
        moment = _moment(message.get("create_time"))
        if not moment:
            reason = f"create_time is no time: {_quoted(message.get('create_time'))}"
            yield Problem(f"message {key[:80]}", "bad-timestamp", reason, lost=not last)
        last = moment or last
        if last:
            moments[key] = last
            when = When.of_datetime(last, options.home_zone, options.home_zone)
            yield _entry(conversation, key, message, text=text, when=when, on_main=key in on_main)


def _entry(
    conversation: _Conversation, key: str, message: Mapping[str, Any], *, text: str, when: When, on_main: bool
) -> Entry:
    meta = {"model": _text_of(_dict_of(message.get("metadata")).get("model_slug"))}
    meta["branch"] = "" if on_main else "other"
    return Entry(
        source=ChatGptSource.name,
        external_id=f"{conversation.id}/{_short(key)}",
        kind="chat",
        when=when,
        text=text,
        author=message["author"]["role"],
        thread=conversation.id,
        thread_title=conversation.title,
        attachments=tuple(_attachments(message)),
        origin=conversation.origin,
        meta={name: value for name, value in meta.items() if value},
    )


def _branch(nodes: Mapping[str, Node], current: Any) -> list[str]:
    """Return the keys from the root to the current node, or to the newest leaf where that is missing."""
    parents = _parents(nodes)
    key = current if isinstance(current, str) and current in nodes else _newest_leaf(nodes, parents)
    path: dict[str, None] = {}
    while key is not None and key not in path:
        path[key] = None
        key = parents.get(key)
    return list(path)[::-1]


def _parents(nodes: Mapping[str, Node]) -> dict[str, str]:
    parents = {key: parent for key, node in nodes.items() if (parent := _text_of(node.get("parent"))) in nodes}
    for key, node in nodes.items():
        children = node.get("children")
        for child in children if isinstance(children, list) else ():
            if isinstance(child, str) and child in nodes:
                parents.setdefault(child, key)
    return parents


def _newest_leaf(nodes: Mapping[str, Node], parents: Mapping[str, str]) -> str | None:
    inner = set(parents.values())
    leaves = [key for key in nodes if key not in inner] or list(nodes)
    never = datetime.min.replace(tzinfo=UTC)
    return max(leaves, key=lambda key: _sent(nodes[key]) or never, default=None)


def _sent(node: Node) -> datetime | None:
    return _moment(_dict_of(node.get("message")).get("create_time"))


def _said(message: Any) -> str:
    """Return the text that the person or the assistant wrote to the other, or "" for anything else."""
    if not isinstance(message, dict) or _dict_of(message.get("author")).get("role") not in _SPEAKERS:
        return ""
    hidden = _dict_of(message.get("metadata")).get("is_visually_hidden_from_conversation")
    to_tool = message.get("recipient", "all") not in (None, "", "all")
    content = _dict_of(message.get("content"))
    unseen = message.get("channel") == "analysis" or _text_of(content.get("content_type")) in _UNSEEN_TYPES
    if hidden or to_tool or unseen:
        return ""
    text = _without_markers("\n".join(filter(None, _texts(content))))
    return text if text.strip() else ""


def _texts(content: Mapping[str, Any]) -> Iterator[str]:
    parts = content.get("parts")
    if isinstance(parts, list):
        for part in parts:
            yield _text_of(part.get("text")) if isinstance(part, dict) else _text_of(part)
    else:
        yield _text_of(content.get("text"))


def _without_markers(text: str) -> str:
    """Take out citation marks; of a marked name or link, keep the words that were shown."""
    if "\ue200" in text:
        text = _MARKER.sub(_shown_words, text)
    return _LEFT_OVER.sub("", text)


def _shown_words(marker: re.Match[str]) -> str:
    kind, _, rest = marker[1].partition("\ue202")
    words = ""
    if kind == "url":
        words = rest.partition("\ue202")[0]
    elif kind == "entity":
        try:
            words = _text_of(json.loads(rest)[1])
        except (ValueError, LookupError, TypeError, RecursionError):
            words = "" if rest.startswith("[") else rest
    space = " " if words and marker[0].startswith(" ") else ""
    return space + words


def _attachments(message: Mapping[str, Any]) -> Iterator[Attachment]:
    """Note the files that came with a message; their bytes are elsewhere in the export, if at all."""
    named: set[str] = set()
    listed = _dict_of(message.get("metadata")).get("attachments")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict):
            named.add(_text_of(each.get("id")))
            name = _text_of(each.get("name")) or _text_of(each.get("id"))
            given = _text_of(each.get("mime_type")) or _text_of(each.get("mimeType"))
            yield Attachment(name, given or _guess(name), _size_of(each.get("size")))
    parts = _dict_of(message.get("content")).get("parts")
    for part in parts if isinstance(parts, list) else ():
        pointer = _pointer(part)
        name = _text_of(pointer.get("asset_pointer")).rpartition("/")[2]
        if name and name not in named:
            kind = _text_of(pointer.get("content_type")).partition("_")[0]
            media_type = _MEDIA_OF_POINTER.get(kind) or _guess(name)
            yield Attachment(name, media_type, _size_of(pointer.get("size_bytes")))


def _pointer(part: Any) -> Mapping[str, Any]:
    """Return the part of a message that points to a file; recorded speech has it one level deeper."""
    outer = _dict_of(part)
    return outer if "asset_pointer" in outer else _dict_of(outer.get("audio_asset_pointer"))


def _guess(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _size_of(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 1 << 62 else 0


def _id_of(value: Mapping[str, Any], data: bytes) -> str:
    given = _text_of(value.get("conversation_id")) or _text_of(value.get("id"))
    return _short(given) or sha256(data).hexdigest()[:32]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_ID else sha256(text.encode()).hexdigest()


def _first_moment(nodes: Mapping[str, Node]) -> datetime | None:
    return min(filter(None, map(_sent, nodes.values())), default=None)


def _moment(value: Any) -> datetime | None:
    """Return seconds since 1970 as an instant; anything but a number of our time is None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not _EARLIEST <= value < _LATEST:
        return None
    return datetime.fromtimestamp(value, UTC)


def _quoted(value: Any) -> str:
    return repr(value)[:40] if value is None or isinstance(value, str | int | float) else f"a {type(value).__name__}"


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _dict_of(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
