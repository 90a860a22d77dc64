"""Which words say the same, in German and English, and which carry no fact of their own; read from the tables beside this.

A word's keys are its stems in both languages and the meanings it may have: two words may say the same if they share a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from vertraut.memory.words import STOP_WORDS, stems, words

Keys = frozenset[str]

_SHORTEST_PART: Final = 4
_SHORTEST_SHARED: Final = 5
_SHORTEST_END: Final = 3
_SHORTEST_COMPOUND: Final = 7
_GERMAN_VERBS: Final = (re.compile(r"([a-zäöüß]{3,}?)e?(?:t|st|te|ten|test)"), re.compile(r"ge([a-zäöüß]{3,}?)(?:e?t|en)"))
_ENDINGS: Final = frozenset("end ende enden ender endes isch lich ten test".split())
_LINKS: Final = ("", "s", "n", "en", "e", "er", "es")


@dataclass(frozen=True, slots=True)
class _Tables:
    """Meanings by stem and by the stems of expressions, their opposites, which are actions; and the words of the frame."""

    meanings: dict[str, Keys]
    phrases: dict[tuple[str, ...], Keys]
    opposites: dict[str, str]
    actions: Keys
    frame_words: Keys
    frame_stems: Keys


@lru_cache(maxsize=1 << 14)
def stems_of(word: str) -> tuple[str, ...]:
    """Return the stems of a case-folded word, and that of the verb that "holte" or "gefeiert" may be."""
    verbs = [found[1] + "en" for rule in _GERMAN_VERBS if (found := rule.fullmatch(word))]
    both = [stems([word], "de")[0], stems([word], "en")[0], *stems(verbs, "de")]
    return tuple(dict.fromkeys(both))


@lru_cache(maxsize=1 << 14)
def keys_of(word: str) -> Keys:
    """Return the keys of a case-folded word."""
    meanings = _tables().meanings
    found = stems_of(word)
    return frozenset(found).union(*(meanings.get(stem, frozenset()) for stem in found))


def has_meaning(word: str) -> bool:
    """Say whether the tables know a word: then it differs from every word that shares no key with it."""
    return any(stem in _tables().meanings for stem in stems_of(word))


def is_action(keys: Keys) -> bool:
    """Say whether a word with these keys is an everyday action, for which a sentence may have a word of its own."""
    return bool(keys & _tables().actions)


def opposite_of(keys: Keys) -> Keys:
    """Return the meanings that are the opposite of a word with these keys."""
    opposites = _tables().opposites
    return frozenset(opposites[key] for key in keys if key in opposites)


def is_frame(word: str) -> bool:
    """Say whether a word carries no fact of its own."""
    if word in _STOP or word in _tables().frame_words:
        return True
    return not has_meaning(word) and any(stem in _tables().frame_stems for stem in stems_of(word))


def phrase_keys(found: Sequence[str]) -> Iterator[tuple[int, int, Keys]]:
    """Yield the expressions of several words in a text as (first word, one after the last, keys)."""
    phrases = _tables().phrases
    english = [stems([word], "en")[0] for word in found]
    for at in range(len(found)):
        for length in (3, 2):
            if keys := phrases.get(tuple(english[at : at + length])):
                yield at, at + length, keys
                break


@lru_cache(maxsize=1 << 14)
def part_keys(word: str) -> tuple[Keys, ...]:
    """Return the keys of the two parts of a German compound ("Schlüsselrechnung"), none for a word that is no such."""
    if len(word) < _SHORTEST_COMPOUND:
        return ()
    for cut in range(len(word) - _SHORTEST_END, _SHORTEST_PART - 1, -1):
        first, second = word[:cut], word[cut:]
        heads = [first.removesuffix(link) for link in _LINKS if first.endswith(link)]
        known = next((head for head in heads if len(head) >= _SHORTEST_PART and has_meaning(head)), "")
        if second in _ENDINGS:
            continue
        if known and has_meaning(second):
            return keys_of(known), keys_of(second)
        if known and is_frame(second):
            return (keys_of(known),)
    return ()


def is_part(one: str, other: str) -> bool:
    """Say whether one stem begins or ends the other, as "kartoffel" and "salat" do with "kartoffelsalat"."""
    short, long = (one, other) if len(one) < len(other) else (other, one)
    return len(short) >= _SHORTEST_SHARED and (long.startswith(short) or long.endswith(short))


_STOP: Final = STOP_WORDS["de"] | STOP_WORDS["en"]


@cache
def _tables() -> _Tables:
    meanings: dict[str, set[str]] = {}
    phrases: dict[tuple[str, ...], set[str]] = {}
    opposed, actions = [], set()
    for number, row in enumerate(_rows("word_senses.txt")):
        if row[0] == "!":
            opposed.append(row[1:])
            continue
        key = f"#{number}"
        if row[0] == "~":
            actions.add(key)
        for word in row[row[0] == "~" :]:
            if len(parts := words(word)) > 1:
                phrases.setdefault(tuple(stems(parts, "en")), set()).add(key)
            else:
                for stem in stems_of(parts[0]):
                    meanings.setdefault(stem, set()).add(key)
    frame = {part for row in _rows("frame_words.txt") for word in row for part in words(word)}
    return _Tables(
        {stem: frozenset(keys) for stem, keys in meanings.items()},
        {phrase: frozenset(keys) for phrase, keys in phrases.items()},
        dict(_opposites(opposed, meanings)),
        frozenset(actions),
        frozenset(frame),
        frozenset(stem for word in frame for stem in stems_of(word)),
    )


def _opposites(rows: Iterable[list[str]], meanings: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
    for one, other in rows:
        for mine in meanings[stems_of(one)[0]]:
            for theirs in meanings[stems_of(other)[0]] - meanings[stems_of(one)[0]]:
                yield from ((mine, theirs), (theirs, mine))


def _rows(name: str) -> list[list[str]]:
    text = (files("vertraut.assistant") / name).read_text("utf-8")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]
