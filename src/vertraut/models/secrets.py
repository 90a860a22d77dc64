"""Secrets in a text, found by their form and check digits or by what is said about them, and replaced by a word.

Everything that may leave the machine passes here. Where unsure, it removes: one word too many costs an answer
a detail, one password too few costs its person the account. What neither its form nor a word near it betrays is not found.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from vertraut.models.check_digits import (
    is_card,
    is_health_number,
    is_iban,
    is_pension_number,
    is_swiss_number,
    is_tax_id,
)
from vertraut.models.said_secrets import said_secrets

Span = tuple[int, int]

_LOOKALIKES: Final = {
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " "),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012"), "-"),
}
"""Spaces and hyphens of typesetters, which numbers are also written with."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LONG = 6
_SHORTEST_RANDOM, _SHORTEST_HEX = 20, 24
_MIXED_RATE, _HEX_RATE = 0.35, 0.25
"""How often, for each character, a random text changes between lower case, upper case and digits (0.6; of two kinds 0.45);
what people write does at most every fifth time."""
_LEAST_BITS = 3.0

_SEED_WORDS: Final = re.compile(r"(?<![\w,])(?:(?:\d\d?[.):] ?)?[a-z]{3,8}(?: +|\s+(?=\d\d?[.):])|\b)){12,}")
_SHORTEST_SEED: Final = 12
_GLUE: Final = frozenset(
    """
    and are but for from had has her him his its not our she the was were who als am an auch auf aus bei bin das dem
    den der des die dir ein eine einen für habe hat ich ihm ihr im in ist kein mal mich mir mit nach nicht noch nur
    oder schon sich sie sind so und uns vom von war was wenn wie wir zum zur
    """.split()
)
"""Words of every sentence that no list of seed words holds (BIP 39)."""

_IBAN: Final = re.compile(r"\b([A-Z]{2})\d\d(?:[ -]?[A-Z0-9]){11,30}", re.IGNORECASE)
_IN_FOURS: Final = re.compile(r"\w{4}([ -])\w{4}(?:\1\w{4})*(?:\1\w{1,3})?")
_IBAN_LENGTHS: Final = (
    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22"
    "GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30"
    "NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20"
)


@dataclass(frozen=True, slots=True)
class Form:
    """What a kind of secret looks like. Where the pattern has a group, that is the secret; ``check`` may say it is none."""

    name: str
    pattern: re.Pattern[str]
    check: Callable[[str], bool]


def _form(name: str, pattern: str, check: Callable[[str], bool] = bool, *, any_case: bool = False) -> Form:
    return Form(name, re.compile(pattern, re.IGNORECASE if any_case else 0), check)


def _has_digit(text: str) -> bool:
    return any(map(str.isdecimal, text))


def _is_random(text: str) -> bool:
    """Say whether a run of letters and digits, or a part of it between slashes, seems drawn by lot."""
    return not _UUID.fullmatch(text) and any(map(_drawn_by_lot, (text, *text.split("/"))))


def _drawn_by_lot(text: str) -> bool:
    plain = re.sub(r"[-_/+=]", "", text)
    kinds = ["0" if each.isdecimal() else "A" if each.isupper() else "a" for each in plain]
    shortest, rate = (_SHORTEST_RANDOM, _MIXED_RATE) if len(set(kinds)) > len("0a") else (_SHORTEST_HEX, _HEX_RATE)
    if len(plain) < shortest or "0" not in kinds or len(set(kinds)) == 1:
        return False
    changes = sum(one != other for one, other in pairwise(kinds))
    shares = [count / len(plain) for count in Counter(plain).values()]
    return changes >= rate * len(plain) and -sum(share * math.log2(share) for share in shares) >= _LEAST_BITS


