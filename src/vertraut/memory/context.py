"""What a language model is given to answer a question from: hits and what stands around them, within a budget of tokens.

The best hits are taken first, then their neighbours and whatever else helps, never more than fits; then all of it is put in
order of time, each thing said once. Every entry carries the number under which an answer may cite it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

from vertraut.ledger import Entry, Ledger, entry_of, said_by_us
from vertraut.memory.context_filling import Filling, Setting
from vertraut.memory.context_lines import LEFT_OUT, WORDS, day_of, heading
from vertraut.memory.context_offers import REACH, offers
from vertraut.memory.excerpts import joined
from vertraut.memory.index import Index
from vertraut.memory.limits import Permitted
from vertraut.memory.marks import Range
from vertraut.memory.recall import Recalled
from vertraut.memory.tokens import TokenCount, estimated_tokens
from vertraut.memory.words import question_language

_TOKENS_A_HIT = 25
_FEWEST_HITS, _MOST_HITS = 20, 200
_TOKENS_AN_OFFER, _MORE_OFFERS = 12, 50


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a context: what an answer cites as ``[number]``, and as a model reads it.

    ``parts`` are the places of what is shown of its text; ``rank`` is its place among the hits, from 0, None for a
    neighbour. ``gap`` says that entries between it and the line above are left out.
    """

    number: int
    id: int
    entry: Entry
    parts: tuple[Range, ...]
    text: str
    rank: int | None
    gap: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Entries of one thread that stand together, in order of time, under one heading."""

    heading: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The block as a model reads it."""
        return "\n".join((self.heading, *(f"{LEFT_OUT}\n{line.text}" if line.gap else line.text for line in self.lines)))


@dataclass(frozen=True, slots=True)
class Context:
    """What was remembered about a question, for a model to read: at most ``budget`` tokens, ``tokens`` of them used.

    Blocks are in order of time. ``repeats`` are entries that were left out because another one says the same.
    """

    question: str
    blocks: tuple[Block, ...]
    tokens: int
    budget: int
    repeats: tuple[int, ...]
    recalled: Recalled = field(repr=False)

    @property
    def text(self) -> str:
        """The whole as a model reads it; empty where nothing fits."""
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All entries, by number."""
        return tuple(line for block in self.blocks for line in block.lines)


def hits_wanted(tokens: int) -> int:
    """Return how many entries to recall for a budget: some more than fit."""
    return min(_MOST_HITS, max(_FEWEST_HITS, tokens // _TOKENS_A_HIT))


def filled(
    recalled: Recalled,
    ledger: Ledger,
    index: Index,
    *,
    tokens: int,
    zone: str,
    permitted: Permitted | None = None,
    count: TokenCount = estimated_tokens,
) -> Context:
    """Fill a budget with what was recalled and what stands around it. Days and times are those of the clocks in ``zone``.

    Neighbours must be ``permitted``, too. Use it within the transaction that the recall was made in.
    """
    placed = index.placed([hit.id for hit in recalled.hits])
    rows = index.surroundings([(each.seq, each.thread, each.starts) for each in placed.values()], REACH)
    placed |= index.placed({seq for row in rows.values() for seq in row} - placed.keys())
    allowed = set(permitted.first(placed)) if permitted else placed.keys()
    wanted = offers(recalled, rows, placed, tokens, allowed)[: tokens // _TOKENS_AN_OFFER + _MORE_OFFERS]
    records = ledger.get(list({offer.seq for offer in wanted}))
    hits = {hit.id for hit in recalled.hits}
    found = ((seq, entry_of(record.content)) for seq, record in records.items() if record.content is not None)
    entries = {seq: entry for seq, entry in found if seq in hits or not said_by_us(entry)}
    words = WORDS[question_language(recalled.question)]
    days = {seq: day_of(entry.when, zone, words) for seq, entry in entries.items()}
    after = {before: seq for row in rows.values() for before, seq in pairwise(row)}
    setting = Setting(entries, placed, days, after, zone, words, count)
    filling = Filling(setting, tokens)
    for offer in wanted:
        if offer.seq in entries and not filling.full:
            filling.take(offer)
    return _finished(recalled, filling, setting, tokens)


def _finished(recalled: Recalled, filling: Filling, setting: Setting, tokens: int) -> Context:
    """Put together what was taken; a tokenizer may make more of the whole than of its parts, then something goes again."""
    while True:
        blocks = _blocks(filling, setting)
        made = Context(recalled.question, blocks, 0, tokens, _repeats(recalled, filling), recalled)
        used = setting.count(made.text) if blocks else 0
        if used <= tokens or not blocks:
            return replace(made, tokens=used)
        filling.drop_least_wanted()


def _repeats(recalled: Recalled, filling: Filling) -> tuple[int, ...]:
    """Return what was left out because it is said elsewhere: here, or by a hit already."""
    told = {seq for hit in recalled.hits if hit.id in filling.taken for seq in hit.repeats}
    return tuple(sorted((filling.repeats | told) - filling.taken.keys()))


def _blocks(filling: Filling, setting: Setting) -> tuple[Block, ...]:
    """Put what was taken in order: runs of one thread, by the time of their first entry."""
    placed = setting.placed
    runs: list[list[int]] = []
    for seq in sorted(filling.taken, key=lambda seq: (placed[seq].thread, placed[seq].starts, seq)):
        if runs and setting.together(runs[-1][-1], seq):
            runs[-1].append(seq)
        else:
            runs.append([seq])
    runs.sort(key=lambda run: (placed[run[0]].starts, run[0]))
    number, blocks = 1, []
    for run in runs:
        blocks.append(_block(run, number, filling, setting))
        number += len(run)
    return tuple(blocks)


def _block(run: list[int], number: int, filling: Filling, setting: Setting) -> Block:
    lines, first = [], setting.entries[run[0]]
    for n, seq in enumerate(run):
        taken, entry = filling.taken[seq], setting.entries[seq]
        text = setting.line(seq, number + n, taken.places, taken.whole, kind=entry.kind != first.kind)
        gap = n > 0 and not setting.adjacent(run[n - 1], seq)
        lines.append(Line(number + n, seq, entry, joined(entry.text, taken.places), text, taken.offer.rank, gap))
    return Block(heading(first, setting.words), tuple(lines))
