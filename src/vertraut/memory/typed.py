"""Words as they are being typed: the entries that hold all of them, at once, and where in an entry they stand.

The last word is a beginning until something follows it. Every word is looked for by its stem in each language of the vault;
words that carry nothing are passed over. Filters in the text count as they do in a question (``memory.filters``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import apsw
import numpy as np

from vertraut.memory.columns import Numbers
from vertraut.memory.marks import Range
from vertraut.memory.words import STOP_WORDS, located, stems, words

LOOKED_THROUGH: Final = 50_000
"""Characters of an entry's text in which the words are looked for to mark them."""

_MOST = 16  # words
_BEGINNING = 2  # letters: shorter beginnings stand for too much
_SHORTENED, _SHORTEST = 3, 3  # letters
_WINDOW = 8_000


@dataclass(frozen=True, slots=True)
class Typed:
    """What is looked for: of each word its stems, of which one is enough, and how the last one may begin."""

    stems: tuple[tuple[str, ...], ...]
    begun: tuple[str, ...] = ()
    shorter: tuple[str, ...] = ()
    """What the last word may be a longer form of, while nothing else fits: "runni" on the way from "run"."""

    @classmethod
    def of(cls, text: str, languages: Sequence[str], *, ended: bool) -> Typed:
        """Read words; the last one is whole where the text has ``ended``."""
        found = words(text)[:_MOST]
        stop = frozenset[str]().union(*STOP_WORDS.values())
        telling = [word for word in found if word not in stop] or found
        by_language = zip(*(stems(telling, language) for language in languages), strict=True)
        variants = tuple(tuple(dict.fromkeys(each)) for each in by_language)
        if not found or ended or telling[-1] != found[-1] or len(found[-1]) < _BEGINNING:
            return cls(variants)
        last = found[-1]
        begun = (*([last] if last.isascii() else []), *(stem for stem in variants[-1] if len(stem) >= len(last) - 1))
        shorter = tuple(last[:-n] for n in range(1, _SHORTENED + 1) if len(last) - n >= _SHORTEST)
        return cls(variants, tuple(dict.fromkeys(begun)), shorter)

    def __bool__(self) -> bool:
        """Say whether anything is looked for."""
        return bool(self.stems)

    def looked_up(self, connection: apsw.Connection) -> tuple[Numbers, Typed]:
        """Return the entries that hold all of the words, by number, in no order, and the words as they were found there."""
        seqs = _matching(connection, self)
        if not len(seqs) and self.shorter:
            longer_form = Typed((*self.stems[:-1], self.shorter))
            return _matching(connection, longer_form), longer_form
        return seqs, self

    def marks(self, text: str, language: str) -> list[Range]:
        """Return where the words stand in a text, in order; in a long one the first places only."""
        found: list[Range] = []
        for start in range(0, min(len(text), LOOKED_THROUGH), _WINDOW):
            found += self._marks_within(text, start, language)
            if found:
                break
        return found

    def _marks_within(self, text: str, start: int, language: str) -> Iterator[Range]:
        places = list(located(text[start : start + _WINDOW]))
        wanted = {stem for each in self.stems for stem in each}
        for (_, (begin, end)), stem in zip(places, stems([word for word, _ in places], language), strict=True):
            if stem in wanted or stem.startswith(self.begun or "\0"):
                yield start + begin, start + end


def _matching(connection: apsw.Connection, typed: Typed) -> Numbers:
    conditions = [[_quoted(stem) for stem in variants] for variants in typed.stems]
    conditions[-1] += [f"{_quoted(beginning)} *" for beginning in typed.begun]
    match = " AND ".join(f"({' OR '.join(each)})" for each in conditions)
    cursor = connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (match,))
    return np.fromiter((row[0] for row in cursor), np.int64)


def _quoted(term: str) -> str:
    doubled = term.replace('"', '""')
    return f'"{doubled}"'
