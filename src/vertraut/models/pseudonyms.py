"""Names, mail addresses, phone numbers and streets, replaced by pseudonyms on the way out and put back on the way in.

A pseudonym depends on what it stands for and on the space's own key: the same one in every request, and nobody without the
key can tell whose it is. It is a word that nobody has ("Zubiko"): small models copied such words unharmed, took two of them
for one full name where two codes ("Person_K7 Person_M3") became two people, and bend them as names ("Zubikos").
Only the names that are handed in are known, and only as they are usually written: "lena" in lower case stays.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Final
from unicodedata import normalize

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_SYLLABLES: Final = tuple(consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS)

_TITLES: Final = frozenset(
    """
    von van vom zu zum zur der den de del della di da do dos du la le el al bin ibn und and the of mit dr prof
    professor doktor doctor herr frau hr fr mr mrs ms miss sir lady dipl ing med phil st jun sen jr sr familie family
    team mama papa mutti vati oma opa mum mom dad grandma grandpa tante onkel aunt uncle
    """.split()
)
"""Parts of names that say nothing about who it is."""

_WORDS_TOO: Final = frozenset(
    """
    April August Mai May June Juni Juli Summer Autumn Winter Sommer Herbst Lenz Sonntag Freitag Montag Rose Rosa Viola
    Violet Lily Iris Ivy Daisy Jasmin Jasmine Heather Holly Hazel Olive Ginger Erika Heide Linde Flora Ruby Pearl Amber
    Crystal Jade Grace Hope Faith Joy Glory Gloria Victoria Angel Engel Dawn Eve Star Sky Honey Penny Melody Mercy
    Patience Mark Will Bill Frank Ernst Art Rich Rob Pat Sue Jack Chase Chance Chuck Hunter Mason Dean Grant Lance
    Pierce Miles Max Ray Robin Drew Gene Guy Nick Rusty Sandy Sunny Chip Cliff Clay Dale Glen Forest Brook Brooks
    Christian Christ Wolf Bär Fuchs Hase Hirsch Vogel Hahn Falk Falke Adler Specht Storch Strauß Fink Fisch Fox Bird
    Crane Drake Finch Swan Lamb Bull Koch Bäcker Fischer Schneider Schäfer Richter Kaiser König Herzog Graf Fürst Bauer
    Jäger Zimmermann Schumacher Schuster Förster Gärtner Köhler Maurer Metzger Schreiner Schlosser Töpfer Ritter
    Kaufmann Sänger Geiger Papst Abt Mönch Vogt Müller Baker Butler Carpenter Cook Fisher Gardener Miller Shepherd
    Smith Taylor Turner Walker Weaver King Queen Prince Knight Bishop Pope Page Stein Berg Bach Busch Baum Wald Feld
    Brand Kern Korn Kohl Pfeffer Salz Zucker Honig Apfel Eiche Ahorn Dorn Hammer Nagel Horn Keller Hof Haus Burg Stone
    Rivers Field Fields Hill Hills Lake Marsh Moon Park Parks Wells West North Woods Snow Day Braun Schwarz Weiß Grün
    Blau Rot Groß Klein Lang Lange Kurz Kurze Jung Junge Alt Neu Neumann Stark Reich Gut Kraft Lieb Sauer Süß Fromm
    Kluge Schön Brown Black White Green Gray Grey Young Long Short Small Sharp Strong Swift Wise Wild Best Good Love
    Power Powers Rice Price Bush
    """.split()
)
"""Names that are words, too: at the beginning of a sentence, where every word is capitalised, they may be just that."""

_PLACES: Final = {
    "street": (
        r"(?<![^\W_])(?:(?:Am|An|Auf|Bei|Beim|Im|In|Zum|Zur|Unter|Hinter|Alte[rn]?|Neue[rn]?|Große[rn]?|Kleine[rn]?"
        r"|Obere[rn]?|Untere[rn]?|Hohe[rn]?|St\.|Sankt)[ -](?:de[mnr] )?)?(?!(?:Sitz|Stell|Arbeits|Park|Steh|Spiel|Heim"
        r"|Rück|Super|Floh|Wander|Rad)(?:platz|weg|markt))[A-ZÄÖÜ][\w.’'-]{1,40}?(?:straße|strasse|str\.|weg|allee"
        r"|gasse|platz|ufer|damm|ring|chaussee|promenade|steig|pfad|graben|wall|markt|[ -](?:Stra(?:ß|ss)e|Str\.|Weg"
        r"|Allee|Gasse|Platz|Ufer|Damm|Ring|Chaussee|Promenade|Steig|Pfad|Graben|Wall|Markt))"
        r" ?\d{1,4}(?: ?[a-z](?![^\W_]))?(?![^\W_]|[.,:]\d| ?(?:€|Euro|Uhr|k?m\b|Minuten|Leute|Kinder|Personen))"
        r"|(?<![^\W_])(?:An|Auf|In|Bei|Hinter"
        r"|Unter) (?:de[mnr]) (?:[A-ZÄÖÜ][\wäöüß-]+ ){1,2}\d{1,3}(?: ?[a-z])?(?= ?[,;\n]|\.?$| in )"
        r"|(?<![^\W_])\d{1,5}[A-Za-z]?,? (?:[NSEW]\.? )?(?:[A-Z][\w’'-]+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln"
        r"|Drive|Court|Ct|Square|Sq|Terrace|Place|Way|Close|Crescent|Gardens|Row|Boulevard|Blvd|Grove|Mews|Hill"
        r"|Park)(?![^\W_])"
    ),
    "mail": r"(?<![\w.+-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+",
    "phone": (
        r"(?<![\w+.,/:-])(?:(?:\+|00)[1-9]\d{0,2}(?:[ ./-]?\(\d{1,5}\))?(?:[ ./-]{0,3}\d){6,12}"
        r"|\(0\d{1,5}\)(?:[ ./-]{0,3}\d){4,9}|0[1-9]\d{1,4}(?: ?[/-] ?| )\d(?:[ -]?\d){3,8}|01[5-7]\d{8,9}"
        r"|\(\d{3}\) ?\d{3}[ -]\d{4}|[2-9]\d\d-\d{3}-\d{4})(?![\w]|[.,]\d)"
    ),
}
"""What else is replaced, by its form: streets with a number, mail addresses, phone numbers."""

_LOOKED_BACK = 20
_SHAPES: Final = {"name": "{0}", "mail": "{1}@example.org", "phone": "+999-{2}", "street": "{0}allee 1"}
"""What stands for them; no country has the prefix 999."""

_WORD: Final = r"(?:(?<![^\W_])(?<!\\)|(?<=\\[nrt]))[^\W_]+(?:['’][^\W_]+)*"
_PATTERN: Final = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in {**_PLACES, "name": _WORD}.items()))
_ENDING: Final = re.compile(r"(?:['’]?[sS]|sche[mnrs]?|['’])\Z")
_SENTENCE_START: Final = re.compile(r"(?:\A|[.!?:…][\"'“”»«)\]*_]*\s|\n|\\n)[\s>*_#\"'„“»«(\[•–-]*\Z")
_NEXT_WORD: Final = re.compile(rf"[\s-]+({_WORD})")
_APOSTROPHES: Final = str.maketrans("'’", "’'")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


class Pseudonyms:
    """The pseudonyms of one request: ``hide`` puts them into each of its texts, ``restorer`` takes them out again."""

    def __init__(self, key: bytes, names: Iterable[str], texts: Iterable[str]) -> None:
        self._key = key
        self._everything = "\n".join(texts).casefold()
        self._given: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        parts = _parts(names)
        self._quiet = {part.upper(): part for part in sorted(parts - _WORDS_TOO) if len(part) > len("Jo")}
        self._known = parts | self._quiet.keys()

    def hide(self, text: str) -> str:
        """Return a text with a pseudonym for everything that tells who somebody is."""
        return _PATTERN.sub(self._stand_in, normalize("NFC", text))

    def restorer(self) -> Restorer:
        """Return what puts everything back that was hidden so far."""
        return Restorer({pseudonym: found for (_, found), pseudonym in self._given.items()})

    def _stand_in(self, found: re.Match[str]) -> str:
        kind, text = found.lastgroup or "", found[0]
        if kind != "name":
            return self._of(kind, text)
        name = self._name_in(text)
        if not name or (name in _WORDS_TOO and self._may_be_a_word(found, name)):
            return text
        return self._of(kind, name) + text[len(name) :]

    def _name_in(self, word: str) -> str:
        """Return the name that a word is, without the ending of a genitive; "" if it is none."""
        bare = _ENDING.sub("", word)
        return word if word in self._known else bare if bare in self._known else ""

    def _may_be_a_word(self, found: re.Match[str], name: str) -> bool:
        """Say whether a name that is a word, too, stands where any word is capitalised, and is not shown to be a name."""
        text = found.string
        after = _NEXT_WORD.match(text, found.end())
        full = after is not None and self._name_in(after[1]) != ""
        spoken_of = found[0][len(name) :].startswith(("'", "’")) or text[found.end() : found.end() + 1] == ":"
        if full or spoken_of or text.strip() == found[0]:
            return False
        return _SENTENCE_START.search(text[max(0, found.start() - _LOOKED_BACK) : found.start()]) is not None

    def _of(self, kind: str, text: str) -> str:
        if (kind, text) not in self._given:
            quiet = self._quiet.get(text) if kind == "name" and text not in self._quiet.values() else None
            self._given[kind, text] = self._of(kind, quiet).upper() if quiet else self._free(kind, text)
        return self._given[kind, text]

    def _free(self, kind: str, text: str) -> str:
        """Return the pseudonym of a text: the first of its own that means nothing else in this request."""
        for attempt in count():
            digest = hmac.digest(self._key, f"pseudonym\0{kind}\0{text}\0{attempt}".encode(), "sha256")
            stem = "".join(_SYLLABLES[int.from_bytes(digest[at : at + 4]) % len(_SYLLABLES)] for at in (0, 4, 8))
            digits = f"{int.from_bytes(digest[12:16]) % 1_000_000:06d}"
            told = digits if kind == "phone" else stem
            if told not in self._taken and told not in self._everything:
                break
        self._taken.add(told)
        return _SHAPES[kind].format(stem.title(), stem, digits)


class Restorer:
    """Puts back what pseudonyms stand for: in a whole text, or in one that comes in pieces, cut anywhere."""

    def __init__(self, originals: Mapping[str, str] | None = None) -> None:
        self._exact = dict(originals or {})
        quiet_last = sorted(self._exact, key=lambda pseudonym: not pseudonym.isupper())
        self._any_case = {pseudonym.lower(): self._exact[pseudonym] for pseudonym in quiet_last}
        longest_first = sorted(self._any_case, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)", re.IGNORECASE)
        self._longest = max(map(len, self._any_case), default=0)
        self._held = ""

    def feed(self, text: str) -> str:
        """Return what can be said of a text so far; what may be the beginning of a pseudonym is held back."""
        text = self._held + text
        end = max((found.end() for found in self._pattern.finditer(text)), default=0)
        cut = next(
            (at for at in range(max(end, len(text) - self._longest), len(text)) if self._begins(text[at:])), len(text)
        )
        self._held = text[cut:]
        return self.whole(text[:cut])

    def finish(self) -> str:
        """Return what was held back, when nothing more comes."""
        held, self._held = self._held, ""
        return held

    def whole(self, text: str) -> str:
        """Return a text with everything put back; what a stream holds back is not touched."""
        return self._pattern.sub(self._original, text)

    def _begins(self, text: str) -> bool:
        return any(pseudonym.startswith(text.lower()) for pseudonym in self._any_case)

    def _original(self, found: re.Match[str]) -> str:
        return self._exact.get(found[0]) or self._any_case[found[0].lower()]


def _parts(names: Iterable[str]) -> set[str]:
    """Return the parts of names that tell who it is, also without umlauts or with another apostrophe."""
    telling = set[str]()
    for name in names:
        words = (word.strip("'’") for word in re.split(r"[^\w'’]+|_", normalize("NFC", name)))
        telling.update(word for word in words if _tells(word) and (name.islower() or not word.islower()))
    return telling | {part.translate(plain) for part in telling for plain in (_UMLAUTS, _APOSTROPHES)}


def _tells(word: str) -> bool:
    return len(word) > 1 and word.casefold() not in _TITLES and not word.isdecimal()
