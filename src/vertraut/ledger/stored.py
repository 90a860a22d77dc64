"""How contents lie in the vault: deflated, against a dictionary of what entries have in common.

An entry's content is JSON of a few hundred bytes, half of which are names of fields and everyday words. Deflated against a
dictionary of these it takes less than half the room, and reading it costs a few microseconds. Blobs lie as they are:
pictures and documents are packed already. Everything above the vault, commitments among it, knows contents in their plain
form only.
"""

from __future__ import annotations

import zlib
from functools import cache
from importlib.resources import files
from typing import Final

import apsw

from vertraut.ledger.records import RecordKind

_DEFLATED: Final = b"\x01"
"""How a content begins that was deflated against ``dictionary-1.txt``; a plain one begins with a brace."""
_MOST: Final = 1 << 28  # bytes of a plain content: whatever inflates to more is damaged
_RAW: Final = -15  # no header and no checksum: the record's commitment is one
_LEVEL, _MEMORY = 6, 9


def stored(kind: RecordKind, content: bytes) -> bytes:
    """Return a content as it lies in the vault."""
    if kind == "blob" or len(content) > _MOST:
        return content
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, _MEMORY, zdict=dictionary())
    deflated = _DEFLATED + deflate.compress(content) + deflate.flush()
    return deflated if len(deflated) < len(content) or content.startswith(_DEFLATED) else content


def plain(kind: RecordKind, content: bytes) -> bytes:
    """Return a content that lies in the vault so. A damaged one comes back as it is: its commitment will tell."""
    return content if kind == "blob" else _plain(content)


def register_plain(connection: apsw.Connection) -> None:
    """Give a connection the SQL function ``plain``, for the contents of everything but blobs."""
    connection.create_scalar_function("plain", _plain_or_nothing, 1, deterministic=True)


@cache
def dictionary() -> bytes:
    """Return the dictionary. It never changes, or what was deflated against it could not be read any more."""
    return files("vertraut.ledger").joinpath("dictionary-1.txt").read_bytes()


def _plain(content: bytes) -> bytes:
    if not content.startswith(_DEFLATED):
        return content
    inflate = zlib.decompressobj(_RAW, zdict=dictionary())
    try:
        inflated = inflate.decompress(content[len(_DEFLATED) :], _MOST)
    except zlib.error:
        return content
    return inflated if inflate.eof and not inflate.unused_data else content


def _plain_or_nothing(*values: apsw.SQLiteValue) -> bytes | None:
    (content,) = values
    return _plain(content) if isinstance(content, bytes) else None
