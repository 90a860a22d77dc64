"""Addresses in an answer: none may carry the person's words away, whoever made the model write it.

An address stays where it stands verbatim in what the answer rests on or in what the person said; every other one is taken
out. No picture and no tag can begin, so that nothing is loaded while an answer is read. Markdown's ways to write an address
so that only its reader sees one (escapes, character references) are undone first. Works on whole sentences.
"""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_REFERENCE: Final = re.compile(r"&(?=#\d|#x|[a-z]{2,31};)", re.IGNORECASE)
_PICTURE: Final = re.compile(r"!(?=\[)")
_TAG: Final = re.compile(r"<(?=[A-Za-z/!?])(?!https?://[^\s<>]{1,4000}>)")
_LINK: Final = re.compile(r"\[([^\]\n]{0,300})\]\(\s*+<?([^\s)>]{1,4000}+)[^)\n]{0,300}+\)")
_REST: Final = r"[^\s<>\"'`()\[\]{}|“”„«»]"
_SCHEMES: Final = "mailto|tel|sms|callto|facetime|skype|sip|xmpp|geo|magnet|news|data|blob|about|javascript|vbscript|bitcoin"
_ADDRESS: Final = re.compile(
    r"(?<![\w.+%-])[\w.+%-]+@[\w.-]+\.\w{2,24}"
    rf"|(?<![\w+.-])(?:[a-z][a-z0-9+.-]{{1,30}}:)?//{_REST}{{2,}}"
    rf"|(?<![\w+.-])(?:(?:{_SCHEMES}):|www\.){_REST}{{2,}}"
    rf"|(?<![\w.-])[\w.-]+\.[a-z]{{2,24}}(?::\d{{1,5}})?[/?#]{_REST}+"
    r"|(?<![\w.-])[\w.-]+\.[\w-]{2,}\.[a-z]{2,24}(?![\w-])",
    re.IGNORECASE,
)
_AFTER: Final = ".,;:!?*_~/"
_REMOVED: Final = {"de": "[Adresse entfernt]", "en": "[address removed]"}


def without_foreign_addresses(text: str, known: str, language: str) -> str:
    """Return a text with only those addresses that stand in ``known``, and without anything that would be loaded."""
    plain = _ESCAPE.sub("", text)
    if not (_ADDRESS.search(plain) or _LINK.search(plain)):
        return _inert(plain)
    kept = {_bare(found) for found in _ADDRESS.findall(known)}

    def link(found: re.Match[str]) -> str:
        return found.group() if _bare(found[2]) in kept else found[1]

    def address(found: re.Match[str]) -> str:
        bare = _bare(found.group())
        return found.group() if bare in kept else _REMOVED[language] + found.group()[len(bare) :]

    return _inert(_ADDRESS.sub(address, _LINK.sub(link, plain)))


def _inert(text: str) -> str:
    """Return a text in which no picture, tag or character reference begins."""
    return _REFERENCE.sub("& ", _TAG.sub("< ", _PICTURE.sub("! ", text)))


def _bare(address: str) -> str:
    """Return an address without what the sentence around it put behind it."""
    return address.rstrip(_AFTER)
