"""Whether a text says a phrase word for word: as it is written, umlauts included.

Upper and lower case, the width of white space and the form of apostrophes and dashes do not matter; a phrase begins and ends
where words do ("rest" does not stand in "Restaurant").
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
_ALIKE = str.maketrans(dict.fromkeys(_DASHES, "-") | {"\u2018": "'", "\u2019": "'"})
_LETTER = r"[^\W_]"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase to look for in texts that ``folded`` has prepared."""

    text: str
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, written: str) -> Phrase:
        """Return what a person wrote as a phrase to look for."""
        text = folded(written)
        before = rf"(?<!{_LETTER})" if re.match(_LETTER, text) else ""
        after = rf"(?!{_LETTER})" if re.search(rf"{_LETTER}\Z", text) else ""
        return cls(text, re.compile(before + re.escape(text) + after))

    def stands_in(self, text: str) -> bool:
        """Say whether a folded text says the phrase."""
        return self.text in text and self.pattern.search(text) is not None  # the first is many times quicker


def folded(text: str) -> str:
    """Return a text so that what counts as the same phrase is the same."""
    return " ".join(composed(text).translate(_ALIKE).casefold().split())


def composed(text: str) -> str:
    """Return a text with each letter and its marks as one character, as keyboards write it."""
    return unicodedata.normalize("NFC", text)
