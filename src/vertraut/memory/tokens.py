"""How many tokens of a language model a text takes, estimated without any tokenizer's vocabulary, and rather too many.

The rule is a sum over words, digits and signs. Against five tokenizers, on 279 contexts of 300 to 4,000 tokens in German and
English, the estimate never was below the truth. In the median it was above it by 13 % (Qwen 3), 13 % (Tekken), 24 %
(cl100k), 29 % (o200k) and 35 % (XLM-R, which the embedding engine has), at most by 60 %. For older tokenizers of 32,000
pieces (Mistral v3) it is off by -10 to +13 %. Other scripts are counted generously, but hardly measured.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache

from vertraut.memory.words import STOP_WORDS

TokenCount = Callable[[str], int]
"""How many tokens a text takes: ``estimated_tokens``, or the tokenizer of the model that will read it."""

_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_SEAM = re.compile(r"(?<=\s)\d|(?<=\d)[^\W\d_]")
_SIGNS = re.compile(r"([^\w\s]|_)\1*")
_SPACES = re.compile(r"(?<=\S)\s{2,}")

_ENGLISH_SHARE = 8  # of so many words one must be an English stop word, or the text counts as German
_LAST_LATIN, _LAST_GREEK_OR_CYRILLIC, _LAST_SIGN = "\u024f", "\u052f", "\u2fff"


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text takes: the sum over its lines, each of which may be in another language."""
    lines = text.split("\n")
    return math.ceil(sum(map(_of_line, lines)) + len(lines) - 1)


def _of_line(line: str) -> float:
    found = _WORD.findall(line)
    of_word = _of_english_word if _is_english(found) else _of_german_word
    signs = sum(_of_signs(run.group()) for run in _SIGNS.finditer(line))
    others = len(_DIGIT.findall(line)) + len(_SEAM.findall(line)) + len(_SPACES.findall(line))
    return sum(map(of_word, found)) + signs + others


def _is_english(found: list[str]) -> bool:
    folded = [word.casefold() for word in found]
    english, german = (sum(map(STOP_WORDS[language].__contains__, folded)) for language in ("en", "de"))
    return english > german and english * _ENGLISH_SHARE >= len(found)


@lru_cache(maxsize=1 << 15)
def _of_english_word(word: str) -> float:
    return _of_word(word, 1 + max(0, len(word) - 3) * 0.11)


@lru_cache(maxsize=1 << 15)
def _of_german_word(word: str) -> float:
    """Compounds and inflected words are seldom in a vocabulary whole; this holds for other languages as well."""
    return _of_word(word, max(1.0, (len(word) - 0.4) / 3))


def _of_word(word: str, tokens: float) -> float:
    if word[0] > _LAST_LATIN:
        return len(word) * (1.0 if word[0] <= _LAST_GREEK_OR_CYRILLIC else 1.5)
    if not word.isascii():
        tokens += sum(1 for letter in word if not letter.isascii())
    if not word[1:].islower():  # "KÜCHE", "iPhone", or what is no language at all
        tokens += sum(0.7 for letter in word[1:] if letter.isupper())
    return tokens


def _of_signs(run: str) -> float:
    if run[0] > _LAST_SIGN:
        return 3.0 * len(run)  # emoji
    return 1 + (len(run) - 1) / 3
