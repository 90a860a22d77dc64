"""What was said already: the same text in another app, in a forwarded mail, in a quote.

Only what is the same word for word counts: of two texts that differ in a date, both are kept. The same sentence weeks later
is something else, too: "tomorrow at nine" means another day by then. ``Said`` is for texts that are read as one, ``Once``
for a list: there an entry is left out only where all that it says, and who said it to whom, stands in one that is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import cached_property

from vertraut.ledger import Entry
from vertraut.memory.marks import Range
from vertraut.memory.places import Placed
from vertraut.memory.words import words

_SENTENCE_WORDS = 4  # sentences of fewer say something of their own each time
_SENTENCE_SECONDS = 7 * 24 * 3600
_WHOLE_SECONDS = 24 * 3600
_COMPARED = 5_000  # characters; of longer texts also their length
_DATED = frozenset({"event", "task"})

_TALK = frozenset({"message", "chat", "call"})
_COPY_SECONDS = 60  # some apps tell no seconds
_AGAIN_SECONDS = 600  # what is told the same people later than this is told them twice
_FEWEST_WORDS = 5  # "Danke!" twice is said twice
_LEAST_SHARE = 2 / 3  # of the words of a text with greeting and signature
_LEAD_SIZE = 1_000  # characters of greeting, of what a mail program writes above a forwarded mail, and of signature
_TELLING_META = ("image_caption", "tags", "aliases", "repeats", "status")
_SIGNS = re.compile(
    r"[^\W_]+|(?<=\d)[^\w\s](?=\d)|(?<!\S)[\u2212\u2013-](?=\d)"  # a word; a sign between digits; minus
    r"|[^\w\s.,;:!…\"'’‘\u201a„“”«»\u2039\u203a()\[\]{}|*#/\\`•·\u2013\u2014-]"  # no mere punctuation: "?", "%", an emoji
)
_WORDS = re.compile(r"[^\W\d_]+")
_MIDST = 60  # characters
_QUOTE_MARKS = re.compile(r"^[ \t]*>[> \t]*", re.MULTILINE)
_REPLY = re.compile(r"^\s*(?:(?:re|aw|fwd?|wg)\s*:\s*)+", re.IGNORECASE)
_NAME = "¤"
_NO_NAMES = frozenset(  # people are called so, too, but here they may say no, or when
    "no not never nein nicht nie kein heute morgen gestern montag dienstag mittwoch donnerstag freitag samstag sonntag "
    "monday tuesday wednesday thursday friday saturday sunday january march april may june august mai juni juli".split()
)
_BEFORE = re.compile(
    r"(?: (?:hallo|hello|hi|hey|moin|servus|liebe|lieber|dear|guten (?:morgen|tag|abend)|good (?:morning|afternoon|evening)|"
    rf"zur (?:info|information|kenntnis)|fyi|for your information|weitergeleitet|forwarded|schrieb|wrote|{_NAME}))* "
)
_BEHIND = re.compile(
    r" (?:(?:gruss|(?:(?:viele|liebe|beste|schöne|herzliche) )?grüsse|(?:mit )?(?:freundlichen|besten|lieben) grüssen|"
    rf"lg|vg|mfg|(?:(?:best|kind|warm) )?regards|best wishes|cheers|{_NAME}) )*"
)
_WROTE = r"(?:am|on) (?=[^\n]*\d)[^\n]{0,100}?\b(?:schrieb|wrote)\b[^\n]{0,100}:"
_WROTE_BY = re.compile(
    rf"^[ \t*>]{{0,4}}(?:\*?(?:von|from)\*?:[^\n]*|{_WROTE}|[^\n]{{0,60}} (?:schrieb|wrote):)$", re.IGNORECASE | re.MULTILINE
)
_LEAD = re.compile(
    rf"^[ \t*>]{{0,4}}(?:\*?(?:von|from|gesendet|sent|datum|date|an|to|cc|betreff|subject)\*?:[^\n]*|{_WROTE}|"
    r"-{2,} ?(?:forwarded message|original message|weitergeleitete nachricht|ursprüngliche nachricht) ?-{2,}|"
    r"begin forwarded message:|anfang der weitergeleiteten (?:nachricht|e-mail):)$",
    re.IGNORECASE | re.MULTILINE,
)


class Said:
    """Entries that were said, as far as they were."""

    def __init__(self) -> None:
        self._said: dict[int, tuple[Placed, str, str]] = {}

    def add(self, where: Placed, entry: Entry, places: Sequence[Range]) -> None:
        """Note what is shown of an entry."""
        shown = " ".join(entry.text[start:stop] for start, stop in places)
        self._said[where.seq] = where, _whole(entry), _spoken(shown)

    def repeated(self, where: Placed, entry: Entry, places: Sequence[Range]) -> set[int] | None:
        """Return which of an entry's sentences others said already; None where there is nothing else in it."""
        near = [said for said in self._said.values() if _near(where, said[0], _SENTENCE_SECONDS)]
        whole = _whole(entry)
        if any(whole == other and _near(where, there, _WHOLE_SECONDS) for there, other, _ in near):
            return None
        shown = "|".join(said for *_, said in near)
        keys = [_spoken(entry.text[start:stop]) for start, stop in places]
        found = {n for n, key in enumerate(keys) if key.count(" ") > _SENTENCE_WORDS and key in shown}
        return None if places and len(found) == len(places) else found


