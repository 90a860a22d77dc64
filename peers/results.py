"""What was measured, on the disk: ``OUT/SUITE/CASE/PEER.jsonl``, a line for each answer and last the figures.

A file is there only when it is whole, and counts only while its fingerprint is that of what would be measured now: the
case, the peer's version and adapter, and of Vertraut the rooms that recall stands on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import vertraut
from peers.adapters import PEERS
from vertraut.evals.cases import Case

_OURS = ("contract.py", "corpus.py", "measure.py")
_ROOMS = ("application", "evals", "ledger", "memory", "sources")


@dataclass(frozen=True, slots=True)
class Answered:
    """A question's ranking, and the milliseconds it took."""

    question: str
    ranked: tuple[str, ...]
    ms: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What a peer's index of a case cost. ``build_seconds`` are without embedding."""

    fingerprint: str
    version: str
    entries: int
    build_seconds: float
    index_bytes: int


@dataclass(frozen=True, slots=True)
class Result:
    """A peer on a case."""

    answers: Mapping[str, Answered]
    figures: Figures


def place_of(out: Path, case: Case, name: str) -> Path:
    """Return where a result is kept."""
    return out / case.suite / case.name / f"{name}.jsonl"


def write_result(path: Path, label: str, result: Result) -> None:
    """Write a result. The lines of answers are in the format of ``vertraut eval``."""
    lines: list[object] = [{"case": label, **asdict(answer)} for answer in result.answers.values()]
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text("".join(f"{json.dumps(line)}\n" for line in [*lines, asdict(result.figures)]), encoding="utf-8")
    part.replace(path)


def read_result(path: Path) -> Result | None:
    """Read a result, None if it is not there."""
    if not path.is_file():
        return None
    *lines, last = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    answers = (Answered(line["question"], tuple(line["ranked"]), line["ms"]) for line in lines)
    return Result({answer.question: answer for answer in answers}, Figures(**last))


def fingerprint(name: str, case: Case) -> str:
    """Return a short hash of everything that a result hangs on, but the machine."""
    found = hashlib.sha256(version(PEERS[name].package).encode())
    for path in _hangs_on(name, case):
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


def _hangs_on(name: str, case: Case) -> Iterator[Path]:
    here = Path(__file__).parent
    yield from (here / each for each in (*_OURS, f"adapters/{name}.py"))
    yield from case.entries
    yield case.entries[0].with_name("questions.jsonl")
    if name == "vertraut":
        rooms = (Path(vertraut.__file__).parent / room for room in _ROOMS)
        yield from (path for room in rooms for path in sorted(room.iterdir()) if path.is_file())
