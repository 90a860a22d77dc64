"""What could go into a context, and in which order it is wanted: hits first, then what stands around the best of them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vertraut.memory.marks import Range
from vertraut.memory.places import Placed
from vertraut.memory.recall import Hit, Recalled

REACH = 6
"""Entries before and after a hit that may be taken."""

_FEWEST_FIRST, _MOST_FIRST = 3, 8
_TOKENS_A_FIRST = 160  # one hit in so many tokens is wanted before any neighbour
_HIT, _NEIGHBOUR, _WHOLE = 3, 6, 1  # the text of a hit may at first take a third of the tokens left

_LATER_HIT = 2.0
_REST = 6.0  # the rest of a long hit is wanted after the neighbours right beside it
_STEP = 6.0  # one further away is as good as right beside a hit six ranks lower
_BEHIND = 0.5  # what stands before an entry is often its question, and wanted sooner than what follows
_APART = ((6 * 3600, 0.0), (48 * 3600, 6.0))  # up to so many seconds apart
_FAR_APART, _NO_CONVERSATION = 15.0, 40.0
_CONVERSATION = frozenset({"message", "mail", "chat", "call"})


@dataclass(frozen=True, slots=True)
class Offer:
    """An entry that could be shown: of the tokens left, its text may take one in ``share``.

    The lower the ``price``, the sooner it is wanted; a neighbour only where the entry ``beside`` it, towards a hit, is
    shown. ``rank`` is a hit's place, from 0, None for a neighbour. ``focus`` and ``marks`` say what to show of a long text;
    ``quotes`` that what it quotes may stand nowhere else: its thread begins here.
    """

    seq: int
    price: float
    share: int
    beside: int | None = None
    rank: int | None = None
    focus: Range = (0, 0)
    marks: tuple[Range, ...] = ()
    quotes: bool = False


def offers(
    recalled: Recalled, rows: Mapping[int, Sequence[int]], placed: Mapping[int, Placed], tokens: int, allowed: Container[int]
) -> list[Offer]:
    """Return what could be shown, the most wanted first.

    ``rows`` hold each hit's neighbours and itself, in order; of the neighbours only those in ``allowed`` are offered.
    """
    first = min(_MOST_FIRST, max(_FEWEST_FIRST, tokens // _TOKENS_A_FIRST))
    hits = [hit for hit in recalled.hits if hit.id in rows]
    known = {hit.id for hit in hits}
    found: list[Offer] = []
    beside: dict[int, Offer] = {}
    for rank, hit in enumerate(hits):
        row = rows[hit.id]
        found += _of_hit(hit, rank, first, begins=row[0] == hit.id)
        for offer in _around(hit.id, row, placed, first + rank):
            if offer.seq in known or offer.seq not in allowed:
                continue
            if offer.seq not in beside or offer.price < beside[offer.seq].price:
                beside[offer.seq] = offer
    return sorted([*found, *beside.values()], key=lambda offer: (offer.price, offer.seq))


def _of_hit(hit: Hit, rank: int, first: int, *, begins: bool) -> Iterator[Offer]:
    price = float(rank if rank < first else rank + _LATER_HIT)
    yield Offer(hit.id, price, _HIT, None, rank, hit.passage, hit.marks, begins)
    yield Offer(hit.id, first + rank + _REST, _WHOLE, None, rank, hit.passage, hit.marks, begins)


def _around(seq: int, row: Sequence[int], placed: Mapping[int, Placed], base: float) -> Iterator[Offer]:
    here, where = row.index(seq), placed[seq]
    for place, other in enumerate(row):
        if place != here and other in placed:
            farther = _STEP * (abs(place - here) - 1) + (_BEHIND if place > here else 0.0)
            beside = row[place - 1 if place > here else place + 1]
            yield Offer(other, base + farther + _apart(where, placed[other]), _NEIGHBOUR, beside)


def _apart(one: Placed, other: Placed) -> float:
    """Return how much less a neighbour is wanted that may belong to another conversation, or to none."""
    seconds = abs(one.starts - other.starts)
    price = next((price for most, price in _APART if seconds <= most), _FAR_APART)
    return price if {one.kind, other.kind} <= _CONVERSATION else price + _NO_CONVERSATION
