"""What was said already: the same text in another app, in a forwarded mail, in a quote.

Only what is the same word for word counts: of two texts that differ in a date, both are kept. The same sentence weeks later
is something else, too: "tomorrow at nine" means another day by then.
"""

from __future__ import annotations

from collections.abc import Sequence

from vertraut.ledger import Entry
from vertraut.memory.index import Placed
from vertraut.memory.marks import Range
from vertraut.memory.words import words

_SENTENCE_WORDS = 4  # sentences of fewer say something of their own each time
_SENTENCE_SECONDS = 7 * 24 * 3600
_WHOLE_SECONDS = 24 * 3600
_COMPARED = 5_000  # characters; of longer texts also their length
_DATED = frozenset({"event", "task"})


class Said:
    """Entries that were said, as far as they were."""

    def __init__(self) -> None:
        self._said: dict[int, tuple[Placed, str, str]] = {}

    def add(self, where: Placed, entry: Entry, places: Sequence[Range]) -> None:
        """Note what is shown of an entry."""
        shown = " ".join(entry.text[start:stop] for start, stop in places)
        self._said[where.seq] = where, _whole(entry), _spoken(shown)

    def repeated(self, where: Placed, entry: Entry, places: Sequence[Range]) -> set[int] | None:
        """Return which of an entry's sentences others said already; None where there is nothing else in it."""
        near = [said for said in self._said.values() if _near(where, said[0], _SENTENCE_SECONDS)]
        whole = _whole(entry)
        if any(whole == other and _near(where, there, _WHOLE_SECONDS) for there, other, _ in near):
            return None
        shown = "|".join(said for *_, said in near)
        keys = [_spoken(entry.text[start:stop]) for start, stop in places]
        found = {n for n, key in enumerate(keys) if key.count(" ") > _SENTENCE_WORDS and key in shown}
        return None if places and len(found) == len(places) else found


def _near(one: Placed, other: Placed, seconds: int) -> bool:
    """Say whether another entry is so close in time that the same words mean the same."""
    if {one.kind, other.kind} <= _DATED:
        seconds = 0
    return one.seq != other.seq and abs(one.starts - other.starts) <= seconds


def _whole(entry: Entry) -> str:
    size = len(entry.text) if len(entry.text) > _COMPARED else ""
    return _spoken(f"{entry.author}: {entry.title} {entry.text[:_COMPARED]} {size}")


def _spoken(text: str) -> str:
    """Return the words of a text, each between spaces."""
    return f" {' '.join(words(text))} "
