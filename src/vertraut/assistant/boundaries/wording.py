"""How a sentence is read for rules: as plain words, whatever it was dressed in.

Case, accents of emphasis, zero-width characters, typographic marks, contractions and stretched letters fall away; umlauts
become two letters; punctuation stands alone. ``quoted_out`` takes away what is quoted, because a quotation claims nothing.
"""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_HEARTS = re.compile(
    "[\u2764\u2665\u2763\U0001f493-\U0001f49f\U0001f9e1\U0001f90d\U0001f90e\U0001f5a4\U0001fa75-\U0001fa77]"
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": "'", "‘": "'", "`": "'"})
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_CONTRACTIONS = tuple(
    (re.compile(pattern), full)
    for pattern, full in (
        (r"\bcan(?:'t|not|t)\b", "can not"), (r"\bwon'?t\b", "will not"), (r"\bshan't\b", "shall not"),
        (r"\b(do|does|did|is|are|was|were|have|has|had|would|could|should|need|must)n'?t\b", r"\1 not"),
        (r"\bi'm\b", "i am"), (r"'re\b", " are"), (r"'ve\b", " have"), (r"'ll\b", " will"), (r"'d\b", " would"),
        (r"\b(he|she|it|that|this|there|here|what|who|where|every(?:thing|body|one)|no(?:body| one|thing))'s\b", r"\1 is"),
        (r"\blet's\b", "let us"), (r"\bgonna\b", "going to"), (r"\bwanna\b", "want to"), (r"\bgotta\b", "got to"),
        (r"\bya\b|\bu\b(?!\.)", "you"), (r"\bur\b", "your"), (r"\bluv\b", "love"), (r"\bhab\b|\bhab's\b", "habe"),
        (r"\bcause\b", "because"), (r"\bbin's\b", "bin es"), (r"\bpls\b|\bplz\b", "please"),
    )
)  # fmt: skip
_CODE = re.compile(r"[=+<>{}]|\b(?:loop|schleife|index|variable|array|code)\b", re.IGNORECASE)
_COUNTER = re.compile(r"(?<![\w'’])i(?![\w'’])")
_TOKENS = re.compile(r"\w+|[.!?…:;,\[\]]")
_LONELY_STOPS = re.compile(r"(?:(?<=^ )|(?<=[.!…] ))(\w+) [.!…] (?=\w+ (?:[.!…]|$))")
_MARKS = {"“": "”“", "„": '“”"', "\u201a": "‘’", "‘": "’", "»": "«", "«": "»", '"': '"'}
QUOTED = "zz"
"""The word that stands in place of a quotation."""
LONGEST_QUOTE = 12
"""Sentences that one quotation may go on for; a mark that is never closed must not silence the rules."""


def umlauts_spelt(text: str) -> str:
    """Return a text or pattern with umlauts and typographic apostrophes as plain letters."""
    return text.translate(_UMLAUTS)


def plain(text: str) -> str:
    """Return a sentence as plain words between single spaces, with one at each end."""
    if _CODE.search(text):
        text = _COUNTER.sub("index", text)
    text = _HEARTS.sub(" love ", _UNSEEN.sub("", unicodedata.normalize("NFKC", _UNSEEN.sub("", text))))
    text = umlauts_spelt(unicodedata.normalize("NFC", text).casefold().replace("ß", "ss"))
    text = _STRETCHED.sub(r"\1", text.replace("_", " ").replace("*", ""))
    for pattern, full in _CONTRACTIONS:
        text = pattern.sub(full, text)
    tokens = " ".join(_TOKENS.findall(text.replace("'", "")))
    return " " + _LONELY_STOPS.sub(r"\1 ", f" {tokens}").strip() + " "


def quoted_out(text: str, closing: str = "") -> tuple[str, str]:
    """Return a text without what it quotes, and the marks that would end a quotation still open at its end.

    ``closing`` are the marks that end one that an earlier sentence opened.
    """
    kept: list[str] = []
    for character in text:
        if closing:
            closing = "" if character in closing else closing
        elif character in _MARKS:
            closing = _MARKS[character]
            kept.append(f" {QUOTED} ")
        else:
            kept.append(character)
    return "".join(kept), closing
