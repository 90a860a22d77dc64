"""Which part of a mail its author wrote now: the text without quoted history, forwarded mails and signature.

Rules for how mail programs write in German and English, with the most common words of a few other languages. Works on
lines and in linear time; when unsure, text counts as new.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_LINE_LIMIT = 1000
_LINES_LIMIT = 100_000
_RANGES_LIMIT = 500
_ATTRIBUTION_LINES = 4
_HEADER_LINES = 10

_QUOTED = re.compile(r"\s{0,3}>|[A-ZÄÖÜ]{1,3}>\s")
_DATE = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}\.?\s?(?:de\s)?[^\W\d_]{3,10}\.?,?\s(?:de\s)?(?:\d{4}|\d{2}\b)|"
    r"[^\W\d_]{3,10}\.?\s\d{1,2},?\s\d{4}|\d{4}年"
)
_TIME_OR_ADDRESS = re.compile(r"\d{1,2}[:.]\d\d|\S@\S")
_WROTE = re.compile(
    r"\b(?:schrieb|wrote|writes|schreef|écrit|escribi[óo]|escreveu|ha scritto|skrev|napisał|написала?|пишет)\b[^\n]{0,200}:",
    re.IGNORECASE,
)
_WROTE_START = re.compile(r"\W{0,6}(?:am|on|le|el|il|op|den|em|dne|на)\s", re.IGNORECASE)
_DIVIDER = re.compile(
    r"[\s*>]{0,4}[-_=]{2,}\s*(?:original[ -]?message|original[ -]?mail|original appointment|reply message|"
    r"forwarded (?:message|mail|by\b.{1,200})|(?:ur|u)spr(?:ü|ue?)ngliche[ -](?:nachricht|mail|e-mail)|"
    r"original-?\s?(?:nachricht|mail|e-mail)|originalnachricht|weitergeleitete (?:nachricht|mail|e-mail)|"
    r"weitergeleitet von\b.{1,200}|antwort-?nachricht|message d'origine|message transféré|mensaje original|"
    r"messaggio originale|oorspronkelijk bericht)\b.{0,200}",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"\s{0,3}(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|weitergeleitete nachricht|"
    r"début du message transféré|inicio del mensaje reenviado)\s*:\s*",
    re.IGNORECASE,
)
_LABELS = {
    "from": ("von", "from", "de", "da", "van", "från", "od", "expéditeur"),
    "sent": ("gesendet", "sent", "envoyé", "enviado", "inviato", "verzonden", "skickat"),
    "date": ("datum", "date", "fecha", "data", "gesendet am"),
    "to": ("an", "to", "à", "para", "aan", "till", "a"),
    "cc": ("cc", "kopie", "copy", "bcc", "kopia"),
    "subject": ("betreff", "subject", "objet", "asunto", "oggetto", "onderwerp", "ämne", "re"),
    "other": ("antwort an", "reply-to", "wichtigkeit", "importance", "priorität", "priority", "anlagen", "attachments"),
}
_LABEL_OF = {word: label for label, words in _LABELS.items() for word in words}
_LABEL = re.compile(rf"[\s*>]{{0,4}}({'|'.join(map(re.escape, _LABEL_OF))})\s*\*?\s*:", re.IGNORECASE)
_RULE = re.compile(r"\s*[-_=*]{5,}\s*")
_SIGNATURE = re.compile(r"--[ \xa0]?")
_LOOSE_SIGNATURE_LINES = 12
_SENT_FROM = re.compile(
    r"\s*(?:(?:sent|get) (?:from|via|with|using|outlook)\b|(?:von|mit) (?:meine[mr]|der|dem)\b.{0,60}gesendet|"
    r"(?:diese (?:nachricht|e-mail) wurde )?(?:gesendet |versendet )?(?:von|mit|via|aus) (?:meine[mr] |der |dem |mein )?"
    r"(?:iphone|ipad|mail für|outlook|android|samsung|web\.de|gmx|k-9|mobil|handy|smartphone|blackberry|yahoo)\b|"
    r"gesendet (?:von|mit|via|aus)\b|envoyé (?:de|depuis)\b|enviado desde\b|verzonden vanaf\b).{0,120}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str
    """At most ``_LINE_LIMIT`` characters of the line: what no rule needs to see is not looked at."""

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


def new_ranges(text: str, apart: Iterable[tuple[int, int]] = ()) -> list[list[int]]:
    """Return the ranges of the text that are new, in order, without white space at their ends; one for too many.

    ``apart`` are disjoint ranges that are known to be quoted or a signature.
    """
    if text.count("\n") > _LINES_LIMIT:  # a log or a table, no conversation
        return [[0, len(text)]]
    lines = list(_lines(text))
    old = _quoted_lines(lines, list(apart))
    for start, stop in list(_runs(old)):
        for number in range(_signature(lines, start, stop), stop):
            old[number] = True
    trimmed = (_trimmed(text, lines[start].start, lines[stop - 1].end) for start, stop in _runs(old))
    new = [[first, last] for first, last in trimmed if first < last]
    return new if len(new) <= _RANGES_LIMIT else [[new[0][0], new[-1][1]]]


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield _Line(start, end, text[start : min(end, start + _LINE_LIMIT)])
        start = end + 1


def _runs(old: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield start and stop of each run of lines that are not old."""
    start = None
    for number, is_old in enumerate([*old, True]):
        if not is_old and start is None:
            start = number
        elif is_old and start is not None:
            yield start, number
            start = None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), start + len(part.rstrip())


