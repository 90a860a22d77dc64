"""An answer in statements: its sentences and list items with the numbers they cite, and which of them claim anything.

A citation before or after the final stop belongs to its sentence. What only greets, asks back, offers help, advises or says
that it does not know claims nothing about the person's life; everything else does, unless it speaks of the world at large.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from vertraut.assistant.stated_times import Place

Verdict = Literal["carried", "uncited", "doubtful", "unsupported", "general"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer as it may be shown, and what it rests on.

    "carried": by the lines it cites. "uncited": it is right, and ``text`` has the citation it lacked. "doubtful": the
    lines say most of it and contradict nothing, and ``text`` is marked. "unsupported": nothing carries it, so it should not
    be shown. "general": it claims nothing about the person's life.
    """

    text: str = field(repr=False)
    cites: tuple[int, ...]
    verdict: Verdict


_CITED: Final = r"\[\^?\d{1,3}(?:\s*[,;–-]\s*\^?\d{1,3})*\]"
CITATION: Final = re.compile(rf"\s*{_CITED}")
_END: Final = re.compile(
    rf"\n+|(?P<stop>(?:[.!?…]+(?:[\"»”“')\]*_]*)))(?P<cites>(?:\s*{_CITED})*)(?:[.!?]*)(?=\s|$)(?P<gap>[^\S\n]*)"
)
_ABBREVIATION: Final = re.compile(
    r"\b(?:[^\W\d_]|Dr|Hr|Fr|Mr|Mrs|Ms|Prof|St|Str|Nr|No|Tel|bzw|ca|usw|etc|vs|e\.g|i\.e|inkl|zzgl|stv|Jan|Feb|Mär|Apr|Aug|Sep|Sept"
    r"|Okt|Oct|Nov|Dez|Dec)\.$"
)
_AFTER_ORDINAL: Final = re.compile(
    r"\s*(?:[a-zäöü(–]|\d|(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Jan|Feb|Mär|Apr"
    r"|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Preis|Platz|Stock|Etage|Klasse|Geburtstag|Mal|Tag|Advent|Jahr|OG)\b)"
)
_MARKUP: Final = re.compile(r"^\s*(?:#{1,6}\s+|>\s*|(?:[-*+•]|\d{1,2}[.)])\s+(?=\S))+|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}")

