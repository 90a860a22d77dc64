"""The YAML block at the top of a note, as JSON values: bounded in size and depth, no aliases, no objects.

Words are read as people mean them: dates, ``12:30`` and ``yes`` stay texts (YAML 1.1 would make 750 and True of the last
two). A block that cannot be read is left in the note, with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from vertraut.sources.decoding import without_nul, without_surrogates

LARGEST = 65_536
MAX_DEPTH = 20

_BLOCK = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_OPENING = re.compile(r"---[ \t]*\n")
_WORDS = dict.fromkeys(("", "~", "null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,17}\.[0-9]{0,17}|\.[0-9]{1,17})(?:[eE][-+]?[0-9]{1,2})?")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Only its parser is used, in C where PyYAML was built with it."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The values of the block, the note without it, and why it could not be read (or "")."""

    values: dict[str, Any]
    body: str
    wrong: str = ""


def split(text: str) -> FrontMatter:
    """Part a note, its line ends normalised, into front matter and body."""
    found = _BLOCK.match(text, 0, LARGEST)
    if not found:
        too_long = _OPENING.match(text) and _BLOCK.match(text)
        return FrontMatter({}, text, f"it is longer than {LARGEST:,} characters" if too_long else "")
    builder = _Builder()
    try:
        for event in yaml.parse(found[1], Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as why:
        return FrontMatter({}, text, _reason(why))
    if builder.value is None or isinstance(builder.value, dict):
        return FrontMatter(builder.value or {}, text[found.end() :])
    return FrontMatter({}, text)  # two rules with text between them


class _Builder:
    """Builds one value from YAML's events, without recursion."""

    def __init__(self) -> None:
        self.value: Any = None
        self._open: list[list[Any] | dict[str, Any]] = []
        self._keys: list[str | None] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        if getattr(event, "tag", None) or isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("aliases and tags are not read")
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise yaml.YAMLError("there is more than one document in it")
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent():
                self._start({})
            case yaml.SequenceStartEvent():
                self._start([])
            case yaml.CollectionEndEvent():
                self._open.pop()
                self._keys.pop()
            case _:
                pass

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        text = without_surrogates(without_nul(event.value))
        if self._open and isinstance(self._open[-1], dict) and self._keys[-1] is None:
            self._keys[-1] = text
        else:
            self._place(text if event.style else _plain(text))

    def _start(self, collection: list[Any] | dict[str, Any]) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise yaml.YAMLError("it is nested too deep")
        self._place(collection)
        self._open.append(collection)
        self._keys.append(None)

    def _place(self, value: Any) -> None:
        match self._open[-1] if self._open else None:
            case None:
                self.value = value
            case list() as items:
                items.append(value)
            case dict() as fields:
                key = self._keys[-1]
                if key is None:
                    raise yaml.YAMLError("a key is no text")
                fields[key], self._keys[-1] = value, None


def _plain(text: str) -> Any:
    """Read an unquoted word as a null, truth value or number, if it is one."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _reason(why: yaml.YAMLError) -> str:
    """Say what is wrong without quoting the note."""
    if isinstance(why, yaml.MarkedYAMLError) and why.problem_mark:
        return f"not YAML in line {why.problem_mark.line + 2}"
    return "not YAML" if isinstance(why, yaml.reader.ReaderError) else str(why)
