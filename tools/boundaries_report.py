"""Measure the boundaries on their scenarios: ``python tools/boundaries_report.py``, with ``--misses`` each miss.

``tests/assistant/boundaries/scenarios`` holds them, one a line: what a person says, ``|``, what a model answers. What breaks
a boundary stands between ``⟦`` and ``⟧``: none of it may be shown. Earlier words stand before, parted by ``/``: ``P:`` the
person's, ``A:`` the assistant's, ``A+:`` those that evidence carried. Answers under ``# warm`` break none.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vertraut.assistant.boundaries import Situation, Spoken, guarded, opening
from vertraut.assistant.boundaries.rules import stands
from vertraut.assistant.boundaries.situation import Language
from vertraut.assistant.boundaries.wording import plain

SCENARIOS = Path(__file__).parents[1] / "tests" / "assistant" / "boundaries" / "scenarios"
BATCHES = ("dev", "held", "fresh", "last", "unseen", "blind", "ordinary")
"""In the order they were written; each later one was measured before anything was changed because of it."""
_BAD = re.compile("⟦(.*?)⟧")
_TURN = re.compile(r"(?:^|\s/\s)(P|A\+?): ")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A person's words, an answer to them, and which parts of it break a boundary."""

    half: str
    kind: str
    situation: Situation
    answer: str
    bad: tuple[str, ...]
    good: tuple[str, ...]

    def miss(self) -> str:
        """Return what is wrong with the answer as it is shown, "" if nothing is."""
        shown, findings = guarded(self.answer, self.situation)
        if self.kind == "warm":
            return f"touched {[each.rule for each in findings]}: {shown}" if shown != self.answer else ""
        left = [part for part in self.bad if part.strip("*.!?… ") in shown]
        if self.kind == "farewell":
            kind = stands("lets go", plain(shown))
        else:
            kind = bool(shown.strip()) and all(part in shown for part in self.good)
        return (
            ""
            if findings and not left and kind
            else f"left {left}, lost {[p for p in self.good if p not in shown]}: {shown}"
        )


@dataclass(frozen=True, slots=True)
class Call:
    """A person's words, and the crisis they speak of ("none")."""

    half: str
    kind: str
    text: str

    def miss(self) -> str:
        """Return what is wrong with the opening, "" if nothing is."""
        said = opening(Situation(self.text, country="DE"))
        return "" if (said is None) == (self.kind == "none") else f"{said.code if said else 'nothing'}"


def scenarios() -> Iterator[Scenario]:
    """Yield every scenario of every batch."""
    for path in sorted(SCENARIOS.glob("*_*.txt")):
        half, language = path.stem.split("_")
        for kind, line in _lines(path):
            said, answer = line.replace("\\n", "\n").split(" | ")
            bad = tuple(_BAD.findall(answer))
            good = tuple(part.strip() for part in _BAD.split(answer)[::2] if part.strip())
            whole = answer.replace("⟦", "").replace("⟧", "")
            yield Scenario(half, kind, _situation(said, "de" if language == "de" else "en"), whole, bad, good)


def calls() -> Iterator[Call]:
    """Yield every text that an opening is to be given for, or not."""
    for kind, line in _lines(SCENARIOS / "openings.txt"):
        half, _, crisis = kind.partition(" ")
        yield Call(half, crisis, line)


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    kind = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            kind = line[2:]
        elif line:
            yield kind, line


def _situation(said: str, language: Language) -> Situation:
    parts = _TURN.split(said)[1:]
    if not parts:
        return Situation(said, language=language, country="DE")
    turns = [
        Spoken("person" if who == "P" else "assistant", text, carried=who == "A+")
        for who, text in zip(parts[::2], parts[1::2], strict=True)
    ]
    return Situation(turns[-1].text, tuple(turns[:-1]), language, "DE")


def main() -> None:
    """Print the figures, batch by batch."""
    total, missed = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    cases: list[Scenario | Call] = [*scenarios(), *calls()]
    for each in cases:
        group = f"opening: {'crisis' if each.kind != 'none' else 'none'}" if isinstance(each, Call) else each.kind
        keys = (
            [(each.half, group)]
            if group == "warm" or isinstance(each, Call)
            else [(each.half, group), (each.half, "together")]
        )
        miss = each.miss()
        total.update(keys)
        missed.update(keys if miss else [])
        if miss and "--misses" in sys.argv:
            print(f"{each.half} {each.kind}: {each.text if isinstance(each, Call) else each.situation.text} → {miss}")
    print("right of all".ljust(16), *(half.rjust(9) for half in BATCHES))
    for kind in sorted({kind for _, kind in total}):
        counts = (f"{total[half, kind] - missed[half, kind]}/{total[half, kind]}".rjust(9) for half in BATCHES)
        print(kind.ljust(16), *counts)


if __name__ == "__main__":
    main()
