"""Staged caresses (``*hugs you*``) and pet names: cut out of a sentence, which keeps the rest of what it says."""

from __future__ import annotations

import re

from vertraut.assistant.boundaries.wording import quoted_out

_VERBS = (
    "hug|kiss|hold|grab|wrap|pull|step|block|lean|smile|blush|sigh|wink|giggle|cry|cries|sob|stroke|caress|take|touch|tremble"
    "|look|reach|whisper|cling|sit|walk|stand|snuggle|cuddle|pout|gaze|run|lock|laugh|nod|move|put|bite|shed|wipe|tear"
    "|nimm|küss|umarm|schließ|hält|halte|greif|zieh|stell|lächel|seufz|zwinker|kicher|wein|schluchz|streich|drück|lehn|berühr"
    "|zitter|flüster|klammer|erröt|versperr|blockier|kuschel|schmieg|setz|geh|steh|sperr|lach|nick|leg|beiß|wisch|schau|rück"
)
_HOW = r"(?:\w+(?:ly|lich)\s|sanft\s|leise\s|ich\s|i\s)?"
_STAGED = re.compile(
    rf"(?<![\w*])([*_])(?=[^*_\n]*\s|\w+s\1|\w+t\1){_HOW}(?:{_VERBS})[^*_\n]{{0,160}}\1(?![\w*])\s*", re.IGNORECASE
)
_PET_NAME = re.compile(
    r"(?:,\s*|(?<=\s)|^)(?:my |mein(?:e)? )?(?:sweetheart|darling|honey|babe|baby|gorgeous|handsome|sweetie|cutie|my love"
    r"|love of my life|my dear(?:est)?|schatz|schatzi|schätzchen|liebling|süße[rs]?|liebste[rs]?|hübsche[rs]?|herzchen"
    r"|engelchen)(?=\s*[,.!?]|\s*$)",
    re.IGNORECASE,
)


def undressed(sentence: str) -> str:
    """Return a sentence without what it stages and whom it caresses by name; quotations stay as they are."""
    own, _ = quoted_out(sentence)
    for pattern in (_STAGED, _PET_NAME):
        if pattern.search(own):
            sentence = pattern.sub("", sentence)
    return sentence.strip() if sentence.strip(" ,.!?") else ""
