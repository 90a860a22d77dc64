"""What an entry's vectors are made of: its passages, each with author and title, and what was said right before it.

"Yes, the blue one!" means little by itself. A short entry of a conversation is embedded twice, alone and together with the
end of the one before it, and gets a blend of both vectors: it costs no more to keep and to compare than one, and recall@10
on two-person conversations is several points higher (docs/recall.md). Whoever stores such a vector notes whose words went
into it: when those are forgotten, the vector goes, too.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from vertraut.ledger import Entry
from vertraut.memory.embedding import Embedder, Vectors
from vertraut.memory.passages import LONGEST, passages

RECENT = 24 * 3600
"""Seconds within which an entry is what was said right before."""

_RULES = 2
_CONVERSATION = frozenset({"message", "mail", "chat"})
_END = 200  # characters
_SHARE = np.float32(0.6)  # of the vector in context; from 0.5 to 0.8 little changes
_ENDLESS = re.compile(r"([!-~]{40})[!-~]{40,}")
_RULED = re.compile(r"([^\w\s])\1{3,}")
_LEAST, _TWO = np.float32(1e-9), np.float32(2)


def vectors_version(embedder: Embedder) -> str:
    """Return what vectors depend on: the engine, and the rules of this module. Those of another version are made again."""
    return f"{embedder.name}, texts {_RULES}"


def embedded_texts(entry: Entry) -> list[tuple[int, int, str]]:
    """Return what an entry's vectors are made of: (start, stop) in its text, and the passage with author and title.

    The author matters: with the name, recall@10 on two-person conversations doubles (measured, docs/benchmarks.md). An
    entry without text is embedded by its title, place or caption.
    """
    author, title = _author(entry), _title(entry)
    found = [(start, stop, author + title + _telling(entry.text[start:stop])) for start, stop in passages(entry.text)]
    if found:
        return found
    caption = entry.meta.get("image_caption")
    bare = ", ".join(part for part in (entry.title, entry.place, caption if isinstance(caption, str) else "") if part)
    return [(0, 0, author + bare)] if bare else []


def answers_another(entry: Entry) -> bool:
    """Say whether an entry is embedded in the context of what was said right before it, too. It has one passage then."""
    return entry.kind in _CONVERSATION and len(entry.text) <= LONGEST and not entry.text.isspace() and entry.text != ""


def text_in_context(entry: Entry, before: Entry) -> str:
    """Return what is embedded of an entry and of the one right before it."""
    return f"{_author(before)}{_end(before.text)}\n{_author(entry)}{_title(entry)}{_telling(entry.text.strip())}"


def blended(alone: Vectors, in_context: Vectors, center: Vectors) -> Vectors:
    """Return vectors between those of entries alone and in context, all (n, dimensions), of length one.

    They are as far from the ``center`` as the two were on average. What is in the middle of two vectors lies nearer to
    the centre of all and so nearer to any question: unmended, blends would outdo all other vectors.
    """
    between = alone + _SHARE * (in_context - alone) - center
    far = (_length(alone - center) + _length(in_context - center)) / _TWO
    mended = center + between * (far / np.maximum(_length(between), _LEAST))
    blend: Vectors = (mended / np.maximum(_length(mended), _LEAST)).astype(np.float32, copy=False)
    return blend


def _length(vectors: npt.NDArray[np.floating]) -> Vectors:
    length: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float32, copy=False)
    return length


def _author(entry: Entry) -> str:
    return f"{entry.author}: " if entry.author else ""


def _title(entry: Entry) -> str:
    return f"{entry.title}. " if entry.title and entry.title not in entry.text else ""


def _end(text: str) -> str:
    """Return the last words of a text: there stands the question that the next one answers."""
    text = " ".join(_telling(text[-4 * _END :]).split())
    return text if len(text) <= _END else text[-_END:].partition(" ")[2] or text[-_END:]


def _telling(text: str) -> str:
    """Return a text without what costs much time and says nothing: the ends of long addresses and codes, ruled lines."""
    return _RULED.sub(r"\1\1\1", _ENDLESS.sub(r"\1", text))