def _quoted_lines(lines: list[_Line], apart: list[tuple[int, int]]) -> list[bool]:
    """Say of each line whether it is quoted history or introduces it."""
    old = [bool(_QUOTED.match(line.text)) for line in lines]
    for number, line in enumerate(lines):
        while apart and apart[0][1] <= line.start:
            apart.pop(0)
        if apart and apart[0][0] <= line.start and not line.is_blank:
            old[number] = True
    for number in range(len(lines)):
        if old[number]:
            if number and not old[number - 1]:
                _mark_attribution(lines, old, number)
        elif _opens_history(lines, old, number):
            _mark_rule_before(lines, old, number)
            old[number:] = [True] * (len(lines) - number)
            break
    return old


def _mark_attribution(lines: list[_Line], old: list[bool], quote: int) -> None:
    """Mark the lines before a quote that say whose words it is: "Am … schrieb …:", over up to four lines."""
    last = quote - 1
    while last >= 0 and lines[last].is_blank and not old[last] and quote - last < _ATTRIBUTION_LINES:
        last -= 1
    if last < 0 or old[last]:
        return
    if _is_divider(lines[last].text):
        old[last] = True
        return
    for first in range(last, max(-1, last - _ATTRIBUTION_LINES), -1):
        if old[first] or lines[first].is_blank:
            break
        said = " ".join(line.text.strip() for line in lines[first : last + 1])
        if _is_attribution(said):
            old[first : last + 1] = [True] * (last + 1 - first)
            return
    if _WROTE.search(lines[last].text) and lines[last].text.rstrip().endswith(":"):
        old[last] = True


def _is_attribution(said: str) -> bool:
    if not said.endswith(":") or len(said) > _LINE_LIMIT:
        return False
    return bool(_DATE.search(said) and (_WROTE.search(said) or _TIME_OR_ADDRESS.search(said)))


def _is_divider(text: str) -> bool:
    return bool(_DIVIDER.match(text) or _FORWARD.fullmatch(text))


def _opens_history(lines: list[_Line], old: list[bool], number: int) -> bool:
    """Say whether all that follows this line is history without quote marks, as Outlook and the web mailers write it."""
    text = lines[number].text
    if _is_divider(text):
        return not _next_is_old(lines, old, number + 1)
    if _LABEL.match(text) and _is_header_block(lines, number):
        return True
    return bool(_WROTE_START.match(text)) and _is_unmarked_attribution(lines, old, number)


def _next_is_old(lines: list[_Line], old: list[bool], number: int) -> bool:
    following = next((index for index in range(number, len(lines)) if not lines[index].is_blank), None)
    return following is not None and old[following]


def _is_header_block(lines: list[_Line], number: int) -> bool:
    """Say whether the header of another mail stands here; "Von: Leipzig, An: Dresden, Datum: morgen" is none."""
    found: list[str] = []
    after_blank = False
    for line in lines[number : number + _HEADER_LINES]:
        label = _LABEL.match(line.text)
        if label:
            found.append(_LABEL_OF[label[1].lower()])
        elif after_blank and not line.is_blank:
            break
        after_blank = line.is_blank
    kinds = set(found)
    if found[0] == "from":
        return len(kinds & {"sent", "date", "to", "subject"}) > 1 and bool(kinds & {"sent", "subject"})
    return {"to", "subject"} < kinds and bool(kinds & {"from", "cc", "sent", "date"})


def _is_unmarked_attribution(lines: list[_Line], old: list[bool], number: int) -> bool:
    said = ""
    for index in range(number, min(number + _ATTRIBUTION_LINES, len(lines))):
        if lines[index].is_blank:
            return False
        said = f"{said} {lines[index].text.strip()}".strip()
        if said.endswith(":"):
            known = _DATE.search(said) and _WROTE.search(said) and _TIME_OR_ADDRESS.search(said)
            return bool(known) and not _next_is_old(lines, old, index + 1)
    return False


def _mark_rule_before(lines: list[_Line], old: list[bool], number: int) -> None:
    """Mark what belongs to the start of the history: a rule, or the name and date that Lotus Notes writes first."""
    at = number - 1
    while at >= 0 and lines[at].is_blank:
        at -= 1
    if at >= 0 and _RULE.fullmatch(lines[at].text):
        old[at] = True
    elif at == number - 1 and at >= 1 and _DATE.search(lines[at].text) and _TIME_OR_ADDRESS.search(lines[at].text):
        old[at] = True
        old[at - 1] = old[at - 1] or not lines[at - 1].is_blank


def _signature(lines: list[_Line], start: int, stop: int) -> int:
    """Return where the signature of a run of new lines starts, ``stop`` where there is none."""
    while stop > start and lines[stop - 1].is_blank:
        stop -= 1
    for number in range(start, stop):
        text = lines[number].text
        if _SIGNATURE.fullmatch(text) and (text != "--" or stop - number <= _LOOSE_SIGNATURE_LINES):
            return number
    for number in range(max(start, stop - 3), stop):
        if _SENT_FROM.fullmatch(lines[number].text) and (number == start or lines[number - 1].is_blank):
            return number
    return stop
