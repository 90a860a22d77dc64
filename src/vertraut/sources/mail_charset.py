"""Bytes of a mail to text: the declared charset where it is known and fits, else UTF-8, else Windows-1252.

Charsets are read as mail programs and browsers read them: ISO-8859-1 as its superset Windows-1252, GB2312 as GB18030.
Never raises; what had to be guessed is said with the text.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import Literal

Doubt = Literal["", "unknown-charset", "bad-encoding"]

_SUPERSETS = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
}
_OTHER_NAMES = {
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "x-mac-roman": "mac_roman",
    "windows-874": "cp874",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
}
_NO_MAIL_CHARSETS = frozenset({"unicode-escape", "raw-unicode-escape", "punycode", "idna", "undefined", "mbcs", "oem"})
_SURROGATE = re.compile("[\ud800-\udfff]")


def decoded(data: bytes, charset: str) -> tuple[str, Doubt]:
    """Return the text, and why it may be wrong. An empty ``charset`` means that none was declared."""
    name = _codec(charset)
    try:
        text = data.decode(name or "utf-8")
    except UnicodeError:
        return _guessed(data, name), "bad-encoding" if name else "unknown-charset"
    return _SURROGATE.sub("\ufffd", text), "" if name else "unknown-charset"


@lru_cache(maxsize=256)
def _codec(charset: str) -> str:
    """Return the name of the codec to read a charset with, "" for one that nobody knows."""
    name = charset.strip(" \t'\"").lower()
    if not name:
        return "utf-8"
    name = _OTHER_NAMES.get(name, name)
    try:
        codec = codecs.lookup(name)
        "".encode(codec.name)
    except (LookupError, ValueError):
        return ""
    if codec.name in _NO_MAIL_CHARSETS:
        return ""
    return _SUPERSETS.get(codec.name, codec.name)


def _guessed(data: bytes, name: str) -> str:
    """Decode what does not fit its charset: as UTF-8 with a few torn characters, or as another one altogether."""
    if name == "cp1252":
        return data.decode("latin-1")
    text = data.decode("utf-8", "replace")
    torn = text.count("\ufffd")
    foreign = sum(character > "\x7f" for character in text) if torn else 0
    if torn * 2 <= foreign:
        return text
    if name in {"", "utf-8"}:
        name = "cp1252"
    return _SURROGATE.sub("\ufffd", data.decode(name, "replace"))
