"""A text as tokens of time: numbers in their written forms, and words looked up with what stands beside them.

Look-alikes are told apart here: "may" the verb, "fall" outside English, 2000 Euro, version 3.5.2, a phone number. A token of
no interest is ``WORD``, ``OTHER`` (a number that is no date) or ``BREAK`` (punctuation), so that patterns cannot reach
across it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from vertraut.memory.time_words import LABELS, MEASURES, PHRASES, THINGS, WEEKDAYS_SHORT, WORDS, Meaning


@dataclass(slots=True)
class Token:
    """A piece of the text: its kind, value and place, and if it is a word that word, folded."""

    kind: str
    value: Any
    start: int
    end: int
    word: str = ""


_END = r"(?![^\W_]|[.,:]\d)"
_ALONE = rf"{_END}(?![-/][^\W_])"
_TOKEN = re.compile(
    rf"""
  (?P<other>https?://\S+ | www\.\S+ | [\w.+-]{{1,64}}@[\w.-]+)
| (?P<WEEK_NUMBER>\d{{4}}-?w\d\d\b | (?:kw|cw)\s?\d{{1,2}}(?:\s?/\s?(?:\d{{4}}|\d\d))?\b)
| (?P<QUARTER_NUMBER>q\s?[1-4](?:\s?/\s?(?:\d{{4}}|\d\d))?\b)
| (?P<ISO>\d{{4}}[-/]\d\d?[-/]\d\d?(?:t\d\d:?\d\d(?::?\d\d(?:\.\d{{1,6}})?)?(?:z|[+-]\d\d:?\d\d)?)?{_END}(?!-\d))
| (?P<DOTTED>\d{{1,2}}\.\s?\d{{1,2}}\.\s?\d{{4}}{_END} | \d{{1,2}}\.\d{{1,2}}\.\d\d{_END})
| (?P<SLASHED>\d{{1,2}}/\d{{1,2}}/(?:\d{{4}}|\d\d){_END} | \d{{1,2}}-\d{{1,2}}-\d{{4}}{_END})
| (?P<NAMED>\d{{1,2}}-[^\W\d_]{{3,9}}-\d{{4}}{_END})
| (?P<DAY_MONTH>\d{{1,2}}\.\d{{1,2}}\.(?![^\W_]))
| (?P<MONTH_YEAR>(?:19|20)\d\d-(?:0[1-9]|1[0-2]){_ALONE} | (?:0?[1-9]|1[0-2])[/.](?:19|20)\d\d{_ALONE})
| (?P<YEARS>(?:19|20)\d\d(?:/\d{{4}}|[/-]\d\d){_ALONE} | \d\d/\d\d{_ALONE})
| (?P<DAY_YEAR>\d{{1,2}},(?:19|20)\d\d{_ALONE})
| (?P<RANGE>\d{{1,2}}-\d{{1,2}}{_ALONE}(?!\.\w) | (?:19|20)\d\d-(?:19|20)\d\d{_ALONE})
| (?P<DECADE>(?:19|20)?\d0(?:s|ern?)\b)
| (?P<ORDINAL>\d{{1,2}}(?:st|nd|rd|th|te[nrsm]?)\b | \d{{1,2}}\.(?!\d))
| (?P<YEAR>(?:19|20)\d\d{_ALONE})
| (?P<NUMBER>\d{{1,3}}{_ALONE})
| (?P<digits>[+\#]?\d(?:[.,:/'’-]?\d)*(?:-?[^\W\d_]\w*)?)
| (?P<word>mid-to-late | early-to-mid | (?:mid|early|late)-(?=\w)
    | [^\W\d_][\w\u0300-\u036f]*(?:-\w[\w\u0300-\u036f]*)*(?:['’]s\b)?)
| (?P<sign>\S)
""",
    re.VERBOSE | re.IGNORECASE,
)
_UNKNOWN: Meaning = (("WORD", None),)
_DIGITS = re.compile(r"\d+")
_SIGNS = {".": "DOT", ",": "COMMA", "-": "DASH", "–": "DASH", "—": "DASH", "(": "COMMA"}
_CURRENCY = frozenset("€$£%°#§+")
_SPREAD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_AFTER_MAY = frozenset("i you he she it we they one the not be have also".split())
_AFTER_SEASON = frozenset("festival cleaning roll rolls water onion onions break mattress semester".split())
_BEFORE_NO_TIME = frozenset(
    "every each any jeden jeder jedem jedes alle aller herr herrn frau familie doktor mr mrs ms miss".split()
)
_IN_COMPOUNDS = frozenset({"MONTH", "MODAL_MONTH", "MONTH_SHORT", "WEEKDAY", "WEEKDAY_SHORT"})
_COMES_OFTEN = frozenset({"WEEKDAY", "WEEKEND", "MONTH", "ENGLISH_SEASON", "SEASON", "HOLIDAY"})
_PARTS_OF_DAYS = frozenset("mornings afternoons evenings nights".split())
_BEFORE_FALL = frozenset("last next this past previous in early late mid each every since during".split())
_BEFORE_THE_FALL = frozenset("in during of since over".split())
_BEFORE_MORNING = frozenset(
    "am heute gestern vorgestern guten jeden jedem eines einem diesem diesen naechsten letzten folgenden den der zum vom "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag sonnabend schoenen".split()
)


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a text with the meaning that they have where they stand."""
    tokens = [token for found in _TOKEN.finditer(text) for token in _read(found)]
    _tell_numbers_apart(tokens)
    return _with_meaning(tokens, text)


def folded(word: str) -> str:
    """Return a word without case, umlauts and possessive ending."""
    plain = word.lower() if word.isascii() else unicodedata.normalize("NFC", word).casefold().translate(_SPREAD)
    return plain[:-2] if plain.endswith(("'s", "’s")) else plain.rstrip("-")


def _read(found: re.Match[str]) -> Iterator[Token]:
    kind, text, start, end = found.lastgroup or "", found.group(), found.start(), found.end()
    if kind == "word":
        word = folded(text)
        yield from [Token("WORD", None, start, end, word)] if "-" not in word or word in WORDS else _split(text, start, end)
    elif kind == "sign":
        yield Token(_SIGNS.get(text, "BREAK"), text, start, end)
    elif kind in {"other", "digits"}:
        yield Token("OTHER", None, start, end)
    elif kind == "RANGE":
        yield from _split(text, start, end)
    elif kind in {"NAMED", "DAY_YEAR"}:
        yield from (each for each in _split(text.replace(",", "-"), start, end) if each.kind != "DASH")
    else:
        figures = tuple(int(each) for each in _DIGITS.findall(text))
        yield Token(kind, figures[0] if kind in {"NUMBER", "YEAR", "ORDINAL"} else figures, start, end)


def _split(text: str, start: int, end: int) -> list[Token]:
    """Return the parts of "3-5", "March-May" or "3-May-2025" with their dashes; another compound is one word."""
    parts = text.split("-")
    if not all(each.isdecimal() or WORDS.get(folded(each), _UNKNOWN)[0][0] in _IN_COMPOUNDS for each in parts):
        return [Token("WORD", None, start, end, folded(text))]
    tokens: list[Token] = []
    for part in parts:
        if tokens:
            tokens.append(Token("DASH", "-", start - 1, start))
        if part.isdecimal():
            tokens.append(Token("YEAR" if len(part) == len("2025") else "NUMBER", int(part), start, start + len(part)))
        else:
            tokens.append(Token("WORD", None, start, start + len(part), folded(part)))
        start += len(part) + 1
    return tokens


def _tell_numbers_apart(tokens: Sequence[Token]) -> None:
    """Make ``OTHER`` of the numbers that count something or name something, from the last to the first."""
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        if token.kind in {"NUMBER", "YEAR", "OTHER"} and _is_measured(tokens, at):
            token.kind, token.value = "OTHER", "measured"
        elif token.kind in {"NUMBER", "YEAR", "DOTTED", "DAY_MONTH", "MONTH_YEAR", "YEARS"} and _is_label(tokens, at):
            token.kind = "OTHER"


def _is_measured(tokens: Sequence[Token], at: int) -> bool:
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if at and tokens[at - 1].value in _CURRENCY:
        return True
    if not after:
        return False
    if after.kind == "DASH" or after.word in {"to", "bis", "und", "and", "or", "oder"}:
        return at + 2 < len(tokens) and tokens[at + 2].value == "measured"
    if after.word in THINGS and (tokens[at].kind != "YEAR" or tokens[at].value % 50 == 0):
        return True
    return after.word in MEASURES or after.value in _CURRENCY


def _is_label(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a number follows a word that it names: "room 2024", "Nr. 12", "Version ist 3.5.25"."""
    skips = tokens[at - 1].kind == "DOT" or tokens[at].kind == "DOTTED"
    return _word_at(tokens, at - 1) in LABELS or (skips and _word_at(tokens, at - 2) in LABELS)


def _with_meaning(tokens: Sequence[Token], text: str) -> list[Token]:
    """Give the words their meaning, phrases first."""
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        token, length = tokens[at], 1
        meaning: Meaning = ()
        if token.word:
            length, meaning = _phrase(tokens, at) or (1, WORDS.get(token.word, ()))
        if meaning and (decide := _DECIDED.get(meaning[0][0])):
            meaning = decide(tokens, at, text, meaning)
        if meaning and meaning[0][0] in _COMES_OFTEN and _word_at(tokens, at - 1) in _BEFORE_NO_TIME:
            meaning = ()
        end = tokens[at + length - 1].end
        result += [Token(kind, value, token.start, end, token.word) for kind, value in meaning] or tokens[at : at + length]
        at += length
    return result


def _phrase(tokens: Sequence[Token], at: int) -> tuple[int, Meaning] | None:
    for words, meaning in PHRASES.get(tokens[at].word, ()):
        if len(words) <= len(tokens) - at and all(tokens[at + n].word == word for n, word in enumerate(words)):
            return len(words), meaning
    return None


def _word_at(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if 0 <= at < len(tokens) else ""


def _modal_or_month(tokens: Sequence[Token], at: int, text: str, meaning: Meaning) -> Meaning:
    """Tell "May" and "March" from the verbs: weak where the writing does not say that it is a month."""
    token = tokens[at]
    starts = at == 0 or tokens[at - 1].kind in {"BREAK", "DOT"}
    written = text[token.start : token.end]
    if _word_at(tokens, at + 1) in _AFTER_MAY or (written.islower() and _word_at(tokens, at - 1) == "this"):
        return ()
    kind = "MONTH" if written.istitle() and not starts else "MONTH_WEAK"
    return ((kind, meaning[0][1]),)


def _fall(tokens: Sequence[Token], at: int, _text: str, meaning: Meaning) -> Meaning:
    before = _word_at(tokens, at - 1)
    if before == "the":
        fits = _word_at(tokens, at - 2) in _BEFORE_THE_FALL
    else:
        fits = before in _BEFORE_FALL or (at + 1 < len(tokens) and tokens[at + 1].kind == "YEAR")
    return (("SEASON", meaning[0][1]),) if fits else ()


def _season(tokens: Sequence[Token], at: int, _text: str, meaning: Meaning) -> Meaning:
    return () if _word_at(tokens, at + 1) in _AFTER_SEASON else (("SEASON", meaning[0][1]),)


def _weekday(tokens: Sequence[Token], at: int, _text: str, meaning: Meaning) -> Meaning:
    """Tell "on Friday" from "on Friday evenings"."""
    return () if _word_at(tokens, at + 1) in _PARTS_OF_DAYS else meaning


def _advent(tokens: Sequence[Token], at: int, _text: str, meaning: Meaning) -> Meaning:
    return () if _word_at(tokens, at + 1) == "of" else meaning


def _morgen(tokens: Sequence[Token], at: int, text: str, _meaning: Meaning) -> Meaning:
    """Tell "morgen" (tomorrow) from "Morgen" (the morning)."""
    before = _word_at(tokens, at - 1)
    noun = text[tokens[at].start].isupper() and at > 0 and tokens[at - 1].kind not in {"BREAK", "DOT"}
    morning = before in _BEFORE_MORNING or (noun and before not in {"bis", "ab", "seit", "fuer", "und", "oder"})
    return (("PART", "morning"),) if morning else (("TODAY", 1),)


def _short_weekday(tokens: Sequence[Token], at: int, text: str, meaning: Meaning) -> Meaning:
    return meaning if text[tokens[at].start : tokens[at].end] in WEEKDAYS_SHORT else ()


_DECIDED: dict[str, Callable[[Sequence[Token], int, str, Meaning], Meaning]] = {
    "MODAL_MONTH": _modal_or_month,
    "FALL": _fall,
    "ENGLISH_SEASON": _season,
    "ADVENT": _advent,
    "WEEKDAY": _weekday,
    "MORGEN": _morgen,
    "WEEKDAY_SHORT": _short_weekday,
}
