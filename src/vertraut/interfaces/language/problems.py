"""What could not be taken in from a file, in words: one row a ``ProblemCode``, (English, German).

The place in the file and the reason stand beside it as the source gave them.
"""

from __future__ import annotations

from typing import Final

from vertraut.interfaces.language.shared import Both

PROBLEMS: Final[dict[str, Both]] = {
    "bad-content-line": ("no calendar line", "keine Kalenderzeile"),
    "bad-date": ("bad date", "unlesbares Datum"),
    "bad-dtend": ("bad end", "unlesbares Ende"),
    "bad-dtstart": ("bad start", "unlesbarer Anfang"),
    "bad-duration": ("bad duration", "unlesbare Dauer"),
    "bad-encoding": ("bad encoding", "fehlerhafte Zeichenkodierung"),
    "bad-exdate": ("bad exception date", "unlesbarer Ausnahmetag"),
    "bad-front-matter": ("bad front matter", "unlesbarer Kopfteil"),
    "bad-header-line": ("bad header line", "fehlerhafte Kopfzeile"),
    "bad-number": ("bad number", "unlesbare Zahl"),
    "bad-rdate": ("bad extra date", "unlesbarer Zusatztermin"),
    "bad-rrule": ("bad repeat rule", "unlesbare Wiederholung"),
    "bad-schema": ("unexpected form", "unerwartete Form"),
    "bad-text": ("bad text", "unlesbarer Text"),
    "bad-timestamp": ("bad time", "unlesbarer Zeitpunkt"),
    "empty-file": ("empty", "leer"),
    "encrypted": ("encrypted", "verschlüsselt"),
    "end-before-start": ("ends before it starts", "endet vor dem Anfang"),
    "implausible-date": ("implausible date", "unglaubwürdiges Datum"),
    "missing-dtstart": ("no start", "Anfang fehlt"),
    "missing-or-bad-date": ("no usable date", "kein brauchbares Datum"),
    "missing-or-bad-sender": ("no usable sender", "kein brauchbarer Absender"),
    "nested-too-deep": ("nested too deep", "zu tief verschachtelt"),
    "no-text": ("no text", "kein Text"),
    "not-icalendar": ("no calendar", "kein Kalender"),
    "nul-byte": ("zero byte", "Nullbyte"),
    "too-large": ("too large", "zu groß"),
    "too-many-occurrences": ("too many repeats", "zu viele Wiederholungen"),
    "truncated": ("cut off", "abgeschnitten"),
    "unbalanced": ("something never closes", "etwas bleibt offen"),
    "unknown-charset": ("unknown character set", "unbekannter Zeichensatz"),
    "unknown-timezone": ("unknown time zone", "unbekannte Zeitzone"),
    "unsafe-name": ("unsafe name", "unsicherer Name"),
    "unsupported-entry": ("not supported", "nicht unterstützt"),
    "unreadable": ("unreadable", "nicht lesbar"),
    "unknown-format": ("unknown format", "unbekanntes Format"),
}