FORMS: Final = (
    _form("private key", r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----(?s:.*?)"
          r"(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\Z)"),
    _form("PuTTY key", r"PuTTY-User-Key-File-\d(?s:.*?)(?:Private-MAC: *\w+|\Z)"),
    _form("age key", r"\bAGE-SECRET-KEY-1[A-Z0-9]{20,}"),
    _form("extended key", r"\b[xyzt]prv[A-Za-z0-9]{80,}|\b[5KL][1-9A-HJ-NP-Za-km-z]{50,51}\b"),
    _form("token of a service", r"\b(?:sk|pk|rk|whsec|gh[oprsu]|github_pat|glpat|gldt|hf|npm|pypi|shp(?:at|ca|pa|ss)"
        r"|dop_v1|doo_v1|lin_api"
          r"|ntn|secret|gsk|xai|pplx|r8|tskey|nvapi|dckr_pat|sntrys|sq0atp|sq0csp|EAA|vt|key|api"
          r"|lr)[-_][A-Za-z0-9_-]{16,}", _has_digit),
    _form("test or live key", r"\b\w{2,8}_(?:live|test|prod)_[A-Za-z0-9_-]{10,}"),
    _form("Amazon", r"\b(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA)[0-9A-Z]{16}\b"),
    _form("Google", r"\b(?:AIza[\w-]{30,}|ya29\.[\w-]{16,}|GOCSPX-[\w-]{16,}|1//0[\w-]{30,})"),
    _form("Slack", r"\bxox[abceoprs]-[\w-]{10,}|\bxapp-[\w-]{10,}|hooks\.slack\.com/(?:services|workflows)/([\w/-]+)"),
    _form("SendGrid, Telegram, Discord", r"\bSG\.[\w-]{16,}\.[\w-]{16,}|\b\d{8,10}:[\w-]{30,}"
        r"|/api/webhooks/\d+/([\w-]+)"),
    _form("Twilio, Mailchimp", r"\b(?:AC|SK)[0-9a-f]{32}\b|\b[0-9a-f]{32}-us\d{1,2}\b"),
    _form("JSON web token", r"\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*){0,3}"),
    _form("bearer", r"\bbearer[ :=]+([\w.~+/=-]{12,})", _has_digit, any_case=True),
    _form("authorization", r"\bauthorization[\"']?\s*[:=]\s*[\"']?(?:\w+ +)?([^\s\"',;]{6,})", any_case=True),
    _form("cookie", r"\b(?:set-)?cookie:[ ]*([^\n]{8,})", any_case=True),
    _form("address with a password", r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"']{0,100}:([^\s/@\"']{1,200})@", any_case=True),
    _form("address with a key", r"[?&#;](?:\w{0,20}(?:token|secret|password|passwd|pwd|apikey|api_key|signature)|key"
        r"|sig|code|otp|auth|jwt"
          r"|sid|session)=([^&#\s\"'<>]{4,})", any_case=True),
    _form("one-time number", r"\b(?:use|enter|type|gib|nutze|verwende|eingeben:?)\s+(\d{3}[ -]?\d{3})\b", any_case=True),
    _form("one-time password app", r"\botpauth://[^\s\"'<>]+", any_case=True),
    _form("card", r"(?<![\w.,-])((?:4\d{3}|5[0-8]\d\d|2[2-7]\d\d|35\d\d|6\d{3})([ .-]?)\d{4}\2\d{4}\2\d{4}(?:\2\d{3})?"
          r"|3[0478]\d\d([ .-]?)\d{6}\3\d{4,5})(?![\w-]|[.,]\d)", is_card),
    _form("tax number", r"(?<![\w.,/+-])[1-9]\d(?:\d{9}|(?: \d{3}){3}|(?:/\d{3}){3})(?![\w-]|[.,]\d)", is_tax_id),
    _form("social insurance", r"\b\d\d[ ]?\d{6}[ ]?[A-Z][ ]?\d\d[ ]?\d\b", is_pension_number, any_case=True),
    _form("health card", r"\b[A-Z]\d{9}\b", is_health_number),
    _form("Swiss social insurance", r"\b756[.]?\d{4}[.]?\d{4}[.]?\d\d\b", is_swiss_number),
    _form("US social security", r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-])"),
    _form("UK national insurance", r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]\b"),
    _form("random", r"[A-Za-z0-9+/_-]{20,}={0,2}", _is_random),
    _form("like a password", r"(?<![^\s(„“\"'`>])(?=[^\s]{0,40}[a-z])(?=[^\s]{0,40}[A-Z])(?=[^\s]{0,40}\d)"
          r"(?![^\s]{0,60}(?:://|@\w+\.\w))([A-Za-z0-9!$%&#*^?~+_@-]{7,250}[A-Za-z0-9!$%#*^~+])(?![^\s)“”\"'`<.,;:!?])",
          lambda text: bool(re.search(r"\w[!$%&#*^?~@]\w|\w[!$%#^~]$", text))),
)  # fmt: skip
"""All forms but those that a pattern alone does not tell: account numbers and seed words."""