_GENERAL: Final = re.compile(
    r"""(?ix)^\W*(?:
  (?:hallo|hi|hey|guten\s+(?:morgen|tag|abend)|servus|moin|hello|good\s+(?:morning|evening|afternoon)|danke\w*|vielen\s+dank|thank\s+you|thanks
    |gern(?:e)?(?:\s+geschehen)?|bitte\s+sehr|you['’]re\s+welcome|of\s+course|natürlich|klar|alles\s+klar|sure|gute\s+nacht|good\s+night
    |tschüss|schlaf\w*\s+gut|sleep\s+well|alles\s+gute|gute\s+besserung|get\s+well|enjoy|bis\s+bald|goodbye|bye|viel\s+(?:spaß|erfolg|glück)|good\s+luck|take\s+care|have\s+(?:fun|a\s+\w+))\b[^\d]{0,60}$
  |(?:das\s+)?(?:weiß|weiss)\s+ich\s+(?:leider\s+)?nicht|ich\s+weiß\s+(?:es\s+|das\s+)?(?:leider\s+)?nicht|(?:das\s+)?tut\s+mir\s+leid
  |(?:leider\s+)?(?:finde|fand|habe|sehe|kenne)\s+ich\s+(?:dazu\s+|darüber\s+|hier\s+|davon\s+)?(?:leider\s+)?(?:nichts|kein\w*)
  |ich\s+(?:finde|habe|sehe|kann)\s+(?:dazu\s+|darüber\s+|das\s+)?(?:leider\s+)?(?:nichts|kein\w*|nicht\s+(?:sagen|finden|beantworten))
  |(?:dazu|darüber|davon|hierzu)\s+(?:finde|habe|steht|weiß|ist|gibt)\b.{0,40}\b(?:nichts|kein\w*)
  |(?:in\s+(?:deinem|ihrem|dem)\s+gedächtnis|im\s+gedächtnis)\s+(?:steht|finde|ist|habe)\b.{0,60}\b(?:nichts|kein\w*|nicht)
  |i\s*(?:'m|’m|\s+am)?\s*(?:sorry|afraid)\b[^\d]{0,80}$|i\s+(?:do\s*n['’]?o?t|don['’]t|can['’]?t|cannot|could\s*n['’]?o?t|couldn['’]t|did\s*n['’]?o?t|didn['’]t)\s+
     (?:know|find|see|have|tell|say|remember)\b
  |(?:there\s+is|there['’]s|i\s+have|i\s+found)\s+(?:nothing|no\s+(?:record|information|mention|entry))
  |(?:sag|sagen\s+sie|lass|lassen\s+sie|schreib|frag|melde)\s+(?:mir|mich|dich|einfach|bescheid|ruhig|es\s+mir)\b
  |(?:let\s+me\s+know|feel\s+free|just\s+(?:ask|tell|say)|tell\s+me)\b
  |(?:ich\s+(?:kann|könnte|helfe|würde|schaue|suche)\s+(?:dir|ihnen|dich|sie|gern\w*|das|noch)|(?:soll|kann|darf)\s+ich\b|wenn\s+(?:du|sie)\s+(?:magst|möchtest?n?|willst|wollen))
  |(?:i\s+can|i\s+could|i['’]ll|i\s+would|i['’]d|i['’]m|shall\s+i|would\s+you\s+like|if\s+you\s+(?:like|want|wish)|happy\s+to)\s
  |(?:here\s+is|here['’]s|here\s+are|hier\s+ist|hier\s+sind|das\s+(?:steht|habe\s+ich|weiß\s+ich)|folgendes|what\s+i\s+(?:found|know))\b[^\d]{0,60}:?\W*$
)"""
)
_ADVISES: Final = re.compile(
    r"\b(?:könntest|solltest|würde\s+ich|empfehle|empfiehlt|am\s+besten|vielleicht\s+(?:hilft|magst)|probier\w*|versuch\w*|achte|denk\s+daran"
    r"|you\s+(?:could|might|should|may\s+want)|i\s+(?:recommend|suggest)|try\s+to|consider|remember\s+to|it\s+(?:may|might|can)\s+help"
    r"|man\s+(?:kann|sollte|könnte)|kann\s+helfen|in\s+der\s+regel|meist(?:ens)?|normalerweise|häufig|oft|generell|usually|often"
    r"|generally|typically|in\s+general|tends?\s+to|im\s+allgemeinen|üblicherweise)\b",
    re.IGNORECASE,
)
_OF_A_LIFE: Final = re.compile(
    r"\b(?:dein\w*|euer\w*|eure\w*|ihr(?:e[mnrs]?)?|your|yours|unser\w*|our|mein\w*|my|(?:du|sie|you)\s+(?:hast|haben|have|had|warst|waren|were|bist"
    r"|sind|are|did|hattest|hatten|wolltest|wollten|wanted|said|wrote|told)|hast\s+du|haben\s+sie|seit|since|letzte\w*|last)\b",
    re.IGNORECASE,
)
_REPORTED: Final = re.compile(
    r"\b(?:wie\s+(?:du|sie)\s+(?:sag|schreib|erwähn|gesagt)\w*|(?:du|sie)\s+(?:sag\w+|schreib\w+|erwähn\w+|erzähl\w+)"
    r"|(?:hast|haben)\s+(?:du|sie)?.{0,30}(?:gesagt|geschrieben|erwähnt|erzählt)|you\s+(?:\w+\s+)?(?:said|mentioned|told|wrote|say)|as\s+you)\b",
    re.IGNORECASE,
)
_UNKNOWING: Final = re.compile(
    r"\b(?:weiß|weiss)\s+ich\s+(?:leider\s+)?nicht|ich\s+weiß\s+(?:es|das)?\s*(?:leider\s+)?nicht|\bdo\s*n['’]?o?t\s+know|\bnot\s+in\s+(?:my\s+|your\s+)?memory"
    r"|(?:finde|fand|steht|habe)\b.{0,40}\b(?:nichts|kein\w*)|(?:could|can|did)\s*n['’]?o?t\s+find|nothing\s+(?:in|about|on)",
    re.IGNORECASE,
)


