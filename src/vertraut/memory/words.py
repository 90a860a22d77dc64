"""How a text becomes index terms, and a question the terms to look for.

Terms are Snowball stems in the language of the entry, case and diacritics folded; German spellings with ae/oe/ue/ss meet
those with umlauts and ß. A question is stemmed in every language the vault holds, because its words may stand in entries
of any of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

WORDS_VERSION = 1
"""Raise it when ``terms`` changes: an index built by another version is rebuilt."""

LONGEST = 40
"""Letters of a word that count; longer runs are encoded data, not words."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_APOSTROPHE = re.compile(r"['’]")
_POSSESSIVE = re.compile(r"['’](?:s|S)$")
_ALGORITHMS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip

STOP_WORDS = {
    "de": frozenset(
        "aber als also am an auch auf aus bei beim bin bis bist da damit dann das dass dein deine deinem deinen "
        "deiner dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch du durch ein eine einem "
        "einen einer eines er es euch euer eure für gab gibt haben habe habt hat hatte hatten hattest ich ihm ihn "
        "ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jetzt kann können man mein meine meinem meinen meiner mich "
        "mir mit nach noch nun nur ob oder schon sein seine seinem seinen seiner sich sie sind so soll sollen sollte "
        "um und uns unser unsere unserem unseren unserer vom von vor wann war waren warst warum was weil welche "
        "welchem welchen welcher welches wem wen wenn wer werden wessen wie wieder wieso will wir wird wo wobei wofür "
        "woher wohin womit woran worauf worin worum wovon wozu wurde wurden würde zu zum zur über".split()
    ),
    "en": frozenset(
        "a about am an and any are as at be been being but by can could did do does doing for from had has have "
        "having he her hers him his how i if in into is it its me my of on or our ours she should so some such than "
        "that the their them then there these they this those to us was we were what when where which while who whom "
        "whose why will with would you your yours".split()
    ),
}
"""Words that carry nothing alone, by language. They are indexed, but a question does not look for them."""


def words(text: str) -> list[str]:
    """Return the words of a text, case folded, without possessive endings."""
    return [_folded(word) for word in _WORD.findall(text)]


def located(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield each word as ``words`` gives it with its place in the text."""
    for found in _WORD.finditer(text):
        yield _folded(found.group()), found.span()


def _folded(word: str) -> str:
    """Fold a word's case, without its possessive ending and without apostrophes inside, at which FTS5 would part it."""
    return _APOSTROPHE.sub("", _POSSESSIVE.sub("", word))[:LONGEST].casefold()


def terms(text: str, language: str) -> list[str]:
    """Return the index terms of an entry's text, in order, with repetitions."""
    return stems(words(text), language)


def question_terms(text: str, languages: Iterable[str]) -> list[tuple[str, ...]]:
    """Return for each content word of a question the terms it may stand under in entries of these languages."""
    spoken = list(languages)
    stop = frozenset().union(*(STOP_WORDS.get(language, frozenset()) for language in ("de", "en")))
    found = [word for word in dict.fromkeys(words(text)) if word not in stop]
    by_language = [stems(found, language) for language in spoken]
    return [tuple(dict.fromkeys(variants)) for variants in zip(*by_language, strict=True)]


def question_language(text: str, otherwise: str = "en") -> str:
    """Return the language, "de" or "en", of which a question has more stop words; ``otherwise`` where it has as many."""
    asked = words(text)
    german, english = (sum(word in STOP_WORDS[language] for word in asked) for language in ("de", "en"))
    return otherwise if german == english else "de" if german > english else "en"


def stems(found: Sequence[str], language: str) -> list[str]:
    """Return the stems of case-folded words, diacritics folded."""
    stemmer = _stemmer(_ALGORITHMS.get(language, "english"))
    return [stem if stem.isascii() else _plain(stem) for stem in stemmer.stemWords(found)]


def words_version() -> str:
    """Return what the word index depends on: our rules and the stemmer's."""
    return f"{WORDS_VERSION}/snowball {stemmer_version()}"


def stemmer_version() -> str:
    """Return the version of the Snowball stems: another one may give other terms."""
    import Stemmer  # noqa: PLC0415  commands that look nothing up start without it

    version: str = Stemmer.version()
    return version


@lru_cache(maxsize=1 << 16)
def _plain(word: str) -> str:
    spread = unicodedata.normalize("NFKD", word)
    kept = "".join(letter for letter in spread if not (unicodedata.combining(letter) or letter.isspace()))
    return kept or word  # some letters are nothing but marks


@cache
def _stemmer(algorithm: str) -> Any:
    import Stemmer  # noqa: PLC0415  commands that look nothing up start without it

    return Stemmer.Stemmer(algorithm)
