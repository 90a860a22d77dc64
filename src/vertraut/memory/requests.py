"""Whether somebody only asks for something ("Erklär mir, was …", "Show me …", "How are you"), in German and English.

A question mark says so by itself; this is for what goes without. It errs towards no: what tells something beside asking,
asks to keep something, or may just as well be a note ("Suche eine Wohnung") is no mere request.
"""

from __future__ import annotations

import re
from typing import Final

LONGEST_REQUEST: Final = 300
"""How many characters a mere request has at most: what is longer tells something, or quotes it."""

_FILLING: Final = r"(?:(?:bitte|doch|mal|kurz|einfach|please|just|kindly) )*"
_BEFORE: Final = re.compile(
    r"\W*(?:(?:hallo|hey|hi|hello|bitte|please|ok|okay|ach|also|und|and|jetzt|now|dann|then|vertraut)[\s,!]+)*",
    re.IGNORECASE,
)
_ASKING: Final = re.compile(
    rf"(?:(?:erklär|zeig|nenn|erzähl|beschreib|such|find|sag)e? {_FILLING}(?:mir|uns)\b|gib {_FILLING}(?:mir|uns)\b"
    rf"|(?:erkläre?|zeige?|nenne?|beschreibe?|suche?) bitte\b|(?:erklär|nenn|zeig)\b|fasse? (?!gerade).{{1,200}} zusammen\b"
    rf"|(?:erklären|zeigen|nennen|erzählen|beschreiben|suchen|sagen|geben) sie {_FILLING}(?:mir|uns)\b"
    rf"|(?:kannst|könntest|würdest|magst) du\b|(?:können|könnten|würden) sie\b|(?:can|could|would|will) you\b"
    rf"|(?:tell|show|give|teach) {_FILLING}(?:me|us)\b|find (?:me|us|all|every)\b|list (?:all|every|the|my)\b"
    rf"|(?:explain|describe|summari[sz]e)\b"
    rf"|(?:ich|wir) (?:möchten?|will|wollen|würden? gerne?) {_FILLING}wissen\b|(?:i|we)(?:['’]d| would) like to know\b"
    rf"|(?:i|we) want to know\b)",
    re.IGNORECASE,
)
_MAKING: Final = re.compile(
    rf"(?:schreibe? {_FILLING}(?:mir|uns)\b|(?:schreibe?|übersetze?) bitte\b|schreib {_FILLING}(?:ein|eine|einen)\b"
    rf"|schreiben sie {_FILLING}(?:mir|uns|ein|eine|einen)\b|mache? {_FILLING}(?:mir|uns)\b"
    rf"|(?:write|draft|compose) {_FILLING}(?:me|us|a|an|some)\b)",
    re.IGNORECASE,
)
_GREETING: Final = re.compile(
    r"(?:how are you(?: doing)?|how do you do|how(?:['’]s| is) it going|wie geht(?:['’]?s| es)(?: dir| ihnen| euch)?"
    r"|who are you|what can you do|wer bist du|was kannst du)(?: (?:today|now|so|heute|denn|alles))*",
    re.IGNORECASE,
)
_COURTESY: Final = re.compile(
    r"(?:hallo|hey|hi|hello|moin|guten (?:tag|morgen|abend)|good (?:morning|afternoon|evening)|bitte|please"
    r"|(?:vielen |lieben )?dank\w*|thank you|thanks)"
    r"(?: (?:vertraut|dir|ihnen|schön|sehr|so|much|a lot|im voraus|in advance))*",
    re.IGNORECASE,
)
_KEEPING: Final = re.compile(
    r"\b(?:merk\w*|notier\w*|notiz\w*|speicher\w*|behalt\w*|behält\w*|erinner\w*|fest(?:zu)?halten|halte?\b.*\bfest|schreib\w*\b.*\bauf|vergiss|vergessen"
    r"|remember|remind|note|save|store|keep|write\b.*\bdown|record|forget|memori[sz]e)\b",
    re.IGNORECASE,
)
_INDIRECT: Final = re.compile(
    r"(?:(?:bitte|doch|mal|kurz|einfach|genau|noch|einmal|nochmal|please|again|briefly|exactly"
    r"|in (?:einem|zwei|drei|wenigen) sätz\w+|in einem satz|in (?:a|one|two|three|few) sentences?)[ ,]+)*,? ?"
    r"(?:was|wie|wieso|wann|warum|weshalb|wer|wem|wen|wo\w*|welche\w*|ob|what|how|when|why|where|who|which|whether|if)\b",
    re.IGNORECASE,
)
_TELLING: Final = re.compile(
    r"[;:()\"„“”«»–—]|,(?! ?(?:bitte|please|danke|thanks)\b)"
    r"|\b(?:dass|weil|denn|da|obwohl|that|because|since|as|although|who|which|whose|where|when)\b",
    re.IGNORECASE,
)
_OF_ONESELF: Final = re.compile(r"\b(?:ich|wir|i|we)\b", re.IGNORECASE)
_NAMING: Final = re.compile(r"\b(?:[Mm]ein|[Uu]nser)\w* [A-ZÄÖÜ][\w-]+ [A-ZÄÖÜ]|\b(?:[Mm]y|[Oo]ur) [a-z-]+ [A-Z]")
_DETAIL: Final = re.compile(
    r"\d|\b(?:mein\w*|unser\w*|my|our|heute|morgen|gestern|today|tomorrow|yesterday|gerade|\w+tag|mittwoch|\w+day)\b",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+|\n+")


def is_request(text: str) -> bool:
    """Say whether a text does nothing but ask for something; greetings and thanks around it do not matter."""
    if len(text) > LONGEST_REQUEST or _KEEPING.search(text):
        return False
    sentences = [sentence.strip() for sentence in _SENTENCE_END.split(text.strip())]
    said = [sentence for sentence in sentences if sentence and not _COURTESY.fullmatch(sentence.strip(" .,!?"))]
    return bool(said) and all(_asks(" ".join(sentence.split())) for sentence in said)


def _asks(sentence: str) -> bool:
    begun = _BEFORE.match(sentence)
    bare = sentence[begun.end() if begun else 0 :].rstrip(" .!?…")
    if _GREETING.fullmatch(bare):
        return True
    if making := _MAKING.match(bare):
        rest = bare[making.end() :]
        return not (_TELLING.search(rest) or _OF_ONESELF.search(rest) or _DETAIL.search(rest))
    asking = _ASKING.match(bare)
    return asking is not None and not _tells(bare[asking.end() :].lstrip())


def _tells(rest: str) -> bool:
    """Say whether what is asked for tells something of its own; an indirect question may speak of the person."""
    indirect = _INDIRECT.match(rest)
    asked = rest[indirect.end() :] if indirect else rest
    return bool(_TELLING.search(asked) or _NAMING.search(asked) or (not indirect and _OF_ONESELF.search(asked)))
