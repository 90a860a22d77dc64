"""Secrets that sentences give away: "Das WLAN-Passwort ist …", "my PIN is 4711", in German and English.

A word that announces a secret is looked for, then what follows it (or, for "4711 ist die PIN", precedes it). A plain word
after "ist" counts only where it cannot be a predicate: "das Passwort ist falsch" gives nothing away. Nothing reaches
further than one sentence or one line, but for a short reply to a question: "Die PIN?", "4711".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

Span = tuple[int, int]

_REACH = 500
"""Characters after a word that announces a secret that are looked at."""
_REACH_BEFORE = 120
_SHORTEST_WORD, _SHORTEST_CODE, _SHORTEST_KEY, _SHORTEST_DIGITS = 3, 4, 8, 3
_PHRASE_WORDS = 3

_WORDS: Final = (
    r"(?:[\w-]*(?:pass?wor[dt]|kennwor[dt]|passphrase|passwd|passwört|kennwört)(?:e[ns]?|er[n]?|s|es)?|pwd|pw"
    r"|[\w-]*_pass|pass(?=\s*[:=])|pass phrase|(?:wi-?fi|wlan|router|login)[- ]pass|losungswort|[\w-]*(?:wlan|wi-?fi"
    r"|wpa\d?|wep|netzwerk|network|sicherheits|wiederherstellungs|recovery|lizenz|licen[cs]e|product|produkt|master"
    r"|verschlüsselungs|encryption|bitlocker|backup|2fa|totp|authenticator)[-_ ]?(?:key|schlüssel|secret|geheimnis)s?)"
)
_KEYS: Final = (
    r"(?:[\w-]*(?:api|access|zugriffs|zugangs|secret|private|privater|privates|privaten|signing|auth|authentication"
    r"|session|client|refresh|bearer|webhook|bot|deploy|service|personal access)[-_ ]?(?:access[-_ ])?(?:key|schlüssel"
    r"|secret|token)s?|[\w-]*(?:secret|token|apikey)s?)"
)
_DOORS: Final = (
    r"(?:tresor|safe|tür|haustür|wohnungstür|eingang|tor|garage|alarmanlage|alarm|schloss|fahrradschloss|zahlenschloss"
    r"|koffer|schließfach|spind|schlüssel(?:box|kasten|safe|tresor)|keller|handy|iphone|tablet|ipad|door|front door"
    r"|gate|lock|padlock|locker|lockbox|key box|key safe|bike lock|bike|suitcase|building|house|phone)"
)
_CODES: Final = (
    r"(?:(?:[\w-]*[-_])?(?:pins?|puk\d?|(?-i:TANs?)|[mi]-?tans?|(?:push|chip|sms|photo)-?tans?)(?:[- ]?(?:codes?"
    r"|nummern?|numbers?))?|geheim(?:zahl|nummer|code)(?:en|n|s)?|cvv2?|cvc2?|cv2|(?:one[- ]time |phone )?pass-?codes?"
    r"|schlüssel(?:safe|kasten|tresor|box)|(?:karten)?prüf(?:nummer|ziffer)|otp|einmal(?:code|pin|kennwort)"
    r"|[\w-]*(?:tür|tor|garagen|safe|tresor|alarm|zugangs|zutritts|eingangs|sicherheits|bestätigungs|verifizierungs"
    r"|freischalt|aktivierungs|entsperr|sperr|anmelde|login|backup|notfall|wiederherstellungs|recovery|schloss"
    r"|schließfach|zahlen|box)-?codes?|(?:door|gate|garage|alarm|entry|access|security|verification|confirmation"
    r"|authentication|auth|one[- ]time|unlock|unlocking|lock|lockbox|key ?box|key ?safe|safe|vault|backup|recovery"
    r"|login|log-in|sign-in|2fa|mfa|emergency|reset|sms|activation)"
    rf"[- ]?codes?|(?:tan|code|codes|kombination|combination) (?:für|zu[mr]?|vom|von|of|to|for|on|am|an"
    rf"|beim) (?:[\w’']+ ){{0,3}}{_DOORS}\b|[\w-]*(?:zahlen(?:schloss|kombination|code)|schlosskombination)"
    rf"|(?:{_DOORS}[- ])combination"
    r"|(?:kombination|combination)(?=:? +\d)|(?:tresor|safe|[\w-]*schloss|lock|padlock)(?=:?(?: \w+)? +\d+(?:-\d+){2})"
    r"|(?<!error )(?<!zip )(?<!area )(?<!country )"
    r"(?<!post )(?<!promo )(?<!discount )(?<!coupon )(?<!colour )(?<!color )(?<!fault )(?<!status )(?<!exit )"
    r"(?<!use )(?<!booking )(?<!reservation )"
    r"(?<!appointment )(?<!order )(?<!fund )(?<!tracking )(?<!product )codes?(?=:? +\d{4})|(?:your|dein|ihr|euer|der"
    r"|the)(?:(?! (?:booking|reservation|appointment|order|fund|tracking|product|error|zip|area|country|post|discount"
    r"|promo)\b) \w+){0,2} code)"
)
_PHRASES: Final = (
    r"(?:[\w-]*(?:seed|recovery|backup|wallet|mnemonic|wiederherstellungs|secret|geheime?)[- ]?(?:phrase|wörter|words"
    r"|sätze?|wort)[ns]?|seed(?=\s*[:=])|passphrase|pass phrase|merksatz|(?:die|the|my|meine) (?:12|24|zwölf|twelve"
    r"|twenty-four|vierundzwanzig) (?:wörter|words))"
)
_LOGINS: Final = r"(?:zugangsdaten|anmeldedaten|login-?daten|login|log-in|credentials|zugang|user(?:name)?/pass(?:word)?)"

_LABELS: Final = re.compile(
    rf"(?<![\w-])(?!secret removed\])(?:(?P<phrase>{_PHRASES})|(?P<code>{_CODES})|(?P<word>{_WORDS})|(?P<key>{_KEYS})"
    rf"|(?P<login>{_LOGINS}))(?![\w-]|\.\w)",
    re.IGNORECASE,
)

_OF_WHAT: Final = (
    r"(?:\s+(?:itself|selbst))?(?:\s+(?:fürs?|zu[mr]?|vo[nm]|de[rs]|beim?|i[mn]s?|a[mn]s?|aufs?|aus|unter|mit|to|for|of"
    r"|on|at|from|in|with|wurde|was|changed|geändert|set|gesetzt|reset|neu)\b(?:\s+[^\s.!?:=,;\"„“]+){0,6}?"
    r"|(?:\s+[\w.&+’'-]+){1,2}(?=\s*[:=]))?(?:\s*\([^()\n]{0,40}\))?"
)
_ALSO: Final = (
    r"(?:\s+(?:jetzt|nun|now|still|immer noch|noch immer|noch|weiterhin|wieder|again|einfach|just|simply|auch|also"
    r"|aktuell|currently|seit heute|ab sofort|bisher|übrigens|ja|nämlich|halt|the word|das wort|the number|die zahl"
    r"|die nummer)\b)*[\s*_`|>]*\(?(?=\S)"
)
_JOINTS: Final = tuple(
    (name, re.compile(of_what + joint + _ALSO, re.IGNORECASE))
    for name, of_what, joint in (
        (
            "strong",
            _OF_WHAT,
            r"(?:[\"'’]?[*_`\s]*(?:[:=]+>?|→|->|=>|\|)|\s+(?:lautet|lauten|lautete|heißt|heisst|reads|sei)\b(?:\s*:)?)",
        ),
        ("strong", r"[^.!?:\n]{0,80}?", r"\b(?:lautet|lauten|lautete)\b(?:\s*:)?"),
        (
            "weak",
            _OF_WHAT,
            r"(?:\s+(?:ist|sind|war|waren|wäre|bleibt|is|are|was|were|remains|used to be)\b(?:\s*:)?|['’]s\b)",
        ),
        ("turned", _OF_WHAT, r"\s+(?:auf|to|in|zu|as|als|with|mit)\b"),
        ("none", "", r"(?=\s|[\"„“'`*(])"),
    )
)
"""How what follows may be joined to the word that announces it; the first that leads to a secret counts."""

_QUOTED: Final = re.compile(r"([\"'„“”»«\u201a‘`])([^\n\"„“”»«\u201a‘’`]{2,80}?)[\"'“”»«‘’`]")
_TOKEN: Final = re.compile(r"[^\s\"„“”»«`|<>]{2,}")
_NUMBER_WORD: Final = (
    r"(?:null|eins?|zwei|zwo|drei|vier|fünf|sechs|sieben|acht|neun|zero|oh|one|two|three|four|five|six|seven|eight|nine)"
)
_NUMBER: Final = (
    rf"(?<![\d.,:/])(?P<value>\d(?:[ -]?\d){{2,11}}|{_NUMBER_WORD}(?:[\s,-]+{_NUMBER_WORD}){{2,11}})"
    r"(?!\w|[.,:/]\d|\s*(?:[€$£%]|EUR\b|Euro|Cent|Dollar|Pfund|Uhr|Minute|Stunde|Sekunde|minute|hour|second|Mal\b|times"
    r"|Stück|Ziffern|Stellen|digits|Zeichen|characters|Tage|days|Jahre|years|Kunden|users))"
)
"""Digits, or their names, that are no date, time, amount or count."""
_DIGITS: Final = re.compile(
    rf"(?:(?!nummer|number|order|bestell|rechnung|telefon"
    rf"|phone)[^.!?;\n\d]){{0,60}}?{_NUMBER}",
    re.IGNORECASE,
)
_AND_THE_OTHER: Final = re.compile(
    rf"(?:,| und| and) (?:die|der|das|the|for|für|vo[nm]|zu[mr]?) [^.!?;,\n\d]{{0,40}}?{_NUMBER}", re.IGNORECASE
)
_SAID_BEFORE: Final = re.compile(
    r"(?<![\w.,:/-])(?P<value>\d(?:[ -]?\d){2,11}|[^\s\"„“”»«`,;:()]{3,80})[\"“”»«`]?,?\s+(?:das ist|ist|war|lautet"
    r"|that['’]s|that is|is|was|bleibt|as|als)\s+(?:immer noch |jetzt |now |still )?(?:(?:die|das|der|den|mein\w*"
    r"|unser\w*|dein\w*|euer|eure|ihr\w*|sein\w*|the|my|our|your|his|her|their|new|neue\w*|alte\w*|old"
    r"|current|aktuelle\w*|\w+['’]?s)\s+){0,3}$",
    re.IGNORECASE,
)
_SPACED: Final = re.compile(r"\d(?:[ -]?\d){2,11}(?![\w]|[.,:/-]\d)")
_REPLY: Final = re.compile(r"[^\n]{0,60}\?[^\n]{0,20}\n\s*(?:[^\n]{0,160}?: )?(?P<said>[^\n]{3,60})(?=\n|\Z)")
"""The line after a question, without what stands before its first colon: who said it, and when."""
_MOST_WORDS_OF_A_REPLY = 6
_REST: Final = re.compile(r"(?=[\w\"'„“«»])[^\n.;!?]{3,400}")
_NEXT: Final = re.compile(r"[*_`|]*(?:\s*(?:,|;|/|\||·|•|und|and|oder|or|-)\s*|\s*\n[-*•\d.) ]*|\s+)(?=\S)")
_LOGIN: Final = re.compile(r"(?:\s+[\w.-]+){0,3}\s*[:=]\s*[^\s/|,]{2,80}\s*[/|,]\s*(?!\[)(?P<value>[^\s,;|]{2,80})")
_UNBROKEN: Final = re.compile(r"\S*")
_TRAILING: Final = ".,;:!?)]}*_'’\\"
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_HARMLESS: Final = re.compile(  # dates, times, amounts, lengths, addresses, placeholders
    r"\d{1,2}\.\d{1,2}\.?(?:\d{2,4})?|\d{4}-\d\d-\d\d|\d{1,2}:\d\d|\d+(?:[.,]\d+)?(?:€|%|x|mal|kb|mb|gb|st|nd|rd|th|er"
    r"|ern)?|\d+-?(?:stellig\w*|bit|zeichen|char\w*|digits?|mal|step|factor|teilig\w*)|https?://.*|www\..*|[*x•.…_-]+"
    r"|\[.*|<.*|\{.*|\$\{?\w+}?|\w{0,3}[$€£]|\w+\(.*|2-?faktor\w*|2fa|wpa\d|pbkdf2|sha\d+|md5|office365|1password"
    r"|keepass\w*|outlook\d*"
    r"|windows\d+|ios\d+",
    re.IGNORECASE,
)
_PREDICATES: Final = frozenset(
    """
    a an the my your our his her their its this that these those it he she we you they i what which who where when why
    how not no never none nothing something anything only too very so still now then also always already again just
    really quite in on at by for from to of with under inside behind below above next as if unless because but and or
    wrong right incorrect invalid valid ok okay fine good bad safe secure insecure secret weak strong long short easy
    hard simple complex empty missing lost gone different same new old case-sensitive unknown public private see ask
    tbd none mandatory optional enough unique ready better longer shorter stronger weaker true false null undefined der
    die das den dem des ein eine einen einem einer eines mein meine dein deine unser unsere euer eure ihr ihre sein
    seine kein keine keinen es er sie wir ich du ihr man was wer wie wo wann warum welche welches nicht nie niemals
    nichts etwas nur zu sehr so noch jetzt nun dann auch immer schon wieder bereits eben gerade leider vielleicht wohl
    eher ganz recht ziemlich in im an am auf bei beim von vom zum zur für mit unter hinter neben über aus nach seit ab
    als wenn weil aber und oder dass falsch richtig ungültig gültig gut schlecht sicher unsicher geheim schwach stark
    lang kurz leicht schwer einfach kompliziert leer weg anders gleich neu alt unbekannt öffentlich privat siehe frag
    frage bitte folgt kommt steht hängt liegt pflicht nötig erforderlich egal okay klar da hier dort drin dran dabei
    deins meins unklar fällig wahr zurück länger kürzer besser stärker schwächer identisch dasselbe dieselbe dieses
    diese dieser jenes was seins ihres unseres unverändert per via laut gemäß and/or n/a na ja nein yes tba xxx xxxx
    than has have does will can should must choose use using make avoid keep change create wähle nutze verwende nimm
    achte muss soll kann wird hat moment sekunde sofort warte später wait later soon dunno sorry
    """.split()
)
"""What follows "the password is" where no password follows."""
_PREDICATE_ENDINGS: Final = re.compile(
    r"correct|korrekt|.+(?:ed|ing|able|ible|ly|ful|less|bar|lich|iert|ig|isch)|(?:ge|ver|be|ab|auf|ein|zurück|aus|an"
    r"|über|hinter|zu|er|ent)\w+(?:t|en)"
)


@dataclass(frozen=True, slots=True)
class _Announced:
    """A word that announces a secret, of a kind, and how what follows is joined to it."""

    kind: str
    joint: str
    place: int


def said_secrets(text: str) -> Iterator[Span]:
    """Yield where sentences give secrets away; places may overlap."""
    unbroken = 0  # where the word ends that reached furthest: it is looked through once, however many labels are in it
    for label in _LABELS.finditer(text):
        start, place = label.start(), len(label[0])
        near = text[start : label.end() + _REACH]
        for first, last in (*_near(near, place, label.lastgroup or ""), *_replied(near, place)):
            stop = start + last
            if last == len(near) and (more := _UNBROKEN.match(text, max(stop, unbroken))):
                stop = unbroken = more.end()
            yield start + first, stop
        yield from _before(text, start)


def _near(text: str, place: int, kind: str) -> Iterator[Span]:
    """Yield where secrets are after a word that announces one and ends at this place."""
    if kind == "login":
        yield from _at(_LOGIN.match(text, place))
        return
    spans = _after(text, place, kind)
    yield from spans
    if kind == "code":
        yield from _at(_AND_THE_OTHER.match(text, spans[-1][1]) if spans else _DIGITS.match(text, place))


def _replied(text: str, place: int) -> Iterator[Span]:
    """Yield the codes in a short reply to a question for a secret."""
    reply = _REPLY.match(text, place)
    words = list(_TOKEN.finditer(reply["said"])) if reply else []
    if reply and len(words) <= _MOST_WORDS_OF_A_REPLY:
        for word in words:
            bare = word[0].rstrip(_TRAILING).lstrip("(*_")
            if _is_code(bare, _SHORTEST_CODE) or (len(words) == 1 and _fits(bare, _Announced("word", "weak", 0), last=True)):
                yield reply.start("said") + word.start(), reply.start("said") + word.end()


def _at(found: re.Match[str] | None) -> Iterator[Span]:
    if found and not _YEAR.fullmatch(found["value"]):
        yield found.span("value")


def _before(text: str, place: int) -> Iterator[Span]:
    start = max(0, place - _REACH_BEFORE)
    found = _SAID_BEFORE.search(text[start:place])
    if found and _is_code(found["value"].strip(_TRAILING).replace(" ", ""), _SHORTEST_DIGITS):
        yield start + found.start("value"), start + found.end("value")


def _after(text: str, place: int, kind: str) -> list[Span]:
    for joint, pattern in _JOINTS:
        if found := pattern.match(text, place):
            rest = _REST.match(text, found.end())
            if rest and _is_phrase(rest[0].split(), kind, joint):
                return [rest.span()]
            if spans := list(_values(text, _Announced(kind, joint, found.end()))):
                return spans
    return []


def _is_phrase(words: list[str], kind: str, joint: str) -> bool:
    """Say whether all the words to the end of a sentence are the secret, several together."""
    if joint not in {"strong", "weak"} or kind not in {"phrase", "word"} or len(words) < _PHRASE_WORDS:
        return False
    if kind == "phrase":
        return words[0].lower() not in _PREDICATES
    plain = _PREDICATES.isdisjoint(map(str.lower, words)) and not _PREDICATE_ENDINGS.fullmatch(words[0])
    return joint == "weak" and plain and len(words) <= _MOST_WORDS_OF_A_REPLY and all(map(str.isalpha, words))


def _values(text: str, announced: _Announced) -> Iterator[Span]:
    """Yield the value that an announcement leads to, and the codes that are listed after it."""
    span = _value(text, announced)
    while span:
        yield span
        gap = _NEXT.match(text, span[1])
        token = _TOKEN.match(text, gap.end()) if gap else None
        bare = token[0].rstrip(_TRAILING) if token else ""
        listed = token and _is_code(bare, _SHORTEST_CODE) and not _YEAR.fullmatch(bare)
        span = (token.start(), token.start() + len(bare)) if token and listed else None


def _value(text: str, announced: _Announced) -> Span | None:
    """Return where the value is that an announcement leads to."""
    place = announced.place
    if quoted := _QUOTED.match(text, place) or _QUOTED.match(text, place - 1):
        return quoted.span(2) if announced.kind != "key" or _is_code(quoted[2], _SHORTEST_KEY) else None
    if announced.kind == "code" and (digits := _SPACED.match(text, place)):
        return digits.span() if announced.joint != "none" or not _YEAR.fullmatch(digits[0]) else None
    token = _TOKEN.match(text, place)
    bare = token[0].rstrip(_TRAILING).lstrip("'(*_") if token else ""
    if not token or not bare:
        return None
    start = token.start() + token[0].find(bare)
    stop = start + len(bare)
    if not _fits(bare, announced, _ends(text, stop)):
        return None
    return start, stop + len(text[stop:]) - len(text[stop:].lstrip("!?"))


def _fits(value: str, announced: _Announced, last: bool) -> bool:
    """Say whether a word is a secret after this announcement; ``last`` says that its sentence or line ends with it."""
    kind, joint = announced.kind, announced.joint
    if kind == "key":
        return joint != "turned" and _is_code(value, _SHORTEST_KEY)
    shortest = _SHORTEST_DIGITS if kind == "code" and joint != "none" else _SHORTEST_CODE
    if _is_code(value, shortest) and not (joint == "none" and _YEAR.fullmatch(value)):
        return True
    if kind == "code" or joint in {"turned", "none"} or _HARMLESS.fullmatch(value) or len(value) < _SHORTEST_WORD:
        return False
    if value.lower() in _PREDICATES:
        return False
    if joint == "strong":
        return True
    return not value.islower() or (last and not _PREDICATE_ENDINGS.fullmatch(value))


def _is_code(value: str, shortest: int) -> bool:
    """Say whether a word is none of any language: digits, or digits, marks and capitals among letters."""
    if value.isdecimal():
        return len(value) >= shortest
    digits_only = re.fullmatch(r"\d+(?:-\d+)+", value)
    if digits_only:
        return len(value) >= _SHORTEST_CODE and not re.fullmatch(r"\d{4}-\d\d-\d\d|\d-\d", value)
    if len(value) < _SHORTEST_CODE or len(value) < min(shortest, _SHORTEST_KEY) or _HARMLESS.fullmatch(value):
        return False
    has_digit = any(map(str.isdecimal, value))
    has_letter = any(map(str.isalpha, value))
    marked = re.search(r"\w[!$%&#*^?~+=@_]+\w?", value) is not None
    joined = re.fullmatch(r"[a-zäöüß]{3,}(?:[-_][a-zäöüß]{3,})+", value) is not None
    return (has_digit and (has_letter or marked)) or marked or joined or re.search(r"[a-zäöüß][A-ZÄÖÜ]", value) is not None


def _ends(text: str, place: int) -> bool:
    return re.match(r"[\"'“”»«`*_)]*(?:[.,;!?)\n]|\s*\Z|\s+(?:und|and|\(|–|-|,))", text[place : place + 12]) is not None
