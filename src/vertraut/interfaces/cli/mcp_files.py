"""Adding a server to a client's file: everything else in it stays as it is, comments and layout included.

The text is changed in one place and read back. If it does not say what it said before and the new server besides, nothing
is written. The file is replaced in one step, after a copy of it was kept beside it.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import compress, pairwise
from pathlib import Path
from typing import Any, Final

from vertraut.errors import StorageFailed, UnreadablePath

_LARGEST: Final = 50_000_000
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/|[{}\[\],:]|[^\s{}\[\],:"/]+', re.DOTALL)
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")

Range = tuple[int, int]


def with_server(path: Path, text: str, table: str, name: str, server: Mapping[str, Any]) -> str:
    """Return the text of a file with a server in a table; the same text where it is there. Raises ``UnreadablePath``."""
    read, put = (tomllib.loads, _put_in_toml) if path.suffix == ".toml" else (_read_json, _put_in_json)
    try:
        before = read(text)
        servers = before.get(table, {})
        if servers.get(name) == server:
            return text
        changed = put(text, table, name, server)
        kept = read(changed) == {**before, table: {**servers, name: server}}
    except (ValueError, TypeError, AttributeError, RecursionError):
        kept = False
    if not kept:
        raise UnreadablePath(path, "it is not in a form that a server can be added to")
    return changed


def read_text(path: Path) -> str:
    """Return what a file holds, "" where it is not there. Raises ``UnreadablePath``."""
    try:
        if path.stat().st_size > _LARGEST:
            raise UnreadablePath(path, "it is too large")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise UnreadablePath(path, "it is not UTF-8 text") from None
    except OSError as why:
        raise UnreadablePath(path, why.strerror or type(why).__name__) from None


def replace_text(path: Path, before: str, text: str, now: datetime) -> Path | None:
    """Replace a file that held ``before``; return where its copy is, None where it is new. Raises ``StorageFailed``."""
    target = path.resolve()  # behind a link, so that the link stays one
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
        copy = target.with_name(f"{target.name}.{now:%Y%m%d-%H%M%S}.bak") if target.exists() else None
        if copy:
            _write(copy, target.read_bytes(), mode)
        if read_text(target) != before:
            raise StorageFailed(path, "another program changed it at this moment")
        _write(target, text.encode(), mode)
    except OSError as why:
        raise StorageFailed(path, why.strerror or type(why).__name__) from None
    return copy


def toml_of(table: str, name: str, server: Mapping[str, Any]) -> str:
    """Return a server as TOML."""
    lines = [f"[{table}.{_key(name)}]", *(f"{key} = {_value(value)}" for key, value in server.items())]
    return "\n".join(lines) + "\n"


def _write(path: Path, content: bytes, mode: int) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _value(value: Any) -> str:
    """Return a text, a list of texts or a table of texts as TOML, whose strings are written as those of JSON."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _put_in_toml(text: str, table: str, name: str, server: Mapping[str, Any]) -> str:
    """Put a server at the end, in the place of one of the same name."""
    named = f"{re.escape(table)}\\.{re.escape(_key(name))}"
    rest = re.sub(rf"^\[{named}(?:\.[^\]\n]*)?\][^\n]*\n?(?:(?!\[)[^\n]*\n?)*?(?=\[|\Z)", "", text, flags=re.MULTILINE)
    return f"{rest.rstrip()}\n\n{toml_of(table, name, server)}".lstrip()


def _read_json(text: str) -> Any:
    """Read JSON, also with comments and loose commas."""
    if not text.strip():
        return {}
    try:
        return json.loads(text)
    except ValueError:
        signs = [each.group() for each in _tokens(text, 0)]
        loose = [sign == "," and after in {"}", "]"} for sign, after in pairwise(signs)]
        return json.loads(" ".join(compress(signs, (not each for each in [*loose, False]))))


def _put_in_json(text: str, table: str, name: str, server: Mapping[str, Any]) -> str:
    text = text if text.strip() else "{}\n"
    opening = next(_tokens(text, 0)).start()
    tables = _members(text, opening)
    if table not in tables:
        return _inserted(text, opening, table, {name: server}, 1)
    servers = _members(text, tables[table][0])
    if name not in servers:
        return _inserted(text, tables[table][0], name, server, 2)
    start, stop = servers[name]
    return text[:start] + _indented(server, 2) + text[stop:]


def _inserted(text: str, opening: int, key: str, value: Mapping[str, Any], level: int) -> str:
    """Put a member at the beginning of the object that opens at a place."""
    following = next(_tokens(text, opening + 1)).group()
    end = f"\n{'  ' * (level - 1)}" if following == "}" else ","
    member = f"\n{'  ' * level}{json.dumps(key, ensure_ascii=False)}: {_indented(value, level)}{end}"
    return text[: opening + 1] + member + text[opening + 1 :]


def _indented(value: Mapping[str, Any], level: int) -> str:
    return textwrap.indent(json.dumps(value, ensure_ascii=False, indent=2), "  " * level).lstrip()


def _tokens(text: str, start: int) -> Iterator[re.Match[str]]:
    """Yield what JSON is made of, without comments."""
    return (each for each in _TOKEN.finditer(text, start) if not each.group().startswith("/"))


def _members(text: str, opening: int) -> dict[str, Range]:
    """Return where the values of the object stand that opens at a place, by their keys."""
    members: dict[str, Range] = {}
    key: str | None = None
    depth, begin, end = 0, -1, -1
    for token in _tokens(text, opening):
        sign = token.group()
        if depth == 1 and sign in {",", "}"}:
            if key is not None:
                members[key] = begin, end
            key, begin = None, -1
            if sign == "}":
                break
        elif depth == 1 and key is None:
            key = json.loads(sign)
        elif depth >= 1 and begin < 0 and sign != ":":
            begin = token.start()
        depth += (sign in {"{", "["}) - (sign in {"}", "]"})
        end = token.end()
    return members
