"""Filling a budget of tokens with entries, one after the other, each said once and no more of it than fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vertraut.ledger import Entry
from vertraut.memory.context_lines import Words, body, head, heading
from vertraut.memory.context_offers import Offer
from vertraut.memory.excerpts import best_sentence, excerpt_of, joined, sentences_near, telling
from vertraut.memory.marks import Range
from vertraut.memory.places import Placed
from vertraut.memory.repeats import Said
from vertraut.memory.tokens import TokenCount

_TRIES = 4
_FORTNIGHT = 14 * 24 * 3600
_SMALLEST, _SMALLEST_SHARE = 8, 30  # tokens
_MARKS = 4  # what "…" before and after a part costs
_TELLING = 40  # tokens: a shorter beginning of a sentence may say the opposite of the whole
_REMNANT = 50  # a fiftieth of the budget need not be filled
_NUMBER = 99  # stands for the number of an entry until all are in order


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when entries stand, and how they are written and counted. ``after`` names the next one in the thread."""

    entries: Mapping[int, Entry]
    placed: Mapping[int, Placed]
    days: Mapping[int, str]
    after: Mapping[int, int]
    zone: str
    words: Words
    count: TokenCount

    def adjacent(self, one: int, other: int) -> bool:
        """Say whether nothing of their thread lies between two entries."""
        return self.after.get(one) == other or self.after.get(other) == one

    def together(self, one: int, other: int) -> bool:
        """Say whether two entries belong in one block where none between them is shown."""
        if self.placed[one].thread != self.placed[other].thread:
            return False
        apart = abs(self.placed[one].starts - self.placed[other].starts)
        return self.days[one] == self.days[other] or (self.adjacent(one, other) and apart < _FORTNIGHT)

    def line(self, seq: int, number: int, places: Sequence[Range], whole: Range, *, kind: bool = False) -> str:
        """Return an entry as a model reads it: these sentences of all that ``whole`` spans."""
        entry = self.entries[seq]
        said = body(entry, joined(entry.text, places), whole, self.words)
        start = f"[{number}] {head(entry, self.zone, self.words, kind=kind)}"
        return f"{start}: {said}" if said else start


@dataclass(frozen=True, slots=True)
class Taken:
    """An entry that is in: the places of its sentences that are shown, what all of them span, and what it costs.

    ``headed`` says that the heading above it is counted with it.
    """

    offer: Offer
    places: tuple[Range, ...]
    whole: Range
    cost: int
    headed: bool

    @property
    def complete(self) -> bool:
        """Whether nothing is left to show but what was said elsewhere."""
        return not self.places or (self.places[0][0], self.places[-1][1]) == self.whole

    @property
    def length(self) -> int:
        """How many characters of its text are shown."""
        return sum(stop - start for start, stop in self.places)


class Filling:
    """A context that is being filled, within its budget from the first entry on."""

    def __init__(self, setting: Setting, tokens: int) -> None:
        self._setting = setting
        self._left = tokens
        self._least = tokens // _REMNANT + _SMALLEST
        self._said = Said()
        self.taken: dict[int, Taken] = {}
        self.repeats: set[int] = set()

    @property
    def full(self) -> bool:
        """Whether so little is left that looking for what fits is not worth while."""
        return self._left < self._least

    def take(self, offer: Offer) -> None:
        """Take an entry in, or more of it, if it fits and says something that is not said yet."""
        before = self.taken.get(offer.seq)
        apart = offer.beside is not None and offer.beside not in self.taken and offer.beside not in self.repeats
        if apart or (before and before.complete):
            return
        self._left += before.cost if before else 0
        headed = before.headed if before else not any(self._setting.together(offer.seq, other) for other in self.taken)
        taken = self._fitted(offer, headed=headed)
        if before:
            more = taken is not None and taken.length > before.length
            taken = replace(taken, offer=before.offer) if taken and more else before
        if taken:
            self.taken[offer.seq] = taken
            self._left -= taken.cost
            self._said.add(self._setting.placed[offer.seq], self._setting.entries[offer.seq], taken.places)

    def drop_least_wanted(self) -> None:
        """Take one entry out again."""
        del self.taken[max(self.taken, key=lambda seq: self.taken[seq].offer.price)]

    def _fitted(self, offer: Offer, *, headed: bool) -> Taken | None:
        """Return as much of an entry as its share and the budget allow; None where that is nothing."""
        setting, entry = self._setting, self._setting.entries[offer.seq]
        bare = self._cost(offer.seq, (), (0, 0), headed=headed)
        if bare > self._left:
            return None
        words = telling(entry.text, offer.marks)
        centre = max(words, key=lambda word: word[1])[0] if words else offer.focus[0]
        places = sentences_near(entry, centre, quotes=offer.quotes)
        said = self._said.repeated(setting.placed[offer.seq], entry, places)
        if said is None:
            self.repeats.add(offer.seq)
            return None
        if not places:
            return Taken(offer, (), (0, 0), bare, headed)
        middle = best_sentence(entry.text, places, offer.focus, words, said)
        whole = places[0][0], places[-1][1]
        left, best = self._left - bare - _MARKS, setting.count(entry.text[slice(*places[middle])])
        cut = best > left
        if cut and (left < _TELLING or offer.rank is None):
            return None
        room = max(left // offer.share, _TELLING if cut else min(left, max(best, _SMALLEST_SHARE)))
        for _ in range(_TRIES):
            shown = excerpt_of(entry.text, places, middle, room, setting.count, without=said)
            cost = self._cost(offer.seq, shown, whole, headed=headed)
            if cost <= self._left:
                return Taken(offer, tuple(shown), whole, cost, headed) if shown else None
            room -= cost - self._left
            if room < (_TELLING if cut else best):
                break
        return None

    def _cost(self, seq: int, places: Sequence[Range], whole: Range, *, headed: bool) -> int:
        """Return what an entry costs, with its heading or without."""
        setting = self._setting
        above = f"\n\n{heading(setting.entries[seq], setting.words)}" if headed else ""
        return setting.count(f"{above}\n{setting.line(seq, _NUMBER, places, whole)}")
