"""The form of a question, in German and English: what it asks for, whom it asks, and whether it wishes for advice."""

from __future__ import annotations

import re

_SAY = r"say|tell|recommend|suggest|mention|give|provide|list|share|write|explain|describe|advise"
_SAID = (
    r"said|told|recommended|suggested|mentioned|gave|provided|listed|shared|wrote|explained|described|advised"
    r"|gesagt|empfohlen|vorgeschlagen|erwähnt|genannt|geschrieben|erklärt|gegeben|beschrieben|geraten"
)
_TO_ASSISTANT = re.compile(
    rf"\b(?:you|your|du|dein\w*)\b.{{0,40}}\b(?:{_SAID})\b|\bdid you (?:\w+ )?(?:{_SAY})\b|\bremind me\b"
    r"|\b(?:previous|earlier|last|our) (?:\w+ )?(?:chat|conversation)|\bunser\w* (?:\w+ )?chat"
    r"|\b(?:assistant|assistent\w*|chatbot|chatgpt|KI)\b",
    re.IGNORECASE,
)

_HELP = r"recommendations?|suggestions?|advice|tips?|ideas?|empfehlung\w*|vorschl[aä]g\w*|tipps?|ideen"
_HAVE = r"do you have |have you got |hast du |habt ihr "
_ANY = r"any|some|irgendwelche|irgendeine?n?|ein paar|einen?"
_CAN = r"(?:can|could|would|will) you|(?:kannst|könntest|würdest) du"
_SHOULD = r"(?:what|where|which \w+|was|wo|wohin|welche[nrs]? \w+) (?:should i|soll(?:te)? ich)"
_ADVICE = re.compile(
    r"\b(?:can|could|would|will) you (?:\w+ ){0,2}(?:recommend|suggest|give me|help me)\b"
    r"|\b(?:kannst|könntest|würdest) du\b.{0,200}\b(?:empfehlen|vorschlagen|raten|helfen)\b"
    rf"|(?:\b(?:any|some|irgendwelche)|(?:{_HAVE})(?:{_ANY}))(?: \w+){{0,2}} (?:{_HELP})\b"
    r"(?!.{0,200}\b(?:did|has|had|was|were)\b)"
    rf"|^{_SHOULD}\b",
    re.IGNORECASE,
)
_FRAME = re.compile(
    rf"\b(?:{_HAVE})?(?:{_ANY})(?: (?:other|more|good|gute|andere))? (?:{_HELP})\b(?: (?:on|for|about|für|zum?|zur)\b)?"
    rf"|\b(?:{_CAN})\b(?: (?:please|bitte|mir|uns))*(?: (?:recommend|suggest|give me|help me (?:find|choose|pick|with)))?"
    rf"|\b{_SHOULD}\b|\b(?:i'?m|i am|i was) (?:planning|thinking of|thinking about|looking for)(?: to)?\b"
    rf"|\b(?:{_HELP})\b(?: (?:on|for|für|zu)\b)?|\bfor me to\b"
    r"|\bthat i (?:can|could|might|would)(?: find interesting| like| enjoy)?\b|\b(?:some|any|empfehlen|vorschlagen)\b",
    re.IGNORECASE,
)
_SHORTEST_TOPIC = 4

_FORMS = {
    "when": (
        r"when|wann|what (?:day|date|time)|which (?:day|date|month|year)|how long|(?:seit|bis|wie) (?:wann|lange)"
        r"|welche[rnms]? (?:tag|datum|monat|jahr)"
    ),
    "number": (
        r"how (?:many|much|old|long|often|far|big)|wie ?(?:viel\w*|alt|lange|oft|hoch|groß|weit|teuer)"
        r"|number|amount|cost|price|nummer|preis|kosten|kostet\w*"
    ),
    "who": r"who|whom|whose|wer|wem|wen|wessen",
    "where": r"where|wo|wohin|woher|which (?:city|place|country)",
    "me": r"i|i'm|i've|my|me|mine|we|our|us|ich|mein\w*|mir|mich|wir|uns|unser\w*",
}
_FORM = {name: re.compile(rf"\b(?:{rule})\b", re.IGNORECASE) for name, rule in _FORMS.items()}


def forms_of(text: str) -> frozenset[str]:
    """Return what a question asks for: "when", "number", "who", "where"; "me" where it speaks of the one who asks."""
    return frozenset(name for name, rule in _FORM.items() if rule.search(text))


def asks_assistant(text: str) -> bool:
    """Say whether a question asks for something that an assistant said ("What did you recommend?")."""
    return _TO_ASSISTANT.search(text) is not None


def wished_topic(text: str) -> str:
    """Return what advice is wished for, without the words of wishing; empty where a question is no such wish."""
    if not _ADVICE.search(text):
        return ""
    bare = " ".join(_FRAME.sub(" ", text).split()).strip(" ?.,;:!")
    return bare if len(bare) >= _SHORTEST_TOPIC else ""