class Secrets:
    """The secrets of one request. What one of its texts shows to be a secret is one in all of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._places = {text: secrets_in(text) for text in set(texts)}
        shown = {text[start:stop] for text, places in self._places.items() for start, stop in places}
        told = "|".join(re.escape(secret) for secret in sorted(shown, key=len, reverse=True) if _tells_itself(secret))
        self._told = re.compile(rf"(?<!\w)(?:{told})(?!\w)" if told else r"(?!)")

    def removed(self, text: str, word: str) -> str:
        """Return one of the request's texts in which the word stands for every secret."""
        parts, end = [], 0
        for start, stop in self._places[text]:
            parts += [self._told.sub(word, text[end:start]), word]
            end = stop
        return "".join([*parts, self._told.sub(word, text[end:])])


def without_secrets(text: str, word: str) -> str:
    """Return a text in which the word stands for every secret."""
    return Secrets([text]).removed(text, word)


def _tells_itself(secret: str) -> bool:
    """Say whether a secret means nothing else elsewhere: a plain word or a short number may."""
    return len(secret) >= _LONG and _has_digit(secret) and " " not in secret


def secrets_in(text: str) -> list[Span]:
    """Return where secrets stand, in order; those that touch are one."""
    plain = text.translate(_LOOKALIKES)
    spans: list[Span] = []
    for start, stop in sorted([*_formed(plain), *_accounts(plain), *_seed_words(plain), *said_secrets(plain)]):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(stop, spans[-1][1]))
        else:
            spans.append((start, stop))
    return spans


def _formed(text: str) -> Iterator[Span]:
    for form in FORMS:
        for found in form.pattern.finditer(text):
            group = 1 if form.pattern.groups and found[1] else 0
            if form.check(found[group]) and not found[group].startswith("["):  # as what stands for a removed one does
                yield found.span(group)


def _accounts(text: str) -> Iterator[Span]:
    """Yield account numbers; a slip in one that is written in fours or called IBAN makes it no less telling."""
    for found in _IBAN.finditer(text):
        length = _iban_lengths().get(found[1].upper(), 0)
        places = [place for place in range(*found.span()) if text[place].isalnum()][:length]
        if not length or len(places) < length or text[places[-1] + 1 : places[-1] + 2].isalnum():
            continue
        start, stop = found.start(), places[-1] + 1
        called = "iban" in text[max(0, start - 30) : start].lower()
        if called or _IN_FOURS.fullmatch(text[start:stop]) or is_iban(text[start:stop]):
            yield start, stop


@cache
def _iban_lengths() -> dict[str, int]:
    return {country: int(length) for country, length in re.findall(r"([A-Z]{2})(\d\d)", _IBAN_LENGTHS)}


def _seed_words(text: str) -> Iterator[Span]:
    """Yield runs of many short words in lower case without any word that holds a sentence together."""
    for found in _SEED_WORDS.finditer(text):
        run: list[re.Match[str]] = []
        for word in [*re.finditer("[a-z]+", found[0]), None]:
            if word and word[0] not in _GLUE:
                run.append(word)
                continue
            if len(run) >= _SHORTEST_SEED:
                yield found.start() + run[0].start(), found.start() + run[-1].end()
            run = []