class Once:
    """A list in which each thing stands once, whatever was shown first of those that say the same."""

    def __init__(self) -> None:
        self._shown: list[_Saying] = []

    def keep(self, where: Placed, entry: Entry) -> bool:
        """Show an entry, unless one that is shown says all of it."""
        saying = _Saying(where, entry)
        for shown in self._shown:
            if abs(shown.where.starts - where.starts) <= _WHOLE_SECONDS and _says_all(shown, saying):
                shown.repeats.append((where.starts, where.seq))
                return False
        self._shown.append(saying)
        return True

    def repeats(self) -> list[tuple[int, ...]]:
        """Return which entries each shown one stands for besides itself, in order of time."""
        return [tuple(seq for _, seq in sorted(shown.repeats)) for shown in self._shown]


class _Saying:
    """An entry, with what it says in forms that can be compared. They are made when they are first asked for."""

    def __init__(self, where: Placed, entry: Entry) -> None:
        self.where = where
        self.entry = entry
        self.size = len(entry.title) + len(entry.text)
        self.repeats: list[tuple[int, int]] = []

    @cached_property
    def folded(self) -> str:
        """All of it that is compared, case folded."""
        return unicodedata.normalize("NFC", f"{self.entry.title} {self.entry.text[:_COMPARED]}").casefold()

    @cached_property
    def middle(self) -> str:
        """The longest of some words from its midst, which is quickly looked for elsewhere."""
        start = len(self.folded) // 2
        return max(_WORDS.findall(self.folded, start, start + _MIDST), key=len, default="")

    @cached_property
    def subject(self) -> str:
        return _REPLY.sub("", self.entry.title)

    @cached_property
    def title(self) -> str:
        return _signs(self.subject)

    @cached_property
    def text(self) -> str:
        return _signs(self.entry.text)

    @cached_property
    def whole(self) -> str:
        return self.text if self.text.startswith(self.title) else self.title[:-1] + self.text

    @cached_property
    def quoted_authors(self) -> frozenset[str]:
        return frozenset(words(" ".join(_WROTE_BY.findall(self.entry.text))))

    @cached_property
    def quoted(self) -> str:
        return _signs(_LEAD.sub("", self.entry.text))

    @cached_property
    def long(self) -> bool:
        return len(words(self.folded)) >= _FEWEST_WORDS

    @cached_property
    def author(self) -> frozenset[str]:
        return frozenset(words(self.entry.author))

    @cached_property
    def speaker(self) -> frozenset[str]:
        names = (f"{person.name} {person.address}" for person in self.entry.people if person.role == "from")
        return self.author | frozenset(words(" ".join(names)))

    @cached_property
    def around(self) -> frozenset[str]:
        """Who takes part in it, where it was, which files came with it."""
        names = (f"{person.name} {person.address}" for person in self.entry.people)
        files = {each.sha256 or f"{each.name} {each.size}" for each in self.entry.attachments}
        return frozenset(words(" ".join([self.entry.place, *names]))) | files

    @cached_property
    def names(self) -> frozenset[str]:
        """What those who take part are called, for greetings and signatures; addresses may hold any word."""
        called = [self.entry.author, *(person.name for person in self.entry.people)]
        found = words(" ".join(name for name in called if "@" not in name))
        return frozenset(word for word in found if word.isalpha()) - _NO_NAMES

    @cached_property
    def thread(self) -> frozenset[str]:
        return frozenset(words(self.entry.thread_title or self.entry.title or self.entry.thread))

    @cached_property
    def day(self) -> date:
        return self.entry.when.local.date()