def sentences_of(text: str) -> list[Place]:
    """Return the places of the sentences and list items of an answer, each with the citations behind it."""
    places, start = [], 0
    for found in _END.finditer(text):
        if found["stop"] is not None and _goes_on(text, found):
            continue
        stop = found.start() if found["stop"] is None else found.end() - len(found["gap"])
        places.append((start, stop))
        start = found.end()
    places.append((start, len(text)))
    trimmed = (
        (begin + len(piece) - len(piece.lstrip()), begin + len(piece.rstrip()))
        for begin, stop in places
        if (piece := text[begin:stop])
    )
    return [(begin, stop) for begin, stop in trimmed if begin < stop]


def cited(text: str) -> tuple[int, ...]:
    """Return the numbers that a sentence cites, in order, each once."""
    numbers: list[int] = []
    for found in CITATION.finditer(text):
        parts = [int(each) for each in re.findall(r"\d+", found.group())]
        is_span = len(parts) == 2 and re.search(r"\d\s*[–-]", found.group()) and 0 < parts[1] - parts[0] < 10  # noqa: PLR2004  "[2-4]"
        numbers += range(parts[0], parts[1] + 1) if is_span else parts
    return tuple(dict.fromkeys(numbers))


def bare(text: str) -> str:
    """Return a sentence without citations and markup: what it says."""
    return _MARKUP.sub("", CITATION.sub("", text)).strip()


def with_citations(text: str, cites: tuple[int, ...]) -> str:
    """Return a sentence that cites exactly these numbers, before its final stop."""
    plain = CITATION.sub("", text)
    marks = "".join(f"[{number}]" for number in cites)
    if not marks:
        return plain
    end = re.search(r"[.!?…:]*[\"»”“')*_]*\s*$", plain)
    at = end.start() if end else len(plain)
    return f"{plain[:at].rstrip()} {marks}{plain[at:]}"


def claims_nothing(said: str) -> bool:
    """Say whether a sentence without citations is no statement about the person's life."""
    if not re.search(r"[^\W_]", said) or said.rstrip('"”»*_ ').endswith("?") or _GENERAL.match(said):
        return True
    return _ADVISES.search(said) is not None and not _OF_A_LIFE.search(said)


def is_heading(text: str, said: str) -> bool:
    """Say whether it only names what follows: a heading, or a line that ends in a colon."""
    return (text.lstrip().startswith("#") or said.endswith(":")) and not re.search(r"\d", said)


def repeats_the_person(said: str) -> bool:
    """Say whether a sentence tells the person what they said themselves."""
    return _REPORTED.search(said) is not None


def says_unknown(said: str) -> bool:
    """Say whether a sentence says that it does not know."""
    return _UNKNOWING.search(said) is not None


def _goes_on(text: str, found: re.Match[str]) -> bool:
    """Say whether a full stop is none: after an abbreviation, an ordinal, or before a small letter."""
    if found["cites"] or not found["stop"].startswith("."):
        return bool(
            not found["cites"]
            and found["stop"]
            and re.match(r"[^\S\n]+[a-zäöü]", text[found.start() + len(found["stop"]) :])
        )
    end = found.start() + 1
    if _ABBREVIATION.search(text, max(0, end - 6), end):
        return True
    if re.search(r"(?<![\d.,:])\d{1,2}\.$", text[max(0, end - 5) : end]):
        line_start = text.rfind("\n", 0, end) + 1
        return text[line_start:end].strip()[:-1].isdecimal() or _AFTER_ORDINAL.match(text, end) is not None
    return re.match(r"[^\S\n]+[a-zäöü]", text[end:]) is not None