def _says_all(shown: _Saying, hidden: _Saying) -> bool:
    """Say whether nothing is lost where only one of two entries is shown that lie at most a day apart."""
    shorter, longer = (shown, hidden) if shown.size < hidden.size else (hidden, shown)
    if shorter.middle not in longer.folded or longer.size > 2 * shorter.size + _LEAD_SIZE:
        return False
    if not _same_time(shown.where, hidden.where):
        return False
    told = hidden.speaker <= shown.speaker if _same_words(shown, hidden) else _passed_on(shown, hidden)
    same_day = shown.where.starts == hidden.where.starts or shown.day == hidden.day  # "today" means the same
    return told and same_day and hidden.long and _same_around(shown, hidden)


def _same_time(shown: Placed, hidden: Placed) -> bool:
    """Say whether two entries tell of one time; what is said twice in one thread is said twice."""
    if hidden.kind in _DATED and (shown.kind not in _DATED or shown.ends != hidden.ends):
        return False
    return shown.starts == hidden.starts or (shown.thread != hidden.thread and _near(shown, hidden, _WHOLE_SECONDS))


def _same_words(shown: _Saying, hidden: _Saying) -> bool:
    """Say whether two entries have the same words but for greetings."""
    if max(shown.size, hidden.size) > _COMPARED:
        return shown.entry.text == hidden.entry.text and shown.subject == hidden.subject
    one, other = (shown.text, hidden.text) if shown.title == hidden.title else (shown.whole, hidden.whole)
    return _holds(one, other, shown.names) or _holds(other, one, shown.names)


def _passed_on(shown: _Saying, hidden: _Saying) -> bool:
    """Say whether one entry quotes all of another, under a line that names its author, and says nothing itself."""
    if not shown.quoted_authors or max(shown.size, hidden.size) > _COMPARED:
        return False
    if not hidden.author or not hidden.author <= shown.quoted_authors:
        return False
    text = hidden.text if shown.title == hidden.title else hidden.whole
    return _holds(shown.quoted, text, shown.names | hidden.names)


def _same_around(shown: _Saying, hidden: _Saying) -> bool:
    """Say whether what is shown tells with whom, where and with which files the other was said, too."""
    told = (
        shown.speaker | shown.around | shown.thread | frozenset(words(f"{shown.entry.title} {shown.entry.text[:_COMPARED]}"))
    )
    if not hidden.around <= told:
        return False
    if any(shown.entry.meta.get(name) != hidden.entry.meta.get(name) for name in _TELLING_META):
        return False
    if hidden.where.kind not in _TALK or hidden.where.thread == shown.where.thread:
        return True
    apart = abs(shown.where.starts - hidden.where.starts)
    if hidden.thread and hidden.thread <= told:
        return shown.where.kind not in _TALK or apart <= _AGAIN_SECONDS
    return apart <= _COPY_SECONDS and _app(shown.entry) != _app(hidden.entry)  # else it was sent to two people


def _app(entry: Entry) -> tuple[str, object]:
    return entry.source, entry.meta.get("app")


def _holds(longer: str, shorter: str, names: frozenset[str]) -> bool:
    """Say whether a text is another one in full, with nothing around it but greetings and names."""
    if shorter not in longer or shorter.count(" ") - 1 < _LEAST_SHARE * (longer.count(" ") - 1):
        return False
    before, _, behind = longer.partition(shorter)
    before, behind = (
        " ".join(_NAME if word in names else word for word in part.split(" ")) for part in (f"{before} ", f" {behind}")
    )
    return bool(_BEFORE.fullmatch(before) and _BEHIND.fullmatch(behind))


def _signs(text: str) -> str:
    """Return the words of a text and the signs that mean something, each between spaces: "5 €" is not "5 $"."""
    bare = _QUOTE_MARKS.sub("", text) if ">" in text else text
    return " ".join(["", *_SIGNS.findall(unicodedata.normalize("NFC", bare).casefold()), ""])


def _near(one: Placed, other: Placed, seconds: int) -> bool:
    """Say whether another entry is so close in time that the same words mean the same."""
    if {one.kind, other.kind} <= _DATED:
        seconds = 0
    return one.seq != other.seq and abs(one.starts - other.starts) <= seconds


def _whole(entry: Entry) -> str:
    size = len(entry.text) if len(entry.text) > _COMPARED else ""
    return _spoken(f"{entry.author}: {entry.title} {entry.text[:_COMPARED]} {size}")


def _spoken(text: str) -> str:
    """Return the words of a text, each between spaces."""
    return f" {' '.join(words(text))} "
